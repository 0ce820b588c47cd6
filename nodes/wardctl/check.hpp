// SPDX-License-Identifier: Apache-2.0
// CHECK: a node's status as a monitoring system reads it: one line, one exit code.
//
//   answer to `status` ─▶ WARDFLOW CRITICAL - 22366: the store has taken 93 % |map=93%;70;90 …
//
// Owns     nothing: pure functions of the answer.
// Promise  the worst of what is found decides; every figure of the node's kind is there whatever is
//          found; the line has one `|` and no line break. A ward is judged by its rulebook, levels
//          and scans, an area by the nodes below it, and whoever has a parent by the way to it.
// Bound    none.
#pragma once

#include "messages/command.hpp"
#include "messages/texts.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace wardflow::wardctl {

/// As Nagios and those after it number them: the exit codes of `wardctl check`.
enum class health : std::uint8_t { ok = 0, warning = 1, critical = 2, unknown = 3 };

struct thresholds {
  std::uint32_t map_warn = 70, map_crit = 90;       // percent of the store's limit
  std::uint32_t levels_warn = 26, levels_crit = 50; // hours since levels came; 0: not looked at
  std::uint32_t backlog_warn = 1'000, backlog_crit = 50'000; // sealed scans that wait
  std::uint32_t free_warn = 2'048, free_crit = 256;          // MiB of the disk
  std::uint32_t lag_warn = 10'000; // entries that wait below or for the parent; 0: not looked at
};

struct figure_of_check {
  std::string name; // a-z and _
  std::uint64_t value = 0;
  std::string unit;
  std::string warn, crit, least, most; // may be empty
};

struct check_result {
  health is = health::ok;
  std::vector<std::string> reasons; // the worst first; none where all is well
  std::vector<figure_of_check> figures;
};

[[nodiscard]] check_result judge_status(const answer& status, const thresholds& at,
                                        language tongue);

/// OK · WARNING · CRITICAL · UNKNOWN, in every language: monitors look for them.
[[nodiscard]] std::string_view health_name(health is);

/// The whole line, with its line end. `subject`: the unit.
[[nodiscard]] std::string check_line(const check_result& result, std::string_view subject);

} // namespace wardflow::wardctl
