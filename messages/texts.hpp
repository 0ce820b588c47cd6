// SPDX-License-Identifier: Apache-2.0
// What every `code` says to a person, in Vietnamese and English.
//
//   code ──▶ [ rows by range ] ──▶ name · text · next step
//
// Owns: the texts, as constants of the program.
// Borrows: nothing.
// Promise: every enumerator of code.hpp has a name, both texts and both next steps (the test
//          reads code.hpp and finds a missing one); texts are NFC and free of line breaks.
// Bound: fixed tables; a look-up is a binary search in one range.
#pragma once

#include "messages/code.hpp"

#include <optional>
#include <string_view>

namespace wardflow {

enum class language { vi, en };

/// The enumerator's own name, for logs, JSON and scripts; `unknown` for a number without a row
/// (a newer node's code).
[[nodiscard]] std::string_view name(code what);

/// The code of that name, the other way round.
[[nodiscard]] std::optional<code> code_of(std::string_view name);

/// One sentence: what is the case.
[[nodiscard]] std::string_view text(code what, language tongue);

/// One sentence: what to do now.
[[nodiscard]] std::string_view next_step(code what, language tongue);

/// `--lang`, else LC_ALL, LC_MESSAGES, LANG: the first that is set decides by its first two
/// letters. `vi` is Vietnamese, `C` and `POSIX` say nothing, any other language gets English.
/// Vietnamese when nothing says. For the environment, null and "" both mean: not set.
[[nodiscard]] language pick_language(std::optional<std::string_view> option, const char* lc_all,
                                     const char* lc_messages, const char* lang);

} // namespace wardflow
