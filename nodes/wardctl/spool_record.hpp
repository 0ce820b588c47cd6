// SPDX-License-Identifier: Apache-2.0
// The records of a door's spool as bytes, and what a row of them adds up to.
//
// Owns     nothing but the values that it gives back.
// Promise  a record is read whole and right (mark, size, crc32c, every field in range), or not.
// Bound    spool_record_bytes_max.
#pragma once

#include "actors/logic/send_window.hpp"
#include "messages/limits.hpp"
#include "nodes/wardctl/spool.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

namespace wardflow::wardctl {

enum class spool_kind : std::uint8_t {
  base = 1, // first in a file: where the sequence stands
  scan = 2,
  acknowledged = 3,
  epoch = 4, // a new epoch, or that the present one is open
};

/// Every record tells the epoch, and how far the node has acknowledged, so that this needs no write
/// of its own. A base and an epoch tell the whole state as it is after them.
struct spool_record {
  spool_kind kind = spool_kind::base;
  send_state state;
  std::uint64_t from = 0; // epoch: the number that becomes 1
  spooled_scan scan;
};

inline constexpr std::size_t spool_head_bytes = 12; // mark, size of the body, crc32c of both
inline constexpr std::size_t spool_record_bytes_max =
  spool_head_bytes + 128 + std::max(spool_sealed_bytes_max, left_epochs_max * sizeof(left_epoch));

[[nodiscard]] std::vector<std::byte> encode_spool_record(const spool_record& record);

/// The record at the beginning of `data`, and how long it is; nothing where there is none.
struct read_spool_record {
  spool_record record;
  std::size_t size = 0;
};
[[nodiscard]] std::optional<read_spool_record> decode_spool_record(bytes data);

/// What the records of a spool add up to.
struct spool_content {
  send_state state{0, 0, false, 0, {}}; // epoch 0: no record yet
  std::uint64_t next = 1;               // number of the next scan
  std::uint64_t next_id = 1;
  std::deque<spooled_scan> pending; // those above `state.acknowledged`, without a gap

  /// False, and nothing changed: this record cannot follow here.
  [[nodiscard]] bool apply(spool_record&& record);
  void acknowledge(std::uint64_t through);
  [[nodiscard]] bool operator==(const spool_content&) const = default;

private:
  [[nodiscard]] bool begin(spool_record&& base);
  [[nodiscard]] bool change_epoch(spool_record&& r);
};

/// Reads records from `data` until its end or the first that is none; `good` bytes were read.
/// spool_damaged: a good record stands behind a bad one, or one cannot follow.
[[nodiscard]] code read_spool(bytes data, spool_content& content, std::size_t& good);

} // namespace wardflow::wardctl
