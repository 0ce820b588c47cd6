// SPDX-License-Identifier: Apache-2.0
// wardctl nodes [forget]: the nodes right below an area: who speaks, how far behind, what was lost.
#include "nodes/wardctl/ages.hpp"
#include "nodes/wardctl/app.hpp"
#include "nodes/wardctl/help.hpp"
#include "nodes/wardctl/view.hpp"

namespace wardflow::wardctl {

namespace {

constexpr view_column columns[]{
  {"unit", "unit", phrase::unit, meaning::unit},
  {"state", "state", phrase::state_},
  {"lag", "lag", phrase::lag, meaning::number},
  {"lag_bulk", "lag_bulk", phrase::lag_bulk, meaning::number},
  {"gaps", "lost", phrase::lost_entries, meaning::number},
  {"heard", "heard", phrase::last_heard, meaning::moment},
  {"epoch", "epoch", phrase::epoch, meaning::number},
  {"wards", "wards", phrase::wards_below, meaning::number},
  {"scans", "scans", phrase::scans, meaning::number},
  {"open_alerts", "open_alerts", phrase::open_alerts, meaning::number},
  {"clock_offset_ms", "clock_offset_ms", phrase::clock_offset, meaning::number},
  {"software", "version", phrase::version, meaning::maybe},
};

std::string age_in_words(const shell& s, std::string_view heard, time_ms now) {
  auto at = parse_time(heard);
  if (!at || *at == 0)
    return s.heading(phrase::never);
  return span_text(std::max<time_ms>(now - *at, 0), s.tongue) + " " + s.heading(phrase::ago);
}

void show(shell& s, day_number day) {
  query q;
  q.what = query_kind::node_list;
  q.day = day;
  auto a = s.ask(q);
  if (!a)
    return;
  if (a->code != code::done)
    return s.fail(a->code == code::query_elsewhere ? code::no_nodes_below : a->code, a->detail);
  auto t = view(s, *a, columns);
  if (s.how == output::people)
    for (std::size_t i = 0; i != t.rows.size(); ++i) {
      auto& row = t.rows[i];
      row[1] = s.heading(row[1] == "up" ? phrase::node_is_up : phrase::node_is_silent);
      row[5] = age_in_words(s, cell_at(a->rows[i], column_at(*a, "heard")), a->node_time);
    }
  s.print(t);
}

void forget(shell& s, const node_forget& order) {
  auto name = std::string{order.unit.text()};
  record r;
  r.text("unit", s.heading(phrase::unit), name);
  r.text("document", s.heading(phrase::document), order.document);
  if (auto a = s.ask(order))
    s.conclude(a->code == code::query_elsewhere ? code::no_nodes_below : a->code, r, name);
}

void add_forget(CLI::App& family, shell& s) {
  auto* c = add_command(
    family, s, "forget",
    {"quên một nút không còn nữa: cảnh báo về nó được khép, số liệu chỉ đến qua nó bị xóa; nếu nó "
     "trở lại, nó là nút mới\n\n"
     "Thu khóa của nó trước (`allow.toml`, SIGHUP). Nói ở từng cấp trên nó.",
     "forget a node that is no more: the alerts about it end, counts that came by it alone go; if "
     "it comes again it is a new one\n\n"
     "Take its key back first (`allow.toml`, SIGHUP). To be said at each level above it."},
    "wardctl nodes forget 22366 --document 12/QĐ-UBND");
  auto order = std::make_shared<node_forget>();
  add_parsed(*c, s, "UNIT", order->unit, unit_code::parse, {"mã đơn vị của nút", "the node's unit"},
             word::unit, {"cần mã đơn vị như 22366", "wants a unit's code such as 22366"})
    ->required();
  add_document_option(*c, s, order->document);
  add_reach_options(*c, s);
  c->callback([&s, order] { forget(s, *order); });
}

} // namespace

void add_nodes(CLI::App& app, shell& s) {
  auto* c = add_command(
    app, s, "nodes",
    {"các nút trực tiếp dưới một cấp trên\n\n"
     "Còn chờ nhận: số mục nút dưới đã có mà nút này chưa đọc. Bị mất: nút dưới không còn giữ khi "
     "được hỏi, sau khi mất liên lạc quá lâu; cảnh báo và số liệu khi ấy được gửi lại toàn bộ.",
     "the nodes right below an area\n\n"
     "Lag: entries that the node below holds and this one has not read. Lost: what it no longer "
     "had "
     "when it was wanted, after too long a break; alerts and counts are then sent once more, "
     "whole."},
    "wardctl nodes\nwardctl nodes --json");
  auto day = std::make_shared<day_number>();
  add_day_option(
    *c, s, "--day", *day,
    {"lượt quét của ngày này (mặc định: hôm nay)", "scans of this day (default: today)"});
  add_forget(*c, s);
  c->callback([&s, day, c] {
    if (c->get_subcommands().empty())
      show(s, *day);
  });
}

} // namespace wardflow::wardctl
