// SPDX-License-Identifier: Apache-2.0
// Proves: of an area wardctl shows its nodes, the picture of all below, counts by ward and hour, a
//         status that says who is silent; its named readers, who can be forgotten; and a node that
//         is no more, which can be forgotten too.
// Method: an area and two wards as real processes, one of them killed on the way.
#define BOOST_TEST_MODULE tree_command
#include "tests/support/contains.hpp"
#include "tests/support/tool_run.hpp"
#include "tests/support/tree_rig.hpp"
#include "tests/support/wardctl_rig.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <csignal>
#include <poll.h>

using namespace wardflow;
using namespace wardflow::test;
using nlohmann::json;

namespace {

struct area_of_two : tree_rig {
  area_of_two() : tree_rig{{"22351", "22366"}}, target(target_of(area)) {}

  called operator()(std::vector<std::string> words) {
    words.insert(words.begin(), {"--target", target});
    return call(std::move(words));
  }
  json object(std::vector<std::string> words) {
    words.push_back("--json");
    auto got = (*this)(std::move(words));
    BOOST_TEST_REQUIRE(got.code == 0, got.err);
    return json::parse(got.out);
  }
  /// Asks until it is so: counts come up every few seconds.
  template <class Good>
  bool until(std::vector<std::string> words, Good good) {
    for (int i = 0; i != 600; ++i) {
      if (good(object(words)))
        return true;
      ::poll(nullptr, 0, 50);
    }
    return false;
  }

  std::string target;
};

} // namespace

BOOST_AUTO_TEST_CASE(an_area_is_seen_as_nodes_as_a_tree_and_as_counts) {
  area_of_two rig;
  rig.wards[1]->alarm(1);
  BOOST_TEST_REQUIRE(rig.until({"counts"}, [](const json& c) { return c["scans"] == 1; }));
  auto counts = rig.object({"counts"});
  BOOST_TEST(counts["wards"] == 2);
  BOOST_TEST(counts["units"][0]["unit"] == "22366");
  BOOST_TEST(counts["units"][0]["via"] == "22366");
  BOOST_TEST(counts["units"][0]["open_alerts"] == 1);
  BOOST_TEST(rig.object({"counts", "--limit", "1"})["units"].size() == 1u);
  BOOST_TEST_REQUIRE(rig.until({"counts", "--hours"}, [](const json& c) { return !c.empty(); }));
  BOOST_TEST(rig.object({"counts", "--hours"})[0]["refused"] == 1);
  BOOST_TEST(rig.object({"counts", "--hours", "--unit", "22366"})[0]["refused"] == 1);
  BOOST_TEST(rig.object({"counts", "--hours", "--unit", "22351"}).empty());
  auto got = rig({"counts", "--hours"});
  BOOST_TEST(!contains(got.out, "Revision"), got.out);
  BOOST_TEST(rig.object({"counts", "--reasons"})["reasons"][0]["code"] == "venue_suspended");
  BOOST_TEST(rig({"counts", "--identities"}).code == 1);

  auto nodes = rig.object({"nodes"});
  BOOST_REQUIRE(nodes.size() == 2u);
  BOOST_TEST((nodes[0]["unit"] == "22351" && nodes[0]["state"] == "up"));
  BOOST_TEST((nodes[1]["scans"] == 1 && nodes[1]["lost"] == 0));
  got = rig({"nodes"});
  BOOST_TEST(contains(got.out, "22366 phường Phước Tiến  up"), got.out);
  BOOST_TEST(contains(got.out, "under a minute ago"), got.out);
  got = rig({"nodes", "--lang", "vi"});
  BOOST_TEST(contains(got.out, "có liên lạc"), got.out);

  got = rig({"tree"});
  BOOST_TEST(contains(got.out, "568 thành phố Nha Trang"), got.out);
  BOOST_TEST(contains(got.out, "├─ 22351 phường Phương Sài"), got.out);
  BOOST_TEST(contains(got.out, "└─ 22366 phường Phước Tiến"), got.out);
  auto tree = rig.object({"tree"});
  BOOST_TEST((tree["unit"] == "568" && tree["scans"] == 1 && tree["state"].is_null()));
  BOOST_TEST((tree["below"][1]["unit"] == "22366" && tree["below"][1]["open_alerts"] == 1));
  got = rig({"tree", "--csv"});
  BOOST_TEST(contains(got.out, "22366,568,1,up,"), got.out);

  got = rig({"status"});
  BOOST_TEST(!contains(got.out, "ATTENTION"), got.out);
  BOOST_TEST(contains(got.out, "Nodes below this one\n"), got.out);
  BOOST_TEST(!contains(got.out, "Rulebook"), got.out);
  auto status = rig.object({"status"});
  BOOST_TEST((status["role"] == "area" && status["children_speaking"] == 2));

  BOOST_TEST((status["parent"].is_null() && status["parent_lag"].is_null()));
  BOOST_TEST(contains(got.out, "  Parent                      none\n"), got.out);
  got = rig({"check"});
  BOOST_TEST(got.code == 0, got.out);
  BOOST_TEST(contains(got.out, " children=2 children_speaking=2 lag="), got.out);
  BOOST_TEST(!contains(got.out, "levels_age"), got.out);

  auto ward = tree_rig::target_of(rig.wards[0]->node);
  auto below = json::parse(call({"--target", ward, "status", "--json"}).out);
  BOOST_TEST((below["parent"] == "in session with 568" && below["parent_lag"].is_number()));
  got = call({"--target", ward, "status", "--lang", "vi"});
  BOOST_TEST(contains(got.out, "đang nối với 568\n"), got.out);
  BOOST_TEST(contains(got.out, "  Chờ cấp trên nhận "), got.out);
  BOOST_TEST(call({"--target", ward, "nodes"}).code == 1);
  got = call({"--target", ward, "tree"});
  BOOST_TEST(got.code == 0);
  BOOST_TEST(contains(got.out, "22351 phường Phương Sài"), got.out);
  got = call({"--target", tree_rig::target_of(rig.wards[1]->node), "tree", "--json"});
  BOOST_TEST(json::parse(got.out)["open_alerts"] == 1);
}

BOOST_AUTO_TEST_CASE(what_is_a_wards_is_not_answered_with_an_empty_list) {
  area_of_two rig;
  for (auto words : {std::vector<std::string>{"venue", "list"},
                     {"venue", "show", "22366-00001"},
                     {"group", "list"},
                     {"device", "list"},
                     {"card", "show", "056890000001"},
                     {"verify"}}) {
    auto got = rig(words);
    BOOST_TEST(got.code == 1, words[0]);
    BOOST_TEST(got.out == "", words[0]);
    BOOST_TEST(contains(got.err, "That is not asked of this node."), got.err);
  }
  rig.area.kill();
  auto stopped = call({"verify", "--folder", rig.area.folder.string()});
  BOOST_TEST(stopped.code == 1);
  BOOST_TEST(stopped.out == "");
}

BOOST_AUTO_TEST_CASE(an_area_lists_the_rulebooks_that_it_said_to_all) {
  area_of_two rig;
  BOOST_TEST(rig({"rulebook", "list", "--json"}).out == "[]\n");
  auto file = WARDFLOW_SOURCE_DIR "/config/rulebooks/khanh-hoa-2021-11-16.toml";
  BOOST_TEST(rig({"rulebook", "load", file}).code == 0);
  auto got = rig({"rulebook", "list", "--json"});
  BOOST_TEST(got.code == 0);
  BOOST_TEST(json::parse(got.out).at(0)["version"] == 20211116);
  BOOST_TEST(rig({"level", "list", "--json"}).out == "[]\n");
}

BOOST_AUTO_TEST_CASE(a_parent_that_is_away_is_said_first) {
  area_of_two rig;
  auto ward = tree_rig::target_of(rig.wards[0]->node);
  rig.area.kill();
  called got;
  for (auto tries = 0; tries != 600 && !contains(got.out, "ATTENTION: Parent: "); ++tries) {
    ::poll(nullptr, 0, 50);
    got = call({"--target", ward, "status"});
    BOOST_TEST_REQUIRE(got.code == 0, got.err);
  }
  BOOST_TEST(got.out.starts_with("ATTENTION: Parent: The node cannot be reached."), got.out);
  BOOST_TEST(contains(got.out, "\nCheck that the node runs, its address, and the network.\n"),
             got.out);
  got = call({"--target", ward, "check", "--levels-warn", "0", "--levels-crit", "0"});
  BOOST_TEST(got.code == 1, got.out);
  BOOST_TEST(contains(got.out, "22351: the parent is not reached: The node cannot be"), got.out);
}

BOOST_AUTO_TEST_CASE(a_silent_node_is_said_first_and_redrawn) {
  area_of_two rig;
  tool_run picture{{"--target", rig.target, "tree", "--watch", "1"}};
  BOOST_TEST_REQUIRE(picture.line(20'000).has_value());
  rig.wards[0]->node.kill();
  BOOST_TEST_REQUIRE(
    rig.until({"status"}, [](const json& s) { return s["children_speaking"] == 1; }));
  auto got = rig({"status"});
  BOOST_TEST(got.out.starts_with("ATTENTION: 1 nodes below are silent.\n"), got.out);
  BOOST_TEST(contains(rig({"nodes"}).out, "22351 phường Phương Sài  silent"));
  got = rig({"check"});
  BOOST_TEST(got.code == 2, got.out); // one of two
  BOOST_TEST(got.out.starts_with("WARDFLOW CRITICAL - 568: 1 of 2 nodes below are silent |"),
             got.out);
  auto silent = false;
  while (!silent) {
    auto line = picture.line(20'000);
    BOOST_TEST_REQUIRE(line.has_value(), picture.errors);
    silent = contains(*line, "22351 phường Phương Sài") && contains(*line, "silent");
  }
  picture.signal(SIGINT);
  BOOST_TEST(picture.wait(20'000) == 0);
}

BOOST_AUTO_TEST_CASE(named_readers_are_listed_and_forgotten) {
  area_of_two rig;
  BOOST_TEST(rig({"watch", "--name", "mail", "--until-idle", "1"}).code == 0);
  rig.wards[0]->alarm(1);
  BOOST_REQUIRE(rig.settled());
  tool_run reader{{"--target", rig.target, "watch", "--name", "duty", "--since", "earliest"}};
  BOOST_TEST_REQUIRE(rig.has_read_all("duty"));
  auto list = rig.object({"subscriptions", "list"});
  BOOST_REQUIRE(list.size() == 2u);
  BOOST_TEST((list[0]["name"] == "duty" && list[0]["connected"] == true));
  BOOST_TEST((list[1]["name"] == "mail" && list[1]["connected"] == false));
  BOOST_TEST(list[1]["behind"] != 0);
  BOOST_TEST(list[1]["by"] == "test operator");
  auto got = rig({"subscriptions", "remove", "mail"});
  BOOST_TEST(got.code == 0, got.err);
  BOOST_TEST(rig({"subscriptions", "remove", "mail"}).code == 1);
  BOOST_TEST(rig({"subscriptions", "remove", "duty"}).code == 0);
  BOOST_TEST(reader.wait(20'000) == 1); // sent away
  BOOST_TEST(rig.object({"subscriptions", "list"}).empty());

  auto ward = tree_rig::target_of(rig.wards[0]->node);
  BOOST_TEST(call({"--target", ward, "watch", "--name", "own", "--until-idle", "1"}).code == 0);
  BOOST_TEST(contains(call({"--target", ward, "subscriptions", "list"}).out, "own"));
  rig.wards[0]->node.kill();
  BOOST_REQUIRE(rig.wards[0]->node.start());
  BOOST_TEST(call({"--target", ward, "subscriptions", "remove", "own"}).code == 0);
  rig.wards[0]->node.kill();
  BOOST_REQUIRE(rig.wards[0]->node.start());
  BOOST_TEST(!contains(call({"--target", ward, "subscriptions", "list"}).out, "own"));
  BOOST_TEST(call({"--target", ward, "verify"}).code == 0); // the journal knows the command
}

BOOST_AUTO_TEST_CASE(a_reader_that_was_killed_is_not_connected_any_more) {
  area_of_two rig;
  tool_run reader{{"--target", rig.target, "watch", "--name", "duty"}};
  auto connected = [](bool so) {
    return [so](const json& list) { return list.size() == 1 && list[0]["connected"] == so; };
  };
  BOOST_TEST_REQUIRE(rig.until({"subscriptions", "list"}, connected(true)));
  reader.kill();
  rig.wards[0]->alarm(1); // there is something to be sent
  BOOST_TEST(rig.until({"subscriptions", "list"}, connected(false)));
}

BOOST_AUTO_TEST_CASE(a_node_that_is_no_more_is_forgotten_and_is_a_new_one_when_it_comes_again) {
  area_of_two rig;
  rig.wards[0]->alarm(1);
  BOOST_REQUIRE(rig.settled());
  auto name = rig.wards[0]->alarm_name(1);
  BOOST_TEST(contains(rig({"alerts", "list"}).out, name));
  rig.wards[0]->node.kill();
  auto got = rig({"nodes", "forget", "22351"});
  BOOST_TEST(got.code == 2);
  BOOST_TEST(contains(got.err, "document"), got.err);
  BOOST_TEST(rig({"nodes", "forget", "22363", "--document", "12/QD"}).code == 1);
  got = rig({"nodes", "forget", "22351", "--document", "12/QD"});
  BOOST_TEST(got.code == 0, got.err);
  auto nodes = rig.object({"nodes"});
  BOOST_REQUIRE(nodes.size() == 1u);
  BOOST_TEST(nodes[0]["unit"] == "22366");
  BOOST_TEST(!contains(rig({"alerts", "list"}).out, name));
  BOOST_TEST(!contains(rig({"status"}).out, "ATTENTION"));
  BOOST_REQUIRE(rig.wards[0]->node.start());
  BOOST_TEST(rig.until({"nodes"}, [](const json& all) { return all.size() == 2; }));
  BOOST_REQUIRE(rig.settled());
}
