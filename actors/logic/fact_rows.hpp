// SPDX-License-Identifier: Apache-2.0
// FACT ROWS: how a row of state_table::facts looks: one card, level, rulebook or order each.
//
//   b/version          rulebook          c/card    card facts      l/group,day  level
//   o/card  v/venue    the last order    s/        when the newest whole imports were said
//   k/unit             contacts of this area or one above, all of them
//   n/                 the bulk log's offset before which all cards are in rows
//
// Numbers in keys are big-endian, so that rows of a kind lie in order of their number, and one
// ward's venues in a row.
//
// Owns     nothing: values to rows and back.
// Promise  a row that is no row of its kind is nothing, never a partial value. Identities are not
//          carried: a card is its pseudonym.
#pragma once

#include "messages/command.hpp"
#include "messages/round.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wardflow {

namespace fact_prefix {
inline constexpr std::string_view rulebook = "b/", card = "c/", level = "l/", card_order = "o/",
                                  said = "s/", venue_order = "v/", contacts = "k/",
                                  cards_next = "n/";
}

struct fact_row {
  std::string key;
  std::vector<std::byte> value;
};

/// Who said something, when at the first node, and when it came into this node's log.
struct fact_source {
  std::string_view by;
  time_ms said = 0;
  time_ms at = 0;
  wardflow::role role = wardflow::role::none;
  bool lapses = false; // not done after some time
};

/// What is one command each.
struct single_fact {
  command_body body; // rulebook_text, card_order, venue_order, contact_list
  std::string by;
  time_ms said = 0;
  time_ms at = 0;
  wardflow::role role = wardflow::role::none; // of who said it: those below ask whether it may
};

/// `came`: the local day on which it came in.
[[nodiscard]] saved_row row_of(const card_update& card, day_number came);
[[nodiscard]] saved_row row_of(const level_update& level);
[[nodiscard]] saved_row row_of(const rulebook_text& book, std::uint32_t version,
                               const fact_source& source);
[[nodiscard]] saved_row row_of(const card_order& order, const fact_source& source);
[[nodiscard]] saved_row row_of(const venue_order& order, const fact_source& source);
[[nodiscard]] saved_row row_of(const contact_list& all, const fact_source& source);
[[nodiscard]] saved_row row_of(const facts_said& said);
[[nodiscard]] saved_row row_of_cards_next(std::uint64_t next);
[[nodiscard]] std::string level_key(group_id group, day_number day);
/// The first key that a venue's order, or one of a later venue, can have.
[[nodiscard]] std::string venue_order_key(venue_id venue);

using row_value = std::span<const std::byte>;
[[nodiscard]] std::optional<card_update> card_of_row(std::string_view key, row_value value);
[[nodiscard]] std::optional<std::uint64_t> cards_next_of_row(std::string_view key, row_value value);
/// 0: not known.
[[nodiscard]] day_number came_of_card_row(row_value value);
[[nodiscard]] std::optional<level_update> level_of_row(std::string_view key, row_value value);
[[nodiscard]] std::optional<single_fact> single_of_row(std::string_view key, row_value value);
[[nodiscard]] std::optional<facts_said> said_of_row(std::string_view key, row_value value);

} // namespace wardflow
