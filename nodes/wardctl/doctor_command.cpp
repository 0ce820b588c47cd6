// SPDX-License-Identifier: Apache-2.0
// wardctl doctor: looks at the machine of one ward, whose node runs or not.
#include "nodes/wardctl/app.hpp"
#include "nodes/wardctl/doctor.hpp"
#include "nodes/wardctl/help.hpp"
#include "nodes/wardctl/view.hpp"

#include "actors/io/allow_file.hpp"
#include "actors/io/clock.hpp"
#include "actors/io/pseudonym.hpp"
#include "nodes/config/built_at.hpp"
#include "nodes/config/config.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ostream>

namespace wardflow::wardctl {

namespace {

namespace fs = std::filesystem;

constexpr int answer_ms = 5'000;

struct labelled {
  std::string_view check;
  both label;
};
constexpr labelled labels[]{
  {"config", {"Cấu hình", "Configuration"}},
  {"node", {"Máy chủ", "Node"}},
  {"clock", {"Đồng hồ", "Clock"}},
  {"folder", {"Thư mục dữ liệu", "Data folder"}},
  {"file_system", {"Hệ thống tệp", "File system"}},
  {"sync", {"Ghi chắc xuống đĩa", "Sync of the disk"}},
  {"space", {"Chỗ trên đĩa", "Space"}},
  {"scan_port", {"Cổng cho máy quét", "Port for doors"}},
  {"control_port", {"Cổng điều khiển", "Port for control"}},
  {"files", {"Số tệp mở được", "Open files"}},
  {"memory", {"Bộ nhớ", "Memory"}},
  {"node_key", {"Khóa của máy chủ", "Node's key"}},
  {"province_key", {"Khóa của tỉnh", "Province's key"}},
  {"allow_list", {"Danh sách khóa", "List of keys"}},
};
constexpr both grade_words[]{{"tốt", "ok"}, {"CẢNH BÁO", "WARNING"}, {"HỎNG", "BAD"}};
constexpr std::string_view grade_names[]{"ok", "warning", "bad"};

/// What the check-up gathers, in the order in which it is shown.
class check_up {
public:
  explicit check_up(shell& s) : s_(s) {
    // nop
  }

  void run(const fs::path& config_file);
  void show() const;

private:
  void add(finding f) { found_.push_back(std::move(f)); }
  void system_error(std::string_view check, const fs::path& what);
  std::optional<node_clock_facts> ask_node(const fs::path& target_file);
  void look_at_folder();
  void look_at_keys();
  [[nodiscard]] bool of_another_user(const fs::path& file) const;

  shell& s_;
  node_config config_;
  std::optional<pid_t> node_; // the running one
  std::vector<finding> found_;
};

void check_up::system_error(std::string_view check, const fs::path& what) {
  auto denied = errno == EACCES || errno == EPERM;
  auto said = io::failure{denied ? code::file_write_failed : code::folder_unsuitable,
                          what.string() + ": " + std::strerror(errno)};
  auto f = failed_check(check, said, s_.tongue);
  if (denied)
    f.mend = s_.pick({"Chạy bằng người dùng của máy chủ: sudo -u wardflow wardctl doctor …",
                      "Run it as the node's user: sudo -u wardflow wardctl doctor …"});
  add(f);
}

/// The running node's own time, and a finding on how it answers.
std::optional<node_clock_facts> check_up::ask_node(const fs::path& target_file) {
  auto runs = s_.help({"đang chạy, tiến trình ", "runs, process "}) + std::to_string(*node_);
  std::error_code ignored;
  if (!fs::exists(target_file, ignored)) {
    add({"node", grade::ok, runs, {}});
    return std::nullopt;
  }
  auto silent = [&](const io::failure& why) {
    auto f = failed_check("node", why, s_.tongue);
    f.what = runs + "; " + f.what;
    add(f);
    return std::nullopt;
  };
  auto to = read_target(target_file);
  if (!to)
    return silent(to.why());
  auto link = session::open(*to);
  if (!link)
    return silent(link.why());
  auto said = link->say(query{}, {.wait_ms = answer_ms});
  if (!said)
    return silent(said.why());
  add({"node", grade::ok, runs + s_.help({", trả lời", ", and answers"}), {}});
  return node_clock_facts{parse_time(fact(*said, "time")).value_or(0),
                          fact(*said, "clock") == "unsure"};
}

bool check_up::of_another_user(const fs::path& file) const {
  struct stat of_file {
  }, of_folder{};
  return ::stat(file.c_str(), &of_file) == 0 && ::stat(config_.folder.c_str(), &of_folder) == 0 &&
         of_file.st_uid != of_folder.st_uid && of_folder.st_uid != 0;
}

void check_up::look_at_folder() {
  struct stat facts {};
  if (::stat(config_.folder.c_str(), &facts) != 0)
    return system_error("folder", config_.folder);
  add(judge_folder(config_.folder.string(), facts.st_mode, s_.tongue));
  if (auto is = io::file_system_of(config_.folder))
    add(judge_file_system(*is, s_.tongue));
  if (auto us = sync_time_us(config_.folder))
    add(judge_sync(*us, s_.tongue));
  else
    system_error("sync", config_.folder);
  if (auto room = room_of(config_.folder))
    add(judge_room(*room, std::uint64_t{config_.map_gib} << 30,
                   std::uint64_t{config_.ballast_mib} << 20, s_.tongue));
}

void check_up::look_at_keys() {
  auto secret = [&](std::string_view check, const fs::path& file, code read) {
    auto other = of_another_user(file) ? config_.folder.string() : std::string{};
    add(judge_secret(check, file.string(), read, other, s_.tongue));
  };
  secret("node_key", config_.node_key, io::load_key_pair(config_.node_key).reason());
  auto province = province_key::load(config_.province_key);
  secret("province_key", config_.province_key, province.key ? code::ok : province.problem);
  auto list = io::read_allow_file(config_.allow_list);
  if (list)
    secret("allow_list", config_.allow_list, code::ok);
  else
    add(failed_check("allow_list", list.why(), s_.tongue));
}

void check_up::run(const fs::path& config_file) {
  auto read = read_config(config_file);
  if (!read)
    return add(failed_check("config", read.why(), s_.tongue));
  config_ = *read;
  config_.folder = (config_.folder / "").lexically_normal().parent_path(); // no `ward/.`
  add({"config", grade::ok, config_file.string(), {}});
  node_ = holder_of(config_.folder);
  std::optional<node_clock_facts> its_clock;
  if (node_)
    its_clock = ask_node(config_file.parent_path() / "target.toml");
  else
    add({"node", grade::ok, s_.help({"đã dừng", "stopped"}), {}});
  add(judge_clock(io::wall_ms(), built_at(), config_.clock == node_clock::source::input, its_clock,
                  s_.tongue));
  look_at_folder();
  for (auto [check, endpoint] : {std::pair{"scan_port", &config_.scan_endpoint},
                                 {"control_port", &config_.control_endpoint}})
    add(judge_port(check, *endpoint, port_of(*endpoint), node_.has_value(), s_.tongue));
  add(judge_files(files_limit(node_), s_.tongue));
  if (auto room = memory_of_machine())
    add(judge_memory(*room, s_.tongue));
  look_at_keys();
}

void check_up::show() const {
  auto worst = grade::ok;
  table t;
  t.columns = {{"check", {}}, {"state", {}}, {"finding", {}}, {"mend", {}, cell_kind::maybe}};
  for (auto& f : found_) {
    worst = std::max(worst, f.is);
    t.add({std::string{f.check}, std::string{grade_names[static_cast<int>(f.is)]}, f.what, f.mend});
  }
  s_.result = static_cast<exit_code>(worst); // 0, 1, 2: as monitors read them
  if (s_.how != output::people) {
    record r;
    r.text("result", {}, std::string{grade_names[static_cast<int>(worst)]});
    r.list = "checks";
    r.rows = std::move(t);
    return s_.print(r);
  }
  std::size_t wide = 0, wider = 0;
  for (auto& w : grade_words)
    wide = std::max(wide, display_width(s_.pick(w)));
  for (auto& l : labels)
    wider = std::max(wider, display_width(s_.pick(l.label)));
  for (auto& f : found_) {
    auto is = std::find_if(std::begin(labels), std::end(labels),
                           [&](auto& l) { return l.check == f.check; });
    s_.out << padded(s_.help(grade_words[static_cast<int>(f.is)]), wide) << "  "
           << padded(s_.help(is->label), wider) << "  " << for_terminal(f.what) << '\n';
    if (!f.mend.empty())
      s_.out << std::string(wide + 2, ' ') << "→ " << for_terminal(f.mend) << '\n';
  }
  s_.out << std::flush;
}

} // namespace

void add_doctor(CLI::App& app, shell& s) {
  auto* c = add_command(
    app, s, "doctor",
    {"xem máy của một phường có đủ tốt không, và phải sửa gì; máy chủ chạy hay dừng đều được\n\n"
     "Xem: đồng hồ, thư mục và hệ thống tệp, thời gian ghi chắc xuống đĩa, chỗ trên đĩa, cổng, số "
     "tệp mở được, bộ nhớ, các tệp khóa. Không đổi gì.\n\n"
     "Mã thoát:\n- 0 mọi mục đều tốt\n- 1 có cảnh báo\n- 2 có mục hỏng",
     "look whether a ward's machine is good enough, and what to mend; the node runs or not\n\n"
     "It looks at: clock, folder and file system, sync time of the disk, space, ports, open files, "
     "memory, key files. It changes nothing.\n\n"
     "Exit codes:\n- 0 all is well\n- 1 a warning\n- 2 something is bad"},
    "wardctl doctor tour\nwardctl doctor ward --json");
  auto where = std::make_shared<std::string>("ward");
  add_text(*c, s, "WHERE", *where,
           {"thư mục của phường, hoặc tệp node.toml (mặc định: ward)",
            "the ward's folder, or its node.toml (default: ward)"},
           word::folder);
  c->callback([&s, where] {
    fs::path at{*where};
    std::error_code ignored;
    check_up look{s};
    look.run(fs::is_directory(at, ignored) ? at / "node.toml" : at);
    look.show();
  });
}

} // namespace wardflow::wardctl
