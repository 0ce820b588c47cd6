// SPDX-License-Identifier: Apache-2.0
// Proves: scans fall on venues as in real traces, and the registers are what the imports take.
// Method: shares recounted for many sizes; rows written and read back.
#define BOOST_TEST_MODULE simulate_places
#include "nodes/wardctl/simulate_places.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <numeric>
#include <set>

using namespace wardflow;
using namespace wardflow::wardctl;

namespace {

double share_of_busiest(const std::vector<std::uint32_t>& ranks, double part) {
  auto count = static_cast<std::size_t>(static_cast<double>(ranks.size()) * part + 0.5);
  auto end = ranks.begin() + static_cast<std::ptrdiff_t>(std::max<std::size_t>(1, count));
  return std::accumulate(ranks.begin(), end, 0.0) /
         std::accumulate(ranks.begin(), ranks.end(), 0.0);
}

} // namespace

BOOST_AUTO_TEST_CASE(scans_are_shared_as_in_real_traces_at_every_size) {
  for (auto [venues, scans] : {std::pair{1'100u, 10'000u},
                               {1'100u, 260'000u},
                               {30'000u, 260'000u},
                               {30'000u, 15'000u},
                               {200u, 2'000u}}) {
    BOOST_TEST_CONTEXT(venues << " venues, " << scans << " scans") {
      auto ranks = scans_by_rank(venues, scans);
      BOOST_TEST(std::accumulate(ranks.begin(), ranks.end(), 0u) == scans);
      BOOST_TEST(std::is_sorted(ranks.rbegin(), ranks.rend()));
      BOOST_TEST(std::abs(share_of_busiest(ranks, 0.01) - 0.235) < 0.01);
      BOOST_TEST(std::abs(share_of_busiest(ranks, 0.10) - 0.5) < 0.01);
      auto single = std::count(ranks.begin(), ranks.end(), 1u);
      auto share = static_cast<double>(single) / static_cast<double>(ranks.size());
      BOOST_TEST((share > 0.27 && share < 0.35), share);
      BOOST_TEST(static_cast<double>(ranks.size()) <= venues * 0.92);
      BOOST_TEST(static_cast<double>(ranks.size()) <= scans / 4.4);
    }
  }
}

BOOST_AUTO_TEST_CASE(every_number_of_venues_and_scans_is_met_exactly) {
  for (std::uint32_t venues = 1; venues <= 60; ++venues)
    for (auto scans : {0u, 1u, 2u, 4u, 5u, 9u, 50u, 123u, 1'000u}) {
      auto ranks = scans_by_rank(venues, scans);
      BOOST_TEST_REQUIRE(std::accumulate(ranks.begin(), ranks.end(), 0u) == scans);
      BOOST_TEST_REQUIRE(ranks.size() <= venues);
      BOOST_TEST_REQUIRE(std::count(ranks.begin(), ranks.end(), 0u) == 0);
    }
}

BOOST_AUTO_TEST_CASE(the_registers_hold_what_was_asked_for) {
  auto day = *parse_day("2021-10-20");
  auto places = simulate_places(22'366, day, 1'100, 22, 10'000, 5);
  BOOST_TEST(places.venues.size() == 1'100u);
  BOOST_TEST(places.groups.size() == 22u);
  std::uint32_t scans = 0;
  std::set<group_id> groups;
  for (auto& g : places.groups)
    groups.insert(g.id);
  std::set<category> categories;
  for (std::uint32_t i = 0; i < 1'100; ++i) {
    auto& venue = places.venues[i];
    scans += venue.scans;
    categories.insert(venue.row.kind);
    BOOST_TEST_REQUIRE((venue.row.id == make_venue_id(22'366, i + 1)));
    BOOST_TEST_REQUIRE(groups.count(venue.row.group) == 1u);
    BOOST_TEST_REQUIRE(venue.stay_min <= venue.stay_max);
  }
  BOOST_TEST(scans == 10'000u);
  BOOST_TEST(categories.size() > 15u);
}

BOOST_AUTO_TEST_CASE(every_group_but_one_has_a_level_for_the_day) {
  auto day = *parse_day("2021-10-20");
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    auto places = simulate_places(22'366, day, 50, 12, 500, seed);
    BOOST_TEST(places.levels.size() == 11u);
    std::set<group_id> known;
    for (auto& level : places.levels) {
      BOOST_TEST((level.level >= 1 && level.level <= 4));
      BOOST_TEST(level.effective_from == day);
      known.insert(level.group);
    }
    BOOST_TEST(known.size() == 11u);
  }
}

BOOST_AUTO_TEST_CASE(the_imports_take_the_registers_whole) {
  auto places = simulate_places(22'366, *parse_day("2021-10-20"), 300, 6, 2'000, 9);
  std::vector<venue_row> venues;
  for (auto& v : places.venues)
    venues.push_back(v.row);
  auto read = read_rows<venue_row>(write_rows(std::span<const venue_row>{venues}));
  BOOST_TEST(read.clean());
  BOOST_TEST((read.rows == venues));
  auto levels = read_rows<level_row>(write_rows(std::span<const level_row>{places.levels}));
  BOOST_TEST((levels.clean() && levels.rows == places.levels));
  auto groups = read_rows<group_row>(write_rows(std::span<const group_row>{places.groups}));
  BOOST_TEST((groups.clean() && groups.rows == places.groups));
}
