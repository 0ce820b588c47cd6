// SPDX-License-Identifier: Apache-2.0
#include "nodes/wardctl/tree_picture.hpp"

#include "messages/phrases.hpp"
#include "nodes/wardctl/ages.hpp"
#include "nodes/wardctl/print.hpp"
#include "nodes/wardctl/units.hpp"
#include "nodes/wardctl/view.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace wardflow::wardctl {

namespace {

std::optional<time_ms> age_of(std::string_view heard, time_ms now) {
  auto at = parse_time(heard);
  return at && *at != 0 ? std::optional{std::max<time_ms>(now - *at, 0)} : std::nullopt;
}

/// The cells of a row by name.
struct row_reader {
  const answer& a;
  const std::vector<std::string>& row;

  [[nodiscard]] std::string_view operator[](std::string_view name) const {
    return cell_at(row, column_at(a, name));
  }
};

struct line {
  std::string branch; // the picture's left part, and the unit
  const tree_node* node;
};

void collect(const tree_node& node, const std::string& left, const std::string& here,
             std::vector<line>& out) {
  out.push_back({here + short_name(node.unit), &node});
  for (auto& one : node.below) {
    auto last = &one == &node.below.back();
    collect(one, left + (last ? "   " : "│  "), left + (last ? "└─ " : "├─ "), out);
  }
}

std::string rate_text(const scan_rates& rates, const std::string& unit) {
  auto known = rates.find(unit);
  char out[32] = "";
  if (known != rates.end())
    std::snprintf(out, sizeof out, "%.1f", known->second);
  return out;
}

constexpr std::size_t columns = 8;
constexpr std::size_t state_column = 1;
constexpr std::size_t first_number = 3;
constexpr std::size_t rate_column = 4;
using cells = std::array<std::string, columns>;

cells heading(language tongue) {
  cells out;
  auto at = out.begin();
  for (auto what : {phrase::unit, phrase::state_, phrase::last_heard, phrase::scans,
                    phrase::throughput, phrase::lag, phrase::lost_entries, phrase::open_alerts})
    *at++ = say(what, tongue);
  return out;
}

cells cells_of(const line& l, const scan_rates& rates, language tongue) {
  auto& n = *l.node;
  auto word = [&](phrase what) { return std::string{say(what, tongue)}; };
  auto state = n.state == "up"       ? word(phrase::node_is_up)
               : n.state == "silent" ? word(phrase::node_is_silent)
                                     : std::string{};
  auto heard = n.age ? span_text(*n.age, tongue) + " " + word(phrase::ago) : std::string{};
  auto linked = !n.state.empty();
  return {l.branch,
          state,
          heard,
          std::to_string(n.scans),
          rate_text(rates, n.unit),
          linked ? std::to_string(n.lag) : "",
          linked ? std::to_string(n.lost) : "",
          std::to_string(n.open_alerts)};
}

} // namespace

tree_node tree_of(const answer& status, const answer& nodes, const answer& counts) {
  tree_node root;
  root.unit = fact(status, "unit");
  root.scans = number_fact(status, "scans_today");
  root.open_alerts = number_fact(status, "open_alerts");
  for (auto& row : nodes.rows) {
    row_reader cell{nodes, row};
    tree_node child;
    child.unit = cell["unit"];
    child.state = cell["state"];
    child.age = age_of(cell["heard"], nodes.node_time);
    child.scans = number_of(cell["scans"]);
    child.lag = number_of(cell["lag"]) + number_of(cell["lag_bulk"]);
    child.lost = number_of(cell["gaps"]);
    child.open_alerts = number_of(cell["open_alerts"]);
    root.below.push_back(std::move(child));
  }
  for (auto& row : counts.rows) {
    row_reader cell{counts, row};
    if (cell["unit"] == cell["via"])
      continue; // a child itself
    tree_node ward;
    ward.unit = cell["unit"];
    ward.age = age_of(cell["heard"], counts.node_time);
    ward.scans = number_of(cell["scans"]);
    ward.open_alerts = number_of(cell["open_alerts"]);
    auto via = std::find_if(root.below.begin(), root.below.end(),
                            [&](auto& child) { return child.unit == cell["via"]; });
    (via == root.below.end() ? root.below : via->below).push_back(std::move(ward));
  }
  return root;
}

std::vector<std::string> picture(const tree_node& root, const scan_rates& rates,
                                 const picture_options& how) {
  std::vector<line> lines;
  collect(root, {}, {}, lines);
  std::vector<cells> table{heading(how.tongue)};
  for (auto& l : lines)
    table.push_back(cells_of(l, rates, how.tongue));
  std::array<std::size_t, columns> widths{};
  for (std::size_t c = 0; c != columns; ++c)
    for (auto& row : table)
      widths[c] = std::max(widths[c], display_width(row[c]));
  std::vector<std::string> out;
  for (std::size_t r = 0; r != table.size(); ++r) {
    std::string text;
    for (std::size_t c = 0; c != columns; ++c) {
      if (c == rate_column && rates.empty())
        continue;
      auto cell = for_terminal(table[r][c]);
      std::string blanks(widths[c] - std::min(widths[c], display_width(cell)), ' ');
      if (how.coloured && r != 0 && c == state_column && lines[r - 1].node->state == "silent")
        cell = "\x1b[1;91m" + cell + "\x1b[0m";
      text += (c == 0 ? "" : "  ") + (c >= first_number ? blanks + cell : cell + blanks);
    }
    text.erase(text.find_last_not_of(' ') + 1);
    out.push_back(std::move(text));
  }
  return out;
}

} // namespace wardflow::wardctl
