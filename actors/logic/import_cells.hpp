// SPDX-License-Identifier: Apache-2.0
// One row's cells on their way to typed values: the first mistake is kept, the rest is read on.
#pragma once

#include "actors/logic/csv.hpp"
#include "messages/facts.hpp"
#include "messages/ids.hpp"
#include "messages/scan.hpp"
#include "messages/time.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace wardflow {

/// `in` · `out`.
[[nodiscard]] std::optional<direction> parse_direction(std::string_view text);
/// `staff` · `poster`.
[[nodiscard]] std::optional<flow> parse_flow(std::string_view text);
/// `resolution_128` · `decision_2686`, and their bare numbers.
[[nodiscard]] std::optional<risk_scale> parse_scale(std::string_view text);
[[nodiscard]] std::string_view scale_name(risk_scale scale);
/// A pseudonym as 16 hexadecimal digits; 0 is never one.
[[nodiscard]] std::optional<card_id> parse_card_id(std::string_view text);
[[nodiscard]] std::string card_text(card_id card);
/// A name, an address, a document number: UTF-8 on one line, at most limits::text_bytes_max.
[[nodiscard]] bool is_plain_text(std::string_view text);

namespace detail {

/// Like parse_group_id, but two digits at least after the dot: a spreadsheet makes `22366.1` of
/// `22366.10`.
[[nodiscard]] std::optional<group_id> strict_group(std::string_view text);
inline constexpr auto group_form = "a group such as 22366.07, two digits or more after the dot";

[[nodiscard]] std::optional<std::uint32_t> small_number(std::string_view text);
[[nodiscard]] std::optional<std::uint8_t> level_number(std::string_view text);
/// `HH:MM`, also `H:MM` and `HH:MM:00` as spreadsheets write them.
[[nodiscard]] std::optional<std::uint16_t> time_of_day(std::string_view text);
[[nodiscard]] std::string time_of_day_text(std::uint16_t minute);
/// A day from 1970-01-02: 0 stands for none.
[[nodiscard]] std::optional<day_number> real_day(std::string_view text);
[[nodiscard]] std::optional<std::uint32_t> minutes_of_time(std::string_view text);

class cells {
public:
  cells(const csv_reader& row, std::span<const csv_column> columns) :
    row_(row), columns_(columns) {}

  [[nodiscard]] const std::optional<csv_problem>& problem() const { return problem_; }
  [[nodiscard]] std::string_view trimmed(std::size_t column) const;
  [[nodiscard]] bool empty(std::size_t column) const { return trimmed(column).empty(); }
  [[nodiscard]] std::string whole(std::size_t column) const {
    return std::string{row_.cell(column)};
  }

  /// The value of `parse`, or a problem and a value of nothing. `wanted` says the form.
  template <class Parse>
  auto take(std::size_t column, code what, Parse parse, const char* wanted) {
    auto value = parse(trimmed(column));
    if (!value)
      fail(column, what, std::string{"wanted: "} + wanted);
    return value ? *value : typename decltype(value)::value_type{};
  }

  /// A cell of plain text; refused if it is none, or needed and empty.
  std::string text(std::size_t column, code what, bool needed);

  /// Keeps the row's first problem. `detail` never holds the cell.
  void fail(std::size_t column, code what, std::string detail);

private:
  const csv_reader& row_;
  std::span<const csv_column> columns_;
  std::optional<csv_problem> problem_;
};

} // namespace detail

} // namespace wardflow
