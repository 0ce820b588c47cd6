// SPDX-License-Identifier: Apache-2.0
// Proves: alerts of wards arrive at a supervisor of the area, each once, over a kill -9 of the area
//         node and of the supervisor's program; a unit that is not below the area is refused, and
//         whoever comes later under a name takes over.
// Method: an area and two wards as real processes, and a real `wardctl watch` with a name.
#define BOOST_TEST_MODULE watch_tree
#include "tests/support/tool_run.hpp"
#include "tests/support/tree_rig.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <csignal>
#include <map>

using namespace wardflow;
using namespace wardflow::test;
using nlohmann::json;

namespace {

std::vector<std::string> words(const std::string& target, std::vector<std::string> more) {
  std::vector<std::string> all{"--target",
                               target,
                               "watch",
                               "--json",
                               "--no-snapshot",
                               "--kind",
                               "venue.suspended_but_scanning"};
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

/// Reads alerts until so many names were seen in all; their offsets only grow.
void read(tool_run& tool, std::map<std::string, int>& seen, std::size_t until) {
  std::uint64_t last = 0;
  while (seen.size() < until) {
    auto line = tool.line(30'000);
    BOOST_TEST_REQUIRE(line.has_value(), tool.errors);
    auto one = json::parse(*line);
    BOOST_TEST(one["what"] == "alert");
    BOOST_TEST(one["offset"].get<std::uint64_t>() > last);
    last = one["offset"].get<std::uint64_t>();
    ++seen[one["name"].get<std::string>()];
  }
}

} // namespace

BOOST_AUTO_TEST_CASE(each_alert_arrives_once_over_kills_of_the_node_and_of_the_program) {
  tree_rig tree{{"22366", "22351"}};
  auto target = tree_rig::target_of(tree.area);
  auto& one = *tree.wards[0];
  auto& other = *tree.wards[1];
  std::map<std::string, int> seen;
  auto arguments = words(target, {"--name", "duty", "--since", "earliest"});
  {
    tool_run tool{arguments};
    for (std::uint32_t venue = 1; venue <= 3; ++venue) {
      one.alarm(venue);
      other.alarm(venue);
    }
    read(tool, seen, 6);
    tree.area.kill();
    one.alarm(4);
    BOOST_TEST(tool.says("cannot be reached", 30'000), tool.errors);
    BOOST_REQUIRE_MESSAGE(tree.area.start(), tree.area.output);
    other.alarm(4);
    read(tool, seen, 8);
    BOOST_TEST_REQUIRE(tree.has_read_all("duty"));
    tool.kill();
  }
  one.alarm(5);
  BOOST_REQUIRE(tree.settled());
  tool_run tool{words(target, {"--name", "duty"})};
  read(tool, seen, 9);
  other.alarm(5);
  read(tool, seen, 10);
  tool.signal(SIGTERM);
  BOOST_TEST(tool.wait(20'000) == 0);
  for (std::uint32_t venue = 1; venue <= 5; ++venue)
    for (auto* w : {&one, &other})
      BOOST_TEST(seen[w->alarm_name(venue)] == 1, w->alarm_name(venue));
  BOOST_TEST(seen.size() == 10u);
  BOOST_TEST(tool.output.empty());
}

BOOST_AUTO_TEST_CASE(a_filter_by_unit_and_a_unit_that_is_not_below) {
  tree_rig tree{{"22366", "22351"}};
  auto target = tree_rig::target_of(tree.area);
  tree.wards[0]->alarm(1);
  tree.wards[1]->alarm(1);
  BOOST_REQUIRE(tree.settled());
  tool_run tool{words(target, {"--since", "earliest", "--unit", "22351", "--until-idle", "2"})};
  BOOST_TEST(tool.wait(30'000) == 0);
  auto alert = json::parse(tool.output);
  BOOST_TEST(alert["name"] == tree.wards[1]->alarm_name(1));
  tool_run open{{"--target", target, "watch", "--until-idle", "2", "--json", "--kind",
                 "venue.suspended_but_scanning"}};
  BOOST_TEST(open.wait(30'000) == 0);
  BOOST_TEST(json::parse(open.output.substr(0, open.output.find('\n')))["what"] == "open");
  BOOST_TEST(std::count(open.output.begin(), open.output.end(), '\n') == 2, open.output);
  tool_run foreign{words(target, {"--unit", "22363"})};
  BOOST_TEST(foreign.wait(30'000) == 1);
  BOOST_TEST(foreign.errors.find("22363") != std::string::npos, foreign.errors);
}

BOOST_AUTO_TEST_CASE(whoever_comes_later_under_a_name_takes_over) {
  tree_rig tree{{"22366"}};
  auto target = tree_rig::target_of(tree.area);
  tool_run first{words(target, {"--name", "duty", "--since", "earliest"})};
  tree.wards[0]->alarm(1);
  BOOST_TEST(first.line(30'000).has_value());
  tool_run second{words(target, {"--name", "duty"})};
  BOOST_TEST(first.wait(30'000) == 1);
  BOOST_TEST(first.errors.find("--name") != std::string::npos, first.errors);
  tree.wards[0]->alarm(2);
  BOOST_TEST_REQUIRE(second.line(30'000).has_value());
}
