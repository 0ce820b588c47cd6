// SPDX-License-Identifier: Apache-2.0
#include "nodes/wardctl/view.hpp"

#include "messages/alert_words.hpp"
#include "messages/audit_words.hpp"
#include "nodes/wardctl/ages.hpp"
#include "nodes/wardctl/units.hpp"

#include <algorithm>
#include <charconv>

namespace wardflow::wardctl {

namespace {

std::string word(phrase what, language tongue) {
  return std::string{say(what, tongue)};
}

std::string colour_in_words(std::string_view cell, language tongue) {
  for (auto [name, what] : {std::pair{"green", colour::green},
                            {"yellow", colour::yellow},
                            {"red", colour::red},
                            {"none", colour::none}})
    if (cell == name)
      return std::string{colour_name(what, tongue)};
  return std::string{cell};
}

code code_of_number(std::string_view cell) {
  std::uint16_t number = 0;
  std::from_chars(cell.data(), cell.data() + cell.size(), number);
  return static_cast<code>(number);
}

} // namespace

cell_kind kind_of(meaning means) {
  switch (means) {
  case meaning::number:
  case meaning::limit:
    return cell_kind::number;
  case meaning::truth:
    return cell_kind::truth;
  case meaning::maybe:
  case meaning::moment:
  case meaning::evidence:
  case meaning::by:
    return cell_kind::maybe;
  default:
    return cell_kind::text;
  }
}

std::string in_words(meaning means, std::string_view cell, language tongue) {
  switch (means) {
  case meaning::truth:
    return word(cell == "true" || cell == "yes" ? phrase::yes : phrase::no, tongue);
  case meaning::limit:
    return cell == "0" || cell.empty() ? word(phrase::no_limit, tongue) : std::string{cell};
  case meaning::category: {
    auto known = parse_category(cell);
    return std::string{known ? category_label(*known, tongue) : cell};
  }
  case meaning::role:
    return cell == "gateway" ? word(phrase::gateway, tongue)
           : cell == "door"  ? word(phrase::door, tongue)
                             : std::string{cell};
  case meaning::colour:
    return colour_in_words(cell, tongue);
  case meaning::moment:
    return moment_text(cell, tongue);
  case meaning::alert_kind: {
    auto known = parse_alert_kind(cell);
    return std::string{known ? alert_kind_label(*known, tongue) : cell};
  }
  case meaning::severity: {
    auto known = parse_severity(cell);
    return std::string{known ? severity_label(*known, tongue) : cell};
  }
  case meaning::alert_state: {
    auto known = parse_alert_state(cell);
    return std::string{known ? alert_state_label(*known, tongue) : cell};
  }
  case meaning::unit:
    return short_name(cell);
  case meaning::evidence:
    return evidence_text(cell, tongue);
  case meaning::by:
    return std::string{by_text(cell, tongue)};
  case meaning::person:
    return std::string{role_label(cell, tongue)};
  case meaning::deed:
    return std::string{deed_label(cell, tongue)};
  case meaning::way:
    return std::string{way_label(cell, tongue)};
  case meaning::outcome:
    return std::string{text(code_of_number(cell), tongue)};
  default:
    return std::string{cell};
  }
}

std::string for_program(meaning means, std::string_view cell) {
  if (means == meaning::truth && (cell == "yes" || cell == "no"))
    return cell == "yes" ? "true" : "false";
  if (means == meaning::limit && cell == "0")
    return {};
  if (means == meaning::outcome)
    return std::string{name(code_of_number(cell))};
  return std::string{cell};
}

std::size_t column_at(const answer& a, std::string_view name) {
  return static_cast<std::size_t>(std::find(a.columns.begin(), a.columns.end(), name) -
                                  a.columns.begin());
}

std::string_view cell_at(const std::vector<std::string>& row, std::size_t column) {
  return column < row.size() ? std::string_view{row[column]} : std::string_view{};
}

std::string_view fact(const answer& a, std::string_view name) {
  for (auto& [known, value] : a.facts)
    if (known == name)
      return value;
  return {};
}

std::uint64_t number_of(std::string_view text) {
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::uint64_t number_fact(const answer& a, std::string_view name) {
  return number_of(fact(a, name));
}

table view(const shell& s, const answer& a, std::span<const view_column> columns) {
  table t;
  std::vector<std::size_t> places;
  for (auto& c : columns) {
    t.columns.push_back({std::string{c.key}, s.heading(c.heading), kind_of(c.means)});
    places.push_back(column_at(a, c.from));
  }
  for (auto& row : a.rows) {
    auto& cells = t.rows.emplace_back();
    for (std::size_t i = 0; i != columns.size(); ++i) {
      auto cell = cell_at(row, places[i]);
      cells.push_back(s.how == output::people ? in_words(columns[i].means, cell, s.tongue)
                                              : for_program(columns[i].means, cell));
    }
  }
  return t;
}

void split_state(answer& a, std::string_view name) {
  auto at = column_at(a, "state");
  a.columns.insert(a.columns.end(), {std::string{name}, "document"});
  for (auto& row : a.rows) {
    auto state = std::string{cell_at(row, at)};
    auto is = state.starts_with(name);
    row.resize(a.columns.size() - 2);
    row.push_back(is ? "true" : "false");
    row.push_back(is && state.size() > name.size() ? state.substr(name.size() + 1) : "");
  }
}

record view_of_one(const shell& s, const answer& a, std::span<const view_column> columns) {
  record one;
  for (auto& c : columns) {
    auto cell = a.rows.empty() ? std::string_view{} : cell_at(a.rows.front(), column_at(a, c.from));
    one.add({std::string{c.key}, s.heading(c.heading), for_program(c.means, cell), kind_of(c.means),
             in_words(c.means, cell, s.tongue)});
  }
  return one;
}

} // namespace wardflow::wardctl
