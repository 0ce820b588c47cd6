// SPDX-License-Identifier: Apache-2.0
// The tables behind texts.hpp, cut by ranges of codes. Nobody else includes this.
#pragma once

#include "messages/code.hpp"

#include <span>
#include <string_view>

namespace wardflow::detail {

/// What one code is called, says, and asks the reader to do.
struct text_row {
  code what;
  std::string_view name; // as in code.hpp
  std::string_view vi;
  std::string_view en;
  std::string_view next_vi;
  std::string_view next_en;
};

/// True when each row's number is above the last one's: binary search needs it.
constexpr bool ascending(std::span<const text_row> rows) {
  for (std::size_t i = 1; i < rows.size(); ++i)
    if (rows[i - 1].what >= rows[i].what)
      return false;
  return true;
}

std::span<const text_row> scan_rows();    // 0 to 127
std::span<const text_row> frame_rows();   // 128 to 199
std::span<const text_row> command_rows(); // 200 to 399
std::span<const text_row> program_rows(); // 400 and above

} // namespace wardflow::detail
