// SPDX-License-Identifier: Apache-2.0
// DIRECTIVE BOOK: what all wards below must hold, however long ago it was said.
//
//   command that goes into the directive log ─take─▶ rows of the same commit (fact_rows.hpp)
//   rows ─LANE SNAPSHOT─▶ a child that wants what the log no longer has
//
// Owns     the levels and the rulebooks, for which of two said ones counts is not the later one
//          always; when the newest whole imports were said; cards that wait for their rows. Else
//          cards, orders, contacts are rows alone.
// Borrows  nothing.
// Promise  the rows are what a ward holds that took every command of the log: a snapshot of them
//          and the whole log end in the same state. What a ward would refuse leaves no row. No
//          identity is ever in a row: GATE has replaced it.
// Bound    memory: about 1 KB a group of levels (32 days), some 30 KB a rulebook, 150 bytes each of
//          `cards_waiting_max` cards (at the first start of an older folder of all that its log
//          has); rows: one a card (25 bytes), an order, a rulebook, a level.
//
// What is said to one ward alone is not here, but for orders to its venues, nor is what has an end
// (`ttl`): they wait in the log.
#pragma once

#include "actors/logic/fact_rows.hpp"
#include "actors/logic/level_book.hpp"
#include "actors/logic/rulebook.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wardflow {

class directive_book {
public:
  /// Rows with these prefixes are read at a start; cards, orders and contacts are not.
  static constexpr std::array loaded{fact_prefix::rulebook, fact_prefix::level, fact_prefix::said,
                                     fact_prefix::cards_next};
  static constexpr std::size_t cards_waiting_max = 100'000;
  static constexpr time_ms cards_wait_ms = 10 * second_ms; // of an import that is not whole
  static constexpr time_ms whole_wait_ms = second_ms;

  /// A command on its way down: `to` whom (none: all below), and where it is from.
  void take(const command& c, unit_code to, const fact_source& source,
            std::vector<saved_row>& rows);
  /// Cards wait for their rows: an import in an order of its own would else write each page of the
  /// table in each of its commits. True: it is time to `write_cards`.
  /// `log_first`: the oldest offset that the bulk log has still. On a full disk they wait on,
  /// unless the log is about to lose them: no more come meanwhile.
  [[nodiscard]] bool cards_due(time_ms stamp, std::uint64_t log_first = 0,
                               bool store_full = false) const;
  /// When, by time alone; 0: none waits.
  [[nodiscard]] time_ms cards_due_at() const;
  /// With all that came before `next` of the bulk log.
  void write_cards(std::uint64_t next, std::vector<saved_row>& rows);
  /// `said`, but of cards what is in rows, and up to where: the log goes on from there, and is
  /// taken again from there at a start. `log_next`: where the bulk log ends.
  [[nodiscard]] facts_said in_rows(std::uint64_t log_next) const;
  [[nodiscard]] std::uint64_t cards_loaded() const { return cards_next_; }

  /// Levels that no question can reach any more. Once a day.
  void forget(day_number today, std::vector<saved_row>& rows);
  /// A row of the directive log, after those that are `loaded`: cards that had no row yet are
  /// taken again, whole chunks of them. False: damaged.
  [[nodiscard]] bool load_log(std::string_view key, std::span<const std::byte> value);
  /// A row, in key order; false: damaged. Those that are not `loaded` may be left out.
  [[nodiscard]] bool load(std::string_view key, std::span<const std::byte> value);

  [[nodiscard]] const facts_said& said() const { return said_; }
  [[nodiscard]] const level_book& levels() const { return levels_; }
  [[nodiscard]] const rulebook_shelf& rulebooks() const { return books_; }

private:
  template <class Order>
  static void take_order(const Order& order, bool may_lapse, const fact_source& source,
                         std::vector<saved_row>& rows);
  [[nodiscard]] bool take_cards(const std::vector<card_update>& cards, time_ms at);
  [[nodiscard]] bool take_levels(const std::vector<level_update>& levels,
                                 std::vector<saved_row>& rows);

  level_book levels_;
  rulebook_shelf books_;
  facts_said said_;
  std::map<std::string, saved_row> waiting_; // rows of cards, by key
  time_ms waits_since_ = 0;
  bool whole_waits_ = false; // an import ended with them
  std::uint64_t cards_next_ = 1;
  facts_said written_; // of cards
};

} // namespace wardflow
