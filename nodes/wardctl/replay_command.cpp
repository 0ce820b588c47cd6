// SPDX-License-Identifier: Apache-2.0
// `wardctl replay`: its options and their help.
#include "nodes/wardctl/app.hpp"
#include "nodes/wardctl/help.hpp"
#include "nodes/wardctl/replay.hpp"

#include <cstdlib>
#include <memory>

namespace wardflow::wardctl {

namespace {

constexpr both about{
  "gửi một tệp lượt quét qua khóa cổng gom, nhanh hết mức máy chủ nhận\n\n"
  "Mỗi lần chạy là một kỳ đánh số mới: chạy lại cùng tệp thì được tính thêm lần nữa. "
  "Các cột của tệp: docs/files.md.\n\n"
  "Mã thoát:\n"
  "- 0 mọi lượt được trả lời\n"
  "- 1 có dòng lỗi, hoặc máy chủ từ chối\n"
  "- 8 bị ngắt",
  "send a file of scans through a gateway's key, as fast as the node takes it\n\n"
  "Each run is a new epoch: the same file run again is counted again. The file's columns: "
  "docs/files.md.\n\n"
  "Exit codes:\n"
  "- 0 every scan was answered\n"
  "- 1 bad lines, or the node refused\n"
  "- 8 interrupted"};

constexpr std::string_view examples{
  "wardctl replay --target gateway day/replay.csv\n"
  "wardctl replay --target gateway day/replay.csv --speed 3600\n"
  "wardctl replay --target gateway day/replay.csv --from 2021-10-20T12:00 --json"};

std::optional<double> parse_above_zero(const std::string& text) {
  char* end = nullptr;
  const auto value = std::strtod(text.c_str(), &end);
  return end != text.c_str() && *end == '\0' && value > 0 && value < 1e12 ? std::optional{value}
                                                                          : std::nullopt;
}

constexpr both above_zero{"cần một số lớn hơn 0", "wants a number above 0"};

} // namespace

void add_replay(CLI::App& app, shell& s) {
  auto* c = add_command(app, s, "replay", about, examples);
  auto o = std::make_shared<replay_command>();
  add_text(*c, s, "FILE", o->file, {"tệp CSV các lượt quét", "a CSV of scans"}, word::file)
    ->required();
  add_number(*c, s, "--batch", o->options.batch, 1, limits::scans_per_batch_max,
             {"số bí danh mỗi gói (mặc định: 1000)", "pseudonyms in a frame (default: 1000)"});
  auto* rate = add_parsed(*c, s, "--rate", o->options.pace.rate, parse_above_zero,
                          {"số lượt quét mỗi giây", "scans a second"}, word::number, above_zero);
  add_parsed(*c, s, "--speed", o->options.pace.speed, parse_above_zero,
             {"nhanh gấp mấy lần giờ ghi trong tệp", "times the clock of the file"}, word::number,
             above_zero)
    ->excludes(rate);
  add_text(*c, s, "--from", o->from,
           {"bỏ các lượt quét trước lúc này", "leave out scans before this time"}, word::time);
  add_text(*c, s, "--until", o->until,
           {"bỏ các lượt quét từ lúc này", "leave out scans from this time on"}, word::time);
  add_number(*c, s, "--span", o->span_s, 0, 86'400,
             {"số giây giờ sự kiện được gửi cùng lúc (mặc định: 300); 0: không giới hạn, nhanh "
              "hơn, nhưng máy chủ `clock = input` có thể xem lượt đúng giờ là đến muộn",
              "seconds of event time on the way at once (default: 300); 0: no limit, faster, but "
              "a node with `clock = input` may take scans in order for late ones"});
  add_text(*c, s, "--answers", o->answers,
           {"ghi mỗi lượt đã được trả lời thành một dòng: dòng, kỳ, số, kết quả",
            "write a line for each scan answered: line, epoch, sequence, verdict"},
           word::file);
  add_text(
    *c, s, "--bad", o->bad,
    {"nơi ghi các dòng lỗi (mặc định: TỆP.bad.csv)", "where bad lines go (default: FILE.bad.csv)"},
    word::file);
  add_number(*c, s, "--wait", o->wait_s, 1, 86'400,
             {"bỏ cuộc sau chừng này giây không có máy chủ (mặc định: 60)",
              "give up after so many seconds without a node (default: 60)"});
  c->callback([&s, o] {
    o->options.span_ms = time_ms{o->span_s} * second_ms;
    run_replay(s, *o);
  });
}

} // namespace wardflow::wardctl
