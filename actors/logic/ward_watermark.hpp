// SPDX-License-Identifier: Apache-2.0
// WARD WATERMARK  which scans are in the counts that were told: each device's number, and the day.
//
//   hours ─told─▶ up-log (bulk) ◀─told right behind them─ Watermark of the same round
//
// Owns     what was told last: positions of devices, the day's figures, sizes of the registers.
// Borrows  tally, devices and the up-log for the call.
// Promise  hours, days and the newest watermark before them in the log speak of the same scans, so
//          that a new machine of the ward, built from what the parent has read, counts each scan
//          once: what is below a position is in the counts, what is not comes again from its door.
//          What is told is never less than what was told in the same epoch.
// Bound    24 bytes a device. An entry holds those that changed; the first one since the start, and
//          what is said again, all. Up to about 2,500 devices it lies in one chunk with its hours.
//
// No row: after a start all is told once.
#pragma once

#include "actors/logic/device_book.hpp"
#include "actors/logic/offset_log.hpp"
#include "actors/logic/ward_tally.hpp"
#include "messages/rollup.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

namespace wardflow {

class ward_watermark {
public:
  struct sources {
    unit_code unit;
    const ward_tally& tally;
    const device_book& devices;
    std::uint32_t groups = 0; // registered
    std::uint32_t venues = 0;
    std::uint64_t revision = 0;         // row_revision of the round
    const day_rollup* before = nullptr; // what the machine before had told of today
  };

  /// All once more, with the next telling.
  void say_all() { whole_ = true; }
  /// The registers have other sizes than was told.
  [[nodiscard]] bool registers_grew(const sources& from) const;
  /// Behind the hours: what has changed since the last telling; nothing where nothing has.
  void publish(const sources& from, day_number today, offset_log& up);

private:
  [[nodiscard]] std::vector<device_position> changed(const device_book& devices);

  watermark told_; // without its positions
  std::vector<device_position> positions_;
  bool whole_ = true;
};

/// What was told of a day before goes into what is told of it now: DayRollup or Watermark.
template <class Day>
void add_day(const day_rollup& before, Day& to) {
  to.taken += before.taken;
  to.counted += before.counted;
  to.late += before.late;
  for (std::size_t i = 0; i != to.decisions.size(); ++i) {
    to.decisions[i] += before.decisions[i];
    to.colours[i] += before.colours[i];
  }
  std::map<std::uint16_t, std::uint32_t> reasons(to.reasons.begin(), to.reasons.end());
  for (auto& [reason, count] : before.reasons)
    reasons[reason] += count;
  to.reasons.assign(reasons.begin(), reasons.end());
}

} // namespace wardflow
