// SPDX-License-Identifier: Apache-2.0
// REFUSAL METER: keeps refusals from filling the audit log.
//
//   what was refused ─take─▶ a row, now │ counted: a row with the number, an hour later
//
// Owns     for each (key, way, deed, outcome) of the last hour how many came since its row.
// Borrows  nothing; times are arguments.
// Promise  the first is a row at once; of those like it at most one row an hour, and the rows'
//          `times` add up to all that came. What was done is never counted together.
// Bound    kinds_max kinds; when there are more, the one that waits longest has its row now.
#pragma once

#include "messages/audit.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

namespace wardflow {

class refusal_meter {
public:
  static constexpr time_ms quiet_ms = hour_ms;
  static constexpr std::size_t kinds_max = 1024;

  /// The rows of a round's entries, in order; first those whose hour is over.
  [[nodiscard]] std::vector<audit_entry> rows_of(std::vector<audit_entry> said, time_ms stamp);
  /// All that is counted and no row yet: the end.
  [[nodiscard]] std::vector<audit_entry> rest();

private:
  using kind = std::tuple<std::string, unit_code, role, audit_way, audit_deed, code>;
  struct waiting {
    time_ms since = 0;  // of its last row
    audit_entry newest; // `times`: came since then
  };
  void end_hours(time_ms stamp, std::vector<audit_entry>& rows);
  void make_room(std::vector<audit_entry>& rows);

  std::map<kind, waiting> kinds_;
};

/// Nothing was changed, and nothing was asked for that this key may have.
[[nodiscard]] bool is_refusal_of_right(const audit_entry& e);

} // namespace wardflow
