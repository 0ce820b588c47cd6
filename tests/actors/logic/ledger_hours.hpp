// SPDX-License-Identifier: Apache-2.0
// A ward's hours the slow way: every ledger's hours added up.
#pragma once

#include "actors/logic/retention.hpp"
#include "tests/support/fold_world.hpp"

#include <map>

namespace wardflow::test {

/// Of the hours that every venue keeps; one without a scan today may still hold older ones.
inline std::map<hour_number, hour_counts> kept(std::map<hour_number, hour_counts> hours,
                                               time_ms stamp) {
  std::erase_if(hours, [&](auto& row) { return row.first / 24 + count_days < local_day(stamp); });
  return hours;
}

inline std::map<hour_number, hour_counts> by_ledgers(fold_world& w) {
  std::map<hour_number, hour_counts> sums;
  for (auto& entry : w.fold->state.places.venues())
    for (auto& h : w.fold->state.slots.rest(entry.number)->hours()) {
      auto& sum = sums[h.hour];
      sum.in += h.in;
      sum.out += h.out;
      sum.refused += h.refused;
      sum.late += h.late;
      sum.poster += h.poster;
    }
  return kept(std::move(sums), w.stamp);
}

} // namespace wardflow::test
