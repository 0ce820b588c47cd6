// SPDX-License-Identifier: Apache-2.0
#include "actors/logic/person_sketch.hpp"

#include "messages/packed.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <string>

namespace wardflow {

namespace {

constexpr unsigned rank_bits = 64 - person_sketch::index_bits;
constexpr std::uint8_t rank_max = rank_bits + 1;

/// Of its own making: shards and tables take their bits from another one.
std::uint64_t hashed(card_id person) {
  auto x = static_cast<std::uint64_t>(person) + 0x9e37'79b9'7f4a'7c15;
  x = (x ^ x >> 30) * 0xbf58'476d'1ce4'e5b9;
  x = (x ^ x >> 27) * 0x94d0'49bb'1331'11eb;
  return x ^ x >> 31;
}

double sigma(double x) {
  if (x == 1)
    return HUGE_VAL;
  auto y = 1.0, z = x;
  for (auto before = -1.0; z != before; y += y) {
    x *= x;
    before = z;
    z += x * y;
  }
  return z;
}

double tau(double x) {
  if (x == 0 || x == 1)
    return 0;
  auto y = 1.0, z = 1 - x;
  for (auto before = -1.0; z != before;) {
    x = std::sqrt(x);
    before = z;
    y *= 0.5;
    z -= (1 - x) * (1 - x) * y;
  }
  return z / 3;
}

} // namespace

void person_sketch::add(card_id person) {
  auto hash = hashed(person);
  auto rest = hash << index_bits;
  auto rank = rest == 0 ? rank_max : static_cast<std::uint8_t>(std::countl_zero(rest) + 1);
  auto& kept = ranks_[hash >> rank_bits];
  kept = std::max(kept, rank);
}

void person_sketch::merge(const person_sketch& other) {
  for (std::size_t i = 0; i != register_count; ++i)
    ranks_[i] = std::max(ranks_[i], other.ranks_[i]);
}

std::uint64_t person_sketch::estimate() const {
  constexpr auto m = static_cast<double>(register_count);
  std::array<double, rank_max + 1> counts{};
  for (auto rank : ranks_)
    counts[rank] += 1;
  if (counts[0] == m)
    return 0;
  auto z = m * tau(1 - counts[rank_max] / m);
  for (auto k = rank_bits; k > 0; --k)
    z = 0.5 * (z + counts[k]);
  z += m * sigma(counts[0] / m);
  if (z < 1e-6) // every register at its end: no crowd of this earth
    z = 1e-6;
  return static_cast<std::uint64_t>(std::llround(m / (2 * std::log(2.0)) * m / z));
}

std::vector<std::byte> person_sketch::save() const {
  packed_writer out;
  out.number(1); // schema version of this value
  std::string few;
  for (std::size_t i = 0; i != register_count; ++i)
    if (ranks_[i] != 0) {
      few += static_cast<char>(i & 0xff);
      few += static_cast<char>(i >> 8);
      few += static_cast<char>(ranks_[i]);
    }
  auto dense = few.size() > register_count;
  out.number(dense);
  out.text(dense ? std::string_view{reinterpret_cast<const char*>(ranks_.data()), register_count}
                 : std::string_view{few});
  return out.take();
}

bool person_sketch::load(bytes saved) {
  packed_reader in{saved};
  std::uint64_t version = 0, dense = 0;
  std::string text;
  if (!in.number(version) || version != 1 || !in.number(dense) || !in.text(text) || !in.at_end())
    return false;
  person_sketch read;
  auto at = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  if (dense != 0 ? text.size() != register_count : text.size() % 3 != 0)
    return false;
  for (std::size_t i = 0; dense != 0 && i != register_count; ++i)
    read.ranks_[i] = at(i);
  for (std::size_t i = 0; dense == 0 && i != text.size(); i += 3) {
    auto index = static_cast<std::size_t>(at(i)) | static_cast<std::size_t>(at(i + 1)) << 8;
    if (index >= register_count)
      return false;
    read.ranks_[index] = at(i + 2);
  }
  if (*std::max_element(read.ranks_.begin(), read.ranks_.end()) > rank_max)
    return false;
  *this = read;
  return true;
}

} // namespace wardflow
