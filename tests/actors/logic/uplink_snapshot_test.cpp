// SPDX-License-Identifier: Apache-2.0
// Proves: of a snapshot each piece is handed on behind the one before it, and the log behind the
//         last one; what does not follow begins a new session, and so does a piece of the session
//         before that gets on disk late; a child whose disk is full lives, and answers nothing.
// Method: frames, connections and commits by hand.
#define BOOST_TEST_MODULE uplink_snapshot
#include "tests/support/uplink_world.hpp"

#include <algorithm>

using namespace wardflow;
using namespace wardflow::test;

namespace {

using kinds = std::vector<frame_kind>;

struct world : uplink_world {
  world() { in_session(); }

  /// Whether it was handed on.
  bool gap(std::uint64_t wanted, std::uint64_t first) {
    auto before = directives.size();
    session->hear(frame_kind::link_gap,
                  encode_link_gap({log_name::down, lane::bulk, wanted, first}), now);
    return directives.size() != before;
  }
  bool piece(std::uint32_t number, std::string goes_on, std::string mark,
             std::uint64_t through = 0) {
    auto before = directives.size();
    link_batch b{log_name::down,     lane::bulk,     0, through, {}, number,
                 std::move(goes_on), std::move(mark)};
    session->hear(frame_kind::link_batch, encode_link_batch(b), now);
    return directives.size() != before;
  }
  bool log(std::uint64_t first, std::uint64_t through) {
    auto before = directives.size();
    batch(lane::bulk, first, through);
    return directives.size() != before;
  }
  /// This is on disk: so far in the log, a debt, a mark.
  void on_disk(std::uint64_t next, bool owes, std::string mark) {
    disk.down_next[1] = next;
    disk.owes[1] = owes;
    disk.marks[1] = std::move(mark);
    disk.answered[1] = true;
    commit();
  }
  /// What is said after the time that a hole may take to close.
  bool begins_anew() { return turn(uplink_session::hole_wait_ms) == kinds{frame_kind::link_hello}; }
};

} // namespace

BOOST_AUTO_TEST_CASE(the_log_goes_on_behind_the_last_piece_alone) {
  world w;
  BOOST_TEST(w.gap(7, 20));
  BOOST_TEST(!w.log(20, 22)); // the snapshot was lost
  BOOST_TEST(w.begins_anew());
  world good;
  BOOST_TEST(good.gap(7, 20));
  BOOST_TEST(good.piece(1, "", ""));
  BOOST_TEST(!good.log(20, 22));
  BOOST_TEST(good.piece(2, "", "", 19)); // ... and comes
  BOOST_TEST(good.log(20, 22));
  BOOST_TEST(!good.begins_anew());
}

BOOST_AUTO_TEST_CASE(a_piece_follows_by_its_mark_or_where_there_is_none_by_its_number) {
  world w;
  BOOST_TEST(w.gap(7, 20));
  BOOST_TEST(!w.piece(2, "", ""));
  BOOST_TEST(w.piece(1, "", "a"));
  BOOST_TEST(!w.piece(2, "", "b"));
  BOOST_TEST(!w.piece(2, "b", "c"));
  BOOST_TEST(w.piece(2, "a", "b"));
  BOOST_TEST(w.piece(1, "", "")); // anew, and of an older release
  BOOST_TEST(!w.piece(3, "", ""));
  BOOST_TEST(w.piece(2, "", ""));
  BOOST_TEST(!w.begins_anew());
  BOOST_TEST(!w.piece(4, "", ""));
  BOOST_TEST(w.begins_anew());
}

BOOST_AUTO_TEST_CASE(a_hello_says_the_mark_and_the_snapshot_goes_on_from_it) {
  world w;
  w.on_disk(20, true, "b");
  w.session->connection(true, 2, w.now);
  BOOST_TEST((w.turn() == kinds{frame_kind::link_hello}));
  const auto hello = w.last(&read_link_hello);
  BOOST_TEST(hello.marks[1] == "b");
  BOOST_TEST(hello.marks[0].empty());
  BOOST_TEST(hello.down[1].next == 1u);
  w.welcome(1, 1);
  BOOST_TEST(w.gap(1, 20));
  BOOST_TEST(!w.piece(3, "a", "c"));
  BOOST_TEST(w.piece(3, "b", "c"));
  w.on_disk(20, true, "c");
  BOOST_TEST(w.piece(4, "c", "", 24));
  w.on_disk(25, false, "");
  BOOST_TEST(w.session->in_session());
  BOOST_TEST(w.log(25, 30));
}

BOOST_AUTO_TEST_CASE(a_log_that_has_everything_needs_no_snapshot) {
  world w;
  w.on_disk(20, true, "b");
  w.session->connection(true, 2, w.now);
  w.turn();
  w.welcome(1, 1);
  BOOST_TEST(w.log(1, 3)); // the parent was put back from a backup
  BOOST_TEST(w.log(4, 5));
  w.on_disk(6, false, "");
  BOOST_TEST(w.session->in_session());
  BOOST_TEST(!w.begins_anew());
}

BOOST_AUTO_TEST_CASE(a_piece_of_the_session_before_that_gets_on_disk_late_begins_a_new_one) {
  for (auto heard : {false, true}) {
    world w;
    w.on_disk(20, true, "b");
    w.session->connection(true, 2, w.now);
    w.turn();
    w.welcome(1, 1);
    BOOST_TEST(w.gap(1, 20));
    if (heard)
      BOOST_TEST(w.piece(3, "b", "other")); // other rows than those that were on their way
    w.on_disk(20, true, "c");
    BOOST_TEST((w.turn() == kinds{frame_kind::link_hello}));
    BOOST_TEST(w.last(&read_link_hello).marks[1] == "c");
  }
}

BOOST_AUTO_TEST_CASE(a_piece_that_waits_for_a_full_disk_is_told_of_and_not_answered) {
  for (auto full : {false, true}) {
    world w;
    scan_round round; // as a node tells of it
    round.store_full = full;
    uplink_session::committed told;
    told.add(round);
    w.disk.full = told.full;
    BOOST_TEST(w.gap(7, 25));
    w.on_disk(25, true, "");
    w.turn();
    BOOST_TEST(w.piece(1, "", "a"));
    w.turn(uplink_session::still_ms);
    auto acks =
      std::ranges::count(w.said, frame_kind::link_ack, [](auto& frame) { return frame.first; });
    BOOST_TEST(acks == (full ? 1 : 0));
    for (auto& [kind, body] : w.said)
      if (link_ack a; kind == frame_kind::link_ack && read_link_ack(body.view(), a) == code::ok)
        BOOST_TEST(a.through == 0u); // what stands for the cursor would stand for the piece
    w.on_disk(25, true, "a");
    w.turn();
    BOOST_TEST(w.last(&read_link_ack).through == 24u);
  }
}
