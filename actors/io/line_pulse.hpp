// SPDX-License-Identifier: Apache-2.0
// LINE PULSE: does anything still move on this connection?
//
//   read_line(file) ─▶ the kernel's counts of bytes ─look─▶ quiet_for
//
// Owns     what it saw last.
// Promise  quiet is a line on which nothing arrives and nothing of what waits goes out. A slow line
//          that moves is not quiet, however long it takes for a frame.
//
// Why not ZeroMQ's heartbeats alone: they count whole frames. On a line of 64 kbit/s a frame of
// 64 KiB takes 8 s: a time-out of 6 s would end the connection within that frame, for ever.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace wardflow::io {

struct line_bytes {
  std::uint64_t received = 0;
  std::uint64_t acknowledged = 0; // of what we sent, by the peer's kernel
  std::uint64_t waiting = 0;      // sent and not acknowledged, or not sent yet
};

/// Nothing: no TCP connection is behind this file (any more).
[[nodiscard]] std::optional<line_bytes> read_line(int file);

class line_pulse {
public:
  using time = std::chrono::steady_clock::time_point;

  /// A new connection.
  void begin(time now) {
    last_ = {};
    moved_ = now;
  }
  void look(const line_bytes& seen, time now) {
    // A peer that is dead but for its kernel acknowledges each of our heartbeats; so what goes out
    // is a sign of life only while there is more than can go.
    auto goes_out =
      last_.waiting != 0 && seen.waiting != 0 && seen.acknowledged != last_.acknowledged;
    if (seen.received != last_.received || goes_out)
      moved_ = now;
    last_ = seen;
  }
  [[nodiscard]] std::chrono::milliseconds quiet_for(time now) const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(now - moved_);
  }

private:
  line_bytes last_;
  time moved_{};
};

} // namespace wardflow::io
