// SPDX-License-Identifier: Apache-2.0
// PEER NAMES: ZeroMQ's routing ids as 64-bit peer numbers, and back.
//
//   00 + u32, given by the ROUTER itself  <──>  used | channel | u32
//   anything else, made by the client      ──>  used | own | turn     (refused; kept to answer)
//
// Owns     the last `own_names_max` routing ids that clients made themselves.
// Promise  two connections never share a number; a number of a forgotten name names nobody.
// Bound    own_names_max names of at most 255 bytes.
#pragma once

#include "actors/io/socket_options.hpp"
#include "messages/frame.hpp"
#include "messages/round.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace wardflow::io {

class peer_names {
public:
  static constexpr std::size_t own_names_max = 256;

  struct routing_id {
    channel on = channel::scans;
    std::array<std::byte, 255> data{};
    std::size_t size = 0;
    [[nodiscard]] bytes view() const { return {data.data(), size}; }
  };

  /// Every message has one of these: the ROUTER's id of its sender.
  [[nodiscard]] peer_id peer_of(channel on, bytes routing);

  [[nodiscard]] static bool is_clients_own(peer_id peer);

  /// Nothing where the number names nobody.
  [[nodiscard]] std::optional<routing_id> routing_of(peer_id peer) const;

private:
  struct own_name {
    std::uint64_t turn = 0;
    channel on = channel::scans;
    std::string text;
  };
  std::array<own_name, own_names_max> own_;
  std::uint64_t turns_ = 0;
};

} // namespace wardflow::io
