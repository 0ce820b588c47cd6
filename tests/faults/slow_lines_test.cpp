// SPDX-License-Identifier: Apache-2.0
// Proves: a line of 64 kbit/s carries what a ward has to say in at most twice its own time, and
//         frames that take it longer than a dead line is waited for; a line that stalls without a
//         word is noticed within 6 s at both ends, and what waited arrives when it goes on.
// Method: a province, a city and a ward as real processes, the ward's line through a proxy that
//         counts its bytes. WARDFLOW_FAULT_SCANS: how many wait at the slow line (900; 30000 are 72
//         hours, and take ten minutes).
#define BOOST_TEST_MODULE slow_lines
#include "actors/io/clock.hpp"
#include "messages/texts.hpp"
#include "nodes/wardctl/view.hpp"
#include "tests/support/line_tree.hpp"
#include "tests/support/patience.hpp"
#include "tests/support/scan_load.hpp"

#include <boost/test/unit_test.hpp>

using namespace wardflow;
using namespace wardflow::test;

namespace {

constexpr std::uint64_t slow_bytes_a_second = 64'000 / 8;
constexpr time_ms noticed_ms = 6 * second_ms; // the issue's
constexpr time_ms look_ms = 300;              // how late we may see what was noticed

time_ms each_5_minutes(std::uint64_t number) {
  return start_of(line_tree::day()) + static_cast<time_ms>(number) * 8 * second_ms;
}

std::string state_at(ward_rig& parent, const std::string& child) {
  query q;
  q.what = query_kind::node_list;
  auto a = parent.say(q);
  if (a)
    for (auto& row : a->rows)
      if (wardctl::cell_at(row, wardctl::column_at(*a, "unit")) == child)
        return std::string{wardctl::cell_at(row, wardctl::column_at(*a, "state"))};
  return "unknown";
}

} // namespace

BOOST_AUTO_TEST_CASE(a_line_of_64_kbit_takes_at_most_twice_its_own_time) {
  line_tree tree{{}};
  auto& w = *tree.wards[0];
  w.line.weather({.cut = true});
  auto scans = setting("WARDFLOW_FAULT_SCANS", 900);
  scan_load load{{.batch_most = 60, .window = 1, .scans_most = scans, .at = each_5_minutes}};
  auto link = w.node.scanner(w.node.gateway_key);
  load.run(*link, io::monotonic_ms() + minute_ms);
  BOOST_TEST_REQUIRE(load.answered() == scans);
  auto before = w.line.count();
  w.line.weather({.bytes_a_second = slow_bytes_a_second});
  std::vector<day_number> days;
  for (auto at = std::uint64_t{1}; at <= scans; at += 5'000)
    days.push_back(local_day(each_5_minutes(at)));
  auto took = tree.catch_up(days, 20 * minute_ms);
  BOOST_TEST_REQUIRE(took >= 0, tree.why());
  auto after = w.line.count();
  auto up = after.up - before.up;
  auto own_ms = static_cast<time_ms>(up * 1'000 / slow_bytes_a_second);
  BOOST_TEST_MESSAGE(scans << " scans: " << up << " bytes up, " << after.down - before.down
                           << " down; the line's own time " << own_ms << " ms, taken " << took
                           << " ms");
  BOOST_TEST(own_ms > 5'000); // else this shows nothing
  BOOST_TEST(took <= 2 * own_ms);
  BOOST_TEST(after.connections - before.connections == 1u); // it was never taken for dead
}

BOOST_AUTO_TEST_CASE(a_frame_that_takes_a_slow_line_longer_than_a_dead_one_is_waited_for) {
  line_tree tree{{}};
  auto& w = *tree.wards[0];
  BOOST_TEST_REQUIRE(tree.catch_up({line_tree::day()}, minute_ms) >= 0);
  auto before = w.line.count();
  w.line.weather({.bytes_a_second = slow_bytes_a_second});
  std::vector<level_update> levels(1'400);
  for (std::size_t i = 0; i != levels.size(); ++i) {
    auto& l = levels[i];
    l.group = make_group_id(w.node.unit.number(), 1);
    l.scale = risk_scale::resolution_128;
    l.level = 2;
    l.effective_from = line_tree::day(static_cast<unsigned>(i % 20));
    l.issuer = "UBND phuong";
    l.document = "12/QD-UBND";
  }
  auto said = tree.province.say(levels);
  BOOST_TEST_REQUIRE((said && said->code == code::forwarded),
                     (said ? name(said->code) : "no answer"));
  auto begun = io::monotonic_ms();
  auto arrived = until(2 * minute_ms, [&] {
    query q;
    q.what = query_kind::level_list;
    q.day = line_tree::day(19);
    auto a = w.node.say(q);
    return a && !a->rows.empty();
  });
  auto took = io::monotonic_ms() - begun;
  auto after = w.line.count();
  auto own_ms = static_cast<time_ms>((after.down - before.down) * 1'000 / slow_bytes_a_second);
  BOOST_TEST_MESSAGE("a frame down: " << after.down - before.down << " bytes, " << took << " ms");
  BOOST_TEST(arrived);
  BOOST_TEST(own_ms > noticed_ms + 2 * second_ms); // else this shows nothing
  BOOST_TEST(took <= 2 * own_ms);
  BOOST_TEST(after.connections == before.connections);
}

BOOST_AUTO_TEST_CASE(a_line_that_stalls_is_noticed_within_6_s_at_both_ends) {
  line_tree tree{{.input_clock = false}};
  auto& w = *tree.wards[0];
  auto unit = std::string{w.node.unit.text()};
  BOOST_TEST_REQUIRE(until(10'000, [&] { return state_at(tree.city, unit) == "up"; }));
  BOOST_TEST(line_tree::fact(w.node, "parent").starts_with("in session with 568"));
  auto begun = io::monotonic_ms();
  w.line.weather({.stalled = true});
  time_ms above = 0, below = 0;
  (void)until(noticed_ms + 4 * second_ms, [&] {
    auto passed = io::monotonic_ms() - begun;
    if (above == 0 && state_at(tree.city, unit) == "silent")
      above = passed;
    if (below == 0 && line_tree::fact(w.node, "parent").starts_with("node_unreachable"))
      below = passed;
    return above != 0 && below != 0;
  });
  BOOST_TEST_MESSAGE("noticed above after " << above << " ms, below after " << below << " ms");
  BOOST_TEST((above != 0 && above <= noticed_ms + look_ms));
  BOOST_TEST((below != 0 && below <= noticed_ms + look_ms));
  BOOST_TEST(w.node.says("parent: node_unreachable"), w.node.output);
  // Scans go on at the door; what they told arrives when the line does.
  scan_load load{{.scans_most = 200}};
  auto link = w.node.scanner(w.node.gateway_key);
  load.run(*link, io::monotonic_ms() + 10 * second_ms);
  BOOST_TEST(load.answered() == 200u);
  w.line.weather({});
  auto today = local_day(io::wall_ms());
  auto hours = [&](ward_rig& node) { return line_tree::counts(node, today).hours; };
  BOOST_TEST(until(minute_ms, [&] {
    auto at_ward = hours(w.node);
    return hours(tree.city) == at_ward && hours(tree.province) == at_ward;
  }));
  BOOST_TEST(state_at(tree.city, unit) == "up");
}
