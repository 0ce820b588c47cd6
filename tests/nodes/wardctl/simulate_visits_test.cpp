// SPDX-License-Identifier: Apache-2.0
// Proves: visits use exactly the scans of their venues, keep to the opening hours and the day, and
//         put nobody at two places at once.
// Method: recounts and interval checks, slow and obvious, for several seeds and for crowded days.
#define BOOST_TEST_MODULE simulate_visits
#include "nodes/wardctl/simulate_visits.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <map>
#include <set>

using namespace wardflow;
using namespace wardflow::wardctl;

namespace {

constexpr day_number day = 18'920; // 2021-10-20

std::vector<simulated_venue> venues_of(std::uint32_t venues, std::uint32_t scans,
                                       std::uint64_t seed) {
  return simulate_places(22'366, day, venues, 10, scans, seed).venues;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_venues_visits_use_exactly_its_scans) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    auto venues = venues_of(300, 3'000, seed);
    auto visits = simulate_visits(venues, 5'000, day, seed);
    std::map<std::uint32_t, std::uint32_t> used;
    for (auto& visit : visits)
      used[visit.venue] += visit.scans();
    for (std::uint32_t v = 0; v < venues.size(); ++v)
      BOOST_TEST_REQUIRE(used[v] == venues[v].scans);
  }
}

BOOST_AUTO_TEST_CASE(visits_lie_within_the_opening_hours_and_the_day) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    auto venues = venues_of(300, 3'000, seed);
    for (auto& visit : simulate_visits(venues, 5'000, day, seed)) {
      auto& row = venues[visit.venue].row;
      BOOST_TEST_REQUIRE(visit.in < visit.out);
      BOOST_TEST_REQUIRE(visit.in >= start_of(day));
      BOOST_TEST_REQUIRE(visit.out < start_of(day) + day_ms);
      if (row.opens == row.closes)
        continue;
      BOOST_TEST_REQUIRE(minute_of_day(visit.in) >= row.opens);
      if (row.closes > row.opens)
        BOOST_TEST_REQUIRE(visit.out < start_of(day) + row.closes * minute_ms);
    }
  }
}

BOOST_AUTO_TEST_CASE(nobody_is_at_two_places_at_once) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    auto venues = venues_of(1'100, 10'000, seed);
    std::map<std::uint32_t, std::vector<simulated_visit>> by_person;
    for (auto& visit : simulate_visits(venues, 15'650, day, seed))
      if (visit.person)
        by_person[*visit.person].push_back(visit);
    for (auto& [person, visits] : by_person)
      for (std::size_t a = 0; a < visits.size(); ++a)
        for (std::size_t b = 0; b < a; ++b)
          BOOST_TEST_REQUIRE((visits[a].out < visits[b].in || visits[b].out < visits[a].in));
  }
}

BOOST_AUTO_TEST_CASE(people_make_as_many_visits_as_was_measured_and_go_to_few_places) {
  auto venues = venues_of(1'100, 10'000, 3);
  std::map<std::uint32_t, std::vector<std::uint32_t>> places;
  std::size_t visits = 0;
  for (auto& visit : simulate_visits(venues, 15'650, day, 3))
    if (visit.person) {
      places[*visit.person].push_back(visit.venue);
      ++visits;
    }
  auto mean = static_cast<double>(visits) / static_cast<double>(places.size());
  BOOST_TEST((mean > 1.27 && mean < 1.32), mean);
  std::size_t distinct = 0;
  std::size_t most = 0;
  for (auto& [person, list] : places) {
    distinct += std::set<std::uint32_t>(list.begin(), list.end()).size();
    most = std::max(most, list.size());
  }
  BOOST_TEST(distinct < visits);
  BOOST_TEST(most <= 10u);
}

BOOST_AUTO_TEST_CASE(a_crowded_day_is_planned_to_its_end) {
  // 20 people cannot make 3,000 scans in peace; the numbers hold all the same.
  auto venues = venues_of(30, 3'000, 4);
  std::uint32_t scans = 0;
  for (auto& visit : simulate_visits(venues, 20, day, 4)) {
    scans += visit.scans();
    if (visit.person)
      BOOST_TEST_REQUIRE(*visit.person < persons_in_town(20));
  }
  BOOST_TEST(scans == 3'000u);
}

BOOST_AUTO_TEST_CASE(a_day_without_scans_has_no_visits) {
  BOOST_TEST(simulate_visits(venues_of(10, 0, 1), 10, day, 1).empty());
}
