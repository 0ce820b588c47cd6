// SPDX-License-Identifier: Apache-2.0
// Proves: the table holds exactly what was put in, through growth and rebuilds, within its bound of
//         memory, and shows it sorted whatever the order in which it came.
// Method: random puts, changes and rebuilds by seed, beside a std::map; keys chosen to collide too.
#define BOOST_TEST_MODULE flat_table
#include "actors/logic/flat_table.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <random>

using namespace wardflow;

namespace {

struct entry {
  card_id card{};
  std::uint64_t value = 0;
};
using model = std::map<card_id, std::uint64_t>;

void compare(const flat_table<entry>& table, const model& expected) {
  BOOST_REQUIRE(table.size() == expected.size());
  auto all = table.sorted();
  BOOST_REQUIRE(all.size() == expected.size());
  auto at = all.begin();
  for (auto& [card, value] : expected) {
    BOOST_REQUIRE((at->card == card));
    BOOST_REQUIRE(at->value == value);
    auto* found = table.find(card);
    BOOST_REQUIRE(found != nullptr);
    BOOST_REQUIRE(found->value == value);
    ++at;
  }
  std::size_t visited = 0;
  table.for_each([&](const entry& e) { visited += expected.contains(e.card); });
  BOOST_REQUIRE(visited == expected.size());
}

/// Keys that lie close together, far apart, or next to each other in the table.
card_id any_key(std::mt19937_64& random) {
  switch (random() % 3) {
  case 0:
    return card_id{1 + random() % 300};
  case 1:
    return card_id{random() | 1};
  default:
    return card_id{0xffff'ffff'ffff'ffff - random() % 50};
  }
}

} // namespace

BOOST_AUTO_TEST_CASE(an_empty_table_has_nothing_and_costs_nothing) {
  flat_table<entry> table;
  BOOST_TEST((table.find(card_id{5}) == nullptr));
  BOOST_TEST(table.size() == 0u);
  BOOST_TEST(table.bytes() == 0u);
  BOOST_TEST(table.sorted().empty());
  table.rebuild([](entry&) { return true; });
  table.prefetch(card_id{5});
  BOOST_TEST(table.bytes() == 0u);
}

BOOST_AUTO_TEST_CASE(the_table_is_the_map_through_random_histories) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      std::mt19937_64 random{seed};
      flat_table<entry> table;
      model expected;
      for (auto step = 0; step != 1500; ++step) {
        auto card = any_key(random);
        if (random() % 200 == 0) { // forgets some, changes the others
          auto share = 1 + random() % 4;
          auto keep = [&](std::uint64_t& value) {
            value += 3;
            return value % 4 < share;
          };
          table.rebuild([&](entry& e) { return keep(e.value); });
          for (auto at = expected.begin(); at != expected.end();)
            at = keep(at->second) ? std::next(at) : expected.erase(at);
          compare(table, expected);
        } else if (random() % 3 == 0) {
          auto* found = table.find(card);
          BOOST_REQUIRE((found != nullptr) == expected.contains(card));
        } else {
          auto& e = table.obtain(card);
          BOOST_REQUIRE((e.card == card));
          BOOST_REQUIRE(e.value == expected[card]); // zero where it is new
          e.value = expected[card] = random();
        }
      }
      compare(table, expected);
    }
  }
}

BOOST_AUTO_TEST_CASE(memory_stays_between_the_promised_bounds_while_it_grows) {
  flat_table<entry> table;
  for (std::uint64_t n = 1; n <= 100'000; ++n) {
    table.obtain(card_id{n * 0x9e37'79b9'7f4a'7c15}).value = n;
    auto slots = table.bytes() / sizeof(entry);
    BOOST_REQUIRE(n * 100 <= slots * 75);
    if (n > 100)
      BOOST_REQUIRE(n * 100 >= slots * 57);
  }
  table.rebuild([](entry& e) { return e.value <= 10; });
  BOOST_TEST(table.size() == 10u);
  BOOST_TEST(table.bytes() <= 20 * sizeof(entry)); // what is forgotten gives its room back
}

BOOST_AUTO_TEST_CASE(the_order_of_arrival_does_not_show) {
  std::mt19937_64 random{7164};
  std::vector<card_id> cards(500);
  for (auto& c : cards)
    c = card_id{random() | 1};
  auto shown = [&] {
    flat_table<entry> table;
    for (auto c : cards)
      table.obtain(c).value = static_cast<std::uint64_t>(c) * 3;
    std::vector<std::uint64_t> values;
    for (auto& e : table.sorted())
      values.push_back(e.value);
    return values;
  };
  auto first = shown();
  std::shuffle(cards.begin(), cards.end(), random);
  BOOST_TEST(first == shown());
}
