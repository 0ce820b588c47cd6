// SPDX-License-Identifier: Apache-2.0
// Proves: a hello on each new connection, after BYE link_no_session once, after silence, after too
//         long without an acknowledgement, and with growing pauses after a refusal; a new parent is
//         followed before it is read; a gap is said only behind what was said again; a parent that
//         has more than was sent is not believed; what is on disk is acknowledged, repeats too; a
//         hole in the directives begins a new session unless it closes; what waits for the disk is
//         told of by what is on it.
// Method: frames, connections and commits by hand; what it says is looked at, call by call.
#define BOOST_TEST_MODULE uplink_session
#include "actors/logic/uplink_session.hpp"
#include "messages/codec.hpp"

#include <boost/test/unit_test.hpp>

using namespace wardflow;

namespace {

struct world {
  world() {
    at_start.held = {{{lane::control, 1, 11}, {lane::bulk, 1, 21}}};
    at_start.parent = parent;
    at_start.down_next = {4, 7};
    disk = at_start;
    uplink_session::self who;
    who.unit = *unit_code::parse("22366");
    who.epoch = 2;
    who.boot = 5;
    session.emplace(
      who,
      uplink_session::ports{
        [this](frame_kind kind, frame_body body) {
          if (!deaf)
            said.emplace_back(kind, std::move(body));
          return !deaf;
        },
        [this](const node_ref& from, frame_kind, frame_body) {
          if (!full)
            directives.push_back(from);
          return !full;
        },
        [this](const node_ref& from, const uplink_session::acks& through, bool again, bool urgent) {
          told_of = from, told = through, asked_again = again, asked_now = urgent;
        },
        [this](const node_ref&) { ++begun; }},
      at_start);
    session->connection(true, 1, now);
  }

  /// What is said by a turn, frame kinds only.
  std::vector<frame_kind> turn(time_ms later = 0) {
    now += later;
    said.clear();
    session->turn(now, 1'000'000 + now);
    std::vector<frame_kind> kinds;
    for (auto& [kind, body] : said)
      kinds.push_back(kind);
    return kinds;
  }
  void welcome(std::uint64_t control, std::uint64_t bulk, node_ref from) {
    link_welcome w;
    w.unit = *unit_code::parse("568");
    w.id = from.id;
    w.epoch = from.epoch;
    w.up = {{lane::control, 0, control}, {lane::bulk, 0, bulk}};
    w.window_bytes = 1'000;
    session->hear(frame_kind::link_welcome, encode_link_welcome(w), now);
  }
  void welcome(std::uint64_t control, std::uint64_t bulk) { welcome(control, bulk, parent); }
  void bye(code why) { session->hear(frame_kind::link_bye, encode_link_bye({why, {}}), now); }
  void ack(lane l, std::uint64_t through) {
    session->hear(frame_kind::link_ack, encode_link_ack({log_name::up, l, through, 0, 0}), now);
  }
  /// Directives first to through.
  void batch(lane l, std::uint64_t first, std::uint64_t through) {
    session->hear(frame_kind::link_batch,
                  encode_link_batch({log_name::down, l, first, through, {}}), now);
  }
  void commit() {
    session->is_committed(disk);
    disk.answered = {};
    disk.said_again = false;
  }
  void in_session(std::uint64_t control = 1, std::uint64_t bulk = 1) {
    turn();
    welcome(control, bulk);
    turn();
    BOOST_REQUIRE(session->in_session());
  }
  template <class Value>
  Value last(code (*read)(bytes, Value&)) {
    Value v;
    BOOST_REQUIRE(!said.empty());
    BOOST_REQUIRE((read(said.back().second.view(), v) == code::ok));
    return v;
  }

  node_ref parent{{3}, 6};
  uplink_session::committed at_start, disk;
  std::optional<uplink_session> session;
  std::vector<std::pair<frame_kind, frame_body>> said;
  std::vector<node_ref> directives;
  node_ref told_of;
  uplink_session::acks told{};
  bool asked_again = false, asked_now = false, deaf = false;
  bool full = false; // no room for directives
  int begun = 0;     // sessions
  time_ms now = 50'000;
};

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
  w.session->sent(lane::control, 10, 100);
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
  w.session->sent(lane::control, 5, 8'192); // two seconds of a slow line
  w.session->sent(lane::bulk, 5, 10);
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
  w.session->sent(lane::control, 12, 10);
  w.ack(lane::control, 12);
  BOOST_TEST((w.told == uplink_session::acks{0, 0}));
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
