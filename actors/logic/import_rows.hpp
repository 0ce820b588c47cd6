// SPDX-License-Identifier: Apache-2.0
// IMPORT ROWS: the five files of docs/files.md as typed rows, with what is wrong named by line.
//
//   CSV text ──▶ csv_reader ──▶ row_reader<venue_row | card_row | …> ──▶ rows
//                                                        └──▶ row_problem: code · line · column
//
// Owns: nothing but the row at hand.
// Borrows: the whole text, as long as the reader lives.
// Promise: a row that is handed out is well formed in itself; what the registers know (does the
//          group exist, is the id free) is the node's to say. A problem never repeats a cell of
//          an identity or a code. Nothing is guessed: `22366.1` is refused, for it may have been
//          `22366.10` before a spreadsheet took it for a number.
// Bound: one row in memory; read_rows() at most `rows_max` of them.
#pragma once

#include "actors/logic/csv.hpp"
#include "messages/facts.hpp"
#include "messages/ids.hpp"
#include "messages/scan.hpp"
#include "messages/time.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace wardflow {

struct venue_row {
  venue_id id{}; // 0: the register gives the next serial
  std::string name;
  category kind = category::other;
  std::string address;
  group_id group{};
  std::uint32_t capacity = 0;
  std::uint16_t opens = 0;  // minutes of the local day; both empty in the file: always open
  std::uint16_t closes = 0; // up to 1440
  std::string phone;

  bool operator==(const venue_row&) const = default;
};

/// Identities are raw text, checked for their form only: the node makes pseudonyms of them. A row
/// with both stands for one person under two keys: send the facts once for each.
struct card_row {
  std::string id_number; // 12 digits, 9 of the former form, or an insurance number
  std::string qid;       // 18 digits
  group_id group{};      // 0: not known
  day_number first_dose = 0;
  day_number full_dose = 0;
  day_number recovered = 0;
  std::uint32_t pcr_negative_min = 0; // minutes since 1970 UTC

  bool operator==(const card_row&) const = default;
};

struct level_row {
  group_id group{};
  risk_scale scale = risk_scale::resolution_128;
  std::uint8_t level = 0; // 1 to 4
  day_number effective_from = 0;
  std::string issuer;
  std::string document;

  bool operator==(const level_row&) const = default;
};

struct group_row {
  group_id id{};
  std::string name;

  bool operator==(const group_row&) const = default;
};

/// One scan of a replay: a code as it was read, or a pseudonym; exactly one of them.
struct replay_row {
  time_ms at = 0;
  venue_id venue{};
  direction way = direction::in;
  wardflow::flow flow = flow::staff_scans_person;
  std::string code;
  card_id card{};

  bool operator==(const replay_row&) const = default;
};

using row_problem = csv_problem;

/// The columns that a file of this row has, in the order of the documentation.
template <class Row>
[[nodiscard]] std::span<const csv_column> columns_of();

/// Reads one cell set into `row`. Instances: the five rows above.
template <class Row>
class row_reader {
public:
  explicit row_reader(std::string_view text) : csv_(text, columns_of<Row>()) {}

  /// Set when the heading is wrong; then next() is `end`.
  [[nodiscard]] const std::optional<row_problem>& header_problem() const {
    return csv_.header_problem();
  }
  /// `row`: row() holds it. `bad`: problem() says why; the rows after it follow.
  [[nodiscard]] csv_step next();

  [[nodiscard]] const Row& row() const { return row_; }
  [[nodiscard]] const row_problem& problem() const { return problem_; }
  /// Where the row came from: line number, bytes, delimiter, position.
  [[nodiscard]] const csv_reader& source() const { return csv_; }

private:
  csv_reader csv_;
  Row row_;
  row_problem problem_;
};

extern template class row_reader<venue_row>;
extern template class row_reader<card_row>;
extern template class row_reader<level_row>;
extern template class row_reader<group_row>;
extern template class row_reader<replay_row>;

/// A whole file. `bad_lines` is a CSV of the heading and the lines that were refused, as they
/// stood in the file, to be corrected and imported by itself; empty when there are none.
template <class Row>
struct imported {
  std::vector<Row> rows;
  std::vector<std::size_t> lines; // of rows, for a later refusal by the node
  std::vector<row_problem> problems;
  std::string bad_lines;

  [[nodiscard]] bool clean() const { return problems.empty(); }
};

/// All rows, up to `rows_max` (then a last problem, too_many_rows). A wrong heading is the only
/// problem of its file. A venue or group id that stands twice is refused the second time.
template <class Row>
[[nodiscard]] imported<Row> read_rows(std::string_view text, std::size_t rows_max = 5'000'000);

extern template imported<venue_row> read_rows(std::string_view, std::size_t);
extern template imported<card_row> read_rows(std::string_view, std::size_t);
extern template imported<level_row> read_rows(std::string_view, std::size_t);
extern template imported<group_row> read_rows(std::string_view, std::size_t);
extern template imported<replay_row> read_rows(std::string_view, std::size_t);

/// The same rows as a file that read_rows() takes, heading first.
template <class Row>
[[nodiscard]] std::string write_rows(std::span<const Row> rows);

extern template std::string write_rows(std::span<const venue_row>);
extern template std::string write_rows(std::span<const card_row>);
extern template std::string write_rows(std::span<const level_row>);
extern template std::string write_rows(std::span<const group_row>);
extern template std::string write_rows(std::span<const replay_row>);

} // namespace wardflow
