// SPDX-License-Identifier: Apache-2.0
// WARD ROLLUPS  what a ward tells those above of its counts, and when.
//
//   tally's hours ─differ from what was told?─▶ HourRollup, WARD WATERMARK ┐
//   day, persons, presence ────────────────────▶ DayRollup ────────────────┴─▶ up-log (bulk), row
//   what the machine before had told ─▶ in all of them                         of this commit
//
// Owns     what was told last of each hour and day, with its revision; where the ward was built
//          anew from its parent, what had been told before.
// Borrows  the tally, the cards, the devices and the up-log for the call.
// Promise  nothing is told twice with one revision, and revisions never go back: what was told is a
//          row of the commit that holds the entry. What has changed is found by comparing, so that
//          a start, a replay or another interval can lose nothing; no part of the fold.
//          When nothing has changed nothing is told.
// Bound    hours at most every 5 s, days every 60 s and when a day is over: 31 days of 24 rows of
//          56 bytes, 31 days of about 5 KiB. A day costs one walk over the cards.
//
// Persons of a day are known for 20 days: a day's newest row is told within them, then it stands.
// How many of an earlier day's persons are linked is as it was when the day was last told.
//
// Of a ward that was built anew, hours and days are the sum of what the machine before had told and
// of what is counted here, so that no count at the parent ever falls. Persons of a day that both
// have seen are from the merged sketches, and marked so.
#pragma once

#include "actors/logic/card_book.hpp"
#include "actors/logic/offset_log.hpp"
#include "actors/logic/ward_tally.hpp"
#include "actors/logic/ward_watermark.hpp"
#include "messages/rollup.hpp"
#include "messages/round.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string_view>
#include <vector>

namespace wardflow {

class ward_rollups {
public:
  struct limits {
    time_ms hours_every_ms = 5 * second_ms;
    time_ms days_every_ms = minute_ms;
    /// Each revision is at least this: grows with the node's epoch, so that a node restored from
    /// an old backup is newer than what it told before. (epoch - 1) * 2^20 + 1 leaves room for a
    /// revision every 5 s for as long as an hour can change.
    std::uint32_t revision_min = 1;
    std::uint64_t epoch = 1; // ... and of watermarks and registers
  };
  struct sources {
    unit_code unit;
    const ward_tally& tally;
    const card_book& cards;
    const device_book& devices;
    std::uint64_t round = 0;
    std::uint32_t venues = 0; // registered
    std::uint32_t groups = 0;
    std::uint32_t inside = 0;
  };

  void limit(const limits& l) { limits_ = l; }
  [[nodiscard]] std::uint64_t epoch() const { return limits_.epoch; }

  /// Scans were taken in this round.
  void changed() { taken_ = true; }
  /// Those above have lost what they had of us: all that is held is told again with this round.
  void republish_all() {
    again_ = true;
    mark_.say_all();
  }

  /// The round's end: what is due goes into the up-log, and what was told into rows.
  void publish(const sources& from, time_ms stamp, offset_log& up, std::vector<saved_row>& rows);
  /// When `publish` has something to do without a scan; 0: nothing waits.
  [[nodiscard]] time_ms next_due() const;

  [[nodiscard]] const std::map<hour_number, hour_rollup>& hours() const { return hours_; }
  [[nodiscard]] const std::map<day_number, day_rollup>& days() const { return days_; }

  /// One row of state_table::ward with this prefix back; false: damaged.
  static constexpr std::string_view key_prefix = "told/";
  [[nodiscard]] bool load(std::string_view key, std::span<const std::byte> value);
  /// What a machine before this one had told, as rows of a ward that is built anew.
  [[nodiscard]] static saved_row before_row(const hour_rollup& r);
  [[nodiscard]] static saved_row before_row(const day_rollup& r);
  /// Scans in and out of those hours.
  [[nodiscard]] std::uint64_t counted_before() const;

private:
  [[nodiscard]] ward_watermark::sources mark_of(const sources& from, day_number today) const;
  void look(const sources& from, day_number today);
  void look_at_all(const sources& from, day_number today);
  void tell_hours(const sources& from, day_number today, offset_log& up,
                  std::vector<saved_row>& rows);
  void tell_days(const sources& from, day_number today, day_number over, offset_log& up,
                 std::vector<saved_row>& rows);
  [[nodiscard]] std::vector<day_rollup> days_of(const sources& from, day_number today) const;
  [[nodiscard]] hour_counts with_before(hour_number hour, hour_counts own) const;
  void forget(day_number today, std::vector<saved_row>& rows);
  [[nodiscard]] std::uint32_t next_revision(std::uint32_t last) const;

  limits limits_;
  std::map<hour_number, hour_rollup> hours_;        // as told
  std::map<day_number, day_rollup> days_;           // as told
  std::map<hour_number, hour_rollup> hours_before_; // told by the machine before
  std::map<day_number, day_rollup> days_before_;
  ward_watermark mark_;
  std::set<day_number> waiting_; // days that may have changed
  bool hours_wait_ = true;       // hours may have changed
  bool taken_ = false;
  bool again_ = false;
  bool begun_ = false;
  time_ms hours_at_ = 0; // when hours and days were last told, since the start
  time_ms days_at_ = 0;
  day_number open_day_ = 0;  // is told once more when it is over
  std::uint32_t venues_ = 0; // as told last
  std::uint32_t inside_ = 0;
};

} // namespace wardflow
