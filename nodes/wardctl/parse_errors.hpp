// SPDX-License-Identifier: Apache-2.0
// PARSE ERRORS: what is wrong with a command line, in the user's language.
//
//   CLI::ParseError (English) ─▶ kind · subject ─▶ `Thiếu --document.`  and  `wardctl … --help`
//
// Owns     nothing.
// Promise  an unknown word is named before a missing option, for it is often the cause; where a
//          known word is near, it is offered; an error of no usual kind keeps its English text.
// Bound    none.
#pragma once

#include "messages/texts.hpp"

#include <string>

namespace CLI {
class App;
class ParseError;
} // namespace CLI

namespace wardflow::wardctl {

/// One sentence or more, without line end. `root` is the app that failed to parse.
[[nodiscard]] std::string explain(const CLI::ParseError& error, const CLI::App& root,
                                  language tongue);

/// `wardctl venue add --help`: the help of the deepest command that was recognised.
[[nodiscard]] std::string help_call(const CLI::App& root);

} // namespace wardflow::wardctl
