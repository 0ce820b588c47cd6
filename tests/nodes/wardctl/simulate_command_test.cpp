// SPDX-License-Identifier: Apache-2.0
// Proves: a simulated day is written as five files that a node takes whole, with the figures that
//         were told.
// Method: a small day, imported into a real node.
#define BOOST_TEST_MODULE simulate_command
#include "tests/support/wardctl_rig.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>

using namespace wardflow;
using namespace wardflow::test;
using nlohmann::json;

namespace {

std::vector<std::string> small(const std::string& folder) {
  return {"--json",   "simulate", "22366",       "--day", "2021-10-20", "--folder", folder,
          "--venues", "30",       "--residents", "200",   "--scans",    "150"};
}

} // namespace

BOOST_AUTO_TEST_CASE(a_day_is_written_and_a_node_takes_all_of_it) {
  wardctl_rig rig;
  auto folder = rig.path("day");
  auto got = call(small(folder));
  BOOST_TEST_REQUIRE(got.code == 0, got.err);
  auto figures = json::parse(got.out);
  BOOST_TEST((figures["code"] == "day_made" && figures["unit"] == "22366"));
  BOOST_TEST((figures["scans"] == figures["in"].get<int>() + figures["out"].get<int>()));
  auto replay = rig.text_of(folder + "/replay.csv");
  BOOST_TEST((std::count(replay.begin(), replay.end(), '\n') == figures["scans"].get<int>() + 1));
  for (auto* what : {"group", "venue", "card", "level"}) {
    auto file = folder + "/" + what + "s.csv";
    auto taken = json::parse(rig({"--json", what, "import", file}).out);
    BOOST_TEST((taken["code"] == "done" && taken["rows_refused"] == 0), taken.dump());
  }
  BOOST_TEST((json::parse(rig({"--json", "venue", "list"}).out).size() == 30u));
}

BOOST_AUTO_TEST_CASE(the_same_seed_gives_the_same_day_and_another_one_another) {
  wardctl_rig rig;
  BOOST_REQUIRE(call(small(rig.path("a"))).code == 0);
  BOOST_REQUIRE(call(small(rig.path("b"))).code == 0);
  auto other = small(rig.path("c"));
  other.insert(other.end(), {"--seed", "2"});
  BOOST_REQUIRE(call(other).code == 0);
  auto a = rig.text_of(rig.path("a/replay.csv"));
  BOOST_TEST(a == rig.text_of(rig.path("b/replay.csv")));
  BOOST_TEST(a != rig.text_of(rig.path("c/replay.csv")));
}

BOOST_AUTO_TEST_CASE(options_out_of_range_are_named) {
  for (auto more : {std::vector<std::string>{"--venues", "0"},
                    {"--scans", "20000001"},
                    {"--groups", "1000"},
                    {"--residents", "many"}}) {
    auto words = std::vector<std::string>{"simulate", "22366", "--day", "2021-10-20"};
    words.insert(words.end(), more.begin(), more.end());
    auto got = call(words);
    BOOST_TEST(got.code == 2);
    BOOST_TEST(got.err.find("`" + more[0] + "`") != std::string::npos, got.err);
  }
  BOOST_TEST(call({"simulate", "568", "--day", "2021-10-20"}).code == 2);
  BOOST_TEST(call({"simulate", "22366"}).code == 2);
  BOOST_TEST(
    call({"simulate", "22366", "--day", "2021-10-20", "--scans", "10", "--folder", "/dev/null/x"})
      .code == 4);
}

BOOST_AUTO_TEST_CASE(a_trace_becomes_files_too_and_a_bad_one_is_named_by_line) {
  wardctl_rig rig;
  auto trace = rig.path("trace.csv"), folder = rig.path("real");
  auto made = [&](const std::string& text, std::vector<std::string> more = {}) {
    rig.write("trace.csv", text);
    std::vector<std::string> words{"--json",     "simulate", "22366", "--day",
                                   "2021-10-18", "--venues", "30",    "--folder",
                                   folder,       "--trace",  trace};
    words.insert(words.end(), more.begin(), more.end());
    return call(words);
  };
  auto got = made("epoch_s,user_id,venue_id\n1240439400,7,3\n1240443000,7,4\n");
  BOOST_TEST_REQUIRE(got.code == 0, got.err);
  auto figures = json::parse(got.out);
  BOOST_TEST((figures["in"] == 2 && figures["persons"] == 1 && !figures.contains("residents")));
  BOOST_TEST(rig.text_of(folder + "/replay.csv").find("2021-10-20T17:30") != std::string::npos);
  got = made("epoch_s,user_id,venue_id\nyesterday,7,3\n");
  BOOST_TEST(got.code != 0);
  BOOST_TEST(got.err.find("trace.csv:2") != std::string::npos, got.err);
  BOOST_TEST(made("\x1f\x8b packed").err.find("gzip -dc") != std::string::npos);
  BOOST_TEST(made("", {"--scans", "5"}).code == 2);
  BOOST_TEST(call({"simulate", "22366", "--day", "2021-10-18", "--trace", rig.path("none")}).code ==
             4);
}
