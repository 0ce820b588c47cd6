// SPDX-License-Identifier: Apache-2.0
#include "actors/disk/fact_reader.hpp"

namespace wardflow {

code fact_reader::read(std::string_view from, std::string_view end, std::size_t bytes_max,
                       std::vector<fact_row>& rows) const {
  rows.clear();
  std::size_t size = 0;
  const auto row = [&](std::string_view key, bytes value) {
    if (key >= end)
      return false;
    rows.push_back({std::string{key}, {value.begin(), value.end()}});
    size += key.size() + value.size();
    return size < bytes_max;
  };
  return disk_->read_table(io::table::facts, row, from);
}

} // namespace wardflow
