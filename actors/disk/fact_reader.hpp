// SPDX-License-Identifier: Apache-2.0
// FACT READER: reads the rows of what all wards below must hold, beside the thread that writes.
//
//   directive_book ─rows of a commit─▶ store ─read(from, end)─▶ rows ─LANE SNAPSHOT─▶ a child
//
// Owns     nothing.
// Borrows  the store, which outlives it; a transaction for the call, and none after it.
// Promise  what it hands out is committed, in key order, of one moment each call.
// Bound    `bytes_max` and one row.
#pragma once

#include "actors/io/store.hpp"
#include "actors/logic/fact_rows.hpp"

#include <cstddef>
#include <string_view>
#include <vector>

namespace wardflow {

class fact_reader {
public:
  explicit fact_reader(const io::store& disk) : disk_(&disk) {
    // nop
  }

  /// Rows from the first key >= `from` on, before `end`, until they are `bytes_max` bytes: at least
  /// one where there is one. ok, store_damaged.
  [[nodiscard]] code read(std::string_view from, std::string_view end, std::size_t bytes_max,
                          std::vector<fact_row>& rows) const;

private:
  const io::store* disk_;
};

} // namespace wardflow
