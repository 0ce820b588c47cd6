// SPDX-License-Identifier: Apache-2.0
// EXPECT  what ought to arrive by a time, and did not: levels, children, devices (DOMAIN §6).
//
//   await(what, by) ─▶ ┌────────┐ ◀─ arrived(what)
//                      └────────┘ ─▶ overdue(stamp): what has just become late
//
// Owns     the names that are awaited, each with its time.
// Borrows  nothing; no clock: late is a function of the stamp.
// Promise  a name is overdue at most once for each time it was awaited, in order of (time, name);
//          the same calls give the same answers.
// Bound    one entry a name that is awaited and not yet overdue.
#pragma once

#include "messages/time.hpp"

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace wardflow {

class expect {
public:
  /// `what` has to arrive by then: overdue from `by` on. Awaited already: the new time counts.
  void await(std::string what, time_ms by);
  /// It has arrived, or is awaited no more.
  void arrived(const std::string& what);
  /// Newly overdue at `stamp`; they are awaited no more.
  [[nodiscard]] std::vector<std::string> overdue(time_ms stamp);
  /// When the next name becomes overdue; 0: nothing is awaited.
  [[nodiscard]] time_ms next_due() const { return order_.empty() ? 0 : order_.begin()->first; }
  [[nodiscard]] bool awaits(const std::string& what) const { return times_.contains(what); }
  [[nodiscard]] std::size_t size() const { return times_.size(); }

private:
  std::map<std::string, time_ms> times_;
  std::set<std::pair<time_ms, std::string>> order_;
};

} // namespace wardflow
