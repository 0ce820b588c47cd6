// SPDX-License-Identifier: Apache-2.0
// TRACE: real check-ins as a replay of one ward: `wardctl simulate --trace FILE`.
//
//   epoch_s,user_id,venue_id ──▶ persons in order of appearance · venues by rank · times moved
//                            ──▶ in at the check-in, out before the person's next one ──▶ files
//
// Owns: nothing.
// Borrows: the text, for the length of a call.
// Promise: every check-in is one `in` scan, and no other is. Weekdays and hours of the day stay
//          what they were; ranks of venues stay, folded onto the ward's. Persons are invented: no
//          user's number comes out. The same file and options give the same bytes.
// Bound: 10,000,000 check-ins; memory grows with them (about 300 bytes each).
#pragma once

#include "nodes/wardctl/simulate.hpp"

#include <string_view>
#include <variant>

namespace wardflow::wardctl {

/// `options.day`: the first day is this one or the next one of the same weekday. `options.scans`
/// and `options.residents` are the trace's own and not looked at. file_columns_wrong,
/// file_line_bad (with the line in `detail`), or what check() says.
[[nodiscard]] std::variant<simulation, simulate_problem> simulate_trace(std::string_view text,
                                                                        simulate_options options);

} // namespace wardflow::wardctl
