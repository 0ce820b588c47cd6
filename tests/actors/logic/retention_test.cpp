// SPDX-License-Identifier: Apache-2.0
// Proves: who was where is forgotten after 20 days whether anybody scans or not, a little at a
//         time; counts stay; a crash and a second judging agree with it.
// Method: one day of scans, then empty rounds where the fold asks for them, for a month.
#define BOOST_TEST_MODULE retention
#include "actors/logic/retention.hpp"

#include "tests/support/fold_world.hpp"

#include <boost/test/unit_test.hpp>

using namespace wardflow;
using namespace wardflow::test;

namespace {

constexpr std::uint32_t venue_count = 300;

struct quiet_ward : fold_world {
  quiet_ward() {
    std::vector<venue_record> venues(venue_count);
    for (auto& v : venues) {
      v.name = "Quán";
      v.facts.opens = 6 * 60;
      v.facts.closes = 22 * 60;
    }
    BOOST_REQUIRE(say(venues).code == code::done);
    device_add gateway;
    gateway.name = "gateway";
    gateway.key[0] = 1;
    gateway.gateway = true;
    BOOST_REQUIRE(say(gateway).code == code::done);
  }

  void scan_everywhere() {
    std::vector<scan> scans;
    for (std::uint32_t v = 1; v <= venue_count; ++v)
      for (std::uint64_t p = 1; p <= 3; ++p) {
        scan s;
        s.venue = make_venue_id(ward, v);
        s.card = card_id{(v * 10 + p) * 0x9e37'79b9'7f4a'7c15};
        s.at = stamp;
        scans.push_back(s);
      }
    scan_round r;
    r.scans.push_back({peer_id{1}, device_id{1}, encode_batch(1, next, scans), 0});
    next += scans.size();
    run(r);
  }

  /// Empty rounds as GATE makes them, up to `end`. How many slices the largest had.
  std::size_t let_pass(time_ms end) {
    std::size_t largest = 0;
    for (auto due = fold->state.next_due(); due != 0 && due <= end; due = fold->state.next_due()) {
      stamp = std::max(stamp, due);
      scan_round r;
      run(r);
      largest = std::max(largest, r.slices.size());
      BOOST_REQUIRE((!r.ticks.empty() || fold->state.next_due() != due)); // no round for nothing
    }
    stamp = end;
    return largest;
  }

  [[nodiscard]] std::size_t remembered(day_number day) {
    std::size_t sum = 0;
    for (auto& entry : fold->state.places.venues())
      for (std::uint64_t p = 1; p <= 3; ++p)
        sum +=
          fold->state.slots.rest(entry.number)
            ->was_seen(card_id{(serial_of(entry.facts.id) * 10 + p) * 0x9e37'79b9'7f4a'7c15}, day);
    return sum;
  }

  std::uint64_t next = 1;
};

} // namespace

BOOST_AUTO_TEST_CASE(a_ward_where_nobody_scans_forgets_in_time) {
  quiet_ward w;
  auto day = local_day(w.stamp);
  w.scan_everywhere();
  w.let_pass(start_of(static_cast<day_number>(day + identity_days)));
  BOOST_TEST(w.remembered(day) == 3 * venue_count);
  BOOST_TEST(w.fold->state.cards.persons_on(day).persons == 3 * venue_count);
  auto largest = w.let_pass(start_of(static_cast<day_number>(day + identity_days + 1)));
  BOOST_TEST(w.remembered(day) == 0u);
  BOOST_TEST(w.fold->state.cards.persons_on(day).persons == 0u);
  BOOST_TEST(w.fold->state.cards.size() == 0u);
  BOOST_TEST(largest < 20u); // one after the other through the small hours
  auto counts = w.fold->state.slots.rest(0)->counts(day);
  BOOST_TEST(counts.day.persons == 3u);
  BOOST_TEST(counts.hours.size() == 1u);
}

BOOST_AUTO_TEST_CASE(what_is_forgotten_is_gone_from_what_is_saved) {
  quiet_ward w;
  w.scan_everywhere();
  w.let_pass(w.stamp + (identity_days + 2) * day_ms);
  for (auto& entry : w.fold->state.places.venues())
    BOOST_TEST(w.fold->state.slots.rest(entry.number)->save(0).size() < 300u);
}

BOOST_AUTO_TEST_CASE(crash_and_second_judging_agree_with_the_forgetting) {
  quiet_ward w;
  for (auto day = 0; day != 30; ++day) {
    if (day % 3 == 0)
      w.scan_everywhere();
    w.let_pass(w.stamp + day_ms);
    if (day % 4 != 0)
      continue;
    auto before = w.state();
    BOOST_REQUIRE(w.restart() == code::ok);
    BOOST_REQUIRE(w.state() == before);
  }
  hash128_value again{};
  std::string detail;
  BOOST_REQUIRE_MESSAGE(w.verify(again, detail) == code::ok, detail);
  BOOST_TEST((again == w.state()));
}

BOOST_AUTO_TEST_CASE(a_whole_ward_that_closes_at_ten_is_more_than_one_round) {
  quiet_ward w;
  std::vector<venue_record> more(2'000);
  for (auto& v : more) {
    v.name = "Quán";
    v.facts.opens = 6 * 60;
    v.facts.closes = 22 * 60;
  }
  BOOST_REQUIRE(w.say(more).code == code::done);
  std::vector<scan> scans;
  for (std::uint32_t v = 1; v <= 2'000; ++v) {
    scan s;
    s.venue = make_venue_id(w.ward, v);
    s.card = card_id{v * 77ull};
    s.at = w.stamp;
    scans.push_back(s);
  }
  scan_round r;
  r.scans.push_back({peer_id{1}, device_id{1}, encode_batch(1, 1, scans), 0});
  w.run(r);
  w.stamp = start_of(local_day(w.stamp)) + 22 * hour_ms;
  std::size_t closed = 0, rounds = 0;
  while (w.fold->state.next_due() <= w.stamp) {
    scan_round closing;
    w.run(closing);
    BOOST_TEST(closing.ticks.size() <= 1'024u);
    closed += closing.ticks.size();
    ++rounds;
  }
  BOOST_TEST(closed == 2'000u);
  BOOST_TEST(rounds == 2u);
}
