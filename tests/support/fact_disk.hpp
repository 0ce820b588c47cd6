// SPDX-License-Identifier: Apache-2.0
// The rows of what all wards below must hold, in a map: what a store and a fact_reader do.
#pragma once

#include "actors/logic/fact_rows.hpp"

#include <map>
#include <string>
#include <vector>

namespace wardflow::test {

struct fact_disk {
  std::map<std::string, std::vector<std::byte>, std::less<>> rows;

  void write(const std::vector<saved_row>& changes) {
    for (auto& row : changes)
      if (row.table == state_table::facts && row.erase)
        rows.erase(row.key);
      else if (row.table == state_table::facts)
        rows[row.key] = row.value;
  }

  code read(std::string_view from, std::string_view end, std::size_t bytes_max,
            std::vector<fact_row>& out) const {
    out.clear();
    std::size_t size = 0;
    for (auto at = rows.lower_bound(from);
         at != rows.end() && at->first < end && (size == 0 || size < bytes_max); ++at) {
      out.push_back({at->first, at->second});
      size += at->first.size() + at->second.size();
    }
    return code::ok;
  }
};

} // namespace wardflow::test
