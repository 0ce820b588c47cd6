// SPDX-License-Identifier: Apache-2.0
// What is said to wards in the world of snapshots, by seed, and what should come of it.
#pragma once

#include "messages/command.hpp"
#include "messages/ids.hpp"

#include <algorithm>
#include <cstring>
#include <map>
#include <random>
#include <utility>
#include <variant>
#include <vector>

namespace wardflow::test::snapshots {

inline const unit_code own = unit_of_ward(22'366);
inline const unit_code other = unit_of_ward(22'367);
inline constexpr std::uint64_t card_count = 40;

struct said_one {
  command what;
  unit_code to;
  time_ms said = 0;
};

/// What came of commands: a child's state, or what it should be.
struct held_facts {
  std::map<std::uint64_t, std::uint64_t> cards;              // which command said it last
  std::map<std::uint64_t, bool> revoked;                     // ... of cards
  std::map<std::uint64_t, bool> closed;                      // venues
  std::map<std::pair<group_id, day_number>, time_ms> levels; // published
  time_ms as_of = 0;                                         // of cards
  bool operator==(const held_facts&) const = default;

  void take(const command& c, unit_code to, time_ms said) {
    if (!to.empty() && to != own)
      return;
    if (auto* rows = std::get_if<std::vector<card_update>>(&c.body)) {
      for (auto& row : *rows)
        cards[static_cast<std::uint64_t>(row.card)] = row.facts.pcr_negative_min;
      if (!c.more)
        as_of = std::max(as_of, said);
    } else if (auto* order = std::get_if<card_order>(&c.body)) {
      revoked[static_cast<std::uint64_t>(order->card)] = order->revoke;
    } else if (auto* venue = std::get_if<venue_order>(&c.body)) {
      closed[static_cast<std::uint64_t>(venue->venue)] = venue->suspend;
    } else if (auto* some = std::get_if<std::vector<level_update>>(&c.body)) {
      for (auto& l : *some) {
        auto& known = levels[{l.group, l.effective_from}];
        known = std::max(known, l.published_at);
      }
    }
  }
};

/// The command with this number; cards carry it, so that one knows which command said them last.
inline said_one next_said(std::mt19937_64& random, std::uint64_t id, time_ms now) {
  auto chance = [&](unsigned rate) { return random() % 1'000 < rate; };
  said_one s;
  s.said = now;
  std::memcpy(s.what.id.data(), &id, sizeof id);
  switch (random() % 6) {
  case 0:
  case 1: {
    std::vector<card_update> rows(1 + random() % 20);
    for (auto& row : rows) {
      row.card = card_id{1 + random() % card_count};
      row.facts.pcr_negative_min = static_cast<std::uint32_t>(id);
    }
    s.what.body = std::move(rows);
    s.what.more = chance(400);
    break;
  }
  case 2:
    s.what.body = card_order{card_id{1 + random() % card_count}, {}, code::ok, chance(600), "1/QD"};
    break;
  case 3:
    s.to = chance(700) ? own : other;
    s.what.body =
      venue_order{make_venue_id(s.to.number(), 1 + static_cast<std::uint32_t>(random() % 5)),
                  chance(500), "2/QD"};
    break;
  case 4: {
    level_update level;
    level.group = make_group_id(22'366, 1 + static_cast<std::uint32_t>(random() % 5));
    level.level = static_cast<std::uint8_t>(1 + random() % 4);
    level.effective_from = static_cast<day_number>(18'900 + random() % 3);
    level.published_at = s.said;
    s.what.body = std::vector<level_update>{level};
    break;
  }
  default: // no fact: it comes by the log, or not at all
    s.to = own;
    s.what.body = std::vector<group_record>(1);
  }
  return s;
}

} // namespace wardflow::test::snapshots
