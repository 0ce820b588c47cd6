// SPDX-License-Identifier: Apache-2.0
// DOOR WORD: a word in letters so large that it is read from three metres.
//
//   "MỜI VÀO", 80 × 24 ──▶ lines of blocks; none where even the smallest do not fit
//
// Owns     the letters: 5 × 7 points, and the marks of Vietnamese above and below them.
// Promise  a line is never wider, nor are there more of them, than was allowed; the largest that
//          fits is chosen, on one line or broken at a blank into two.
// Bound    capital letters, blank, comma, dot, hyphen; anything else: no block letters.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace wardflow::wardctl {

/// Each line is UTF-8 of full and half blocks, without blanks at its end.
[[nodiscard]] std::vector<std::string> block_word(std::string_view text, std::size_t columns,
                                                  std::size_t rows);

} // namespace wardflow::wardctl
