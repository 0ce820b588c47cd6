// SPDX-License-Identifier: Apache-2.0
#include "nodes/wardctl/ages.hpp"

#include "messages/phrases.hpp"

#include <array>
#include <charconv>
#include <utility>

namespace wardflow::wardctl {

namespace {

std::string word(phrase what, language tongue) {
  return std::string{say(what, tongue)};
}

} // namespace

std::string moment_text(std::string_view iso, language tongue) {
  if (iso.empty())
    return word(phrase::never, tongue);
  auto at = parse_time(iso);
  if (!at)
    return std::string{iso};
  auto text = time_text(*at).substr(0, 19);
  text[10] = ' ';
  return text;
}

std::string span_text(time_ms span, language tongue) {
  if (span < minute_ms)
    return word(phrase::under_a_minute, tongue);
  struct unit {
    time_ms length;
    phrase name;
  };
  static constexpr std::array units{unit{day_ms, phrase::days_short},
                                    unit{hour_ms, phrase::hours_short},
                                    unit{minute_ms, phrase::minutes_short}};
  std::string out;
  for (std::size_t i = 0; i != units.size(); ++i) {
    auto count = span / units[i].length;
    if (count == 0)
      continue;
    out = std::to_string(count) + " " + word(units[i].name, tongue);
    auto next = i + 1 < units.size() ? span % units[i].length / units[i + 1].length : 0;
    if (next != 0)
      out += " " + std::to_string(next) + " " + word(units[i + 1].name, tongue);
    break;
  }
  return out;
}

std::optional<time_ms> parse_span(std::string_view text) {
  static constexpr std::array units{std::pair{'s', second_ms}, std::pair{'m', minute_ms},
                                    std::pair{'h', hour_ms}, std::pair{'d', day_ms}};
  std::uint32_t count = 0;
  auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (bad != std::errc{} || count == 0 || end + 1 != text.data() + text.size())
    return std::nullopt;
  for (auto& [letter, length] : units)
    if (*end == letter)
      return count * length;
  return std::nullopt;
}

std::string moment_with_age(std::string_view iso, time_ms now, language tongue) {
  auto text = moment_text(iso, tongue);
  auto at = parse_time(iso);
  if (!at || *at > now)
    return text;
  return text + " (" + span_text(now - *at, tongue) + " " + word(phrase::ago, tongue) + ")";
}

} // namespace wardflow::wardctl
