// SPDX-License-Identifier: Apache-2.0
// Proves: a monitor gets one line and the code of the worst; thresholds turn where they say; an
//         area is judged by the nodes below it, who has a parent by the way there; a node that does
//         not answer, or a wrong call, is UNKNOWN and never OK or CRITICAL.
// Method: answers made by hand, a real node, and no node.
#define BOOST_TEST_MODULE check
#include "nodes/wardctl/check.hpp"

#include "tests/support/wardctl_rig.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <regex>

using namespace wardflow;
using namespace wardflow::wardctl;
using namespace wardflow::test;

namespace {

/// What a healthy node says.
answer healthy() {
  answer a;
  a.code = code::done;
  a.facts = {{"clock", "fine"},
             {"store", "open"},
             {"unit", "22366"},
             {"time", "2021-10-20T12:00:00.000+07:00"},
             {"rulebook", "20211016 Khánh Hòa"},
             {"levels_as_of", "2021-10-20T07:00:00.000+07:00"},
             {"base_check", "ok"},
             {"map_percent", "1"},
             {"disk_free_mib", "70000"},
             {"sealed_waiting", "0"},
             {"latency_p99_us", "4100"},
             {"connections", "3"},
             {"scans_taken", "1234"},
             {"frames_refused", "2"},
             {"memory_kib", "15000"}};
  return a;
}

/// What a healthy area with a parent says: no rulebook, no levels, no scans of its own.
answer healthy_area() {
  answer a;
  a.code = code::done;
  a.facts = {{"clock", "sure"},
             {"store", "open"},
             {"role", "area"},
             {"unit", "568"},
             {"time", "2021-10-20T12:00:00.000+07:00"},
             {"children", "27"},
             {"children_speaking", "27"},
             {"lag", "40"},
             {"map_percent", "1"},
             {"disk_free_mib", "70000"},
             {"connections", "30"},
             {"memory_kib", "15000"},
             {"parent", "in session with 56"},
             {"parent_lag", "3"}};
  return a;
}

check_result with(std::vector<std::pair<std::string, std::string>> changes,
                  const thresholds& at = {}, answer a = healthy()) {
  for (auto& [name, value] : changes)
    for (auto& fact : a.facts)
      if (fact.first == name)
        fact.second = value;
  return judge_status(a, at, language::en);
}

} // namespace

BOOST_AUTO_TEST_CASE(a_healthy_node_is_ok_with_all_its_figures) {
  auto line = check_line(with({}), "22366");
  BOOST_TEST(line == "WARDFLOW OK - 22366 |map=1%;70;90;0;100 disk_free=70000MB;2048:;256:;0 "
                     "backlog=0;1000;50000;0 levels_age=5h;26;50;0 clock_unsure=0;;0;0;1 "
                     "latency_p99=4100us connections=3 scans=1234c refused=2c memory=15000KB\n");
  BOOST_TEST((with({}).is == health::ok));
  BOOST_TEST(with({}).reasons.empty());
}

BOOST_AUTO_TEST_CASE(thresholds_turn_where_they_say) {
  auto is = [](const char* fact, const char* value, thresholds at = {}) {
    return with({{fact, value}}, at).is;
  };
  BOOST_TEST((is("map_percent", "70") == health::ok));
  BOOST_TEST((is("map_percent", "71") == health::warning));
  BOOST_TEST((is("map_percent", "90") == health::warning));
  BOOST_TEST((is("map_percent", "91") == health::critical));
  thresholds low;
  low.map_warn = 10;
  low.map_crit = 20;
  BOOST_TEST((is("map_percent", "11", low) == health::warning));
  BOOST_TEST((is("map_percent", "21", low) == health::critical));
  BOOST_TEST((is("disk_free_mib", "2048") == health::ok));
  BOOST_TEST((is("disk_free_mib", "2047") == health::warning));
  BOOST_TEST((is("disk_free_mib", "255") == health::critical));
  BOOST_TEST((is("sealed_waiting", "1001") == health::warning));
  BOOST_TEST((is("sealed_waiting", "50001") == health::critical));
  BOOST_TEST((is("levels_as_of", "2021-10-19T10:00:00.000+07:00") == health::ok)); // 26 h
  BOOST_TEST((is("levels_as_of", "2021-10-19T09:00:00.000+07:00") == health::warning));
  BOOST_TEST((is("levels_as_of", "2021-10-18T09:00:00.000+07:00") == health::critical));
  BOOST_TEST((is("levels_as_of", "") == health::warning));
  thresholds without;
  without.levels_warn = without.levels_crit = 0;
  BOOST_TEST((is("levels_as_of", "", without) == health::ok));
  BOOST_TEST((is("levels_as_of", "2021-01-01T09:00:00.000+07:00", without) == health::ok));
}

BOOST_AUTO_TEST_CASE(what_needs_a_hand_at_once_is_critical_and_comes_first) {
  for (auto [fact, value] : {std::pair{"clock", "unsure"},
                             {"store", "full"},
                             {"rulebook", ""},
                             {"base_check", "state_differs at round 7"}}) {
    auto found = with({{fact, value}, {"map_percent", "75"}});
    BOOST_TEST((found.is == health::critical), fact);
    BOOST_TEST_REQUIRE(found.reasons.size() == 2u);
    BOOST_TEST(found.reasons[1] == "the store has taken 75 %");
  }
  auto line = check_line(with({{"clock", "unsure"}, {"disk_free_mib", "300"}}), "22366");
  BOOST_TEST(
    line.starts_with("WARDFLOW CRITICAL - 22366: The node's clock is not believed; the disk "
                     "has only 300 MiB |"),
    line);
  BOOST_TEST(line.find("clock_unsure=1;;0;0;1") != line.npos);
}

BOOST_AUTO_TEST_CASE(an_area_is_judged_by_the_nodes_below_it_and_the_one_above) {
  auto area = [](const char* fact, const char* value, thresholds at = {}) {
    return with({{fact, value}}, at, healthy_area());
  };
  auto line = check_line(area("", ""), "568");
  BOOST_TEST(line == "WARDFLOW OK - 568 |map=1%;70;90;0;100 disk_free=70000MB;2048:;256:;0 "
                     "children=27 children_speaking=27 lag=40;10000;;0 parent_lag=3;10000;;0 "
                     "clock_unsure=0;;0;0;1 connections=30 memory=15000KB\n");
  auto one_away = area("children_speaking", "26");
  BOOST_TEST((one_away.is == health::warning));
  BOOST_TEST(one_away.reasons.at(0) == "1 of 27 nodes below are silent");
  BOOST_TEST((area("children_speaking", "18").is == health::warning)); // a third
  BOOST_TEST((area("children_speaking", "17").is == health::critical));
  BOOST_TEST((area("children", "0").is == health::ok)); // none yet; 27 that speak are no harm
  BOOST_TEST((area("lag", "10000").is == health::ok));
  BOOST_TEST((area("lag", "10001").is == health::warning));
  thresholds strict;
  strict.lag_warn = 39;
  BOOST_TEST(area("lag", "40", strict).reasons.at(0) == "40 entries of the nodes below wait");
  strict.lag_warn = 0;
  BOOST_TEST((area("lag", "9999999", strict).is == health::ok));
  BOOST_TEST((area("clock", "unsure").is == health::critical));
  BOOST_TEST((area("parent", "dialling").is == health::warning));
}

BOOST_AUTO_TEST_CASE(whoever_has_a_parent_is_warned_when_it_is_not_reached) {
  auto ward = healthy();
  ward.facts.insert(ward.facts.end(), {{"parent", "in session with 568"}, {"parent_lag", "12"}});
  auto said = [&](const char* state, const char* lag = "12") {
    return with({{"parent", state}, {"parent_lag", lag}}, {}, ward);
  };
  BOOST_TEST((said("in session with 568").is == health::ok));
  BOOST_TEST(check_line(said("dialling"), "22366").find(" parent_lag=12;10000;;0 ") !=
             std::string::npos);
  BOOST_TEST((said("dialling").is == health::warning));
  BOOST_TEST(said("refused: key_unknown").reasons.at(0) ==
             "the parent is not reached: refused: This key is not registered.");
  BOOST_TEST((said("in session with 568", "10001").is == health::warning));
  BOOST_TEST(judge_status(ward, {}, language::vi).reasons.empty());
  BOOST_TEST(check_line(with({}), "22366").find("parent") == std::string::npos); // has none
}

BOOST_AUTO_TEST_CASE(a_line_is_one_line_with_one_bar) {
  check_result odd;
  odd.is = health::warning;
  odd.reasons = {"a|b\nc", "d"};
  odd.figures = {{"x", 1, "", "", "", "", ""}};
  BOOST_TEST(check_line(odd, "22366") == "WARDFLOW WARNING - 22366: a/b?c; d |x=1\n");
  BOOST_TEST(check_line({health::unknown, {"gone"}, {}}, "") == "WARDFLOW UNKNOWN - gone\n");
}

BOOST_AUTO_TEST_CASE(a_real_node_is_checked_in_both_languages) {
  wardctl_rig rig;
  auto empty = rig({"check"});
  BOOST_TEST(empty.code == 2, empty.out); // no rulebook
  BOOST_REQUIRE(rig.node.furnish(1));
  auto got = rig({"--lang", "vi", "check"});
  BOOST_TEST(got.code == 1);
  BOOST_TEST(got.out.starts_with("WARDFLOW WARNING - 22366: chưa có cấp độ dịch |map=0%;70;90"),
             got.out);
  BOOST_TEST(got.err == "");
  auto off =
    rig({"check", "--levels-warn", "0", "--levels-crit", "0", "--warn", "5", "--crit", "6"});
  BOOST_TEST(off.code == 0, off.out);
  const std::regex plugin{
    R"(WARDFLOW OK - 22366 \|(\w+=\d+[a-zA-Z%]*(;[0-9:]*){0,4} ?)+\n)"}; // as monitors parse it
  BOOST_TEST(std::regex_match(off.out, plugin), off.out);
  BOOST_TEST(off.out.find("map=0%;5;6;0;100") != off.out.npos, off.out);
  auto told = nlohmann::json::parse(rig({"--json", "check"}).out);
  BOOST_TEST((told["state"] == "WARNING" && told["unit"] == "22366"));
  BOOST_TEST((told["figures"][0]["name"] == "map" && told["figures"][0]["value"] == 0));
  rig.node.stop();
  auto away = rig({"check"});
  BOOST_TEST(away.code == 3);
  BOOST_TEST(away.out == "WARDFLOW UNKNOWN - The node cannot be reached.\n");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_asked_is_unknown) {
  for (auto words : {std::vector<std::string>{"--target", "/nowhere", "check"},
                     {"check", "--warn", "x"},
                     {"check", "--wran", "5"},
                     {"check", "--crit", "101"},
                     {"--context", "nobody", "check"}}) {
    auto got = call(words);
    BOOST_TEST(got.code == 3, words.back() << got.out << got.err);
  }
}
