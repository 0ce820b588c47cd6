// SPDX-License-Identifier: Apache-2.0
// A supervisor of scripts/bench: subscribes to a node's alerts, counts and acknowledges them.
#pragma once

#include "messages/link.hpp"
#include "tests/support/ward_rig.hpp"

#include <cstdint>
#include <functional>
#include <memory>

namespace wardflow::test {

class alert_reader {
public:
  /// Calls `take` with each alert's entry.
  alert_reader(ward_rig& node, const io::key_pair& key, subscribe what,
               std::function<void(const log_entry_view&)> take);

  /// Waits until the node has said where the subscription begins; false: it did not within 10 s.
  [[nodiscard]] bool begin();
  /// Works off what is there and acknowledges it. False: a gap, a hole, or the node said BYE.
  [[nodiscard]] bool turn();
  /// Waits for a frame first, at most so long.
  [[nodiscard]] bool turn(int timeout_ms);

  [[nodiscard]] io::client* link() { return link_.get(); }
  /// The offset that comes next, and the one after the newest when the subscription began.
  [[nodiscard]] std::uint64_t next() const { return next_; }
  [[nodiscard]] std::uint64_t head() const { return head_; }
  [[nodiscard]] std::uint64_t taken() const { return taken_; }

private:
  [[nodiscard]] bool take(const io::received& frame);

  std::unique_ptr<io::client> link_;
  subscribe what_;
  std::function<void(const log_entry_view&)> take_;
  std::uint64_t next_ = 0; // 0: not begun
  std::uint64_t head_ = 0;
  std::uint64_t acked_ = 0;
  std::uint64_t taken_ = 0;
};

} // namespace wardflow::test
