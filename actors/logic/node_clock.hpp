// SPDX-License-Identifier: Apache-2.0
// The node's clock: stamps that never go back, and whether the wall clock is believed.
//
//   wall clock + monotonic clock ─▶ stamp (wall: nearly always the wall's own time)
//   newest event time            ─▶ stamp (input: a replay's time comes from what it replays)
//
// Owns     the last stamp.
// Promise  a stamp is never smaller than the one before, this start or any other. A wall clock
//          more than a minute behind the last stamp, or more than 30 days ahead of it, is not
//          believed: stamps go on by the monotonic clock until `accept`.
// Bound    none needed.
#pragma once

#include "messages/time.hpp"

#include <algorithm>
#include <cstdint>

namespace wardflow {

class node_clock {
public:
  enum class source : std::uint8_t { wall, input };

  static constexpr time_ms behind_max_ms = minute_ms; // a small step back is held, not doubted
  static constexpr time_ms ahead_max_ms = 30 * day_ms;

  /// `last`: the newest stamp of the journal, 0 for none; then `built_at`, the time at which this
  /// program was built, is the least that is believed.
  node_clock(source from, time_ms last, time_ms built_at) :
    source_(from), last_(last != 0 ? last : built_at), first_(last == 0) {
    // nop
  }

  /// The next stamp. `newest_event`: of the round's scans, for the input clock; 0: none.
  time_ms stamp(time_ms wall, time_ms monotonic, time_ms newest_event) {
    if (source_ == source::input) {
      if (first_ && newest_event != 0) {
        last_ = newest_event; // a replay may be of any year
        first_ = false;
      }
      last_ = std::max(last_, newest_event);
      return last_;
    }
    auto passed = monotonic_ == 0 ? 0 : std::max<time_ms>(monotonic - monotonic_, 0);
    monotonic_ = monotonic;
    auto own = last_ + passed;
    auto behind = wall < own - behind_max_ms;
    auto ahead = !first_ && wall > own + ahead_max_ms;
    unsure_ = (behind && !accepted_) || ahead;
    if (!behind)
      accepted_ = false; // the wall has caught up with what was accepted
    first_ = first_ && unsure_;
    last_ = unsure_ || behind ? own : std::max(last_, wall);
    return last_;
  }

  /// An operator says that the wall clock is right. One that is ahead counts at once; one that is
  /// behind can take nothing back: stamps go on until it has caught up.
  void accept(time_ms wall) {
    accepted_ = true;
    unsure_ = false;
    last_ = std::max(last_, wall);
  }

  [[nodiscard]] bool is_input() const { return source_ == source::input; }
  [[nodiscard]] bool unsure() const { return unsure_; }
  [[nodiscard]] time_ms last() const { return last_; }

private:
  source source_;
  time_ms last_;
  time_ms monotonic_ = 0;
  bool first_;
  bool unsure_ = false;
  bool accepted_ = false;
};

} // namespace wardflow
