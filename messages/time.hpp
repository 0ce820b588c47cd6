// SPDX-License-Identifier: Apache-2.0
// Time as values. Stored times are UTC milliseconds; days and hours are local (DOMAIN §4).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wardflow {

/// Milliseconds since 1970, UTC.
using time_ms = std::int64_t;

/// A local calendar day (Asia/Ho_Chi_Minh, +07:00, no summer time): days since 1970-01-01.
/// 0 stands for "none": no input of this system is that old.
using day_number = std::uint16_t;

/// A local clock hour: hours since 1970-01-01T00:00+07:00.
using hour_number = std::uint32_t;

inline constexpr time_ms second_ms = 1000;
inline constexpr time_ms minute_ms = 60 * second_ms;
inline constexpr time_ms hour_ms = 60 * minute_ms;
inline constexpr time_ms day_ms = 24 * hour_ms;
inline constexpr time_ms local_offset_ms = 7 * hour_ms;

/// 65,535 days is the year 2149; times outside [1970, 2149) are clamped.
constexpr day_number local_day(time_ms at) {
  auto day = (at + local_offset_ms) / day_ms;
  return static_cast<day_number>(day < 0 ? 0 : day > 65'535 ? 65'535 : day);
}
constexpr hour_number local_hour(time_ms at) {
  auto hour = (at + local_offset_ms) / hour_ms;
  return static_cast<hour_number>(hour < 0 ? 0 : hour > 0xffff'ffffLL ? 0xffff'ffffLL : hour);
}
/// The first instant of a local day.
constexpr time_ms start_of(day_number day) {
  return day * day_ms - local_offset_ms;
}
/// Minutes since local midnight, 0 to 1439.
constexpr std::uint16_t minute_of_day(time_ms at) {
  auto in_day = (at + local_offset_ms) % day_ms;
  return static_cast<std::uint16_t>((in_day < 0 ? in_day + day_ms : in_day) / minute_ms);
}

/// `2021-10-16`.
std::string day_text(day_number day);
/// `2021-10-16T09:30:00.000+07:00`, always local.
std::string time_text(time_ms at);
/// `YYYY-MM-DD`, a real calendar date from 1970 to 2148.
std::optional<day_number> parse_day(std::string_view text);
/// `YYYY-MM-DD[T| ]HH:MM[:SS[.m]][Z|+HH:MM|-HH:MM]`; without a zone the time is local.
/// One to three digits of a second's fraction: `.12` is 120 ms.
std::optional<time_ms> parse_time(std::string_view text);
/// `HH:MM` from 00:00 to 24:00 as minutes.
std::optional<std::uint16_t> parse_minute_of_day(std::string_view text);

} // namespace wardflow
