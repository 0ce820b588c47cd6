// SPDX-License-Identifier: Apache-2.0
// Proves: a venue that slept is the one that fell asleep, byte for byte; timers come in order of
//         time and then of the register, whatever the order in which they were set.
// Method: random ledgers put to sleep and woken at any time by seed; timers beside a std::set.
#define BOOST_TEST_MODULE venue_slots
#include "actors/logic/venue_slots.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <map>
#include <random>

using namespace wardflow;

namespace {

const time_ms morning = start_of(*parse_day("2021-10-20")) + 8 * hour_ms;

void visit(venue_ledger& ledger, std::mt19937_64& random, time_ms stamp) {
  scan_item item;
  item.person = card_id{1 + random() % 30};
  item.at = stamp;
  item.way = random() % 2 == 0 ? direction::in : direction::out;
  verdict v;
  v.decision = decision::admit;
  v.reason = code::ok;
  ledger.apply(item, v, stamp);
  ledger.end_of_round();
  ledger.expect_closing(stamp, venue_facts{});
}

} // namespace

BOOST_AUTO_TEST_CASE(sleeping_and_waking_at_any_time_changes_nothing) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      std::mt19937_64 random{seed}, same{seed};
      venue_slots slots;
      venue_ledger awake;
      std::mt19937_64 naps{seed * 31};
      for (auto i = 0; i != 300; ++i) {
        auto stamp = morning + i * 37 * minute_ms;
        if (naps() % 4 == 0)
          slots.sleep(3, naps()); // the stamp is no part of the state
        if (naps() % 16 == 0)
          slots.sleep(3, 1); // asleep already
        visit(*slots.rest(3), random, stamp);
        visit(awake, same, stamp);
        BOOST_REQUIRE((slots.rest(3)->state_hash() == awake.state_hash()));
        BOOST_REQUIRE(slots.rest(3)->inside() == awake.inside());
        BOOST_REQUIRE(slots.rest(3)->due({}) == awake.due({}));
      }
      BOOST_TEST((slots.rest(3)->save(7) == awake.save(7)));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_venue_that_was_never_scanned_costs_its_slot_alone) {
  venue_slots slots;
  auto& slot = slots.at(29'999);
  BOOST_TEST(slots.size() == 30'000u);
  BOOST_TEST((slot.ledger == nullptr));
  BOOST_TEST(slot.asleep.capacity() == 0u);
  slots.sleep(29'999, 1);
  BOOST_TEST(slots.at(29'999).asleep.empty());
  BOOST_TEST(sizeof(venue_slot) <= 72u);
}

BOOST_AUTO_TEST_CASE(timers_come_in_order_of_time_then_of_the_register) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      std::mt19937_64 random{seed};
      venue_slots slots;
      std::map<std::uint32_t, time_ms> expected;
      for (auto i = 0; i != 500; ++i) {
        auto number = static_cast<std::uint32_t>(random() % 40);
        auto due = static_cast<time_ms>(random() % 5) * hour_ms; // 0: no closing
        slots.expect(number, due);
        expected.erase(number);
        if (due != 0)
          expected[number] = due;
        std::vector<std::pair<time_ms, std::uint32_t>> order;
        for (auto& [n, at] : expected)
          order.emplace_back(at, n);
        std::sort(order.begin(), order.end());
        BOOST_REQUIRE(
          std::equal(order.begin(), order.end(), slots.timers().begin(), slots.timers().end()));
        BOOST_REQUIRE(slots.next_due() == (order.empty() ? 0 : order.front().first));
      }
    }
  }
}
