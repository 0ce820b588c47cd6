// SPDX-License-Identifier: Apache-2.0
// LINE WAY: one direction of a bad line, as a decision: which bytes may pass now.
//
//   put(bytes, now) ─▶ [ queue ] ─ready(weather, now)─▶ bytes ─passed(n)─▶ gone
//
// Owns     the bytes that are on their way.
// Promise  bytes pass in order and unchanged; none before its delay is over, none while the line is
//          stalled, and no more in any time than the line's rate allows.
// Bound    `room`: a slow line reads a quarter of a second ahead, so that its sender feels it.
//
// No socket and no clock: time is an argument.
#pragma once

#include "messages/time.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <utility>
#include <vector>

namespace wardflow::test {

/// How a line is now; the same for both of its directions.
struct line_weather {
  bool cut = false;                 // no connection stands, and none can be made
  bool stalled = false;             // connections stand, and nothing passes
  time_ms delay_ms = 0;             // each way
  std::uint64_t bytes_a_second = 0; // each way; 0: as fast as it goes
  time_ms flap_ms = 0;              // so often all connections are cut; 0: never
  std::uint64_t break_within = 0;   // each connection is cut after 1 to so many bytes; 0: never
};

class line_way {
public:
  static constexpr std::size_t ahead_bytes = std::size_t{4} << 20;

  /// How much may be read from its sender now.
  [[nodiscard]] std::size_t room(const line_weather& w) const {
    auto most =
      w.bytes_a_second == 0 ? ahead_bytes : std::max<std::size_t>(w.bytes_a_second / 4, 1'024);
    return w.stalled || held_ >= most ? 0 : most - held_;
  }

  void put(std::span<const std::byte> bytes, time_ms now) {
    parts_.push_back({now, {bytes.begin(), bytes.end()}});
    held_ += bytes.size();
  }

  /// The front of the queue, as far as it may pass now; empty: nothing may.
  [[nodiscard]] std::span<const std::byte> ready(const line_weather& w, time_ms now) {
    earn(w, now);
    if (w.stalled || parts_.empty() || parts_.front().arrived + w.delay_ms > now)
      return {};
    auto front = std::span<const std::byte>{parts_.front().bytes}.subspan(begun_);
    return w.bytes_a_second == 0 ? front : front.first(std::min(front.size(), earned_ / second_ms));
  }

  /// So many of `ready` went on.
  void passed(std::size_t n, const line_weather& w) {
    begun_ += n;
    held_ -= n;
    if (w.bytes_a_second != 0)
      earned_ -= n * second_ms;
    if (begun_ == parts_.front().bytes.size()) {
      parts_.pop_front();
      begun_ = 0;
    }
  }

  /// When `ready` may have more, if nothing is put; -1: not before the weather changes.
  [[nodiscard]] time_ms next_look(const line_weather& w, time_ms now) const {
    if (w.stalled || parts_.empty())
      return -1;
    auto arrives = parts_.front().arrived + w.delay_ms;
    return w.bytes_a_second == 0 ? std::max(arrives, now) : std::max(arrives, now + tick_ms);
  }

  [[nodiscard]] bool empty() const { return parts_.empty(); }

private:
  static constexpr time_ms tick_ms = 10; // a slow line passes its bytes in such steps

  struct part {
    time_ms arrived = 0;
    std::vector<std::byte> bytes;
  };

  /// What the line's rate allows since the last look; at most ten steps of it are saved up.
  void earn(const line_weather& w, time_ms now) {
    auto since = std::exchange(earned_at_, now);
    if (w.bytes_a_second == 0 || since < 0)
      return;
    earned_ += w.bytes_a_second * static_cast<std::uint64_t>(std::max<time_ms>(now - since, 0));
    earned_ = std::min<std::uint64_t>(earned_, 10 * tick_ms * w.bytes_a_second);
  }

  std::deque<part> parts_;
  std::size_t begun_ = 0;    // of the first part: gone already
  std::size_t held_ = 0;     // bytes of all parts
  std::uint64_t earned_ = 0; // thousandths of bytes
  time_ms earned_at_ = -1;   // nobody has looked yet
};

} // namespace wardflow::test
