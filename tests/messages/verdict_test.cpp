// SPDX-License-Identifier: Apache-2.0
// Proves: a verdict is the same after its word, and the word's layout is the documented one.
// Method: every value of every field in turn, and all words that use no unused bit, by seed.
#define BOOST_TEST_MODULE verdict
#include "messages/verdict.hpp"

#include <boost/test/unit_test.hpp>

#include <random>

using namespace wardflow;

namespace {

constexpr std::uint32_t unused_bits = 1u << 15;

} // namespace

BOOST_AUTO_TEST_CASE(each_field_has_its_own_bits) {
  constexpr auto word = [](auto set) {
    verdict v{decision::admit, colour::none, code::ok};
    set(v);
    return to_word(v);
  };
  BOOST_TEST(word([](verdict&) {}) == 0u);
  BOOST_TEST(word([](verdict& v) { v.decision = decision::refuse; }) == 2u);
  BOOST_TEST(word([](verdict& v) { v.colour = colour::red; }) == 3u << 2);
  BOOST_TEST(word([](verdict& v) { v.reason = static_cast<code>(127); }) == 127u << 4);
  BOOST_TEST(word([](verdict& v) { v.late = true; }) == 1u << 11);
  BOOST_TEST(word([](verdict& v) { v.clock_unsure = true; }) == 1u << 12);
  BOOST_TEST(word([](verdict& v) { v.stale = stale_rule::refuses; }) == 3u << 13);
  BOOST_TEST(word([](verdict& v) { v.rule = 255; }) == 255u << 16);
  BOOST_TEST(word([](verdict& v) { v.basis = 255; }) == 255u << 24);
}

BOOST_AUTO_TEST_CASE(every_word_comes_back_from_its_verdict_without_the_unused_bit) {
  constexpr std::uint32_t seed = 32;
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937 random{seed};
  for (auto round = 0; round < 1'000'000; ++round) {
    auto word = static_cast<std::uint32_t>(random());
    auto v = to_verdict(word);
    if (to_word(v) != (word & ~unused_bits) || to_verdict(to_word(v)) != v)
      BOOST_FAIL("word " << word);
  }
}

BOOST_AUTO_TEST_CASE(a_person_at_a_venue_counts_and_a_technical_refusal_does_not) {
  for (unsigned reason = 0; reason < 128; ++reason) {
    verdict v;
    v.reason = static_cast<code>(reason);
    BOOST_TEST(v.counts() == (reason < 40));
  }
}
