// SPDX-License-Identifier: Apache-2.0
// VERIFY: the journal judged again from the base, round by round, in one thread.
//
//   base ─load─▶ scratch fold ─refold(every round)─▶ state ─▶ compared with the live one's hash
//                                   └─ at midnight: this is the next base (move_base)
//
// Owns     nothing.
// Borrows  the store for the call; short read transactions.
// Promise  clean means: base and journal are whole, each round judged again gives the journal's
//          verdicts, answers and closings byte for byte, and all of them together the live state.
//          A base is moved only over rounds that were judged again and were the same.
// Bound    memory of one more state; ends soon after `go_on` says no.
#pragma once

#include "actors/disk/base.hpp"
#include "actors/io/store.hpp"
#include "actors/logic/ward_fold.hpp"

#include <cstdint>
#include <functional>
#include <string>

namespace wardflow {

struct verify_report {
  code result = code::verify_failed; // verify_clean, verify_failed, interrupted
  std::string detail;
  std::uint64_t base_round = 0; // judged from here on
  std::uint64_t rounds = 0;
  std::uint64_t scans = 0;
  hash128_value state{};
};

/// Asked after each round; false: give up.
using go_on_port = std::function<bool()>;

/// Folds from the base up to and with `last_round`, and compares with `live`.
[[nodiscard]] verify_report verify_against(const io::store& disk, unit_code unit,
                                           std::uint64_t last_round, const hash128_value& live,
                                           const go_on_port& go_on);

/// A stopped node's folder by itself: the state as a start would find it, against the journal.
[[nodiscard]] verify_report verify_stopped(const io::store& disk, unit_code unit,
                                           const go_on_port& go_on);

/// Moves the base to the last round before local day `today`, where there is one behind it, and
/// trims. ok, nothing_to_do, verify_failed with `detail`, interrupted, and what `write` says.
[[nodiscard]] code move_base(const io::store& disk, unit_code unit, day_number today,
                             const write_port& write, const go_on_port& go_on, std::string& detail);

} // namespace wardflow
