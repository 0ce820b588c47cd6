// SPDX-License-Identifier: Apache-2.0
// A line between a child and its parent, as bad as a test wants it: a TCP proxy on loopback.
//
//   child ─▶ [listens] ─ line_way (up) ──▶ parent
//         ◀─           ─ line_way (down) ◀─
//
// Owns     one port, its connections, one thread.
// Promise  what passes is what was sent, in order; how is decided by line_way under the weather of
//          now. Bytes are counted where they leave. A line that is cut refuses connections, and has
//          its port back when it heals.
// Bound    line_way's; 32 KiB in the kernel on either side, so that a stall is felt soon.
//
// Why a proxy and not a network of namespaces: on loopback it cuts, stalls, delays and throttles at
// any byte, needs no root, and counts. What it cannot show is a peer whose packets vanish without a
// word of the kernel between: vanished_peer_test does that with a veth that is set down.
#pragma once

#include "tests/support/line_way.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace wardflow::test {

class tcp_proxy {
public:
  struct counts {
    std::uint64_t up = 0, down = 0; // bytes that went on
    std::uint64_t connections = 0;  // made with the parent, ever
    std::uint64_t breaks = 0;       // of these, ended by the weather
    std::uint64_t standing = 0;     // now
  };

  /// `to`: the parent's endpoint, `tcp://127.0.0.1:PORT`; may be given later. `seed`: where
  /// connections break.
  explicit tcp_proxy(std::string to = {}, std::uint64_t seed = 1);
  ~tcp_proxy();
  tcp_proxy(const tcp_proxy&) = delete;
  tcp_proxy& operator=(const tcp_proxy&) = delete;

  [[nodiscard]] std::string endpoint() const;
  void lead_to(const std::string& parent);
  /// From now on: it has changed when this returns.
  void weather(const line_weather& w);
  [[nodiscard]] counts count() const;

private:
  struct state;
  std::unique_ptr<state> state_;
};

} // namespace wardflow::test
