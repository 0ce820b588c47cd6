// SPDX-License-Identifier: Apache-2.0
// PARENT STATE: what a node says of the line to its parent, judged and in a person's words.
//
//   `refused: link_fenced epoch=4` ─▶ refused: This node's epoch is old … epoch 4
//
// Owns     the words, as constants of the program.
// Borrows  nothing.
// Promise  what is not known here stays as the node said it.
// Bound    one line.
#pragma once

#include "messages/texts.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace wardflow::wardctl {

/// Whether the fact `parent` says that all is well: entries go up, directives come down.
[[nodiscard]] bool parent_speaks(std::string_view state);

[[nodiscard]] std::string parent_in_words(std::string_view state, language tongue);

/// What somebody has to do about it, where waiting will not help or has not so far: after a refusal
/// or a failed connection.
[[nodiscard]] std::optional<std::string_view> parent_next_step(std::string_view state,
                                                               language tongue);

} // namespace wardflow::wardctl
