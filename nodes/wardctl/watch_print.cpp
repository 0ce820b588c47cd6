// SPDX-License-Identifier: Apache-2.0
#include "nodes/wardctl/watch_print.hpp"

#include "actors/logic/csv.hpp"
#include "messages/alert_words.hpp"
#include "nodes/wardctl/ages.hpp"
#include "nodes/wardctl/units.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <ostream>

namespace wardflow::wardctl {

namespace {

using event = watch_event::kind;

const std::vector<table_column>& columns() {
  using enum cell_kind;
  static const std::vector<table_column> all{
    {"what", {}, text},      {"offset", {}, number},  {"at", {}, maybe},
    {"name", {}, maybe},     {"unit", {}, maybe},     {"kind", {}, maybe},
    {"subject", {}, maybe},  {"severity", {}, maybe}, {"state", {}, maybe},
    {"first", {}, maybe},    {"last", {}, maybe},     {"count", {}, number},
    {"evidence", {}, maybe}, {"by", {}, maybe},
  };
  return all;
}

std::string when(time_ms at) {
  return at == 0 ? std::string{} : time_text(at);
}

std::string number(std::uint64_t n) {
  return n == 0 ? std::string{} : std::to_string(n);
}

std::string_view word_for(event what) {
  switch (what) {
  case event::alert:
    return "alert";
  case event::open:
    return "open";
  case event::gap:
    return "gap";
  case event::restored:
    return "restored";
  case event::unreadable:
    return "unreadable";
  default:
    return {};
  }
}

std::vector<std::string> row_of(const watch_event& e) {
  std::string what{word_for(e.what)};
  switch (e.what) {
  case event::alert:
  case event::open: {
    auto& a = e.alert;
    return {what,
            number(e.first),
            when(e.at),
            alert_name(a),
            std::string{a.unit.text()},
            std::string{facts_of(a.kind).name},
            a.subject,
            std::string{name_of(a.severity)},
            std::string{name_of(a.state)},
            when(a.first),
            when(a.last),
            std::to_string(a.count),
            a.evidence,
            a.by};
  }
  case event::gap:
    return {what, number(e.first),
            {},   {},
            {},   {},
            {},   {},
            {},   {},
            {},   std::to_string(e.through + 1 - e.first)};
  default:
    return {what, number(e.first), when(e.at), e.detail};
  }
}

std::string json_line(const std::vector<std::string>& row) {
  table one{columns(), {row}};
  return json_rows(one).front().dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) +
         "\n";
}

} // namespace

std::string watch_print::json(const watch_event& e) {
  return json_line(row_of(e));
}

void watch_print::show_row(std::vector<std::string> row) {
  if (shell_.how == output::json) {
    shell_.out << json_line(row);
    return;
  }
  csv_writer out{!headed_};
  row.resize(columns().size());
  if (!std::exchange(headed_, true)) {
    std::vector<std::string> keys;
    for (auto& c : columns())
      keys.push_back(c.key);
    out.row(keys);
  }
  out.row(row);
  shell_.out << out.take();
}

void watch_print::show(const watch_event& e) {
  if (word_for(e.what).empty())
    return;
  if (shell_.how == output::people)
    shell_.out << line(e) << '\n';
  else
    show_row(row_of(e));
}

/// Red, yellow, none; what is over is faint.
std::string watch_print::painted(severity how, alert_state state, std::string text) const {
  auto colour = state == alert_state::resolved ? "\x1b[2m"
                : how == severity::critical    ? "\x1b[1;91m"
                : how == severity::warning     ? "\x1b[93m"
                                               : "";
  if (!shell_.coloured || *colour == '\0')
    return text;
  return colour + std::move(text) + "\x1b[0m";
}

std::string watch_print::line(const watch_event& e) const {
  auto tongue = shell_.tongue;
  switch (e.what) {
  case event::gap:
    return std::string{
             shell_.pick({"MẤT: không còn giữ các cảnh báo số ", "GAP: no longer kept: alerts "})} +
           std::to_string(e.first) + "–" + std::to_string(e.through);
  case event::restored:
    return std::string{shell_.pick(
      {"Máy chủ vừa được phục hồi từ bản sao: số thứ tự khác trước; tiếp tục theo giờ.",
       "The node was put back from a copy: its offsets are others; going on by time."})};
  case event::unreadable:
    return std::string{shell_.pick({"Cảnh báo thuộc loại mà wardctl này chưa biết: ",
                                    "An alert of a kind that this wardctl does not know: "})} +
           for_terminal(e.detail.empty() ? std::to_string(e.first) : e.detail);
  default:
    break;
  }
  auto& a = e.alert;
  std::size_t severities = 0, states = 0;
  for (auto i : {0, 1, 2}) {
    severities =
      std::max(severities, display_width(severity_label(static_cast<severity>(i), tongue)));
    states =
      std::max(states, display_width(alert_state_label(static_cast<alert_state>(i), tongue)));
  }
  auto state = std::string{alert_state_label(a.state, tongue)};
  auto text = short_name(a.unit.text()) + ": " + std::string{alert_kind_label(a.kind, tongue)};
  text += " (" + std::to_string(a.count) + "×";
  if (auto more = evidence_text(a.evidence, tongue); !more.empty())
    text += "; " + more;
  text += ")";
  if (!a.by.empty())
    text += std::string{shell_.pick({" bởi ", " by "})} + std::string{by_text(a.by, tongue)};
  return moment_text(when(a.last), tongue) + "  " +
         painted(a.severity, a.state,
                 padded(std::string{severity_label(a.severity, tongue)}, severities) + "  " +
                   padded(state, states)) +
         "  " + for_terminal(text) + "  " + for_terminal(alert_name(a));
}

// -- the digest -----------------------------------------------------------------------------------

void watch_print::add(const alert& a) {
  auto& one = sums_[{a.unit, a.kind}];
  one.worst = std::max(one.worst, a.severity);
  ++one.said;
  one.newest[a.subject] = a.state;
}

void watch_print::digest() {
  auto people = shell_.how == output::people;
  table t;
  t.columns = {{"unit", shell_.heading(phrase::unit)},
               {"kind", shell_.help({"Loại cảnh báo", "Kind"})},
               {"severity", shell_.help({"Mức độ", "Severity"})},
               {"alerts", shell_.help({"Cảnh báo", "Alerts"}), cell_kind::number},
               {"open", shell_.help({"Còn mở", "Still open"}), cell_kind::number}};
  for (auto& [key, counted] : sums_) {
    auto& [unit, kind] = key;
    auto open = std::count_if(counted.newest.begin(), counted.newest.end(),
                              [](auto& one) { return one.second != alert_state::resolved; });
    auto alerts = std::to_string(counted.newest.size());
    if (people)
      t.add({short_name(unit.text()), std::string{alert_kind_label(kind, shell_.tongue)},
             std::string{severity_label(counted.worst, shell_.tongue)}, alerts,
             std::to_string(open)});
    else
      show_row({"waiting",
                {},
                {},
                {},
                std::string{unit.text()},
                std::string{facts_of(kind).name},
                {},
                std::string{name_of(counted.worst)},
                open == 0 ? "resolved" : "open",
                {},
                {},
                alerts,
                "open=" + std::to_string(open) + " entries=" + std::to_string(counted.said)});
  }
  if (people && sums_.empty())
    shell_.out << shell_.pick({"Không có gì chờ.", "Nothing was waiting."}) << '\n';
  else if (people)
    shell_.out << render(t, output::people) << '\n';
  sums_.clear();
}

} // namespace wardflow::wardctl
