// SPDX-License-Identifier: Apache-2.0
// PAGES: a list of any length, asked for page by page.
//
//   query ─ask─▶ answer(more) ─after = id of its last row─▶ ask … ─▶ one answer with all rows
//
// Owns     nothing.
// Promise  every row once, or nothing and the reason said; a node that says `more` and does not go
//          on ends it (an answer that is not complete is never shown as one).
// Bound    10,000,000 rows.
#pragma once

#include "nodes/wardctl/shell.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace wardflow::wardctl {

/// The id of a row, as `after` wants it; 0 where the row has none.
using row_id = std::function<std::uint64_t(const answer& page, const std::vector<std::string>&)>;

/// All rows; facts and code of the first page. Nothing after `fail`. At most `most` rows, where it
/// is not 0; `more` then says whether there are others. `of`: the unit that is asked about.
[[nodiscard]] std::optional<answer> ask_all(shell& s, query q, const row_id& id,
                                            std::uint32_t most = 0, unit_code of = {});
/// The same of a list that is asked of one kind of node: nothing, after `fail`, where that is not
/// `done`.
[[nodiscard]] std::optional<answer> ask_list(shell& s, query_kind what, const row_id& id,
                                             std::uint32_t most = 0, day_number day = 0);

// Ids by the first column's name.
[[nodiscard]] std::uint64_t venue_of_row(const answer& page, const std::vector<std::string>& row);
[[nodiscard]] std::uint64_t group_of_row(const answer& page, const std::vector<std::string>& row);
[[nodiscard]] std::uint64_t device_of_row(const answer& page, const std::vector<std::string>& row);
[[nodiscard]] std::uint64_t level_of_row(const answer& page, const std::vector<std::string>& row);
/// Of the last row of `page`: its unit, and its place among the unit's rows.
[[nodiscard]] std::uint64_t contact_of_row(const answer& page, const std::vector<std::string>& row);

} // namespace wardflow::wardctl
