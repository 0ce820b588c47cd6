// SPDX-License-Identifier: Apache-2.0
// LEVEL WATCH  every group of the register owes one level a day by 17:00 (DOMAIN §6).
//
//   register × days ─▶ [expect] ◀─ a level arrives
//                         └─▶ missing(stamp): (group, day) whose deadline has passed
//
// Owns     which levels are awaited, of the days up to tomorrow.
// Borrows  the register's groups and the levels for each call.
// Promise  a function of register, levels and stamps alone: made again at a start, it awaits what
//          it awaited before. Nobody has to be there for a deadline to pass: tomorrow's is known.
// Bound    two days of 999 groups; after a long stop a week of them, once.
#pragma once

#include "actors/logic/expect.hpp"
#include "actors/logic/level_book.hpp"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace wardflow {

class level_watch {
public:
  using group_names = std::map<group_id, std::string>;
  struct owed_level {
    group_id group{};
    day_number day = 0;
    bool operator==(const owed_level&) const = default;
  };

  /// Of a local day: from then on a level that is not there is missing.
  static constexpr time_ms deadline_of(day_number day) { return start_of(day) + 17 * hour_ms; }

  /// At a start: what had not fallen due at the stamp of the last round (0: there was none).
  void begin(const group_names& groups, const level_book& levels, time_ms stamp);
  /// Awaits the days up to tomorrow. True: there was a day to add.
  bool go_on(const group_names& groups, const level_book& levels, time_ms stamp);
  /// A group joined the register.
  void joined(group_id group, const level_book& levels, time_ms stamp);
  void arrived(group_id group, day_number day);
  /// Newly missing, in order of day and group.
  [[nodiscard]] std::vector<owed_level> missing(time_ms stamp);
  [[nodiscard]] time_ms next_due() const { return owed_.next_due(); }

private:
  void await(group_id group, day_number day, const level_book& levels);

  expect owed_;
  day_number through_ = 0; // days up to this one were awaited; 0: none
};

} // namespace wardflow
