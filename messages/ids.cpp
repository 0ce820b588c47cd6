// SPDX-License-Identifier: Apache-2.0
#include "messages/ids.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>

namespace wardflow {

namespace {

std::optional<std::uint64_t> number_of(std::string_view text, std::size_t digits_max) {
  if (text.empty() || text.size() > digits_max)
    return std::nullopt;
  std::uint64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size())
    return std::nullopt;
  return value;
}

} // namespace

std::optional<unit_code> unit_code::parse(std::string_view text) {
  auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (text.size() != 2 && text.size() != 3 && text.size() != 5)
    return std::nullopt;
  if (!std::all_of(text.begin(), text.end(), is_digit))
    return std::nullopt;
  unit_code result;
  std::copy(text.begin(), text.end(), result.digits_.begin());
  result.length_ = static_cast<std::uint8_t>(text.size());
  return result;
}

std::uint32_t unit_code::number() const {
  std::uint32_t value = 0;
  for (auto digit : text())
    value = value * 10 + static_cast<std::uint32_t>(digit - '0');
  return value;
}

std::uint32_t unit_number(unit_code unit) {
  return static_cast<std::uint32_t>(unit.text().size()) << 24 | unit.number();
}

/// Without a format: each entry of a batch asks for it.
std::optional<unit_code> unit_of_number(std::uint32_t number) {
  if (number == 0)
    return unit_code{};
  std::array<char, 5> digits{};
  auto length = std::size_t{number >> 24};
  auto value = number & 0xff'ffff;
  if (length > digits.size())
    return std::nullopt;
  for (auto i = length; i-- > 0; value /= 10)
    digits[i] = static_cast<char>('0' + value % 10);
  return value == 0 ? unit_code::parse({digits.data(), length}) : std::nullopt;
}

unit_code unit_of_ward(std::uint32_t number) {
  return unit_of_number(std::uint32_t{5} << 24 | number).value_or(unit_code{});
}

std::string to_text(venue_id id) {
  // Not ward_of: an id from outside may be past every ward, and must not look like another's.
  char out[32];
  auto ward = static_cast<unsigned long long>(id) / venues_per_ward;
  auto n = std::snprintf(out, sizeof out, "%05llu-%05u", ward, serial_of(id));
  return {out, static_cast<std::size_t>(n)};
}

std::string to_text(group_id id) {
  char out[24];
  auto n =
    std::snprintf(out, sizeof out, "%05u.%02u", ward_of(id), static_cast<unsigned>(id) % 1000);
  return {out, static_cast<std::size_t>(n)};
}

std::optional<venue_id> parse_venue_id(std::string_view text) {
  auto dash = text.find('-');
  if (dash == std::string_view::npos) {
    auto whole = number_of(text, 12);
    if (!whole || *whole % venues_per_ward == 0 || *whole / venues_per_ward == 0)
      return std::nullopt;
    return venue_id{*whole};
  }
  auto ward = number_of(text.substr(0, dash), 5);
  auto serial = number_of(text.substr(dash + 1), 7);
  if (!ward || !serial || *ward == 0 || *serial == 0)
    return std::nullopt;
  return make_venue_id(static_cast<std::uint32_t>(*ward), static_cast<std::uint32_t>(*serial));
}

std::optional<group_id> parse_group_id(std::string_view text) {
  auto dot = text.find('.');
  if (dot == std::string_view::npos)
    return std::nullopt;
  auto ward = number_of(text.substr(0, dot), 5);
  auto number = number_of(text.substr(dot + 1), 3);
  if (!ward || !number || *ward == 0 || *number == 0)
    return std::nullopt;
  return make_group_id(static_cast<std::uint32_t>(*ward), static_cast<std::uint32_t>(*number));
}

} // namespace wardflow
