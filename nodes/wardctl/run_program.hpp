// SPDX-License-Identifier: Apache-2.0
// RUN PROGRAM: one command line of the user's with a text on its standard input, to its end.
//
//   text ─▶ /bin/sh -c COMMAND ─▶ how it ended            what it prints goes to standard error
//
// Owns     the process, until it has ended.
// Borrows  the stop signals: the first one lets the program end, the second one kills it.
// Promise  never returns before the program is gone; nothing of the text is on a command line.
// Bound    one program; the text is whatever memory holds.
#pragma once

#include "nodes/wardctl/stop_signals.hpp"

#include <string>

namespace wardflow::wardctl {

struct program_end {
  int code = -1;  // its exit code; -1: it was not started, or ended by a signal
  int signal = 0; // the signal that ended it
  int stops = 0;  // stop signals that came meanwhile
  [[nodiscard]] bool good() const { return code == 0; }
};

[[nodiscard]] program_end run_program(const std::string& command, const std::string& text,
                                      stop_signals& stops);

} // namespace wardflow::wardctl
