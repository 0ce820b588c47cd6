// SPDX-License-Identifier: Apache-2.0
// Between the store and the fold: start (saved states, then the journal's tail), and verify.
//
//   store ─rows─▶ ward_fold ─replay(rounds from replay_from)─▶ the ward as it was
//   store ─base─▶ scratch fold ─refold(every round)─▶ hash, compared with the live one
//
// Owns     nothing.
// Borrows  the store for the call; reads in short transactions, so that a writer is not held up.
// Promise  after `load_ward` the state is that of the last committed round.
// Bound    memory of one state (verify: of one more).
#pragma once

#include "actors/io/store.hpp"
#include "actors/logic/ward_fold.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <string>

namespace wardflow {

/// ok, store_damaged, journal_chain_broken, logic_version_other; `detail` names the place.
[[nodiscard]] code load_ward(const io::store& disk, ward_fold& fold, std::string& detail);

struct verify_report {
  code result = code::verify_failed; // verify_clean, verify_failed
  std::string detail;
  std::uint64_t rounds = 0;
  std::uint64_t scans = 0;
  hash128_value state{};
};

/// Folds from the base up to and with `last_round`.
[[nodiscard]] verify_report verify_journal(const io::store& disk, unit_code unit,
                                           std::uint64_t last_round);

/// verify_clean where the fold's hash is `live`.
[[nodiscard]] verify_report verify_against(const io::store& disk, unit_code unit,
                                           std::uint64_t last_round, const hash128_value& live);

} // namespace wardflow
