// SPDX-License-Identifier: Apache-2.0
// Proves: the newest revision of each hour that was told is the sum of the ledgers, of each day the
//         tally's and the cards'; revisions grow and none is used twice; what has not changed is
//         not told; hours are told every 5 s and days every 60 s at most, a day once it is over.
// Method: random rounds by seed with scans weeks late and restarts in between, read as a parent
//         reads the up-log; single cases by hand.
#define BOOST_TEST_MODULE ward_rollups
#include "actors/logic/person_sketch.hpp"
#include "tests/actors/logic/ledger_hours.hpp"
#include "tests/support/command_samples.hpp"

#include <boost/test/unit_test.hpp>

#include <map>

using namespace wardflow;
using namespace wardflow::test;

namespace {

/// A ward whose parent reads each commit, and what it has read.
struct told_world : fold_world {
  explicit told_world(ward_fold::options o = eager()) : fold_world(o) {
    fold->state.up.hold("parent", lane::bulk, 1);
    furnish(*this);
  }
  void run(scan_round& r, std::uint64_t seed = 0) override {
    fold_world::run(r, seed);
    for (auto& row : r.rows)
      if (row.table == state_table::up && !row.erase &&
          offset_log::is_chunk_key(lane::bulk, row.key))
        read(row.value);
    next_due = r.next_due;
  }
  void read(const std::vector<std::byte>& chunk) {
    auto copy = frame_body::copy_of(chunk);
    link_batch batch;
    BOOST_REQUIRE((read_link_batch(copy.view(), batch) == code::ok));
    for (auto& e : batch.entries) {
      BOOST_REQUIRE(e.offset == ++last_offset);
      BOOST_REQUIRE(e.at == stamp);
      if (e.kind == entry_kind::hour_rollup) {
        hour_rollup h;
        BOOST_REQUIRE((read_hour_rollup(e.body, h) == code::ok));
        take(hours[h.hour], h);
        if (hours_at.empty() || hours_at.back() != e.at)
          hours_at.push_back(e.at);
      } else if (e.kind != entry_kind::watermark) { // those: register_news_test
        day_rollup d;
        BOOST_REQUIRE((e.kind == entry_kind::day_rollup));
        BOOST_REQUIRE((read_day_rollup(e.body, d) == code::ok));
        take(days[d.day], d);
        if (days_at.empty() || days_at.back() != e.at)
          days_at.push_back(e.at);
      }
      told += e.kind != entry_kind::watermark;
    }
  }
  template <class Rollup>
  void take(Rollup& held, const Rollup& r) {
    BOOST_REQUIRE(r.revision > held.revision);
    BOOST_REQUIRE(r.unit == fold->state.unit);
    auto same = r;
    same.revision = held.revision;
    BOOST_REQUIRE((again || !(same == held))); // it has changed
    held = r;
  }
  code restart() override {
    auto done = fold_world::restart();
    fold->state.up.hold("parent", lane::bulk, 1);
    hours_at.clear();
    days_at.clear();
    return done;
  }
  void empty() {
    scan_round r;
    run(r);
  }
  /// As GATE does: an empty round when something is due, for a while.
  void wait(time_ms span) {
    for (auto until = stamp + span; next_due != 0 && next_due <= until;) {
      stamp = std::max(stamp, next_due);
      empty();
      BOOST_REQUIRE(next_due != 1);
      if (next_due != 0 && next_due <= stamp)
        stamp += 1;
    }
  }
  void visit(std::uint64_t card, time_ms at, std::uint32_t serial = 1) {
    scan s;
    s.venue = make_venue_id(ward, serial);
    s.card = card_id{card};
    s.at = at;
    scan_round r;
    r.scans.push_back({peer_id{1}, device_id{1}, encode_batch(1, next++, {&s, 1}), 0});
    run(r);
  }

  std::map<hour_number, hour_rollup> hours;
  std::map<day_number, day_rollup> days;
  std::vector<time_ms> hours_at, days_at; // since the last start
  std::uint64_t last_offset = 0;
  std::uint64_t told = 0;
  std::uint64_t next = 1;
  time_ms next_due = 0;
  bool again = false;
};

void compare(told_world& w) {
  std::map<hour_number, hour_counts> newest;
  for (auto& [hour, r] : w.hours)
    newest[hour] = r.counts;
  BOOST_REQUIRE((kept(newest, w.stamp) == by_ledgers(w)));
  auto& state = w.fold->state;
  auto today = local_day(w.stamp);
  for (auto& [day, row] : state.tally.days())
    BOOST_REQUIRE((w.days.contains(day) || day + identity_days <= today));
  for (auto& [day, r] : w.days) {
    if (day + identity_days <= today)
      continue; // persons are forgotten: what was told stands
    auto persons = state.cards.persons_on(day);
    BOOST_REQUIRE(r.persons == persons.persons);
    BOOST_REQUIRE((day == today ? r.linked == persons.linked : r.linked <= persons.linked));
    person_sketch sketch, held;
    state.cards.for_each_person_on(day, [&](card_id card) { sketch.add(card); });
    BOOST_REQUIRE((r.sketch.empty() || held.load(r.sketch)));
    BOOST_REQUIRE((sketch == held));
    auto* row = state.tally.find(day);
    tally_day none;
    if (row == nullptr)
      row = &none;
    BOOST_REQUIRE(r.taken == row->scans);
    BOOST_REQUIRE(r.counted == row->counted);
    BOOST_REQUIRE(r.late == row->late);
    BOOST_REQUIRE((r.decisions == row->decisions));
    BOOST_REQUIRE((r.colours == row->colours));
    std::uint64_t by_reason = 0;
    for (auto& [reason, count] : r.reasons)
      by_reason += count;
    BOOST_REQUIRE(by_reason == row->scans);
  }
  std::uint32_t inside = 0;
  for (auto& entry : state.places.venues())
    inside += state.slots.rest(entry.number)->inside();
  BOOST_REQUIRE(w.fold->state.slots.inside() == inside);
  if (auto at = w.days.find(today); at != w.days.end()) {
    BOOST_REQUIRE(at->second.inside == inside);
    BOOST_REQUIRE(at->second.venues == venue_count);
  }
}

/// So far apart at least, but for the first after midnight.
void apart(const std::vector<time_ms>& at, time_ms span) {
  for (std::size_t i = 1; i < at.size(); ++i)
    BOOST_REQUIRE((at[i] - at[i - 1] >= span || local_day(at[i]) != local_day(at[i - 1])));
}

} // namespace

BOOST_AUTO_TEST_CASE(the_newest_revisions_are_the_wards_counts_over_late_scans_and_restarts) {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      told_world w;
      traffic t{seed};
      for (auto part = 0; part != 10; ++part) {
        for (auto i = 0; i != 20; ++i) {
          auto before = w.stamp;
          pass(t, w);
          auto to = std::exchange(w.stamp, before);
          if (t.below(2) == 0)
            w.wait(to - before); // GATE's empty rounds, or one late round for all
          w.stamp = to;
          scan_round r;
          r.clock_unsure = t.below(20) == 0;
          t.frames(w, r);
          w.run(r, t.random());
          if (t.below(15) == 0)
            BOOST_REQUIRE(w.restart() == code::ok);
        }
        w.wait(2 * minute_ms);
        compare(w);
        apart(w.hours_at, 5 * second_ms);
        apart(w.days_at, minute_ms);
        BOOST_REQUIRE(w.restart() == code::ok);
        auto told = w.told;
        w.empty();
        w.wait(2 * minute_ms);
        if (local_day(w.stamp) == w.days.rbegin()->first)
          BOOST_TEST(w.told <= told + 1); // at most somebody's closing
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(hours_are_told_every_5_s_and_only_those_that_changed) {
  told_world w;
  w.wait(minute_ms);
  w.stamp += minute_ms;
  auto begin = w.stamp;
  for (auto i = 0; i != 40; ++i, w.stamp += second_ms)
    w.visit(static_cast<std::uint64_t>(1 + i), w.stamp);
  BOOST_TEST(w.hours_at.size() == 8u);
  BOOST_TEST(w.hours_at.front() == begin);
  BOOST_TEST(w.hours.size() == 1u);
  BOOST_TEST(w.hours.begin()->second.revision == 8u);
  BOOST_TEST(w.next_due == w.hours_at.back() + 5 * second_ms);
  w.wait(minute_ms);
  BOOST_TEST(w.hours.begin()->second.counts.in == 40u);
  auto told = w.told;
  for (auto i = 0; i != 50; ++i, w.stamp += minute_ms)
    w.empty();
  BOOST_TEST(w.told == told);
}

BOOST_AUTO_TEST_CASE(a_day_is_told_once_more_when_it_is_over) {
  told_world w;
  w.stamp = start_of(static_cast<day_number>(local_day(w.stamp) + 1)) - 10 * second_ms;
  auto day = local_day(w.stamp);
  w.say(std::vector<card_update>{card(1), card(2)});
  w.visit(1, w.stamp, 7); // never closes: whoever is in stays in
  w.stamp += second_ms;
  w.visit(2, w.stamp, 7);
  BOOST_TEST(w.days[day].persons == 1u);
  BOOST_TEST(w.next_due == w.stamp + 4 * second_ms); // the hour's
  w.wait(20 * second_ms);
  BOOST_TEST(w.days[day].persons == 2u);
  BOOST_TEST(w.days[day].inside == 2u);
  BOOST_TEST(w.days_at.back() == start_of(static_cast<day_number>(day + 1)));
}

BOOST_AUTO_TEST_CASE(a_late_scan_changes_its_own_hour_and_the_persons_of_its_day) {
  told_world w;
  w.visit(1, w.stamp);
  w.wait(2 * minute_ms);
  auto told = w.told;
  auto at = w.stamp - 9 * day_ms;
  w.visit(2, at);
  w.wait(2 * minute_ms);
  BOOST_TEST(w.told == told + 3); // the hour, its day, the day of arrival
  BOOST_TEST(w.hours[local_hour(at)].counts.late == 1u);
  BOOST_TEST(w.days[local_day(at)].persons == 1u);
  BOOST_TEST(w.days[local_day(at)].taken == 0u);
  BOOST_TEST(w.days[local_day(w.stamp)].late == 1u);
  told = w.told;
  w.visit(3, w.stamp - 25 * day_ms); // counted, but nobody knows any more who it was
  w.wait(2 * minute_ms);
  BOOST_TEST(w.told == told + 2);
}

BOOST_AUTO_TEST_CASE(all_that_is_held_is_told_again_when_those_above_have_lost_it) {
  told_world w;
  traffic t{5};
  for (auto i = 0; i != 40; ++i) {
    w.stamp += 3 * hour_ms;
    scan_round r;
    t.frames(w, r);
    w.run(r);
  }
  w.stamp += 25 * day_ms; // some days are too old for their persons
  w.visit(1, w.stamp);
  w.wait(2 * minute_ms);
  auto hours = kept({}, w.stamp).size() + by_ledgers(w).size();
  std::size_t days = 0;
  for (auto& [day, r] : w.days)
    days += day + count_days >= local_day(w.stamp);
  auto before = w.days;
  auto told = w.told;
  w.again = true;
  w.fold->state.rollups.republish_all();
  w.empty();
  BOOST_TEST(w.told == told + hours + days);
  compare(w);
  for (auto& [day, r] : before)
    if (day + count_days >= local_day(w.stamp))
      BOOST_TEST((w.days[day].persons == r.persons));
}

BOOST_AUTO_TEST_CASE(a_parent_that_knows_nothing_of_us_is_told_of_an_empty_day_too) {
  told_world w;
  w.wait(2 * minute_ms);
  w.stamp += 3 * day_ms;
  w.empty();
  w.wait(2 * minute_ms);
  auto today = local_day(w.stamp);
  BOOST_TEST(!w.days.contains(today)); // nothing has changed
  w.again = true;
  w.fold->state.rollups.republish_all();
  w.empty();
  BOOST_REQUIRE(w.days.contains(today));
  BOOST_TEST(w.days[today].taken == 0u);
  BOOST_TEST(w.days[today].venues == w.fold->state.places.venues().size());
}

BOOST_AUTO_TEST_CASE(a_node_restored_from_an_old_backup_is_newer_than_what_it_told_before) {
  told_world w;
  w.visit(1, w.stamp);
  w.wait(2 * minute_ms);
  auto backup = w.rows;
  auto number = w.number;
  for (auto i = 0; i != 30; ++i, w.stamp += 10 * second_ms)
    w.visit(2, w.stamp);
  w.rows = backup;
  std::erase_if(w.records, [&](auto& record) { return record.first > number; });
  w.options.rollups.revision_min = (2 - 1) << 20 | 1; // its second epoch
  BOOST_REQUIRE(w.restart() == code::ok);
  w.last_offset = w.fold->state.up.next(lane::bulk) - 1;
  w.next = 2;
  w.again = true;
  w.fold->state.rollups.republish_all();
  w.empty(); // revisions grow: `take` has looked
  w.wait(2 * minute_ms);
  compare(w);
}

BOOST_AUTO_TEST_CASE(a_damaged_row_of_what_was_told_is_not_taken) {
  told_world w;
  w.visit(1, w.stamp);
  w.wait(2 * minute_ms);
  auto seen = 0;
  for (auto& [key, value] : w.rows) {
    if (!key.second.starts_with(ward_rollups::key_prefix))
      continue;
    ++seen;
    ward_rollups fresh;
    for (std::size_t n = 0; n < value.size(); ++n)
      BOOST_TEST(!fresh.load(key.second, std::span{value}.first(n)));
    BOOST_TEST(!fresh.load(key.second + "1", value));
    BOOST_TEST(fresh.load(key.second, value));
  }
  BOOST_TEST(seen == 2);
}

BOOST_AUTO_TEST_CASE(a_ward_built_anew_tells_sums_with_what_the_machine_before_had_told) {
  told_world w;
  auto today = local_day(w.stamp);
  auto hour = local_hour(w.stamp);
  auto yesterday = static_cast<day_number>(today - 1);
  auto weeks_ago = static_cast<day_number>(today - 25);
  auto day_before = [&](day_number day, std::uint64_t first_card, std::uint64_t cards) {
    day_rollup d;
    d.unit = w.fold->state.unit;
    d.day = day;
    d.revision = 40;
    d.taken = d.counted = 50;
    d.decisions[0] = 50;
    d.reasons = {{0, 45}, {17, 5}};
    d.persons = cards;
    d.venues = 3;
    person_sketch sketch;
    for (std::uint64_t i = 0; i != cards; ++i)
      sketch.add(card_id{first_card + i});
    d.sketch = sketch.save();
    return d;
  };
  std::vector<saved_row> rows;
  rows.push_back(
    ward_rollups::before_row(hour_rollup{w.fold->state.unit, hour, 40, {7, 3, 1, 0, 2}}));
  rows.push_back(
    ward_rollups::before_row(hour_rollup{w.fold->state.unit, hour - 30, 40, {9, 9, 0, 0, 0}}));
  for (auto& d :
       {day_before(today, 10, 30), day_before(yesterday, 10, 20), day_before(weeks_ago, 1, 5)})
    rows.push_back(ward_rollups::before_row(d));
  for (auto& row : rows)
    w.rows[{row.table, row.key}] = row.value;
  BOOST_REQUIRE(w.restart() == code::ok);
  BOOST_TEST(w.fold->state.rollups.counted_before() == 28u);
  for (std::uint64_t card : {12, 13, 77}) // two of them were there before
    w.visit(card, w.stamp);
  w.stamp += minute_ms; // hours and days are told
  w.empty();
  BOOST_TEST(w.hours.at(hour).counts.in == 10u);
  BOOST_TEST(w.hours.at(hour).counts.out == 3u);
  BOOST_TEST(!w.hours.contains(hour - 30)); // the parent has it: nothing is new
  auto d = w.days.at(today);
  BOOST_TEST(d.taken == 53u);
  BOOST_TEST(d.persons_estimated);
  BOOST_TEST((d.persons >= 30 && d.persons <= 32));
  std::uint64_t by_reason = 0;
  for (auto& [reason, n] : d.reasons)
    by_reason += n;
  BOOST_TEST(by_reason == 53u);
  BOOST_TEST(w.days.at(yesterday).persons == 20u); // nobody came after: it stays exact
  BOOST_TEST(!w.days.at(yesterday).persons_estimated);
  BOOST_REQUIRE(w.restart() == code::ok);
  w.visit(78, w.stamp);
  w.stamp += minute_ms;
  w.empty();
  BOOST_TEST(w.hours.at(hour).counts.in == 11u); // and once only
  BOOST_TEST(w.days.at(today).taken == 54u);
  w.again = true;
  w.fold->state.rollups.republish_all(); // another parent hears all of it
  w.empty();
  BOOST_TEST(w.hours.at(hour - 30).counts.in == 9u);
  BOOST_TEST(w.days.at(weeks_ago).taken == 50u);
  w.stamp += 40 * day_ms;
  w.visit(79, w.stamp);
  w.empty();
  for (auto& [key, value] : w.rows)
    BOOST_TEST(!key.second.starts_with("told/before/"), key.second); // gone in their time
}
