// SPDX-License-Identifier: Apache-2.0
// STRANGER: knocks at a socket as somebody whom nobody knows, and tells whether it was let in.
//
// Owns     its socket and monitor, in the context it is given.
// Promise  says `refused` only when the other side ended the handshake itself.
#pragma once

#include "actors/io/link_monitor.hpp"
#include "actors/io/zmq_parts.hpp"

#include <string>

namespace wardflow::io {

enum class knock : std::uint8_t { waiting, refused, let_in };

class stranger {
public:
  /// Connects. With CURVE: a key pair made for this once, else the NULL mechanism. False: the
  /// context has no socket left, or the endpoint is none.
  [[nodiscard]] bool open(void* context, const std::string& endpoint, const public_key* server);

  /// What is known by now; `refused` and `let_in` stay.
  [[nodiscard]] knock look();

  [[nodiscard]] void* handle() const { return monitor_.handle(); }

private:
  zmq_socket_owner socket_;
  link_monitor monitor_;
  knock known_ = knock::waiting;
};

} // namespace wardflow::io
