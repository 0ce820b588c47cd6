// SPDX-License-Identifier: Apache-2.0
// The figures at a replay's end: a table for people, one object for programs.
#include "messages/phrases.hpp"
#include "nodes/wardctl/replay.hpp"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <ostream>

namespace wardflow::wardctl {

namespace {

constexpr both bad_label{"Dòng lỗi", "Bad lines"};
constexpr both left_out_label{"Ngoài khoảng thời gian", "Outside --from, --until"};
constexpr both sent_label{"Đã gửi", "Sent"};
constexpr both answered_label{"Đã trả lời", "Answered"};
constexpr both seconds_label{"Thời gian (s)", "Time (s)"};
constexpr both breaks_label{"Lần mất kết nối", "Connections lost"};
constexpr both again_label{"Gói gửi lại", "Frames sent again"};
constexpr both stored_label{"Đã lưu, không rõ kết quả", "Stored, verdict not learned"};
constexpr both doubtful_label{"Không rõ đã tính chưa", "Counted or not: not known"};

std::string fixed(double value, int digits) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

double milliseconds(const replay_figures& f, double q) {
  return static_cast<double>(f.latency.quantile(q)) / 1e6;
}

std::uint64_t reason(const replay_figures& f, code what) {
  return f.reasons[static_cast<std::size_t>(what)];
}

double per_second(const replay_figures& f) {
  return f.seconds() > 0 ? static_cast<double>(f.answered) / f.seconds() : 0;
}

void print_json(shell& s, const replay_figures& f, const replay_source& from,
                std::uint64_t breaks) {
  nlohmann::ordered_json o;
  o["rows"] = from.rows();
  o["bad_lines"] = from.bad();
  o["left_out"] = from.left_out();
  o["sent"] = f.sent;
  o["answered"] = f.answered;
  o["admitted"] = f.decisions[0];
  o["condition"] = f.decisions[1];
  o["refused"] = f.decisions[2];
  o["late"] = f.late;
  o["repeated"] = reason(f, code::already_counted);
  o["not_counted"] = f.not_counted();
  o["stored"] = f.stored;
  o["doubtful"] = f.doubtful;
  o["breaks"] = breaks;
  o["frames_again"] = f.frames_again;
  o["seconds"] = f.seconds();
  o["scans_per_s"] = static_cast<std::uint64_t>(per_second(f));
  o["p50_ms"] = milliseconds(f, 0.5);
  o["p99_ms"] = milliseconds(f, 0.99);
  auto& reasons = o["reasons"] = nlohmann::ordered_json::object();
  for (std::size_t i = 0; i < f.reasons.size(); ++i)
    if (f.reasons[i] > 0) {
      const auto known = name(static_cast<code>(i));
      reasons[known == "unknown" ? std::to_string(i) : std::string{known}] = f.reasons[i];
    }
  s.out << o.dump() << '\n' << std::flush;
}

} // namespace

void print_figures(shell& s, const replay_figures& f, const replay_source& from,
                   std::uint64_t breaks) {
  if (s.how == output::json)
    return print_json(s, f, from, breaks);
  record r;
  const auto add = [&](const char* key, std::string label, std::string value) {
    r.add({key, std::move(label), std::move(value), cell_kind::number, {}});
  };
  const auto count = [&](const char* key, std::string label, std::uint64_t value, bool always) {
    if (always || value > 0 || s.how == output::csv)
      add(key, std::move(label), std::to_string(value));
  };
  count("rows", s.heading(phrase::rows_read), from.rows(), true);
  count("bad_lines", s.help(bad_label), from.bad(), false);
  count("left_out", s.help(left_out_label), from.left_out(), false);
  count("sent", s.help(sent_label), f.sent, true);
  count("answered", s.help(answered_label), f.answered, true);
  count("admitted", s.heading(phrase::admitted), f.decisions[0], true);
  count("condition", s.heading(phrase::conditioned), f.decisions[1], true);
  count("refused", s.heading(phrase::refused), f.decisions[2], true);
  count("late", s.heading(phrase::late_scans), f.late, true);
  count("repeated", s.heading(phrase::repeated), reason(f, code::already_counted), true);
  count("not_counted", s.heading(phrase::not_persons), f.not_counted(), true);
  count("stored", s.help(stored_label), f.stored, false);
  count("doubtful", s.help(doubtful_label), f.doubtful, false);
  count("breaks", s.help(breaks_label), breaks, false);
  count("frames_again", s.help(again_label), f.frames_again, false);
  add("seconds", s.help(seconds_label), fixed(f.seconds(), 2));
  add("scans_per_s", s.heading(phrase::throughput), fixed(per_second(f), 0));
  add("p50_ms", s.heading(phrase::median), fixed(milliseconds(f, 0.5), 2));
  add("p99_ms", s.heading(phrase::p99), fixed(milliseconds(f, 0.99), 2));
  s.print(r);
  if (s.how == output::csv)
    return;
  table t;
  t.columns = {{"reason", s.heading(phrase::reason)},
               {"scans", s.heading(phrase::scans), cell_kind::number}};
  for (std::size_t i = 0; i < f.reasons.size(); ++i)
    if (f.reasons[i] > 0)
      t.add({std::string{text(static_cast<code>(i), s.tongue)}, std::to_string(f.reasons[i])});
  if (t.rows.empty())
    return;
  s.out << '\n';
  s.print(t);
}

} // namespace wardflow::wardctl
