// SPDX-License-Identifier: Apache-2.0
// Decides which states go along with the next commit, so that replay stays short and no commit is
// ever long.
//
//   changed(owner, round) ─▶ queue by the round of the first change ─pick(budget)─▶ saved
// with a round
//
// Owns     the queue of changed owners.
// Promise  `replay_from` is the oldest round that some owner's saved state does not hold yet. What
//          is picked has no effect on any state: it may depend on time and load.
// Bound    one entry for each owner that has changed since it was saved.
#pragma once

#include "messages/counts.hpp"
#include "messages/time.hpp"

#include <cstdint>
#include <deque>
#include <vector>

namespace wardflow {

struct checkpoint_limits {
  time_ms age_min_ms = 5'000; // younger changes wait: they would soon change again
  std::uint64_t bytes_per_second = 1u << 20;
  std::uint64_t bytes_per_commit = 48u << 10; // beside half of the round's own bytes
  std::uint64_t tail_scans = 3'000'000;       // past this the age does not matter
};

class checkpointer {
public:
  struct owner {
    state_table table{};
    std::uint32_t number = 0;
    bool operator==(const owner&) const = default;
  };

  explicit checkpointer(checkpoint_limits limits = {}) : limits_(limits) {
    // nop
  }

  /// Says that an owner changed in this round; nothing where it is queued already. `queued` is the
  /// owner's own flag, kept beside its state.
  void changed(owner who, bool& queued, std::uint64_t round, time_ms stamp, std::uint64_t scans) {
    if (queued)
      return;
    queued = true;
    queue_.push_back({who, round, stamp, scans});
  }

  /// Owners to save with this round, oldest first. `bytes_of(owner)` estimates. `round_bytes`: the
  /// round's own size; `scans`: scans ever taken. The caller clears each one's flag.
  template <class BytesOf>
  std::vector<owner> pick(time_ms stamp, std::uint64_t round_bytes, std::uint64_t scans,
                          BytesOf&& bytes_of) {
    std::vector<owner> picked;
    if (last_stamp_ != 0 && stamp > last_stamp_)
      earned_ += static_cast<std::uint64_t>(stamp - last_stamp_) * limits_.bytes_per_second / 1000;
    last_stamp_ = stamp;
    if (earned_ > 4 * limits_.bytes_per_second)
      earned_ = 4 * limits_.bytes_per_second;
    auto budget = static_cast<std::int64_t>(
      round_bytes / 2 + (earned_ < limits_.bytes_per_commit ? earned_ : limits_.bytes_per_commit));
    while (!queue_.empty() && budget > 0) {
      auto& front = queue_.front();
      auto long_tail = scans - front.scans > limits_.tail_scans;
      if (!long_tail && stamp - front.stamp < limits_.age_min_ms)
        break;
      auto size = static_cast<std::uint64_t>(bytes_of(front.who)) + 64;
      budget -= static_cast<std::int64_t>(size);
      earned_ -= earned_ < size ? earned_ : size;
      picked.push_back(front.who);
      queue_.pop_front();
    }
    return picked;
  }

  /// Everything that is queued, for a clean stop.
  std::vector<owner> pick_all() {
    std::vector<owner> picked;
    for (auto& e : queue_)
      picked.push_back(e.who);
    queue_.clear();
    return picked;
  }

  /// The round that a replay must begin with, when `next` is the next round.
  [[nodiscard]] std::uint64_t replay_from(std::uint64_t next) const {
    return queue_.empty() ? next : queue_.front().round;
  }
  [[nodiscard]] std::size_t waiting() const { return queue_.size(); }

private:
  struct entry {
    owner who;
    std::uint64_t round = 0; // of the first change since it was saved
    time_ms stamp = 0;
    std::uint64_t scans = 0;
  };

  checkpoint_limits limits_;
  std::deque<entry> queue_;
  time_ms last_stamp_ = 0;
  std::uint64_t earned_ = 0;
};

} // namespace wardflow
