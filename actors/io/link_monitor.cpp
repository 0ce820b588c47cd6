// SPDX-License-Identifier: Apache-2.0
#include "actors/io/link_monitor.hpp"

#include <cstring>
#include <random>
#include <string>

namespace wardflow::io {

bool link_monitor::open(void* context, void* watched) {
  constexpr int events = ZMQ_EVENT_CONNECTED | ZMQ_EVENT_CLOSED | ZMQ_EVENT_ACCEPTED |
                         ZMQ_EVENT_ACCEPT_FAILED | ZMQ_EVENT_DISCONNECTED |
                         ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL |
                         ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH;
  std::random_device random; // names of closed sockets are freed late: never use one again
  auto number = std::uint64_t{random()} << 32 | random();
  auto name = "inproc://links-" + std::to_string(number);
  reader_.reset(zmq_socket(context, ZMQ_PAIR));
  watched_ = watched;
  return reader_ != nullptr && set_option(reader_.get(), ZMQ_LINGER, 0) &&
         set_option(reader_.get(), ZMQ_RCVHWM, 0) &&
         zmq_socket_monitor(watched, name.c_str(), events) == 0 &&
         zmq_connect(reader_.get(), name.c_str()) == 0 && watch_.open(reader_.get());
}

void link_monitor::close() {
  if (watched_ != nullptr)
    zmq_socket_monitor(watched_, nullptr, 0);
  watched_ = nullptr;
  reader_.reset();
  watch_ = {};
}

std::optional<link_event> link_monitor::next() {
  zmq_part part;
  if (!part.receive(reader_.get())) {
    watch_.drained();
    return std::nullopt;
  }
  link_event event;
  if (auto view = part.view(); view.size() >= sizeof event.what + sizeof event.value) {
    std::memcpy(&event.what, view.data(), sizeof event.what);
    std::memcpy(&event.value, view.data() + sizeof event.what, sizeof event.value);
  }
  drain(reader_.get(), part); // the endpoint's name
  return event;
}

} // namespace wardflow::io
