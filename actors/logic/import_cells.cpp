// SPDX-License-Identifier: Apache-2.0
#include "actors/logic/import_cells.hpp"

#include "messages/limits.hpp"

#include <charconv>
#include <cstdio>

namespace wardflow {

namespace {

/// Length of the well-formed UTF-8 character at `at`, its value in `value`; 0 if there is none.
std::size_t character(std::string_view text, std::size_t at, std::uint32_t& value) {
  auto byte = [&](std::size_t i) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i]));
  };
  auto first = byte(at);
  value = first;
  if (first < 0x80)
    return 1;
  std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || at + length > text.size())
    return 0;
  value = first & (0x7fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(at + i) & 0xc0) != 0x80)
      return 0;
    value = value << 6 | (byte(at + i) & 0x3f);
  }
  constexpr std::uint32_t least[]{0, 0, 0x80, 0x800, 0x10000};
  if (value < least[length] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
    return 0;
  return length;
}

/// Control characters, and those that turn the direction of what follows on a screen.
bool is_control(std::uint32_t c) {
  return c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x202a && c <= 0x202e) ||
         (c >= 0x2066 && c <= 0x2069) || c == 0x2028 || c == 0x2029 || c == 0xfeff;
}

template <class Number>
std::optional<Number> whole_number(std::string_view text, Number least, Number most) {
  Number value{};
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < least || value > most)
    return std::nullopt;
  return value;
}

} // namespace

std::optional<direction> parse_direction(std::string_view text) {
  if (text == "in")
    return direction::in;
  if (text == "out")
    return direction::out;
  return std::nullopt;
}

std::optional<flow> parse_flow(std::string_view text) {
  if (text == "staff")
    return flow::staff_scans_person;
  if (text == "poster")
    return flow::person_scans_poster;
  return std::nullopt;
}

std::optional<risk_scale> parse_scale(std::string_view text) {
  if (text == "resolution_128" || text == "128")
    return risk_scale::resolution_128;
  if (text == "decision_2686" || text == "2686")
    return risk_scale::decision_2686;
  return std::nullopt;
}

std::string_view scale_name(risk_scale scale) {
  return scale == risk_scale::decision_2686 ? "decision_2686" : "resolution_128";
}

std::optional<card_id> parse_card_id(std::string_view text) {
  std::uint64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (text.size() != 16 || error != std::errc{} || end != text.data() + 16 || value == 0)
    return std::nullopt;
  return card_id{value};
}

std::string card_text(card_id card) {
  char out[20];
  auto n = std::snprintf(out, sizeof out, "%016llx", static_cast<unsigned long long>(card));
  return {out, static_cast<std::size_t>(n)};
}

bool is_plain_text(std::string_view text) {
  if (text.size() > limits::text_bytes_max)
    return false;
  std::uint32_t value = 0;
  for (std::size_t at = 0; at < text.size();) {
    auto length = character(text, at, value);
    if (length == 0 || is_control(value))
      return false;
    at += length;
  }
  return true;
}

namespace detail {

std::optional<group_id> strict_group(std::string_view text) {
  auto dot = text.find('.');
  if (dot != 5 || text.size() < dot + 3)
    return std::nullopt;
  return parse_group_id(text);
}

std::optional<std::uint32_t> small_number(std::string_view text) {
  return whole_number<std::uint32_t>(text, 0, 1'000'000);
}

std::optional<std::uint8_t> level_number(std::string_view text) {
  return whole_number<std::uint8_t>(text, 1, 4);
}

std::optional<std::uint16_t> time_of_day(std::string_view text) {
  if (text.ends_with(":00") && text.size() > 5)
    text.remove_suffix(3);
  if (text.size() == 4)
    return parse_minute_of_day("0" + std::string{text});
  return parse_minute_of_day(text);
}

std::string time_of_day_text(std::uint16_t minute) {
  char out[16];
  auto n = std::snprintf(out, sizeof out, "%02u:%02u", minute / 60u, minute % 60u);
  return {out, static_cast<std::size_t>(n)};
}

std::optional<day_number> real_day(std::string_view text) {
  auto day = parse_day(text);
  return day && *day != 0 ? day : std::nullopt;
}

std::optional<std::uint32_t> minutes_of_time(std::string_view text) {
  auto at = parse_time(text);
  if (!at || *at < minute_ms || *at / minute_ms > 0xffff'ffffLL)
    return std::nullopt;
  return static_cast<std::uint32_t>(*at / minute_ms);
}

std::string_view cells::trimmed(std::size_t column) const {
  auto cell = row_.cell(column);
  auto first = cell.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos)
    return {};
  return cell.substr(first, cell.find_last_not_of(" \t\r\n") - first + 1);
}

std::string cells::text(std::size_t column, code what, bool needed) {
  auto cell = trimmed(column);
  if (cell.empty() && needed)
    fail(column, what, "is empty");
  if (cell.size() > limits::text_bytes_max)
    fail(column, what, "more than 300 bytes");
  else if (!is_plain_text(cell))
    fail(column, what, "not one line of UTF-8 text");
  return std::string{cell};
}

void cells::fail(std::size_t column, code what, std::string detail) {
  if (!problem_)
    problem_ =
      csv_problem{what, row_.line(), std::string{columns_[column].name}, std::move(detail)};
}

} // namespace detail

} // namespace wardflow
