// SPDX-License-Identifier: Apache-2.0
#include "nodes/config/built_at.hpp"

#include <string>
#include <string_view>

namespace wardflow {

time_ms built_at() {
  constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
  constexpr std::string_view date = __DATE__; // "Nov 24 2026", "Nov  4 2026"
  auto month = std::to_string(months.find(date.substr(0, 3)) / 3 + 1);
  std::string text{date.substr(7, 4)};
  text += (month.size() == 1 ? "-0" : "-") + month + "-";
  text += date[4] == ' ' ? '0' : date[4];
  text += date[5];
  auto day = parse_day(text);
  return day ? *day * day_ms - day_ms : 0;
}

} // namespace wardflow
