// SPDX-License-Identifier: Apache-2.0
// DOOR: `wardctl door`, the reference scanner: descriptors and clocks around a door_loop.
//
//   standard input ─lines─▶ door_loop ◀─frames─▶ scan_link ◀─CURVE─▶ node
//   Ctrl-C, end of input ─▶ waits for answers, for a while ─▶ says what waits in the spool
//
// Owns     loop, link, spool, screen; raw memory of a code only as long as a line is handed on.
// Promise  goes on taking codes whatever the link does. Ends when its input does, on a signal, or
//          (`--once`) with the one scan's answer.
// Bound    a pipe is not read while the spool is full; closing_ms without an answer at the end.
#pragma once

#include "messages/scan.hpp"
#include "nodes/wardctl/shell.hpp"

#include <filesystem>
#include <string>

namespace wardflow::wardctl {

struct door_options {
  direction way = direction::in;
  flow by = flow::staff_scans_person;
  bool once = false;
  std::string once_code; // `-`: the first line of the input
  std::string spool_file;
  std::string venue;
  std::string switch_word; // lines that begin with it change way and flow
  bool recorded = false;
  bool status = false;
};

/// Runs the command; sets the shell's exit code.
void run_door(shell& s, const door_options& o);

/// `door --status`: what waits in the spool, also while a door is at work.
void show_spool(shell& s, const std::filesystem::path& file);

} // namespace wardflow::wardctl
