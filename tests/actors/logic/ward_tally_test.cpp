// SPDX-License-Identifier: Apache-2.0
// Proves: every verdict is in its day's row once, by reason, decision and colour; technical
//         refusals are taken and not counted; rows older than 31 days go; the tally is saved whole.
// Method: random verdict words by seed beside maps; each cut of the saved bytes is refused.
#define BOOST_TEST_MODULE ward_tally
#include "actors/logic/ward_tally.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <random>

using namespace wardflow;

namespace {

const day_number today = *parse_day("2021-10-20");

verdict any_verdict(std::mt19937_64& random) {
  verdict v;
  v.decision = static_cast<decision>(random() % 3);
  v.colour = static_cast<colour>(random() % 4);
  v.reason = static_cast<code>(random() % 128);
  v.late = random() % 3 == 0;
  return v;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_day_adds_up_to_its_verdicts) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      std::mt19937_64 random{seed};
      ward_tally tally;
      std::map<code, std::uint32_t> reasons;
      std::map<decision, std::uint32_t> decisions;
      std::map<colour, std::uint32_t> colours;
      std::uint64_t late = 0, counted = 0;
      for (auto i = 0; i != 2000; ++i) {
        auto v = any_verdict(random);
        ward_tally::count(tally.of(today), v);
        ++reasons[v.reason];
        late += v.late;
        if (static_cast<unsigned>(v.reason) >= 40)
          continue;
        ++counted;
        ++decisions[v.decision];
        ++colours[v.colour];
      }
      auto* day = tally.find(today);
      BOOST_REQUIRE(day != nullptr);
      BOOST_TEST(day->scans == 2000u);
      BOOST_TEST(day->counted == counted);
      BOOST_TEST(day->late == late);
      for (std::size_t i = 0; i != 128; ++i)
        BOOST_TEST(day->reasons[i] == reasons[static_cast<code>(i)]);
      for (std::size_t i = 0; i != 4; ++i) {
        BOOST_TEST(day->decisions[i] == decisions[static_cast<decision>(i)]);
        BOOST_TEST(day->colours[i] == colours[static_cast<colour>(i)]);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(rows_are_kept_for_31_days) {
  ward_tally tally;
  ward_tally::count(tally.of(today), {});
  (void)tally.of(static_cast<day_number>(today + 31));
  BOOST_TEST((tally.find(today) != nullptr));
  (void)tally.of(static_cast<day_number>(today + 32));
  BOOST_TEST((tally.find(today) == nullptr));
  BOOST_TEST(tally.days().size() == 2u);
}

BOOST_AUTO_TEST_CASE(the_saved_tally_comes_back_and_a_cut_one_does_not) {
  std::mt19937_64 random{7164};
  ward_tally tally;
  for (auto i = 0; i != 500; ++i)
    ward_tally::count(tally.of(static_cast<day_number>(today + random() % 3)), any_verdict(random));
  hour_counter hours{tally, start_of(today)};
  for (auto i = 0; i != 50; ++i)
    hours.count(start_of(today) - static_cast<time_ms>(random() % day_ms), direction::in,
                flow::staff_scans_person, any_verdict(random));
  auto saved = tally.save(42);
  ward_tally again;
  std::uint64_t stamp = 0;
  for (std::size_t n = 0; n < saved.size(); n += 1 + n / 50)
    BOOST_REQUIRE(!again.load(std::span{saved}.first(n), stamp));
  BOOST_REQUIRE(again.load(saved, stamp));
  BOOST_TEST(stamp == 42u);
  BOOST_TEST((again.days() == tally.days()));
  BOOST_TEST((again.hours() == tally.hours()));
  BOOST_TEST((again.state_hash() == tally.state_hash()));
  ward_tally::count(again.of(today), {});
  BOOST_TEST((again.state_hash() != tally.state_hash()));
}
