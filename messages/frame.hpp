// SPDX-License-Identifier: Apache-2.0
// A frame: one ZeroMQ part: an 8-byte header, then one Cap'n Proto message (may be absent).
#pragma once

#include "messages/code.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>

namespace wardflow {

using bytes = std::span<const std::byte>;

/// Which message follows the header.
enum class frame_kind : std::uint8_t {
  none = 0,
  hello = 1,
  welcome = 2,
  scan_batch = 3,
  code_scan = 4,
  scan_reply = 5,
  refusal = 6,
  command = 7,
  answer = 8,
  link_hello = 9,
  link_welcome = 10,
  link_batch = 11,
  link_ack = 12,
  link_gap = 13,
  link_heartbeat = 14,
  link_bye = 15,
  subscribe = 16,
};

inline constexpr std::size_t frame_header_bytes = 8;

struct frame_header {
  std::uint8_t protocol = 1;
  frame_kind kind = frame_kind::none;
};

/// 'W' 'F' protocol kind, then four zero bytes that a reader ignores.
std::array<std::byte, frame_header_bytes> encode_header(frame_header h);

/// ok, frame_malformed (size or first two bytes), protocol_newer. `h` is set where it is readable.
[[nodiscard]] code decode_header(bytes head, frame_header& h);

/// Owned bytes of one message, 8-byte aligned; moved, never copied.
///
/// Owns  memory of its own (`allocate`), or a library's buffer with the function that frees it.
class frame_body {
public:
  frame_body() = default;
  static frame_body allocate(std::size_t size);
  static frame_body copy_of(bytes data);

  /// Takes over memory that `release(owner)` gives back; `data` must be 8-byte aligned.
  frame_body(bytes data, void* owner, void (*release)(void*)) :
    data_(data), owner_(owner, release) {
    // nop
  }

  frame_body(frame_body&& other) noexcept :
    data_(std::exchange(other.data_, {})),
    own_(std::exchange(other.own_, false)),
    owner_(std::move(other.owner_)) {
    // nop
  }
  frame_body& operator=(frame_body&& other) noexcept {
    data_ = std::exchange(other.data_, {});
    own_ = std::exchange(other.own_, false);
    owner_ = std::move(other.owner_);
    return *this;
  }

  [[nodiscard]] bytes view() const { return data_; }
  /// Only for memory of our own making.
  [[nodiscard]] std::span<std::byte> writable();
  /// The bytes before an allocated body, kept free for the frame's header, so that a large body
  /// leaves without a copy; empty for a library's memory.
  [[nodiscard]] std::span<std::byte> headroom();
  /// Makes an allocated body shorter.
  void shrink(std::size_t size) { data_ = data_.first(size); }
  [[nodiscard]] std::size_t size() const { return data_.size(); }
  [[nodiscard]] bool empty() const { return data_.empty(); }

private:
  static void nothing(void*) {}

  bytes data_;
  bool own_ = false; // memory of `allocate`
  std::unique_ptr<void, void (*)(void*)> owner_{nullptr, &nothing};
};

} // namespace wardflow
