// SPDX-License-Identifier: Apache-2.0
// What a ward knows of cards: facts, links, where each was last seen, and on which days.
//
// Owns     one 64-byte record a card, in 256 shards; a shard is saved and stamped as one.
// Borrows  nothing.
// Promise  `apply_*` change the record of the card that is named and no other, and depend on their
//          arguments alone: replay with the journal's outcome rebuilds the same shards.
// Bound    64 bytes a card (75 to 95 with the table's room). Who was here is forgotten after 20
//          days, and cards without facts altogether: each shard begins each day, scans or not.
#pragma once

#include "actors/logic/card_table.hpp"
#include "actors/logic/hash.hpp"
#include "actors/logic/retention.hpp"
#include "messages/facts.hpp"
#include "messages/scan.hpp"
#include "messages/verdict.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <vector>

namespace wardflow {

struct alignas(64) card_record {
  card_id card{};
  card_id partner{}; // the other pseudonym of the same person, from a code that carried both
  // card_facts, field by field: a saved row has no padding.
  std::uint32_t group = 0;
  std::uint32_t pcr_negative_min = 0;
  day_number first_dose = 0;
  day_number full_dose = 0;
  day_number recovered = 0;
  std::uint16_t flags = 0;      // known 1, revoked 2, `partner` is the canonical one 4
  std::int64_t last_at = 0;     // event time of the newest counted scan
  std::uint32_t last_venue = 0; // its venue's serial
  std::uint32_t days = 0;       // bit n: counted in this ward n days before the shard's day
  std::uint32_t refused = 0;    // counted refusals, ever; of scans younger than identity_days
  std::uint32_t scans = 0;      // counted scans, ever; the same
  std::uint64_t unused = 0;

  static constexpr std::uint16_t known = 1;
  static constexpr std::uint16_t revoked = 2;
  static constexpr std::uint16_t follows = 4;

  [[nodiscard]] card_facts facts() const;
};
static_assert(sizeof(card_record) == 64);

class card_book {
public:
  static constexpr std::size_t shard_count = 256;
  static constexpr time_ms never = std::numeric_limits<time_ms>::max();

  static std::size_t shard_of(card_id card) {
    return static_cast<std::size_t>(mixed(card) & (shard_count - 1));
  }

  /// Ahead of `find` and `visit`, in this order and some cards apart: see card_table.hpp.
  void prefetch(card_id card) const {
    auto hash = mixed(card);
    shards_[hash & (shard_count - 1)].cards.prefetch(hash);
  }
  void prefetch_record(card_id card) const {
    auto hash = mixed(card);
    shards_[hash & (shard_count - 1)].cards.prefetch_record(hash);
  }
  [[nodiscard]] const card_record* find(card_id card) const {
    auto hash = mixed(card);
    return shards_[hash & (shard_count - 1)].cards.find(hash, card);
  }

  /// The pseudonym that this person is counted by: itself, unless a link says otherwise.
  [[nodiscard]] card_id canonical(card_id card) const;

  /// Facts to judge by: the card's own, else its partner's.
  [[nodiscard]] card_facts facts(card_id card) const { return look(card).facts; }
  /// Where the person's newest scan was, before the one in hand; 0: none is remembered.
  struct last_seen {
    time_ms at = 0;
    std::uint32_t venue = 0;
  };
  struct seen_card {
    card_facts facts;
    card_id person{};
    last_seen before; // `visit` alone
  };
  [[nodiscard]] seen_card look(card_id card) const;
  /// `look` and `apply_scan` at once, with the verdict still open: one wait for the card's memory.
  seen_card visit(card_id card, std::uint32_t venue_serial, time_ms at, time_ms stamp);
  /// The verdict of a person's visit at that time was a refusal. How many there were; 0: it is too
  /// old to be remembered.
  std::uint32_t apply_refusal(card_id person, time_ms at);

  /// The health office's facts; the revocation stays as it is.
  void apply_facts(card_id card, const card_facts& facts);
  void apply_revoked(card_id card, bool revoked);
  /// One side of a link: `card` belongs to the same person as `partner`. `follows`: the partner is
  /// the canonical one. A first link begins the stamp's day like a scan: which of the two comes
  /// first in a round must not matter.
  void apply_link(card_id card, card_id partner, bool follows, time_ms stamp);
  /// A counted scan of `person` (canonical).
  last_seen apply_scan(card_id person, std::uint32_t venue_serial, time_ms at, bool refused,
                       time_ms stamp);

  /// Ages the shard's days up to `today`. A scan does it too.
  void begin_day(std::size_t shard, day_number today) { begin_day(shards_[shard], today); }
  /// When the next shard is to begin its day, a little after the one before it; `never`: nobody
  /// was counted yet.
  [[nodiscard]] time_ms next_due() const;
  /// Which one that is.
  [[nodiscard]] std::size_t first_due() const;

  /// Distinct persons counted in the ward on a day, exact; and how many of them carry a link.
  struct person_count {
    std::uint64_t persons = 0;
    std::uint64_t linked = 0;
  };
  [[nodiscard]] person_count persons_on(day_number day) const;

  /// Calls f(card) for each person counted on a day; for sketches.
  template <class F>
  void for_each_person_on(day_number day, F&& f) const {
    for (auto& shard : shards_)
      shard.cards.for_each([&](const card_record& r) {
        if (seen(r, shard.day, day))
          f(r.card);
      });
  }

  /// Calls f(card, linked, seen_on) for each person that is remembered; seen_on(day): whether it
  /// was counted on that day. One walk for any number of days.
  template <class F>
  void for_each_seen(F&& f) const {
    for (auto& shard : shards_)
      shard.cards.for_each([&](const card_record& r) {
        if (r.days != 0)
          f(r.card, r.partner != card_id{},
            [&](day_number day) { return seen(r, shard.day, day); });
      });
  }

  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] std::size_t memory_bytes() const;
  [[nodiscard]] std::size_t shard_bytes(std::size_t shard) const {
    return shards_[shard].cards.size() * sizeof(card_record) + 24;
  }

  [[nodiscard]] std::vector<std::byte> save(std::size_t shard, std::uint64_t stamp) const;
  [[nodiscard]] bool load(std::size_t shard, std::span<const std::byte> saved,
                          std::uint64_t& stamp);
  [[nodiscard]] hash128_value state_hash() const;

private:
  struct card_shard {
    card_table<card_record> cards;
    day_number day = 0; // bit 0 of `days`
  };
  static bool seen(const card_record& r, day_number base, day_number day) {
    return day <= base && base - day < static_cast<int>(identity_days) &&
           (r.days >> (base - day) & 1) != 0;
  }
  card_record& obtain(card_id card) {
    auto hash = mixed(card);
    return shards_[hash & (shard_count - 1)].cards.obtain(hash, card);
  }
  static bool remembers(const card_shard& s, time_ms at);
  static last_seen count(card_shard& s, card_record& r, std::uint32_t venue_serial, time_ms at);
  void begin_day(card_shard& s, day_number today);
  [[nodiscard]] static time_ms due_of(const card_shard& s, std::size_t number);

  std::array<card_shard, shard_count> shards_;
  mutable std::size_t first_due_ = shard_count; // ... of the shards; shard_count: look again
};

} // namespace wardflow
