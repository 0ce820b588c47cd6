// SPDX-License-Identifier: Apache-2.0
// VENUE MATCH: rows without an id that are in the register already get the id that they have.
//
//   rows ◀─ids─ list of the node's venues, by everything that a row says
//
// Owns     nothing.
// Promise  importing a file twice, or once more after a break, adds nothing. Two equal rows of one
//          file are two venues: each takes an id of its own.
// Bound    memory in proportion to the register, for the length of the call.
#pragma once

#include "actors/logic/import_rows.hpp"
#include "nodes/wardctl/shell.hpp"

#include <vector>

namespace wardflow::wardctl {

/// False after `fail`. Asks the node only if some row has no id.
[[nodiscard]] bool match_venues(shell& s, std::vector<venue_row>& rows);

} // namespace wardflow::wardctl
