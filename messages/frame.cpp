// SPDX-License-Identifier: Apache-2.0
#include "messages/frame.hpp"

#include "messages/limits.hpp"

#include <cstdlib>
#include <cstring>
#include <new>

namespace wardflow {

std::array<std::byte, frame_header_bytes> encode_header(frame_header h) {
  return {std::byte{'W'}, std::byte{'F'}, std::byte{h.protocol}, static_cast<std::byte>(h.kind),
          std::byte{0},   std::byte{0},   std::byte{0},          std::byte{0}};
}

code decode_header(bytes part, frame_header& h) {
  if (part.size() != frame_header_bytes || part[0] != std::byte{'W'} || part[1] != std::byte{'F'})
    return code::frame_malformed;
  h.protocol = std::to_integer<std::uint8_t>(part[2]);
  h.kind = static_cast<frame_kind>(part[3]);
  if (h.protocol < limits::protocol_version_min || h.protocol > limits::protocol_version)
    return code::protocol_newer;
  return code::ok;
}

frame_body frame_body::allocate(std::size_t size) {
  auto* memory = static_cast<std::byte*>(std::malloc(frame_header_bytes + size)); // 16-aligned
  if (memory == nullptr)
    throw std::bad_alloc{};
  frame_body body{bytes{memory + frame_header_bytes, size}, memory, &std::free};
  body.own_ = true;
  return body;
}

std::span<std::byte> frame_body::headroom() {
  if (!own_)
    return {};
  return {const_cast<std::byte*>(data_.data()) - frame_header_bytes, frame_header_bytes};
}

frame_body frame_body::copy_of(bytes data) {
  auto result = allocate(data.size());
  if (!data.empty())
    std::memcpy(result.writable().data(), data.data(), data.size());
  return result;
}

std::span<std::byte> frame_body::writable() {
  return {const_cast<std::byte*>(data_.data()), data_.size()};
}

} // namespace wardflow
