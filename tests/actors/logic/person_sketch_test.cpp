// SPDX-License-Identifier: Apache-2.0
// Proves: the sketch's estimate is within four standard errors of the exact count at every size;
//         merging is the union, whatever the order, the overlap and the repeats.
// Method: sets of pseudonyms by seed, random and in a row, beside std::set.
#define BOOST_TEST_MODULE person_sketch
#include "actors/logic/person_sketch.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <random>
#include <set>

using namespace wardflow;

namespace {

constexpr double standard_error = 1.04 / 64;

bool is_near(std::uint64_t estimate, std::size_t exact) {
  auto off = std::abs(static_cast<double>(estimate) - static_cast<double>(exact));
  return off <= std::max(1.0, 4 * standard_error * static_cast<double>(exact));
}

} // namespace

BOOST_AUTO_TEST_CASE(nobody_is_nobody_and_one_is_one) {
  person_sketch s;
  BOOST_TEST(s.estimate() == 0u);
  s.add(card_id{42});
  BOOST_TEST(s.estimate() == 1u);
  s.add(card_id{42});
  BOOST_TEST(s.estimate() == 1u);
}

BOOST_AUTO_TEST_CASE(estimates_are_near_the_exact_count_at_every_size) {
  for (std::uint64_t seed = 1; seed <= 8; ++seed)
    for (std::size_t size : {3, 30, 300, 3'000, 15'650, 120'000, 1'000'000}) {
      BOOST_TEST_CONTEXT("seed " << seed << " size " << size) {
        std::mt19937_64 random{seed * 1'000'003 + size};
        person_sketch s;
        for (std::size_t i = 0; i != size; ++i)
          s.add(card_id{random()});
        BOOST_TEST(is_near(s.estimate(), size), s.estimate());
      }
    }
}

BOOST_AUTO_TEST_CASE(numbers_in_a_row_are_as_good_as_random_ones) {
  person_sketch s;
  for (std::uint64_t i = 1; i <= 50'000; ++i)
    s.add(card_id{i});
  BOOST_TEST(is_near(s.estimate(), 50'000), s.estimate());
}

BOOST_AUTO_TEST_CASE(merging_is_the_union_in_any_order) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      std::mt19937_64 random{seed};
      std::vector<person_sketch> wards(5);
      std::set<std::uint64_t> all;
      person_sketch whole;
      for (auto& ward : wards)
        for (auto i = random() % 5'000; i > 0; --i) {
          auto person = random() % 8'000; // many were in several wards
          all.insert(person);
          ward.add(card_id{person});
          whole.add(card_id{person});
        }
      std::shuffle(wards.begin(), wards.end(), random);
      person_sketch merged;
      for (auto& ward : wards) {
        merged.merge(ward);
        merged.merge(ward);
      }
      BOOST_TEST((merged == whole));
      BOOST_TEST(is_near(merged.estimate(), all.size()), merged.estimate());
    }
  }
}

BOOST_AUTO_TEST_CASE(saved_bytes_come_back_and_damaged_ones_do_not) {
  for (std::size_t size : {0, 5, 400, 60'000}) {
    std::mt19937_64 random{size};
    person_sketch s, back;
    for (std::size_t i = 0; i != size; ++i)
      s.add(card_id{random()});
    auto saved = s.save();
    BOOST_TEST(saved.size() <= 4'096u + 24u);
    BOOST_REQUIRE(back.load(saved));
    BOOST_TEST((back == s));
    for (std::size_t cut = 0; cut < saved.size(); cut += 1 + saved.size() / 50)
      BOOST_TEST(!back.load(std::span{saved}.first(cut)));
    BOOST_TEST((back == s));
  }
  person_sketch s;
  s.add(card_id{1});
  auto saved = s.save();
  saved.back() = std::byte{200}; // a rank that there is not
  BOOST_TEST(!s.load(saved));
}
