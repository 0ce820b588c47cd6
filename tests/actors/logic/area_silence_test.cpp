// SPDX-License-Identifier: Apache-2.0
// Proves: one silent child is an alert until it is heard; more than a third within minutes are one
//         alert that lists them, over a restart, until they are back, and those that stay away are
//         then told one by one; children lost one after the other make no storm; our own pause,
//         or a jump of our clock, makes nobody silent, and ends no storm.
// Method: hellos by hand, and rounds whenever the area says that one is due.
#define BOOST_TEST_MODULE area_silence
#include "tests/support/area_world.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

using namespace wardflow;
using namespace wardflow::test;

namespace {

struct world : area_world {
  world() : area_world(city, settings()) {
    // nop
  }
  static area_fold::options settings() {
    area_fold::options o;
    o.epoch = 1;
    return o;
  }
};

/// Wards 1 to n, heard now.
void all_speak(world& w, std::uint32_t from, std::uint32_t to) {
  for (auto n = from; n <= to; ++n)
    w.hello(n, w.hello_of(ward_unit(n)));
}

void pass(world& w, time_ms ms) {
  for (auto until = w.stamp + ms; w.stamp < until;) {
    auto due = w.fold->next_due();
    w.stamp = due == 0 ? until : std::min(std::max(due, w.stamp + 1), until);
    w.empty();
  }
}

} // namespace

BOOST_AUTO_TEST_CASE(one_silent_child_is_an_alert_until_it_is_heard) {
  world w;
  auto begun = w.stamp;
  all_speak(w, 1, 4);
  pass(w, 20 * second_ms);
  all_speak(w, 2, 4);
  pass(w, 15 * second_ms);
  BOOST_TEST(!w.is_open(alert_kind::node_silent, "22301")); // it may be a storm's
  all_speak(w, 2, 4);
  pass(w, 6 * second_ms);
  BOOST_TEST(w.is_open(alert_kind::node_silent, "22301"));
  BOOST_TEST(w.fold->alerts.find(alert_kind::node_silent, "22301")->evidence ==
             "heard=" + time_text(begun));
  BOOST_TEST(!w.is_open(alert_kind::nodes_silent, city.text()));
  BOOST_TEST(!w.is_open(alert_kind::node_silent, "22302"));
  all_speak(w, 1, 1);
  BOOST_TEST(!w.is_open(alert_kind::node_silent, "22301"));
}

BOOST_AUTO_TEST_CASE(many_silent_children_are_one_alert_that_lists_them) {
  world w;
  all_speak(w, 1, 9);
  pass(w, 29 * second_ms);
  all_speak(w, 1, 5);
  pass(w, 15 * second_ms);
  auto* storm = w.fold->alerts.find(alert_kind::nodes_silent, city.text());
  BOOST_REQUIRE(storm != nullptr);
  BOOST_TEST((storm->state == alert_state::open));
  BOOST_TEST(storm->evidence == "silent=4 of=9 units=22306 22307 22308 22309");
  BOOST_TEST(w.fold->alerts.open_of(alert_kind::node_silent) == 0u);
  all_speak(w, 1, 4);
  pass(w, 20 * second_ms); // one more
  BOOST_TEST(storm->evidence == "silent=5 of=9 units=22305 22306 22307 22308 22309");
  w.restart();
  storm = w.fold->alerts.find(alert_kind::nodes_silent, city.text());
  all_speak(w, 1, 9);
  BOOST_TEST((storm->state == alert_state::resolved));
  BOOST_TEST(w.fold->alerts.open_of(alert_kind::node_silent) == 0u);
}

BOOST_AUTO_TEST_CASE(a_list_that_is_too_long_ends_behind_a_whole_code) {
  world w;
  all_speak(w, 1, 90);
  pass(w, minute_ms);
  auto& said = w.fold->alerts.find(alert_kind::nodes_silent, city.text())->evidence;
  BOOST_TEST(said.starts_with("silent=90 of=90 units=22301 22302 "), said);
  BOOST_TEST(said.size() <= limits::text_bytes_max);
  BOOST_TEST(said.size() > limits::text_bytes_max - 60);
  BOOST_TEST(said.size() - said.rfind(' ') == 6u, said);
}

BOOST_AUTO_TEST_CASE(after_a_storm_those_who_stay_away_are_told_one_by_one) {
  world w;
  all_speak(w, 1, 6);
  pass(w, minute_ms);
  BOOST_TEST(w.is_open(alert_kind::nodes_silent, city.text()));
  all_speak(w, 1, 4);
  BOOST_TEST(!w.is_open(alert_kind::nodes_silent, city.text()));
  BOOST_TEST(w.is_open(alert_kind::node_silent, "22305"));
  BOOST_TEST(w.is_open(alert_kind::node_silent, "22306"));
  all_speak(w, 5, 6);
  BOOST_TEST(w.fold->alerts.open_of(alert_kind::node_silent) == 0u);
}

BOOST_AUTO_TEST_CASE(children_that_were_lost_long_ago_are_no_storm) {
  world w;
  all_speak(w, 1, 9);
  for (std::uint32_t gone = 1; gone <= 5; ++gone) // one by one, an hour apart
    for (int i = 0; i != 180; ++i) {
      all_speak(w, gone + 1, 9);
      pass(w, 20 * second_ms);
    }
  BOOST_TEST(w.fold->alerts.open_of(alert_kind::node_silent) == 5u);
  BOOST_TEST(w.fold->alerts.find(alert_kind::nodes_silent, city.text()) == nullptr);
  pass(w, minute_ms); // now all others too: a storm of four
  BOOST_TEST(w.fold->alerts.find(alert_kind::nodes_silent, city.text())->evidence ==
             "silent=4 of=9 units=22306 22307 22308 22309");
}

BOOST_AUTO_TEST_CASE(after_our_own_pause_nobody_is_silent_at_once) {
  world w;
  all_speak(w, 1, 4);
  w.stamp += day_ms;
  w.restart();
  w.empty();
  pass(w, 29 * second_ms);
  BOOST_TEST(w.fold->alerts.find(alert_kind::nodes_silent, city.text()) == nullptr);
  all_speak(w, 1, 3);
  pass(w, 12 * second_ms);
  BOOST_TEST(w.is_open(alert_kind::node_silent, "22304"));
  BOOST_TEST(w.fold->alerts.open_of(alert_kind::node_silent) == 1u);
  w.stamp += day_ms;
  w.restart();
  w.empty();
  BOOST_TEST(w.is_open(alert_kind::node_silent, "22304")); // it was not heard since
}

BOOST_AUTO_TEST_CASE(a_restart_in_a_storm_does_not_end_it) {
  world w;
  all_speak(w, 1, 9);
  pass(w, 29 * second_ms);
  all_speak(w, 1, 5);
  pass(w, 15 * second_ms);
  BOOST_REQUIRE(w.is_open(alert_kind::nodes_silent, city.text()));
  auto storm = [&] { return w.fold->alerts.find(alert_kind::nodes_silent, city.text()); };
  auto told = storm()->revision;
  w.stamp += minute_ms;
  w.restart();
  w.empty();
  BOOST_TEST((storm()->state == alert_state::open));
  for (int i = 0; i != 25; ++i) { // those who speak come back, one after the other
    all_speak(w, 1, std::min<std::uint32_t>(5, 1 + static_cast<std::uint32_t>(i) / 2));
    pass(w, second_ms);
    BOOST_TEST((storm()->state == alert_state::open));
  }
  BOOST_TEST(storm()->revision == told); // it was told, and is what it was
  BOOST_TEST(storm()->evidence == "silent=4 of=9 units=22306 22307 22308 22309");
  BOOST_TEST(w.fold->alerts.open_of(alert_kind::node_silent) == 0u);
  all_speak(w, 6, 6);
  BOOST_TEST((storm()->state == alert_state::resolved)); // a third, and no more
}

BOOST_AUTO_TEST_CASE(a_jump_of_our_clock_silences_nobody) {
  for (auto jump : {21 * second_ms, 35 * second_ms, 45 * second_ms, 3 * hour_ms, 40 * day_ms}) {
    world w;
    for (int i = 0; i != 30; ++i) {
      all_speak(w, 1, 9);
      pass(w, 2 * second_ms);
    }
    w.stamp += jump;
    w.empty();
    for (int i = 0; i != 30; ++i) {
      all_speak(w, 2, 9); // one is gone since
      pass(w, 2 * second_ms);
    }
    BOOST_TEST(w.fold->alerts.find(alert_kind::nodes_silent, city.text()) == nullptr);
    BOOST_TEST(w.fold->alerts.open_of(alert_kind::node_silent) == 1u);
    BOOST_TEST(w.is_open(alert_kind::node_silent, "22301"));
  }
}

BOOST_AUTO_TEST_CASE(a_jump_in_a_storm_does_not_end_it) {
  world w;
  all_speak(w, 1, 9);
  pass(w, minute_ms);
  BOOST_REQUIRE(w.is_open(alert_kind::nodes_silent, city.text()));
  w.stamp += hour_ms;
  w.empty();
  BOOST_TEST(w.is_open(alert_kind::nodes_silent, city.text()));
  all_speak(w, 1, 6);
  BOOST_TEST(!w.is_open(alert_kind::nodes_silent, city.text()));
}
