// SPDX-License-Identifier: Apache-2.0
// Proves: the ward's hours are the sums of the venues' ledgers, hour by hour and column by column:
//         with scans weeks late, scanners ahead over midnight, clocks that are not believed, days
//         without a round, restarts; a tally of the first schema gets its hours back.
// Method: random rounds by seed; every ledger's hours summed beside, after rounds and restarts. A
//         saved tally is written again as the first schema had it.
#define BOOST_TEST_MODULE ward_hours
#include "messages/packed.hpp"
#include "tests/actors/logic/ledger_hours.hpp"
#include "tests/support/command_samples.hpp"

#include <boost/test/unit_test.hpp>

#include <map>

using namespace wardflow;
using namespace wardflow::test;

namespace {

std::map<hour_number, hour_counts> by_tally(fold_world& w) {
  std::map<hour_number, hour_counts> hours;
  for (auto& [hour, row] : w.fold->state.tally.hours())
    hours[hour] = row.counts();
  return kept(std::move(hours), w.stamp);
}

/// Random rounds; some under a clock that is not believed, some seconds before midnight.
void go_on(fold_world& w, traffic& t, int rounds) {
  for (auto i = 0; i != rounds; ++i) {
    pass(t, w);
    if (t.below(40) == 0)
      w.stamp = start_of(static_cast<day_number>(local_day(w.stamp) + 1)) - 2 * second_ms;
    scan_round r;
    r.clock_unsure = t.below(10) == 0;
    t.frames(w, r);
    if (t.below(4) == 0) {
      scan s = t.any_scan(w);
      s.at = w.stamp + 3 * minute_ms;
      r.scans.push_back({peer_id{1}, device_id{1}, encode_batch(1, t.next++, {&s, 1}), 0});
    }
    w.run(r, t.random());
  }
}

std::vector<std::byte> as_first_schema(const ward_tally& tally, std::uint64_t stamp) {
  packed_writer out;
  out.number(stamp);
  out.number(1);
  out.number(tally.days().size());
  for (auto& [day, row] : tally.days()) {
    out.number(day);
    out.rows(std::vector<tally_day>{row});
  }
  return out.take();
}

} // namespace

BOOST_AUTO_TEST_CASE(the_wards_hours_are_the_sums_of_the_ledgers_hours) {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      fold_world w{eager()};
      furnish(w);
      traffic t{seed};
      for (auto part = 0; part != 12; ++part) {
        go_on(w, t, 20);
        BOOST_REQUIRE(!by_tally(w).empty());
        BOOST_REQUIRE((by_tally(w) == by_ledgers(w)));
        BOOST_REQUIRE(w.restart() == code::ok);
        BOOST_REQUIRE((by_tally(w) == by_ledgers(w)));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(hours_older_than_31_days_go_with_the_next_scan) {
  fold_world w;
  furnish(w);
  traffic t{7};
  go_on(w, t, 10);
  auto first = w.fold->state.tally.hours().rbegin()->first;
  w.stamp += (count_days + 1) * day_ms;
  scan s;
  s.venue = make_venue_id(w.ward, 1);
  s.card = card_id{1};
  s.at = w.stamp;
  scan_round r;
  r.scans.push_back({peer_id{1}, device_id{1}, encode_batch(1, t.next, {&s, 1}), 0});
  w.run(r);
  BOOST_TEST((w.fold->state.tally.hour(first) == hour_counts{}));
  BOOST_TEST(w.fold->state.tally.hours().size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_tally_of_the_first_schema_gets_its_hours_from_the_ledgers) {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      fold_world w{eager()};
      furnish(w);
      traffic t{seed};
      go_on(w, t, 60);
      auto& tally = w.fold->state.tally;
      std::uint64_t stamp = 0;
      auto& row = w.rows[{state_table::ward, "tally"}];
      BOOST_REQUIRE(tally.load(row, stamp)); // as it was saved, some rounds ago
      row = as_first_schema(tally, stamp);
      BOOST_REQUIRE(w.restart() == code::ok);
      BOOST_TEST(w.fold->state.tally.hours_missing());
      if (seed % 2 == 0) { // a second start before anything is written
        BOOST_REQUIRE(w.restart() == code::ok);
      }
      scan_round nothing;
      w.run(nothing);
      BOOST_REQUIRE((by_tally(w) == by_ledgers(w)));
      BOOST_REQUIRE(w.restart() == code::ok);
      BOOST_TEST(!w.fold->state.tally.hours_missing());
      BOOST_REQUIRE((by_tally(w) == by_ledgers(w)));
      go_on(w, t, 20);
      BOOST_REQUIRE((by_tally(w) == by_ledgers(w)));
    }
  }
}
