// SPDX-License-Identifier: Apache-2.0
// Proves: the hash is XXH3 of 128 bits on every machine, and parts join in any order.
// Method: published values of the algorithm; sums of random parts forwards and backwards.
#define BOOST_TEST_MODULE hash
#include "actors/logic/hash.hpp"

#include <boost/test/unit_test.hpp>

#include <random>
#include <string_view>
#include <vector>

using namespace wardflow;

namespace {

hash128_value of(std::string_view text) {
  return hash128(std::as_bytes(std::span{text}));
}

} // namespace

BOOST_AUTO_TEST_CASE(the_hash_of_nothing_is_the_published_one) {
  BOOST_TEST((of("") == hash128_value{0x6001'c324'468d'497f, 0x99aa'06d3'0147'98d8}));
}

BOOST_AUTO_TEST_CASE(one_changed_bit_changes_both_halves) {
  std::vector<std::byte> data(300);
  auto before = hash128(data);
  for (std::size_t i = 0; i != data.size() * 8; ++i) {
    data[i / 8] ^= std::byte(1u << i % 8);
    auto after = hash128(data);
    BOOST_TEST(after[0] != before[0]);
    BOOST_TEST(after[1] != before[1]);
    data[i / 8] ^= std::byte(1u << i % 8);
  }
  BOOST_TEST((hash128(data) == before));
}

BOOST_AUTO_TEST_CASE(a_shorter_text_is_another_text) {
  std::vector<std::byte> zeros(64);
  for (std::size_t n = 1; n != zeros.size(); ++n)
    BOOST_TEST((hash128(std::span{zeros}.first(n)) != hash128(std::span{zeros}.first(n - 1))));
}

BOOST_AUTO_TEST_CASE(parts_join_in_any_order_and_each_counts) {
  std::mt19937_64 random{7164};
  std::vector<hash128_value> parts(50);
  for (auto& p : parts)
    p = {random(), random()};
  hash128_value forwards{}, backwards{}, without_one{};
  for (std::size_t i = 0; i != parts.size(); ++i) {
    add_to(forwards, parts[i]);
    add_to(backwards, parts[parts.size() - 1 - i]);
    if (i != 17)
      add_to(without_one, parts[i]);
  }
  BOOST_TEST((forwards == backwards));
  BOOST_TEST((forwards != without_one));
  add_to(without_one, parts[17]);
  BOOST_TEST((forwards == without_one));
}
