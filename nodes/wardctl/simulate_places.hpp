// SPDX-License-Identifier: Apache-2.0
// SIMULATED PLACES: the venues, groups and levels of a ward that does not exist, and how many
// scans each venue has on the day.
//
// Owns: nothing.
// Borrows: nothing.
// Promise: a function of its arguments. The busiest 1 % of the used venues have 23.5 % of the
//          scans, the busiest 10 % half, and 29 % of them one each (measured on real traces).
// Bound: venues and scans as asked for; at most 999 groups.
#pragma once

#include "actors/logic/import_rows.hpp"

#include <cstdint>
#include <vector>

namespace wardflow::wardctl {

struct simulated_venue {
  venue_row row;
  std::uint32_t scans = 0;    // of the day; 0: nobody scans here
  std::uint16_t stay_min = 5; // minutes that a person stays, shortest and longest
  std::uint16_t stay_max = 30;
};

struct simulated_places {
  std::vector<group_row> groups;
  std::vector<simulated_venue> venues; // in the order of their ids
  std::vector<level_row> levels;       // of every group but one
};

/// Scans of the venues that are used, busiest first; their sum is `scans`. At least 8 % of the
/// venues stay unused, and more when there are fewer than 4.4 scans for each.
[[nodiscard]] std::vector<std::uint32_t> scans_by_rank(std::uint32_t venues, std::uint32_t scans);

[[nodiscard]] simulated_places simulate_places(std::uint32_t ward, day_number day,
                                               std::uint32_t venues, std::uint32_t groups,
                                               std::uint32_t scans, std::uint64_t seed);

} // namespace wardflow::wardctl
