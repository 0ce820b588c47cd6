// SPDX-License-Identifier: Apache-2.0
// Names of things as types: a venue number passed as a card number does not compile.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wardflow {

/// A venue: the ward's GSO number times 10,000,000, plus its serial (1 to 9,999,999) in the
/// ward's register. 0 is never a venue. Text form: `22366-00017`.
enum class venue_id : std::uint64_t {};

/// A person's pseudonym: a keyed hash of a stable key (DOMAIN §2). 0 is never a card.
enum class card_id : std::uint64_t {};

/// A device of this node's register. 0 is never a device.
enum class device_id : std::uint32_t {};

/// A residential group: ward number times 1,000, plus its number (1 to 999). 0: not known.
/// Text form: `22366.07`.
enum class group_id : std::uint32_t {};

/// A unit's official GSO code, kept as text because leading zeros and length matter:
/// two digits a province, three a district, five a commune (ward).
class unit_code {
public:
  constexpr unit_code() = default;

  /// Nothing unless `text` is two, three or five digits.
  static std::optional<unit_code> parse(std::string_view text);

  [[nodiscard]] std::string_view text() const { return {digits_.data(), length_}; }
  [[nodiscard]] bool is_ward() const { return length_ == 5; }
  [[nodiscard]] bool empty() const { return length_ == 0; }
  /// The digits as a number; 0 for none.
  [[nodiscard]] std::uint32_t number() const;

  auto operator<=>(const unit_code&) const = default;

private:
  std::array<char, 5> digits_{};
  std::uint8_t length_ = 0;
};

/// A unit as one number for wires and keys: digits times 2^24, plus `number()`; 0: none.
std::uint32_t unit_number(unit_code unit);
/// Nothing unless it is one of `unit_number`'s, or 0 (no unit).
std::optional<unit_code> unit_of_number(std::uint32_t number);

/// The unit of a ward's number.
unit_code unit_of_ward(std::uint32_t number);

inline constexpr std::uint64_t venues_per_ward = 10'000'000;

constexpr venue_id make_venue_id(std::uint32_t ward, std::uint32_t serial) {
  return venue_id{ward * venues_per_ward + serial};
}
constexpr std::uint32_t ward_of(venue_id id) {
  return static_cast<std::uint32_t>(static_cast<std::uint64_t>(id) / venues_per_ward);
}
constexpr std::uint32_t serial_of(venue_id id) {
  return static_cast<std::uint32_t>(static_cast<std::uint64_t>(id) % venues_per_ward);
}
constexpr group_id make_group_id(std::uint32_t ward, std::uint32_t number) {
  return group_id{ward * 1000 + number};
}
constexpr std::uint32_t ward_of(group_id id) {
  return static_cast<std::uint32_t>(id) / 1000;
}

std::string to_text(venue_id id);
std::string to_text(group_id id);
/// Accepts `22366-00017` and the plain number.
std::optional<venue_id> parse_venue_id(std::string_view text);
std::optional<group_id> parse_group_id(std::string_view text);

} // namespace wardflow
