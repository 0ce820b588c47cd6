// SPDX-License-Identifier: Apache-2.0
// Where each venue's ledger is: with its VENUE, at rest here, or asleep as its saved bytes.
//
// Owns     every ledger that no VENUE holds; the timers of those that wait for a moment.
// Borrows  nothing. `number` is the venue's place in the register.
// Promise  sleeping and waking change nothing: a sleeping venue is its saved state.
// Bound    56 bytes a venue that was never scanned.
#pragma once

#include "actors/logic/venue_ledger.hpp"

#include <cstdint>
#include <memory>
#include <set>
#include <utility>
#include <vector>

namespace wardflow {

struct venue_slot {
  std::unique_ptr<venue_ledger> ledger; // at rest: decoded, in no VENUE
  std::vector<std::byte> asleep;        // saved bytes; empty: never scanned, or elsewhere
  std::uint64_t stamp = 0;              // the round that the last saved state stands for
  time_ms due = 0;
  std::uint32_t saved_bytes = 0; // of the last saved state: an estimate of the next
  std::uint32_t inside = 0;      // as far as WARD has heard
  time_ms touched = 0;           // stamp of the last round with a slice
  bool away = false;             // a VENUE holds the ledger
  bool queued = false;           // waits to be saved
};

class venue_slots {
public:
  venue_slot& at(std::uint32_t number) {
    if (number >= slots_.size())
      slots_.resize(number + 1);
    return slots_[number];
  }
  [[nodiscard]] std::size_t size() const { return slots_.size(); }

  /// The ledger, decoded; for a VENUE to take (`std::move`), or to judge here and now.
  [[nodiscard]] std::unique_ptr<venue_ledger>& rest(std::uint32_t number) {
    auto& slot = at(number);
    if (slot.ledger == nullptr) {
      slot.ledger = std::make_unique<venue_ledger>();
      std::uint64_t stamp = 0;
      if (!slot.asleep.empty()) {
        [[maybe_unused]] auto sound = slot.ledger->load(slot.asleep, stamp);
        assert(sound); // it was checked when it came from the disk
        std::vector<std::byte>{}.swap(slot.asleep);
      }
    }
    return slot.ledger;
  }

  /// Back to its saved bytes, which take less memory.
  void sleep(std::uint32_t number, std::uint64_t stamp) {
    auto& slot = at(number);
    if (slot.ledger == nullptr)
      return;
    slot.asleep = slot.ledger->save(stamp);
    slot.ledger.reset();
  }

  /// How many are inside a venue, and in all of them.
  void set_inside(std::uint32_t number, std::uint32_t inside) {
    auto& slot = at(number);
    inside_ += inside - slot.inside;
    slot.inside = inside;
  }
  [[nodiscard]] std::uint32_t inside() const { return inside_; }

  /// What a venue waits for, after a slice; 0: nothing.
  void expect(std::uint32_t number, time_ms due) {
    auto& slot = at(number);
    if (slot.due == due)
      return;
    if (slot.due != 0)
      timers_.erase({slot.due, number});
    if (due != 0)
      timers_.insert({due, number});
    slot.due = due;
  }
  [[nodiscard]] time_ms next_due() const { return timers_.empty() ? 0 : timers_.begin()->first; }
  /// Timers in order of time, then of the register: the same on every node and replay.
  [[nodiscard]] const std::set<std::pair<time_ms, std::uint32_t>>& timers() const {
    return timers_;
  }

private:
  std::vector<venue_slot> slots_;
  std::set<std::pair<time_ms, std::uint32_t>> timers_;
  std::uint32_t inside_ = 0;
};

} // namespace wardflow
