// SPDX-License-Identifier: Apache-2.0
// What one venue knows: who is inside, who was there on which day, and its counts.
//
// Owns     the persons of the last 20 days, and hours and days of the last 31.
// Borrows  nothing; venue facts, rulebook and card facts come with each scan.
// Promise  `judge` reads; `apply` depends on the ledger, the scan and the verdict alone, so that a
//          replay with the journal's verdicts rebuilds the same ledger, byte for byte.
// Bound    16 bytes a person (20 to 26 with the table's room); 31 days, 31 x 24 hours.
#pragma once

#include "actors/logic/flat_table.hpp"
#include "actors/logic/retention.hpp"
#include "messages/counts.hpp"
#include "messages/round.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace wardflow {

class venue_ledger {
public:
  struct person {
    card_id card{};
    std::uint32_t since = 0; // inside since: seconds since 2020 UTC, plus one; 0: not inside
    std::uint32_t days = 0;  // bit n: seen on the day n days before base_day
    bool operator==(const person&) const = default;
  };

  /// Counts one scan with its verdict. Technical refusals (`!v.counts()`) change nothing.
  void apply(const scan_item& scan, const verdict& v, time_ms stamp);

  /// What fell due at `at` (see `due`): visits that are still open are closed by rule (inferred),
  /// all of them, or where the venue never closes those that are older than a day; and who was
  /// here too long ago is forgotten.
  void work_off(time_ms at, const venue_facts& place);

  /// Marks every hour that this round changed with one more revision. Called once a slice.
  void end_of_round();

  /// Begins the stamp's day: forgets what is out of range, carries over who is inside.
  void begin_day(time_ms stamp);

  [[nodiscard]] std::uint32_t inside() const { return inside_; }
  /// The next moment at which something has to be done here without a scan: a closing, where
  /// somebody is inside; else the night in which the oldest person is forgotten; 0: nothing.
  [[nodiscard]] time_ms due(const venue_facts& place) const;
  /// Sets the closing that the venue waits for, where somebody is inside and none is set.
  void expect_closing(time_ms stamp, const venue_facts& place);

  [[nodiscard]] venue_counts counts(day_number day) const;
  [[nodiscard]] std::span<const day_row> days() const { return days_; }
  [[nodiscard]] std::span<const hour_row> hours() const { return hours_; }
  [[nodiscard]] bool was_seen(card_id card, day_number day) const;
  [[nodiscard]] std::size_t memory_bytes() const;
  void prefetch(card_id card) const { persons_.prefetch(card); }

  /// The whole state in canonical order, and back.
  [[nodiscard]] std::vector<std::byte> save(std::uint64_t stamp) const;
  /// False where the bytes are no ledger (damaged).
  [[nodiscard]] bool load(std::span<const std::byte> saved, std::uint64_t& stamp);
  /// A hash of the state without its stamp: equal states, equal hashes. Zero: never a scan.
  [[nodiscard]] std::array<std::uint64_t, 2> state_hash() const;

private:
  [[nodiscard]] day_number oldest_of(std::uint32_t seen) const;
  day_row& day_of(day_number day);
  hour_row& hour_of(hour_number hour);
  [[nodiscard]] time_ms counted_at(time_ms at, const verdict& v) const;
  void enter(person& p, const scan_item& scan, day_row& arrival);
  void leave(person& p, day_row& arrival);
  void close(time_ms at, const venue_facts& place);

  flat_table<person> persons_;
  std::vector<hour_row> hours_;      // ascending
  std::vector<day_row> days_;        // ascending
  std::vector<hour_number> changed_; // hours of this round; empty between rounds
  time_ms close_due_ = 0;
  time_ms closed_until_ = 0; // a scan from before the last closing does not change who is inside
  std::uint32_t inside_ = 0;
  day_number base_day_ = 0;
  day_number oldest_day_ = 0; // on which a remembered person was seen; 0: nobody is remembered
};

/// The first closing of a venue strictly after `at`; local midnight where it never closes.
time_ms next_closing(const venue_facts& place, time_ms at);

} // namespace wardflow
