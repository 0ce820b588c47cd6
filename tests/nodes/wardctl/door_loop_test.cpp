// SPDX-License-Identifier: Apache-2.0
// Proves: a door sends nothing that is not on its disk, forgets no scan and no code too late, and
//   says of each what came of it; also with a node that is away, lost state, or refuses the key.
// Method: the real loop and spool against a sequence gate, frame by frame at times of the test.
#define BOOST_TEST_MODULE door_loop
#include "tests/nodes/wardctl/disk_model.hpp"
#include "tests/nodes/wardctl/door_world.hpp"

using namespace wardflow;
using namespace wardflow::test;
using namespace wardflow::wardctl;
using kind = door_news::kind;
using lines = std::vector<std::uint64_t>;

BOOST_AUTO_TEST_CASE(a_code_is_recorded_sent_plain_judged_and_forgotten) {
  door_world w;
  w.link_up();
  w.exchange();
  w.take("056890000001|NGUYEN MAU AN");
  BOOST_TEST(w.lines_of(kind::recorded) == lines{1}, boost::test_tools::per_element());
  BOOST_REQUIRE(w.sent.size() == 1u);
  BOOST_TEST(!w.sent[0].scan.sealed);
  BOOST_TEST(w.sent[0].code_text == "056890000001|NGUYEN MAU AN");
  BOOST_TEST((w.sent[0].scan.venue == door_venue));
  w.node.says = decision::condition;
  w.node.reason = code::wear_mask;
  w.exchange();
  BOOST_REQUIRE(w.news.size() == 2u);
  const auto& n = w.news[1];
  BOOST_TEST((n.what == kind::judged && n.line == 1 && n.sequence == 1));
  BOOST_TEST((n.says.decision == decision::condition && n.says.reason == code::wear_mask));
  BOOST_TEST((n.rests_on == basis{1, 10, 20, 0}));
  BOOST_TEST(n.node_time == 100'000);
  BOOST_TEST(w.spool->pending().empty());
  BOOST_TEST(w.loop->all_answered());
}

BOOST_AUTO_TEST_CASE(acknowledgements_go_to_the_disk_when_the_door_rests_and_at_its_end) {
  door_world w;
  w.link_up();
  w.exchange();
  w.take("a");
  w.exchange();
  BOOST_TEST(glance_at_spool(w.file)->waiting == 1u); // not worth a sync of its own
  w.pass(2'000);
  BOOST_TEST(glance_at_spool(w.file)->waiting == 0u);
  w.take("b");
  w.exchange();
  w.loop->finish();
  BOOST_TEST(glance_at_spool(w.file)->waiting == 0u);
}

BOOST_AUTO_TEST_CASE(without_an_answer_it_is_recorded_not_judged_and_the_door_goes_on) {
  door_world w;
  w.take("a");
  BOOST_TEST(w.until <= w.now + door_policy.patience_ms);
  w.pass(door_policy.patience_ms - 1);
  BOOST_TEST(w.lines_of(kind::not_judged).empty());
  w.pass(1);
  BOOST_TEST(w.lines_of(kind::not_judged) == lines{1}, boost::test_tools::per_element());
  w.take("b");
  w.link_up();
  w.exchange();
  BOOST_TEST(w.lines_of(kind::judged_late) == lines{1}, boost::test_tools::per_element());
  BOOST_TEST(w.lines_of(kind::judged) == lines{2}, boost::test_tools::per_element());
  BOOST_TEST(w.node.order == (std::vector<std::string>{"a", "b"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(after_its_patience_a_code_is_forgotten_and_sent_sealed) {
  door_world w;
  w.take("secret");
  w.pass(door_policy.patience_ms);
  w.take("live");
  w.link_up();
  w.sent.pop_front(); // the Hello
  sent_frame hello_again;
  hello_again.kind = frame_kind::hello;
  w.loop->heard(w.node.answer(hello_again), w.now);
  w.work();
  BOOST_REQUIRE(w.sent.size() == 2u);
  BOOST_TEST(w.sent[0].scan.sealed);
  BOOST_TEST(!w.sent[1].scan.sealed);
  w.exchange();
  BOOST_TEST(w.node.counted["secret"] == 1);
}

BOOST_AUTO_TEST_CASE(scans_of_an_earlier_run_go_first_and_their_verdicts_are_late) {
  door_world w;
  w.take("a");
  w.take("b");
  w.kill();
  w.start();
  w.take("c");
  w.link_up();
  w.exchange();
  BOOST_TEST(w.node.order == (std::vector<std::string>{"a", "b", "c"}),
             boost::test_tools::per_element());
  BOOST_TEST(w.lines_of(kind::judged_late) == (lines{0, 0}), boost::test_tools::per_element());
  BOOST_TEST(w.lines_of(kind::judged) == lines{1}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_is_acknowledged_but_not_judged_is_asked_for_again) {
  door_world w;
  w.link_up();
  w.exchange();
  for (auto text : {"a", "b", "c"})
    w.take(text);
  (void)w.node.answer(w.sent[0]); // their answers are lost ...
  (void)w.node.answer(w.sent[1]);
  w.loop->heard(w.node.answer(w.sent[2]), w.now); // ... and this acknowledges all three
  w.sent.clear();
  w.work();
  BOOST_TEST(w.lines_of(kind::judged) == lines{3}, boost::test_tools::per_element());
  BOOST_TEST(w.spool->pending().empty());
  w.pass(door_policy.resend_ms);
  BOOST_REQUIRE(w.sent.size() == 2u);
  w.exchange();
  BOOST_TEST(w.lines_of(kind::judged) == (lines{3, 1, 2}), boost::test_tools::per_element());
  BOOST_TEST(w.node.counted["a"] == 1);
  BOOST_TEST(w.loop->all_answered());
}

BOOST_AUTO_TEST_CASE(no_more_than_64_are_on_their_way) {
  door_world w;
  for (int i = 0; i < 200; ++i)
    w.take(std::to_string(i));
  w.link_up();
  const auto greeting = w.sent.front();
  w.sent.clear();
  w.loop->heard(w.node.answer(greeting), w.now);
  w.work();
  BOOST_TEST(w.sent.size() == 64u);
  w.exchange();
  BOOST_TEST(w.node.order.size() == 200u);
  BOOST_TEST(w.loop->all_answered());
}

BOOST_AUTO_TEST_CASE(a_node_put_back_from_a_backup_gets_the_unacknowledged_in_a_new_epoch) {
  door_world w;
  w.link_up();
  w.exchange();
  w.take("a");
  w.exchange();
  const auto first_epoch = w.spool->state().epoch;
  w.link_down();
  w.take("b");
  w.take("c");
  w.node = {}; // the backup is from before the first scan
  w.link_up();
  w.exchange();
  BOOST_TEST(w.spool->state().epoch > first_epoch);
  BOOST_TEST(w.node.order == (std::vector<std::string>{"b", "c"}),
             boost::test_tools::per_element());
  BOOST_TEST(w.lines_of(kind::judged) == (lines{1, 2, 3}), boost::test_tools::per_element());
  w.loop->finish();
  BOOST_TEST((glance_at_spool(w.file)->state == w.spool->state()));
}

BOOST_AUTO_TEST_CASE(behind_another_memory_what_may_have_been_sent_is_doubtful) {
  door_world w;
  w.link_up();
  w.exchange();
  w.take("a"); // sent, its answer is lost
  w.link_down();
  const std::uint32_t word = 0;
  const auto newer = w.spool->state().epoch + 5;
  w.node.gate.admit(newer, 1, 1); // a spare PC with the same key
  w.node.gate.taken(newer, 1, {&word, 1}, {});
  w.take("b"); // recorded since: never sent
  w.link_up();
  w.exchange();
  BOOST_TEST(w.lines_of(kind::doubtful) == lines{1}, boost::test_tools::per_element());
  BOOST_TEST(w.lines_of(kind::judged) == lines{2}, boost::test_tools::per_element());
  BOOST_TEST(w.node.counted.contains("a") == false);
  BOOST_TEST(w.spool->state().epoch > newer);
}

BOOST_AUTO_TEST_CASE(a_refused_key_is_said_the_spool_kept_and_it_tries_again) {
  door_world w;
  w.link_up();
  w.exchange();
  w.take("a");
  refusal no;
  no.reason = code::key_revoked;
  w.sent.clear();
  w.loop->heard(small_node::frame(frame_kind::refusal, encode_refusal(no)), w.now);
  w.work();
  BOOST_TEST((w.loop->trouble() == code::key_revoked));
  w.take("b"); // it goes on taking codes
  w.pass(door_policy.patience_ms);
  BOOST_TEST(w.lines_of(kind::not_judged) == (lines{1, 2}), boost::test_tools::per_element());
  BOOST_TEST(w.spool->pending().size() == 2u);
  BOOST_TEST(w.sent.empty());
  w.pass(door_loop::try_again_ms);
  BOOST_TEST(w.redials == 1);
  BOOST_TEST((w.loop->trouble() == code::ok));
  w.link_up();
  w.exchange();
  BOOST_TEST(w.lines_of(kind::judged_late) == (lines{1, 2}), boost::test_tools::per_element());
  BOOST_TEST(w.node.counted["a"] == 1);
}

BOOST_AUTO_TEST_CASE(a_node_without_room_is_said_until_it_takes_scans_again) {
  door_world w;
  w.link_up();
  w.exchange();
  w.take("a");
  refusal no;
  no.reason = code::store_full;
  w.loop->heard(small_node::frame(frame_kind::refusal, encode_refusal(no)), w.now);
  BOOST_TEST((w.loop->trouble() == code::store_full));
  w.sent.clear();
  w.pass(door_policy.resend_ms);
  BOOST_TEST(w.sent.size() == 1u);
  w.exchange();
  BOOST_TEST((w.loop->trouble() == code::ok));
}

BOOST_AUTO_TEST_CASE(a_door_of_another_venue_is_told_before_it_scans) {
  door_world w;
  w.link_up();
  welcome other;
  other.epoch = 0;
  other.expected_sequence = 1;
  other.venue = venue_id{223660000018};
  w.loop->heard(small_node::frame(frame_kind::welcome, encode_welcome(other)), w.now);
  BOOST_TEST((w.loop->trouble() == code::venue_not_yours));
}

BOOST_AUTO_TEST_CASE(a_full_disk_is_said_at_once_and_nothing_is_sent) {
  door_world w;
  w.link_up();
  w.exchange();
  test::disk.folder = w.scratch.path.string();
  test::disk.room = 10;
  w.take("a");
  test::disk.room = -1;
  BOOST_REQUIRE(w.news.size() == 1u);
  BOOST_TEST((w.news[0].what == kind::not_recorded && w.news[0].why == code::file_write_failed));
  BOOST_TEST((w.loop->trouble() == code::file_write_failed));
  BOOST_TEST(w.sent.empty());
  w.take("b");
  test::disk = {};
  w.exchange();
  BOOST_TEST(w.lines_of(kind::judged) == lines{2}, boost::test_tools::per_element());
  BOOST_TEST((w.loop->trouble() == code::ok));
}

BOOST_AUTO_TEST_CASE(an_epoch_that_cannot_be_written_is_tried_again_before_anything_is_sent) {
  door_world w;
  w.take("a");
  test::disk.folder = w.scratch.path.string();
  test::disk.room = 0;
  w.link_up();
  w.exchange();
  BOOST_TEST(w.node.order.empty());
  BOOST_TEST(w.until <= w.now + 1'000);
  test::disk = {};
  w.pass(1'000);
  w.exchange();
  BOOST_TEST(w.node.counted["a"] == 1);
}

BOOST_AUTO_TEST_CASE(a_deaf_connection_is_made_anew) {
  door_world w;
  w.link_up();
  w.exchange();
  w.take("a");
  for (int i = 0; i < 40 && w.redials == 0; ++i) {
    w.sent.clear();
    w.pass(1'000);
  }
  BOOST_TEST(w.redials == 1);
  w.link_up();
  w.exchange();
  BOOST_TEST(w.node.counted["a"] == 1);
}

BOOST_AUTO_TEST_CASE(random_bytes_of_a_node_change_nothing) {
  door_world w;
  w.link_up();
  w.exchange();
  w.take("a");
  std::mt19937 random{7164};
  for (int i = 0; i < 2'000; ++i) {
    std::vector<std::byte> noise(random() % 100);
    for (auto& b : noise)
      b = static_cast<std::byte>(random());
    const auto which = static_cast<frame_kind>(random() % 10);
    w.loop->heard(small_node::frame(which, frame_body::copy_of(noise)), w.now);
  }
  w.exchange();
  BOOST_TEST(w.node.counted["a"] == 1);
}
