// SPDX-License-Identifier: Apache-2.0
// Proves: whatever the network loses, repeats and reorders, and whoever is killed or put back from
//   a backup: each entry is taken once and in order, or a gap says that it is gone; nothing is
//   skipped silently, and nothing is a gap that was not trimmed.
// Method: offset log, sender and receiver in worlds by seed, frames as bytes; a recount at the end.
#define BOOST_TEST_MODULE link_protocol
#include "tests/support/link_world.hpp"

#include <algorithm>
#include <cstdlib>
#include <iostream>

using wardflow::test::link::weather;
using wardflow::test::link::world;

namespace {

struct sum {
  std::uint64_t entries = 0, gaps = 0, repeats = 0, sessions = 0, restored = 0;
};

/// WARDFLOW_WORLDS=50 runs fifty times as many.
sum run_seeds(const weather& w, std::uint64_t first) {
  std::uint64_t count = 50;
  if (const auto* times = std::getenv("WARDFLOW_WORLDS"))
    count *= std::max(1ul, std::strtoul(times, nullptr, 10));
  sum all;
  for (auto seed = first; seed < first + count; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      world one{seed, w};
      const auto ended = one.run();
      BOOST_REQUIRE(ended);
      one.check();
      all.entries += one.entries;
      all.gaps += one.gaps;
      all.repeats += one.repeats;
      all.sessions += one.sessions;
      all.restored += one.restored;
    }
  }
  std::cout << count << " worlds: " << all.entries << " entries, " << all.gaps << " gaps, "
            << all.repeats << " repeats, " << all.sessions << " sessions, " << all.restored
            << " restores\n";
  BOOST_TEST(all.entries > 100 * count);
  return all;
}

constexpr weather terrible{.loss_percent = 33, .repeat_percent = 20, .delay_max = 10};

} // namespace

BOOST_AUTO_TEST_CASE(on_a_quiet_network_nothing_is_sent_twice) {
  const auto all = run_seeds({}, 1);
  BOOST_TEST(all.gaps == 0u);
  BOOST_TEST(all.repeats == 0u);
}

BOOST_AUTO_TEST_CASE(a_third_of_all_frames_lost_repeats_and_disorder) {
  BOOST_TEST(run_seeds(terrible, 1'000).gaps == 0u);
}

BOOST_AUTO_TEST_CASE(two_thirds_of_all_frames_lost) {
  auto w = terrible;
  w.loss_percent = 66;
  BOOST_TEST(run_seeds(w, 2'000).gaps == 0u);
}

BOOST_AUTO_TEST_CASE(both_sides_killed_at_any_step_and_the_network_cut) {
  auto w = terrible;
  w.kills = true;
  BOOST_TEST(run_seeds(w, 3'000).gaps == 0u);
}

BOOST_AUTO_TEST_CASE(a_log_that_keeps_little_says_what_is_gone) {
  auto w = terrible;
  w.kills = w.tight = true;
  BOOST_TEST(run_seeds(w, 4'000).gaps > 50u);
  w.loss_percent = 66;
  BOOST_TEST(run_seeds(w, 5'000).gaps > 50u);
}

BOOST_AUTO_TEST_CASE(a_receiver_put_back_from_a_backup_gets_again_what_is_kept) {
  auto w = terrible;
  w.kills = w.restores = true;
  const auto all = run_seeds(w, 6'000);
  BOOST_TEST(all.restored > 100u);
  BOOST_TEST(all.gaps > 0u); // what it had acknowledged may be gone
}
