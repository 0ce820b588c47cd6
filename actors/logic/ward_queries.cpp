// SPDX-License-Identifier: Apache-2.0
#include "actors/logic/ward_queries.hpp"

#include "actors/logic/query_parts.hpp"
#include "actors/logic/retention.hpp"
#include "actors/logic/ward_fold.hpp"
#include "messages/codec.hpp"

#include <algorithm>
#include <cassert>

namespace wardflow {

using namespace query_part;

namespace {

bool wants_all_venues(query_kind what) {
  return what == query_kind::counts_by_venue || what == query_kind::counts_by_hour ||
         what == query_kind::identities || what == query_kind::verify || what == query_kind::status;
}

/// Persons of the ward are known for as long as their identities; counts live longer.
unsigned days_kept(const query& q) {
  return q.what == query_kind::identities ? identity_days - 1 : count_days;
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
  std::uint64_t alerts = 0;
  s.alerts.each_open([&](std::uint64_t, const alert&) { ++alerts; });
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
    {"counted_before", text(s.rollups.counted_before())},
    {"open_alerts", text(alerts)},
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
    {"directives_refused", text(fold.figures.directives_refused)},
  };
  a.facts.insert(a.facts.end(), r.node_facts.begin(), r.node_facts.end());
  return a;
}

} // namespace

namespace query_part {

void each_venue(ward_fold& fold, scan_round& r, day_number day,
                const std::function<void(const venue_entry&, const venue_counts&)>& f) {
  auto asked = static_cast<std::size_t>(std::find(r.report_days.begin(), r.report_days.end(), day) -
                                        r.report_days.begin());
  for (auto& entry : fold.state.places.venues()) {
    auto& slot = fold.state.slots.at(entry.number);
    if (slot.away) {
      assert(entry.slice_round == r.number && entry.slice - 1 < r.slices.size());
      auto& work = r.slices[entry.slice - 1];
      assert(work.number == entry.number && asked < work.counts.size());
      f(entry, work.counts[asked]);
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

} // namespace query_part

void ask_venues(ward_fold& fold, scan_round& r, const query& q) {
  if (!wants_all_venues(q.what) || is_out_of_reach(q, r, days_kept(q)) != code::done)
    return;
  auto day = q.what == query_kind::status ? local_day(r.stamp) : day_of(q, r);
  if (q.what == query_kind::verify)
    r.digest = true;
  else if (std::find(r.report_days.begin(), r.report_days.end(), day) == r.report_days.end())
    r.report_days.push_back(day);
  for (auto& entry : fold.state.places.venues())
    if (fold.state.slots.at(entry.number).away)
      fold.slice_of(r, entry);
}

answer answer_query(ward_fold& fold, scan_round& r, const command& c) {
  auto& q = std::get<query>(c.body);
  if (q.what == query_kind::contact_list) // of units above too
    return list_contacts(fold.state.contacts.all(), c);
  if (!c.unit.empty() && c.unit != fold.state.unit)
    return plain(code::unit_not_below, std::string{c.unit.text()});
  if (auto why = is_out_of_reach(q, r, days_kept(q)); why != code::done)
    return plain(why, day_text(q.day));
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
    return group_list(fold, q);
  case query_kind::rulebook_list:
    return list_rulebooks(fold.state.shelf);
  case query_kind::device_list:
    return device_list(fold, q);
  case query_kind::card_show:
    return card_show(fold, r, q);
  case query_kind::level_list:
    return list_levels(fold.state.levels, r, q);
  case query_kind::alert_list:
    return alert_list(fold, q);
  case query_kind::subscription_list:
    return fold.state.feeds.list(fold.state.up);
  case query_kind::node_list:
  case query_kind::counts_by_unit:
  case query_kind::unit_rows:
    return plain(code::query_elsewhere);
  case query_kind::contact_list: // above
  case query_kind::verify:       // the reader answers it
  case query_kind::audit_list:   // ... and AUDITOR this one
    break;
  }
  return plain(code::query_malformed);
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
    if (q.what == query_kind::audit_list) {
      r.audit_asked.push_back(in);
      continue;
    }
    auto a = answer_query(*this, r, in.what);
    a.id = in.what.id;
    a.node_time = r.stamp;
    r.replies.push_back({in.peer, frame_kind::answer, encode_answer(a), 0});
  }
}

hash128_value ward_fold::state_hash(const scan_round& r) {
  auto sum = state.state_hash();
  for (auto& work : r.slices) // of those with an actor; one that fell asleep again is below
    if (work.digest && state.slots.at(work.number).away)
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
