// SPDX-License-Identifier: Apache-2.0
// ZeroMQ's objects with owners, and frames in and out of its sockets. The one includer of zmq.h.
//
//   socket ─read_frame─▶ header + body (moved where it is aligned)     write_frame ─▶ socket
//
// Owns     contexts, sockets and message parts, each by one object.
// Promise  a body is 8-byte aligned; what has too many parts is read to its end and named.
// Bound    limits::frame_bytes_max; sockets refuse more before it is in memory.
#pragma once

#include "messages/command.hpp"
#include "messages/frame.hpp"

#include <zmq.h>

#include <cstdint>
#include <memory>
#include <string>

namespace wardflow::io {

/// In zmq.h behind the draft switch, in the library always: without a ZAP handler nobody gets in.
inline constexpr int zap_enforce_domain_option = 93;

struct end_context {
  void operator()(void* context) const { zmq_ctx_term(context); }
};
struct close_socket {
  void operator()(void* socket) const { zmq_close(socket); }
};
using zmq_context = std::unique_ptr<void, end_context>;
using zmq_socket_owner = std::unique_ptr<void, close_socket>;

/// One message part; empty at first.
class zmq_part {
public:
  zmq_part() { zmq_msg_init(&message_); }
  zmq_part(const zmq_part&) = delete;
  zmq_part& operator=(const zmq_part&) = delete;
  ~zmq_part() { zmq_msg_close(&message_); }

  /// False: nothing is there (or the context ends).
  [[nodiscard]] bool receive(void* socket) {
    return zmq_msg_recv(&message_, socket, ZMQ_DONTWAIT) >= 0;
  }
  [[nodiscard]] bool more() const { return zmq_msg_more(&message_) != 0; }
  [[nodiscard]] bytes view() {
    return {static_cast<const std::byte*>(zmq_msg_data(&message_)), zmq_msg_size(&message_)};
  }
  [[nodiscard]] zmq_msg_t* raw() { return &message_; }

private:
  zmq_msg_t message_;
};

/// When to read a socket, by its file: zmq_poll asks the system four times a socket and call, this
/// once for all of them.
///
/// The file only tells that something has changed since the socket had nothing: so after a message
/// was read, or sent, the socket is asked again before anybody waits.
class zmq_watch {
public:
  /// False: no such socket.
  [[nodiscard]] bool open(void* socket) {
    auto size = sizeof file_;
    drained_ = false;
    return zmq_getsockopt(socket, ZMQ_FD, &file_, &size) == 0;
  }
  void drained() { drained_ = true; }
  void touched() { drained_ = false; }
  /// Something may be there: do not wait.
  [[nodiscard]] bool is_due() const { return !drained_; }
  [[nodiscard]] int file() const { return file_; }
  /// After ::poll.
  void changed(short events) { drained_ = drained_ && events == 0; }

private:
  int file_ = -1; // ::poll passes over it
  bool drained_ = false;
};

inline constexpr std::uint32_t no_user = 0xffff'ffff;

struct frame_in {
  code problem = code::ok; // frame_malformed, protocol_newer, frame_too_large
  frame_header header;
  frame_body body;              // empty where there is a problem
  std::uint32_t user = no_user; // the number that ZAP gave this connection's key
};

/// The frame in `part`, which is read already; a message of more parts is read to its end, and no
/// frame.
[[nodiscard]] frame_in read_frame(void* socket, zmq_part& part, bool with_user);

/// Drops the rest of a message of which `part` was read.
void drain(void* socket, zmq_part& part);

enum class written : std::uint8_t { yes, no_credit, gone };

/// Never blocks. `to` is a ROUTER's routing id, empty for a DEALER. `body` is taken by `yes` only.
[[nodiscard]] written write_frame(void* socket, bytes to, frame_kind kind, frame_body& body);

/// Eight hexadecimal digits, as ZAP's user id.
std::string user_text(std::uint32_t user);

/// False on an option that this library does not know.
[[nodiscard]] bool set_option(void* socket, int option, int value);
[[nodiscard]] bool set_option(void* socket, int option, std::int64_t value);
[[nodiscard]] bool set_option(void* socket, int option, const std::array<std::uint8_t, 32>& key);

} // namespace wardflow::io
