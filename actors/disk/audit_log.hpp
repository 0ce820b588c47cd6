// SPDX-License-Identifier: Apache-2.0
// AUDIT LOG: who did what at this node, or tried to: a chain of rows, written with the effect.
//
//   entries of a round ─append─▶ [crc, hash of the row before, entry] ... ─▶ rows of its commit
//                                first ◀── trimmed: too old, too much ── next     table `audit`
//   any thread ─read_audit─▶ entries       any thread ─verify_audit─▶ whole │ the first broken row
//
// Owns     the head: the numbers of the first row kept and of the next, and the chain's value
//          before the one and after the last (a row of `meta`); what is counted and no row yet.
// Borrows  the store; whoever commits writes what `append` gives.
// Promise  numbers are dense from 1 and never used twice. A row carries the BLAKE2b of the one
//          before it, as the journal's chunks do: one that was changed, left out, put in or moved
//          is found and named; so is a cut at either end, for the head knows both. Who can write
//          the disk can write another chain with another hash at its end: note that hash elsewhere.
// Bound    64 MiB and a year, whatever is less: the oldest rows go, at most 64 a commit.
#pragma once

#include "actors/io/store.hpp"
#include "actors/logic/refusal_meter.hpp"
#include "messages/audit.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace wardflow {

struct audit_head {
  std::uint64_t first = 1; // the oldest row kept; `next` where there is none
  std::uint64_t next = 1;
  std::uint64_t bytes = 0; // of the rows kept
  io::chain_value begin{}; // before `first`
  io::chain_value end{};   // after the newest
};

struct audit_bounds {
  std::uint64_t bytes_max = std::uint64_t{64} << 20;
  time_ms age_max = 366 * day_ms;
};

class audit_log {
public:
  explicit audit_log(const io::store& disk, audit_bounds bounds = {}) :
    disk_(&disk), bounds_(bounds) {
    // nop
  }

  /// The head, before the first `append`. ok, store_damaged.
  [[nodiscard]] code load();
  /// A round's entries as rows of its commit, with what is due and what is trimmed. It happened:
  /// whoever cannot commit them ends.
  void append(std::vector<audit_entry> said, std::uint64_t round, time_ms stamp,
              std::vector<io::put>& rows);
  /// What is counted and no row yet, before a stop.
  void end(std::vector<io::put>& rows);

private:
  void write(std::vector<audit_entry> entries, std::uint64_t round, time_ms stamp,
             std::vector<io::put>& rows);
  void trim(std::uint64_t committed, const io::chain_value& end, std::vector<io::put>& rows);

  const io::store* disk_;
  audit_bounds bounds_;
  audit_head head_;
  refusal_meter meter_;
  std::uint64_t round_ = 0; // of the last append
  time_ms stamp_ = 0;
  time_ms oldest_ = 0; // stamp of the first row; 0: to be looked up
};

/// What is asked of it: rows of a time, of a name, after a row.
struct audit_question {
  time_ms since = 0;
  time_ms until = 0; // 0: no bound
  std::string by{};  // empty: of all
  std::uint64_t after = 0;
  std::size_t most = 0;
};

/// At most `most` rows in order of their numbers; `more` where there are others. A row that cannot
/// be read has its number and the outcome store_damaged. ok, store_damaged (the head).
[[nodiscard]] code read_audit(const io::store& disk, const audit_question& q,
                              std::vector<audit_entry>& rows, bool& more);

struct audit_report {
  code result = code::audit_broken; // or audit_whole
  std::string detail;
  std::uint64_t broken = 0; // the first row that is not as it was written; 0: none
  std::uint64_t first = 0;
  std::uint64_t rows = 0; // that were walked
  std::string hash;       // at the end of the chain, as hexadecimal digits
};

/// Walks the chain from its first row to what is the last one at the call.
[[nodiscard]] audit_report verify_audit(const io::store& disk);

/// The key of a row, and its value: for tests that damage one.
[[nodiscard]] std::string audit_key(std::uint64_t number);

} // namespace wardflow
