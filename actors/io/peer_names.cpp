// SPDX-License-Identifier: Apache-2.0
#include "actors/io/peer_names.hpp"

#include <algorithm>
#include <cstring>

namespace wardflow::io {

namespace {

constexpr std::uint64_t used = std::uint64_t{1} << 63; // peer_id{} is nobody
constexpr std::uint64_t own_mark = std::uint64_t{1} << 62;
constexpr std::uint64_t control_mark = std::uint64_t{1} << 32;
constexpr std::size_t given_bytes = 5;

} // namespace

peer_id peer_names::peer_of(channel on, bytes routing) {
  if (routing.size() == given_bytes && routing[0] == std::byte{0}) {
    std::uint32_t number = 0;
    std::memcpy(&number, routing.data() + 1, sizeof number);
    return peer_id{used | (on == channel::control ? control_mark : 0) | number};
  }
  auto turn = ++turns_;
  auto& place = own_[turn % own_names_max];
  place = {turn, on, std::string{reinterpret_cast<const char*>(routing.data()), routing.size()}};
  return peer_id{used | own_mark | turn};
}

bool peer_names::is_clients_own(peer_id peer) {
  return (static_cast<std::uint64_t>(peer) & own_mark) != 0;
}

std::optional<peer_names::routing_id> peer_names::routing_of(peer_id peer) const {
  auto value = static_cast<std::uint64_t>(peer);
  if ((value & used) == 0)
    return std::nullopt;
  routing_id id;
  if ((value & own_mark) == 0) {
    id.on = (value & control_mark) != 0 ? channel::control : channel::scans;
    auto number = static_cast<std::uint32_t>(value);
    id.size = given_bytes;
    std::memcpy(id.data.data() + 1, &number, sizeof number);
    return id;
  }
  auto turn = value & (own_mark - 1);
  const auto& place = own_[turn % own_names_max];
  if (place.turn != turn || turn == 0)
    return std::nullopt;
  id.on = place.on;
  id.size = std::min(place.text.size(), id.data.size());
  std::memcpy(id.data.data(), place.text.data(), id.size);
  return id;
}

} // namespace wardflow::io
