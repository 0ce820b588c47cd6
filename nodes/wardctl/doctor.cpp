// SPDX-License-Identifier: Apache-2.0
#include "nodes/wardctl/doctor.hpp"

#include "actors/io/socket_options.hpp"
#include "nodes/wardctl/ages.hpp"
#include "nodes/wardctl/details.hpp"
#include "nodes/wardctl/print.hpp"
#include "nodes/wardctl/shell.hpp"

#include <cstdio>
#include <cstdlib>

namespace wardflow::wardctl {

namespace {

namespace limit = limits_of_doctor;

std::string pick(both text, language tongue) {
  return std::string{tongue == language::vi ? text.vi : text.en};
}

std::string millis(std::int64_t us) {
  char out[32];
  std::snprintf(out, sizeof out, "%.2f ms", static_cast<double>(us) / 1000);
  return out;
}

finding good(std::string_view check, std::string what) {
  return {check, grade::ok, std::move(what), {}};
}

} // namespace

std::string bytes_text(std::uint64_t bytes) {
  char out[32];
  auto mib = static_cast<double>(bytes) / (1 << 20);
  if (mib < 1024)
    std::snprintf(out, sizeof out, "%.1f MiB", mib);
  else
    std::snprintf(out, sizeof out, "%.1f GiB", mib / 1024);
  return out;
}

finding failed_check(std::string_view check, const io::failure& why, language tongue) {
  auto what = std::string{text(why.reason, tongue)};
  if (!why.detail.empty())
    what += " " + detail_text(why.detail, tongue);
  return {check, grade::bad, what, std::string{next_step(why.reason, tongue)}};
}

finding judge_clock(time_ms wall, time_ms built, bool replays, std::optional<node_clock_facts> node,
                    language tongue) {
  constexpr std::string_view check = "clock";
  auto now = moment_text(time_text(wall), tongue);
  constexpr both set{"Chỉnh đồng hồ máy; thay pin nếu giờ mất sau mỗi lần tắt máy.",
                     "Set the machine's clock; replace its battery if it loses the time when it is "
                     "off."};
  if (replays)
    return good(check,
                pick({"giờ lấy từ dữ liệu phát lại", "time comes from what is replayed"}, tongue));
  if (wall < built)
    return {check, grade::bad,
            now +
              pick({", trước ngày chương trình này được tạo ra", ", before this program was built"},
                   tongue),
            pick(set, tongue)};
  if (!node)
    return good(check, now);
  auto its_own = moment_text(time_text(node->time), tongue);
  if (node->unsure)
    return {check, grade::bad,
            now +
              pick({"; máy chủ không tin, giờ của nó là ", "; the node does not believe it, and "
                                                           "lives at "},
                   tongue) +
              its_own,
            pick({"Chỉnh đồng hồ máy, rồi chạy `wardctl clock accept`.",
                  "Set the machine's clock, then run `wardctl clock accept`."},
                 tongue)};
  if (std::abs(wall - node->time) > limit::clocks_apart_max)
    return {check, grade::warning,
            now + pick({"; giờ của máy chủ là ", "; the node lives at "}, tongue) + its_own,
            pick(set, tongue)};
  return good(check, now + pick({", máy chủ cũng vậy", ", and so says the node"}, tongue));
}

finding judge_file_system(const io::file_system& is, language tongue) {
  constexpr std::string_view check = "file_system";
  char number[16];
  std::snprintf(number, sizeof number, "0x%x", is.magic);
  auto name = is.name.empty() ? std::string{number} : std::string{is.name};
  constexpr both mend{"Đặt thư mục dữ liệu trên ổ đĩa tại chỗ, ext4 hoặc xfs.",
                      "Put the data folder on a local disk, ext4 or xfs."};
  if (is.is == io::fitness::unfit)
    return {check, grade::bad,
            name + pick({": kho dữ liệu không dùng được ở đây", ": the store cannot be used on it"},
                        tongue),
            pick(mend, tongue)};
  if (is.is == io::fitness::unknown)
    return {check, grade::warning, name + pick({": chưa được thử", ": was not tried"}, tongue),
            pick(mend, tongue)};
  return good(check, name);
}

finding judge_sync(std::int64_t median_us, language tongue) {
  constexpr std::string_view check = "sync";
  auto what = pick({"trung vị ", "median "}, tongue) + millis(median_us);
  if (median_us < limit::sync_none_us)
    return {check, grade::warning,
            what + pick({": nhanh hơn mọi ổ đĩa, có lẽ không ghi thật",
                         ": sooner than any disk can; perhaps nothing is synced"},
                        tongue),
            pick({"Tắt bộ đệm ghi không an toàn của máy ảo hay bộ điều khiển đĩa.",
                  "Turn off the unsafe write cache of the virtual machine or disk controller."},
                 tongue)};
  constexpr both mend{"Dùng SSD tại chỗ; mỗi câu trả lời ở cửa chờ hai lần ghi như vậy.",
                      "Use a local SSD; each answer at a door waits for two such syncs."};
  if (median_us >= limit::sync_slow_us)
    return {check, median_us >= limit::sync_bad_us ? grade::bad : grade::warning, what,
            pick(mend, tongue)};
  return good(check, what);
}

finding judge_room(const disk_room& room, std::uint64_t map, std::uint64_t ballast,
                   language tongue) {
  constexpr std::string_view check = "space";
  auto what = bytes_text(room.free_bytes) +
              pick({" còn trống, kho ", " free, the store has "}, tongue) +
              bytes_text(room.store_bytes) + pick({" trong giới hạn ", " of at most "}, tongue) +
              bytes_text(map);
  auto owed = ballast - std::min(ballast, room.ballast_bytes); // ballast that is not there yet
  constexpr both make_room{"Giải phóng chỗ trên ổ đĩa, hoặc chuyển sang ổ lớn hơn.",
                           "Make room on the disk, or move to a larger one."};
  // Less than twice the ballast: the node does not take back what it gave away.
  if (room.free_bytes < 2 * owed || room.free_bytes + room.ballast_bytes < ballast)
    return {check, grade::bad,
            what +
              pick({"; không đủ cho phần dự phòng ", "; too little for the ballast of "}, tongue) +
              bytes_text(ballast),
            pick(make_room, tongue)};
  if (room.free_bytes < owed + limit::free_low)
    return {check, grade::warning, what, pick(make_room, tongue)};
  auto all = room.free_bytes - owed + room.store_bytes;
  if (map > all)
    return {
      check, grade::warning,
      what + pick({"; đĩa sẽ đầy trước", "; the disk is full before that"}, tongue),
      pick({"Đặt trong node.toml: map_gib = ", "Set in node.toml: map_gib = "}, tongue) +
        std::to_string(std::max<std::uint64_t>(all >> 30, 1)) +
        pick({", để tỷ lệ của kho báo trước được.", ", so that the store's share warns in time."},
             tongue)};
  return good(check, what);
}

finding judge_port(std::string_view check, std::string_view endpoint, port_state is, bool node_runs,
                   language tongue) {
  auto at = std::string{endpoint} + ": ";
  switch (is) {
  case port_state::free:
    if (node_runs)
      return {check, grade::bad,
              at + pick({"máy chủ đang chạy không nghe ở đây", "the running node does not listen "
                                                               "there"},
                        tongue),
              pick({"Cấu hình đã đổi sau khi khởi động: khởi động lại máy chủ.",
                    "The configuration was changed after its start: start the node again."},
                   tongue)};
    return good(check, at + pick({"còn trống", "free"}, tongue));
  case port_state::held:
    if (node_runs)
      return good(check, at + pick({"máy chủ đang nghe", "the node listens"}, tongue));
    return {check, grade::bad, at + std::string{text(code::port_in_use, tongue)},
            std::string{next_step(code::port_in_use, tongue)}};
  case port_state::elsewhere:
    return {
      check, grade::bad,
      at + pick({"máy này không có địa chỉ đó", "this machine does not have that address"}, tongue),
      pick({"Dùng tcp://0.0.0.0:CỔNG để nghe ở mọi địa chỉ, hoặc nối mạng có địa chỉ đó.",
            "Use tcp://0.0.0.0:PORT for all addresses, or bring up the network that has it."},
           tongue)};
  case port_state::forbidden:
    return {
      check, grade::bad,
      at + pick({"người dùng này không được nghe ở đó", "this user may not listen there"}, tongue),
      pick({"Chọn cổng từ 1024 trở lên, hoặc thư mục ghi được.",
            "Choose a port from 1024 on, or a folder that can be written."},
           tongue)};
  case port_state::any:
    return good(check,
                at + pick({"cổng nào còn trống cũng được", "any port that is free"}, tongue));
  case port_state::unclear:
    break;
  }
  return {check, grade::warning, at + pick({"không xem được", "could not be looked at"}, tongue),
          pick({"Dùng địa chỉ số, ví dụ tcp://0.0.0.0:7164.",
                "Use a numeric address, such as tcp://0.0.0.0:7164."},
               tongue)};
}

finding judge_files(std::uint64_t limit, language tongue) {
  auto what = std::to_string(limit);
  if (limit < io::files_limit_min)
    return {"files", grade::bad, what, std::string{next_step(code::files_limit_low, tongue)}};
  return good("files", what);
}

finding judge_memory(const memory_room& room, language tongue) {
  auto what = bytes_text(room.available_kib << 10) +
              pick({" dùng được trong ", " available of "}, tongue) +
              bytes_text(room.total_kib << 10);
  if (room.available_kib < limit::memory_low_kib)
    return {
      "memory", room.available_kib < limit::memory_bad_kib ? grade::bad : grade::warning, what,
      pick({"Đóng chương trình khác, hoặc thêm bộ nhớ.", "Close other programs, or add memory."},
           tongue)};
  return good("memory", what);
}

finding judge_secret(std::string_view check, const std::string& file, code read,
                     const std::string& not_as_folder, language tongue) {
  if (read != code::ok)
    return failed_check(check, {read, file}, tongue);
  if (!not_as_folder.empty())
    return {check, grade::bad,
            file + pick({": của người dùng khác với thư mục dữ liệu, máy chủ không đọc được",
                         ": of another user than the data folder; the node cannot read it"},
                        tongue),
            "chown --reference=" + shell_word(not_as_folder) + " " + shell_word(file)};
  return good(check, file);
}

finding judge_folder(const std::string& folder, unsigned mode, language tongue) {
  char digits[8];
  std::snprintf(digits, sizeof digits, "%04o", mode & 07777);
  auto what = folder + ": " + digits;
  if ((mode & 077) != 0)
    return {"folder", grade::warning,
            what + pick({", người dùng khác vào được", ", others may look into it"}, tongue),
            "chmod 700 " + shell_word(folder)};
  return good("folder", what);
}

} // namespace wardflow::wardctl
