// SPDX-License-Identifier: Apache-2.0
#include "nodes/wardctl/venue_match.hpp"

#include "actors/logic/import_cells.hpp"
#include "nodes/wardctl/pages.hpp"
#include "nodes/wardctl/view.hpp"

#include <algorithm>
#include <map>
#include <string>

namespace wardflow::wardctl {

namespace {

std::string key_of(std::initializer_list<std::string_view> cells) {
  std::string key;
  for (auto cell : cells)
    key.append(cell).push_back('\0');
  return key;
}

/// In the node's own words: see ward_query_lists.
std::string key_of(const venue_row& row) {
  return key_of({row.name, category_names[static_cast<std::size_t>(row.kind)], row.address,
                 row.group == group_id{} ? std::string{} : to_text(row.group),
                 std::to_string(row.capacity), detail::time_of_day_text(row.opens),
                 detail::time_of_day_text(row.closes), row.phone});
}

} // namespace

bool match_venues(shell& s, std::vector<venue_row>& rows) {
  auto has_none = [](const venue_row& row) { return row.id == venue_id{}; };
  if (std::none_of(rows.begin(), rows.end(), has_none))
    return true;
  query q;
  q.what = query_kind::venue_list;
  auto known = ask_all(s, q, venue_of_row);
  if (!known)
    return false;
  if (known->code == code::query_elsewhere) { // an area: the register is the ward's
    s.fail(code::venue_ids_needed);
    return false;
  }
  std::multimap<std::string, venue_id> free;
  auto at = [&](const auto& row, const char* name) {
    return cell_at(row, column_at(*known, name));
  };
  for (auto& row : known->rows)
    if (auto id = parse_venue_id(at(row, "venue")))
      free.emplace(
        key_of({at(row, "name"), at(row, "category"), at(row, "address"), at(row, "group"),
                at(row, "capacity"), at(row, "opens"), at(row, "closes"), at(row, "phone")}),
        *id);
  for (auto& row : rows) // an id that the file names is not free for another row
    if (!has_none(row))
      for (auto [it, end] = free.equal_range(key_of(row)); it != end;)
        it = it->second == row.id ? free.erase(it) : std::next(it);
  for (auto& row : rows)
    if (has_none(row))
      if (auto found = free.find(key_of(row)); found != free.end()) {
        row.id = found->second;
        free.erase(found);
      }
  return true;
}

} // namespace wardflow::wardctl
