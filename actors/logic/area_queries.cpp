// SPDX-License-Identifier: Apache-2.0
// AREA FOLD's answers: the state between rounds, as tables.
#include "actors/logic/area_fold.hpp"
#include "actors/logic/audit_notes.hpp"
#include "actors/logic/query_parts.hpp"
#include "messages/codec.hpp"

#include <algorithm>

namespace wardflow {

using namespace query_part;

namespace {

answer status(const area_fold& fold, const scan_round& r) {
  auto today = local_day(r.stamp);
  auto day = fold.book.sum_day(today);
  std::uint64_t speaking = 0, lag = 0, open = 0;
  for (auto& [unit, c] : fold.children.all()) {
    speaking += c.epoch != 0 && r.stamp - c.heard < area_children::speaks_ms;
    lag += c.lag(lane::control) + c.lag(lane::bulk);
  }
  for (auto& [unit, n] : fold.book.open_by_unit())
    open += n.unresolved();
  fold.alerts.each_open([&](std::uint64_t, const alert&) { ++open; });
  answer a;
  a.facts = {
    {"clock", r.clock_unsure ? "unsure" : "sure"},
    {"role", "area"},
    {"unit", std::string{fold.unit.text()}},
    {"time", time_text(r.stamp)},
    {"round", text(r.number)},
    {"today", day_text(today)},
    {"children", text(fold.children.all().size())},
    {"children_speaking", text(speaking)},
    {"lag", text(lag)},
    {"wards", text(fold.book.wards().size())},
    {"scans_today", text(day.taken)},
    {"counted_today", text(day.counted)},
    {"person_wards_today", text(day.person_wards)},
    {"persons_estimate_today", text(day.persons_estimate)},
    {"inside_now", text(day.inside)},
    {"venues", text(day.venues)},
    {"open_alerts", text(open)},
    {"directives", text(fold.down.next(lane::control) + fold.down.next(lane::bulk) - 2)},
    {"subscriptions", text(fold.feeds.names().size())},
    {"entries_passed_on", text(fold.passed_on())},
    {"entries_out_of_range", text(fold.out_of_range())},
    {"directives_refused", text(fold.directives_refused)},
  };
  a.facts.insert(a.facts.end(), r.node_facts.begin(), r.node_facts.end());
  return a;
}

/// The children, each with its wards' day.
answer node_list(const area_fold& fold, const scan_round& r, const query& q) {
  answer a;
  auto day = day_of(q, r);
  a.columns = {"unit",  "state", "heard",       "epoch",           "lag",  "lag_bulk",
               "scans", "wards", "open_alerts", "clock_offset_ms", "gaps", "software"};
  auto open = fold.book.open_by_unit();
  for (auto& [unit, c] : fold.children.all()) {
    std::uint64_t scans = 0, wards = 0, alerts = 0;
    for (auto& [code, w] : fold.book.wards()) {
      if (w.via != unit)
        continue;
      ++wards;
      if (auto row = w.days.find(day); row != w.days.end())
        scans += row->second.taken;
      if (auto n = open.find(code); n != open.end())
        alerts += n->second.unresolved();
    }
    auto heard = c.epoch != 0 && r.stamp - c.heard < area_children::speaks_ms;
    a.rows.push_back({std::string{unit.text()}, heard ? "up" : "silent", when(c.heard),
                      text(c.epoch), text(c.lag(lane::control)), text(c.lag(lane::bulk)),
                      text(scans), text(wards), text(alerts), std::to_string(c.clock_offset),
                      text(c.lost), c.software});
  }
  return a;
}

answer counts_by_unit(const area_fold& fold, const scan_round& r, const query& q) {
  answer a;
  auto day = day_of(q, r);
  a.columns = {"unit",   "via",         "scans", "counted",          "late", "persons", "venues",
               "inside", "open_alerts", "heard", "persons_estimated"};
  auto open = fold.book.open_by_unit();
  for (auto& [unit, w] : fold.book.wards()) {
    auto row = w.days.find(day);
    auto none = day_rollup{};
    auto& d = row == w.days.end() ? none : row->second;
    auto n = open.find(unit);
    a.rows.push_back({std::string{unit.text()}, std::string{w.via.text()}, text(d.taken),
                      text(d.counted), text(d.late), text(d.persons), text(d.venues),
                      text(d.inside), n == open.end() ? "0" : text(n->second.unresolved()),
                      when(w.heard), d.persons_estimated ? "yes" : "no"});
  }
  auto sum = fold.book.sum_day(day);
  a.facts = {{"day", day_text(day)},
             {"wards", text(sum.wards)},
             {"wards_without_a_scan", text(sum.wards_zero)},
             {"scans", text(sum.taken)},
             {"counted", text(sum.counted)},
             {"late", text(sum.late)},
             {"person_wards", text(sum.person_wards)},
             {"wards_estimated", text(sum.wards_estimated)},
             {"persons_estimate", text(sum.persons_estimate)},
             {"inside", text(sum.inside)}};
  return a;
}

answer counts_by_hour(const area_fold& fold, const scan_round& r, const command& c,
                      const query& q) {
  answer a;
  auto day = day_of(q, r);
  auto units = fold.units_of(c.unit);
  if (!units)
    return plain(code::unit_not_below, std::string{c.unit.text()});
  a.columns = {"hour", "in", "out", "refused", "late", "poster"};
  auto hours = fold.book.hours_of(day, *units);
  hour_counts sum;
  for (std::size_t h = 0; h != hours.size(); ++h) {
    auto& n = hours[h];
    sum.in += n.in;
    sum.out += n.out;
    if (n == hour_counts{})
      continue;
    a.rows.push_back(
      {text(h), text(n.in), text(n.out), text(n.refused), text(n.late), text(n.poster)});
  }
  a.facts = {{"day", day_text(day)}, {"in", text(sum.in)}, {"out", text(sum.out)}};
  return a;
}

answer counts_by_reason(const area_fold& fold, const scan_round& r, const query& q) {
  answer a;
  auto day = day_of(q, r);
  auto sum = fold.book.sum_day(day);
  a.columns = {"code", "scans"};
  for (auto& [reason, count] : sum.reasons)
    a.rows.push_back({text(reason), text(count)});
  a.facts = {{"day", day_text(day)}, {"scans", text(sum.taken)}};
  return a;
}

answer alert_list(const area_fold& fold, const command& c, const query& q) {
  answer a;
  a.columns = alert_columns();
  auto units = fold.units_of(c.unit);
  if (!units)
    return plain(code::unit_not_below, std::string{c.unit.text()});
  auto wanted = [&](unit_code u) {
    return units->empty() || std::ranges::find(*units, u) != units->end();
  };
  std::uint64_t number = 0;
  auto add = [&](const alert& what) {
    ++number;
    if (!wanted(what.unit) || number <= q.after || !has_room(a, q))
      return;
    a.rows.push_back(alert_row(number, what));
  };
  fold.alerts.each_open([&](std::uint64_t, const alert& what) { add(what); });
  fold.book.each_open(add);
  return a;
}

} // namespace

answer answer_area_query(const area_fold& fold, const scan_round& r, const command& c) {
  auto& q = std::get<query>(c.body);
  if (auto why = is_out_of_reach(q, r, area_book::days_kept); why != code::done)
    return plain(why, day_text(q.day));
  switch (q.what) {
  case query_kind::status:
    return status(fold, r);
  case query_kind::node_list:
    return node_list(fold, r, q);
  case query_kind::counts_by_unit:
    return counts_by_unit(fold, r, q);
  case query_kind::counts_by_hour:
    return counts_by_hour(fold, r, c, q);
  case query_kind::counts_by_reason:
    return counts_by_reason(fold, r, q);
  case query_kind::alert_list:
    return alert_list(fold, c, q);
  case query_kind::subscription_list:
    return fold.feeds.list(fold.up);
  case query_kind::unit_rows:
    return unit_rows(fold, r, c);
  case query_kind::contact_list:
    return area_contacts(fold, c);
  case query_kind::level_list: // what it said to all its wards, or those above
    return list_levels(fold.facts.levels(), r, q);
  case query_kind::rulebook_list:
    return list_rulebooks(fold.facts.rulebooks());
  case query_kind::counts_by_venue: // a ward's own: its register, its cards
  case query_kind::venue_list:
  case query_kind::venue_show:
  case query_kind::group_list:
  case query_kind::device_list:
  case query_kind::card_show:
  case query_kind::verify:
  case query_kind::identities:
    return plain(code::query_elsewhere);
  case query_kind::audit_list: // AUDITOR answers it
    break;
  }
  return plain(code::query_malformed);
}

void area_fold::answer_queries(scan_round& r) {
  for (auto i : r.queries) {
    auto& in = r.commands[i];
    if (std::get<query>(in.what.body).what == query_kind::audit_list) {
      r.audit_asked.push_back(in); // AUDITOR answers, from the disk
      continue;
    }
    auto a = answer_area_query(*this, r, in.what);
    if (a.code == code::unit_not_below)
      r.audit.push_back(note_of(in.what, {in.by, in.unit, in.role}, audit_way::socket, a.code));
    a.id = in.what.id;
    a.node_time = r.stamp;
    r.replies.push_back({in.peer, frame_kind::answer, encode_answer(a), 0});
  }
}

} // namespace wardflow
