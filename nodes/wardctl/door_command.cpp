// SPDX-License-Identifier: Apache-2.0
// `wardctl door`: its options and their help; and `--status`.
#include "messages/phrases.hpp"
#include "nodes/wardctl/app.hpp"
#include "nodes/wardctl/door.hpp"
#include "nodes/wardctl/help.hpp"
#include "nodes/wardctl/spool.hpp"

#include <CLI/CLI.hpp>

#include <memory>

namespace wardflow::wardctl {

namespace {

constexpr both about{
  "máy quét ở cửa: nhận mã từng dòng, hiện kết quả bằng một chữ lớn, không mất lượt nào\n\n"
  "Mã thoát:\n"
  "- 0 được vào, hoặc đã gửi hết\n"
  "- 1 không được vào (--once)\n"
  "- 6 vào có điều kiện (--once)\n"
  "- 7 đã ghi, chưa xét: còn lượt trong hàng chờ\n\n"
  "Xem docs/door.md.",
  "a door's scanner: takes codes line by line, shows one big word, loses no scan\n\n"
  "Exit codes:\n"
  "- 0 admitted, or all was sent\n"
  "- 1 refused (--once)\n"
  "- 6 admitted with a condition (--once)\n"
  "- 7 recorded, not judged: scans wait in the spool\n\n"
  "See docs/door.md."};

constexpr std::string_view examples{"wardctl door --target door-1\n"
                                    "wardctl door --target door-2 --out\n"
                                    "reader | wardctl door --target door-1 --json\n"
                                    "echo CODE | wardctl door --target door-1 --once -\n"
                                    "wardctl door --target door-1 --status"};

constexpr both file_label{"Tệp hàng chờ", "Spool"};
constexpr both waiting_label{"Đang chờ gửi", "Waiting"};
constexpr both oldest_label{"Lượt cũ nhất", "Oldest"};
constexpr both newest_label{"Lượt mới nhất", "Newest"};
constexpr both acknowledged_label{"Máy chủ đã nhận đến số", "Node has it up to"};
constexpr both open_label{"Máy chủ đã nhận kỳ này", "Epoch taken by the node"};
constexpr both bytes_label{"Cỡ tệp (byte)", "File (bytes)"};

std::optional<std::string> parse_switch_word(const std::string& word) {
  return word.size() < 6 ? std::nullopt : std::optional{word};
}

} // namespace

void show_spool(shell& s, const std::filesystem::path& file) {
  const auto seen = glance_at_spool(file);
  if (!seen)
    return s.fail(seen.reason(), seen.why().detail);
  const auto when = [](time_ms at) { return at == 0 ? std::string{} : time_text(at); };
  const auto word = [&](bool yes) { return s.heading(yes ? phrase::yes : phrase::no); };
  const auto& st = seen->state;
  record r;
  r.text("spool", s.help(file_label), file.string());
  r.number("waiting", s.help(waiting_label), seen->waiting);
  r.text("oldest", s.help(oldest_label), when(seen->oldest));
  r.text("newest", s.help(newest_label), when(seen->newest));
  r.number("epoch", s.heading(phrase::epoch), st.epoch);
  r.add({"open", s.help(open_label), st.open ? "true" : "false", cell_kind::truth, word(st.open)});
  r.number("acknowledged", s.help(acknowledged_label), st.acknowledged);
  r.number("bytes", s.help(bytes_label), seen->file_bytes);
  s.print(r);
}

void add_door(CLI::App& app, shell& s) {
  auto* c = add_command(app, s, "door", about, examples);
  auto o = std::make_shared<door_options>();
  c->add_flag_callback(
    "--out", [o] { o->way = direction::out; }, s.help({"khách đi ra", "people go out"}));
  c->add_flag_callback(
    "--poster", [o] { o->by = flow::person_scans_poster; },
    s.help({"khách tự quét mã địa điểm", "the person scans the poster"}));
  auto* once = add_text(*c, s, "--once", o->once_code,
                        {"một mã rồi thôi; `-`: dòng đầu vào (mã không lộ trong danh sách tiến "
                         "trình)",
                         "one code, then end; `-`: the input's first line (a code on the command "
                         "line can be seen by others)"},
                        word::code);
  add_text(*c, s, "--spool", o->spool_file,
           {"tệp hàng chờ (mặc định: door.spool cạnh target.toml)",
            "the spool file (default: door.spool beside target.toml)"},
           word::file);
  add_text(*c, s, "--venue", o->venue,
           {"địa điểm, nếu target.toml không ghi", "the venue, where target.toml names none"},
           word::id);
  add_parsed(*c, s, "--switch-word", o->switch_word, parse_switch_word,
             {"dòng `TỪ in|out|staff|poster` đổi hướng hay luồng; giữ kín từ này: ai in được nó "
              "thành mã QR thì đổi được máy quét",
              "a line `WORD in|out|staff|poster` switches the door; keep the word to yourself: "
              "whoever makes a QR code of it switches your door"},
             word::text, {"cần ít nhất 6 ký tự", "wants 6 characters at least"});
  add_flag(*c, s, "--recorded", o->recorded,
           {"báo cả khi lượt quét vừa ghi xong vào hàng chờ",
            "also say when a scan is in the spool, on the disk"});
  add_flag(*c, s, "--status", o->status,
           {"hàng chờ còn gì (cả khi máy quét đang chạy)",
            "what waits in the spool (also while the door runs)"})
    ->excludes(once);
  c->callback([&s, o, once] {
    o->once = once->count() > 0;
    run_door(s, *o);
  });
}

} // namespace wardflow::wardctl
