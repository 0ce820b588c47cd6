// SPDX-License-Identifier: Apache-2.0
// A province, a city and wards as real processes; each line to a parent goes through a proxy.
//
//   province ◀─ city_line ─ city ◀─ wards[i]->line ─ wards[i]->node
//
// Owns     folders and processes (ward_rig), the proxies.
// Promise  every node keeps its endpoints, so that it can be killed and started at any time. Time
//          is the scans' own (`clock = "input"`) unless the options say otherwise: so a ward tells
//          its counts with each round. On the wall's time it tells hours within 5 s and days once a
//          minute: there only hours are compared.
#pragma once

#include "tests/support/tcp_proxy.hpp"
#include "tests/support/ward_rig.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace wardflow::test {

/// What a level knows of a day; the same at the ward, at the city and at the province.
struct day_counts {
  std::uint64_t scans = 0, counted = 0, late = 0;       // on the wall's time, up to a minute ago
  std::array<std::array<std::uint64_t, 5>, 24> hours{}; // in, out, refused, late, poster
  bool operator==(const day_counts&) const = default;
  day_counts& operator+=(const day_counts& other);
};

class line_tree {
public:
  struct options {
    std::vector<const char*> wards{"22366"};
    std::uint32_t venues = 60; // of each ward; those above `open` are suspended
    std::uint32_t open = 50;
    bool input_clock = true;
    std::uint64_t seed = 1; // of the proxies
  };
  struct ward {
    ward(const char* unit, std::uint64_t seed) : node({}, {}, unit), line({}, seed) {
      // nop
    }
    /// The alert that a scan of a suspended venue raises.
    [[nodiscard]] std::string alarm_name(std::uint32_t venue) const;

    ward_rig node;
    tcp_proxy line;
  };

  explicit line_tree(options o);

  /// Of one day, as this node knows it. A node that does not answer knows nothing.
  static day_counts counts(ward_rig& node, day_number day);
  static std::string fact(ward_rig& node, std::string_view name);
  [[nodiscard]] day_counts sum_of_wards(day_number day);
  /// Σ wards = city = province on each of these days, and nothing is on its way; waits for it.
  /// The milliseconds that it took; -1: not in time, and `why` says what differs.
  [[nodiscard]] time_ms catch_up(const std::vector<day_number>& days, time_ms patience);
  [[nodiscard]] const std::string& why() const { return why_; }

  static constexpr std::string_view first_day = "2021-10-20";
  static day_number day(unsigned n = 0) {
    return static_cast<day_number>(*parse_day(first_day) + n);
  }

  ward_rig province, city;
  tcp_proxy city_line;
  std::vector<std::unique_ptr<ward>> wards;

private:
  void start(ward_rig& node, ward_rig& parent, tcp_proxy& line);
  void furnish(ward& w);
  [[nodiscard]] bool agrees(const std::vector<day_number>& days);

  options options_;
  std::string why_;
};

} // namespace wardflow::test
