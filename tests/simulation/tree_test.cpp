// SPDX-License-Identifier: Apache-2.0
// Proves: whatever breaks, in the end Σ wards = city = province by hour and day, each alert's
//         newest revision is at every level, each directive was done once at each ward that it was
//         for and noted once for its audit log, and who was away for weeks or joins late holds the
//         cards, levels and rulebooks that the others hold; directives whose speaker may not say
//         them were done nowhere and answered so; a supervisor that was itself restarted has seen
//         each alert once, in order, without a hole; an old epoch is refused, and a node that was
//         put back catches up both ways.
// Method: the real logic of a province, a city and wards on simulated disks, lines and clocks, by
//         seed. WARDFLOW_WORLDS: how many worlds of each kind; WARDFLOW_SEED: this one alone.
#define BOOST_TEST_MODULE tree
#include "tests/support/tree_world.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>

using namespace wardflow::test::tree;

namespace {

#ifdef __SANITIZE_ADDRESS__ // ten times as slow: it looks for other mistakes than the protocol's
constexpr std::uint64_t worlds_most = 12;
#else
constexpr std::uint64_t worlds_most = 50;
#endif

std::uint64_t number(const char* name, std::uint64_t otherwise) {
  auto* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

struct sums {
  std::uint64_t rounds = 0, crashes = 0, cuts = 0, restored = 0, fenced = 0, directives = 0,
                alerts_seen = 0, alerts_said = 0, scans = 0, expired = 0, filled = 0, refused = 0,
                pieces = 0;
};

/// Worlds of one weather; a seed that fails is printed.
sums worlds(weather w, std::uint64_t share) {
  sums all;
  auto one = number("WARDFLOW_SEED", 0);
  auto count =
    one != 0 ? 1 : std::max<std::uint64_t>(1, number("WARDFLOW_WORLDS", worlds_most) / share);
  for (std::uint64_t i = 0; i != count; ++i) {
    auto seed = one != 0 ? one : i + 1;
    BOOST_TEST_CONTEXT("WARDFLOW_SEED=" << seed) {
      world it{seed, w};
      auto rests = it.run();
      BOOST_TEST(rests, "it did not come to rest: " << it.unrest());
      it.check();
      all.rounds += it.rounds;
      all.crashes += it.crashes;
      all.cuts += it.cuts;
      all.restored += it.restored;
      all.fenced += it.fenced;
      all.directives += it.directives_said;
      all.alerts_seen += it.alerts_seen;
      all.alerts_said += it.alerts_said;
      all.scans += it.scans;
      all.expired += it.expired;
      all.filled += it.filled;
      all.refused += it.refused;
      all.pieces += it.pieces;
    }
  }
  BOOST_TEST_MESSAGE(all.rounds << " rounds, " << all.crashes << " crashes, " << all.cuts
                                << " cuts, " << all.restored << " restored, " << all.fenced
                                << " fenced, " << all.directives << " directives, " << all.expired
                                << " expired, " << all.refused << " refused, " << all.pieces
                                << " pieces of snapshots, " << all.alerts_said << " alerts said, "
                                << all.alerts_seen << " seen, " << all.scans << " scans, "
                                << all.filled << " full disks");
  return all;
}

/// It happened at all; one world that is replayed may do without.
bool enough(std::uint64_t happened) {
  return happened != 0 || number("WARDFLOW_SEED", 0) != 0;
}

} // namespace

BOOST_AUTO_TEST_CASE(nothing_is_lost_or_doubled_when_lines_and_nodes_break) {
  auto all = worlds({}, 2);
  BOOST_TEST(enough(all.crashes));
  BOOST_TEST(enough(all.cuts));
  BOOST_TEST(enough(all.filled));
  BOOST_TEST(enough(all.directives));
  BOOST_TEST(enough(all.refused));
  BOOST_TEST(enough(all.alerts_seen));
  BOOST_TEST(enough(all.scans));
}

BOOST_AUTO_TEST_CASE(who_was_away_for_longer_than_logs_are_kept_comes_right) {
  auto all = worlds({.absences = true}, 8);
  BOOST_TEST(enough(all.scans));
  BOOST_TEST(enough(all.pieces));
}

BOOST_AUTO_TEST_CASE(a_ward_that_joins_after_weeks_has_what_the_others_have) {
  auto all = worlds({.wards = 3, .absences = true, .joins = true}, 8);
  BOOST_TEST(enough(all.pieces));
}

BOOST_AUTO_TEST_CASE(wards_put_back_from_backups_come_right_or_are_refused) {
  auto all = worlds({.restores = true}, 4);
  BOOST_TEST(enough(all.restored));
}

BOOST_AUTO_TEST_CASE(a_city_put_back_from_a_backup_comes_right_with_those_above_and_below) {
  auto all = worlds({.restores = true, .replaced = true}, 4);
  BOOST_TEST(enough(all.restored));
}
