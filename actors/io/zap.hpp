// SPDX-License-Identifier: Apache-2.0
// ZAP: the desk where ZeroMQ asks, for each new connection, whether its key may come in.
//
//   connection ─handshake─▶ ZeroMQ ─ask(domain, key)─▶ ZAP ─may_connect─▶ GATE's allow-list
//                                  ◀─200 + user id, or 400─
//
// Owns     its socket, and the table of keys that were let in; a user id is a place in it.
// Promise  only CURVE, only the domains below, only what `may_connect` lets in: all else is 400.
// Bound    one entry for each key ever let in; a key that is refused leaves nothing behind.
#pragma once

#include "actors/io/socket_options.hpp"
#include "actors/io/zmq_parts.hpp"
#include "messages/command.hpp"

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace wardflow::io {

inline constexpr std::string_view scan_domain = "scans";
inline constexpr std::string_view control_domain = "control";

class zap_desk {
public:
  /// Before any CURVE socket of this context binds. False: the context has a desk already.
  [[nodiscard]] bool open(void* context);

  /// Answers up to `most` questions that wait; returns how many.
  std::size_t serve(const socket_options& rules, std::size_t most);

  [[nodiscard]] void* handle() const { return asked_.get(); }
  [[nodiscard]] zmq_watch& watch() { return watch_; }
  /// Null where this number was never given.
  [[nodiscard]] const public_key* key_of(std::uint32_t user) const {
    return user < keys_.size() ? &keys_[user] : nullptr;
  }
  [[nodiscard]] std::uint64_t let_in() const { return let_in_; }
  [[nodiscard]] std::uint64_t refused() const { return refused_; }

private:
  struct key_hash {
    std::size_t operator()(const public_key& key) const;
  };
  struct question;

  [[nodiscard]] bool read(question& q);
  void reply(const question& q, bool yes, std::uint32_t user);
  std::uint32_t number_of(const public_key& key);

  zmq_socket_owner asked_;
  zmq_watch watch_;
  std::vector<public_key> keys_;
  std::unordered_map<public_key, std::uint32_t, key_hash> numbers_;
  std::uint64_t let_in_ = 0;
  std::uint64_t refused_ = 0;
};

} // namespace wardflow::io
