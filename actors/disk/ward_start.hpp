// SPDX-License-Identifier: Apache-2.0
// Start: the ward as it was at its last commit.
//
//   store ─saved states─▶ ward_fold ─replay(rounds from replay_from)─▶ the ward as it was
//
// Owns     nothing.
// Borrows  the store for the call; reads in short transactions, so that a writer is not held up.
// Promise  after `load_ward` the state is that of the last committed round. A program of another
//          logic version starts only where no round of the older one lies behind the base: judging
//          those again would give other verdicts, and `verify` would lie.
// Bound    memory of one state.
#pragma once

#include "actors/io/store.hpp"
#include "actors/logic/ward_fold.hpp"

#include <string>
#include <string_view>

namespace wardflow {

/// Tables of a state in the order in which their rows go together: registers first.
inline constexpr state_table loaded_tables[] = {
  state_table::ward,   state_table::meta,    state_table::venues,
  state_table::cards,  state_table::devices, state_table::commands,
  state_table::alerts, state_table::up,      state_table::links};

/// One saved row into the state. ok, store_damaged; then `detail` names the row.
[[nodiscard]] code load_row(ward_state& state, state_table table, std::string_view key, bytes value,
                            std::string& detail);

/// ok, store_damaged, journal_chain_broken, logic_version_other; `detail` names the place.
[[nodiscard]] code load_ward(const io::store& disk, ward_fold& fold, std::string& detail);

} // namespace wardflow
