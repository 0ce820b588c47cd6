// SPDX-License-Identifier: Apache-2.0
// Proves: `verify` waits for the node's answer however long it takes, says so meanwhile, and ends
//         with 5 where journal and state differ.
// Method: a real node with scans; one that is stopped while it is asked.
#define BOOST_TEST_MODULE verify_command
#include "tests/support/contains.hpp"
#include "tests/support/wardctl_rig.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <thread>

using namespace wardflow;
using namespace wardflow::test;
using nlohmann::json;

namespace {

std::vector<scan> some_scans(std::size_t count) {
  std::vector<scan> scans(count);
  for (std::size_t i = 0; i != count; ++i) {
    scans[i].venue = make_venue_id(ward_rig::ward, 1 + static_cast<std::uint32_t>(i % 3));
    scans[i].card = card_id{1 + i % 400};
    scans[i].at = start_of(*parse_day("2021-10-20")) + 8 * hour_ms + static_cast<time_ms>(i);
  }
  return scans;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_journal_that_agrees_is_zero) {
  wardctl_rig rig;
  BOOST_REQUIRE(rig.node.furnish(3));
  rig.send_scans(some_scans(5'000));
  auto got = rig({"--json", "verify"});
  BOOST_TEST_REQUIRE(got.code == 0, got.err);
  auto parsed = json::parse(got.out);
  BOOST_TEST((parsed["code"] == "verify_clean" && parsed["scans"] == 5'000));
  BOOST_TEST((parsed["state"].get<std::string>().size() == 32u));
  auto people = rig({"--lang", "vi", "verify"});
  BOOST_TEST(contains(people.out, "Nhật ký và trạng thái khớp nhau."));
  BOOST_TEST(people.err == "");
}

BOOST_AUTO_TEST_CASE(a_node_that_was_asked_before_its_first_command_can_be_verified) {
  wardctl_rig rig;
  for (auto i = 0; i != 3; ++i) // rounds without a record
    BOOST_REQUIRE(rig({"status"}).code == 0);
  BOOST_REQUIRE(rig.node.furnish(3));
  rig.send_scans(some_scans(10));
  auto got = rig({"verify"});
  BOOST_TEST(got.code == 0, got.err);
  BOOST_REQUIRE(rig.node.stop() == 0);
  BOOST_REQUIRE(rig.start_again());
  BOOST_TEST(rig({"verify"}).code == 0);
}

BOOST_AUTO_TEST_CASE(a_long_wait_is_told_and_the_question_is_asked_once) {
  wardctl_rig rig;
  BOOST_REQUIRE(rig.node.furnish(3));
  BOOST_REQUIRE(rig({"status"}).code == 0);
  // The node stands still while it is asked; only after 4.5 s it goes on. Asked twice it would say
  // that a verification is running.
  called got;
  rig.node.pause();
  std::thread asking{[&] { got = rig({"verify"}); }};
  rig.node.go_on_after(4'500);
  asking.join();
  BOOST_TEST(got.code == 0, got.err);
  BOOST_TEST(contains(got.err, "The journal is being verified. 1 s"), got.err);
}
