// SPDX-License-Identifier: Apache-2.0
// Proves: stamps never go back; a wall clock that is behind the last stamp, or 30 days ahead of it,
//         or older than the program, is not believed, and stamps go on by the monotonic clock until
//         it is right again or an operator accepts it; a replay's time comes from its input.
// Method: each case at its edge to the millisecond; random clocks by seed against the promises.
#define BOOST_TEST_MODULE node_clock
#include "actors/logic/node_clock.hpp"

#include <boost/test/unit_test.hpp>

#include <random>

using namespace wardflow;

namespace {

constexpr auto wall = node_clock::source::wall;
constexpr auto input = node_clock::source::input;
const time_ms built = *parse_time("2021-09-01T00:00:00Z");
const time_ms last = *parse_time("2021-10-16T08:00:00Z");
const time_ms in_1970 = *parse_time("1970-01-03T00:00:00Z");
const time_ms in_2037 = *parse_time("2037-06-01T00:00:00Z");

} // namespace

BOOST_AUTO_TEST_CASE(a_clock_that_is_right_is_the_stamp) {
  node_clock c{wall, last, built};
  BOOST_TEST(c.last() == last);
  BOOST_TEST(c.stamp(last + 5000, 100, 0) == last + 5000);
  BOOST_TEST(c.stamp(last + 6000, 1100, 0) == last + 6000);
  BOOST_TEST(c.stamp(last + 20 * day_ms, 1200, 0) == last + 20 * day_ms); // it was switched off
  BOOST_TEST(!c.unsure());
}

BOOST_AUTO_TEST_CASE(a_small_step_back_is_held_and_not_doubted) {
  node_clock c{wall, last, built};
  BOOST_TEST(c.stamp(last + hour_ms, 100, 0) == last + hour_ms);
  BOOST_TEST(c.stamp(last + hour_ms - minute_ms, 100, 0) == last + hour_ms);
  BOOST_TEST(!c.unsure());
  BOOST_TEST(c.stamp(last + hour_ms - minute_ms + 500, 600, 0) == last + hour_ms);
  BOOST_TEST(c.stamp(last + hour_ms + 900, 61'000, 0) == last + hour_ms + 900); // caught up
  BOOST_TEST(!c.unsure());
}

BOOST_AUTO_TEST_CASE(a_clock_more_than_a_minute_behind_is_not_believed_until_it_is_right_again) {
  node_clock c{wall, last, built};
  BOOST_TEST(c.stamp(last - minute_ms - 1, 1000, 0) == last);
  BOOST_TEST(c.unsure());
  BOOST_TEST(c.stamp(last - minute_ms + 2499, 3500, 0) == last + 2500); // the monotonic clock's
  BOOST_TEST(c.unsure());
  BOOST_TEST(c.stamp(last + 10'000, 8500, 0) == last + 10'000); // somebody set it
  BOOST_TEST(!c.unsure());
}

BOOST_AUTO_TEST_CASE(a_clock_thirty_days_ahead_is_believed_and_a_millisecond_more_is_not) {
  node_clock c{wall, last, built};
  BOOST_TEST(c.stamp(last + 30 * day_ms + 1, 1000, 0) == last);
  BOOST_TEST(c.unsure());
  BOOST_TEST(c.stamp(last + 30 * day_ms + 5, 1005, 0) == last + 30 * day_ms + 5);
  BOOST_TEST(!c.unsure());
}

BOOST_AUTO_TEST_CASE(in_1970_at_start_stamps_go_on_from_the_last_one) {
  node_clock c{wall, last, built};
  BOOST_TEST(c.stamp(in_1970, 500, 0) == last);
  BOOST_TEST(c.unsure());
  BOOST_TEST(c.stamp(in_1970 + hour_ms, 500 + hour_ms, 0) == last + hour_ms);
  BOOST_TEST(c.unsure());
}

BOOST_AUTO_TEST_CASE(before_the_first_stamp_a_clock_older_than_the_program_is_not_believed) {
  node_clock c{wall, 0, built};
  BOOST_TEST(c.stamp(in_1970, 500, 0) == built);
  BOOST_TEST(c.unsure());
  BOOST_TEST(c.stamp(in_1970 + 1000, 1500, 0) == built + 1000);
  // The clock is set for the first time, years after the program was built: that is no doubt.
  BOOST_TEST(c.stamp(built + 3 * 365 * day_ms, 2500, 0) == built + 3 * 365 * day_ms);
  BOOST_TEST(!c.unsure());
  BOOST_TEST(c.stamp(in_2037, 3500, 0) == built + 3 * 365 * day_ms + 1000); // from here on it is
  BOOST_TEST(c.unsure());
}

BOOST_AUTO_TEST_CASE(in_2037_at_start_stamps_go_on_from_the_last_one_until_accepted) {
  node_clock c{wall, last, built};
  BOOST_TEST(c.stamp(in_2037, 500, 0) == last);
  BOOST_TEST(c.unsure());
  BOOST_TEST(c.stamp(in_2037 + 250, 750, 0) == last + 250);
  c.accept(in_2037 + 250);
  BOOST_TEST(!c.unsure());
  BOOST_TEST(c.stamp(in_2037 + 251, 751, 0) == in_2037 + 251);
  BOOST_TEST(!c.unsure());
}

BOOST_AUTO_TEST_CASE(accepting_a_clock_that_is_behind_takes_nothing_back) {
  node_clock c{wall, last, built};
  auto right = last - 2 * day_ms; // the last stamp was wrong
  BOOST_TEST(c.stamp(right, 1000, 0) == last);
  BOOST_TEST(c.unsure());
  c.accept(right);
  BOOST_TEST(!c.unsure());
  BOOST_TEST(c.stamp(right + 10, 1010, 0) == last + 10); // goes on, believed
  BOOST_TEST(!c.unsure());
  BOOST_TEST(c.stamp(last + 10 + minute_ms, 1010 + 2 * day_ms, 0) >= last + 10);
  // Once it has caught up, a new step back is doubted again.
  auto now = c.last();
  BOOST_TEST(c.stamp(now + 1, 1011 + 2 * day_ms, 0) >= now);
  (void)c.stamp(now + 3 * day_ms, 1012 + 2 * day_ms, 0);
  BOOST_TEST(!c.unsure());
  (void)c.stamp(now, 1013 + 2 * day_ms, 0);
  BOOST_TEST(c.unsure());
}

BOOST_AUTO_TEST_CASE(a_replays_time_is_that_of_its_newest_scan_and_only_grows) {
  node_clock c{input, 0, built};
  auto old = *parse_time("2010-04-23T22:17:00Z"); // a replay may be of any year
  BOOST_TEST(c.stamp(in_2037, 1, old) == old);
  BOOST_TEST(c.stamp(in_1970, 2, old - hour_ms) == old);
  BOOST_TEST(c.stamp(in_1970, 900'000, 0) == old); // no scan, no time
  BOOST_TEST(c.stamp(in_1970, 900'001, old + 40 * day_ms) == old + 40 * day_ms);
  BOOST_TEST(!c.unsure());
  node_clock again{input, c.last(), built};
  BOOST_TEST(again.stamp(in_2037, 1, old) == old + 40 * day_ms);
}

BOOST_AUTO_TEST_CASE(whatever_the_clocks_do_stamps_never_go_back_and_doubt_has_its_reason) {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      std::mt19937_64 random{seed};
      auto below = [&](time_ms n) {
        return static_cast<time_ms>(random() % static_cast<std::uint64_t>(n));
      };
      node_clock c{wall, last, built};
      auto true_wall = last, monotonic = time_ms{1}, before = last;
      for (auto i = 0; i != 400; ++i) {
        auto passed = below(random() % 20 == 0 ? hour_ms : 2000);
        monotonic += passed;
        true_wall += passed;
        if (random() % 15 == 0)
          true_wall += below(80 * day_ms) - 40 * day_ms; // somebody sets the clock
        auto own = before + (i == 0 ? 0 : passed);
        auto stamp = c.stamp(true_wall, monotonic, 0);
        BOOST_REQUIRE(stamp >= before);
        auto believable = true_wall >= own - minute_ms && true_wall <= own + 30 * day_ms;
        if (believable) {
          BOOST_REQUIRE(!c.unsure());
          BOOST_REQUIRE(stamp == std::max(before, true_wall));
        } else {
          BOOST_REQUIRE(stamp == own);
          if (true_wall > own)
            BOOST_REQUIRE(c.unsure());
        }
        before = stamp;
        if (random() % 30 == 0) {
          c.accept(true_wall);
          BOOST_REQUIRE(!c.unsure());
          BOOST_REQUIRE(c.last() == std::max(before, true_wall));
          before = c.last();
        }
      }
    }
  }
}
