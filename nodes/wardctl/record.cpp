// SPDX-License-Identifier: Apache-2.0
#include "nodes/wardctl/record.hpp"

#include "actors/logic/csv.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace wardflow::wardctl {

namespace {

std::string for_people(const record& what) {
  std::size_t width = 0;
  auto indented = false;
  for (auto& f : what.fields) {
    width = std::max(width, f.key.empty() ? 0 : display_width(for_terminal(f.heading)));
    indented = indented || f.key.empty();
  }
  std::string out;
  for (auto& f : what.fields) {
    auto heading = for_terminal(f.heading);
    if (f.key.empty()) {
      out += (out.empty() ? "" : "\n") + heading + "\n";
      continue;
    }
    out += (indented ? "  " : "") + heading;
    out.append(width - display_width(heading) + 2, ' ');
    out += for_terminal(f.shown.empty() ? f.value : f.shown);
    out.erase(out.find_last_not_of(' ') + 1);
    out += '\n';
  }
  if (!what.list.empty())
    out += (out.empty() ? "" : "\n") + render(what.rows, output::people);
  return out;
}

std::string for_programs(const record& what) {
  auto object = nlohmann::ordered_json::object();
  for (auto& f : what.fields)
    if (!f.key.empty())
      object[f.key] = json_value(f.value, f.kind);
  if (!what.list.empty())
    object[what.list] = json_rows(what.rows);
  return object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

std::string for_spreadsheets(const record& what) {
  if (!what.list.empty())
    return render(what.rows, output::csv);
  table one;
  one.rows.emplace_back();
  for (auto& f : what.fields) {
    if (f.key.empty())
      continue;
    one.columns.push_back({f.key, f.heading, f.kind});
    one.rows.front().push_back(f.value);
  }
  return render(one, output::csv);
}

} // namespace

std::string render(const record& what, output how) {
  switch (how) {
  case output::json:
    return for_programs(what);
  case output::csv:
    return for_spreadsheets(what);
  case output::people:
    break;
  }
  return for_people(what);
}

} // namespace wardflow::wardctl
