// SPDX-License-Identifier: Apache-2.0
// Proves: risk levels are set, imported and listed, on both scales, for the day that is meant.
// Method: the program against a node that lives on 2021-10-20.
#define BOOST_TEST_MODULE levels
#include "tests/support/contains.hpp"
#include "tests/support/wardctl_rig.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

using namespace wardflow;
using namespace wardflow::test;
using nlohmann::json;

namespace {

std::vector<std::string> set(const std::string& level, std::vector<std::string> more = {}) {
  more.insert(more.begin(), {"level", "set", "--group", "22366.07", "--level", level, "--issuer",
                             "Trạm y tế", "--document", "15/TB-TYT"});
  return more;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_level_is_set_for_the_nodes_today_unless_told_otherwise) {
  wardctl_rig rig;
  auto got = rig(set("2"));
  BOOST_TEST_REQUIRE(got.code == 0, got.err);
  BOOST_TEST(contains(got.out, "level 2 (yellow)"));
  BOOST_TEST(contains(got.out, "2021-10-20"));
  BOOST_TEST(rig(set("3", {"--effective-from", "2021-10-21", "--scale", "2686"})).code == 0);
  auto levels = json::parse(rig({"level", "list", "--json"}).out);
  BOOST_TEST_REQUIRE(levels.size() == 2u);
  for (auto& row : levels) {
    BOOST_TEST(row["published_at"].is_string());
    row.erase("published_at");
  }
  BOOST_TEST((levels[0] == json{{"group", "22366.07"},
                                {"scale", "resolution_128"},
                                {"level", 2},
                                {"effective_from", "2021-10-20"},
                                {"issuer", "Trạm y tế"},
                                {"document", "15/TB-TYT"}}));
  BOOST_TEST((levels[1]["scale"] == "decision_2686" && levels[1]["level"] == 3));
  auto people = rig({"--lang", "vi", "level", "list"});
  BOOST_TEST(contains(people.out, "Nghị quyết 128   cấp 2 (vàng)  2021-10-20"), people.out);
  BOOST_TEST(contains(people.out, "Quyết định 2686  nguy cơ cao   2021-10-21"), people.out);
  BOOST_TEST(
    (json::parse(rig({"level", "list", "--json", "--day", "2021-10-21"}).out).size() == 1u));
}

BOOST_AUTO_TEST_CASE(the_same_again_changes_nothing_and_another_corrects) {
  wardctl_rig rig;
  BOOST_TEST(rig(set("2")).code == 0);
  auto again = rig(set("2"));
  BOOST_TEST(again.code == 0);
  BOOST_TEST(contains(again.out, "It is so already"), again.out);
  BOOST_TEST(contains(rig(set("3")).out, "Done."));
  BOOST_TEST((json::parse(rig({"level", "list", "--json"}).out)[0]["level"] == 3));
}

BOOST_AUTO_TEST_CASE(what_is_no_level_is_refused_with_its_option) {
  wardctl_rig rig;
  auto five = rig({"--lang", "vi", "level", "set", "--group", "22366.07", "--level", "5",
                   "--issuer", "A", "--document", "1"});
  BOOST_TEST(five.code == 1);
  BOOST_TEST(contains(five.err, "--level: cần cấp từ 1 đến 4"), five.err);
  BOOST_TEST(contains(rig(set("1", {"--scale", "999"})).err, "--scale: "));
  BOOST_TEST(contains(rig(set("1", {"--effective-from", "20/10/2021"})).err, "--effective-from: "));
  BOOST_TEST(rig({"level", "set", "--group", "22366.07", "--level", "1", "--issuer", "A"}).code ==
             2); // without a document
  BOOST_TEST(json::parse(rig({"level", "list", "--json"}).out).empty());
}

BOOST_AUTO_TEST_CASE(a_file_of_levels_is_imported) {
  wardctl_rig rig;
  auto file = rig.write("l.csv", "group;scale;level;effective_from;issuer;document\r\n"
                                 "22366.07;resolution_128;1;2021-10-20;TYT;1/TB\r\n"
                                 "22366.10;2686;9;2021-10-20;TYT;1/TB\r\n"
                                 "22366.11;128;4;2021-10-22;TYT;1/TB\r\n");
  auto got = rig({"level", "import", file});
  BOOST_TEST(got.code == 1);
  BOOST_TEST(contains(got.err, ":3: level: "), got.err);
  BOOST_TEST((json::parse(rig({"level", "list", "--json"}).out).size() == 2u));
  auto csv = rig({"level", "list", "--csv", "--day", "2021-10-22"}).out;
  BOOST_TEST(contains(csv, "\n22366.11,resolution_128,4,2021-10-22,TYT,1/TB,"), csv);
}
