// SPDX-License-Identifier: Apache-2.0
// Rollups as values: counts that flow up. Absolute, never deltas: the newest revision of a unit's
// hour or day is all of it, so that order, repeats and returns from the dead cannot matter.
#pragma once

#include "messages/ids.hpp"
#include "messages/time.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace wardflow {

/// Counted scans of a ward in one local hour of EVENT time.
struct hour_counts {
  std::uint64_t in = 0;
  std::uint64_t out = 0;
  std::uint64_t refused = 0; // of `in`
  std::uint64_t late = 0;    // of both
  std::uint64_t poster = 0;  // of both
  bool operator==(const hour_counts&) const = default;
};

struct hour_rollup {
  unit_code unit;
  hour_number hour = 0;
  std::uint32_t revision = 0;
  hour_counts counts;
  bool operator==(const hour_rollup&) const = default;
};

/// A ward's day of ARRIVAL: every scan taken, by reason; and the persons of that event day.
struct day_rollup {
  unit_code unit;
  day_number day = 0;
  std::uint32_t revision = 0;
  std::uint64_t taken = 0;
  std::uint64_t counted = 0;
  std::uint64_t late = 0;
  std::uint64_t persons = 0; // distinct in the ward, exact; no pseudonym leaves it
  std::uint64_t linked = 0;
  std::vector<std::byte> sketch; // person_sketch; empty: nobody
  std::array<std::uint32_t, 4> decisions{};
  std::array<std::uint32_t, 4> colours{};
  std::vector<std::pair<std::uint16_t, std::uint32_t>> reasons; // code, count; ascending, no zero
  std::uint32_t venues = 0;                                     // registered
  std::uint32_t inside = 0;
  bool persons_estimated = false; // the ward's machine was replaced on this day
  bool operator==(const day_rollup&) const = default;
};

/// Where a device's numbering stands at its ward: all below `next` was taken.
struct device_position {
  std::uint32_t device = 0;
  std::uint64_t epoch = 0; // 0: never heard
  std::uint64_t next = 1;
  bool operator==(const device_position&) const = default;
};

/// What was told of counts, and what of scans is in it: both of one round. A new machine of the
/// ward goes on from here: what is below a position was counted, what is not will come again.
struct watermark {
  unit_code unit;
  std::uint64_t revision = 0;
  bool whole = false; // `positions` are all; else those that changed
  day_number day = 0; // of arrival; the figures are this day's so far, as in day_rollup
  std::uint64_t taken = 0;
  std::uint64_t counted = 0;
  std::uint64_t late = 0;
  std::array<std::uint32_t, 4> decisions{};
  std::array<std::uint32_t, 4> colours{};
  std::vector<std::pair<std::uint16_t, std::uint32_t>> reasons;
  std::uint32_t groups = 0; // registered
  std::uint32_t venues = 0;
  std::uint32_t devices = 0;
  std::vector<device_position> positions; // ascending devices
  bool operator==(const watermark&) const = default;
};

} // namespace wardflow
