// SPDX-License-Identifier: Apache-2.0
#include "nodes/wardctl/key_copies.hpp"

#include "actors/io/key_copy.hpp"
#include "actors/io/key_text.hpp"
#include "nodes/wardctl/help.hpp"
#include "nodes/wardctl/new_file.hpp"
#include "nodes/wardctl/passphrase.hpp"

#include <filesystem>
#include <ostream>

namespace wardflow::wardctl {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t copy_bytes_max = 64u << 10; // with comments

struct copy_options {
  std::string file, folder, node_key, province_key, passphrase_file;
  bool paper = false;
  bool province = false;
};

/// The node's folder: named, or that of the target's file. Empty after `fail`.
fs::path folder_of(shell& s, const copy_options& o) {
  if (!o.folder.empty())
    return o.folder;
  auto place = find_target(s.target_option, s.context_option);
  if (!place.context.empty()) { // a context says nothing of the node's folder
    s.fail(code::usage, "--folder");
    return {};
  }
  auto folder = place.file.parent_path();
  return folder.empty() ? fs::path{"."} : folder;
}

/// What stands above the lines, so that whoever finds the paper knows what it is.
std::string comments(const shell& s, const io::key_copy& keys) {
  auto what =
    s.help(keys.province.has_value()
             ? both{"# Khóa của một máy chủ wardflow và khóa của tỉnh, mã hóa bằng câu mật khẩu.\n",
                    "# A wardflow node's key and its province's, encrypted with a passphrase.\n"}
             : both{"# Khóa của một máy chủ wardflow, mã hóa bằng câu mật khẩu.\n",
                    "# A wardflow node's key, encrypted with a passphrase.\n"});
  return what +
         s.help({"# Đọc lại: gõ các dòng dưới đây vào một tệp, rồi `wardctl keys import TỆP`.\n",
                 "# To use it: type the lines below into a file, then `wardctl keys import "
                 "FILE`.\n"}) +
         s.help({"# Khóa công khai: ", "# Public key: "}) + io::to_hex(keys.node.open) + "\n";
}

/// The keys to be exported; nothing after `fail`.
std::optional<io::key_copy> gather(shell& s, const copy_options& o) {
  auto folder = o.node_key.empty() || o.province ? folder_of(s, o) : fs::path{"."};
  if (folder.empty())
    return std::nullopt;
  auto file = o.node_key.empty() ? folder / "keys" / "node" : fs::path{o.node_key};
  auto pair = io::load_key_pair(file);
  if (!pair) {
    s.fail(pair.reason(), pair.why().detail);
    return std::nullopt;
  }
  io::key_copy keys;
  keys.node = *pair;
  if (!o.province)
    return keys;
  auto province_file = folder / "keys" / "province";
  auto province = province_key::load(province_file);
  if (!province.key) {
    s.fail(province.problem, province_file.string());
    return std::nullopt;
  }
  keys.province = std::move(province.key);
  return keys;
}

void export_keys(shell& s, const copy_options& o) {
  if (o.paper == !o.file.empty()) {
    s.fail(code::usage, "FILE | --paper");
    return;
  }
  std::error_code ignored;
  if (!o.file.empty() && fs::exists(o.file, ignored))
    return s.fail(code::file_exists, o.file);
  auto keys = gather(s, o);
  if (!keys)
    return;
  auto secret = ask_passphrase(s, o.passphrase_file, true);
  if (!secret)
    return;
  auto lines = io::write_key_copy(*keys, secret->text());
  if (!lines)
    return s.fail(lines.reason(), lines.why().detail);
  auto text = comments(s, *keys) + *lines;
  if (o.paper) {
    s.out << text << std::flush;
    s.tell(code::key_exported);
    s.err << next_step(code::key_exported, s.tongue) << '\n';
    return;
  }
  if (auto written = write_new_file(o.file, text); written != code::done)
    return s.fail(written, o.file);
  record r;
  r.text("file", s.heading(phrase::file), o.file);
  r.text("public_key", s.heading(phrase::public_key_), io::to_hex(keys->node.open));
  s.conclude(code::key_exported, r);
}

/// The files of what is in the copy; the first failure, or ok.
io::failure write_keys(const copy_options& o, const io::key_copy& keys) {
  std::error_code ignored; // who may not look may not write either, and is told so below
  if (!o.province_key.empty() && std::filesystem::exists(o.province_key, ignored))
    return {code::key_file_exists, o.province_key}; // before anything is written
  auto written = io::write_key_pair(o.node_key, keys.node);
  if (!written)
    return {written.reason() == code::already_so ? code::key_file_exists : written.reason(),
            written.why().detail};
  if (o.province_key.empty())
    return {code::ok, {}};
  auto done = keys.province->write(o.province_key);
  return {done == code::already_so ? code::key_file_exists : done, o.province_key};
}

void import_keys(shell& s, const copy_options& o) {
  auto text = read_file(o.file, copy_bytes_max);
  if (!text)
    return s.fail(code::file_missing, o.file);
  auto secret = ask_passphrase(s, o.passphrase_file, false);
  if (!secret)
    return;
  auto keys = io::read_key_copy(*text, secret->text());
  if (!keys) {
    auto& why = keys.why();
    auto detail = o.file;
    if (!why.detail.empty())
      detail +=
        (why.reason == code::key_line_wrong ? s.help({": dòng ", ": line "}) : ": ") + why.detail;
    return s.fail(why.reason, detail);
  }
  if (!o.province_key.empty() && !keys->province)
    return s.fail(code::province_key_missing,
                  o.file + s.help({": xuất ra không có --province, nên không có khóa của tỉnh",
                                   ": it was exported without --province, and has none"}));
  if (auto why = write_keys(o, *keys); why.reason != code::ok)
    return s.fail(why.reason, why.detail);
  record r;
  r.text("file", s.heading(phrase::file), o.node_key);
  r.text("public_key", s.heading(phrase::public_key_), io::to_hex(keys->node.open));
  if (s.how != output::people)
    r.add({"has_province_key", {}, keys->province ? "true" : "false", cell_kind::truth, {}});
  s.conclude(code::key_imported, r);
}

void add_passphrase_option(CLI::App& c, const shell& s, std::string& into) {
  add_text(c, s, "--passphrase-file", into,
           {"tệp có câu mật khẩu ở dòng đầu, quyền 0600 (nếu không có: hỏi trên màn hình)",
            "a file with the passphrase in its first line, mode 0600 (else it is asked for)"},
           word::file);
}

void add_export(CLI::App& family, shell& s) {
  auto* c = add_command(
    family, s, "export",
    {"xuất khóa của máy chủ ra giấy hoặc thẻ nhớ, mã hóa bằng câu mật khẩu\n\n"
     "Máy hỏng mà còn khóa này thì không thiết bị nào phải đăng ký lại. Ai có bản này VÀ câu mật "
     "khẩu đều có thể giả làm máy chủ và mở hàng chờ của máy quét.",
     "put the node's key on paper or a stick, encrypted with a passphrase\n\n"
     "With it no device has to be registered again when the machine is lost. Whoever has it AND "
     "the passphrase can pretend to be the node, and open doors' spools."},
    "wardctl keys export 22366.key --folder ward --passphrase-file passphrase\n"
    "wardctl keys export --paper --folder ward --passphrase-file passphrase");
  auto o = std::make_shared<copy_options>();
  add_text(*c, s, "FILE", o->file, {"tệp sẽ tạo; không ghi đè", "the file to make"}, word::file);
  add_flag(*c, s, "--paper", o->paper,
           {"in ra màn hình hoặc máy in thay vì ghi tệp", "print it instead, for paper"});
  add_text(*c, s, "--folder", o->folder,
           {"thư mục của máy chủ (mặc định: nơi có target.toml)",
            "the node's folder (default: where the target.toml is)"},
           word::folder);
  add_text(*c, s, "--node-key", o->node_key,
           {"tệp khóa của máy chủ (mặc định: keys/node trong thư mục)",
            "the node's key file (default: keys/node in the folder)"},
           word::file);
  add_flag(*c, s, "--province", o->province,
           {"kèm cả khóa của tỉnh: ai mở được bản này khôi phục được mọi bí danh",
            "with the province's key, too: who opens this copy can undo every pseudonym"});
  add_passphrase_option(*c, s, o->passphrase_file);
  c->callback([&s, o] { export_keys(s, *o); });
}

void add_import(CLI::App& family, shell& s) {
  auto* c = add_command(family, s, "import",
                        {"đọc lại khóa mà `keys export` đã xuất", "read what `keys export` wrote"},
                        "wardctl keys import 22366.key --node-key node --passphrase-file "
                        "passphrase");
  auto o = std::make_shared<copy_options>();
  o->node_key = "node";
  add_text(*c, s, "FILE", o->file,
           {"tệp đã xuất, hoặc gõ lại từ giấy", "the exported file, or one typed from paper"},
           word::file)
    ->required();
  add_text(*c, s, "--node-key", o->node_key,
           {"tệp khóa sẽ tạo, và .pub của nó; không ghi đè (mặc định: node)",
            "the key file to make, and its .pub; never overwritten (default: node)"},
           word::file);
  add_text(*c, s, "--province-key", o->province_key,
           {"tệp khóa của tỉnh sẽ tạo, nếu bản xuất có",
            "the province's key file to make, where the copy has it"},
           word::file);
  add_passphrase_option(*c, s, o->passphrase_file);
  c->callback([&s, o] { import_keys(s, *o); });
}

} // namespace

void add_key_copies(CLI::App& family, shell& s) {
  add_export(family, s);
  add_import(family, s);
}

} // namespace wardflow::wardctl
