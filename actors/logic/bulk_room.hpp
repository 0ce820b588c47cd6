// SPDX-License-Identifier: Apache-2.0
// BULK ROOM: how much of a log's bulk may be on its way, by how soon it is acknowledged.
//
//   begin ─▶ least ─ acknowledged soon, and the room was used ─▶ doubled, up to `most`
//                  ─ acknowledged late ────────────────────────▶ halved, down to least
//
// Owns     one number.
// Promise  what is said after it on the same connection, an alert, a level, waits for the line no
//          longer than some seconds, or one chunk: the line's queue is as long as bulk makes it.
// Bound    at least 64 KiB: 8 s of a line of 64 kbit/s; a slower start would cost fast lines more.
#pragma once

#include "messages/time.hpp"

#include <algorithm>
#include <cstdint>

namespace wardflow {

class bulk_room {
public:
  static constexpr std::uint64_t least_bytes = std::uint64_t{64} << 10;
  static constexpr time_ms soon_ms = second_ms;
  static constexpr time_ms late_ms = 3 * second_ms;

  void begin(std::uint64_t most) {
    most_ = most;
    bytes_ = std::min(most, least_bytes);
  }
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
  /// A chunk, `after` so long; with it so many bytes of bulk were on their way.
  void acked(time_ms after, std::uint64_t used) {
    if (after >= late_ms)
      bytes_ = std::max(bytes_ / 2, std::min(most_, least_bytes));
    else if (after <= soon_ms && used >= bytes_ / 2)
      bytes_ = std::min(bytes_ * 2, most_);
  }

private:
  std::uint64_t most_ = 0;
  std::uint64_t bytes_ = 0;
};

} // namespace wardflow
