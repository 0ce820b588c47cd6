// SPDX-License-Identifier: Apache-2.0
// Proves: a child that was away for longer than its parent's log is kept ends with all that was
//         said to all and to its venues, whatever breaks or is killed at any step and whatever
//         frames are lost, also over a line that never carries more than one piece of cards; and
//         it never claims to be as of a time of which it lacks something.
// Method: a parent's book, log and desk, a child's session and cursor, in worlds by seed, frames
//         as bytes; a recount of all that was said at the end. WARDFLOW_WORLDS=50: so many times
//         as many.
#define BOOST_TEST_MODULE snapshot_protocol
#include "tests/support/snapshot_world.hpp"

#include <cstdlib>
#include <iostream>

using wardflow::test::snapshots::weather;
using wardflow::test::snapshots::world;

namespace {

struct sum {
  std::uint64_t pieces = 0, gaps = 0, kills_within = 0, sessions = 0, resumed = 0, breaks = 0;
};

sum run_seeds(const weather& w, std::uint64_t first, std::uint64_t count = 30) {
  if (const auto* times = std::getenv("WARDFLOW_WORLDS"))
    count *= std::max(1ul, std::strtoul(times, nullptr, 10));
  sum all;
  for (auto seed = first; seed < first + count; ++seed)
    BOOST_TEST_CONTEXT("seed " << seed) {
      world one{seed, w};
      BOOST_TEST(one.run(), "it never came to rest");
      one.check();
      all.pieces += one.pieces;
      all.gaps += one.gaps;
      all.kills_within += one.kills_within;
      all.sessions += one.sessions;
      all.resumed += one.resumed;
      all.breaks += one.breaks;
    }
  std::cout << count << " worlds: " << all.gaps << " gaps, " << all.pieces << " pieces, "
            << all.kills_within << " kills within a snapshot, " << all.sessions << " sessions, "
            << all.resumed << " of them within a snapshot of cards\n";
  return all;
}

} // namespace

BOOST_AUTO_TEST_CASE(lines_that_break_for_a_moment_or_for_long) {
  auto all = run_seeds({.breaks = true}, 1);
  BOOST_TEST(all.gaps > 30u);
  BOOST_TEST(all.pieces > all.gaps);
}

BOOST_AUTO_TEST_CASE(frames_that_could_not_leave) {
  BOOST_TEST(run_seeds({.drops = 60, .breaks = true}, 1'000).pieces > 100u);
}

BOOST_AUTO_TEST_CASE(either_side_killed_at_any_step) {
  auto all = run_seeds({.drops = 20, .breaks = true, .kills = true}, 2'000, 90);
  BOOST_TEST(all.kills_within > 30u);
  BOOST_TEST(all.pieces > 100u);
}

BOOST_AUTO_TEST_CASE(a_line_that_never_carries_more_than_one_piece_of_cards_at_a_time) {
  auto all = run_seeds({.breaks = true, .kills = true, .cards_a_line = 1}, 3'000);
  BOOST_TEST(all.breaks > 100u); // and yet each of them ended
  BOOST_TEST(all.resumed > 100u);
}
