// SPDX-License-Identifier: Apache-2.0
// OFFSET LOG: what one node keeps for others to read by cursor: its up-log, its directive log.
//
//   append(lane, entry) ... ─▶ seal(round's stamp) ─▶ rows of this commit ─▶ table `up` or `down`
//   cursors (parent, children, subscriptions) ─▶ trim ─▶ rows to erase
//
// Owns     for each lane: first and next offset, the list of its chunks, the cursors that hold it.
// Borrows  what an entry's body borrows, until `seal`.
// Promise  offsets of a lane are dense from 1 and never used twice; a chunk is one row, a whole
//          LinkBatch message that can be sent as it lies. Entries up to the slowest cursor go;
//          past the bounds of size and age the oldest go although somebody wants them: he is told
//          so by GAP. State is what the rows say: `load` at start, in key order.
// Bound    32 bytes a chunk; a chunk is of one round, 64 KiB at most. A trim erases at most 64
//          chunks a call.
//
// A chunk's key has its LAST offset: the first key from (lane, n) on is the chunk that holds n, or,
// where that is gone, the oldest one kept. So a reader needs nothing of this memory. When a lane's
// last chunk goes, a mark stays that says which offset comes next (its key is the lane alone).
#pragma once

#include "messages/counts.hpp"
#include "messages/link.hpp"
#include "messages/round.hpp"

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wardflow {

class offset_log {
public:
  struct limits {
    std::uint64_t bytes_max = std::uint64_t{1} << 30; // of a lane
    time_ms age_max = 21 * day_ms;
  };

  offset_log(log_name name, limits bounds) : name_(name), bounds_(bounds) {
    // nop
  }

  /// Whether an entry with a body and a name of these sizes can be sent at all: one frame.
  [[nodiscard]] static bool fits(std::size_t body_bytes, std::size_t by_bytes);
  /// Takes `e.body`, which `fits`; its offset is set here and given back. `e.at` is set by `seal`.
  std::uint64_t append(lane l, log_entry e);
  /// Nothing was appended since the last `seal`.
  [[nodiscard]] bool sealed() const;
  /// The round's end: chunks of at most about 65,520 bytes (a larger entry is a chunk alone) as
  /// rows to write with its commit.
  void seal(time_ms stamp, std::vector<saved_row>& rows);

  /// `name` wants `next` and what follows. A cursor never goes back by this; `release` first.
  /// Before the first trim everybody who is known is held, or what he wants is nobody's.
  void hold(const std::string& name, lane l, std::uint64_t next);
  void release(const std::string& name);
  /// All that was appended up to this stamp, `name` has; 0: something is gone that he has not.
  [[nodiscard]] time_ms taken_until(const std::string& name, lane l) const;
  /// Erases what nobody wants any more, and what is past the bounds. No row: there is no more.
  void trim(time_ms stamp, std::vector<saved_row>& rows);

  [[nodiscard]] std::uint64_t first(lane l) const; // the oldest kept; `next` where there is none
  [[nodiscard]] std::uint64_t next(lane l) const;  // of what is sealed: the next to be read
  [[nodiscard]] std::uint64_t bytes(lane l) const;
  [[nodiscard]] time_ms oldest(lane l) const; // when it was appended; 0 where there is none
  [[nodiscard]] std::array<lane_range, lanes_max> held() const;
  /// The first offset of what was appended at `at` or later; `next` where there is none.
  [[nodiscard]] std::uint64_t first_since(lane l, time_ms at) const;
  /// The chunk's key that holds this offset: where a reader begins. Nothing: not kept.
  [[nodiscard]] std::optional<std::string> key_of(lane l, std::uint64_t offset) const;

  /// One row of the store back, in key order; false: damaged. Cursors are the caller's to restore.
  [[nodiscard]] bool load(std::string_view key, std::span<const std::byte> value);

  /// One byte lane, eight bytes last offset, big-endian.
  [[nodiscard]] static std::string chunk_key(lane l, std::uint64_t through);
  /// Whether it is the key of a chunk of this lane.
  [[nodiscard]] static bool is_chunk_key(lane l, std::string_view key);

private:
  struct chunk {
    std::uint64_t first = 0;
    std::uint64_t through = 0;
    std::uint32_t bytes = 0;
    time_ms at = 0;
  };
  struct lane_state {
    std::deque<chunk> chunks;
    std::uint64_t next = 1; // of the next to be appended
    std::uint64_t sealed = 1;
    std::uint64_t bytes = 0;
    std::vector<log_entry> open; // of this round
  };

  [[nodiscard]] lane_state& state(lane l) { return lanes_[static_cast<std::size_t>(l)]; }
  [[nodiscard]] const lane_state& state(lane l) const {
    return lanes_[static_cast<std::size_t>(l)];
  }
  [[nodiscard]] state_table table() const;
  [[nodiscard]] saved_row write_chunk(lane l, std::span<const log_entry> entries, time_ms stamp);
  [[nodiscard]] bool load_mark(lane l, std::span<const std::byte> value);
  [[nodiscard]] std::uint64_t wanted(lane l) const;

  log_name name_;
  limits bounds_;
  std::array<lane_state, lanes_max> lanes_;
  std::map<std::string, std::array<std::uint64_t, lanes_max>> cursors_; // 0: that lane is not held
};

} // namespace wardflow
