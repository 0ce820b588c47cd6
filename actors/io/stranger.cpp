// SPDX-License-Identifier: Apache-2.0
#include "actors/io/stranger.hpp"

#include "actors/io/key_files.hpp"

namespace wardflow::io {

bool stranger::open(void* context, const std::string& endpoint, const public_key* server) {
  socket_.reset(zmq_socket(context, ZMQ_DEALER));
  if (socket_ == nullptr || !set_option(socket_.get(), ZMQ_LINGER, 0) ||
      !set_option(socket_.get(), ZMQ_IPV6, endpoint.find('[') != std::string::npos ? 1 : 0))
    return false;
  if (server != nullptr) {
    auto keys = generate_key_pair();
    if (!keys || !set_option(socket_.get(), ZMQ_CURVE_SERVERKEY, *server) ||
        !set_option(socket_.get(), ZMQ_CURVE_PUBLICKEY, keys->open) ||
        !set_option(socket_.get(), ZMQ_CURVE_SECRETKEY, keys->secret))
      return false;
  }
  return monitor_.open(context, socket_.get()) && zmq_connect(socket_.get(), endpoint.c_str()) == 0;
}

knock stranger::look() {
  while (auto event = monitor_.next()) {
    switch (event->what) {
    case ZMQ_EVENT_HANDSHAKE_SUCCEEDED: // whatever came before or comes after
      known_ = knock::let_in;
      break;
    case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH:
    case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL:
    case ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL:
      if (known_ == knock::waiting)
        known_ = knock::refused;
      break;
    default:
      break;
    }
  }
  return known_;
}

} // namespace wardflow::io
