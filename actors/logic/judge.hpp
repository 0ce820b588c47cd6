// SPDX-License-Identifier: Apache-2.0
// JUDGE  colour and verdict of one scan: pure functions, no allocation, no clock.
//
//   card facts ─▶ colour ─┐
//   venue × levels ───────┼─▶ matrix ─▶ stale rule ─▶ capacity ─▶ verdict
//
// Owns     nothing.
// Borrows  the book and the facts for the call.
// Promise  the same inputs give the same verdict on every node and at every replay. Nobody is
//          locked in: an `out` scan is always admitted. The door goes on without a rulebook.
// Bound    a few array reads; no loop.
#pragma once

#include "actors/logic/rulebook.hpp"
#include "messages/facts.hpp"
#include "messages/scan.hpp"
#include "messages/time.hpp"
#include "messages/verdict.hpp"

#include <cstdint>

namespace wardflow {

/// DOMAIN §3. `holder_level` is the level of the card holder's group, 0 when none is known.
/// Facts dated after `at` are worth nothing at `at`.
[[nodiscard]] colour colour_of(const rulebook& book, const card_facts& card,
                               std::uint8_t holder_level, time_ms at);

struct judge_input {
  const rulebook* book; // in force at `at`; nothing: none is
  const venue_facts& venue;
  const card_facts& card;
  level_view venue_level;
  level_view holder_level;
  time_ms at = 0; // event time
  direction way = direction::in;
  std::uint32_t inside = 0; // persons in the venue before this scan
  bool cards_stale = false; // card facts older than the book's `cards_stale_ms`
};

/// Persons that may be inside by the venue's capacity and the book; 0: no limit.
[[nodiscard]] std::uint32_t persons_limit(const category_rules& rules, std::uint32_t capacity);

/// Decision, colour, reason, rule and stale; late, clock_unsure and basis are the caller's.
[[nodiscard]] verdict judge(const judge_input& in);

} // namespace wardflow
