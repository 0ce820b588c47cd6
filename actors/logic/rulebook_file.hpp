// SPDX-License-Identifier: Apache-2.0
// RULEBOOK FILE  a rulebook from the text of its TOML file. docs/rulebooks.md names every key.
//
// Owns     nothing.
// Borrows  the text for the call.
// Promise  a file is taken whole or not at all; every error names the file's line; an unknown key
//          is an error, so that a misspelt rule is never silently no rule.
// Bound    256 KiB of text, 255 rules, 100 errors.
#pragma once

#include "actors/logic/rulebook.hpp"
#include "messages/code.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wardflow {

struct rulebook_error {
  std::string file;
  std::uint32_t line = 1; // from 1; a missing key has the line of the table that lacks it
  std::uint32_t column = 1;
  code why = code::rulebook_malformed; // or config_key_unknown, category_unknown
  std::string message;                 // English; names the key and what would be right
};

/// `khanh-hoa.toml:12:3: unknown key ...`
[[nodiscard]] std::string to_text(const rulebook_error& error);

struct rulebook_parse {
  std::optional<rulebook> book;       // only without errors
  std::vector<rulebook_error> errors; // in order of lines
};

[[nodiscard]] rulebook_parse parse_rulebook(std::string_view text, std::string_view file_name);

} // namespace wardflow
