// SPDX-License-Identifier: Apache-2.0
// CLIENT: one CURVE connection to a node, kept up for ever: wardctl's, a door's, a child node's.
//
//   send(kind, body) ─▶ DEALER ─CURVE─▶ node         receive() ◀─ frames
//                          └─ link_monitor ─▶ up, refused, unreachable; redials by itself
//
// Owns     its sockets; the ZeroMQ context together with the clients that share it.
// Promise  never blocks in send. A frame sent may be lost when the connection breaks: `times_up`
//          grows with each new one, and what was not answered is then to be sent again.
// Bound    sndhwm and rcvhwm frames. Redials after 100 ms at first, later up to 30 s, each time
//          somewhat at random, so that 1,500 doors do not come back in one instant.
//
// Belongs to one thread.
#pragma once

#include "actors/io/key_files.hpp"
#include "actors/io/outcome.hpp"
#include "messages/command.hpp"
#include "messages/frame.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace wardflow::io {

/// Shared by the clients of one process (one context a process); clients keep it alive.
using client_context = std::shared_ptr<void>;
/// Null when the system has no room for one. `sockets_max`: four for each client.
[[nodiscard]] client_context make_client_context(int io_threads = 1, int sockets_max = 1024);

struct client_options {
  std::string endpoint;
  key_pair own;
  public_key server{};
  client_context context; // empty: one of its own
  int sndhwm = 1000;
  int rcvhwm = 1000;
  int heartbeat_ms = 2000;
  /// Without a whole frame for so long the connection is over; 0: three heartbeats.
  int frame_wait_ms = 0;
  /// Without a byte for so long it is over too, while the other end would have answered; 0: never.
  int quiet_ms = 0;
  int redial_least_ms = 100;
  int redial_most_ms = 30'000;
};

struct received {
  frame_header header;
  code problem = code::ok; // frame_malformed, protocol_newer, frame_too_large
  frame_body body;
};

class client {
public:
  /// config_malformed (the endpoint), internal (no sockets). Does not wait for the node.
  [[nodiscard]] static outcome<client> connect(client_options options);

  client(client&&) noexcept;
  client& operator=(client&&) noexcept;
  ~client();

  /// False: no connection, or sndhwm frames wait already; then `body` is left to the caller.
  bool send(frame_kind kind, frame_body&& body);

  /// The next frame, waiting up to `timeout_ms` for it (0: not at all, -1: for ever).
  [[nodiscard]] std::optional<received> receive(int timeout_ms);

  /// Waits until a frame is there, the link has changed, or one of `fds` can be read.
  struct waited {
    bool frame = false;
    bool link = false;
    std::uint64_t fds = 0; // bit i: fds[i]
  };
  waited wait(int timeout_ms, std::span<const int> fds = {});

  /// The same for several clients in one thread (bit i of `frames`: all[i]); at most 64 of each.
  struct waited_for {
    std::uint64_t frames = 0;
    std::uint64_t links = 0;
    std::uint64_t fds = 0;
  };
  static waited_for wait_any(std::span<client* const> all, int timeout_ms,
                             std::span<const int> fds = {});

  // What follows is as of the last receive or wait.

  /// A handshake succeeded and the connection stands.
  [[nodiscard]] bool is_up() const;
  /// How many connections there have been.
  [[nodiscard]] std::uint64_t times_up() const;
  /// ok while it is up, and before the first attempt has ended. node_refused_key: the node does
  /// not let this key in. node_unreachable: nobody there, or (`detail`) somebody who is not the
  /// node that this client looks for.
  [[nodiscard]] code problem() const;
  [[nodiscard]] const std::string& detail() const;

private:
  struct state;
  explicit client(std::unique_ptr<state> s);

  std::unique_ptr<state> state_;
};

} // namespace wardflow::io
