// SPDX-License-Identifier: Apache-2.0
// Questions about the present: answered between rounds, from memory, of the state after the round.
//
//   prepare ─ask_venues─▶ slices that only report ─▶ VENUEs ─▶ finish ─answer_query─▶ answer
//
// Owns     nothing.
// Promise  one moment: every figure of an answer is of the same round.
// Bound    limit rows a page; a question about all venues costs one report a venue that is awake.
#pragma once

#include "messages/command.hpp"
#include "messages/round.hpp"

namespace wardflow {

class ward_fold;

/// Asks those VENUEs that hold their ledgers themselves for what the question needs.
void ask_venues(ward_fold& fold, scan_round& r, const query& q);

/// The answer, with `id` and node time to be filled in by the caller.
[[nodiscard]] answer answer_query(ward_fold& fold, scan_round& r, const command& c);

} // namespace wardflow
