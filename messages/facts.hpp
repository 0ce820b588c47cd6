// SPDX-License-Identifier: Apache-2.0
// What is known of cards, venues and groups: the inputs of a judgement, as plain values.
#pragma once

#include "messages/ids.hpp"
#include "messages/time.hpp"

#include <array>
#include <cstdint>
#include <string_view>

namespace wardflow {

/// A card's standing rests on these; its colour is computed, never stored (DOMAIN §3).
struct card_facts {
  group_id group{};          // the holder's residential group, any ward of the province
  day_number first_dose = 0; // 0: none
  day_number full_dose = 0;
  day_number recovered = 0; // date of the certificate
  bool known = false;       // false: nobody has sent facts of this person
  bool revoked = false;
  std::uint32_t pcr_negative_min = 0; // minutes since 1970 UTC of the last negative; 0: none

  bool operator==(const card_facts&) const = default;
};

/// When what is newest was said at the first node, of imports that are whole; 0: never.
struct facts_said {
  time_ms cards = 0;
  time_ms levels = 0;
  time_ms cards_at = 0;         // when cards came into this node's log last, whole or not
  std::uint64_t cards_next = 0; // of the bulk log: what is before it is in rows; 0: all is
  bool operator==(const facts_said&) const = default;
};

/// Kinds of venue that rulebooks speak of. On wire and disk: append only.
enum class category : std::uint8_t {
  other,
  market,
  supermarket,
  shop,
  restaurant,
  cafe,
  bar,
  hotel,
  pharmacy,
  hospital,
  school,
  office,
  public_office,
  bank,
  factory,
  beach,
  park,
  event,
  public_transport,
  worship,
  sport,
  entertainment,
  hairdresser,
  count_ // not a category: how many there are
};

inline constexpr std::array<std::string_view, static_cast<std::size_t>(category::count_)>
  category_names{"other",
                 "market",
                 "supermarket",
                 "shop",
                 "restaurant",
                 "cafe",
                 "bar",
                 "hotel",
                 "pharmacy",
                 "hospital",
                 "school",
                 "office",
                 "public_office",
                 "bank",
                 "factory",
                 "beach",
                 "park",
                 "event",
                 "public_transport",
                 "worship",
                 "sport",
                 "entertainment",
                 "hairdresser"};

/// What judging at a venue needs of its register entry. Names and addresses stay in the register.
struct venue_facts {
  venue_id id{};
  group_id group{};           // where the venue stands
  std::uint32_t capacity = 0; // persons; 0: no limit of its own
  std::uint16_t opens = 0;    // minute of the local day
  std::uint16_t closes = 0;   // may be less than `opens`: past midnight; equal: never closes
  wardflow::category kind = category::other;
  bool suspended = false;

  bool operator==(const venue_facts&) const = default;
};

/// Decision 2686 and resolution 128, side by side: the national scale changed on the day of the
/// letter (DOMAIN §3). Levels are 1 to 4 in both.
enum class risk_scale : std::uint8_t { decision_2686 = 0, resolution_128 = 1 };

/// One group's level as it is known for a day.
struct level_view {
  risk_scale scale = risk_scale::resolution_128;
  std::uint8_t level = 0; // 1 to 4; 0: none was ever set
  bool stale = true;      // not set for the day asked about: an older one, or none
  bool operator==(const level_view&) const = default;
};

} // namespace wardflow
