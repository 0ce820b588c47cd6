// SPDX-License-Identifier: Apache-2.0
// The ward's verdicts by reason and day of arrival, and its counted scans by hour of event time.
//
// Owns     31 days of 128 reasons each, in three decisions; 31 days of hours.
// Promise  depends on the verdict words, the scans' times and the round's stamp alone. Hours are
//          the sums of the venues' ledgers, also for late scans: the same rules.
// Bound    31 rows of about 600 bytes; 31 x 24 of 32.
#pragma once

#include "actors/logic/hash.hpp"
#include "messages/counts.hpp"
#include "messages/rollup.hpp"
#include "messages/scan.hpp"
#include "messages/time.hpp"
#include "messages/verdict.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace wardflow {

struct tally_day {
  std::array<std::uint32_t, 128> reasons{}; // every scan's reason
  std::array<std::uint32_t, 4> decisions{}; // of counted scans
  std::array<std::uint32_t, 4> colours{};   // of counted scans
  std::uint64_t scans = 0;                  // taken: each used up its number
  std::uint64_t counted = 0;                // those with a person at a venue of this ward
  std::uint64_t late = 0;
  bool operator==(const tally_day&) const = default;
};

/// A ward has not 2^32 scans in an hour: a row of 32 bytes.
struct tally_hour {
  hour_number hour = 0;
  std::uint32_t in = 0;
  std::uint32_t out = 0;
  std::uint32_t refused = 0;
  std::uint32_t late = 0;
  std::uint32_t poster = 0;
  std::uint32_t unused[2] = {};
  [[nodiscard]] hour_counts counts() const { return {in, out, refused, late, poster}; }
  bool operator==(const tally_hour&) const = default;
};

class ward_tally {
public:
  /// The day's row, made where there is none; forgets days more than 31 before it.
  tally_day& of(day_number day);
  [[nodiscard]] const tally_day* find(day_number day) const;
  [[nodiscard]] const std::map<day_number, tally_day>& days() const { return days_; }
  static void count(tally_day& day, const verdict& v);

  [[nodiscard]] const std::map<hour_number, tally_hour>& hours() const { return hours_; }
  [[nodiscard]] hour_counts hour(hour_number hour) const;
  /// Came from a state that was saved before there were hours: the ledgers have them.
  [[nodiscard]] bool hours_missing() const { return hours_missing_; }
  /// Takes the hours of a ledger; `hours_restored` after the last one.
  void restore_hours(std::span<const hour_row> rows);
  void hours_restored() { hours_missing_ = false; }

  [[nodiscard]] std::size_t saved_bytes() const {
    return 64 + days_.size() * (sizeof(tally_day) + 16) + hours_.size() * sizeof(tally_hour);
  }
  [[nodiscard]] std::vector<std::byte> save(std::uint64_t stamp) const;
  [[nodiscard]] bool load(std::span<const std::byte> saved, std::uint64_t& stamp);
  [[nodiscard]] hash128_value state_hash() const { return hash128(save(0)); }

private:
  friend class hour_counter;
  void begin_day(time_ms stamp);

  std::map<day_number, tally_day> days_;
  std::map<hour_number, tally_hour> hours_;
  day_number base_day_ = 0; // of the newest counted scan's arrival
  bool hours_missing_ = false;
};

/// Counts a round's scans by hour; scans of a round mostly share one. For one round, as long as
/// the tally stays where it is.
class hour_counter {
public:
  hour_counter(ward_tally& tally, time_ms stamp) : tally_(tally), stamp_(stamp) {
    // nop
  }
  void count(time_ms at, direction way, flow how, const verdict& v) {
    if (row_ == nullptr || at < from_ || at >= to_ || at > last_)
      row_ = &seek(at, v);
    ++(way == direction::in ? row_->in : row_->out);
    row_->refused += way == direction::in && v.decision == decision::refuse;
    row_->late += v.late;
    row_->poster += how == flow::person_scans_poster;
  }

private:
  tally_hour& seek(time_ms at, const verdict& v);

  ward_tally& tally_;
  time_ms stamp_;
  tally_hour* row_ = nullptr;
  time_ms from_ = 0; // what is in row_'s hour
  time_ms to_ = 0;
  time_ms last_ = 0; // of the stamp's day: a scanner that is ahead counts on it
};

} // namespace wardflow
