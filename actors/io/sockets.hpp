// SPDX-License-Identifier: Apache-2.0
// SOCKETS: a node's two CURVE sockets, as GATE's thread sees them.
//
//   doors, gateways ─frames─▶ scans   ┐                 ┌─▶ sink(inbound), until it says stop
//   wardctl, node   ─frames─▶ control ┼─ poll(thread) ──┤
//   new connections ─keys───▶ ZAP     ┘                 └─▶ may_connect(key)     send(peer, frame)
//
// Owns     the ZeroMQ context, all of its sockets, the table of keys that were let in.
// Borrows  nothing; may_connect and on_refused are called inside open, prove and poll only.
// Promise  no frame without a proven key; no frame is dropped between poll and sink; send never
//          blocks; what is not read stays with its senders.
// Bound    scan_rcvhwm and control_rcvhwm frames a connection wait here; at most scans_per_poll and
//          control_per_poll frames a call. Not bound by ZeroMQ: one message of endless parts by a
//          key let in.
//
// Belongs to one thread at a time (it may be opened in one and used in another); wake() is for
// any thread.
#pragma once

#include "actors/io/outcome.hpp"
#include "actors/io/socket_options.hpp"
#include "messages/frame.hpp"
#include "messages/round.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace wardflow::io {

struct inbound {
  channel on = channel::scans;
  peer_id peer{};
  std::uint32_t user = 0; // counts distinct keys from 0: an index for GATE's own tables
  public_key key{};
  frame_header header;
  /// ok; frame_malformed (not two parts, no header, or a routing id of the client's own making),
  /// protocol_newer, frame_too_large. Then `body` is empty; `peer` can be answered.
  code problem = code::ok;
  frame_body body; // 8-byte aligned, at most limits::frame_bytes_max
};

struct polled {
  bool woken = false;      // wake() was called since the last poll
  std::uint32_t scans = 0; // frames handed to the sink
  std::uint32_t control = 0;
  bool stopped = false; // the sink wanted no more scans
};

struct socket_counts {
  std::uint64_t connections = 0;       // open now, those without a key yet included
  std::uint64_t connections_most = 0;  // ... at the same time, since the start
  std::uint64_t keys_let_in = 0;       // handshakes
  std::uint64_t keys_refused = 0;      // ... with CURVE and a key that may not
  std::uint64_t handshakes_failed = 0; // all others: no CURVE, silence, garbage
  std::uint64_t frames = 0;            // that had a right shape
  std::uint64_t frames_refused = 0;    // by shape
  std::uint64_t sent = 0;
  std::uint64_t sent_to_nobody = 0; // the peer was gone
  std::uint64_t sent_no_credit = 0; // the peer does not read its replies
};

/// What became of a frame for a peer.
enum class delivery : std::uint8_t {
  sent,
  no_credit, // it does not read: its queue is full
  gone,      // nobody of that name is connected
};

class sockets {
public:
  /// Takes a frame; false: no more of this channel in this call.
  using sink = std::function<bool(inbound&&)>;

  static constexpr std::uint32_t scans_per_poll = 2048;
  static constexpr std::uint32_t control_per_poll = 64;

  /// Both sockets are open to connections, which wait at ZAP for the first poll. files_limit_low,
  /// port_in_use, config_malformed (an endpoint), internal.
  [[nodiscard]] static outcome<sockets> open(socket_options options);

  sockets(sockets&&) noexcept;
  sockets& operator=(sockets&&) noexcept;
  ~sockets();

  /// Knocks at both sockets with a random key and without any. ok when all were refused within
  /// 2 s; random_key_let_in where one was let in, or was not told in time.
  [[nodiscard]] code prove_random_key_refused();

  /// Waits up to `timeout_ms` (0: not at all, -1: for ever) for a frame that may be read, a
  /// handshake or wake(), then reads control where `read_control`, then scans where `read_scans`.
  polled poll(int timeout_ms, bool read_scans, const sink& take, bool read_control = true);

  /// Where it was not sent that is counted, and `body` is left to the caller.
  delivery send(peer_id peer, frame_kind kind, frame_body&& body);

  /// Makes poll return, now or at its next call. From any thread, while this object lives.
  void wake();

  /// With the real port where `*` was asked for.
  [[nodiscard]] const std::string& endpoint(channel on) const;

  [[nodiscard]] socket_counts counts() const;

private:
  struct state;
  explicit sockets(std::unique_ptr<state> s);

  std::unique_ptr<state> state_;
};

} // namespace wardflow::io
