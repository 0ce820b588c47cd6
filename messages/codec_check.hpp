// SPDX-License-Identifier: Apache-2.0
// Inside the codec: the one place that opens a message, and the one that lays one out.
//
//   bytes ─check_message─▶ open_message ─▶ (generated reader) ─▶ values
//   values ─▶ (generated builder) ─▶ lay_out ─▶ frame_body
//
// Owns     nothing.
// Borrows  the message until the call returns; readers and builders never leave the callback.
// Promise  whatever the library throws ends here and comes back as a code.
// Bound    traversal: the message's own words; nesting 16; lay_out: the words that it is told.
#pragma once

#include "messages/codec.hpp"

#include <string_view>
#include <type_traits>

namespace capnp {
class MessageReader;
class MessageBuilder;
} // namespace capnp

namespace wardflow::codec_part {

using read_step = code (*)(void* self, capnp::MessageReader& message);
using fill_step = void (*)(void* self, capnp::MessageBuilder& message);

/// Checks the message, opens it and calls `step`. What the library throws is `malformed`.
[[nodiscard]] code open_message(bytes message, code malformed, void* self, read_step step);

/// One message of at most `words` words (root pointer included), laid out where it stays.
frame_body lay_out(std::size_t words, void* self, fill_step step);

/// `read(message)` returns a code, and sets nothing of the caller's unless that is `ok`.
template <class Read>
[[nodiscard]] code open_message(bytes message, code malformed, Read&& read) {
  using self_type = std::remove_reference_t<Read>;
  return open_message(message, malformed, &read, [](void* self, capnp::MessageReader& opened) {
    return (*static_cast<self_type*>(self))(opened);
  });
}

template <class Fill>
frame_body lay_out(std::size_t words, Fill&& fill) {
  using self_type = std::remove_reference_t<Fill>;
  return lay_out(words, &fill, [](void* self, capnp::MessageBuilder& message) {
    (*static_cast<self_type*>(self))(message);
  });
}

/// Words that a text takes in a message: with its final zero; an absent one takes none.
constexpr std::size_t text_words(std::size_t size) {
  return size == 0 ? 0 : size / 8 + 1;
}
constexpr std::size_t data_words(std::size_t size) {
  return (size + 7) / 8;
}

/// Times from outside are cut to this, some 140,000 years, so that sums of them cannot overflow.
inline constexpr time_ms time_bound_ms = time_ms{1} << 52;

constexpr time_ms bounded_time(time_ms at) {
  return at < -time_bound_ms ? -time_bound_ms : at > time_bound_ms ? time_bound_ms : at;
}

/// `line`: no control characters. `page`: tab, line feed and carriage return may be in it.
enum class text_form : std::uint8_t { line, page };

/// Valid UTF-8 of at most `size_max` bytes, without control characters (C0, DEL, C1).
[[nodiscard]] bool is_text(std::string_view text, std::size_t size_max, text_form form);

/// Takes the texts of one message, and remembers whether one of them was no text.
struct text_taker {
  bool good = true;

  std::string take(std::string_view text, std::size_t size_max, text_form form) {
    good = good && is_text(text, size_max, form);
    return good ? std::string{text} : std::string{};
  }
  /// Of a generated reader's text.
  template <class Text>
  std::string line(const Text& text) {
    return take({text.begin(), text.size()}, limits::text_bytes_max, text_form::line);
  }
};

/// A line that `is_text` accepts: each bad byte becomes `?`, the rest past text_bytes_max is cut.
std::string clean_line(const std::string& text);

} // namespace wardflow::codec_part
