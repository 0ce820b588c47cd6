// SPDX-License-Identifier: Apache-2.0
// BASE: a whole state at a round, from which the journal behind it is judged again.
//
//   state ─rows, a piece a commit─▶ generation n + 1 ─one commit─▶ it is the base, n is erased
//
// Owns     nothing; the rows are in the store's table `base`, the facts in `meta`.
// Borrows  the store; whoever may write is given as a function.
// Promise  a base is there whole or not at all: a crash at any moment leaves the one before it.
//          It carries the hash of its state, and the value of the journal's chain at its round, so
//          that neither can be exchanged alone.
// Bound    a piece is at most `base_piece_bytes` and one row; two bases on the disk for a moment.
#pragma once

#include "actors/io/store.hpp"
#include "actors/logic/ward_fold.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace wardflow {

inline constexpr std::size_t base_piece_bytes = 256u << 10;

struct base_facts {
  std::uint64_t generation = 0; // 0: none yet, the base is the empty state before round 1
  std::uint64_t round = 0;      // the state after this round
  time_ms stamp = 0;
  hash128_value state{};
  io::chain_value chain{};
  /// Last round of each local day that a base has passed, ascending: what the trim goes by.
  std::vector<std::pair<day_number, std::uint64_t>> days;
  bool operator==(const base_facts&) const = default;

  /// `round` is the last one of `day`, as far as is known.
  void pass(day_number day, std::uint64_t last_round) {
    if (days.empty() || days.back().first < day)
      days.emplace_back(day, last_round);
    days.back().second = last_round;
  }
};

/// ok (also where there is none yet), store_damaged.
[[nodiscard]] code read_base_facts(const io::store& disk, base_facts& facts);

/// The base into an empty fold; its hash and its place in the chain are checked. ok, store_damaged,
/// journal_chain_broken, state_differs; `detail` says what.
[[nodiscard]] code load_base(const io::store& disk, const base_facts& facts, ward_fold& fold,
                             std::string& detail);

/// Commits these rows and this trim, and returns when they are on disk. Not ok: the write is given
/// up.
using write_port = std::function<code(std::vector<io::put>, std::uint64_t trim_before)>;

/// Makes `state` the base. `facts`: those of the present base; on `ok` those of the new one.
/// `days`, where set before the call, go along. Rounds of days more than `retention_days` before
/// `today` are trimmed.
[[nodiscard]] code write_base(const io::store& disk, ward_state& state, const hash128_value& hash,
                              day_number today, base_facts& facts, const write_port& write);

/// The first round that is kept when it is `today`; 0: all.
[[nodiscard]] std::uint64_t first_kept_round(const base_facts& facts, day_number today);

} // namespace wardflow
