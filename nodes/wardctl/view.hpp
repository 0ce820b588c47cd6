// SPDX-License-Identifier: Apache-2.0
// VIEW: a node's answer as a table: headings and values in words for people, fixed for programs.
//
//   answer.columns, rows ──view(shell, columns)──▶ table ──▶ render
//
// Owns     nothing.
// Promise  columns are found by name, so that a newer node may add some; a column that the node
//          does not give is empty. Programs get the node's own values.
// Bound    one table, as long as the answer.
#pragma once

#include "nodes/wardctl/shell.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace wardflow::wardctl {

/// What a cell says, and so how people and programs read it.
enum class meaning : std::uint8_t {
  text,     // as it is
  maybe,    // may be absent: null for programs
  number,   // a bare number for programs
  limit,    // a number; 0 is none
  truth,    // the node says true, false, yes or no
  category, // of venues
  role,     // of devices
  colour,   // of a card
  moment,   // ISO time; empty: never
  alert_kind,
  severity,
  alert_state,
  unit,     // a unit's code; with its name for people
  evidence, // of an alert: `key=value` words; may be absent
  by,       // who saw to an alert; may be absent
  person,   // role of a key
  deed,     // of the audit log ...
  way,      // ... how it came
  outcome,  // a code's number: its text for people, its name for programs
};

struct view_column {
  std::string_view from; // the node's name of the column
  std::string_view key;  // ours, for JSON and CSV
  phrase heading;
  meaning means = meaning::text;
};

/// How the kind of a cell is printed.
[[nodiscard]] cell_kind kind_of(meaning means);
/// A cell in the words of a person.
[[nodiscard]] std::string in_words(meaning means, std::string_view cell, language tongue);
/// A cell as programs get it: `yes` is true, a limit of 0 is nothing.
[[nodiscard]] std::string for_program(meaning means, std::string_view cell);

/// The rows of `a` as the shell's form of output wants them.
[[nodiscard]] table view(const shell& s, const answer& a, std::span<const view_column> columns);

/// Where a column stands in the answer; past its end where it is not.
[[nodiscard]] std::size_t column_at(const answer& a, std::string_view name);
/// The cell of a row; empty where there is none.
[[nodiscard]] std::string_view cell_at(const std::vector<std::string>& row, std::size_t column);
/// The number that a text begins with; 0 where it is none.
[[nodiscard]] std::uint64_t number_of(std::string_view text);
/// A fact by name; empty where the node does not say it.
[[nodiscard]] std::string_view fact(const answer& a, std::string_view name);
/// The same as a number; 0 where it is none.
[[nodiscard]] std::uint64_t number_fact(const answer& a, std::string_view name);

/// Puts two columns in the place of the node's `state`: `name`, true where the state begins with
/// it, and `document`, what follows it.
void split_state(answer& a, std::string_view name);

/// The first row of the answer as one record.
[[nodiscard]] record view_of_one(const shell& s, const answer& a,
                                 std::span<const view_column> columns);

} // namespace wardflow::wardctl
