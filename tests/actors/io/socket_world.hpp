// SPDX-License-Identifier: Apache-2.0
// A node's sockets on loopback with a set of known keys, pumped by the test's own thread.
#pragma once

#include "actors/io/client.hpp"
#include "actors/io/sockets.hpp"
#include "actors/io/zmq_parts.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <set>
#include <utility>
#include <vector>

namespace wardflow::io {

using test_clock = std::chrono::steady_clock;

inline key_pair new_keys() {
  auto keys = generate_key_pair();
  BOOST_REQUIRE(static_cast<bool>(keys));
  return *keys;
}

inline frame_body body_of(std::size_t size, std::uint8_t first) {
  auto body = frame_body::allocate(size);
  for (std::size_t i = 0; i < size; ++i)
    body.writable()[i] = static_cast<std::byte>(first + i);
  return body;
}

struct socket_world {
  socket_world() : socket_world(socket_options{}) {
    // nop
  }
  explicit socket_world(socket_options options) {
    options.server = server;
    if (!options.may_connect)
      options.may_connect = [this](channel, const public_key& key) { return known.contains(key); };
    auto opened = sockets::open(std::move(options));
    BOOST_REQUIRE_MESSAGE(static_cast<bool>(opened), "sockets do not open");
    node.emplace(std::move(*opened));
  }

  /// A key that may connect.
  key_pair known_keys() {
    auto keys = new_keys();
    known.insert(keys.open);
    return keys;
  }

  client_options options_of(const key_pair& own, channel on = channel::scans) {
    client_options options;
    options.endpoint = node->endpoint(on);
    options.own = own;
    options.server = server.open;
    options.context = context;
    return options;
  }

  client join(const key_pair& own, channel on = channel::scans) {
    auto made = client::connect(options_of(own, on));
    BOOST_REQUIRE(static_cast<bool>(made));
    return std::move(*made);
  }

  client joined(channel on = channel::scans) {
    auto made = join(known_keys(), on);
    BOOST_REQUIRE(until([&] { return made.wait(0), made.is_up(); }));
    return made;
  }

  /// One turn of the node; frames go to `inbox` while there is `room`.
  void turn(bool read_scans = true) {
    node->poll(2, read_scans, [this](inbound&& frame) {
      inbox.push_back(std::move(frame));
      return inbox.size() < room;
    });
  }

  /// Turns until `done` says so; false after ten seconds.
  template <class Done>
  [[nodiscard]] bool until(Done done, bool read_scans = true) {
    auto end = test_clock::now() + std::chrono::seconds{10};
    while (!done()) {
      if (test_clock::now() > end)
        return false;
      turn(read_scans);
    }
    return true;
  }

  /// A raw DEALER with CURVE, for what `client` would never do.
  zmq_socket_owner raw(const key_pair& own, channel on, std::string_view routing_id = {}) {
    zmq_socket_owner s{zmq_socket(context.get(), ZMQ_DEALER)};
    auto set = s != nullptr && set_option(s.get(), ZMQ_LINGER, 0) &&
               set_option(s.get(), ZMQ_CURVE_SERVERKEY, server.open) &&
               set_option(s.get(), ZMQ_CURVE_PUBLICKEY, own.open) &&
               set_option(s.get(), ZMQ_CURVE_SECRETKEY, own.secret);
    BOOST_REQUIRE(set);
    if (!routing_id.empty())
      BOOST_REQUIRE(zmq_setsockopt(s.get(), ZMQ_ROUTING_ID, routing_id.data(), routing_id.size()) ==
                    0);
    BOOST_REQUIRE(zmq_connect(s.get(), node->endpoint(on).c_str()) == 0);
    return s;
  }

  key_pair server = new_keys();
  std::set<public_key> known;
  std::optional<sockets> node;
  client_context context = make_client_context(1, 16'000);
  std::vector<inbound> inbox;
  std::size_t room = 1'000'000;
};

/// The first two, header and message, as the one part that they are on the wire; then the rest.
inline void send_parts(void* socket, std::vector<std::vector<std::byte>> parts) {
  if (parts.size() > 1) {
    parts[0].insert(parts[0].end(), parts[1].begin(), parts[1].end());
    parts.erase(parts.begin() + 1);
  }
  for (std::size_t i = 0; i < parts.size(); ++i) {
    auto more = i + 1 < parts.size() ? ZMQ_SNDMORE : 0;
    BOOST_REQUIRE(zmq_send(socket, parts[i].data(), parts[i].size(), more) >= 0);
  }
}

inline std::vector<std::byte> header_part(frame_kind kind = frame_kind::scan_batch,
                                          std::uint8_t protocol = 1) {
  auto header = encode_header({protocol, kind});
  return {header.begin(), header.end()};
}

} // namespace wardflow::io
