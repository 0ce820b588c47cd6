// SPDX-License-Identifier: Apache-2.0
// The ward's verdicts by reason and day of arrival, and its counters of what was refused whole.
//
// Owns     31 days of 128 reasons each, in three decisions.
// Promise  depends on the verdict words and the round's stamp alone.
// Bound    31 rows of about 3 KiB.
#pragma once

#include "actors/logic/hash.hpp"
#include "messages/time.hpp"
#include "messages/verdict.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace wardflow {

struct tally_day {
  std::array<std::uint32_t, 128> reasons{}; // every scan's reason
  std::array<std::uint32_t, 4> decisions{}; // of counted scans
  std::array<std::uint32_t, 4> colours{};   // of counted scans
  std::uint64_t scans = 0;                  // taken: each used up its number
  std::uint64_t counted = 0;                // those with a person at a venue of this ward
  std::uint64_t late = 0;
  bool operator==(const tally_day&) const = default;
};

class ward_tally {
public:
  /// The day's row, made where there is none; forgets days more than 31 before it.
  tally_day& of(day_number day);
  [[nodiscard]] const tally_day* find(day_number day) const;
  [[nodiscard]] const std::map<day_number, tally_day>& days() const { return days_; }
  static void count(tally_day& day, const verdict& v);

  [[nodiscard]] std::vector<std::byte> save(std::uint64_t stamp) const;
  [[nodiscard]] bool load(std::span<const std::byte> saved, std::uint64_t& stamp);
  [[nodiscard]] hash128_value state_hash() const { return hash128(save(0)); }

private:
  std::map<day_number, tally_day> days_;
};

} // namespace wardflow
