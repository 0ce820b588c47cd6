// SPDX-License-Identifier: Apache-2.0
// STOP SIGNALS: Ctrl-C, SIGTERM and a closed terminal as something to read in a loop.
//
// Owns     the descriptor; the signals are blocked as long as it lives. Make it before any thread.
// Promise  none of them ends the program by itself.
// Bound    one of a process.
#pragma once

namespace wardflow::wardctl {

class stop_signals {
public:
  stop_signals();
  stop_signals(const stop_signals&) = delete;
  stop_signals& operator=(const stop_signals&) = delete;
  ~stop_signals();

  [[nodiscard]] int fd() const { return fd_; }
  /// How many have come since it was asked last.
  [[nodiscard]] int take();

private:
  int fd_;
};

} // namespace wardflow::wardctl
