// SPDX-License-Identifier: Apache-2.0
// Proves: whatever becomes of the lines, every ward's counts come out exactly at the city and at
//         the province, hour by hour: a ward that was away for 72 hours of scans, a city cut from
//         its province, lines that flap each second, that are cut at any byte of a frame, that are
//         200 ms long. A child that was cut off catches up within a minute.
// Method: a province, a city and wards as real processes, each line through a proxy; scans by a
//         gateway's key on the scans' own clock. WARDFLOW_FAULT_SECONDS: how long lines flap and
//         break (6), WARDFLOW_SEED: where.
#define BOOST_TEST_MODULE cut_lines
#include "actors/io/clock.hpp"
#include "messages/texts.hpp"
#include "tests/support/line_tree.hpp"
#include "tests/support/patience.hpp"
#include "tests/support/scan_load.hpp"

#include <boost/test/unit_test.hpp>

using namespace wardflow;
using namespace wardflow::test;

namespace {

constexpr time_ms catch_up_ms = minute_ms; // the issue's
constexpr std::uint64_t scans_of_72_hours = 30'000;

time_ms fault_ms() {
  return static_cast<time_ms>(setting("WARDFLOW_FAULT_SECONDS", 6)) * second_ms;
}

std::uint64_t seed() {
  static const auto it = setting("WARDFLOW_SEED", 7164);
  return it;
}

const std::vector<day_number> three_days{line_tree::day(0), line_tree::day(1), line_tree::day(2)};

/// 30,000 scans over 72 hours, none at night.
time_ms at_of_72_hours(std::uint64_t number) {
  constexpr auto awake_ms = 16 * hour_ms;
  auto of_all =
    static_cast<time_ms>(number - 1) * 3 * awake_ms / static_cast<time_ms>(scans_of_72_hours);
  return start_of(line_tree::day(static_cast<unsigned>(of_all / awake_ms))) + 6 * hour_ms +
         of_all % awake_ms;
}

/// Some scans each second of the ward's clock.
time_ms at_noon(std::uint64_t number) {
  return start_of(line_tree::day()) + 12 * hour_ms + static_cast<time_ms>(number) * 20;
}

void play(line_tree::ward& w, scan_load::plan p) {
  p.ward = w.node.unit.number();
  scan_load load{std::move(p)};
  auto link = w.node.scanner(w.node.gateway_key);
  load.run(*link, io::monotonic_ms() + 2 * minute_ms);
  BOOST_TEST((load.refused() == code::ok), name(load.refused()));
  BOOST_TEST_REQUIRE(load.answered() == load.sent());
}

void caught_up(line_tree& tree, const std::vector<day_number>& days, const char* after) {
  auto took = tree.catch_up(days, catch_up_ms);
  BOOST_TEST_REQUIRE(took >= 0, after << ": " << tree.why());
  BOOST_TEST_MESSAGE(after << ": caught up in " << took << " ms");
}

std::uint64_t breaks_of(const line_tree& tree) {
  auto all = tree.city_line.count().breaks;
  for (auto& w : tree.wards)
    all += w->line.count().breaks;
  return all;
}

/// Scans at each ward while the wards' lines and the city's have this weather; then all is calm.
void under(const line_weather& of_wards, const line_weather& of_city, const char* what) {
  line_tree tree{{.wards = {"22366", "22351"}, .seed = seed()}};
  for (auto& w : tree.wards)
    w->line.weather(of_wards);
  tree.city_line.weather(of_city);
  std::vector<std::unique_ptr<load_thread>> loads;
  for (auto& w : tree.wards) {
    scan_load::plan p{.seed = seed(), .window = 2, .pause_ms = 5, .at = at_noon};
    p.ward = w->node.unit.number();
    loads.push_back(std::make_unique<load_thread>(w->node, p));
  }
  ::poll(nullptr, 0, static_cast<int>(fault_ms()));
  std::uint64_t sent = 0;
  for (auto& load : loads) {
    BOOST_TEST(load->finish(catch_up_ms));
    sent += load->sent();
  }
  for (auto& w : tree.wards)
    w->line.weather({});
  tree.city_line.weather({});
  caught_up(tree, {line_tree::day()}, what);
  BOOST_TEST(tree.counts(tree.province, line_tree::day()).scans == sent);
  BOOST_TEST((breaks_of(tree) > 3 || of_wards.delay_ms != 0));
  BOOST_TEST_MESSAGE(what << ": " << sent << " scans, " << breaks_of(tree) << " breaks, "
                          << tree.wards[0]->line.count().up << " bytes up");
}

} // namespace

BOOST_AUTO_TEST_CASE(a_ward_that_was_cut_off_for_72_hours_of_scans_catches_up) {
  line_tree tree{{.wards = {"22366", "22351"}, .seed = seed()}};
  auto& away = *tree.wards[0];
  away.line.weather({.cut = true});
  play(away, {.seed = seed(),
              .cards = 9'000,
              .batch_most = 60,
              .window = 2,
              .scans_most = scans_of_72_hours,
              .at = at_of_72_hours});
  play(*tree.wards[1], {.seed = seed(), .scans_most = 1'000, .at = at_of_72_hours});
  BOOST_TEST(tree.counts(tree.province, line_tree::day(1)).scans == 0u);
  auto before = away.line.count().up;
  away.line.weather({});
  caught_up(tree, three_days, "72 hours");
  BOOST_TEST_MESSAGE("72 hours: " << away.line.count().up - before << " bytes up");
  std::uint64_t all = 0;
  for (auto day : three_days)
    all += tree.counts(tree.province, day).scans;
  BOOST_TEST(all == scans_of_72_hours + 1'000);
}

BOOST_AUTO_TEST_CASE(a_city_that_was_cut_off_from_its_province_catches_up) {
  line_tree tree{{.wards = {"22366", "22351"}, .seed = seed()}};
  tree.city_line.weather({.cut = true});
  for (auto& w : tree.wards)
    play(*w, {.seed = seed(), .window = 2, .scans_most = 5'000, .at = at_of_72_hours});
  BOOST_TEST((tree.counts(tree.province, line_tree::day()) == day_counts{}));
  tree.city_line.weather({});
  caught_up(tree, three_days, "the city");
  BOOST_TEST(tree.counts(tree.province, line_tree::day()).scans == 10'000u);
}

BOOST_AUTO_TEST_CASE(lines_that_flap_each_second) {
  under({.flap_ms = second_ms}, {.flap_ms = second_ms}, "flapping");
}

BOOST_AUTO_TEST_CASE(lines_that_are_cut_at_any_byte_of_a_frame) {
  under({.break_within = 30'000}, {.break_within = 60'000}, "cut within frames");
}

BOOST_AUTO_TEST_CASE(lines_of_200_ms) {
  under({.delay_ms = 200}, {.delay_ms = 200}, "200 ms");
}
