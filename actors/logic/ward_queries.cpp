// SPDX-License-Identifier: Apache-2.0
#include "actors/logic/ward_queries.hpp"

#include "actors/logic/person_sketch.hpp"
#include "actors/logic/ward_fold.hpp"
#include "actors/logic/ward_query_parts.hpp"
#include "messages/codec.hpp"

#include <algorithm>
#include <functional>

namespace wardflow {

using namespace query_part;

namespace {

bool wants_all_venues(query_kind what) {
  return what == query_kind::counts_by_venue || what == query_kind::counts_by_hour ||
         what == query_kind::identities || what == query_kind::verify || what == query_kind::status;
}

/// Calls f(entry, counts) for every venue that was ever scanned, in the register's order.
void each_venue(ward_fold& fold, scan_round& r, day_number day,
                const std::function<void(const venue_entry&, const venue_counts&)>& f) {
  for (auto& entry : fold.state.places.venues()) {
    auto& slot = fold.state.slots.at(entry.number);
    if (slot.away) {
      for (auto& work : r.slices)
        if (entry.slice_round == r.number && &work == &r.slices[entry.slice - 1])
          f(entry, work.report == day ? work.counts : venue_counts{});
    } else if (slot.ledger != nullptr) {
      f(entry, slot.ledger->counts(day));
    } else if (!slot.asleep.empty()) {
      venue_ledger ledger;
      std::uint64_t stamp = 0;
      if (ledger.load(slot.asleep, stamp))
        f(entry, ledger.counts(day));
    }
  }
}

answer status(ward_fold& fold, scan_round& r) {
  answer a;
  auto& s = fold.state;
  auto today = local_day(r.stamp);
  std::uint64_t inside = 0, active = 0, revoked = 0;
  each_venue(fold, r, today, [&](const venue_entry&, const venue_counts& c) {
    inside += c.inside;
    active += !c.hours.empty();
  });
  for (auto& d : s.devices.all())
    revoked += d->revoked_at != 0;
  auto* tally = s.tally.find(today);
  auto persons = s.cards.persons_on(today);
  auto* book = s.shelf.in_force(r.stamp);
  a.facts = {
    {"clock", r.clock_unsure ? "unsure" : "sure"},
    {"unit", std::string{s.unit.text()}},
    {"time", time_text(r.stamp)},
    {"round", text(r.number)},
    {"scans_taken", text(s.scans)},
    {"today", day_text(today)},
    {"scans_today", text(tally == nullptr ? 0 : tally->scans)},
    {"counted_today", text(tally == nullptr ? 0 : tally->counted)},
    {"persons_today", text(persons.persons)},
    {"inside_now", text(inside)},
    {"venues", text(s.places.size())},
    {"venues_active", text(active)},
    {"groups", text(s.places.groups().size())},
    {"devices", text(s.devices.all().size() - revoked)},
    {"devices_revoked", text(revoked)},
    {"cards", text(s.cards.size())},
    {"rulebook", book == nullptr ? "" : text(book->version) + " " + book->name},
    {"levels_as_of", when(s.levels_as_of)},
    {"cards_as_of", when(s.cards_as_of)},
    {"repeats_answered", text(fold.figures.repeats)},
    {"frames_refused", text(fold.figures.refused_frames)},
  };
  a.facts.insert(a.facts.end(), r.node_facts.begin(), r.node_facts.end());
  return a;
}

answer counts_by_venue(ward_fold& fold, scan_round& r, const query& q) {
  answer a;
  a.columns = {"venue",  "name",   "in",       "out",       "refused", "persons",
               "inside", "visits", "inferred", "unmatched", "late"};
  std::vector<std::pair<std::uint64_t, std::vector<std::string>>> rows;
  each_venue(fold, r, day_of(q, r), [&](const venue_entry& entry, const venue_counts& c) {
    std::uint64_t in = 0, out = 0, refused = 0, late = 0;
    for (auto& h : c.hours) {
      in += h.in;
      out += h.out;
      refused += h.refused;
      late += h.late;
    }
    if (in + out == 0 && c.inside == 0 && c.day.closed == 0)
      return;
    rows.push_back({in + out,
                    {to_text(entry.facts.id), std::string{fold.state.places.name(entry)}, text(in),
                     text(out), text(refused), text(c.day.persons), text(c.inside),
                     text(std::uint64_t{c.day.exited} + c.day.closed), text(c.day.closed),
                     text(c.day.unmatched), text(late)}});
  });
  std::stable_sort(rows.begin(), rows.end(), [](auto& x, auto& y) { return x.first > y.first; });
  for (auto& [scans, row] : rows)
    a.rows.push_back(std::move(row));
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

/// DOMAIN §9: each identity with both sides, so that a false one explains itself.
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
  each_venue(fold, r, day, [&](const venue_entry&, const venue_counts& c) {
    auto has_day = c.day.carried + c.day.entered + c.day.exited + c.day.closed != 0;
    carried += has_day ? c.day.carried : today ? c.inside : 0;
    entered += c.day.entered;
    exited += c.day.exited;
    closed += c.day.closed;
    inside += c.inside;
    std::uint64_t here = 0;
    for (auto& h : c.hours)
      here += h.in + h.out;
    scans += here;
    active += here != 0;
    persons += c.day.persons;
    persons_max = std::max<std::uint64_t>(persons_max, c.day.persons);
    worst_persons += c.day.persons > here ? 1 : 0;
  });
  auto ward = fold.state.cards.persons_on(day).persons;
  if (today)
    add("carried + in - out - closed by rule = inside", carried + entered, "=",
        inside + exited + closed);
  add("active venues <= registered venues", active, "<=", fold.state.places.size());
  add("persons <= scans", persons, "<=", scans);
  add("venues with more persons than scans", worst_persons, "=", 0);
  add("persons of the ward <= sum over venues", ward, "<=", persons);
  add("persons of the busiest venue <= persons of the ward", persons_max, "<=", ward);
  std::uint64_t counted = 0, by_reason = 0, taken = 0, by_device = 0;
  for (auto& [d, row] : fold.state.tally.days()) {
    counted += row.counted;
    taken += row.scans;
    for (auto n : row.reasons)
      by_reason += n;
  }
  for (auto& d : fold.state.devices.all())
    by_device += d->counted;
  add("scans by reason = scans taken (31 days)", by_reason, "=", taken);
  add("scans taken (31 days) <= scans by device", taken, "<=", by_device);
  add("scans by device = scans ever taken", by_device, "=", fold.state.scans);
  add("scans at venues on the day <= counted (31 days)", scans, "<=", counted);
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

} // namespace

void ask_venues(ward_fold& fold, scan_round& r, const query& q) {
  if (!wants_all_venues(q.what))
    return;
  if (q.what == query_kind::verify)
    r.digest = true;
  else
    r.report_day = day_of(q, r); // two questions about two days in one round: the last day wins
  for (auto& entry : fold.state.places.venues())
    if (fold.state.slots.at(entry.number).away)
      fold.slice_of(r, entry);
}

answer answer_query(ward_fold& fold, scan_round& r, const query& q) {
  switch (q.what) {
  case query_kind::status:
    return status(fold, r);
  case query_kind::counts_by_venue:
    return counts_by_venue(fold, r, q);
  case query_kind::counts_by_hour:
    return counts_by_hour(fold, r, q);
  case query_kind::counts_by_reason:
    return counts_by_reason(fold, r, q);
  case query_kind::identities:
    return identities(fold, r, q);
  case query_kind::venue_list:
  case query_kind::venue_show:
    return venue_list(fold, q);
  case query_kind::group_list:
  case query_kind::rulebook_list:
    return lists(fold, q);
  case query_kind::device_list:
    return device_list(fold);
  case query_kind::card_show:
    return card_show(fold, r, q);
  case query_kind::level_list:
    return level_list(fold, r, q);
  case query_kind::verify:
    break; // the reader answers it
  }
  answer a;
  a.code = code::query_malformed;
  return a;
}

void ward_fold::finish_queries(scan_round& r) {
  for (auto i : r.queries) {
    auto& in = r.commands[i];
    auto& q = std::get<query>(in.what.body);
    if (q.what == query_kind::verify) {
      r.verify_wanted = true;
      r.verify_by = in;
      r.state_hash = state_hash(r);
      continue;
    }
    auto a = answer_query(*this, r, q);
    a.id = in.what.id;
    a.node_time = r.stamp;
    r.replies.push_back({in.peer, frame_kind::answer, encode_answer(a), 0});
  }
}

hash128_value ward_fold::state_hash(const scan_round& r) {
  auto sum = state.state_hash();
  for (auto& work : r.slices)
    if (work.digest)
      add_to(sum, ledger_hash(work.serial, work.state_hash));
  for (auto& entry : state.places.venues()) {
    auto& slot = state.slots.at(entry.number);
    if (slot.away || (slot.ledger == nullptr && slot.asleep.empty()))
      continue;
    auto slept = slot.ledger == nullptr;
    add_to(sum,
           ledger_hash(serial_of(entry.facts.id), state.slots.rest(entry.number)->state_hash()));
    if (slept)
      state.slots.sleep(entry.number, slot.stamp);
  }
  return sum;
}

} // namespace wardflow
