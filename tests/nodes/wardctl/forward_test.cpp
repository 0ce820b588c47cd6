// SPDX-License-Identifier: Apache-2.0
// Proves: a command for a ward goes through the area above it and its own answer comes back; what
//         is for all wards is `forwarded`; a ward that is down gets its command when it comes
//         back, unless it has expired; what the area cannot pass on is refused with the reason;
//         each hop's audit log says who said it, in which role, and what came of it.
// Method: an area and two wards as real processes, one of them killed on the way.
#define BOOST_TEST_MODULE forward
#include "actors/io/allow_file.hpp"
#include "nodes/wardctl/target.hpp"
#include "tests/support/contains.hpp"
#include "tests/support/tree_rig.hpp"
#include "tests/support/wardctl_rig.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <poll.h>

using namespace wardflow;
using namespace wardflow::test;
using nlohmann::json;

namespace {

struct area_of_two : tree_rig {
  area_of_two() : tree_rig{{"22351", "22366"}}, target(target_of(area)) {
    for (auto& w : wards)
      of_ward.push_back(target_of(w->node));
  }

  called operator()(std::vector<std::string> words) {
    words.insert(words.begin(), {"--target", target});
    return call(std::move(words));
  }
  called at(std::size_t which, std::vector<std::string> words) {
    words.insert(words.begin(), {"--target", of_ward[which]});
    return call(std::move(words));
  }
  bool suspended(std::size_t which, const std::string& venue) {
    auto got = at(which, {"venue", "show", venue, "--json"});
    BOOST_TEST_REQUIRE(got.code == 0, got.err);
    return json::parse(got.out)["suspended"] == true;
  }
  /// A key of this role at the area; its target.toml.
  std::string person(role is, const std::string& name) {
    auto pair = *io::generate_key_pair();
    principal who;
    who.key = pair.open;
    who.role = is;
    who.name = name;
    who.unit = area.unit;
    BOOST_REQUIRE(io::write_key_pair(area.folder / "keys" / name, pair));
    BOOST_REQUIRE(io::append_to_allow_file(area.folder / "allow.toml", who));
    area.reload();
    wardctl::target t;
    t.control = area.control_endpoint;
    t.node_key = area.node_key.open;
    t.key = "keys/" + name;
    auto file = area.folder / (name + ".toml");
    BOOST_REQUIRE((wardctl::write_target(file, t) == code::ok));
    return file.string();
  }
  template <class Good>
  static bool until(Good good) {
    for (int i = 0; i != 600; ++i) {
      if (good())
        return true;
      ::poll(nullptr, 0, 50);
    }
    return false;
  }
  std::string write(const std::string& name, const std::string& text) {
    auto file = (area.folder / name).string();
    std::ofstream{file} << text;
    return file;
  }

  std::string target;
  std::vector<std::string> of_ward;
};

std::vector<std::string> suspend(const std::string& venue, std::vector<std::string> more) {
  std::vector<std::string> words{"venue", "suspend", venue, "--document", "1/QD"};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_wards_own_answer_comes_back_through_the_area) {
  area_of_two rig;
  auto got = rig(suspend("22366-00001", {"--unit", "22366"}));
  BOOST_TEST(got.code == 0, got.err);
  BOOST_TEST(contains(got.err, "on its way down. 22366"), got.err);
  BOOST_TEST(contains(got.out, "Done.\n"), got.out);
  BOOST_TEST(rig.suspended(1, "22366-00001"));
  got = rig(suspend("22366-00001", {})); // the venue's id says whose it is
  BOOST_TEST(got.code == 1);
  BOOST_TEST(contains(got.err, "suspended already"), got.err);
  got = rig(suspend("22366-00099", {"--json"}));
  BOOST_TEST(got.code == 1);
  BOOST_TEST(json::parse(got.out)["code"] == "venue_unknown");
  got = rig({"venue", "add", "--name", "Quan moi", "--category", "cafe", "--group", "22351.01",
             "--unit", "22351", "--json"});
  BOOST_TEST(got.code == 0, got.err);
  BOOST_TEST(json::parse(got.out)["id"] == "22351-00021");

  rig.wards[0]->alarm(3);
  BOOST_REQUIRE(rig.settled());
  got = rig({"alerts", "ack", rig.wards[0]->alarm_name(3)});
  BOOST_TEST(got.code == 0, got.err);
  BOOST_TEST(contains(rig.at(0, {"alerts", "list"}).out, "acknowledged"));
}

BOOST_AUTO_TEST_CASE(imports_go_to_one_ward_or_to_all) {
  area_of_two rig;
  auto groups = rig.write("groups.csv", "group,name\n22351.07,To 7\n22351.08,To 8\n");
  auto got = rig({"group", "import", groups});
  BOOST_TEST(got.code == 2); // whose?
  BOOST_TEST(contains(got.err, "--unit"), got.err);
  got = rig({"group", "import", groups, "--unit", "22351", "--json"});
  BOOST_TEST(got.code == 0, got.err);
  auto report = json::parse(got.out);
  BOOST_TEST((report["code"] == "done" && report["rows_taken"] == 2));
  got = rig({"group", "import", groups, "--unit", "22351", "--json"});
  BOOST_TEST(json::parse(got.out)["rows_unchanged"] == 2);
  BOOST_TEST(contains(rig.at(0, {"group", "list"}).out, "22351.08"));
  auto venues = rig.write("venues.csv", "name,category,group\nQuan A,cafe,22351.01\n");
  got = rig({"venue", "import", venues, "--unit", "22351"});
  BOOST_TEST(got.code == 4);
  BOOST_TEST(contains(got.err, "id"), got.err);

  auto today = time_text(*parse_time("2099-01-01T00:00")).substr(0, 10);
  auto levels = rig.write("levels.csv", "group,scale,level,effective_from,issuer,document\n"
                                        "22351.01,resolution_128,3," +
                                          today +
                                          ",UBND,2/QD\n"
                                          "22366.01,resolution_128,2," +
                                          today + ",UBND,2/QD\n");
  got = rig({"level", "import", levels, "--json"});
  BOOST_TEST(got.code == 0, got.err);
  report = json::parse(got.out);
  BOOST_TEST((report["code"] == "forwarded" && report["rows_forwarded"] == 2));
  for (auto which : {0u, 1u})
    BOOST_TEST(rig.until([&] {
      return contains(rig.at(which, {"level", "list", "--day", today, "--csv"}).out, ",3,");
    }));
  got = rig({"level", "set", "--group", "22366.01", "--level", "4", "--effective-from", today,
             "--issuer", "UBND", "--document", "3/QD"});
  BOOST_TEST(got.code == 0, got.err);
  BOOST_TEST(contains(got.out, "on its way down"), got.out);
}

BOOST_AUTO_TEST_CASE(a_ward_that_is_down_gets_its_command_when_it_comes_back) {
  area_of_two rig;
  rig.wards[0]->node.kill();
  auto got = rig(suspend("22351-00001", {"--wait", "1", "--json"}));
  BOOST_TEST(got.code == 9, got.err);
  BOOST_TEST(json::parse(got.out)["code"] == "command_waits");
  BOOST_TEST(contains(got.err, "wardctl nodes"), got.err);
  got = rig(suspend("22351-00002", {"--expires", "1s", "--wait", "2"})); // too late when it comes
  BOOST_TEST(got.code == 9);
  BOOST_TEST(rig(suspend("22351-00003", {"--wait", "0"})).code == 0); // does not look for it
  auto groups = rig.write("groups.csv", "group,name\n22351.07,To 7\n");
  got = rig({"group", "import", groups, "--unit", "22351", "--wait", "1", "--json"});
  BOOST_TEST(got.code == 9);
  BOOST_TEST(json::parse(got.out)["rows_forwarded"] == 1);
  rig.area.kill();
  BOOST_REQUIRE(rig.area.start());
  BOOST_REQUIRE(rig.wards[0]->node.start());
  BOOST_TEST(rig.until([&] { return rig.suspended(0, "22351-00003"); }));
  BOOST_TEST(rig.suspended(0, "22351-00001"));
  BOOST_TEST(!rig.suspended(0, "22351-00002"));
  BOOST_TEST(rig.until([&] { return contains(rig.at(0, {"group", "list"}).out, "22351.07"); }));
}

BOOST_AUTO_TEST_CASE(a_wards_clock_and_readers_are_reached_through_the_area) {
  area_of_two rig;
  auto got = rig({"clock", "accept"}); // its own
  BOOST_TEST(got.code == 0, got.err);
  BOOST_TEST(contains(got.out, "believed already"), got.out);
  BOOST_TEST(got.err == "");
  got = rig({"clock", "accept", "--unit", "22366"});
  BOOST_TEST(got.code == 0, got.err);
  BOOST_TEST(contains(got.err, "on its way down. 22366"), got.err);
  BOOST_TEST(contains(got.out, "believed already"), got.out);
  BOOST_TEST(rig.at(0, {"watch", "--name", "duty", "--until-idle", "1"}).code == 0);
  BOOST_TEST(rig({"subscriptions", "remove", "duty"}).code == 1); // it is no reader of the area
  got = rig({"subscriptions", "remove", "duty", "--unit", "22351"});
  BOOST_TEST(got.code == 0, got.err);
  BOOST_TEST(!contains(rig.at(0, {"subscriptions", "list"}).out, "duty"));
  BOOST_TEST(rig({"subscriptions", "remove", "duty", "--unit", "22351"}).code == 1);
  rig.wards[1]->node.kill();
  BOOST_TEST(rig({"clock", "accept", "--unit", "22366", "--wait", "0"}).code == 0);
  BOOST_TEST(rig({"clock", "accept", "--unit", "22366", "--wait", "1"}).code == 9);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_passed_on_is_refused_with_the_reason) {
  area_of_two rig;
  auto got = rig(suspend("22363-00001", {}));
  BOOST_TEST(got.code == 1);
  BOOST_TEST(contains(got.err, "22363"), got.err);
  BOOST_TEST(rig(suspend("22366-00001", {"--unit", "2236"})).code == 2);
  BOOST_TEST(rig(suspend("22366-00001", {"--expires", "soon"})).code == 2);
  got = rig({"device", "add", "--name", "cua", "--venue", "22366-00001", "--unit", "22366",
             "--make", rig.target + ".d"});
  BOOST_TEST(got.code == 2);
  BOOST_TEST(contains(got.err, "--unit"), got.err);
  got = rig.at(0, suspend("22351-00001", {"--unit", "22366"})); // a ward has nobody below it
  BOOST_TEST(got.code == 1);
  BOOST_TEST(rig.at(0, suspend("22351-00001", {"--unit", "22351"})).code == 0);
}

BOOST_AUTO_TEST_CASE(each_hop_writes_down_who_said_it_and_what_came_of_it) {
  area_of_two rig;
  auto health = rig.person(role::health, "tram");
  auto got = rig(suspend("22366-00001", {"--unit", "22366"}));
  BOOST_TEST(got.code == 0, got.err);
  got = call({"--target", health, "card", "revoke", "056890000001", "--document", "3/QD"});
  BOOST_TEST(got.code == 0, got.err);
  got = call({"--target", health, "venue", "suspend", "22366-00002", "--document", "3/QD"});
  BOOST_TEST(got.code == 1); // her role may not: it goes nowhere
  auto log_of = [](const called& shown) {
    BOOST_TEST_REQUIRE(shown.code == 0, shown.err);
    return json::parse(shown.out);
  };
  auto find = [](const json& rows, const std::string& deed, const std::string& by) {
    auto at = std::find_if(rows.begin(), rows.end(),
                           [&](auto& row) { return row["deed"] == deed && row["by"] == by; });
    return at == rows.end() ? json{} : *at;
  };
  json above, below;
  BOOST_TEST(rig.until([&] {
    above = log_of(rig({"audit", "show", "--json"}));
    below = log_of(rig.at(1, {"audit", "show", "--json"}));
    return !find(below, "card.revoke", "tram").is_null() &&
           find(above, "venue.suspend", "tram").is_object();
  }));
  auto said = find(above, "venue.suspend", "test operator");
  BOOST_TEST((said["way"] == "socket" && said["for"] == "22366" && said["unit"] == "568"));
  BOOST_TEST(said["outcome"] == "forwarded");
  auto done = find(below, "venue.suspend", "test operator");
  BOOST_TEST((done["way"] == "above" && done["role"] == "operator" && done["unit"] == "568"));
  BOOST_TEST((done["outcome"] == "done" && done["command"] == said["command"]));
  auto answered = find(above, "answer", "node 22366");
  BOOST_TEST((answered["command"] == said["command"] && answered["outcome"] == "done"));
  auto revoked = find(below, "card.revoke", "tram");
  BOOST_TEST((revoked["role"] == "health" && revoked["outcome"] == "done"));
  auto refused = find(above, "venue.suspend", "tram");
  BOOST_TEST((refused["outcome"] == "key_wrong_role" && refused["way"] == "socket"));
  BOOST_TEST(find(below, "venue.suspend", "tram").is_null());
  BOOST_TEST(rig({"audit", "verify"}).code == 0);
  BOOST_TEST(rig.at(1, {"audit", "verify"}).code == 0);
}
