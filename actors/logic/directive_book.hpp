// SPDX-License-Identifier: Apache-2.0
// DIRECTIVE BOOK: what all wards below must hold, however long ago it was said.
//
//   command that goes into the directive log ─take─▶ rows of the same commit (fact_rows.hpp)
//   rows ─LANE SNAPSHOT─▶ a child that wants what the log no longer has
//
// Owns     the levels and the rulebooks, for which of two said ones counts is not the later one
//          always; when the newest whole imports were said. Cards, orders, contacts are rows alone.
// Borrows  nothing.
// Promise  the rows are what a ward holds that took every command of the log: a snapshot of them
//          and the whole log end in the same state. What a ward would refuse leaves no row. No
//          identity is ever in a row: GATE has replaced it.
// Bound    memory: about 1 KB a group of levels (32 days), some 30 KB a rulebook; rows: one a card
//          (25 bytes), an order, a rulebook, a level. A command makes a row for each of its own.
//
// What is said to one ward alone is not here, but for orders to its venues, nor is what has an end
// (`ttl`): they wait in the log.
#pragma once

#include "actors/logic/fact_rows.hpp"
#include "actors/logic/level_book.hpp"
#include "actors/logic/rulebook.hpp"

#include <array>
#include <span>
#include <string_view>
#include <vector>

namespace wardflow {

class directive_book {
public:
  /// Rows with these prefixes are read at a start; cards, orders and contacts are not.
  static constexpr std::array loaded{fact_prefix::rulebook, fact_prefix::level, fact_prefix::said};

  /// A command on its way down: `to` whom (none: all below), and where it is from.
  void take(const command& c, unit_code to, const fact_source& source,
            std::vector<saved_row>& rows);
  /// Levels that no question can reach any more. Once a day.
  void forget(day_number today, std::vector<saved_row>& rows);
  /// A row, in key order; false: damaged. Those that are not `loaded` may be left out.
  [[nodiscard]] bool load(std::string_view key, std::span<const std::byte> value);

  [[nodiscard]] const facts_said& said() const { return said_; }
  [[nodiscard]] const level_book& levels() const { return levels_; }
  [[nodiscard]] const rulebook_shelf& rulebooks() const { return books_; }

private:
  template <class Order>
  static void take_order(const Order& order, bool may_lapse, const fact_source& source,
                         std::vector<saved_row>& rows);
  [[nodiscard]] static bool take_cards(const std::vector<card_update>& cards, time_ms at,
                                       std::vector<saved_row>& rows);
  [[nodiscard]] bool take_levels(const std::vector<level_update>& levels,
                                 std::vector<saved_row>& rows);

  level_book levels_;
  rulebook_shelf books_;
  facts_said said_;
};

} // namespace wardflow
