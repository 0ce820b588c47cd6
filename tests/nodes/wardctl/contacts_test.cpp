// SPDX-License-Identifier: Apache-2.0
// Proves: contacts are set, listed and removed by the commands as they are documented, by operators
//         and health officers alone, and read by every role; they outlive a restart, and the ward
//         verifies. In a tree a city's are read at its wards and a ward's at the city, also one
//         that was said at the city for that ward.
// Method: the program against a real ward; then a city and two wards as real processes.
#define BOOST_TEST_MODULE contacts
#include "tests/support/contains.hpp"
#include "tests/support/tree_rig.hpp"
#include "tests/support/wardctl_rig.hpp"

#include "messages/texts.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <poll.h>

using namespace wardflow;
using namespace wardflow::test;
using nlohmann::json;

namespace {

/// Exit code 1, and this code's text and next step in both languages.
template <class Call>
void refused(Call&& with, code why) {
  for (auto tongue : {language::vi, language::en}) {
    auto got = with(tongue == language::vi ? "vi" : "en");
    BOOST_TEST(got.code == 1, got.err);
    BOOST_TEST(got.out == "");
    BOOST_TEST(contains(got.err, std::string{text(why, tongue)}), got.err);
    BOOST_TEST(contains(got.err, std::string{next_step(why, tongue)}), got.err);
  }
}

json listed(const std::string& target, std::vector<std::string> more = {}) {
  std::vector<std::string> words{"--target", target, "contact", "list", "--json"};
  words.insert(words.end(), more.begin(), more.end());
  auto got = call(words);
  BOOST_TEST_REQUIRE(got.code == 0, got.err);
  return json::parse(got.out);
}

/// `unit name=phone;` of a list.
std::string brief(const json& list) {
  std::string out;
  for (auto& row : list)
    out += row["unit"].get<std::string>() + " " + row["name"].get<std::string>() + "=" +
           row["phone"].get<std::string>() + ";";
  return out;
}

/// Asks until it is so, at most half a minute.
bool until_listed(const std::string& target, const std::string& expected) {
  std::string seen;
  for (int i = 0; i != 600; ++i) {
    seen = brief(listed(target));
    if (seen == expected)
      return true;
    ::poll(nullptr, 0, 50);
  }
  BOOST_TEST_MESSAGE("still " << seen);
  return false;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_ward_publishes_its_numbers) {
  wardctl_rig w;
  auto set = w({"contact", "set", "Trực ban", "--phone", "0258 3822 120", "--note", "cả đêm"});
  BOOST_TEST(set.code == 0, set.err);
  BOOST_TEST(contains(set.out, "Done.\n"), set.out);
  BOOST_TEST(contains(set.out, "Phone  0258 3822 120\n"), set.out);
  auto other = w({"contact", "set", "Công an", "--phone", "113", "--json"});
  BOOST_TEST(
    (json::parse(other.out) == json{{"code", "done"}, {"name", "Công an"}, {"phone", "113"}}));
  auto target = w.path("target.toml");
  BOOST_TEST(
    (listed(target) ==
     json{
       {{"unit", "22366"}, {"name", "Công an"}, {"phone", "113"}, {"note", nullptr}},
       {{"unit", "22366"}, {"name", "Trực ban"}, {"phone", "0258 3822 120"}, {"note", "cả đêm"}}}));
  auto people = w({"contact", "list", "--lang", "vi"});
  BOOST_TEST(contains(people.out, "22366 phường Phước Tiến  Trực ban  0258 3822 120"), people.out);
  auto csv = w({"contact", "list", "--csv"});
  BOOST_TEST(contains(csv.out, "unit,name,phone,note\n"), csv.out);
  BOOST_TEST(listed(target, {"--unit", "22366"}).size() == 2u);
  BOOST_TEST(listed(target, {"--unit", "568"}).empty());

  BOOST_TEST(w({"contact", "set", "Công an", "--phone", "113"}).code == 0); // it is so already
  BOOST_TEST(w.node.stop() == 0);
  BOOST_REQUIRE(w.start_again());
  BOOST_TEST(brief(listed(target)) == "22366 Công an=113;22366 Trực ban=0258 3822 120;");
  BOOST_TEST(w({"contact", "remove", "Công an"}).code == 0);
  w.node.kill();
  BOOST_REQUIRE(w.start_again());
  BOOST_TEST(brief(listed(target)) == "22366 Trực ban=0258 3822 120;");
  auto verified = w({"verify"});
  BOOST_TEST(verified.code == 0, verified.err);
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_said_with_what_to_do) {
  wardctl_rig w;
  auto with = [&](std::vector<std::string> words) {
    return [&w, words](const char* lang) {
      auto all = words;
      all.insert(all.begin(), {"--lang", lang});
      return w(all);
    };
  };
  refused(with({"contact", "set", "A", "--phone", "số"}), code::contact_malformed);
  refused(with({"contact", "set", " ", "--phone", "113"}), code::contact_malformed);
  refused(with({"contact", "remove", "A"}), code::not_found);
  for (int i = 0; i != 32; ++i)
    BOOST_REQUIRE(w.node.say(contact_order{{"A" + std::to_string(i), "113", ""}, false})->code ==
                  code::done);
  refused(with({"contact", "set", "B", "--phone", "113"}), code::too_many_contacts);
  BOOST_TEST(w({"contact", "set", "A"}).code == 2); // whose number?
  BOOST_TEST(w({"contact", "list", "--unit", "Nha Trang"}).code == 2);
}

BOOST_AUTO_TEST_CASE(operators_and_health_officers_set_and_everybody_reads) {
  wardctl_rig w;
  auto health = w.person(role::health, "minh");
  auto supervisor = w.person(role::supervisor, "lan");
  auto by = [](const std::string& target, std::vector<std::string> words) {
    words.insert(words.begin(), {"--target", target});
    return call(words);
  };
  BOOST_TEST(by(health, {"contact", "set", "Y tế", "--phone", "115"}).code == 0);
  BOOST_TEST(by(supervisor, {"contact", "set", "A", "--phone", "113"}).code == 1);
  BOOST_TEST(by(supervisor, {"contact", "remove", "Y tế"}).code == 1);
  for (auto& target : {health, supervisor})
    BOOST_TEST(brief(listed(target)) == "22366 Y tế=115;");
  BOOST_TEST(by(health, {"contact", "remove", "Y tế"}).code == 0);
}

BOOST_AUTO_TEST_CASE(in_a_tree_they_go_down_and_up) {
  tree_rig tree{{"22351", "22366"}, 1};
  auto area = tree_rig::target_of(tree.area);
  auto first = tree_rig::target_of(tree.wards[0]->node);
  auto second = tree_rig::target_of(tree.wards[1]->node);
  auto at = [](const std::string& target, std::vector<std::string> words) {
    words.insert(words.begin(), {"--target", target});
    auto got = call(words);
    BOOST_TEST(got.code == 0, got.err);
    return got;
  };
  at(area, {"contact", "set", "Thành phố", "--phone", "0258 3810 000"});
  at(first, {"contact", "set", "Trực ban", "--phone", "113"});
  at(area, {"contact", "set", "Y tế", "--phone", "115", "--unit", "22366"});
  auto city = std::string{"568 Thành phố=0258 3810 000;"};
  BOOST_TEST(until_listed(first, city + "22351 Trực ban=113;"));
  BOOST_TEST(until_listed(second, city + "22366 Y tế=115;"));
  BOOST_TEST(until_listed(area, city + "22351 Trực ban=113;22366 Y tế=115;"));
  BOOST_TEST(brief(listed(area, {"--unit", "22366"})) == "22366 Y tế=115;");
  BOOST_TEST(brief(listed(first, {"--unit", "568"})) == city);

  tree.wards[1]->node.kill(); // hears of it when it is back
  at(area, {"contact", "remove", "Thành phố"});
  at(area, {"contact", "set", "Đường dây nóng", "--phone", "1022"});
  city = "568 Đường dây nóng=1022;";
  BOOST_TEST(until_listed(first, city + "22351 Trực ban=113;"));
  BOOST_REQUIRE(tree.wards[1]->node.start());
  second = tree_rig::target_of(tree.wards[1]->node);
  BOOST_TEST(until_listed(second, city + "22366 Y tế=115;"));
  at(first, {"contact", "remove", "Trực ban"});
  BOOST_TEST(until_listed(area, city + "22366 Y tế=115;"));
  tree.area.kill();
  BOOST_REQUIRE(tree.area.start());
  area = tree_rig::target_of(tree.area);
  BOOST_TEST(brief(listed(area)) == city + "22366 Y tế=115;");
  BOOST_TEST(call({"--target", second, "verify"}).code == 0);
}
