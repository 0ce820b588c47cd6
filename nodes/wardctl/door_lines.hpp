// SPDX-License-Identifier: Apache-2.0
// DOOR LINES: what a reader types, cut into codes.
//
//   bytes as they come ─feed─▶ one call for each line that ended with CR, LF or CRLF
//
// Owns     the line so far, up to `keep_max` bytes of it; wiped when the line was handed out.
// Promise  a line that is too long is one line still: its rest is left out, nothing of it becomes
//          another code. Zero bytes are bytes. A BOM at the very beginning is none of a code; a
//          line without a byte is no code.
// Bound    keep_max bytes.
#pragma once

#include "messages/frame.hpp"
#include "messages/limits.hpp"

#include <array>
#include <cstddef>
#include <functional>

namespace wardflow::wardctl {

class door_lines {
public:
  /// One byte over the limit says that the code is too long.
  static constexpr std::size_t keep_max = limits::code_bytes_max + 1;

  using handler = std::function<void(bytes line)>;

  door_lines() = default;
  door_lines(const door_lines&) = delete;
  door_lines& operator=(const door_lines&) = delete;
  ~door_lines() { forget(); }

  void feed(bytes data, const handler& line);
  /// The input has ended: a last line without an end.
  void finish(const handler& line);

private:
  void end_line(const handler& line);
  void forget();

  std::array<std::byte, keep_max> line_{};
  std::size_t size_ = 0;
  bool after_cr_ = false; // an LF now belongs to the CR before it
  bool first_line_ = true;
};

} // namespace wardflow::wardctl
