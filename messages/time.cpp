// SPDX-License-Identifier: Apache-2.0
#include "messages/time.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>

namespace wardflow {

namespace {

/// Reads exactly `digits` digits at `at`, moving it on.
std::optional<int> take(std::string_view text, std::size_t& at, std::size_t digits) {
  if (at + digits > text.size())
    return std::nullopt;
  auto value = 0;
  for (auto end = at + digits; at != end; ++at) {
    if (text[at] < '0' || text[at] > '9')
      return std::nullopt;
    value = value * 10 + (text[at] - '0');
  }
  return value;
}

bool take_char(std::string_view text, std::size_t& at, char wanted) {
  if (at >= text.size() || text[at] != wanted)
    return false;
  ++at;
  return true;
}

std::optional<long> take_date(std::string_view text, std::size_t& at) {
  auto y = take(text, at, 4);
  if (!y || !take_char(text, at, '-'))
    return std::nullopt;
  auto m = take(text, at, 2);
  if (!m || !take_char(text, at, '-'))
    return std::nullopt;
  auto d = take(text, at, 2);
  if (!d)
    return std::nullopt;
  auto date = std::chrono::year{*y} / std::chrono::month(static_cast<unsigned>(*m)) /
              std::chrono::day(static_cast<unsigned>(*d));
  if (!date.ok() || *y < 1970 || *y > 2148)
    return std::nullopt;
  return std::chrono::sys_days{date}.time_since_epoch().count();
}

/// One to three digits behind a point, as milliseconds: `.12` is 120 ms.
std::optional<time_ms> take_fraction(std::string_view text, std::size_t& at) {
  auto from = at;
  time_ms ms = 0;
  for (auto unit = 100; unit > 0 && at < text.size() && text[at] >= '0' && text[at] <= '9';
       unit /= 10)
    ms += (text[at++] - '0') * unit;
  return at == from ? std::nullopt : std::optional{ms};
}

/// `Z`, `+07:00`, or nothing (local); as an offset to subtract.
std::optional<time_ms> take_zone(std::string_view text, std::size_t& at) {
  if (at == text.size())
    return local_offset_ms;
  if (take_char(text, at, 'Z'))
    return 0;
  auto sign = text[at] == '+' ? 1 : text[at] == '-' ? -1 : 0;
  ++at;
  auto h = take(text, at, 2);
  if (sign == 0 || !h || !take_char(text, at, ':'))
    return std::nullopt;
  auto m = take(text, at, 2);
  if (!m || *h > 14 || *m > 59)
    return std::nullopt;
  return sign * (*h * hour_ms + *m * minute_ms);
}

} // namespace

std::string day_text(day_number day) {
  auto date = std::chrono::year_month_day{std::chrono::sys_days{std::chrono::days{day}}};
  char out[40];
  auto n = std::snprintf(out, sizeof out, "%04d-%02u-%02u", static_cast<int>(date.year()),
                         static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return {out, static_cast<std::size_t>(n)};
}

std::string time_text(time_ms at) {
  at = std::clamp(at, start_of(0), start_of(65'535) + day_ms - 1); // as local_day clamps
  auto day = local_day(at);
  auto rest = at - start_of(day);
  char out[64];
  auto n = std::snprintf(out, sizeof out, "T%02d:%02d:%02d.%03d+07:00",
                         static_cast<int>(rest / hour_ms), static_cast<int>(rest / minute_ms % 60),
                         static_cast<int>(rest / second_ms % 60), static_cast<int>(rest % 1000));
  return day_text(day) + std::string{out, static_cast<std::size_t>(n)};
}

std::optional<day_number> parse_day(std::string_view text) {
  std::size_t at = 0;
  auto day = take_date(text, at);
  if (!day || at != text.size())
    return std::nullopt;
  return static_cast<day_number>(*day);
}

std::optional<time_ms> parse_time(std::string_view text) {
  std::size_t at = 0;
  auto day = take_date(text, at);
  if (!day || !(take_char(text, at, 'T') || take_char(text, at, ' ')))
    return std::nullopt;
  auto h = take(text, at, 2);
  if (!h || !take_char(text, at, ':'))
    return std::nullopt;
  auto m = take(text, at, 2);
  if (!m || *h > 23 || *m > 59)
    return std::nullopt;
  time_ms ms = *h * hour_ms + *m * minute_ms;
  if (take_char(text, at, ':')) {
    auto s = take(text, at, 2);
    if (!s || *s > 59)
      return std::nullopt;
    ms += *s * second_ms;
    if (take_char(text, at, '.')) {
      auto f = take_fraction(text, at);
      if (!f)
        return std::nullopt;
      ms += *f;
    }
  }
  auto zone = take_zone(text, at);
  if (!zone || at != text.size())
    return std::nullopt;
  return *day * day_ms + ms - *zone;
}

std::optional<std::uint16_t> parse_minute_of_day(std::string_view text) {
  std::size_t at = 0;
  auto h = take(text, at, 2);
  if (!h || !take_char(text, at, ':'))
    return std::nullopt;
  auto m = take(text, at, 2);
  if (!m || at != text.size() || *m > 59 || *h * 60 + *m > 24 * 60)
    return std::nullopt;
  return static_cast<std::uint16_t>(*h * 60 + *m);
}

} // namespace wardflow
