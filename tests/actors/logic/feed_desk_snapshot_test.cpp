// SPDX-License-Identifier: Apache-2.0
// Proves: a child that missed something is told so and gets a snapshot, piece by piece, control's
//         before bulk's, and then the log goes on; what is trimmed meanwhile is no new gap; a piece
//         that is not acknowledged ends the session; cards go on behind the last piece that their
//         child has, in this session and in the next one, and begin anew where the log no longer
//         has what was said since; control's rows begin anew.
// Method: a log and facts in memory, orders and acknowledgements by hand, what is sent looked at.
#define BOOST_TEST_MODULE feed_desk_snapshot
#include "tests/support/feed_desk_world.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

using namespace wardflow;
using namespace wardflow::test;

namespace {

unit_code unit(const char* digits) {
  return *unit_code::parse(digits);
}

/// A parent's desk and its child, who acknowledges by hand.
struct snapshot_world : feed_desk_world {
  snapshot_world() {
    start_desk();
    log = offset_log{log_name::down, {}};
    std::vector<saved_row> rows_made;
    for (std::uint64_t id = 1; id <= 60; ++id) {
      rows_made.push_back(row_of(card_update{card_id{id}, {}, code::ok, {}}, 0));
      if (id % 4 == 0)
        rows_made.push_back(
          row_of(card_order{card_id{id}, {}, code::ok, true, "1/QD"}, {"a", 1, 1}));
    }
    rows_made.push_back(row_of(facts_said{3, 0, 3}));
    facts.write(rows_made);
  }
  void start_desk() {
    desk = feed_desk{
      {[this](peer_id to, frame_kind kind, frame_body body) {
         sent.emplace_back(to, kind, std::move(body));
       },
       [this](log_name, lane l, std::uint64_t from, std::size_t bytes_max,
              std::vector<log_chunk>& chunks) { return read(l, from, bytes_max, chunks); },
       [this](log_name, lane, std::uint64_t offset) { unreadable.push_back(offset); },
       [this](std::string_view from, std::string_view end, std::size_t bytes_max,
              std::vector<fact_row>& out) {
         return facts_damaged ? code::store_damaged : facts.read(from, end, bytes_max, out);
       },
       unit("568"), 1'000}};
  }
  void say(lane l) {
    log.append(l, {.kind = entry_kind::command, .body = encode_link_bye({})});
    seal();
  }
  /// All but the newest chunks of each lane.
  void trim(std::uint64_t kept = 1) {
    std::vector<saved_row> erased;
    for (auto l : {lane::control, lane::bulk})
      log.hold("somebody", l, log.next(l) - std::min(kept, log.next(l) - 1));
    log.trim(2, erased);
    for (auto& row : erased)
      rows.erase(row.key);
  }
  /// `mark`: of cards that it has in part.
  void open_child(std::string mark = {}) {
    feed_order order;
    order.peer = peer_id{1};
    order.log = log_name::down;
    order.below = unit("22366");
    order.wanted = {{lane::control, 0, 1}, {lane::bulk, 0, 1}};
    order.marks[static_cast<std::size_t>(lane::bulk)] = std::move(mark);
    order.window_bytes = 1'000'000;
    desk.obey(std::move(order), now);
  }
  void ack(lane l, std::uint64_t upto) {
    feed_order order;
    order.what = feed_order::deed::acked;
    order.peer = peer_id{1};
    order.log = log_name::down;
    order.wanted = {{l, 0, upto + 1}};
    desk.obey(std::move(order), now);
  }
  /// A child that has acknowledged the gap of its bulk lane: offsets 1 and 2.
  void open_bulk() {
    for (int i = 0; i != 3; ++i)
      say(lane::bulk);
    trim();
    open_child();
    BOOST_TEST(turn() == "gap of bulk ");
    ack(lane::bulk, 2);
  }
  /// What goes out: `gap0 `, `piece1 of control`, `log3 of bulk`; `last` with its end.
  std::string turn() {
    sent.clear();
    while (desk.pump({}, log.held(), whole, now, now)) {
    }
    std::string out;
    for (auto& [to, kind, body] : sent) {
      link_batch b;
      link_gap g;
      auto lane_of = [](lane l) { return l == lane::control ? "control " : "bulk "; };
      if (kind == frame_kind::link_gap && read_link_gap(body.view(), g) == code::ok)
        out += std::string{"gap of "} + lane_of(g.lane);
      else if (kind == frame_kind::link_bye)
        out += "bye ";
      else if (read_link_batch(body.view(), b) == code::ok && b.is_snapshot())
        out += (b.through != 0 ? "last " : "") + std::string{"piece "} + std::to_string(b.piece) +
               " of " + lane_of(b.lane) +
               (b.through != 0 ? "to " + std::to_string(b.through) + " " : "");
      else
        out += "log " + std::to_string(b.first) + " of " + lane_of(b.lane);
    }
    return out;
  }

  /// What is on its way, for a queue was full.
  void lose() {
    desk.obey({.what = feed_order::deed::rewind, .peer = peer_id{1}}, now);
    BOOST_TEST(turn() == "");
    now += feed_desk::rest_ms;
  }
  /// Of the piece that went out last.
  [[nodiscard]] link_batch piece_sent() const {
    link_batch b;
    BOOST_REQUIRE(read_link_batch(std::get<frame_body>(sent.back()).view(), b) == code::ok);
    return b;
  }
  /// Acknowledges pieces of cards until the last one; how many went out.
  int until_last(std::string_view end) {
    for (auto number = 1; number != 100; ++number) {
      ack(lane::bulk, 2);
      if (auto said = turn(); said.starts_with("last ")) {
        BOOST_TEST(said.ends_with(end));
        return number;
      }
    }
    return 0;
  }

  bool facts_damaged = false;
  facts_said whole{3, 0, 3};
};

} // namespace

BOOST_AUTO_TEST_CASE(a_child_that_missed_something_gets_a_snapshot_revocations_before_bulk) {
  snapshot_world w;
  for (auto l : {lane::control, lane::bulk})
    for (int i = 0; i != 5; ++i)
      w.say(l);
  w.trim();
  w.open_child();
  BOOST_TEST(w.turn() == "gap of control gap of bulk ");
  BOOST_TEST(w.turn() == "");
  w.ack(lane::bulk, 4); // bulk waits for control's
  BOOST_TEST(w.turn() == "");
  w.ack(lane::control, 4);
  BOOST_TEST(w.turn() == "piece 1 of control ");
  BOOST_TEST(w.turn() == ""); // one at a time
  for (auto number = 2;; ++number) {
    w.ack(lane::control, 4);
    auto said = w.turn();
    if (!said.starts_with("last "))
      BOOST_REQUIRE(said == "piece " + std::to_string(number) + " of control ");
    else { // control's log goes on, and bulk's snapshot begins
      BOOST_TEST(number > 3);
      BOOST_TEST(said == "last piece " + std::to_string(number) +
                           " of control to 4 piece 1 of bulk log 5 of control ");
      break;
    }
  }
  w.say(lane::control);
  w.say(lane::bulk);
  BOOST_TEST(w.turn() == "log 6 of control "); // what is urgent does not wait for bulk
  w.ack(lane::control, 6);
  auto said = std::string{};
  for (auto number = 0; number != 100 && !said.starts_with("last "); ++number) {
    w.ack(lane::bulk, 4);
    said = w.turn();
  }
  BOOST_TEST(said.ends_with("of bulk to 5 log 6 of bulk ")); // all of it up to where it began
  w.ack(lane::bulk, 6);
  w.now += day_ms;
  BOOST_TEST(w.turn() == "");
}

BOOST_AUTO_TEST_CASE(what_is_trimmed_during_a_snapshot_is_in_it_if_it_was_said_before) {
  for (auto said_since : {0, 5}) {
    snapshot_world w;
    for (int i = 0; i != 9; ++i)
      w.say(lane::control);
    w.trim(5);
    w.open_child();
    BOOST_TEST(w.turn() == "gap of control ");
    w.ack(lane::control, 4);
    BOOST_TEST(w.turn() == "piece 1 of control ");
    for (int i = 0; i != said_since; ++i)
      w.say(lane::control);
    w.trim(2);
    auto sent = std::string{};
    for (auto number = 0; number != 100 && !sent.starts_with("last "); ++number) {
      w.ack(lane::control, 4);
      sent = w.turn();
    }
    if (said_since == 0)
      BOOST_TEST(sent.ends_with("to 7 log 8 of control "));
    else { // rows that were read first may lack what was said since, and is gone
      BOOST_TEST(sent.ends_with("to 9 "));
      BOOST_TEST(w.turn() == "gap of control ");
    }
  }
}

BOOST_AUTO_TEST_CASE(a_piece_that_is_not_acknowledged_ends_the_session) {
  snapshot_world w;
  w.open_bulk();
  BOOST_TEST(w.turn() == "piece 1 of bulk ");
  w.now += link_patience::least_ms + second_ms;
  BOOST_TEST(w.turn() == "bye ");
  w.open_child(); // and it begins anew
  BOOST_TEST(w.turn() == "gap of bulk ");
  w.ack(lane::bulk, 2);
  BOOST_TEST(w.turn() == "piece 1 of bulk ");
}

BOOST_AUTO_TEST_CASE(facts_that_cannot_be_read_are_told_and_left_alone_for_a_while) {
  snapshot_world w;
  w.open_bulk();
  BOOST_TEST(w.turn() == "piece 1 of bulk ");
  w.ack(lane::bulk, 2);
  w.facts_damaged = true;
  BOOST_TEST(w.turn() == "");
  BOOST_TEST((w.unreadable == std::vector<std::uint64_t>{0}));
  w.now += feed_desk::damage_rest_ms - 1;
  BOOST_TEST(w.turn() == "");
  BOOST_TEST(w.unreadable.size() == 1u);
  w.facts_damaged = false;
  w.now += 1;
  BOOST_TEST(w.turn() == "piece 2 of bulk "); // the first one is at the child
}

BOOST_AUTO_TEST_CASE(after_a_loss_within_a_snapshot_its_child_is_to_say_how_far_it_came) {
  snapshot_world w;
  w.open_bulk();
  BOOST_TEST(w.turn() == "piece 1 of bulk ");
  const auto first = w.piece_sent();
  w.ack(lane::bulk, 2);
  BOOST_TEST(w.turn() == "piece 2 of bulk ");
  auto go_on = [&] {
    w.lose();
    BOOST_TEST(w.turn() == "bye ");
    BOOST_TEST(w.turn() == "");
    w.open_child(first.mark);
    BOOST_TEST(w.turn() == "gap of bulk ");
    w.ack(lane::bulk, 2);
    BOOST_TEST(w.turn() == "piece 2 of bulk ");
    BOOST_TEST(w.until_last("of bulk to 3 ") > 1);
  };
  go_on();
  go_on(); // the last one too may be gone
  w.ack(lane::bulk, 3);
  w.say(lane::bulk);
  BOOST_TEST(w.turn() == "log 4 of bulk ");
  w.lose();
  BOOST_TEST(w.turn() == "log 4 of bulk "); // that alone
}

BOOST_AUTO_TEST_CASE(the_ack_of_a_gap_does_not_stand_for_the_last_piece) {
  snapshot_world w;
  for (int i = 0; i != 3; ++i)
    w.say(lane::control);
  w.trim(1);
  w.open_child();
  BOOST_TEST(w.turn() == "gap of control ");
  auto sent = std::string{};
  for (auto number = 0; number != 100 && !sent.starts_with("last "); ++number) {
    w.ack(lane::control, 2);
    sent = w.turn();
  }
  BOOST_TEST(sent.ends_with("to 2 log 3 of control ")); // as far as the gap, and the log goes on
  BOOST_TEST(w.turn() == "");
  w.lose();
  BOOST_TEST(w.turn() == "bye "); // it was not there
}

BOOST_AUTO_TEST_CASE(cards_go_on_at_the_next_session_as_of_when_they_began) {
  snapshot_world w;
  w.open_bulk();
  BOOST_TEST(w.turn() == "piece 1 of bulk ");
  w.ack(lane::bulk, 2);
  BOOST_TEST(w.turn() == "piece 2 of bulk ");
  const auto held = w.piece_sent();
  w.say(lane::bulk); // is in the log, for who has the snapshot
  w.whole = {9, 0, 9};
  w.start_desk(); // nothing is kept here for a child that is away
  w.open_child(held.mark);
  BOOST_TEST(w.turn() == "gap of bulk ");
  w.ack(lane::bulk, 2);
  BOOST_TEST(w.turn() == "piece 3 of bulk ");
  BOOST_TEST(w.piece_sent().goes_on == held.mark);
  BOOST_TEST(w.until_last("of bulk to 3 log 4 of bulk ") > 0);
  w.sent.pop_back();
  const auto last = w.piece_sent(); // its entries point into what was sent
  BOOST_TEST(last.entries.back().said == 3);
  BOOST_TEST(last.entries.back().at == 3);
}

BOOST_AUTO_TEST_CASE(a_mark_that_cannot_be_gone_on_from_begins_the_cards_anew) {
  for (auto what : {"trimmed", "foreign", "damaged", "short", "put back"}) {
    BOOST_TEST_CONTEXT(what) {
      snapshot_world w;
      w.open_bulk();
      BOOST_TEST(w.turn() == "piece 1 of bulk ");
      auto mark = w.piece_sent().mark;
      BOOST_REQUIRE(mark.size() > 40);
      BOOST_TEST(mark.size() <= limits::mark_bytes_max);
      const auto trimmed = what == std::string_view{"trimmed"};
      if (trimmed) { // what was said since the snapshot began is gone in part
        for (int i = 0; i != 3; ++i)
          w.say(lane::bulk);
        w.trim();
      } else if (what == std::string_view{"foreign"})
        mark = std::string(limits::mark_bytes_max, 'x');
      else if (what == std::string_view{"damaged"})
        mark[55] ^= 1; // of the next row's key
      else if (what == std::string_view{"short"})
        mark.resize(7);
      else { // from a backup of before the snapshot began
        w = snapshot_world{};
        w.start_desk();
        for (int i = 0; i != 2; ++i)
          w.say(lane::bulk);
        w.trim();
      }
      w.open_child(mark);
      BOOST_TEST(w.turn() == "gap of bulk ");
      w.ack(lane::bulk, trimmed ? 5 : 2);
      BOOST_TEST(w.turn() == "piece 1 of bulk ");
      BOOST_TEST(w.piece_sent().goes_on.empty());
    }
  }
}
