// SPDX-License-Identifier: Apache-2.0
// Proves: what a device sends, when it sends it again, and what it says of each scan.
// Method: hand-made answers of a node at times that the test sets.
#define BOOST_TEST_MODULE send_window
#include "tests/support/send_desk.hpp"

#include "messages/verdict.hpp"

using namespace wardflow;
using namespace wardflow::test;

BOOST_AUTO_TEST_CASE(nothing_is_sent_before_the_node_has_said_where_it_stands) {
  desk d;
  d.add(1, 3);
  BOOST_TEST((d.window.next(d.now).what == step::idle));
  d.connect();
  BOOST_TEST((d.window.next(d.now).what == step::idle));
  d.now += door_policy.resend_ms;
  BOOST_TEST((d.window.next(d.now).what == step::hello)); // the first one was lost
  d.welcome_(100, 1);
  BOOST_TEST(d.sent() == range(1, 3), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(an_epoch_is_written_down_as_open_before_anything_is_sent_in_it) {
  desk d{100, 0, false};
  d.add(1, 1);
  d.greeted(0, 1);
  for (int i = 0; i < 2; ++i) {
    const auto a = d.window.next(d.now);
    BOOST_TEST((a.what == step::write_epoch && a.epoch == 100 && a.first == 1));
  }
  d.window.epoch_written(d.now);
  BOOST_TEST(d.sent() == range(1, 1), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_door_has_64_scans_in_flight_and_a_verdict_makes_room) {
  desk d;
  d.add(1, 100);
  d.greeted(0, 1);
  BOOST_TEST(d.sent() == range(1, 64), boost::test_tools::per_element());
  d.reply(100, 2, 2); // of 1 nothing was heard, but it is on the node's disk
  BOOST_TEST(d.window.acknowledged() == 2u);
  BOOST_TEST(d.sent().empty()); // 1 may be asked for again: it must stay in the node's window
  d.reply(100, 1, 2);
  BOOST_TEST(d.sent() == range(65, 66), boost::test_tools::per_element());
  BOOST_TEST(d.said(happening::judged) == (numbers{2, 1}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_gateway_has_64_frames_and_100000_scans_in_flight) {
  desk frames{100, 0, true, gateway_policy};
  for (std::uint64_t id = 0; id < 70; ++id) {
    BOOST_TEST(frames.window.has_room(10) == (id < 64));
    frames.window.add(id, 10, frames.now);
  }
  frames.greeted(100, 1);
  BOOST_TEST(frames.sent().size() == 64u);
  desk scans{100, 0, true, gateway_policy};
  for (std::uint64_t id = 0; id < 12; ++id)
    scans.window.add(id, 10'000, scans.now);
  BOOST_TEST(!scans.window.has_room(1));
  scans.greeted(100, 1);
  BOOST_TEST(scans.sent().size() == 10u);
  scans.reply(100, 1, 20'000, 10'000);
  BOOST_TEST(scans.sent().size() == 1u); // the second frame's verdicts were not heard yet
  scans.reply(100, 10'001, 20'000, 10'000);
  BOOST_TEST(scans.sent().size() == 1u);
  BOOST_TEST((scans.said(happening::judged) == numbers{0, 1}));
}

BOOST_AUTO_TEST_CASE(silence_sends_all_in_flight_again_ever_later) {
  desk d;
  d.add(1, 3);
  d.greeted(100, 1);
  BOOST_TEST(d.sent().size() == 3u);
  for (time_ms wait : {1'000, 2'000, 4'000}) {
    d.now += wait - 1;
    BOOST_TEST(d.sent().empty());
    d.now += 1;
    BOOST_TEST(d.sent() == range(1, 3), boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_CASE(a_deaf_connection_is_given_up) {
  desk d;
  d.add(1, 1);
  d.greeted(100, 1);
  (void)d.sent();
  const auto begin = d.now;
  auto a = d.window.next(d.now);
  for (; a.what != step::redial; a = d.window.next(d.now))
    d.now = a.what == step::idle ? a.until : d.now;
  BOOST_TEST(d.now - begin == door_policy.redial_ms);
  d.window.disconnected();
  BOOST_TEST((d.window.next(d.now).what == step::idle));
  d.now += 3'600'000; // nobody there for an hour
  d.greeted(100, 1);
  BOOST_TEST(d.sent() == range(1, 1), boost::test_tools::per_element());
  d.reply(100, 1, 1);
  d.now += 3'600'000; // nothing to say for an hour is no silence
  BOOST_TEST((d.window.next(d.now).what == step::idle));
  d.add(2, 2);
  BOOST_TEST(d.sent() == range(2, 2), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_scan_without_an_answer_is_recorded_not_judged_and_its_verdict_is_late) {
  desk d;
  d.add(1, 2);
  d.greeted(100, 1);
  (void)d.sent();
  d.reply(100, 1, 1);
  BOOST_TEST(d.window.next(d.now).until == d.now + door_policy.resend_ms);
  d.now += door_policy.patience_ms;
  const auto a = d.window.next(d.now);
  BOOST_TEST((a.what == step::send && a.first == 2 && a.sealed)); // the plain code is forgotten
  BOOST_TEST((d.said(happening::not_judged) == numbers{2}));
  d.reply(100, 2, 2);
  BOOST_TEST((d.said(happening::judged) == numbers{1}));
  BOOST_TEST((d.said(happening::judged_late) == numbers{2}));
  BOOST_TEST(d.window.unanswered() == 0u);
}

BOOST_AUTO_TEST_CASE(one_loss_is_gone_back_to_once_though_every_frame_after_it_is_refused) {
  desk d;
  d.add(1, 64);
  d.greeted(100, 1);
  (void)d.sent();
  d.refuse(code::sequence_gap, 100, 10);
  BOOST_TEST(d.sent() == range(10, 64), boost::test_tools::per_element());
  for (int i = 0; i < 53; ++i)
    d.refuse(code::sequence_gap, 100, 10);
  BOOST_TEST(d.sent().empty());
}

BOOST_AUTO_TEST_CASE(a_node_that_asks_for_time_gets_it_once_for_all_refused_frames) {
  for (auto reason : {code::store_full, code::node_stopping, code::too_many_outstanding}) {
    auto policy = door_policy;
    policy.patience_ms = 0;
    desk d{100, 0, true, policy};
    d.add(1, 3);
    d.greeted(100, 1);
    (void)d.sent();
    for (int i = 0; i < 3; ++i)
      d.refuse(reason, 100);
    BOOST_TEST(d.window.next(d.now).until == d.now + 1'000);
    d.now += 1'000;
    BOOST_TEST(d.sent() == range(1, 3), boost::test_tools::per_element());
    d.refuse(reason, 100);
    BOOST_TEST(d.window.next(d.now).until == d.now + 2'000);
    d.now += 2'000;
    BOOST_TEST(d.sent() == range(1, 3), boost::test_tools::per_element());
    d.reply(100, 1, 3, 3);
    BOOST_TEST(d.window.unanswered() == 0u);
  }
}

BOOST_AUTO_TEST_CASE(a_refused_key_stops_for_good_and_says_so) {
  desk d;
  d.add(1, 1);
  d.greeted(100, 1);
  (void)d.sent();
  d.refuse(code::key_revoked, 100);
  d.window.connected(d.now); // never mind what else happens
  const auto a = d.window.next(d.now);
  BOOST_TEST((a.what == step::stop && a.reason == code::key_revoked));
}
