// SPDX-License-Identifier: Apache-2.0
// wardctl watch: its options and their help.
#include "messages/alert_words.hpp"
#include "nodes/wardctl/ages.hpp"
#include "nodes/wardctl/app.hpp"
#include "nodes/wardctl/help.hpp"
#include "nodes/wardctl/watch.hpp"

#include <algorithm>
#include <charconv>

namespace wardflow::wardctl {

namespace {

constexpr both about{
  "cảnh báo của một máy chủ và các đơn vị dưới nó, ngay khi có\n\n"
  "Nối lại mãi mãi. Với --name, máy chủ nhớ đã nhận đến đâu: lần sau tiếp tục từ đó, không sót, "
  "không lặp. Cảnh báo được xác nhận khi đã in ra; với --exec, khi chương trình kết thúc với mã 0.",
  "alerts of a node and of the units below it, as they come\n\n"
  "Connects again for ever. With --name the node remembers how far you have read: the next call "
  "goes on from there, nothing missed, nothing twice. An alert is acknowledged when it is printed; "
  "with --exec, when the program has ended with 0."};

constexpr std::string_view examples{
  "wardctl watch --name truc-ban\n"
  "wardctl watch --since earliest --until-idle 1\n"
  "wardctl watch --name truc-ban --digest --max 10 --until-idle 1\n"
  "wardctl watch --severity critical --kind card.cloned --unit 22366 --until-idle 1 --json\n"
  "wardctl watch --name mail --since 2h --exec 'cat >> alerts.jsonl' --no-snapshot --until-idle 1"};

/// `earliest`, `head`, an offset, a length of time before now, a time.
std::optional<watch_since> parse_since(std::string_view text) {
  watch_since out;
  if (text == "earliest" || text == "head") {
    out.start = text == "head" ? subscribe_start::head : subscribe_start::earliest;
    return out;
  }
  auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), out.offset);
  if (bad == std::errc{} && end == text.data() + text.size()) {
    out.start = subscribe_start::offset;
    return out.offset == 0 ? std::nullopt : std::optional{out};
  }
  out.start = subscribe_start::time;
  auto day = parse_day(text);
  if (auto span = parse_span(text))
    out.ago = *span;
  else if (auto at = day && *day != 0 ? std::optional{start_of(*day)} : parse_time(text))
    out.at = *at;
  else
    return std::nullopt;
  return out;
}

void add_filters(CLI::App& c, const shell& s, watch_options& o) {
  c.add_option_function<std::vector<std::string>>(
     "--kind",
     [&o, form = s.help({"cần loại cảnh báo như node.silent", "wants a kind such as node.silent"})](
       const std::vector<std::string>& names) {
       for (auto& name : names) {
         auto kind = parse_alert_kind(name);
         if (!kind)
           throw CLI::ValidationError("--kind", form);
         o.want.kinds.push_back(*kind);
       }
     },
     s.help({"chỉ loại này, như node.silent; dùng được nhiều lần",
             "this kind alone, such as node.silent; may be given several times"}))
    ->type_name(s.help(word::name))
    ->expected(1)
    ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  add_parsed(c, s, "--severity", o.want.severity_min, parse_severity,
             {"từ mức này trở lên: notice, warning, critical",
              "this severity and above: notice, warning, critical"},
             word::text,
             {"cần notice, warning hoặc critical", "wants notice, warning or critical"});
  add_parsed(c, s, "--unit", o.want.unit, unit_code::parse,
             {"chỉ đơn vị này và các phường dưới nó", "this unit and the wards below it alone"},
             word::unit, {"cần mã đơn vị như 22366", "wants a unit's code such as 22366"});
}

} // namespace

void add_watch(CLI::App& app, shell& s) {
  auto* c = add_command(app, s, "watch", about, examples);
  auto o = std::make_shared<watch_options>();
  o->want.credit_bytes = std::uint64_t{1} << 20;
  add_text(*c, s, "--name", o->want.name,
           {"tên của người đọc này: máy chủ giữ cảnh báo cho tới khi tên này xác nhận",
            "this reader's name: the node keeps alerts until this name has acknowledged them"},
           word::name);
  add_parsed(
    *c, s, "--since", o->since, parse_since,
    {"bắt đầu từ: earliest, head, một số thứ tự, một lúc (2021-10-20T07:00), hoặc 2h "
     "(30m, 3d) trước; mặc định: chỗ --name đã dừng, không có tên thì head",
     "begin at: earliest, head, an offset, a time (2021-10-20T07:00), or 2h (30m, 3d) ago; "
     "default: where --name left off, without a name head"},
    word::time,
    {"cần earliest, head, một số, một lúc hoặc một khoảng như 2h",
     "wants earliest, head, a number, a time or a length such as 2h"});
  add_filters(*c, s, *o);
  auto* exec = add_text(
    *c, s, "--exec", o->program,
    {"chạy lệnh này cho từng cảnh báo, JSON ở đầu vào; mã khác 0: dừng, cảnh báo chưa xác nhận",
     "runs this command for each alert, its JSON on standard input; ends where it fails, and that "
     "alert is not acknowledged"},
    word::text);
  add_flag(*c, s, "--digest", o->digest,
           {"những gì đã chờ: trước hết đếm theo đơn vị và loại, rồi mới theo dõi tiếp",
            "what was waiting is counted first, by unit and kind; then it goes on live"})
    ->excludes(exec);
  add_flag(
    *c, s, "--no-snapshot", o->no_snapshot,
    {"không in các cảnh báo đang mở lúc bắt đầu", "do not show the open alerts at the start"});
  add_number(*c, s, "--max", o->max, 1, 1'000'000'000,
             {"kết thúc sau bấy nhiêu cảnh báo", "ends after so many alerts"});
  add_number(*c, s, "--until-idle", o->until_idle_s, 1, 1'000'000,
             {"kết thúc khi không có gì mới trong bấy nhiêu giây",
              "ends when nothing has come for so many seconds"});
  c->callback([&s, o] { run_watch(s, *o); });
}

} // namespace wardflow::wardctl
