// SPDX-License-Identifier: Apache-2.0
// PRINT: one table, three readers: a person, a program, a spreadsheet.
//
//   table ──▶ render(people | json | csv) ──▶ text for standard output
//
// Owns: nothing.
// Borrows: the table, for the length of a call.
// Promise: columns line up on a terminal, Vietnamese and all; no cell reaches the terminal with a
//          control character; JSON is always valid; CSV can be imported again and starts no
//          formula.
// Bound: the text is as large as the table and its blanks.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace wardflow::wardctl {

enum class output : std::uint8_t { people, json, csv };

enum class cell_kind : std::uint8_t {
  text,
  maybe,  // a text that may be absent: empty is null in JSON
  number, // to the right for people, a bare number for programs
  truth,  // `true` · `false` in JSON; the cell says "true" or "false"
};

struct table_column {
  std::string key;     // fixed in every language: JSON and CSV
  std::string heading; // for people, in their language
  cell_kind kind = cell_kind::text;
};

struct table {
  std::vector<table_column> columns;
  std::vector<std::vector<std::string>> rows; // a short row has empty cells at its end

  void add(std::vector<std::string> row) { rows.push_back(std::move(row)); }
};

/// `people`: headings, a rule, aligned columns, two blanks between. `json`: an array of objects,
/// one to a line; an empty cell that is no text is null. `csv`: BOM, keys as headings,
/// neutralised. Each ends with a line end.
[[nodiscard]] std::string render(const table& what, output how);

/// One cell as JSON has it, and all rows as an array of objects.
[[nodiscard]] nlohmann::ordered_json json_value(std::string_view cell, cell_kind kind);
[[nodiscard]] nlohmann::ordered_json json_rows(const table& what);

/// Terminal columns of UTF-8 text: combining marks take none, wide characters two.
[[nodiscard]] std::size_t display_width(std::string_view text);
/// With blanks behind it, up to this width; longer text as it is.
[[nodiscard]] std::string padded(std::string text, std::size_t width);

/// `text` for a terminal: control characters (also C1, and those that turn the direction of
/// writing) and bytes that are no UTF-8 become `?`.
[[nodiscard]] std::string for_terminal(std::string_view text);

/// `text` as one word of a POSIX shell's command line.
[[nodiscard]] std::string shell_word(std::string_view text);

} // namespace wardflow::wardctl
