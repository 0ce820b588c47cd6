// SPDX-License-Identifier: Apache-2.0
// CSV: tables as spreadsheets write them, in and out.
//
//   bytes ──▶ csv_reader: delimiter · heading · rows, each with its line ──▶ cells by column
//   cells ──▶ csv_writer: quoted and neutralised ──▶ bytes
//
// Owns: the cells of the row at hand (reader); the text so far (writer).
// Borrows: the whole text and the column list, as long as the reader lives.
// Promise: a bad line is named and skipped, the ones after it are read: a row that spans lines
//          and goes wrong is given up after its first line. What the writer wrote, the reader
//          reads back cell for cell. No cell of the writer starts a formula.
// Bound: csv_limits; a byte is looked at lines_per_row_max times at most, and a little.
#pragma once

#include "messages/code.hpp"

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wardflow {

namespace csv_limits {
inline constexpr std::size_t cell_bytes_max = 4096;
inline constexpr std::size_t cells_max = 64;
inline constexpr std::size_t lines_per_row_max = 16;
inline constexpr std::size_t heading_bytes_max = 16u << 10; // looked at for the delimiter
} // namespace csv_limits

/// A column that a file may have. Names are compared without case and outer blanks.
struct csv_column {
  std::string_view name;
  bool required = true;
};

/// What is wrong, and where. `detail` is English data (names, numbers), never a cell's content.
struct csv_problem {
  code what = code::ok;
  std::size_t line = 0; // from 1; 0: the file as a whole
  std::string column;   // empty: the line as a whole
  std::string detail;

  bool operator==(const csv_problem&) const = default;
};

enum class csv_step : std::uint8_t { row, bad, end };

class csv_reader {
public:
  /// Reads the heading at once: see header_problem. `columns` in the order that cell() counts.
  /// `text` is UTF-8 with or without BOM; delimiter `,` `;` or tab, whichever the heading has
  /// most of (or as an `sep=;` line says); lines end with LF or CRLF.
  csv_reader(std::string_view text, std::span<const csv_column> columns);

  /// file_columns_wrong with the missing, unknown and repeated names; then next() is `end`.
  [[nodiscard]] const std::optional<csv_problem>& header_problem() const { return header_problem_; }

  /// Moves to the next row that is not blank. After `bad`, problem() says why; the rows after it
  /// follow.
  [[nodiscard]] csv_step next();

  /// The row's cell of `columns[column]`, as the file means it (unquoted, apostrophe of a
  /// neutralised cell removed); empty where the file lacks an optional column.
  [[nodiscard]] std::string_view cell(std::size_t column) const;

  /// Does the file have `columns[column]` at all?
  [[nodiscard]] bool has(std::size_t column) const;

  /// First line of the row or of the bad line.
  [[nodiscard]] std::size_t line() const { return line_; }
  /// The row's or bad line's bytes as they stand in the file, without the line end.
  [[nodiscard]] std::string_view raw() const { return raw_; }
  [[nodiscard]] std::string_view header_raw() const { return header_raw_; }
  [[nodiscard]] const csv_problem& problem() const { return problem_; }
  [[nodiscard]] char delimiter() const { return delimiter_; }
  /// Bytes behind the reader, for a progress bar.
  [[nodiscard]] std::size_t position() const { return at_; }

private:
  void read_header();
  void map_header();
  [[nodiscard]] bool blank_line_here() const;
  /// One row from at_: its cells, or the reason why not.
  [[nodiscard]] const char* take_row();
  [[nodiscard]] const char* take_quoted(std::string& cell, std::size_t last_line);
  [[nodiscard]] const char* take_plain(std::string& cell);
  void skip_line();
  csv_step give_up(std::size_t start, std::string detail);

  std::string_view text_;
  std::span<const csv_column> columns_;
  std::size_t at_ = 0;
  std::size_t lines_passed_ = 0;
  std::size_t line_ = 0;
  char delimiter_ = ',';
  std::vector<std::string> cells_; // reused; the first width_ are the row's
  std::size_t width_ = 0;
  std::size_t header_width_ = 0;
  std::vector<std::size_t> places_; // of each column in the file; npos: the file lacks it
  std::string_view raw_;
  std::string_view header_raw_;
  csv_problem problem_;
  std::optional<csv_problem> header_problem_;
};

/// `cell` with an apostrophe before it if a spreadsheet could take it for a formula: it starts
/// with = + - @ TAB CR, or with apostrophes and then one of them (so that reading back is exact).
[[nodiscard]] std::string neutralised(std::string_view cell);
/// The other way round.
[[nodiscard]] std::string_view without_neutralising(std::string_view cell);

class csv_writer {
public:
  /// A BOM makes spreadsheets read UTF-8.
  explicit csv_writer(bool bom = false, char delimiter = ',');

  /// At most csv_limits::cells_max cells. What no reader of ours would take is changed: a cell
  /// that is too long is cut at a character's edge; zero bytes and line ends past the row's
  /// number become blanks.
  void row(std::span<const std::string> cells);
  void row(std::initializer_list<std::string_view> cells);

  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] std::string take() { return std::move(text_); }

private:
  template <class Cells>
  void add_row(const Cells& cells);
  void add_cell(std::string_view value, bool quoted);

  std::string text_;
  std::size_t lines_left_ = 0; // of the row at hand
  char delimiter_;
};

} // namespace wardflow
