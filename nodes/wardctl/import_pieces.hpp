// SPDX-License-Identifier: Apache-2.0
// IMPORT PIECES: a file's rows as commands of a size that a node takes, each row with its line.
//
//   imported<Row> ──cut──▶ piece(command body, line of each of its rows) …
//
// Owns     its rows.
// Promise  every row of the file stands in a piece once (a card with two identities once under
//          each), in the file's order; a refused row is found again by its line.
// Bound    rows_per_piece: a row has at most three texts of 300 bytes, so that a piece stays far
//          under the frame's 4 MiB, its answer too; small enough not to hold the doors up.
#pragma once

#include "actors/logic/import_rows.hpp"
#include "messages/command.hpp"

#include <cstddef>
#include <vector>

namespace wardflow::wardctl {

inline constexpr std::size_t rows_per_piece = 500;

struct piece {
  command_body body;
  std::vector<std::size_t> lines; // of the body's rows
  bool counts = true;             // false: the same lines again, under their second identity
};

[[nodiscard]] std::vector<piece> cut(const imported<venue_row>& rows);
[[nodiscard]] std::vector<piece> cut(const imported<group_row>& rows);
[[nodiscard]] std::vector<piece> cut(const imported<card_row>& rows);
/// `published_at`: when the authority published them, as far as this file can say.
[[nodiscard]] std::vector<piece> cut(const imported<level_row>& rows, time_ms published_at);

/// One row as a record of the register.
[[nodiscard]] venue_record record_of(const venue_row& row);
[[nodiscard]] level_update update_of(const level_row& row, time_ms published_at);

} // namespace wardflow::wardctl
