// SPDX-License-Identifier: Apache-2.0
// wardctl restored: a stopped node's folder was put back from a backup, and its parent is to know.
#include "actors/disk/identity.hpp"
#include "nodes/config/config.hpp"
#include "nodes/wardctl/app.hpp"
#include "nodes/wardctl/help.hpp"

#include <filesystem>

namespace wardflow::wardctl {

namespace {

// Revisions have room for so many (first_revision).
constexpr std::uint32_t epoch_max = 4'095;

void run(shell& s, const std::filesystem::path& folder, std::uint32_t at_least) {
  auto config = read_config(folder / "node.toml");
  if (!config)
    return s.fail(config.reason(), config.why().detail);
  io::store_options o;
  o.folder = config->folder;
  o.map_bytes = std::size_t{config->map_gib} << 30;
  o.ballast_bytes = std::size_t{config->ballast_mib} << 20;
  auto opened = io::store::open(o);
  if (auto* why = std::get_if<io::store_failure>(&opened))
    return s.fail(why->reason, why->detail);
  node_identity who;
  if (auto bad = raise_epoch(std::get<io::store>(opened), at_least, who); bad != code::ok)
    return s.fail(bad, config->folder.string());
  record r;
  r.text("folder", s.heading(phrase::folder), folder.string());
  r.number("epoch", s.heading(phrase::epoch), who.epoch);
  s.conclude(code::epoch_raised, r);
}

} // namespace

void add_restored(CLI::App& app, shell& s) {
  auto* c = add_command(
    app, s, "restored",
    {"thư mục của một nút đã dừng vừa được lấy lại từ bản sao lưu: nâng kỷ nguyên của nó\n\n"
     "Nút cấp trên từ chối nút có kỷ nguyên cũ, vì đó có thể là một bản sao. Chạy bằng người dùng "
     "của máy chủ, mỗi lần lấy lại một lần. Chuyển nguyên sang máy khác thì không cần.",
     "a stopped node's folder was put back from a backup: raise its epoch\n\n"
     "A parent refuses a node of an older epoch, for it may be a copy. Run it as the node's user, "
     "once each time the folder is put back; not where the node was moved as it is."},
    "wardctl restored --folder ward\n"
    "wardctl restored --folder ward --epoch 4");
  struct options {
    std::string folder;
    std::uint32_t epoch = 1;
  };
  auto o = std::make_shared<options>();
  add_text(*c, s, "--folder", o->folder,
           {"thư mục của nút, có node.toml", "the node's folder, with its node.toml"}, word::folder)
    ->required();
  add_number(*c, s, "--epoch", o->epoch, 1, epoch_max,
             {"ít nhất bấy nhiêu: lớn hơn số mà `wardctl nodes` ở nút cấp trên cho thấy (mặc định: "
              "thêm một)",
              "at least this: above what `wardctl nodes` shows at the parent (default: one more)"});
  c->callback([&s, o] { run(s, o->folder, o->epoch); });
}

} // namespace wardflow::wardctl
