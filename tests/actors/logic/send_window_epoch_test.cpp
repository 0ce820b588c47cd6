// SPDX-License-Identifier: Apache-2.0
// Proves: when a device may give scans new numbers, and that none is counted under two.
// Method: hand-made answers of a node that lost state, or that knows more than the device.
#define BOOST_TEST_MODULE send_window_epoch
#include "tests/support/send_desk.hpp"

using namespace wardflow;
using namespace wardflow::test;

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

BOOST_AUTO_TEST_CASE(a_second_restore_that_brings_back_what_the_first_abandoned_counts_it_once) {
  desk d;
  d.add(1, 3);
  d.greeted(100, 1);
  (void)d.sent();
  d.reply(100, 1, 1);
  d.greeted(100, 1); // put back: scan 1 is the backup's loss, 2 and 3 move
  BOOST_TEST((d.window.next(d.now).what == step::write_epoch));
  d.window.epoch_written(d.now);
  BOOST_TEST((d.window.state().left == std::vector<left_epoch>{{100, 2}}));
  BOOST_TEST(d.window.state().moved == 2u);
  d.greeted(100, 3); // another backup, of the time when the node had 1 and 2
  BOOST_TEST(d.said(happening::stored) == range(2, 2), boost::test_tools::per_element());
  BOOST_TEST((d.window.next(d.now).what == step::write_epoch));
  d.window.epoch_written(d.now);
  BOOST_TEST(d.sent() == range(1, 1), boost::test_tools::per_element()); // scan 3 alone
}

BOOST_AUTO_TEST_CASE(left_epochs_are_bounded_and_forgotten_when_nothing_moved_waits) {
  send_state s{100, 0, true, 0, {}};
  for (std::uint64_t e = 101; e < 300; ++e)
    s.leave(e, 1, 5);
  BOOST_TEST(s.left.size() == left_epochs_max);
  BOOST_TEST(s.left.back().epoch == 298u);
  s.acknowledged = 5;
  s.leave(300, 6, 0);
  BOOST_TEST((s.left == std::vector<left_epoch>{{299, 6}}));
}
