// SPDX-License-Identifier: Apache-2.0
// IMPORTS: a file of docs/files.md into a node's register, whatever is wrong with some lines.
//
//   file ─read_rows─▶ rows ─cut─▶ pieces ─ask─▶ node
//                      └─ problems ◀── rows that the node refused, by line ─┘ ──▶ FILE.bad.csv
//
// Owns     nothing.
// Promise  a bad line never stops the others; each is named with its reason, and stands as it was
//          in the file of bad lines, below the same heading. Nothing is overwritten. The exit code
//          is 0 only if every line was taken or is so already.
// Bound    a file of 1 GiB, 5,000,000 rows.
#pragma once

#include "nodes/wardctl/help.hpp"
#include "nodes/wardctl/import_pieces.hpp"
#include "nodes/wardctl/shell.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace wardflow::wardctl {

struct import_options {
  std::string file;
  std::string bad; // where bad lines go; empty: FILE.bad.csv
  bool dry_run = false;
};

/// What a file of these rows becomes: pieces, or nothing after `fail`.
template <class Row>
using make_pieces = std::function<std::optional<std::vector<piece>>(imported<Row>&)>;

/// The whole import, with its report and exit code. Instances: venue, group, card, level rows.
template <class Row>
void import_file(shell& s, const import_options& o, const make_pieces<Row>& make);

extern template void import_file<venue_row>(shell&, const import_options&,
                                            const make_pieces<venue_row>&);
extern template void import_file<group_row>(shell&, const import_options&,
                                            const make_pieces<group_row>&);
extern template void import_file<card_row>(shell&, const import_options&,
                                           const make_pieces<card_row>&);
extern template void import_file<level_row>(shell&, const import_options&,
                                            const make_pieces<level_row>&);

/// The subcommand `import FILE` with its options; `run` gets them.
void add_import(CLI::App& family, shell& s, both what, std::string_view examples,
                std::function<void(const import_options&)> run);

/// One row from cells by column name, read as a file's would be. Problems name the option by the
/// column: `--opens`. Nothing after `fail`.
template <class Row>
[[nodiscard]] std::optional<Row>
row_of(shell& s, const std::vector<std::pair<std::string, std::string>>& cells);

extern template std::optional<venue_row>
row_of<venue_row>(shell&, const std::vector<std::pair<std::string, std::string>>&);
extern template std::optional<level_row>
row_of<level_row>(shell&, const std::vector<std::pair<std::string, std::string>>&);

} // namespace wardflow::wardctl
