// SPDX-License-Identifier: Apache-2.0
// Proves: each directive is handed out once, nothing past a hole; a gap moves on and is owed;
//         another parent, or a higher epoch of it, is read from 1 and told all again, and what came
//         of the one before is void; acknowledgements free the up-log, and only they; the row
//         brings all of it back; a snapshot is owed until its last piece, and undoes nothing.
// Method: news by hand; inbox and cursor by seed under changing parents, beside lists of what each
//         parent said.
#define BOOST_TEST_MODULE parent_cursor
#include "actors/logic/parent_cursor.hpp"
#include "actors/logic/parent_inbox.hpp"

#include <boost/test/unit_test.hpp>

#include <random>
#include <set>

using namespace wardflow;

namespace {

node_ref node(std::uint8_t id, std::uint64_t epoch = 1) {
  node_ref n;
  n.id[0] = id;
  n.epoch = epoch;
  return n;
}

/// Entries first to through; what each says is in `at`.
frame_body batch(lane l, std::uint64_t first, std::uint64_t through, time_ms of = 0) {
  link_batch b{log_name::down, l, first, through, {}};
  auto body = frame_body::copy_of(encode_link_bye({}).view());
  for (; first <= through; ++first) {
    log_entry_view e;
    e.offset = first;
    e.at = of;
    e.kind = entry_kind::command;
    e.body = body.view();
    b.entries.push_back(e);
  }
  return encode_link_batch(b);
}

struct child {
  child() { cursor.begin(1, up); }

  std::vector<std::uint64_t> take(const node_ref& who, frame_kind kind, frame_body body) {
    round.clear();
    round.parent.who = who;
    round.parent.directives.push_back({kind, std::move(body)});
    return run();
  }
  std::vector<std::uint64_t> run() {
    std::vector<std::uint64_t> taken;
    round.said_again = cursor.hear(round.parent, up);
    cursor.take(round, [&](lane, const log_entry_view& e) { taken.push_back(e.offset); });
    cursor.save(round.rows);
    if (!round.rows.empty())
      row = round.rows.back().value;
    return taken;
  }
  void append(std::size_t n) {
    std::vector<saved_row> rows;
    for (; n != 0; --n)
      up.append(lane::control, {.kind = entry_kind::alert, .body = encode_link_bye({})});
    up.seal(1, rows);
  }
  std::uint64_t first_kept() {
    std::vector<saved_row> rows;
    up.trim(1, rows);
    return up.first(lane::control);
  }
  void restart(std::uint64_t epoch) {
    cursor = {};
    BOOST_REQUIRE(cursor.load(row));
    up.release("parent");
    cursor.begin(epoch, up);
  }

  offset_log up{log_name::up, {}};
  parent_cursor cursor;
  scan_round round;
  std::vector<std::byte> row;
};

using list = std::vector<std::uint64_t>;

} // namespace

BOOST_AUTO_TEST_CASE(entries_are_handed_out_once_and_nothing_past_a_hole) {
  child c;
  auto p = node(1);
  BOOST_TEST((c.take(p, frame_kind::link_batch, batch(lane::control, 1, 3)) == list{1, 2, 3}));
  BOOST_TEST(c.round.down_answered[0]);
  BOOST_TEST((c.take(p, frame_kind::link_batch, batch(lane::control, 2, 5)) == list{4, 5}));
  BOOST_TEST(c.take(p, frame_kind::link_batch, batch(lane::control, 1, 5)).empty());
  BOOST_TEST(c.round.down_answered[0]); // a repeat is acknowledged too
  BOOST_TEST(c.round.rows.empty());
  BOOST_TEST(c.take(p, frame_kind::link_batch, batch(lane::control, 7, 9)).empty());
  BOOST_TEST(!c.round.down_answered[0]);
  BOOST_TEST(c.cursor.next()[0] == 6u);
  BOOST_TEST((c.take(p, frame_kind::link_batch, batch(lane::bulk, 1, 1)) == list{1})); // of its own
  BOOST_TEST(c.take(p, frame_kind::link_batch, encode_link_bye({})).empty());          // damaged
}

BOOST_AUTO_TEST_CASE(a_gap_moves_on_is_owed_and_is_answered) {
  child c;
  auto p = node(1);
  auto gap = [&](std::uint64_t wanted, std::uint64_t first) {
    static_cast<void>(c.take(p, frame_kind::link_gap,
                             encode_link_gap({log_name::down, lane::control, wanted, first})));
  };
  gap(5, 9); // of a place that was not reached
  BOOST_TEST(c.cursor.next()[0] == 1u);
  BOOST_TEST(c.round.down_answered[0]);
  gap(1, 9);
  BOOST_TEST(c.cursor.next()[0] == 9u);
  BOOST_TEST(c.cursor.owes()[0]);
  c.restart(1);
  BOOST_TEST(c.cursor.next()[0] == 9u);
  BOOST_TEST(c.cursor.owes()[0]);
  // The last piece was lost: what follows is not taken, so that all comes again.
  BOOST_TEST(c.take(p, frame_kind::link_batch, batch(lane::control, 9, 9)).empty());
  BOOST_TEST(!c.round.down_answered[0]);
  auto last = link_batch{log_name::down, lane::control, 0, 8, {}, 1};
  static_cast<void>(c.take(p, frame_kind::link_batch, encode_link_batch(last)));
  BOOST_TEST((c.take(p, frame_kind::link_batch, batch(lane::control, 8, 9)) == list{9}));
  gap(10, 20);
  BOOST_TEST(c.cursor.owes()[0]);
  // It was put back from a backup that has its log from the begin: nothing is owed.
  BOOST_TEST((c.take(p, frame_kind::link_batch, batch(lane::control, 1, 2)) == list{1, 2}));
  BOOST_TEST(!c.cursor.owes()[0]);
  BOOST_TEST(c.cursor.next()[0] == 3u);
}

BOOST_AUTO_TEST_CASE(what_is_owed_ends_with_the_last_piece_and_over_a_restart_begins_anew) {
  child c;
  auto p = node(1);
  auto piece = [&](std::uint32_t number, std::uint64_t through) {
    auto body = frame_body::copy_of(encode_link_bye({}).view());
    link_batch b{log_name::down, lane::bulk, 0, through, {}, number};
    log_entry_view e;
    e.kind = entry_kind::command;
    e.body = body.view();
    b.entries.push_back(e);
    return c.take(p, frame_kind::link_batch, encode_link_batch(b)).size();
  };
  static_cast<void>(
    c.take(p, frame_kind::link_gap, encode_link_gap({log_name::down, lane::bulk, 1, 9})));
  BOOST_TEST((c.cursor.owes() == std::array{false, true}));
  BOOST_TEST(piece(1, 0) == 1u);
  BOOST_TEST(c.round.down_answered[1]);
  BOOST_TEST(c.round.rows.empty());
  c.restart(1);
  BOOST_TEST((c.cursor.owes() == std::array{false, true}));
  BOOST_TEST(piece(2, 11) == 0u); // one of before: this one has not heard the first
  BOOST_TEST(!c.round.down_answered[1]);
  BOOST_TEST(piece(1, 0) == 1u);
  BOOST_TEST(piece(2, 11) == 1u);
  BOOST_TEST((c.cursor.owes() == std::array{false, false}));
  BOOST_TEST(c.cursor.next()[1] == 12u);
  c.restart(1);
  BOOST_TEST((c.cursor.owes() == std::array{false, false}));
  BOOST_TEST(c.cursor.next()[1] == 12u);
  static_cast<void>(
    c.take(p, frame_kind::link_gap, encode_link_gap({log_name::down, lane::bulk, 12, 20})));
  BOOST_TEST((c.cursor.owes() == std::array{false, true}));
  static_cast<void>(c.take(node(2), frame_kind::link_batch, batch(lane::control, 1, 1)));
  BOOST_TEST((c.cursor.owes() == std::array{false, false})); // another one's log has it from 1
}

BOOST_AUTO_TEST_CASE(a_snapshot_with_marks_goes_on_over_a_restart_and_is_no_other_parents) {
  child c;
  auto piece = [&](std::uint32_t number, std::string goes_on, std::string mark, time_ms at) {
    auto body = frame_body::copy_of(encode_link_bye({}).view());
    link_batch b{log_name::down, lane::bulk, 0, mark.empty() ? 11u : 0u, {}, number};
    b.goes_on = std::move(goes_on);
    b.mark = std::move(mark);
    auto& e = b.entries.emplace_back();
    e.at = at;
    e.kind = entry_kind::command;
    e.body = body.view();
    return c.take(node(1), frame_kind::link_batch, encode_link_batch(b)).size();
  };
  auto gap = [&] {
    static_cast<void>(
      c.take(node(1), frame_kind::link_gap, encode_link_gap({log_name::down, lane::bulk, 1, 9})));
  };
  gap();
  BOOST_TEST(piece(1, "", "a", 500) == 1u);
  BOOST_TEST(piece(2, "a", "b", 900) == 1u);
  BOOST_TEST(c.cursor.marks()[1] == "b");
  c.restart(1);
  BOOST_TEST(c.cursor.marks()[1] == "b");
  gap();
  BOOST_TEST(piece(2, "a", "b", 900) == 0u); // it was on its way when the session broke
  BOOST_TEST(c.round.down_answered[1]);
  BOOST_TEST(piece(3, "x", "c", 900) == 0u); // behind another one
  BOOST_TEST(!c.round.down_answered[1]);
  BOOST_TEST(piece(3, "b", "c", 900) == 1u);
  BOOST_TEST(piece(4, "c", "", 900) == 1u);
  BOOST_TEST((c.cursor.owes() == std::array{false, false}));
  BOOST_TEST(c.cursor.marks()[1].empty());
  BOOST_TEST(piece(4, "c", "", 900) == 0u); // it was on its way twice
  BOOST_TEST(c.round.down_answered[1]);
  static_cast<void>(
    c.take(node(1), frame_kind::link_gap, encode_link_gap({log_name::down, lane::bulk, 12, 20})));
  BOOST_TEST(piece(4, "c", "", 900) == 0u); // the last one, once more
  BOOST_TEST(!c.round.down_answered[1]);    // ... but another snapshot is owed by now
  BOOST_TEST(piece(1, "", "d", 499) == 0u); // the newest of the first piece before was of 500
  BOOST_TEST(piece(1, "", "e", 500) == 1u);
  static_cast<void>(c.take(node(2), frame_kind::link_batch, batch(lane::control, 1, 1)));
  BOOST_TEST(c.cursor.marks()[1].empty());
}

BOOST_AUTO_TEST_CASE(of_a_snapshot_what_was_said_before_the_newest_that_came_is_left_out) {
  child c;
  auto p = node(1);
  auto piece = [&](const node_ref& who, std::vector<time_ms> at) {
    auto body = frame_body::copy_of(encode_link_bye({}).view());
    link_batch b{log_name::down, lane::control, 0, 11, {}, 1};
    for (auto stamp : at) {
      auto& e = b.entries.emplace_back();
      e.at = stamp;
      e.kind = entry_kind::command;
      e.body = body.view();
    }
    return c.take(who, frame_kind::link_batch, encode_link_batch(b)).size();
  };
  static_cast<void>(c.take(p, frame_kind::link_batch, batch(lane::control, 1, 3, 500)));
  static_cast<void>(c.take(p, frame_kind::link_batch, batch(lane::bulk, 1, 3, 900))); // its own
  static_cast<void>(
    c.take(p, frame_kind::link_gap, encode_link_gap({log_name::down, lane::control, 4, 9})));
  BOOST_TEST(piece(p, {499, 500, 501, 0}) == 3u); // 0: each row of it says which is newer
  BOOST_TEST(piece(p, {500, 501}) == 1u);         // all through 501 is here
  c.restart(1);
  BOOST_TEST(piece(p, {500, 501, 700}) == 2u);
  BOOST_TEST(piece(node(1, 7), {699, 701}) == 1u); // the same one, put back from a backup
  BOOST_TEST(piece(node(2), {1, 2}) == 2u);        // another one: what it says is news
}

BOOST_AUTO_TEST_CASE(another_parent_is_read_from_1_and_told_all_again) {
  child c;
  c.append(10);
  c.round.parent = {node(1), {}, {8, 0}, false, true};
  c.run();
  BOOST_TEST(c.round.said_again);   // it is the first one
  BOOST_TEST(c.first_kept() == 1u); // one chunk
  BOOST_TEST((c.take(node(1), frame_kind::link_batch, batch(lane::control, 1, 9)).size() == 9u));
  BOOST_TEST(!c.round.said_again);
  for (auto other : {node(2), node(2, 4)}) {
    BOOST_TEST((c.take(other, frame_kind::link_batch, batch(lane::control, 1, 2)) == list{1, 2}));
    BOOST_TEST(c.round.said_again);
    BOOST_TEST(c.take(node(2, 4) == other ? node(2, 3) : node(1, 0), frame_kind::link_batch,
                      batch(lane::control, 3, 4))
                 .empty()); // an older epoch of it, and nobody
    BOOST_TEST((c.cursor.who() == other));
    c.restart(1);
    BOOST_TEST((c.cursor.who() == other));
    BOOST_TEST(c.cursor.next()[0] == 3u);
  }
}

BOOST_AUTO_TEST_CASE(what_is_not_acknowledged_by_this_parent_is_held) {
  child c;
  for (int i = 0; i != 5; ++i)
    c.append(2); // chunks of two
  auto news = [&](const node_ref& who, std::uint64_t acked) {
    c.round.clear();
    c.round.parent = {who, {}, {acked, 0}, false, false};
    c.run();
    return c.first_kept();
  };
  BOOST_TEST(news(node(1), 0) == 1u);
  BOOST_TEST(news(node(1), 4) == 5u);
  BOOST_TEST(news(node(1), 2) == 5u);
  c.restart(1);
  BOOST_TEST(news({}, 99) == 5u);
  BOOST_TEST(news(node(2), 0) == 5u); // the new one lacks them, and they are gone
  BOOST_TEST(news(node(2), 5) == 5u);
  BOOST_TEST(news(node(2), 99) == 11u); // more than there is: all of it
  c.append(2);
  BOOST_TEST(c.first_kept() == 11u);
}

BOOST_AUTO_TEST_CASE(after_a_new_epoch_of_our_own_all_is_said_once) {
  child c;
  c.round.parent.who = node(1);
  c.run();
  for (auto epoch : {1u, 2u, 2u, 7u}) {
    auto is_new = epoch == 7 || (epoch == 2 && c.cursor.next()[1] == 1);
    c.restart(epoch);
    c.round.clear();
    c.run();
    BOOST_TEST(c.round.said_again == is_new);
    c.round.clear();
    c.run();
    BOOST_TEST(!c.round.said_again);
    if (epoch == 2)
      static_cast<void>(c.take(node(1), frame_kind::link_batch, batch(lane::bulk, 1, 1)));
  }
}

BOOST_AUTO_TEST_CASE(the_row_is_read_whole_or_not_at_all) {
  child c;
  static_cast<void>(c.take(node(3, 5), frame_kind::link_batch, batch(lane::control, 1, 4)));
  for (std::size_t n = 0; n != c.row.size(); ++n)
    BOOST_TEST(!parent_cursor{}.load(std::span{c.row}.first(n)));
  parent_cursor nobody;
  offset_log up{log_name::up, {}};
  BOOST_TEST(!nobody.hear({node(1), {}, {}, true, true}, up)); // a node without a parent
}

BOOST_AUTO_TEST_CASE(what_the_machine_before_had_done_is_known_of_that_parent_alone) {
  child c;
  std::vector<saved_row> rows;
  c.cursor.begin_after(node(1, 4), {7, 2});
  c.cursor.save(rows);
  BOOST_REQUIRE(rows.size() == 1u);
  c.row = rows[0].value;
  c.restart(2);
  BOOST_TEST(!c.cursor.was_done(lane::control, 1)); // nobody has come yet
  (void)c.take(node(1, 4), frame_kind::link_batch, batch(lane::control, 1, 8));
  BOOST_TEST(c.cursor.was_done(lane::control, 7));
  BOOST_TEST(!c.cursor.was_done(lane::control, 8));
  BOOST_TEST(c.cursor.was_done(lane::bulk, 2));
  c.restart(2); // from the row that holds both
  BOOST_TEST(c.cursor.was_done(lane::control, 7));
  (void)c.take(node(1, 5), frame_kind::link_batch, batch(lane::control, 1, 1));
  BOOST_TEST(!c.cursor.was_done(lane::control, 1)); // another log
}

BOOST_AUTO_TEST_CASE(under_changing_parents_each_parents_entries_are_taken_once_in_order) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed)
    BOOST_TEST_CONTEXT("seed " << seed) {
      std::mt19937_64 random{seed};
      child c;
      parent_inbox inbox;
      std::uint8_t id = 1;
      std::uint64_t epoch = 1, sent = 0, expected = 1, taken = 0;
      time_ms now = 1; // names the parent in its entries
      c.round.clear();
      for (int step = 0; step != 600; ++step) {
        if (random() % 40 == 0) {
          random() % 2 == 0 ? ++id, epoch = 1 + random() % 3 : ++epoch;
          ++now;
          sent = 0;
          inbox.has(node(id, epoch), {}, false, true);
        }
        auto first = 1 + random() % (sent + 1); // a session begins where it likes
        auto through = first + random() % 3;
        sent = std::max(sent, through);
        if (random() % 10 != 0) // or the batch was lost
          BOOST_REQUIRE(inbox.directive(node(id, epoch), frame_kind::link_batch,
                                        batch(lane::control, first, through, now)));
        inbox.give(c.round.parent, 500);
        if (random() % 3 != 0)
          continue;
        auto before = c.cursor.who();
        std::vector<saved_row> none;
        static_cast<void>(c.cursor.hear(c.round.parent, c.up));
        if (c.cursor.who() != before)
          expected = 1;
        c.cursor.take(c.round, [&](lane, const log_entry_view& e) {
          BOOST_TEST(e.offset == expected++);
          BOOST_TEST(e.at == now);
          ++taken;
        });
        c.cursor.save(c.round.rows);
        if (!c.round.rows.empty())
          c.row = c.round.rows.back().value;
        c.round.clear();
        sent = std::max(sent, c.cursor.next()[0] - 1);
        if (random() % 8 == 0 && !c.row.empty())
          c.restart(1);
      }
      BOOST_TEST(taken > 50u);
    }
}
