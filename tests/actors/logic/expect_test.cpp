// SPDX-License-Identifier: Apache-2.0
// Proves: what does not arrive is overdue once, from its time on, in order of time and name.
// Method: single cases, then random calls against a plain list, by a printed seed.
#define BOOST_TEST_MODULE expect
#include "actors/logic/expect.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <random>

using namespace wardflow;

using names = std::vector<std::string>;

BOOST_AUTO_TEST_CASE(what_arrives_in_time_is_never_overdue) {
  expect e;
  e.await("a", 100);
  e.arrived("a");
  e.arrived("never awaited");
  BOOST_TEST(e.overdue(1000).empty());
  BOOST_TEST(e.next_due() == 0);
}

BOOST_AUTO_TEST_CASE(what_does_not_arrive_is_overdue_once_from_its_time_on) {
  expect e;
  e.await("a", 100);
  BOOST_TEST(e.next_due() == 100);
  BOOST_TEST(e.overdue(99).empty());
  BOOST_TEST(e.overdue(100) == names{"a"});
  BOOST_TEST(e.overdue(101).empty());
  BOOST_TEST(e.size() == 0u);
}

BOOST_AUTO_TEST_CASE(the_latest_time_counts) {
  expect e;
  e.await("a", 100);
  e.await("a", 200);
  BOOST_TEST(e.overdue(150).empty());
  e.await("a", 160);
  BOOST_TEST(e.overdue(170) == names{"a"});
}

BOOST_AUTO_TEST_CASE(they_come_in_order_of_time_then_name) {
  expect e;
  e.await("b", 100);
  e.await("c", 50);
  e.await("a", 100);
  BOOST_TEST(e.overdue(100) == (names{"c", "a", "b"}));
}

BOOST_AUTO_TEST_CASE(random_calls_agree_with_a_plain_list) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      std::mt19937_64 random{seed};
      expect e;
      std::vector<std::pair<time_ms, std::string>> slow;
      time_ms stamp = 1000;
      auto drop = [&](const std::string& what) {
        std::erase_if(slow, [&](auto& one) { return one.second == what; });
      };
      for (int step = 0; step != 500; ++step) {
        auto what = std::to_string(random() % 15);
        switch (random() % 3) {
        case 0: {
          auto by = stamp + static_cast<time_ms>(random() % 40) - 5;
          e.await(what, by);
          drop(what);
          slow.emplace_back(by, what);
          break;
        }
        case 1:
          e.arrived(what);
          drop(what);
          break;
        default: {
          stamp += static_cast<time_ms>(random() % 10);
          std::sort(slow.begin(), slow.end());
          names late;
          for (auto& [by, name] : slow)
            if (by <= stamp)
              late.push_back(name);
          std::erase_if(slow, [&](auto& one) { return one.first <= stamp; });
          BOOST_REQUIRE(e.overdue(stamp) == late);
        }
        }
        auto first = std::min_element(slow.begin(), slow.end());
        BOOST_REQUIRE_EQUAL(e.next_due(), first == slow.end() ? 0 : first->first);
        BOOST_REQUIRE_EQUAL(e.size(), slow.size());
        BOOST_REQUIRE_EQUAL(e.awaits(what),
                            std::ranges::any_of(slow, [&](auto& o) { return o.second == what; }));
      }
    }
  }
}
