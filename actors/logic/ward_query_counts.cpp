// SPDX-License-Identifier: Apache-2.0
// Counts of a day, by venue, hour and reason, and the identities that must hold among them.
#include "actors/logic/person_sketch.hpp"
#include "actors/logic/query_parts.hpp"
#include "actors/logic/ward_fold.hpp"

#include <algorithm>
#include <array>

namespace wardflow::query_part {

answer counts_by_venue(ward_fold& fold, scan_round& r, const query& q) {
  answer a;
  a.columns = {"venue",  "name",   "in",       "out",       "refused", "persons",
               "inside", "visits", "inferred", "unmatched", "late"};
  struct line {
    const venue_entry* entry;
    day_row day;
    std::uint32_t inside;
    std::uint64_t in = 0, out = 0, refused = 0, late = 0;
  };
  std::vector<line> lines;
  each_venue(fold, r, day_of(q, r), [&](const venue_entry& entry, const venue_counts& c) {
    if (static_cast<std::uint64_t>(entry.facts.id) <= q.after ||
        (q.venue != venue_id{} && entry.facts.id != q.venue))
      return;
    line l{&entry, c.day, c.inside};
    for (auto& h : c.hours) {
      l.in += h.in;
      l.out += h.out;
      l.refused += h.refused;
      l.late += h.late;
    }
    if (l.in + l.out != 0 || l.inside != 0 || l.day.closed != 0)
      lines.push_back(l);
  });
  std::sort(lines.begin(), lines.end(),
            [](const line& x, const line& y) { return x.entry->facts.id < y.entry->facts.id; });
  for (auto& l : lines) {
    if (!has_room(a, q))
      break;
    a.rows.push_back({to_text(l.entry->facts.id), std::string{fold.state.places.name(*l.entry)},
                      text(l.in), text(l.out), text(l.refused), text(l.day.persons), text(l.inside),
                      text(std::uint64_t{l.day.exited} + l.day.closed), text(l.day.closed),
                      text(l.day.unmatched), text(l.late)});
  }
  return a;
}

answer counts_by_hour(ward_fold& fold, scan_round& r, const query& q) {
  answer a;
  a.columns = {"hour", "in", "out", "refused", "late", "poster", "revision"};
  std::array<hour_row, 24> sums{};
  each_venue(fold, r, day_of(q, r), [&](const venue_entry& entry, const venue_counts& c) {
    if (q.venue != venue_id{} && entry.facts.id != q.venue)
      return;
    for (auto& h : c.hours) {
      auto& sum = sums[h.hour % 24];
      sum.in += h.in;
      sum.out += h.out;
      sum.refused += h.refused;
      sum.late += h.late;
      sum.poster += h.poster;
      sum.revision += h.revision;
    }
  });
  for (std::uint16_t i = 0; i != 24; ++i) {
    auto& h = sums[i];
    if (h.in + h.out != 0)
      a.rows.push_back({clock_text(static_cast<std::uint16_t>(i * 60)), text(h.in), text(h.out),
                        text(h.refused), text(h.late), text(h.poster), text(h.revision)});
  }
  return a;
}

answer counts_by_reason(const ward_fold& fold, const scan_round& r, const query& q) {
  answer a;
  a.columns = {"code", "scans"};
  auto* day = fold.state.tally.find(day_of(q, r));
  if (day == nullptr)
    return a;
  for (std::size_t i = 0; i != day->reasons.size(); ++i)
    if (day->reasons[i] != 0)
      a.rows.push_back({text(i), text(day->reasons[i])});
  a.facts = {{"scans", text(day->scans)},           {"counted", text(day->counted)},
             {"admitted", text(day->decisions[0])}, {"conditions", text(day->decisions[1])},
             {"refused", text(day->decisions[2])},  {"late", text(day->late)},
             {"green", text(day->colours[1])},      {"yellow", text(day->colours[2])},
             {"red", text(day->colours[3])}};
  return a;
}

namespace {

void add_hour(hour_counts& sum, const hour_row& h) {
  sum.in += h.in;
  sum.out += h.out;
  sum.refused += h.refused;
  sum.late += h.late;
  sum.poster += h.poster;
}

/// Counted scans of a day by the ward's hours: as many as the venues', if each hour is theirs.
std::uint64_t scans_by_hour(const ward_tally& tally, day_number day,
                            const std::array<hour_counts, 24>& venues, std::uint64_t scans) {
  std::uint64_t all = 0, agreed = 0;
  for (std::uint32_t i = 0; i != 24; ++i) {
    auto h = tally.hour(day * 24u + i);
    all += h.in + h.out;
    agreed += h == venues[i] ? h.in + h.out : 0;
  }
  return all == scans ? agreed : all;
}

} // namespace

/// DOMAIN §9: each identity with both sides, so that a false one explains itself. Sums over days
/// are of the 31 that are kept.
answer identities(ward_fold& fold, scan_round& r, const query& q) {
  answer a;
  a.columns = {"identity", "left", "relation", "right", "holds"};
  auto add = [&](std::string name, std::uint64_t left, const char* relation, std::uint64_t right) {
    auto holds = relation[0] == '=' ? left == right : left <= right;
    a.rows.push_back({std::move(name), text(left), relation, text(right), holds ? "yes" : "no"});
    if (!holds)
      a.code = code::state_differs;
  };
  auto day = day_of(q, r);
  std::uint64_t carried = 0, entered = 0, exited = 0, closed = 0, inside = 0, persons = 0,
                scans = 0, active = 0, persons_max = 0, worst_persons = 0;
  auto today = day == local_day(r.stamp);
  std::array<hour_counts, 24> hours{};
  each_venue(fold, r, day, [&](const venue_entry&, const venue_counts& c) {
    auto has_day = c.day.carried + c.day.entered + c.day.exited + c.day.closed != 0;
    carried += has_day ? c.day.carried : today ? c.inside : 0;
    entered += c.day.entered;
    exited += c.day.exited;
    closed += c.day.closed;
    inside += c.inside;
    std::uint64_t here = 0;
    for (auto& h : c.hours) {
      here += h.in + h.out;
      add_hour(hours[h.hour % 24], h);
    }
    scans += here;
    active += here != 0;
    persons += c.day.persons;
    persons_max = std::max<std::uint64_t>(persons_max, c.day.persons);
    worst_persons += c.day.persons > here ? 1 : 0;
  });
  auto ward = fold.state.cards.persons_on(day).persons;
  if (today)
    add("presence_balances", carried + entered, "=", inside + exited + closed);
  add("active_within_registered", active, "<=", fold.state.places.size());
  add("persons_within_scans", persons, "<=", scans);
  add("venues_with_more_persons_than_scans", worst_persons, "=", 0);
  add("ward_persons_within_sum_of_venues", ward, "<=", persons);
  add("busiest_venue_within_ward", persons_max, "<=", ward);
  std::uint64_t counted = 0, by_reason = 0, taken = 0, by_device = 0;
  for (auto& [d, row] : fold.state.tally.days()) {
    counted += row.counted;
    taken += row.scans;
    for (auto n : row.reasons)
      by_reason += n;
  }
  for (auto& d : fold.state.devices.all())
    by_device += d->counted;
  add("reasons_sum_to_scans_taken", by_reason, "=", taken);
  add("scans_taken_within_scans_of_devices", taken, "<=", by_device);
  add("devices_sum_to_all_scans", by_device, "=", fold.state.scans);
  add("day_scans_within_counted", scans, "<=", counted);
  add("hours_sum_to_venues", scans_by_hour(fold.state.tally, day, hours, scans), "=", scans);
  person_sketch sketch;
  fold.state.cards.for_each_person_on(day, [&](card_id person) { sketch.add(person); });
  a.facts = {{"day", day_text(day)},
             {"persons_ward", text(ward)},
             {"persons_estimate", text(sketch.estimate())},
             {"persons_linked", text(fold.state.cards.persons_on(day).linked)},
             {"scans", text(scans)},
             {"inside", text(inside)}};
  return a;
}

} // namespace wardflow::query_part
