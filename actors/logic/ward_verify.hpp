// SPDX-License-Identifier: Apache-2.0
// The journal judged again: every round from the base, by the same code, in one thread.
//
//   base ─▶ scratch fold ─refold(record) × n─▶ state ─▶ compare with the live state's hash
//
// Owns     nothing.
// Borrows  the scratch fold and the record for the call.
// Promise  a round is `ok` only if judging it again gives the journal's replies, answers, closings
//          and links, byte for byte.
// Bound    the work of the round.
#pragma once

#include "actors/logic/ward_fold.hpp"
#include "messages/record.hpp"

#include <string>

namespace wardflow {

/// Folds one record into `scratch`. state_differs: with what the journal says in `detail`.
/// store_damaged, logic_version_other.
[[nodiscard]] code refold(ward_fold& scratch, const round_record& record, scan_round& r,
                          std::string& detail);

/// Judges every slice of a prepared round here and now.
void judge_all(ward_fold& fold, scan_round& r);

} // namespace wardflow
