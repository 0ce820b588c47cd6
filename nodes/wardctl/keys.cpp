// SPDX-License-Identifier: Apache-2.0
// wardctl keys province|new|show|allow|export|import: key files, and the list of people's keys.
#include "actors/io/allow_file.hpp"
#include "actors/io/key_files.hpp"
#include "actors/io/key_text.hpp"
#include "actors/io/pseudonym.hpp"
#include "nodes/wardctl/app.hpp"
#include "nodes/wardctl/help.hpp"
#include "nodes/wardctl/key_copies.hpp"
#include "nodes/wardctl/key_option.hpp"
#include "nodes/wardctl/units.hpp"

namespace wardflow::wardctl {

namespace {

/// A key that is there already is no success: nothing was made.
code made_or(code problem, code made) {
  return problem == code::ok ? made : problem == code::already_so ? code::key_file_exists : problem;
}

record key_record(const shell& s, const std::string& file, const public_key& key) {
  record r;
  r.text("file", s.heading(phrase::file), file);
  r.text("public_key", s.heading(phrase::public_key_), io::to_hex(key));
  r.text("public_key_z85", "Z85", io::to_z85(key));
  return r;
}

void make_province_key(shell& s, const std::string& file) {
  auto made = province_key::generate();
  auto problem = made.key ? made.key->write(file) : made.problem;
  record r;
  r.text("file", s.heading(phrase::file), file);
  auto outcome = made_or(problem, code::province_key_made);
  s.conclude(outcome, r, file);
}

void make_key(shell& s, const std::string& file) {
  auto pair = io::generate_key_pair();
  auto written = pair ? io::write_key_pair(file, *pair) : io::outcome<public_key>{pair.why()};
  if (!written) {
    s.fail(made_or(written.reason(), code::key_made), written.why().detail);
    return;
  }
  s.conclude(code::key_made, key_record(s, file, *written));
}

void show_key(shell& s, const std::string& given) {
  auto key = public_key_of(given);
  // A secret key alone: its public half can be computed.
  if (!key && key.reason() == code::key_is_secret) {
    auto pair = io::load_key_pair(given);
    key = pair ? io::outcome<public_key>{pair->open} : io::outcome<public_key>{pair.why()};
  }
  if (!key)
    s.fail(key.reason(), key.why().detail);
  else
    s.print(key_record(s, given, *key));
}

struct allow_options {
  std::string name, key, file;
  role is = role::none;
  unit_code unit;
  day_number not_before = 0, not_after = 0;
};

constexpr std::pair<std::string_view, role> person_roles[]{{"operator", role::operator_},
                                                           {"supervisor", role::supervisor},
                                                           {"health", role::health},
                                                           {"node", role::node}};

/// The list's entry of the same key, where it does not say the same.
std::optional<principal> listed_otherwise(const std::filesystem::path& file, const principal& who) {
  auto same = [&](const principal& p) {
    return p.name == who.name && p.role == who.role && p.unit == who.unit &&
           p.not_before == who.not_before && p.not_after == who.not_after;
  };
  auto listed = io::read_allow_file(file);
  if (!listed)
    return std::nullopt;
  for (auto& p : *listed)
    if (p.key == who.key && !same(p))
      return p;
  return std::nullopt;
}

/// `22351: node 22366`, and its days where it has some.
std::string in_words(const principal& p) {
  std::string out = p.name + ":";
  for (auto& [name, is] : person_roles)
    if (is == p.role)
      out += " " + std::string{name};
  out += " " + std::string{p.unit.text()};
  if (p.not_before != 0)
    out += " ≥ " + time_text(p.not_before).substr(0, 10);
  if (p.not_after != 0)
    out += " < " + time_text(p.not_after).substr(0, 10);
  return out;
}

void allow(shell& s, const allow_options& o) {
  auto key = public_key_of(o.key);
  if (!key) {
    s.fail(key.reason(), key.why().detail);
    return;
  }
  principal who;
  who.name = o.name;
  who.role = o.is;
  who.unit = o.unit;
  who.key = *key;
  who.not_before = o.not_before == 0 ? 0 : start_of(o.not_before);
  who.not_after = o.not_after == 0 ? 0 : start_of(o.not_after) + day_ms; // to that day's end
  auto place = find_target(s.target_option, s.context_option);
  if (o.file.empty() && !place.context.empty()) { // a context says nothing of the node's folder
    s.misused(
      both{"Thiếu --file: ngữ cảnh không cho biết danh sách khóa nằm ở đâu. Chạy trên máy của máy "
           "chủ, với tệp allow.toml của nó.",
           "--file is missing: a context does not tell where the list is. Run it on the node's "
           "machine, with its allow.toml."},
      "wardctl keys allow --help");
    return;
  }
  auto file =
    o.file.empty() ? place.file.parent_path() / "allow.toml" : std::filesystem::path{o.file};
  std::error_code ignored;
  if (o.file.empty() && !std::filesystem::exists(file, ignored)) { // only a named one is made
    s.fail(code::file_missing, file.string());
    return;
  }
  auto count = io::append_to_allow_file(file, who);
  if (!count && count.reason() == code::already_so)
    if (auto other = listed_otherwise(file, who))
      return s.misused(s.help({"Khóa này đã có trong danh sách với nội dung khác. Sửa tại đó: ",
                               "This key is in the list with something else beside it. Correct it "
                               "there: "}) +
                         file.string() + ", " + in_words(*other),
                       "wardctl keys allow --help");
  if (!count && count.reason() != code::already_so) {
    s.fail(count.reason(), count.why().detail);
    return;
  }
  record r;
  r.text("file", s.heading(phrase::file), file.string());
  r.text("name", s.heading(phrase::venue_name), o.name);
  r.text("unit", s.heading(phrase::unit),
         s.how == output::people ? short_name(o.unit.text()) : std::string{o.unit.text()});
  r.text("public_key", s.heading(phrase::public_key_), io::to_hex(*key));
  s.conclude(count ? code::key_allowed : code::already_so, r);
}

std::optional<role> parse_person_role(std::string_view text) {
  for (auto [name, is] : person_roles)
    if (text == name)
      return is;
  return std::nullopt;
}

void add_allow(CLI::App& family, shell& s) {
  auto* c = add_command(
    family, s, "allow",
    {"thêm khóa của một người vào danh sách allow.toml của máy chủ",
     "add a person's key to the node's list, allow.toml"},
    "wardctl keys allow --name 'Trạm y tế' --role health --unit 22366 --key tram-y-te.pub "
    "--not-after 2022-12-31");
  auto o = std::make_shared<allow_options>();
  add_text(*c, s, "--name", o->name,
           {"tên người giữ khóa, ghi vào nhật ký mỗi lệnh",
            "who has the key; journaled with each command"},
           word::name)
    ->required();
  add_parsed(
    *c, s, "--role", o->is, parse_person_role,
    {"operator: làm mọi việc; health: cấp độ dịch, thẻ, đầu mối; supervisor: chỉ xem; node: máy "
     "chủ cấp dưới",
     "operator: everything; health: levels, cards, contacts; supervisor: may look; node: a node "
     "below"},
    {"VAI_TRÒ", "ROLE"},
    {"cần operator, health, supervisor hoặc node", "wants operator, health, supervisor or node"})
    ->required();
  add_parsed(*c, s, "--unit", o->unit, unit_code::parse,
             {"đơn vị mà khóa có hiệu lực", "the unit that the key is for"}, word::unit,
             {"cần mã hai, ba hoặc năm chữ số", "wants a code of two, three or five digits"})
    ->required();
  add_text(*c, s, "--key", o->key,
           {"khóa công khai: 64 chữ số hex, Z85, hoặc tệp .pub",
            "public key: 64 hexadecimal digits, Z85, or a file .pub"},
           word::key)
    ->required();
  add_day_option(*c, s, "--not-before", o->not_before,
                 {"ngày đầu tiên khóa có hiệu lực", "first day of the key"});
  add_day_option(*c, s, "--not-after", o->not_after,
                 {"ngày cuối cùng khóa có hiệu lực", "last day of the key"});
  add_text(*c, s, "--file", o->file,
           {"tệp danh sách (mặc định: allow.toml cạnh target.toml)",
            "the list (default: allow.toml beside target.toml)"},
           word::file);
  c->callback([&s, o] { allow(s, *o); });
}

/// A command whose only argument is a file.
void add_of_file(CLI::App& family, shell& s, const char* name, both what, both file_is,
                 const char* example, void (*run)(shell&, const std::string&)) {
  auto* c = add_command(family, s, name, what, example);
  auto file = std::make_shared<std::string>();
  add_text(*c, s, "FILE", *file, file_is, word::file)->required();
  c->callback([&s, file, run] { run(s, *file); });
}

} // namespace

void add_keys(CLI::App& app, shell& s) {
  auto* family = add_family(app, s, "keys", {"tệp khóa và danh sách khóa", "key files and lists"},
                            "wardctl keys province province.key\nwardctl keys new tram-y-te");
  add_of_file(*family, s, "province",
              {"tạo khóa của tỉnh, một lần cho cả tỉnh\n\nAi có khóa này đều khôi phục được mọi "
               "bí danh trong vài phút: giữ kín, chỉ chép tới các máy chủ của tỉnh.",
               "make a province's key, once for the whole province\n\nWhoever has it can undo "
               "every pseudonym in minutes: keep it secret, copy it to the province's nodes only."},
              {"tệp sẽ tạo; không ghi đè", "the file to make; never overwritten"},
              "wardctl keys province province.key", make_province_key);
  add_of_file(*family, s, "new",
              {"tạo cặp khóa cho một người hoặc một cổng gom: FILE và FILE.pub",
               "make a key pair for a person or a gateway: FILE and FILE.pub"},
              {"tệp sẽ tạo; không ghi đè", "the file to make; never overwritten"},
              "wardctl keys new tram-y-te", make_key);
  add_of_file(*family, s, "show",
              {"in khóa công khai của một tệp khóa", "print the public key of a key file"},
              {"tệp khóa hoặc tệp .pub", "a key file, or its .pub"},
              "wardctl keys show tram-y-te.pub", show_key);
  add_allow(*family, s);
  add_key_copies(*family, s);
}

} // namespace wardflow::wardctl
