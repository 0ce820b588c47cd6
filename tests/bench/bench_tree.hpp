// SPDX-License-Identifier: Apache-2.0
// A tree of real nodes for scripts/bench: areas one above the other, wards below the last of them.
//
// Owns     what its ward_rigs own: folders, and a process for each node.
#pragma once

#include "tests/support/ward_rig.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace wardflow::test {

class bench_tree {
public:
  /// Folders and keys; `areas` from the top down, their folders at `areas_at`, or temporary ones.
  bench_tree(const std::vector<std::string>& areas, const std::vector<std::string>& wards,
             const std::filesystem::path& areas_at = {});

  /// Starts all, from the top down, and waits until every child is in session. False: `problem`.
  [[nodiscard]] bool start();
  /// Both rulebooks, one group, so many bars (serials from 1), then events; and a gateway.
  [[nodiscard]] bool furnish(std::uint32_t bars, std::uint32_t events);
  /// This level for the wards' first groups, today; said at the last area.
  [[nodiscard]] bool set_levels(std::uint8_t level);
  /// Cards 0 to `count` - 1 of figures.hpp, all green; said at the last area.
  [[nodiscard]] bool import_cards(std::uint32_t count);

  [[nodiscard]] ward_rig& top() { return *areas.front(); }
  [[nodiscard]] ward_rig& last_area() { return *areas.back(); }

  std::vector<std::unique_ptr<ward_rig>> areas, wards;
  io::key_pair supervisor; // known at every area
  std::string problem;

private:
  [[nodiscard]] bool start(ward_rig& node, ward_rig* parent);
  [[nodiscard]] bool failed(const std::string& what);
};

/// Asks until `good` says so, at most 30 s.
[[nodiscard]] bool asked_until(ward_rig& node, query_kind what,
                               const std::function<bool(const answer&)>& good);
/// A level for these groups, today.
std::vector<level_update> levels_of(const std::vector<group_id>& groups, std::uint8_t level);
/// Rows `from` to `to` of the green cards of figures.hpp; groups 1 to `groups` of `ward` in turn.
std::vector<card_update> green_cards(std::uint32_t from, std::uint32_t to, std::uint32_t ward,
                                     std::uint32_t groups);

/// The wards of a district, as config/khanh-hoa/units.csv has them.
std::vector<std::string> wards_of(const std::string& district);

} // namespace wardflow::test
