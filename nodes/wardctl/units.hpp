// SPDX-License-Identifier: Apache-2.0
// UNITS: the catalogue of administrative units that wardctl carries: Khánh Hòa, of 2021.
//
//   code ─▶ unit (name, kind, parent)        name ─▶ all units that have it, for a hint
//
// Owns     nothing: views into the program's own text (config/khanh-hoa/units.csv).
// Promise  a unit is found by its code alone; a name may belong to several, and only ever serves to
//          show their codes.
// Bound    149 units, looked through.
#pragma once

#include "messages/ids.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wardflow::wardctl {

/// The catalogue's date: codes change over time.
inline constexpr int catalogue_year = 2021;

struct unit {
  unit_code code;
  unit_code parent; // none for a province
  std::string_view name;
  std::string_view kind; // Phường, Xã, Thị trấn, Thành phố ...
};

[[nodiscard]] std::optional<unit> find_unit(unit_code code);
/// In the catalogue's order.
[[nodiscard]] std::vector<unit> units_below(unit_code code);
/// Without regard to capital letters; `phường Vạn Thắng` names its kind too.
[[nodiscard]] std::vector<unit> units_named(std::string_view name);

/// `phường Phước Tiến, thành phố Nha Trang, tỉnh Khánh Hòa`.
[[nodiscard]] std::string full_name(const unit& what);
/// `22366 phường Phước Tiến`, or the code alone where it is in no catalogue.
[[nodiscard]] std::string short_name(std::string_view code);

} // namespace wardflow::wardctl
