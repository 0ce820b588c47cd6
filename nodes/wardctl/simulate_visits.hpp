// SPDX-License-Identifier: Apache-2.0
// SIMULATED VISITS: who is where, from when to when, on one day.
//
//   scans of each venue ──▶ visits of 1 to 3 scans ──▶ a person each ──▶ times within opening hours
//
// Owns: nothing.
// Borrows: the venues, for the length of the call.
// Promise: a function of its arguments; the visits of a venue use exactly its number of scans, lie
//          within its hours and within the local day; no person is at two places at once unless
//          the day has no room left for the visits asked for.
// Bound: 60 tries for a visit's person and time.
#pragma once

#include "nodes/wardctl/simulate_places.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace wardflow::wardctl {

struct simulated_visit {
  std::uint32_t venue = 0;             // index
  std::optional<std::uint32_t> person; // number; none: what was scanned is no person
  time_ms in = 0;
  time_ms out = 0; // also where nobody records it
  bool records_exit = false;
  bool repeated = false; // the entry is scanned twice
  wardflow::flow flow = flow::staff_scans_person;

  [[nodiscard]] std::uint32_t scans() const {
    return 1u + (records_exit ? 1u : 0u) + (repeated ? 1u : 0u);
  }
};

/// Residents, and 3 % strangers with numbers from `residents` on.
[[nodiscard]] constexpr std::uint32_t persons_in_town(std::uint32_t residents) {
  return residents + residents / 33 + 1;
}

[[nodiscard]] std::vector<simulated_visit> simulate_visits(std::span<const simulated_venue> venues,
                                                           std::uint32_t residents, day_number day,
                                                           std::uint64_t seed);

} // namespace wardflow::wardctl
