// SPDX-License-Identifier: Apache-2.0
// DOOR TERMINAL: standard input as a reader types it: at once, line ends as they are, and not
// shown: a code must not stand on the screen.
//
// Owns     the terminal's settings; put back at its end.
// Promise  what is no terminal is left alone. Ctrl-C still works.
// Bound    none of its own.
#pragma once

#include "nodes/wardctl/door_screen.hpp"

#include <termios.h>

namespace wardflow::wardctl {

class door_terminal {
public:
  door_terminal();
  door_terminal(const door_terminal&) = delete;
  door_terminal& operator=(const door_terminal&) = delete;
  ~door_terminal();

  /// Standard input is a terminal: Ctrl-D ends it.
  [[nodiscard]] bool is_terminal() const { return changed_; }
  /// Of standard output.
  [[nodiscard]] static door_screen::size measure();

private:
  bool changed_ = false;
  termios before_{};
};

} // namespace wardflow::wardctl
