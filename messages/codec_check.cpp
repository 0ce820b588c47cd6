// SPDX-License-Identifier: Apache-2.0
#include "messages/codec_check.hpp"

#include "messages/limits.hpp"

#include <capnp/message.h>
#include <capnp/serialize.h>

#include <cassert>
#include <cstring>

namespace wardflow {

namespace {

constexpr std::size_t word_bytes = 8;
constexpr int nesting_max = 16;

/// The table in front of every message: number of segments less one, then their sizes in words.
struct segment_table {
  std::uint32_t more = 0;
  std::uint32_t words = 0;
};
static_assert(sizeof(segment_table) == word_bytes);

} // namespace

code check_message(bytes message) {
  if (message.size() > limits::frame_bytes_max)
    return code::frame_too_large;
  if (message.size() < 2 * word_bytes || message.size() % word_bytes != 0)
    return code::frame_malformed;
  if (reinterpret_cast<std::uintptr_t>(message.data()) % word_bytes != 0)
    return code::frame_malformed;
  segment_table table;
  std::memcpy(&table, message.data(), sizeof table);
  if (table.more != 0)
    return code::frame_several_segments;
  if (table.words != message.size() / word_bytes - 1)
    return code::frame_malformed;
  return code::ok;
}

namespace codec_part {

code open_message(bytes message, code malformed, void* self, read_step step) {
  if (auto checked = check_message(message); checked != code::ok)
    return checked;
  auto words =
    kj::arrayPtr(reinterpret_cast<const capnp::word*>(message.data()), message.size() / word_bytes);
  try {
    capnp::FlatArrayMessageReader opened{words, {words.size(), nesting_max}};
    return step(self, opened);
  } catch (...) { // kj::Exception, or no memory: in both cases nothing was taken
    return malformed;
  }
}

frame_body lay_out(std::size_t words, void* self, fill_step step) {
  auto body = frame_body::allocate((1 + words) * word_bytes);
  auto memory = body.writable();
  std::memset(memory.data(), 0, memory.size());
  segment_table table;
  {
    capnp::FlatMessageBuilder message{
      kj::arrayPtr(reinterpret_cast<capnp::word*>(memory.data() + word_bytes), words)};
    step(self, message);
    auto segments = message.getSegmentsForOutput();
    assert(segments.size() == 1 && segments[0].size() <= words);
    table.words = static_cast<std::uint32_t>(segments[0].size());
  }
  std::memcpy(memory.data(), &table, sizeof table);
  body.shrink((1 + std::size_t{table.words}) * word_bytes);
  return body;
}

namespace {

/// Length of the well-formed character at the start of `text`, 0 if there is none.
std::size_t character(std::string_view text, char32_t& out) {
  auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  auto first = byte(0);
  if (first < 0x80) {
    out = first;
    return 1;
  }
  std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length)
    return 0;
  char32_t value = first & (0x7Fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0u) != 0x80u)
      return 0;
    value = value << 6 | (byte(i) & 0x3Fu);
  }
  auto overlong = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
  if (overlong || value > 0x10FFFF || (value >= 0xD800 && value < 0xE000))
    return 0;
  out = value;
  return length;
}

bool is_control(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0);
}

/// How many bytes at the start are plain: printable ASCII, eight at a time.
std::size_t plain_prefix(std::string_view text) {
  constexpr std::uint64_t each = 0x0101'0101'0101'0101, high = 0x80 * each;
  std::size_t size = 0;
  for (std::uint64_t eight = 0; size + sizeof eight <= text.size(); size += sizeof eight) {
    std::memcpy(&eight, text.data() + size, sizeof eight);
    // A high bit after it: below 0x20 (a borrow reaches into further bytes only from such a one),
    // 0x7F (one more), or not ASCII.
    if (((eight - 0x20 * each) | (eight + each) | eight) & high)
      break;
  }
  return size;
}

} // namespace

bool is_text(std::string_view text, std::size_t size_max, text_form form) {
  if (text.size() > size_max)
    return false;
  text.remove_prefix(plain_prefix(text));
  while (!text.empty()) {
    char32_t c = 0;
    auto length = character(text, c);
    auto layout = form == text_form::page && (c == '\t' || c == '\n' || c == '\r');
    if (length == 0 || (is_control(c) && !layout))
      return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string clean_line(const std::string& text) {
  if (is_text(text, limits::text_bytes_max, text_form::line))
    return text;
  std::string result;
  for (std::string_view rest = text; !rest.empty();) {
    char32_t c = 0;
    auto length = character(rest, c);
    auto good = length != 0 && !is_control(c);
    auto take = length == 0 ? 1 : length;
    if (result.size() + (good ? take : 1) > limits::text_bytes_max)
      break;
    result += good ? rest.substr(0, take) : std::string_view{"?"};
    rest.remove_prefix(take);
  }
  return result;
}

} // namespace codec_part

} // namespace wardflow
