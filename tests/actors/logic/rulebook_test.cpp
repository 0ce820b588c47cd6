// SPDX-License-Identifier: Apache-2.0
// Proves: a shelf gives the book in force at an event time, keeps what it took, and refuses books
//         that overlap or are older; it can be restored from its texts.
// Method: small books with changed heads; in_force against a slow look over all, at random times
//         by a printed seed.
#define BOOST_TEST_MODULE rulebook
#include "actors/logic/rulebook.hpp"

#include "tests/actors/logic/rulebook_texts.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <random>

using namespace wardflow;
using namespace wardflow::test;

namespace {

rulebook book_of(std::uint32_t version, day_number from) {
  auto text = with(small_book, "version = 7", "version = " + std::to_string(version));
  return parsed(with(text, "2021-10-16", day_text(from)));
}

const day_number first_day = *parse_day("2021-10-16");

} // namespace

BOOST_AUTO_TEST_CASE(an_empty_shelf_has_no_book_in_force) {
  rulebook_shelf shelf;
  BOOST_TEST(shelf.in_force(start_of(first_day)) == nullptr);
}

BOOST_AUTO_TEST_CASE(a_book_is_in_force_from_its_first_millisecond) {
  rulebook_shelf shelf;
  BOOST_TEST((shelf.add(book_of(1, first_day), 42) == code::done));
  BOOST_TEST(shelf.in_force(start_of(first_day) - 1) == nullptr);
  const auto* book = shelf.in_force(start_of(first_day));
  BOOST_REQUIRE(book != nullptr);
  BOOST_TEST(book->version == 1u);
  BOOST_TEST(book->as_of == 42);
  BOOST_TEST(shelf.find(1) == book);
  BOOST_TEST(shelf.find(2) == nullptr);
}

BOOST_AUTO_TEST_CASE(the_same_text_again_changes_nothing) {
  rulebook_shelf shelf;
  BOOST_TEST((shelf.add(book_of(1, first_day), 42) == code::done));
  BOOST_TEST((shelf.add(book_of(1, first_day), 99) == code::already_so));
  BOOST_TEST(shelf.in_force(start_of(first_day))->as_of == 42);
  BOOST_TEST(shelf.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_version_or_a_date_that_another_text_has_is_refused) {
  rulebook_shelf shelf;
  BOOST_TEST((shelf.add(book_of(2, first_day), 0) == code::done));
  auto other =
    parsed(with(small_book, "version = 7\nname = \"small\"", "version = 2\nname = \"b\""));
  BOOST_TEST((shelf.add(other, 0) == code::rulebook_overlaps));
  BOOST_TEST((shelf.add(book_of(3, first_day), 0) == code::rulebook_overlaps));
  auto later = static_cast<day_number>(first_day + 1);
  BOOST_TEST((shelf.add(book_of(2, later), 0) == code::rulebook_overlaps));
  BOOST_TEST(shelf.size() == 1u);
}

BOOST_AUTO_TEST_CASE(versions_must_grow_with_the_date) {
  rulebook_shelf shelf;
  auto day = [](int after) { return static_cast<day_number>(first_day + after); };
  BOOST_TEST((shelf.add(book_of(10, day(0)), 0) == code::done));
  BOOST_TEST((shelf.add(book_of(9, day(1)), 0) == code::rulebook_older));
  BOOST_TEST((shelf.add(book_of(20, day(10)), 0) == code::done));
  BOOST_TEST((shelf.add(book_of(21, day(5)), 0) == code::rulebook_older));
  BOOST_TEST((shelf.add(book_of(15, day(5)), 0) == code::done));
  BOOST_TEST((shelf.add(book_of(11, day(-1)), 0) == code::rulebook_older));
  BOOST_TEST(shelf.size() == 3u);
}

BOOST_AUTO_TEST_CASE(a_pointer_to_a_book_outlives_later_books) {
  rulebook_shelf shelf;
  BOOST_TEST((shelf.add(book_of(1, first_day), 0) == code::done));
  const auto* book = shelf.in_force(start_of(first_day));
  for (std::uint32_t i = 2; i < 40; ++i)
    BOOST_TEST((shelf.add(book_of(i, static_cast<day_number>(first_day + i)), 0) == code::done));
  BOOST_TEST(shelf.in_force(start_of(first_day)) == book);
  BOOST_TEST(book->version == 1u);
}

BOOST_AUTO_TEST_CASE(in_force_agrees_with_a_slow_look_and_the_shelf_restores_from_its_texts) {
  auto seed = std::random_device{}();
  BOOST_TEST_MESSAGE("seed " << seed);
  BOOST_TEST_CONTEXT("seed " << seed) {
    std::mt19937 random{seed};
    std::vector<std::uint32_t> order(30);
    for (std::uint32_t i = 0; i != order.size(); ++i)
      order[i] = i;
    std::shuffle(order.begin(), order.end(), random);
    rulebook_shelf shelf;
    std::vector<std::pair<time_ms, std::uint32_t>> all;
    for (auto i : order) {
      auto day = static_cast<day_number>(first_day + i * 3);
      BOOST_TEST((shelf.add(book_of(i + 1, day), i) == code::done));
      all.emplace_back(start_of(day), i + 1);
    }
    rulebook_shelf restored;
    shelf.for_each([&](const rulebook& book) {
      BOOST_TEST((restored.add(parsed(book.text), book.as_of) == code::done));
    });
    BOOST_TEST(restored.size() == shelf.size());
    for (int i = 0; i != 5000; ++i) {
      auto at = start_of(first_day) + static_cast<time_ms>(random() % 100) * day_ms +
                static_cast<time_ms>(random() % 3) - 1;
      auto best = std::pair<time_ms, std::uint32_t>{};
      for (const auto& one : all)
        if (one.first <= at && one.first > best.first)
          best = one;
      for (const auto* each : {&shelf, &restored}) {
        const auto* book = each->in_force(at);
        BOOST_REQUIRE((book == nullptr ? 0 : book->version) == best.second);
        BOOST_REQUIRE((book == nullptr ? 0 : book->as_of + 1) == best.second);
      }
    }
  }
}
