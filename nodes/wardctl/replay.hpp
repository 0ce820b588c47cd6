// SPDX-License-Identifier: Apache-2.0
// REPLAY: `wardctl replay`: a file of scans through a gateway's key, as fast as the node takes it.
//
//   file, mapped ─▶ replay_source ─▶ replay_loop ◀─frames─▶ scan_link ◀─CURVE─▶ node
//
// Owns     all of these for the length of one call.
// Promise  survives breaks and restarts of the node without losing or doubling a scan; gives up
//          when there was no node for `wait_s`, or the node wants nothing of the key.
// Bound    the file is mapped, never held as rows.
#pragma once

#include "nodes/wardctl/shell.hpp" // before command.hpp: g++ 12 sees its public_key shadowed

#include "nodes/wardctl/replay_loop.hpp"
#include "nodes/wardctl/replay_source.hpp"

#include <string>

namespace wardflow::wardctl {

struct replay_command {
  std::string file;
  std::string answers; // a line for each scan answered
  std::string bad;     // where bad lines go; empty: beside the file
  std::string from;
  std::string until;
  replay_options options;
  unsigned span_s = 300;
  unsigned wait_s = 60;
};

/// Runs the command; sets the shell's exit code.
void run_replay(shell& s, replay_command c);

/// What is said at the end; `breaks`: connections that were lost.
void print_figures(shell& s, const replay_figures& f, const replay_source& from,
                   std::uint64_t breaks);

} // namespace wardflow::wardctl
