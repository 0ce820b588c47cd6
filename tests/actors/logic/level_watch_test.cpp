// SPDX-License-Identifier: Apache-2.0
// Proves: each group owes each day's level by 17:00: missing once when it is not there, also
//         after a stop; what is made anew at a start awaits what was awaited.
// Method: single days, then random days of levels and restarts and a recount, by a printed seed.
#define BOOST_TEST_MODULE level_watch
#include "actors/logic/level_watch.hpp"

#include <boost/test/unit_test.hpp>

#include <random>
#include <set>

using namespace wardflow;

namespace {

const level_watch::group_names groups{{make_group_id(22366, 1), "Tổ 1"},
                                      {make_group_id(22366, 2), "Tổ 2"}};
const auto one = make_group_id(22366, 1);
const auto two = make_group_id(22366, 2);
const day_number monday = *parse_day("2021-10-18");
constexpr time_ms eight = 8 * hour_ms;
constexpr time_ms five = 17 * hour_ms;

struct desk {
  level_watch watch;
  level_book levels;

  void level(group_id group, day_number day) {
    auto set = levels.set({group, day, risk_scale::resolution_128, 2, "", "", 1, 0});
    BOOST_REQUIRE((set == level_outcome::set || set == level_outcome::repeated));
    watch.arrived(group, day);
  }
  std::vector<level_watch::owed_level> round(time_ms stamp) {
    watch.go_on(groups, levels, stamp);
    return watch.missing(stamp);
  }
};

using owed = std::vector<level_watch::owed_level>;

} // namespace

BOOST_AUTO_TEST_CASE(a_level_that_is_not_there_at_five_is_missing_once) {
  desk d;
  BOOST_TEST(d.round(start_of(monday) + eight).empty());
  BOOST_TEST(d.watch.next_due() == start_of(monday) + five);
  d.level(two, monday);
  BOOST_TEST(d.round(start_of(monday) + five - 1).empty());
  BOOST_TEST((d.round(start_of(monday) + five) == owed{{one, monday}}));
  BOOST_TEST(d.round(start_of(monday) + five).empty());
}

BOOST_AUTO_TEST_CASE(the_next_day_is_owed_without_anybody_there) {
  desk d;
  d.round(start_of(monday) + eight);
  d.round(start_of(monday) + five);
  BOOST_TEST(d.watch.next_due() == start_of(monday + 1) + five);
}

BOOST_AUTO_TEST_CASE(a_group_owes_from_the_next_deadline_after_it_joined) {
  desk d;
  level_watch::group_names none;
  auto evening = start_of(monday) + 19 * hour_ms;
  d.watch.go_on(none, d.levels, evening);
  d.watch.joined(one, d.levels, evening);
  BOOST_TEST(d.watch.missing(evening).empty());
  BOOST_TEST(d.watch.next_due() == start_of(monday + 1) + five);
}

BOOST_AUTO_TEST_CASE(days_of_a_stop_are_missing_afterwards_a_week_of_them) {
  desk d;
  d.round(start_of(monday) + eight);
  desk next;
  next.watch.begin(groups, next.levels, start_of(monday) + eight);
  auto late = next.round(start_of(monday + 3) + eight);
  BOOST_TEST((late == owed{{one, monday},
                           {two, monday},
                           {one, static_cast<day_number>(monday + 1)},
                           {two, static_cast<day_number>(monday + 1)},
                           {one, static_cast<day_number>(monday + 2)},
                           {two, static_cast<day_number>(monday + 2)}}));
  late = next.round(start_of(monday + 300) + eight);
  BOOST_TEST(late.size() == 2u * 9); // the two days that were awaited, and seven
}

BOOST_AUTO_TEST_CASE(random_days_agree_with_a_recount_also_over_restarts) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      std::mt19937_64 random{seed};
      desk d;
      std::set<std::pair<day_number, group_id>> there, said;
      auto begun = start_of(monday) + eight;
      auto stamp = begun;
      d.round(stamp);
      for (auto step = 0; step != 300; ++step) {
        stamp += static_cast<time_ms>(random() % (6 * hour_ms));
        if (random() % 2 == 0) {
          auto group = random() % 2 == 0 ? one : two;
          auto day = static_cast<day_number>(local_day(stamp) + random() % 2);
          d.level(group, day);
          there.emplace(day, group);
        }
        owed expected;
        for (auto day = monday; level_watch::deadline_of(day) <= stamp; ++day)
          for (auto group : {one, two})
            if (!there.contains({day, group}) && said.emplace(day, group).second)
              expected.push_back({group, day});
        // A level of today that came after its deadline, before any round: it is not missed.
        auto late = d.round(stamp);
        std::erase_if(expected, [&](auto& o) { return there.contains({o.day, o.group}); });
        BOOST_REQUIRE((late == expected));
        if (random() % 5 == 0) {
          d.watch = level_watch{};
          d.watch.begin(groups, d.levels, stamp);
        }
      }
    }
  }
}
