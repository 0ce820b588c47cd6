// SPDX-License-Identifier: Apache-2.0
// LOG READER: reads an offset log by cursor, beside the thread that writes it.
//
//   offset_log ─rows of a commit─▶ store ─read(log, lane, from)─▶ chunks as they lie ─▶ a link
//
// Owns     nothing: any number of readers, each with a cursor of its own.
// Borrows  the store, which outlives it; a transaction for the call, and none after it.
// Promise  what it hands out is committed, in order and without a hole: each chunk is a whole
//          LinkBatch that was read once and names its own lane and offsets. The first one holds
//          `from`, and may begin before it: the receiver skips what it has.
// Bound    `bytes_max` and one chunk.
#pragma once

#include "actors/io/store.hpp"
#include "messages/link.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace wardflow {

class log_reader {
public:
  explicit log_reader(const io::store& disk) : disk_(&disk) {
    // nop
  }

  /// Chunks that hold `from` (1 or more) and what follows, until they are `bytes_max` bytes: at
  /// least one where there is one. ok, also when there is none yet; range_past_retention: `from` is
  /// gone, and `first_kept` is the oldest that is there; store_damaged: after what is in `chunks`.
  [[nodiscard]] code read(log_name log, lane l, std::uint64_t from, std::size_t bytes_max,
                          std::vector<log_chunk>& chunks, std::uint64_t& first_kept) const;

  /// `up/0/17`: a place in a log, for people.
  [[nodiscard]] static std::string place(log_name log, lane l, std::uint64_t offset);

private:
  const io::store* disk_;
};

} // namespace wardflow
