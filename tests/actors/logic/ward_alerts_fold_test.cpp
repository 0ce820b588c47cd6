// SPDX-License-Identifier: Apache-2.0
// Proves: a ward's alerts outlive a crash at any round and are no part of the fold; what was said
//         last of each is what is kept; order of slices and a second judging change nothing.
// Method: random rounds and crashes by seed; the up-log read as a parent reads it.
#define BOOST_TEST_MODULE ward_alerts_fold
#include "tests/support/alert_world.hpp"

#include <boost/test/unit_test.hpp>

#include <map>

using namespace wardflow;
using namespace wardflow::test;

BOOST_AUTO_TEST_CASE(alerts_outlive_crashes_and_what_was_said_last_is_what_is_kept) {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      alert_world w{eager()};
      traffic t{seed};
      for (auto i = 0; i != 120; ++i) {
        pass(t, w);
        if (t.below(6) == 0)
          w.say(t.any_command(w));
        scan_round r;
        t.frames(w, r);
        if (t.below(5) == 0) // nothing came from there for a while
          r.scans.push_back(
            {peer_id{1}, device_id{1}, encode_batch(1, t.next + 5, {{t.any_scan(w)}}), 0});
        r.clock_unsure = t.below(40) == 0;
        w.run(r, t.random());
        if (t.below(12) != 0)
          continue;
        auto before = w.state_of_alerts();
        BOOST_REQUIRE((w.restart() == code::ok));
        BOOST_REQUIRE_EQUAL(w.state_of_alerts(), before);
      }
      w.stamp += minute_ms;
      w.empty(); // what waited is said
      BOOST_TEST(w.book().next_due() == 0);
      std::map<std::string, alert> known;
      for (auto& a : w.said()) {
        auto& newest = known[alert_name(a)];
        BOOST_REQUIRE(a.revision > newest.revision);
        newest = a;
      }
      std::size_t open = 0;
      w.book().each_open([&](std::uint64_t, const alert& a) {
        BOOST_TEST_INFO(alert_name(a));
        BOOST_REQUIRE((known[alert_name(a)] == a));
        ++open;
      });
      BOOST_TEST(open > 4u); // the cards of this traffic have one short form
      for (auto& [name, a] : known)
        open -= a.state != alert_state::resolved;
      BOOST_TEST(open == 0u);
    }
  }
}

BOOST_AUTO_TEST_CASE(the_order_in_which_venues_judge_changes_no_alert) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      alert_world one, other;
      traffic a{seed}, b{seed};
      for (auto i = 0; i != 60; ++i) {
        pass(a, one);
        pass(b, other);
        scan_round r, s;
        a.frames(one, r);
        b.frames(other, s);
        one.run(r);
        other.run(s, seed * 100 + static_cast<std::uint64_t>(i) + 1);
      }
      BOOST_TEST((one.said() == other.said()));
      BOOST_TEST(one.open() > 0u);
      BOOST_TEST((one.rows == other.rows));
    }
  }
}

BOOST_AUTO_TEST_CASE(rounds_that_are_judged_again_raise_nothing) {
  alert_world w;
  w.frame({visit(1, 5, w.stamp), visit(2, 5, w.stamp), visit(1, 1, w.stamp + 6 * minute_ms)});
  BOOST_TEST(w.open() == 2u);
  ward_fold::options scratch;
  scratch.checkpoint = false;
  ward_fold again{*unit_code::parse("22366"), scratch};
  BOOST_REQUIRE(again.state.loaded());
  for (auto& [n, body] : w.records) {
    round_record record;
    scan_round r;
    std::string detail;
    BOOST_REQUIRE((read_record(body.view(), record) == code::ok));
    BOOST_REQUIRE_MESSAGE(refold(again, record, r, detail) == code::ok, detail);
  }
  BOOST_TEST(again.state.alerts.size() == 0u);
  BOOST_TEST(again.state.up.next(lane::control) == 1u);
  scan_round none;
  BOOST_TEST((again.state_hash(none) == w.state()));
}
