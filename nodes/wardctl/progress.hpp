// SPDX-License-Identifier: Apache-2.0
// PROGRESS: one line that moves, on a terminal only.
//
//   done, now ──▶ update ──▶ `replay  [██████▌             ]  33 %  3,300/10,000  1,650/s  0:04`
//
// Owns: what it last showed.
// Borrows: the stream, as long as it lives.
// Promise: writes nothing at all unless told that the stream is a terminal; rewrites its own line,
//          never another; leaves the cursor at the start of an empty line when it ends.
// Bound: ten lines a second.
#pragma once

#include "messages/time.hpp"

#include <cstdint>
#include <iosfwd>
#include <string>

namespace wardflow::wardctl {

/// Is this file descriptor a terminal that understands a rewritten line (TERM is not `dumb`)?
[[nodiscard]] bool is_terminal(int descriptor);

class progress {
public:
  /// `total` 0: not known; then no bar and no time left. `now` is any clock in milliseconds that
  /// goes forward; the rate is counted from here.
  progress(std::ostream& out, bool terminal, std::string label, std::uint64_t total, time_ms now);
  ~progress();
  progress(const progress&) = delete;
  progress& operator=(const progress&) = delete;

  /// `note` stands at the line's end: keep it short.
  void update(std::uint64_t done, time_ms now, const std::string& note = {});

  /// Clears the line, so that what is printed next stands alone. Safe to call twice.
  void finish();

  /// The line for these figures, without the terminal's control characters.
  [[nodiscard]] std::string line(std::uint64_t done, time_ms now, const std::string& note) const;

private:
  std::ostream& out_;
  bool terminal_;
  bool shown_ = false;
  std::string label_;
  std::uint64_t total_;
  time_ms started_;
  time_ms last_ = 0;
};

} // namespace wardflow::wardctl
