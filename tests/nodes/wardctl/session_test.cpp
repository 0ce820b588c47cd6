// SPDX-License-Identifier: Apache-2.0
// Proves: an operator is told apart: nobody there, a key that is not let in, a node that does not
//         answer; what was sent is carried out once, also where the node stood still meanwhile.
// Method: a real node, stopped by SIGSTOP, killed, and asked with keys that it does not know.
#define BOOST_TEST_MODULE session
#include "nodes/wardctl/session.hpp"

#include "nodes/wardctl/view.hpp"
#include "tests/support/wardctl_rig.hpp"

#include <boost/test/unit_test.hpp>

using namespace wardflow;
using namespace wardflow::test;
using wardctl::session;

namespace {

wardctl::target target_of(wardctl_rig& rig) {
  return *wardctl::read_target(rig.path("target.toml"));
}

} // namespace

BOOST_AUTO_TEST_CASE(a_query_is_answered) {
  wardctl_rig rig;
  auto s = session::open(target_of(rig));
  BOOST_TEST_REQUIRE(static_cast<bool>(s));
  auto a = s->say(query{});
  BOOST_TEST_REQUIRE(static_cast<bool>(a));
  BOOST_TEST((a->code == code::done));
  BOOST_TEST(wardctl::fact(*a, "unit") == "22366");
}

BOOST_AUTO_TEST_CASE(nobody_there_is_said_within_seconds) {
  wardctl_rig rig;
  auto to = target_of(rig);
  rig.node.stop();
  auto s = session::open(to);
  BOOST_TEST_REQUIRE(static_cast<bool>(s));
  auto a = s->say(query{});
  BOOST_TEST((a.reason() == code::node_unreachable));
  BOOST_TEST(a.why().detail.find(to.control) != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_key_that_the_node_does_not_know_is_not_let_in) {
  wardctl_rig rig;
  auto to = target_of(rig);
  BOOST_REQUIRE(io::write_key_pair(rig.path("keys/stranger"), *io::generate_key_pair()));
  to.key = rig.path("keys/stranger");
  auto s = session::open(to);
  BOOST_TEST_REQUIRE(static_cast<bool>(s));
  BOOST_TEST((s->say(query{}).reason() == code::node_refused_key));
}

BOOST_AUTO_TEST_CASE(another_node_at_the_address_is_not_taken_for_this_one) {
  wardctl_rig rig;
  auto to = target_of(rig);
  to.node_key = io::generate_key_pair()->open;
  auto s = session::open(to);
  BOOST_TEST_REQUIRE(static_cast<bool>(s));
  auto a = s->say(query{}, {.wait_ms = 6'000});
  BOOST_TEST((a.reason() == code::node_unreachable), name(a.reason()));
}

BOOST_AUTO_TEST_CASE(a_node_that_stands_still_is_waited_for_and_told_about) {
  wardctl_rig rig;
  auto s = session::open(target_of(rig));
  BOOST_TEST_REQUIRE(static_cast<bool>(s));
  BOOST_REQUIRE(s->say(query{}));
  rig.node.pause();
  auto beats = 0;
  time_ms last = 0;
  auto a = s->say(query{}, {.wait_ms = 500, .waiting = [&](time_ms t) { ++beats, last = t; }});
  BOOST_TEST((a.reason() == code::answer_timeout));
  BOOST_TEST(beats >= 3);
  BOOST_TEST(last <= 600);
  rig.node.go_on();
}

BOOST_AUTO_TEST_CASE(a_command_that_is_sent_again_is_carried_out_once) {
  wardctl_rig rig;
  auto s = session::open(target_of(rig));
  BOOST_TEST_REQUIRE(static_cast<bool>(s));
  BOOST_REQUIRE(s->say(query{}));
  rig.node.pause();
  venue_record v;
  v.name = "Quán";
  auto resumed = false;
  auto a = s->say(std::vector{v}, {.wait_ms = 20'000, .waiting = [&](time_ms t) {
                                     if (t > 4'500 && !resumed) { // sent three times by now
                                       rig.node.go_on();
                                       resumed = true;
                                     }
                                   }});
  BOOST_TEST_REQUIRE(static_cast<bool>(a));
  BOOST_TEST((a->code == code::done));
  BOOST_TEST(wardctl::fact(*s->say(query{}), "venues") == "1");
}

BOOST_AUTO_TEST_CASE(a_bad_target_or_key_file_is_named_before_anything_is_sent) {
  wardctl_rig rig;
  auto to = target_of(rig);
  to.control.clear();
  BOOST_TEST((session::open(to).reason() == code::config_malformed));
  to = target_of(rig);
  std::filesystem::permissions(to.key, std::filesystem::perms::others_read,
                               std::filesystem::perm_options::add);
  BOOST_TEST((session::open(to).reason() == code::key_file_open_to_others));
  to.key = rig.path("keys/nobody");
  BOOST_TEST((session::open(to).reason() == code::key_file_missing));
}
