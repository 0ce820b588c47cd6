// SPDX-License-Identifier: Apache-2.0
// Proves: each scan is counted once, whatever the network does and whoever is killed; no scan is
//   ever counted twice or answered as another's repeat, also when the node is put back from a
//   backup, the spool is lost, or two door PCs share a key.
// Method: send window and sequence gate over a terrible network by seed, and a recount of all.
#define BOOST_TEST_MODULE exactly_once
#include "tests/support/exactly_once_world.hpp"

#include <algorithm>
#include <cstdlib>
#include <iostream>

using wardflow::test::weather;
using wardflow::test::world;

namespace {

#ifdef __SANITIZE_ADDRESS__
constexpr std::uint64_t fewer = 4;
#else
constexpr std::uint64_t fewer = 1;
#endif

struct sum {
  std::uint64_t repeats = 0, epochs = 0, restored = 0, doubtful = 0, late = 0;
};

/// WARDFLOW_WORLDS=50 runs fifty times as many. With a sanitizer, which makes each ten times as
/// slow, a quarter: it looks for other mistakes than those of the protocol.
sum run_seeds(const weather& w, std::uint64_t first, std::uint64_t count, std::size_t scans) {
  if (const auto* times = std::getenv("WARDFLOW_WORLDS"))
    count *= std::max(1ul, std::strtoul(times, nullptr, 10));
  count /= fewer;
  sum all;
  for (auto seed = first; seed < first + count; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      world one{seed, w, scans};
      const bool ended = one.run();
      one.check();
      BOOST_REQUIRE(ended);
      all.repeats += one.repeats_answered;
      all.epochs += one.epochs_begun;
      all.restored += one.restored;
      all.doubtful += one.doubtful_scans;
      all.late += one.late_verdicts;
    }
  }
  std::cout << count << " worlds: " << all.repeats << " verdicts, " << all.epochs << " epochs, "
            << all.restored << " restores, " << all.doubtful << " doubtful, " << all.late
            << " late\n";
  return all;
}

constexpr weather terrible{.loss_percent = 33, .repeat_percent = 20, .delay_max_ms = 40};

} // namespace

BOOST_AUTO_TEST_CASE(a_quiet_network_needs_no_second_epoch) {
  const auto all = run_seeds({}, 1, 50, 60);
  BOOST_TEST(all.epochs == 0u);
}

BOOST_AUTO_TEST_CASE(a_third_of_all_frames_lost_repeats_and_disorder) {
  const auto all = run_seeds(terrible, 1'000'000, 500, 60);
  BOOST_TEST(all.epochs == 0u);
  BOOST_TEST(all.late > 0u);
}

BOOST_AUTO_TEST_CASE(two_thirds_of_all_frames_lost) {
  auto w = terrible;
  w.loss_percent = 66;
  BOOST_TEST(run_seeds(w, 2'000'000, 300, 60).epochs == 0u);
}

BOOST_AUTO_TEST_CASE(both_sides_killed_at_any_step_and_the_network_cut) {
  auto w = terrible;
  w.kills = true;
  BOOST_TEST(run_seeds(w, 3'000'000, 700, 60).epochs == 0u); // nobody lost anything
}

BOOST_AUTO_TEST_CASE(a_node_put_back_from_a_backup_gets_what_was_not_acknowledged_once) {
  auto w = terrible;
  w.kills = w.restores = true;
  const auto all = run_seeds(w, 4'000'000, 1'000, 60);
  BOOST_TEST(all.restored > 1'000u / fewer);
  BOOST_TEST(all.epochs > 300u / fewer);
  BOOST_TEST(all.doubtful == 0u);
}

BOOST_AUTO_TEST_CASE(a_gateway_with_frames_of_many_scans_and_a_restored_node) {
  auto w = terrible;
  w.gateway = w.kills = w.restores = true;
  const auto all = run_seeds(w, 5'000'000, 400, 600);
  BOOST_TEST(all.epochs > 100u / fewer);
}

BOOST_AUTO_TEST_CASE(a_lost_spool_begins_a_higher_epoch_even_with_a_slow_clock) {
  auto w = terrible;
  w.kills = w.forgets = true;
  const auto all = run_seeds(w, 6'000'000, 500, 60);
  BOOST_TEST(all.epochs > 100u / fewer);
}

BOOST_AUTO_TEST_CASE(two_door_pcs_with_one_key_never_count_twice) {
  auto w = terrible;
  w.kills = w.spare = true;
  const auto all = run_seeds(w, 7'000'000, 500, 60);
  BOOST_TEST(all.epochs > 500u / fewer);
  BOOST_TEST(all.doubtful > 0u);
}
