// SPDX-License-Identifier: Apache-2.0
// Proves: both ways of CRC-32C give the published numbers, and each other's.
// Method: vectors of RFC 3720 B.4; random data in pieces against a bit-by-bit sum.
#define BOOST_TEST_MODULE crc32c
#include "actors/io/crc32c.hpp"

#include <boost/test/unit_test.hpp>

#include <random>
#include <string_view>
#include <vector>

using namespace wardflow;
using namespace wardflow::io;

namespace {

std::vector<std::byte> text(std::string_view s) {
  const auto view = std::as_bytes(std::span{s});
  return {view.begin(), view.end()};
}

std::uint32_t bit_by_bit(bytes data) {
  std::uint32_t crc = 0xffffffffu;
  for (const std::byte b : data) {
    crc ^= std::to_integer<std::uint32_t>(b);
    for (int bit = 0; bit < 8; ++bit)
      crc = (crc & 1u) != 0 ? (crc >> 1) ^ 0x82f63b78u : crc >> 1;
  }
  return ~crc;
}

} // namespace

BOOST_AUTO_TEST_CASE(published_vectors_come_out) {
  std::vector<std::byte> rising(32);
  for (std::size_t n = 0; n < rising.size(); ++n)
    rising[n] = std::byte(n);
  const std::vector<std::byte> falling(rising.rbegin(), rising.rend());
  const struct {
    std::vector<std::byte> data;
    std::uint32_t crc;
  } vectors[] = {
    {std::vector(32, std::byte{0}), 0x8a9136aau},
    {std::vector(32, std::byte{0xff}), 0x62a8ab43u},
    {rising, 0x46dd794eu},
    {falling, 0x113fdb5cu},
    {text("123456789"), 0xe3069283u},
    {{}, 0u},
  };
  for (const auto& v : vectors) {
    BOOST_TEST(crc32c(v.data) == v.crc);
    BOOST_TEST(crc32c_by_tables(v.data) == v.crc);
  }
}

BOOST_AUTO_TEST_CASE(both_ways_agree_with_the_slow_one_at_any_length_alignment_and_cut) {
  const auto seed = std::random_device{}();
  BOOST_TEST_MESSAGE("seed " << seed << ", hardware " << crc32c_in_hardware());
  std::mt19937 random{seed};
  std::vector<std::byte> data(3000);
  for (auto& b : data)
    b = std::byte(random());
  for (int n = 0; n < 500; ++n) {
    const std::size_t from = random() % 16;
    const bytes part = bytes{data}.subspan(from, random() % (data.size() - from));
    const std::size_t cut = random() % (part.size() + 1);
    const std::uint32_t slow = bit_by_bit(part);
    BOOST_TEST_CONTEXT("seed " << seed << ", from " << from << ", length " << part.size()) {
      BOOST_TEST(crc32c(part) == slow);
      BOOST_TEST(crc32c_by_tables(part) == slow);
      BOOST_TEST(crc32c(part.subspan(cut), crc32c(part.first(cut))) == slow);
      BOOST_TEST(crc32c_by_tables(part.subspan(cut), crc32c_by_tables(part.first(cut))) == slow);
    }
  }
}
