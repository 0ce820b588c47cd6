// SPDX-License-Identifier: Apache-2.0
// How many distinct persons, about: a sketch (HyperLogLog) that merges over wards and days.
//
//   pseudonym ─hash─▶ register (12 bits), rank of the rest ─▶ max        merge: max by register
//
// Owns     4,096 registers of one byte.
// Promise  depends on the set of persons alone: order, repeats and the way of merging change
//          nothing. No pseudonym can be read from it. Standard error 1.6 % (1.04 / sqrt(4096)).
// Bound    4,096 bytes; as bytes 24 and 3 for each register in use, at most 4,120.
//
// Exact counts stay in the ward; this is what levels above add up (DOMAIN §9), so named there.
#pragma once

#include "messages/frame.hpp"
#include "messages/ids.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace wardflow {

class person_sketch {
public:
  static constexpr unsigned index_bits = 12;
  static constexpr std::size_t register_count = std::size_t{1} << index_bits;

  void add(card_id person);
  void merge(const person_sketch& other);

  /// Ertl's improved estimator, rounded: no tables, no threshold between small and large sets.
  [[nodiscard]] std::uint64_t estimate() const;

  [[nodiscard]] std::vector<std::byte> save() const;
  /// False where the bytes are no sketch; then nothing has changed.
  [[nodiscard]] bool load(bytes saved);

  bool operator==(const person_sketch&) const = default;

private:
  std::array<std::uint8_t, register_count> ranks_{};
};

} // namespace wardflow
