// SPDX-License-Identifier: Apache-2.0
// One verdict in 32 bits, and the basis that many verdicts share.
#pragma once

#include "messages/code.hpp"
#include "messages/time.hpp"

#include <cassert>
#include <cstdint>

namespace wardflow {

enum class decision : std::uint8_t { admit = 0, condition = 1, refuse = 2 };
enum class colour : std::uint8_t { none = 0, green = 1, yellow = 2, red = 3 };

/// What the rulebook's stale rule did to this verdict; `none`: the data was fresh.
enum class stale_rule : std::uint8_t { none = 0, admits = 1, condition = 2, refuses = 3 };

/// One verdict. Layout of the word on wire and disk, lowest bit first:
/// decision 2, colour 2, reason 7, late 1, clock_unsure 1, stale 2, unused 1, rule 8, basis 8.
struct verdict {
  wardflow::decision decision = decision::refuse;
  wardflow::colour colour = colour::none;
  code reason = code::ok;
  bool late = false;         // more than 10 minutes old: recorded, not admitted
  bool clock_unsure = false; // the node does not believe its own clock
  stale_rule stale = stale_rule::none;
  std::uint8_t rule = 0;  // number of the rule in its rulebook, from 1; 0: no rule was asked
  std::uint8_t basis = 0; // index into the reply's list

  /// A verdict counts when a person was at a venue of this ward: technical refusals do not.
  [[nodiscard]] constexpr bool counts() const { return reason < code::code_empty; }

  bool operator==(const verdict&) const = default;
};

constexpr std::uint32_t to_word(const verdict& v) {
  assert(static_cast<unsigned>(v.reason) < 128);
  return static_cast<std::uint32_t>(v.decision) | static_cast<std::uint32_t>(v.colour) << 2 |
         static_cast<std::uint32_t>(v.reason) << 4 | static_cast<std::uint32_t>(v.late) << 11 |
         static_cast<std::uint32_t>(v.clock_unsure) << 12 |
         static_cast<std::uint32_t>(v.stale) << 13 | static_cast<std::uint32_t>(v.rule) << 16 |
         static_cast<std::uint32_t>(v.basis) << 24;
}

constexpr verdict to_verdict(std::uint32_t word) {
  verdict v;
  v.decision = static_cast<decision>(word & 3);
  v.colour = static_cast<colour>(word >> 2 & 3);
  v.reason = static_cast<code>(word >> 4 & 127);
  v.late = (word >> 11 & 1) != 0;
  v.clock_unsure = (word >> 12 & 1) != 0;
  v.stale = static_cast<stale_rule>(word >> 13 & 3);
  v.rule = static_cast<std::uint8_t>(word >> 16);
  v.basis = static_cast<std::uint8_t>(word >> 24);
  return v;
}

/// What a verdict rests on: few distinct ones exist in a batch.
struct basis {
  std::uint32_t rulebook = 0; // version; 0: none in force
  time_ms rulebook_as_of = 0; // when this node learned of the rulebook
  time_ms levels_as_of = 0;   // when this node last heard of levels; 0: never
  time_ms cards_as_of = 0;    // when this node last heard of cards; 0: never

  bool operator==(const basis&) const = default;
};

} // namespace wardflow
