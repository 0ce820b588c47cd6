// SPDX-License-Identifier: Apache-2.0
// Proves: the status says first what needs a hand, in words for people and as one object of
//         numbers, truths and nulls for programs; a doubtful clock is loud until it is accepted.
// Method: a node whose journal is of 2099, started on today's clock.
#define BOOST_TEST_MODULE status
#include "tests/support/contains.hpp"
#include "tests/support/wardctl_rig.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <fstream>

using namespace wardflow;
using namespace wardflow::test;
using nlohmann::json;

namespace {

json object(const called& got) {
  BOOST_TEST_REQUIRE(json::accept(got.out), got.out << got.err);
  return json::parse(got.out);
}

/// Leaves a journal of the year 2099 and starts again on the wall clock.
void doubt_the_clock(wardctl_rig& rig) {
  BOOST_REQUIRE(rig.node.furnish(1));
  BOOST_REQUIRE(rig.node.stop() == 0);
  auto config = rig.text_of(rig.path("node.toml"));
  config.erase(config.find("clock = "));
  rig.write("node.toml", config);
  BOOST_REQUIRE_MESSAGE(rig.start_again(), rig.node.output);
}

} // namespace

BOOST_AUTO_TEST_CASE(a_new_node_is_told_in_words_that_line_up) {
  wardctl_rig rig;
  auto got = rig({"--lang", "vi", "status"});
  BOOST_TEST_REQUIRE(got.code == 0, got.err);
  BOOST_TEST(got.out.starts_with("CHÚ Ý: Không có bộ quy tắc nào có hiệu lực"), got.out);
  BOOST_TEST(contains(got.out, "22366 phường Phước Tiến"));
  BOOST_TEST(contains(got.out, "chưa bao giờ"));
  for (auto* title : {"\nMáy chủ\n", "\nHôm nay\n", "\nDanh bạ\n", "\nKho dữ liệu\n"})
    BOOST_TEST(contains(got.out, title), title);
  BOOST_REQUIRE(rig.node.furnish(2));
  got = rig({"--lang", "vi", "status"});
  BOOST_TEST(!contains(got.out, "CHÚ Ý"), got.out);
  BOOST_TEST(contains(got.out, "Khánh Hòa, 16/10/2021"), got.out);
}

BOOST_AUTO_TEST_CASE(programs_get_one_object_of_real_values) {
  wardctl_rig rig;
  BOOST_REQUIRE(rig.node.furnish(2));
  auto status = object(rig({"--json", "status"}));
  BOOST_TEST((status["clock_unsure"] == false && status["store_full"] == false));
  BOOST_TEST((status["unit"] == "22366" && status["venues"] == 2 && status["groups"] == 1));
  BOOST_TEST((status["devices"] == 1 && status["scans_today"] == 0));
  BOOST_TEST((status["rulebook_version"] == 20211016 && status["levels_as_of"] == nullptr));
  BOOST_TEST((status["today"] == "2021-10-20" && status["version"] == WARDFLOW_VERSION));
  for (auto& [key, value] : status.items()) {
    BOOST_TEST(key.find_first_not_of("abcdefghijklmnopqrstuvwxyz_0123456789") == key.npos, key);
    BOOST_TEST((!value.is_string() || value != ""), key); // absent is null
  }
}

BOOST_AUTO_TEST_CASE(every_fact_of_the_node_is_shown) {
  wardctl_rig rig;
  auto a = rig.node.say(query{});
  BOOST_TEST_REQUIRE(a.has_value());
  auto status = object(rig({"--json", "status"}));
  for (auto& [fact, value] : a->facts)
    if (fact != "clock" && fact != "store" && fact != "rulebook") // under names of their own
      BOOST_TEST(status.contains(fact), fact);
}

BOOST_AUTO_TEST_CASE(a_doubtful_clock_comes_first_until_it_is_accepted) {
  wardctl_rig rig{{}, "2099-01-01"};
  auto fine = rig({"clock", "accept"});
  BOOST_TEST(fine.code == 0);
  BOOST_TEST(contains(fine.out, "believed already"), fine.out);
  doubt_the_clock(rig);
  auto got = rig({"--lang", "vi", "status"});
  BOOST_TEST(got.code == 0);
  BOOST_TEST(got.out.starts_with("CHÚ Ý: Đồng hồ của máy chủ không đáng tin. 2099-01-01 "),
             got.out);
  BOOST_TEST(contains(got.out.substr(0, 400), "`wardctl clock accept`"), got.out);
  BOOST_TEST((object(rig({"--json", "status"}))["clock_unsure"] == true));
  auto accepted = rig({"clock", "accept"});
  BOOST_TEST(accepted.code == 0, accepted.err);
  BOOST_TEST((object(rig({"--json", "status"}))["clock_unsure"] == false));
  BOOST_TEST(!contains(rig({"--lang", "vi", "status"}).out, "Đồng hồ của máy chủ không"));
}
