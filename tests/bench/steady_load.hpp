// SPDX-License-Identifier: Apache-2.0
// Scans at a steady rate for several wards at once, by one gateway each, whatever the answers do.
//
// Owns     a connection to each ward.
// Promise  what is due is sent in the turn in which it is due, one frame a ward; late turns send
//          more scans in it. A ward has at most `frames_max` frames unanswered: beyond that scans
//          wait here, and `held` counts them.
#pragma once

#include "messages/scan.hpp"
#include "messages/verdict.hpp"
#include "tests/support/ward_rig.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace wardflow::test {

class steady_load {
public:
  static constexpr std::size_t frames_max = 60; // a gateway may have 64

  struct program {
    /// The ward's scan number `n`; `now` is when it leaves. Its time is set by the caller.
    std::function<scan(std::size_t ward, std::uint64_t n, std::int64_t now)> make;
    std::function<void(std::size_t ward, const scan&, const verdict&, std::int64_t sent)> answered;
  };

  steady_load(double scans_per_s, program p);

  /// Connects as the ward's gateway; false: it did not within 10 s.
  [[nodiscard]] bool add(ward_rig& ward);
  /// The clock of the load begins here (again, after a pause).
  void begin();
  /// Sends what is due, waits at most a millisecond, takes what has come. `others`: wakes for them
  /// too. False: a frame was refused.
  [[nodiscard]] bool turn(std::span<io::client* const> others = {});
  /// Sends nothing more, and waits for the answers; false: refused, or 10 s were not enough.
  [[nodiscard]] bool drain();

  [[nodiscard]] std::uint64_t answered() const { return answered_; }
  [[nodiscard]] std::uint64_t held() const { return held_; }

private:
  struct sent_scan {
    scan what;
    std::int64_t at = 0;
  };
  struct line {
    std::unique_ptr<io::client> link;
    std::uint64_t made = 0; // since `begin`
    std::uint64_t number = 0;
    std::uint64_t next = 1;           // sequence
    std::deque<std::uint64_t> frames; // last sequence of each that is not answered
    std::deque<sent_scan> open;
  };

  [[nodiscard]] bool send(std::size_t ward, std::int64_t now);
  [[nodiscard]] bool take(std::size_t ward);
  [[nodiscard]] bool take_all(std::span<io::client* const> others, int timeout_ms);

  program program_;
  double interval_ns_;
  std::int64_t begun_ = 0;
  std::vector<line> lines_;
  std::uint64_t answered_ = 0;
  std::uint64_t held_ = 0;
};

} // namespace wardflow::test
