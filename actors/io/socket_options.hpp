// SPDX-License-Identifier: Apache-2.0
// How GATE's two sockets are set up, and why each of ZeroMQ's defaults is not kept.
#pragma once

#include "actors/io/key_files.hpp"
#include "actors/io/outcome.hpp"
#include "messages/command.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace wardflow::io {

enum class channel : std::uint8_t { scans, control };

struct socket_options {
  std::string scan_endpoint = "tcp://127.0.0.1:*"; // `*`: any free port, told by endpoint()
  std::string control_endpoint = "tcp://127.0.0.1:*";
  key_pair server;
  /// Asked for each new connection, in the thread that polls; the key alone is proven.
  std::function<bool(channel, const public_key&)> may_connect;
  /// Told of each key that was refused (all zeros: none came) and its address. May be empty.
  std::function<void(channel, const public_key&, std::string_view address)> on_refused;
  int io_threads = 1;
  /// Frames a connection that wait before GATE reads them. 1,000 would make GATE's byte limit no
  /// limit; 8 halves single scans (measured, 4 connections with 50 outstanding: 48,000/s against
  /// 152,000/s with 32); a gateway's 32 largest honest frames are 15 MB.
  int scan_rcvhwm = 32;
  int control_rcvhwm = 16;
  int sndhwm = 128;        // replies a connection: 64 outstanding, and refusals beside them
  int heartbeat_ms = 2000; // a scanner that is silent for three of them is gone
  /// A child may need so long for one frame on a line of 64 kbit/s; others end sooner by their own
  /// wish (ZeroMQ's TTL).
  int control_wait_ms = 60'000;
  int handshake_ms = 5000; // for who connects and says nothing
  int backlog = 4096;
};

inline constexpr std::uint64_t files_limit_min = 8192;

/// Raises this process's limit of open files to what the system allows; at the limit ZeroMQ spins
/// or ends the process. files_limit_low: still below files_limit_min.
[[nodiscard]] outcome<std::uint64_t> raise_files_limit();

/// Makes `socket`, a ROUTER that is not bound yet, CURVE's server with the options of one channel.
[[nodiscard]] bool set_server_options(void* socket, channel on, const socket_options& options);

} // namespace wardflow::io
