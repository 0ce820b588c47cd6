// SPDX-License-Identifier: Apache-2.0
// Proves: what a device sends, when it sends it again, when it may give scans new numbers, and
//   what it says of each scan.
// Method: hand-made answers of a node at times that the test sets.
#define BOOST_TEST_MODULE send_window
#include "actors/logic/send_window.hpp"

#include "messages/verdict.hpp"

#include <boost/test/unit_test.hpp>

using namespace wardflow;
using step = send_window::step;
using happening = send_window::happening;

namespace {

/// A window with a connection and a node that says what the test wants.
struct desk {
  explicit desk(std::uint64_t epoch = 100, std::uint64_t acked = 0, bool open = true,
                send_policy policy = door_policy) :
    window(policy, {epoch, acked, open, 0, {}}) {}

  /// Adds scans `ids`, each of its own.
  void add(std::uint64_t from, std::uint64_t to) {
    for (auto id = from; id <= to; ++id)
      window.add(id, 1, now);
  }
  void load(std::uint64_t from, std::uint64_t to) {
    for (auto id = from; id <= to; ++id)
      window.load(id, 1);
  }
  void connect() {
    window.connected(now);
    BOOST_TEST((window.next(now).what == step::hello));
  }
  void welcome_(std::uint64_t epoch, std::uint64_t expected) {
    welcome w;
    w.epoch = epoch;
    w.expected_sequence = expected;
    window.welcomed(w, now);
  }
  void greeted(std::uint64_t epoch, std::uint64_t expected) {
    connect();
    welcome_(epoch, expected);
  }
  /// Numbers that are sent until the window is idle.
  std::vector<std::uint64_t> sent() {
    std::vector<std::uint64_t> out;
    for (auto a = window.next(now); a.what == step::send; a = window.next(now))
      out.push_back(a.first);
    return out;
  }
  void reply(std::uint64_t epoch, std::uint64_t first, std::uint64_t through,
             std::size_t verdicts = 1) {
    scan_reply r;
    r.epoch = epoch;
    r.first_sequence = first;
    r.through_sequence = through;
    r.verdicts.resize(verdicts);
    window.replied(r, now);
  }
  void refuse(code reason, std::uint64_t epoch = 0, std::uint64_t expected = 0) {
    refusal r;
    r.reason = reason;
    r.epoch = epoch;
    r.expected_sequence = expected;
    window.refused(r, now);
  }
  /// What was said of which ids.
  std::vector<std::uint64_t> said(happening what) {
    for (auto& e : window.take_events())
      events.push_back(e);
    std::vector<std::uint64_t> out;
    for (auto& e : events)
      if (e.what == what)
        out.push_back(e.id);
    return out;
  }

  time_ms now = 1'000'000;
  send_window window;
  std::vector<send_window::event> events;
};

using numbers = std::vector<std::uint64_t>;

numbers range(std::uint64_t from, std::uint64_t to) {
  numbers out;
  for (; from <= to; ++from)
    out.push_back(from);
  return out;
}

} // namespace

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

BOOST_AUTO_TEST_CASE(a_node_that_lost_state_gets_the_unacknowledged_in_a_higher_epoch) {
  desk d;
  d.add(1, 5);
  d.greeted(100, 1);
  (void)d.sent();
  d.reply(100, 1, 3, 3);
  d.window.disconnected();
  d.greeted(100, 2); // it had 1 to 3
  const auto a = d.window.next(d.now);
  BOOST_TEST((a.what == step::write_epoch && a.epoch == 101 && a.first == 4));
  d.reply(100, 4, 5, 2); // of the old epoch: too late to be true
  d.window.epoch_written(d.now);
  BOOST_TEST(d.sent() == range(1, 2), boost::test_tools::per_element());
  d.reply(101, 1, 2, 2);
  BOOST_TEST((d.said(happening::judged) == numbers{1, 2, 3, 4, 5}));
}

BOOST_AUTO_TEST_CASE(a_node_from_before_the_epoch_has_lost_state_too) {
  desk d{100, 7};
  d.add(1, 2);
  d.greeted(60, 900);
  const auto a = d.window.next(d.now);
  BOOST_TEST((a.what == step::write_epoch && a.epoch == 101 && a.first == 8));
}

BOOST_AUTO_TEST_CASE(an_overtaken_answer_never_moves_a_scan_to_a_new_epoch) {
  desk d;
  d.add(1, 5);
  d.greeted(100, 1);
  (void)d.sent();
  d.reply(100, 1, 3, 3);
  d.refuse(code::sequence_gap, 100, 1); // from before those acknowledgements
  d.welcome_(100, 1);
  BOOST_TEST((d.window.next(d.now).what == step::idle));
  BOOST_TEST(d.window.epoch() == 100u);
}

BOOST_AUTO_TEST_CASE(a_refusal_that_does_not_fit_makes_the_window_ask_before_it_decides) {
  desk d{100, 7};
  d.add(1, 1);
  d.greeted(100, 8);
  (void)d.sent();
  d.refuse(code::sequence_gap, 100, 3);
  BOOST_TEST((d.window.next(d.now).what == step::hello));
  d.welcome_(100, 8);
  BOOST_TEST(d.window.epoch() == 100u);
  d.refuse(code::epoch_lower, 300);
  BOOST_TEST((d.window.next(d.now).what != step::hello)); // not at once again
  d.now += door_policy.resend_ms;
  d.refuse(code::epoch_lower, 300);
  BOOST_TEST((d.window.next(d.now).what == step::hello));
  d.refuse(code::epoch_lower, 100); // of an epoch that we left: nothing to ask
}

BOOST_AUTO_TEST_CASE(a_new_memory_with_a_slow_clock_takes_an_epoch_above_the_nodes) {
  desk d{5, 0, false};
  d.load(1, 3);
  d.add(4, 5);
  d.greeted(1'634'000'000, 44);
  const auto a = d.window.next(d.now);
  BOOST_TEST((a.what == step::write_epoch && a.epoch == 1'634'000'001 && a.first == 1));
  d.window.epoch_written(d.now);
  BOOST_TEST(d.sent() == range(1, 5), boost::test_tools::per_element());
  BOOST_TEST(d.said(happening::doubtful).empty()); // nothing was ever sent
}

BOOST_AUTO_TEST_CASE(behind_another_memory_what_may_have_been_sent_is_doubtful_and_stays) {
  desk d{100, 10};
  d.load(11, 110); // the last run sent at most 11 to 74
  d.add(111, 112);
  d.greeted(300, 9);
  const auto a = d.window.next(d.now);
  BOOST_TEST((a.what == step::write_epoch && a.epoch == 301 && a.first == 75));
  BOOST_TEST(d.said(happening::doubtful) == range(11, 74), boost::test_tools::per_element());
  d.window.epoch_written(d.now);
  BOOST_TEST(d.sent() == range(1, 38), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(an_old_copy_of_the_spool_is_found_out_before_it_sends) {
  desk d{100, 10};
  d.load(11, 12);
  d.add(13, 14);
  d.greeted(100, 500);
  const auto a = d.window.next(d.now);
  BOOST_TEST((a.what == step::write_epoch && a.epoch == 101 && a.first == 13));
  BOOST_TEST((d.said(happening::doubtful) == numbers{11, 12}));
}

BOOST_AUTO_TEST_CASE(a_frame_half_acknowledged_is_cut_when_the_epoch_changes) {
  desk d{100, 0, true, gateway_policy};
  d.window.add(1, 10, d.now);
  d.window.add(2, 10, d.now);
  d.greeted(100, 1);
  (void)d.sent();
  d.reply(100, 1, 4, 4); // the frame as an earlier run had cut it
  d.greeted(100, 1);
  const auto a = d.window.next(d.now);
  BOOST_TEST((a.what == step::write_epoch && a.first == 5));
  const auto events = d.window.take_events();
  BOOST_REQUIRE(events.size() == 1u);
  BOOST_TEST((events[0] == send_window::event{happening::stored, 1, 0, 4, 0}));
  d.window.epoch_written(d.now);
  const auto rest = d.window.next(d.now);
  BOOST_TEST((rest.what == step::send && rest.skip == 4 && rest.count == 6 && rest.first == 1));
  BOOST_TEST(d.window.next(d.now).first == 7u);
}

BOOST_AUTO_TEST_CASE(the_last_epoch_of_64_bits_has_none_above_it) {
  desk d{~std::uint64_t{0}, 7};
  d.add(1, 1);
  d.greeted(~std::uint64_t{0}, 3);
  const auto a = d.window.next(d.now);
  BOOST_TEST((a.what == step::stop && a.reason == code::epoch_lower));
}

BOOST_AUTO_TEST_CASE(an_answer_that_claims_what_was_never_sent_is_not_believed) {
  desk d;
  d.add(1, 2);
  d.greeted(100, 1);
  (void)d.sent();
  d.reply(100, 1, 9);
  d.reply(99, 1, 1);
  d.reply(100, ~std::uint64_t{0}, 1, 5);
  d.reply(100, 0, 0, 5);
  BOOST_TEST(d.window.unanswered() == 2u);
  d.reply(100, 1, 1, 5); // more verdicts than acknowledged: only what is acknowledged
  BOOST_TEST(d.window.unanswered() == 1u);
}
