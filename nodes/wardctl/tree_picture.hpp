// SPDX-License-Identifier: Apache-2.0
// TREE PICTURE: a node and all below it, as far as it knows, as lines of one picture.
//
//   status · node_list · counts_by_unit ─▶ tree_node ─▶ 568 thành phố Nha Trang
//                                                       ├─ 22351 phường Phương Sài
//                                                       └─ 22366 phường Phước Tiến
//
// Owns     nothing: pure functions of the answers.
// Promise  every child and every ward of the answers is in it once; columns line up; what is
//          coloured is said in words too.
// Bound    as large as the answers.
#pragma once

#include "messages/command.hpp"
#include "messages/texts.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace wardflow::wardctl {

struct tree_node {
  std::string unit;
  std::string state;          // up, silent; empty: the one that answers, and wards further below
  std::optional<time_ms> age; // since it was heard; nothing: never, or it answers itself
  std::uint64_t scans = 0;    // of the day
  std::uint64_t lag = 0;
  std::uint64_t lost = 0;
  std::uint64_t open_alerts = 0;
  std::vector<tree_node> below;
};

/// `nodes`, `counts`: empty answers of a ward.
[[nodiscard]] tree_node tree_of(const answer& status, const answer& nodes, const answer& counts);

/// Scans a second by unit; empty: no such column.
using scan_rates = std::map<std::string, double>;

struct picture_options {
  language tongue = language::vi;
  bool coloured = false;
};
/// The first line is the heading.
[[nodiscard]] std::vector<std::string> picture(const tree_node& root, const scan_rates& rates,
                                               const picture_options& how);

/// The whole tree in the order of the picture; `depth` 0 is the root.
template <class F>
void each_node(const tree_node& node, F&& f, const tree_node* via = nullptr, int depth = 0) {
  f(node, via, depth);
  for (auto& one : node.below)
    each_node(one, f, &node, depth + 1);
}

} // namespace wardflow::wardctl
