// SPDX-License-Identifier: Apache-2.0
// Proves: control goes before bulk and always has room; the window holds; a gap is said before
//         anything is sent past it; no acknowledgement is believed beyond what was sent; so many
//         chunks of a lane may be on their way; what was lost goes on behind what is acknowledged.
// Method: one session step by step. (Over a terrible network: link_protocol_test.)
#define BOOST_TEST_MODULE link_sender
#include "actors/logic/link_sender.hpp"

#include <boost/test/unit_test.hpp>

using namespace wardflow;

namespace {

using ranges = std::array<lane_range, lanes_max>;
using order = link_sender::order;

ranges held(std::uint64_t control_first, std::uint64_t control_next, std::uint64_t bulk_first,
            std::uint64_t bulk_next) {
  return {{{lane::control, control_first, control_next}, {lane::bulk, bulk_first, bulk_next}}};
}

link_sender begun(std::uint64_t control, std::uint64_t bulk, std::uint64_t window) {
  link_sender s{log_name::up};
  const lane_range wanted[]{{lane::control, 0, control}, {lane::bulk, 0, bulk}};
  s.begin(wanted, window);
  return s;
}

} // namespace

BOOST_AUTO_TEST_CASE(control_goes_first_and_beside_a_bulk_lane_that_waits) {
  auto s = begun(1, 1, 1'000);
  const auto all = held(1, 11, 1, 101);
  BOOST_TEST((s.next(all) == order{lane::control, 1, 1'000}));
  s.sent(lane::control, 10, 200, 0);
  BOOST_TEST((s.next(all) == order{lane::bulk, 1, 550}));
  s.sent(lane::bulk, 50, 600, 0); // the last chunk was larger than the rest
  BOOST_TEST(!s.next(all));
  BOOST_TEST((s.next(held(1, 12, 1, 101)) == order{lane::control, 11, 200}));
  s.sent(lane::control, 11, 200, 0);
  BOOST_TEST(!s.next(held(1, 13, 1, 101))); // full for all
  s.acked(lane::bulk, 49, 0);               // not the whole chunk
  BOOST_TEST(!s.next(held(1, 13, 1, 101)));
  s.acked(lane::bulk, 50, 0);
  BOOST_TEST((s.next(held(1, 12, 1, 101)) == order{lane::bulk, 51, 350}));
  BOOST_TEST(s.waits());
  s.acked(lane::control, 11, 0);
  BOOST_TEST(!s.waits());
}

BOOST_AUTO_TEST_CASE(a_piece_of_a_snapshot_is_acknowledged_by_where_the_cursor_stands) {
  auto s = begun(1, 1, 1'000);
  const auto kept = held(1, 2, 9, 12);
  BOOST_TEST(s.gap(kept).has_value());
  BOOST_TEST(s.waits(lane::bulk));
  BOOST_TEST(!s.waits(lane::control));
  s.acked(lane::bulk, 8, 0);
  BOOST_TEST(!s.waits(lane::bulk));
  s.sent_piece(lane::bulk, 0, 900, 0);
  BOOST_TEST(s.waits(lane::bulk));
  BOOST_TEST(s.next_bytes() == 900u);
  BOOST_TEST((s.next(kept) == order{lane::control, 1, 100})); // beside it
  s.acked(lane::bulk, 7, 0);                                  // of before
  BOOST_TEST(s.waits(lane::bulk));
  s.acked(lane::bulk, 8, 0);
  BOOST_TEST(!s.waits());
  s.sent_piece(lane::bulk, 10, 900, 0); // the last one, which stands for 9 and 10 too
  s.acked(lane::bulk, 8, 0);
  BOOST_TEST(s.waits(lane::bulk));
  s.acked(lane::bulk, 10, 0);
  BOOST_TEST(!s.waits());
  s.sent(lane::control, 1, 1, 0);
  BOOST_TEST((s.next(kept) == order{lane::bulk, 11, 749}));
}

BOOST_AUTO_TEST_CASE(one_chunk_goes_through_any_window) {
  auto s = begun(1, 1, 0);
  BOOST_TEST((s.next(held(1, 1, 1, 2)) == order{lane::bulk, 1, 1}));
  s.sent(lane::bulk, 1, 3'000'000, 0);
  BOOST_TEST(!s.next(held(1, 2, 1, 3)));
  s.acked(lane::bulk, 1, 0);
  BOOST_TEST((s.next(held(1, 2, 1, 3)) == order{lane::control, 1, 1}));
}

BOOST_AUTO_TEST_CASE(so_many_frames_wait_for_their_acknowledgement_and_the_last_are_controls) {
  link_sender s{log_name::up};
  const lane_range wanted[]{{lane::control, 0, 1}, {lane::bulk, 0, 1}};
  s.begin(wanted, 1'000'000, 8);
  for (std::uint64_t n = 1; n <= 6; ++n) {
    BOOST_TEST(
      (s.next(held(1, 1, 1, 100)) == order{lane::bulk, n, bulk_room::least_bytes - (n - 1)}));
    s.sent(lane::bulk, n, 1, 0);
  }
  BOOST_TEST(!s.next(held(1, 1, 1, 100)));
  for (std::uint64_t n = 1; n <= 2; ++n) {
    BOOST_TEST((s.next(held(1, 10, 1, 100))->lane == lane::control));
    s.sent(lane::control, n, 0, 0); // also one of no entries is a frame
  }
  BOOST_TEST(!s.next(held(1, 10, 1, 100)));
  s.acked(lane::control, 1, 0);
  BOOST_TEST((s.next(held(1, 10, 1, 100)) == order{lane::control, 3, 1'000'000 - 6}));
}

BOOST_AUTO_TEST_CASE(bulk_takes_no_more_of_a_slow_line_than_some_seconds_and_all_of_a_fast_one) {
  constexpr std::uint64_t window = std::uint64_t{1} << 20, chunk = 16'384;
  const auto all = held(1, 1, 1, 1'000'000);
  for (auto [bytes_a_second, seconds] : {std::pair{std::uint64_t{8'000}, 9.0}, {8'000'000, 0.2}}) {
    auto s = begun(1, 1, window);
    auto line = 0.0; // free from then on, in seconds
    std::deque<std::pair<double, std::uint64_t>> arrives;
    std::uint64_t next = 1, most = 0;
    for (auto now = 0.0; now < 60 * seconds;) {
      auto ms = static_cast<time_ms>(now * 1'000);
      while (!arrives.empty() && arrives.front().first <= now) {
        s.acked(lane::bulk, arrives.front().second, ms);
        arrives.pop_front();
      }
      while (s.next(all)) {
        line =
          std::max(line, now) + static_cast<double>(chunk) / static_cast<double>(bytes_a_second);
        s.sent(lane::bulk, next, chunk, ms);
        arrives.emplace_back(line + 0.01, next++);
      }
      most = std::max<std::uint64_t>(most, arrives.size() * chunk);
      if (now > 30 * seconds) // what an alert would wait for now
        BOOST_REQUIRE(line - now <= seconds);
      now = arrives.front().first;
    }
    BOOST_TEST((bytes_a_second > 1'000'000 ? most == window - window / 4 : most <= 2 * 65'536u));
  }
}

BOOST_AUTO_TEST_CASE(a_little_bulk_now_and_then_says_nothing_of_the_line) {
  bulk_room room;
  room.begin(1'000'000);
  for (auto n = 0; n != 100; ++n)
    room.acked(1, 1'000);
  BOOST_TEST(room.bytes() == bulk_room::least_bytes);
  room.acked(1, bulk_room::least_bytes / 2);
  BOOST_TEST(room.bytes() == 2 * bulk_room::least_bytes);
  room.acked(bulk_room::late_ms, 1);
  room.acked(bulk_room::late_ms, 1);
  BOOST_TEST(room.bytes() == bulk_room::least_bytes);
  room.begin(10); // a window that is smaller
  room.acked(bulk_room::late_ms, 10);
  BOOST_TEST(room.bytes() == 10u);
}

BOOST_AUTO_TEST_CASE(nothing_is_sent_past_a_gap_that_was_not_said) {
  auto s = begun(5, 7, 1'000);
  const auto kept = held(9, 20, 8, 8); // of bulk nothing is left at all
  BOOST_TEST(!s.next(kept));
  BOOST_TEST((s.gap(kept) == link_gap{log_name::up, lane::control, 5, 9}));
  BOOST_TEST((s.next(kept) == order{lane::control, 9, 1'000}));
  BOOST_TEST((s.gap(kept) == link_gap{log_name::up, lane::bulk, 7, 8}));
  BOOST_TEST(!s.gap(kept));
  BOOST_TEST(s.waits()); // for somebody to hear it
  BOOST_TEST(s.acked_through(lane::control) == 4u);
  s.acked(lane::control, 8, 0);
  s.acked(lane::bulk, 7, 0);
  BOOST_TEST(!s.waits());
}

BOOST_AUTO_TEST_CASE(an_acknowledgement_of_what_was_not_sent_is_not_believed) {
  auto s = begun(5, 1, 1'000);
  BOOST_TEST(s.acked_through(lane::control) == 4u);
  s.sent(lane::control, 6, 10, 0);
  s.acked(lane::control, 1'000'000, 0);
  BOOST_TEST(s.acked_through(lane::control) == 6u);
  s.acked(lane::control, 5, 0); // late
  BOOST_TEST(s.acked_through(lane::control) == 6u);
  s.end();
  s.acked(lane::control, 8, 0); // of a session that is over
  BOOST_TEST(s.acked_through(lane::control) == 6u);
  BOOST_TEST(!s.in_session());
  BOOST_TEST(!s.waits());
  BOOST_TEST(!s.next(held(1, 20, 1, 20)));
}

BOOST_AUTO_TEST_CASE(a_lane_that_nobody_asked_for_is_not_sent) {
  link_sender s{log_name::down};
  const lane_range wanted[]{{lane::bulk, 0, 3}};
  s.begin(wanted, 1'000);
  BOOST_TEST((s.next(held(1, 10, 1, 10)) == order{lane::bulk, 3, 750}));
  BOOST_TEST(!s.gap(held(5, 10, 1, 10)));
}

BOOST_AUTO_TEST_CASE(a_receiver_ahead_of_the_log_is_noticed_and_gets_nothing) {
  const auto s = begun(12, 1, 1'000);
  BOOST_TEST(s.is_behind(held(1, 11, 1, 1)));
  BOOST_TEST(!s.next(held(1, 11, 1, 1)));
  BOOST_TEST(!s.is_behind(held(1, 12, 1, 1)));
}

BOOST_AUTO_TEST_CASE(what_was_lost_on_its_way_goes_on_behind_what_is_acknowledged) {
  auto s = begun(5, 1, 1'000);
  const auto all = held(1, 20, 1, 20);
  s.sent(lane::control, 6, 500, 0);
  s.sent(lane::control, 9, 500, 0);
  s.sent(lane::bulk, 3, 400, 0);
  s.acked(lane::control, 6, 0);
  s.rewind();
  BOOST_TEST(s.in_session());
  BOOST_TEST(!s.waits());
  BOOST_TEST((s.next(all) == order{lane::control, 7, 1'000})); // and the window is free
  s.acked(lane::control, 9, 0);                                // it had arrived after all
  BOOST_TEST(s.acked_through(lane::control) == 6u);            // not sent since: not believed
  s.sent(lane::control, 19, 10, 0);
  BOOST_TEST(s.next(all)->from == 1u); // of bulk
  s.acked(lane::control, 19, 0);
  BOOST_TEST(s.acked_through(lane::control) == 19u);
}
