// SPDX-License-Identifier: Apache-2.0
// Proves: a replay that begins at `replay_from` meets every change that no saved state holds, and
//         not a round more; no commit takes along more than its budget and one owner.
// Method: random changes and picks by seed, beside a map from owner to its first unsaved change.
#define BOOST_TEST_MODULE checkpointer
#include "actors/logic/checkpointer.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <map>
#include <random>

using namespace wardflow;

namespace {

using owner = checkpointer::owner;
constexpr auto venues = state_table::venues;

checkpoint_limits eager() {
  return {.age_min_ms = 0, .bytes_per_second = 1 << 20, .bytes_per_commit = 1 << 20};
}

std::size_t small(const owner&) {
  return 100;
}

} // namespace

BOOST_AUTO_TEST_CASE(nothing_changed_means_nothing_to_save_and_nothing_to_replay) {
  checkpointer c{eager()};
  BOOST_TEST(c.replay_from(17) == 17u);
  BOOST_TEST(c.pick(1000, 1'000'000, 0, small).empty());
  BOOST_TEST(c.pick_all().empty());
}

BOOST_AUTO_TEST_CASE(replay_begins_at_the_oldest_change_that_is_not_saved_whatever_was_picked) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      std::mt19937_64 random{seed};
      checkpointer c{{.age_min_ms = static_cast<time_ms>(random() % 5000),
                      .bytes_per_second = random() % 5000,
                      .bytes_per_commit = random() % 2000,
                      .tail_scans = random() % 2 == 0 ? 50u : 1'000'000u}};
      std::map<std::uint32_t, std::uint64_t> unsaved; // owner -> round of its first change
      std::array<bool, 40> queued{};
      time_ms stamp = 1'000'000;
      std::uint64_t scans = 0;
      for (std::uint64_t round = 1; round <= 300; ++round) {
        stamp += static_cast<time_ms>(random() % 1000);
        auto change = [&] {
          auto who = static_cast<std::uint32_t>(random() % queued.size());
          c.changed({venues, who}, queued[who], round, stamp, scans);
          unsaved.emplace(who, round);
        };
        if (random() % 3 == 0)
          change(); // a command, before anything is picked
        auto picked =
          c.pick(stamp, random() % 4000, scans, [&](const owner& o) { return 50 + o.number * 10; });
        for (auto n = random() % 4; n > 0; --n)
          change(); // scans: owners that are saved with this round change in it too
        for (auto& who : picked) {
          BOOST_REQUIRE(unsaved.contains(who.number));
          unsaved.erase(who.number); // its saved state stands for this round
          queued[who.number] = false;
        }
        scans += random() % 30;
        auto expected = round + 1;
        for (auto& [who, since] : unsaved)
          expected = std::min(expected, since);
        BOOST_REQUIRE(c.replay_from(round + 1) == expected);
        BOOST_REQUIRE(c.waiting() == unsaved.size());
      }
      auto rest = c.pick_all();
      BOOST_TEST(rest.size() == unsaved.size());
      BOOST_TEST(c.replay_from(301) == 301u);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_commit_takes_its_budget_and_at_most_one_owner_more) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      std::mt19937_64 random{seed};
      checkpoint_limits limits{
        .age_min_ms = 0, .bytes_per_second = 10'000, .bytes_per_commit = 3'000};
      checkpointer c{limits};
      std::vector<std::uint64_t> sizes(3000);
      for (auto& s : sizes)
        s = random() % 1500;
      for (std::uint32_t n = 0; n != sizes.size(); ++n) {
        auto flag = false;
        c.changed({venues, n}, flag, 1, 0, 0);
      }
      time_ms stamp = 0;
      std::uint64_t taken = 0, begun = 0;
      while (c.waiting() != 0) {
        stamp += static_cast<time_ms>(random() % 300);
        auto round_bytes = random() % 2000;
        auto picked =
          c.pick(stamp, round_bytes, 0, [&](const owner& o) { return sizes[o.number]; });
        std::uint64_t sum = 0, largest = 0;
        for (auto& who : picked) {
          sum += sizes[who.number] + 64;
          largest = std::max(largest, sizes[who.number] + 64);
        }
        BOOST_REQUIRE(sum <= round_bytes / 2 + limits.bytes_per_commit + largest);
        taken += sum;
        begun += round_bytes / 2 + largest;
        // Over time not more than was earned, beside what the rounds themselves give.
        BOOST_REQUIRE(taken <=
                      begun + static_cast<std::uint64_t>(stamp) * limits.bytes_per_second / 1000);
        if (stamp > 4'000'000)
          BOOST_FAIL("the queue never empties");
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(young_changes_wait_unless_the_tail_is_long) {
  checkpointer c{{.age_min_ms = 5000, .tail_scans = 100}};
  auto flag = false;
  c.changed({venues, 1}, flag, 1, 10'000, 0);
  BOOST_TEST(c.pick(14'999, 1'000'000, 0, small).empty());
  BOOST_TEST(c.pick(14'999, 1'000'000, 100, small).empty());
  BOOST_TEST(c.pick(14'999, 1'000'000, 101, small).size() == 1u);
  flag = false;
  c.changed({venues, 1}, flag, 2, 15'000, 101);
  BOOST_TEST(c.pick(20'000, 1'000'000, 101, small).size() == 1u);
}

BOOST_AUTO_TEST_CASE(an_owner_waits_once_however_often_it_changes) {
  checkpointer c{eager()};
  auto flag = false;
  for (std::uint64_t round = 5; round != 10; ++round)
    c.changed({venues, 1}, flag, round, 0, 0);
  BOOST_TEST(c.waiting() == 1u);
  BOOST_TEST(c.replay_from(10) == 5u);
}
