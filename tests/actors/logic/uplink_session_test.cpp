// SPDX-License-Identifier: Apache-2.0
// Proves: a hello on each new connection, after BYE link_no_session once, after silence, after too
//         long without an acknowledgement, and with growing pauses after a refusal; a new parent is
//         followed before it is read; a gap is said only behind what was said again; a parent that
//         has more than was sent is not believed; what is on disk is acknowledged, repeats too; a
//         hole in the directives begins a new session unless it closes; what waits for the disk is
//         told of by what is on it.
// Method: frames, connections and commits by hand; what it says is looked at, call by call.
#define BOOST_TEST_MODULE uplink_session
#include "tests/support/uplink_world.hpp"

#include <boost/test/unit_test.hpp>

using namespace wardflow;
using namespace wardflow::test;

namespace {

using world = uplink_world;
using kinds = std::vector<frame_kind>;

} // namespace

BOOST_AUTO_TEST_CASE(a_connection_begins_with_hello_and_goes_on_from_the_welcome) {
  world w;
  BOOST_TEST((w.turn() == kinds{frame_kind::link_hello}));
  auto h = w.last(read_link_hello);
  BOOST_TEST(h.boot == 5u);
  BOOST_TEST(h.up[1].next == 21u);
  BOOST_TEST(h.down[1].next == 7u);
  BOOST_TEST(!w.session->next());
  BOOST_TEST(w.turn(second_ms).empty());
  w.welcome(5, 8);
  BOOST_TEST((w.told == uplink_session::acks{4, 7}));
  BOOST_TEST((w.turn() == kinds{frame_kind::link_heartbeat}));
  auto next = w.session->next();
  BOOST_REQUIRE(next.has_value());
  BOOST_TEST((next->lane == lane::control));
  BOOST_TEST(next->from == 5u);
  w.session->sent(lane::control, 10, 100, 0);
  BOOST_TEST(w.session->next()->from == 8u);
  w.ack(lane::control, 99); // more than was sent
  BOOST_TEST((w.told == uplink_session::acks{10, 7}));
  BOOST_TEST(w.session->state() == "in session with 568");
  w.session->connection(false, 1, w.now);
  BOOST_TEST(!w.session->in_session());
  BOOST_TEST(w.session->state().empty());
  BOOST_TEST(w.turn(minute_ms).empty());
  w.session->connection(true, 2, w.now);
  BOOST_TEST((w.turn() == kinds{frame_kind::link_hello}));
}

BOOST_AUTO_TEST_CASE(a_hello_that_was_not_heard_is_said_again) {
  world w;
  w.deaf = true;
  BOOST_TEST(w.turn().empty());
  w.deaf = false;
  BOOST_TEST((w.turn(uplink_session::welcome_wait_ms) == kinds{frame_kind::link_hello}));
  BOOST_TEST(w.turn(uplink_session::welcome_wait_ms - 1).empty());
  BOOST_TEST((w.turn(1) == kinds{frame_kind::link_hello}));
  w.welcome(1, 1);
  w.welcome(3, 1); // the second one's answer is the newer
  BOOST_TEST(w.session->next()->from == 3u);
  BOOST_TEST((w.turn(hour_ms) == kinds{frame_kind::link_heartbeat}));
}

BOOST_AUTO_TEST_CASE(a_burst_of_no_session_brings_one_hello_and_a_refusal_pauses_that_grow) {
  world w;
  w.in_session();
  w.bye(code::link_no_session);
  BOOST_TEST(!w.session->in_session());
  BOOST_TEST((w.turn() == kinds{frame_kind::link_hello}));
  for (int i = 0; i != 5; ++i) {
    w.bye(code::link_no_session); // of what was on its way before
    BOOST_TEST(w.turn(10).empty());
  }
  w.welcome(1, 1);
  BOOST_TEST(w.session->in_session());
  time_ms wait = uplink_session::refused_wait_ms;
  for (int i = 0; i != 12; ++i) {
    w.bye(code::link_fenced);
    BOOST_TEST(w.session->state().starts_with("refused: link_fenced"));
    BOOST_TEST(w.turn(wait - 1).empty());
    BOOST_TEST((w.turn(1) == kinds{frame_kind::link_hello}));
    wait = std::min(2 * wait, uplink_session::refused_wait_most_ms);
  }
  w.welcome(1, 1);
  w.bye(code::link_twin);
  BOOST_TEST((w.turn(uplink_session::refused_wait_ms) ==
              kinds{frame_kind::link_hello})); // from the beginning
}

BOOST_AUTO_TEST_CASE(who_waits_too_long_for_an_acknowledgement_begins_anew) {
  world w;
  w.in_session();
  for (int i = 0; i != 20; ++i) // nothing is on its way: it may last
    BOOST_TEST((w.turn(10 * second_ms) == kinds{frame_kind::link_heartbeat}));
  w.session->sent(lane::control, 5, 8'192, 0); // two seconds of a slow line
  w.session->sent(lane::bulk, 5, 10, 0);
  w.turn(11 * second_ms);
  w.ack(lane::control, 5);
  w.turn(9 * second_ms);
  BOOST_TEST(w.session->in_session());
  BOOST_TEST((w.turn(1'003) == kinds{frame_kind::link_hello}));
  BOOST_TEST(!w.session->in_session());
  w.ack(lane::bulk, 5); // too late: of a session that is over
  BOOST_TEST((w.told == uplink_session::acks{5, 0}));
}

BOOST_AUTO_TEST_CASE(another_parent_is_followed_before_it_is_read) {
  world w;
  w.turn();
  node_ref other{{4}, 1};
  w.welcome(1, 1, other);
  BOOST_TEST(!w.session->in_session());
  BOOST_TEST((w.told_of == other));
  BOOST_TEST(w.asked_now);
  w.batch(lane::control, 4, 4);
  BOOST_TEST(w.directives.empty());
  BOOST_TEST(w.turn(minute_ms).empty()); // it waits for a round
  w.commit();                            // of before
  BOOST_TEST(w.turn().empty());
  w.disk.parent = other;
  w.disk.down_next = {1, 1};
  w.disk.said_again = true;
  w.commit();
  BOOST_TEST((w.turn() == kinds{frame_kind::link_hello}));
  BOOST_TEST(w.last(read_link_hello).down[0].next == 1u);
  w.welcome(1, 1, other);
  BOOST_TEST(w.session->in_session());
  w.batch(lane::control, 1, 1);
  BOOST_TEST((w.directives == std::vector<node_ref>{other}));
  w.bye(code::link_no_session);
  w.turn();
  w.welcome(1, 1, {{4}, 0}); // nobody
  BOOST_TEST(!w.session->in_session());
}

BOOST_AUTO_TEST_CASE(an_older_epoch_of_the_parent_is_refused) {
  world w;
  w.turn();
  w.welcome(1, 1, {w.parent.id, w.parent.epoch - 1});
  BOOST_TEST(!w.session->in_session());
  BOOST_TEST(w.session->state().starts_with("refused: link_fenced"));
  BOOST_TEST((w.turn(uplink_session::refused_wait_ms) == kinds{frame_kind::link_hello}));
}

BOOST_AUTO_TEST_CASE(a_gap_is_said_only_behind_what_was_said_again) {
  world w;
  w.disk.held[1].first = 15;
  w.commit();
  w.turn();
  w.welcome(3, 9); // 9 to 14 are gone
  BOOST_TEST(w.session->in_session());
  BOOST_TEST(w.turn().empty());
  BOOST_TEST(!w.session->in_session());
  BOOST_TEST(w.asked_again);
  w.commit();
  BOOST_TEST(w.turn(minute_ms).empty());
  w.disk.said_again = true;
  w.disk.held[1].next = 30; // the newest of all, from 21 on
  w.commit();
  BOOST_TEST((w.turn() == kinds{frame_kind::link_hello}));
  w.welcome(3, 9);
  BOOST_TEST((w.turn() == kinds{frame_kind::link_gap, frame_kind::link_heartbeat}));
  link_gap g;
  BOOST_TEST((read_link_gap(w.said[0].second.view(), g) == code::ok));
  BOOST_TEST((g == wardflow::link_gap{log_name::up, lane::bulk, 9, 15}));
  w.bye(code::link_no_session); // it did not arrive: once is enough
  w.asked_again = false;
  w.turn();
  w.welcome(3, 9);
  BOOST_TEST((w.turn() == kinds{frame_kind::link_gap}));
  BOOST_TEST(!w.asked_again);
  w.disk.held[1].first = 22; // what was said again is going too
  w.commit();
  w.turn();
  w.bye(code::link_no_session);
  w.turn();
  w.welcome(3, 9);
  BOOST_TEST(w.turn().empty());
  BOOST_TEST(w.asked_again);
}

BOOST_AUTO_TEST_CASE(a_parent_that_has_more_than_was_sent_is_not_believed) {
  world w;
  w.turn();
  w.welcome(11, 25);
  BOOST_TEST((w.told == uplink_session::acks{0, 0}));
  BOOST_TEST(w.session->in_session());
  BOOST_TEST(w.session->state().find("put back without a new epoch") != std::string::npos);
  BOOST_TEST(!w.session->next());
  w.disk.held[0].next = 13;
  w.commit();
  w.turn();
  BOOST_TEST(w.session->next()->from == 11u); // the other lane goes on
  w.session->sent(lane::control, 12, 10, 0);
  w.ack(lane::control, 12);
  BOOST_TEST((w.told == uplink_session::acks{0, 0}));
}

BOOST_AUTO_TEST_CASE(a_lane_that_is_owed_a_snapshot_is_asked_for_from_1_and_acknowledged_as_it_is) {
  world w;
  w.disk.owes = {false, true};
  w.commit();
  w.turn();
  auto h = w.last(read_link_hello);
  BOOST_TEST((h.down[0].next == 4u && h.down[1].next == 1u));
  w.welcome(1, 1);
  w.turn();
  w.disk.answered[1] = true; // a piece
  w.commit();
  w.turn();
  BOOST_TEST((w.last(read_link_ack).lane == lane::bulk));
  BOOST_TEST(w.last(read_link_ack).through == 6u);
  w.disk.owes = {};
  w.disk.down_next = {4, 30};
  w.commit();
  w.turn();
  BOOST_TEST(w.last(read_link_ack).through == 29u);
  w.bye(code::link_no_session);
  w.turn();
  BOOST_TEST(w.last(read_link_hello).down[1].next == 30u);
}

BOOST_AUTO_TEST_CASE(directives_are_acknowledged_when_they_are_on_disk_repeats_too) {
  world w;
  w.in_session();
  w.disk.down_next = {6, 7};
  w.commit();
  BOOST_TEST((w.turn() == kinds{frame_kind::link_ack}));
  BOOST_TEST(w.last(read_link_ack).through == 5u);
  BOOST_TEST((w.last(read_link_ack).log == log_name::down));
  BOOST_TEST(w.turn().empty());
  w.disk.answered[1] = true; // a repeat
  w.commit();
  w.deaf = true;
  BOOST_TEST(w.turn().empty());
  w.deaf = false;
  w.commit(); // a round with nothing of it
  BOOST_TEST((w.turn() == kinds{frame_kind::link_ack}));
  BOOST_TEST(w.last(read_link_ack).through == 6u);
  BOOST_TEST((w.last(read_link_ack).lane == lane::bulk));
  BOOST_TEST(w.turn().empty());
}

BOOST_AUTO_TEST_CASE(a_hole_in_the_directives_begins_a_new_session_unless_it_closes) {
  world w;
  w.in_session();
  BOOST_TEST(w.begun == 1);
  w.batch(lane::control, 4, 6);
  w.batch(lane::control, 9, 9); // of before: what is missing comes soon
  w.batch(lane::bulk, 7, 8);
  BOOST_TEST(w.directives.size() == 2u); // nothing past the hole
  BOOST_TEST(w.turn(uplink_session::hole_wait_ms - 1).empty());
  w.batch(lane::control, 7, 9);
  BOOST_TEST(w.turn(1).empty());
  BOOST_TEST((w.turn(uplink_session::hole_wait_ms) == kinds{frame_kind::link_heartbeat}));
  w.session->hear(frame_kind::link_gap, encode_link_gap({log_name::down, lane::bulk, 12, 20}),
                  w.now);         // 9 to 11 were lost
  w.batch(lane::control, 10, 10); // the other lane goes on
  BOOST_TEST(w.directives.size() == 4u);
  BOOST_TEST(w.turn(uplink_session::hole_wait_ms - 1).empty());
  w.disk.down_next = {11, 9};
  w.commit();
  BOOST_TEST(w.session->in_session());
  BOOST_TEST((w.turn(1) == kinds{frame_kind::link_hello}));
  BOOST_TEST(w.last(read_link_hello).down[1].next == 9u);
  w.batch(lane::bulk, 9, 9); // before the welcome nobody listens
  BOOST_TEST(w.directives.size() == 4u);
  w.welcome(1, 1);
  BOOST_TEST(w.begun == 2);
  w.batch(lane::bulk, 9, 11);
  BOOST_TEST(w.directives.size() == 5u);
  w.turn(hour_ms);
  BOOST_TEST(w.session->in_session());
}

BOOST_AUTO_TEST_CASE(a_directive_that_found_no_room_is_a_hole_when_others_follow) {
  world w;
  w.in_session();
  w.full = true;
  w.batch(lane::bulk, 7, 7);
  w.turn(hour_ms); // its sender misses the acknowledgement, and begins anew
  BOOST_TEST(w.session->in_session());
  w.full = false;
  w.batch(lane::bulk, 8, 8);
  BOOST_TEST(w.directives.empty());
  w.turn(uplink_session::hole_wait_ms);
  BOOST_TEST(!w.session->in_session());
}

BOOST_AUTO_TEST_CASE(what_waits_for_the_disk_is_told_of_by_what_is_on_it) {
  world w;
  w.in_session();
  w.batch(lane::bulk, 7, 9);
  auto acks = 0;
  for (int i = 0; i != 60; ++i) { // a minute
    w.turn(second_ms);
    for (auto& [kind, body] : w.said) {
      link_ack a;
      if (kind != frame_kind::link_ack)
        continue;
      BOOST_REQUIRE((read_link_ack(body.view(), a) == code::ok));
      BOOST_TEST((a.lane == lane::bulk));
      BOOST_TEST(a.through == 6u); // none of it is on disk
      ++acks;
    }
  }
  BOOST_TEST(acks == 12);
  w.disk.down_next = {4, 10};
  w.commit();
  w.turn();
  BOOST_TEST(w.last(read_link_ack).through == 9u);
  for (int i = 0; i != 60; ++i)
    for (w.turn(second_ms); auto& [kind, body] : w.said)
      BOOST_TEST((kind == frame_kind::link_heartbeat));
}
