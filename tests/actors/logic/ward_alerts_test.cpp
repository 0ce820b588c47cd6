// SPDX-License-Identifier: Apache-2.0
// Proves: each kind of a ward's alert is raised by the round that gives cause, not by a harmless
//         one, and ends when its condition ends.
// Method: one ward and a few scans or commands for each kind.
#define BOOST_TEST_MODULE ward_alerts
#include "tests/support/alert_world.hpp"

#include <boost/test/unit_test.hpp>

using namespace wardflow;
using namespace wardflow::test;
using enum alert_kind;

namespace {

const std::string venue_1 = "22366-00001", venue_3 = "22366-00003", venue_5 = "22366-00005";

} // namespace

BOOST_AUTO_TEST_CASE(what_happens_every_day_raises_nothing) {
  alert_world w;
  w.frame({visit(1, 1, w.stamp), visit(2, 2, w.stamp), visit(5, 3, w.stamp)});
  w.frame({visit(1, 1, w.stamp, direction::out), visit(5, 4, w.stamp), visit(5, 5, w.stamp)});
  w.say(suspend(3));
  w.empty();
  BOOST_TEST(w.book().size() == 0u);
  BOOST_TEST(w.said().empty());
}

BOOST_AUTO_TEST_CASE(
  a_card_that_is_refused_for_the_third_time_is_named_by_a_part_of_its_pseudonym) {
  alert_world w;
  w.say(revoke(7));
  auto name = short_card(card_id{7});
  BOOST_TEST(short_card(card_id{0x0123'4567'89ab'cdef}) == "0123456789");
  for (auto times = 1; times <= 4; ++times) {
    BOOST_TEST((w.find(card_refused_repeatedly, name) != nullptr) == (times > 3));
    w.frame({visit(1, 7, w.stamp)});
    w.stamp += hour_ms;
  }
  auto* a = w.find(card_refused_repeatedly, name);
  BOOST_REQUIRE(a != nullptr);
  BOOST_TEST(a->count == 2u);
  BOOST_TEST(a->evidence == "refused=4 venue=" + venue_1 + " reason=card_revoked");
  BOOST_TEST(w.open() == 1u);
}

BOOST_AUTO_TEST_CASE(a_full_house_is_not_the_cards_fault) {
  alert_world w;
  w.frame({visit(5, 1, w.stamp), visit(5, 2, w.stamp), visit(5, 3, w.stamp)});
  for (auto i = 0; i != 5; ++i)
    w.frame({visit(5, 4, w.stamp)});
  BOOST_TEST(w.book().open_of(card_refused_repeatedly) == 0u);
  BOOST_TEST(w.book().open_of(venue_over_capacity) == 1u);
}

BOOST_AUTO_TEST_CASE(a_card_that_enters_two_venues_within_a_minute_is_cloned) {
  alert_world w;
  auto at = w.stamp;
  w.frame({visit(1, 1, at - 60'000), visit(2, 1, at)}); // a minute apart
  w.frame({visit(1, 2, at - 30'000), visit(1, 2, at)}); // at one door twice
  w.frame({visit(1, 3, at - 30'000), visit(1, 3, at - 20'000, direction::out), visit(2, 3, at)});
  w.frame({visit(1, 4, at - 30'000), visit(2, 4, at, direction::out)});
  BOOST_TEST(w.open() == 0u);
  w.frame({visit(1, 5, at - 59'000)});
  w.frame({visit(2, 5, at)});
  auto* a = w.find(card_cloned, short_card(card_id{5}));
  BOOST_REQUIRE(a != nullptr);
  BOOST_TEST((a->severity == severity::critical));
  BOOST_TEST(a->evidence == "venue=22366-00002 other=" + venue_1 + " apart_s=59");
  BOOST_TEST(w.open() == 1u);
}

BOOST_AUTO_TEST_CASE(a_flood_of_cards_in_one_round_is_counted_in_one_alert) {
  alert_world w;
  std::vector<scan> scans;
  for (std::uint64_t card = 1000; card != 1200; ++card)
    for (std::uint32_t serial : {1u, 2u})
      scans.push_back(visit(serial, card * 0x9e37'79b9'7f4a'7c15, w.stamp));
  w.frame(scans);
  BOOST_TEST(w.book().open_of(card_cloned) == ward_alerts::cards_per_round + 1);
  BOOST_REQUIRE(w.find(card_cloned, alert_book::others) != nullptr);
  BOOST_TEST(w.find(card_cloned, alert_book::others)->count == 200 - ward_alerts::cards_per_round);
}

BOOST_AUTO_TEST_CASE(a_cards_alert_ends_by_itself_and_its_name_goes_before_the_journals_does) {
  alert_world w;
  w.frame({visit(1, 5, w.stamp), visit(2, 5, w.stamp)});
  BOOST_TEST(w.book().open_of(card_cloned) == 1u);
  for (auto day = 0; day != 14; ++day, w.stamp += day_ms)
    w.empty();
  w.empty();
  BOOST_TEST(w.book().open_of(card_cloned) == 0u);
  for (auto day = 0; day != 7; ++day, w.stamp += day_ms)
    w.empty();
  w.empty();
  BOOST_TEST((w.find(card_cloned, short_card(card_id{5})) == nullptr));
}

BOOST_AUTO_TEST_CASE(a_full_venue_is_over_capacity_until_it_was_not_for_a_while) {
  alert_world w;
  w.frame({visit(5, 1, w.stamp), visit(5, 2, w.stamp), visit(5, 3, w.stamp)});
  BOOST_TEST(w.open() == 0u);
  w.frame({visit(5, 4, w.stamp), visit(5, 6, w.stamp)});
  auto* a = w.find(venue_over_capacity, venue_5);
  BOOST_REQUIRE(a != nullptr);
  BOOST_TEST(a->count == 2u);
  BOOST_TEST(a->evidence == "inside=3 limit=3 refused=2");
  w.stamp += minute_ms;
  w.frame({visit(5, 1, w.stamp, direction::out)});
  BOOST_TEST(w.open() == 1u); // it may be full again in a moment
  w.stamp += 10 * minute_ms;
  w.frame({visit(5, 2, w.stamp, direction::out)});
  BOOST_TEST(w.open() == 0u);
}

BOOST_AUTO_TEST_CASE(scans_at_a_suspended_venue_are_told_until_it_opens_again) {
  alert_world w;
  w.say(suspend(3));
  w.frame({visit(3, 1, w.stamp, direction::out)});
  BOOST_TEST(w.open() == 0u);
  w.frame({visit(3, 1, w.stamp), visit(3, 2, w.stamp)});
  auto* a = w.find(venue_suspended_but_scanning, venue_3);
  BOOST_REQUIRE(a != nullptr);
  BOOST_TEST(a->count == 2u);
  BOOST_TEST(a->evidence == "refused=2 document=8/QĐ");
  auto reopen = suspend(3);
  reopen.suspend = false;
  BOOST_TEST((w.say(reopen, true).code == code::dry_run_ok));
  BOOST_TEST(w.open() == 1u);
  BOOST_TEST((w.say(reopen).code == code::done));
  BOOST_TEST(w.open() == 0u);
}

BOOST_AUTO_TEST_CASE(a_gap_is_open_until_the_devices_next_frame_is_taken) {
  alert_world w;
  w.frame({visit(1, 1, w.stamp)});
  w.frame({visit(1, 2, w.stamp)}, 5);
  auto* a = w.find(device_sequence_gap, "gateway");
  BOOST_REQUIRE(a != nullptr);
  BOOST_TEST(a->evidence == "expected=2 came=7");
  BOOST_TEST(w.open() == 1u);
  w.frame({visit(1, 2, w.stamp)});
  BOOST_TEST(w.open() == 0u);
  BOOST_TEST(w.said().size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_gap_is_seen_in_the_order_of_the_devices_frames) {
  for (auto gap_first : {true, false}) {
    alert_world w;
    scan_round r;
    auto add = [&](std::uint64_t first) {
      r.scans.push_back(
        {peer_id{1}, device_id{1}, encode_batch(1, first, {{visit(1, first, w.stamp)}}), 0});
    };
    add(gap_first ? 9 : 1);
    add(gap_first ? 1 : 9);
    w.run(r);
    BOOST_TEST(w.open() == (gap_first ? 0u : 1u));
    BOOST_REQUIRE(w.find(device_sequence_gap, "gateway") != nullptr);
  }
}

BOOST_AUTO_TEST_CASE(a_device_whose_clock_is_ahead_is_told_until_it_is_right_for_a_while) {
  alert_world w;
  w.frame({visit(1, 1, w.stamp + 4 * minute_ms)});
  BOOST_TEST(w.open() == 0u);
  w.frame({visit(1, 1, w.stamp + 6 * minute_ms), visit(1, 2, w.stamp + 7 * minute_ms)});
  auto* a = w.find(device_clock_skew, "gateway");
  BOOST_REQUIRE(a != nullptr);
  BOOST_TEST(a->count == 2u);
  BOOST_TEST(a->evidence == "ahead_s=420");
  w.stamp += minute_ms;
  w.frame({visit(1, 1, w.stamp)});
  BOOST_TEST(w.open() == 1u);
  w.stamp += 9 * minute_ms;
  w.frame({visit(1, 1, w.stamp)});
  BOOST_TEST(w.open() == 0u);
}

BOOST_AUTO_TEST_CASE(a_revoked_device_has_no_alert_left) {
  alert_world w;
  w.frame({visit(1, 2, w.stamp)}, 5);
  BOOST_TEST(w.open() == 1u);
  BOOST_TEST((w.say(wardflow::device_revoke{device_id{1}, "7/QĐ"}).code == code::done));
  BOOST_TEST(w.open() == 0u);
}

BOOST_AUTO_TEST_CASE(a_level_that_rises_is_told_and_one_that_falls_ends_it) {
  alert_world w;
  auto say = [&](std::uint8_t value, int days = 0) {
    auto l = level(w, 1, value, days);
    l.document = "5/QĐ";
    w.say(std::vector<level_update>{l});
  };
  say(2); // the first that is known
  say(2, 1);
  BOOST_TEST(w.book().open_of(risk_raised) == 0u);
  w.stamp += day_ms;
  BOOST_TEST((w.say(std::vector<level_update>{level(w, 1, 4)}, true).code == code::dry_run_ok));
  BOOST_TEST(w.book().open_of(risk_raised) == 0u);
  say(4);
  auto* a = w.find(risk_raised, "22366.01");
  BOOST_REQUIRE(a != nullptr);
  BOOST_TEST(a->evidence == "level=4 before=2 day=2021-10-17 document=5/QĐ");
  say(2); // a correction
  BOOST_TEST(w.book().open_of(risk_raised) == 0u);
  say(3);
  BOOST_TEST(w.book().open_of(risk_raised) == 1u);
  w.stamp += day_ms;
  say(3);
  BOOST_TEST(w.book().open_of(risk_raised) == 1u);
  w.stamp += day_ms;
  say(1);
  BOOST_TEST(w.book().open_of(risk_raised) == 0u);
  say(4, -2); // of days that are over
  BOOST_TEST(w.book().open_of(risk_raised) == 0u);
}

BOOST_AUTO_TEST_CASE(a_level_that_is_missing_at_five_is_told_until_it_arrives) {
  alert_world w;
  auto five = start_of(local_day(w.stamp)) + 17 * hour_ms;
  w.say(std::vector<level_update>{level(w, 2, 2)});
  w.stamp = five - 1;
  w.empty();
  BOOST_TEST(w.fold->state.next_due() == five);
  BOOST_TEST(w.open() == 0u);
  w.stamp = five;
  w.empty();
  auto* a = w.find(risk_missing, "22366.01");
  BOOST_REQUIRE(a != nullptr);
  BOOST_TEST(a->evidence == "day=2021-10-16");
  BOOST_TEST(a->first == five);
  BOOST_TEST(w.open() == 1u);
  w.stamp += day_ms;
  w.empty();
  BOOST_TEST(w.open() == 2u);
  BOOST_TEST(w.find(risk_missing, "22366.01")->count == 2u);
  w.say(std::vector<level_update>{level(w, 1, 2, -1)}); // yesterday's: today's is still owed
  BOOST_TEST(w.open() == 2u);
  w.say(std::vector<level_update>{level(w, 1, 2)});
  BOOST_TEST(w.open() == 1u);
}

BOOST_AUTO_TEST_CASE(a_level_that_was_missing_before_a_restart_is_not_missed_again) {
  alert_world w;
  auto five = start_of(local_day(w.stamp)) + 17 * hour_ms;
  BOOST_REQUIRE((w.restart() == code::ok));
  BOOST_TEST(w.fold->state.owed.next_due() == five);
  w.stamp = five + 1;
  w.empty();
  BOOST_TEST(w.open() == 2u);
  BOOST_REQUIRE((w.restart() == code::ok));
  BOOST_TEST(w.open() == 2u);
  w.empty();
  BOOST_TEST(w.find(risk_missing, "22366.01")->count == 1u);
  BOOST_TEST(w.fold->state.owed.next_due() == five + day_ms);
}

BOOST_AUTO_TEST_CASE(a_clock_that_is_not_believed_is_told_while_it_is_so) {
  alert_world w;
  w.empty(true);
  w.empty(true);
  auto* a = w.find(clock_unsure, "22366");
  BOOST_REQUIRE(a != nullptr);
  BOOST_TEST(a->count == 1u);
  w.empty(false);
  BOOST_TEST(w.open() == 0u);
}

BOOST_AUTO_TEST_CASE(a_store_that_fills_is_told_in_three_steps) {
  alert_world w;
  w.empty(false, 69);
  BOOST_TEST(w.book().size() == 0u);
  std::size_t told = 0;
  for (auto [percent, how] : {std::pair{70, severity::notice},
                              {84, severity::notice},
                              {85, severity::warning},
                              {95, severity::critical},
                              {99, severity::critical}}) {
    w.empty(false, static_cast<std::uint8_t>(percent));
    BOOST_TEST((w.find(store_nearly_full, "22366")->severity == how));
    told = w.said().size();
  }
  BOOST_TEST(told == 3u);
  w.empty(false, 66);
  BOOST_TEST(w.open() == 1u);
  w.empty(false, 64);
  BOOST_TEST(w.open() == 0u);
}
