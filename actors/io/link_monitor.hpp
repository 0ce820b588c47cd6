// SPDX-License-Identifier: Apache-2.0
// LINK MONITOR: what happens to a socket's connections, as a stream of events.
//
// Owns     the reading end of ZeroMQ's monitor.
// Borrows  the socket watched, from open to close.
// Promise  every event comes, in order, once. ZeroMQ's I/O thread never waits for us: the
//          reading end has no high-water mark, so it must be read at every turn.
// Bound    by how often connections come and go between two turns, about 200 bytes each.
#pragma once

#include "actors/io/zmq_parts.hpp"

#include <cstdint>
#include <optional>

namespace wardflow::io {

struct link_event {
  std::uint16_t what = 0; // ZMQ_EVENT_...
  std::uint32_t value = 0;
};

class link_monitor {
public:
  link_monitor() = default;
  link_monitor(const link_monitor&) = delete;
  link_monitor& operator=(const link_monitor&) = delete;
  ~link_monitor() { close(); }

  /// Call before the socket binds or connects. False: no more sockets.
  [[nodiscard]] bool open(void* context, void* watched);

  /// Before the watched socket closes: events that nobody reads would hold up its I/O thread.
  void close();

  /// The next event that is there.
  [[nodiscard]] std::optional<link_event> next();

  [[nodiscard]] void* handle() const { return reader_.get(); }
  [[nodiscard]] zmq_watch& watch() { return watch_; }

private:
  void* watched_ = nullptr;
  zmq_socket_owner reader_;
  zmq_watch watch_;
};

} // namespace wardflow::io
