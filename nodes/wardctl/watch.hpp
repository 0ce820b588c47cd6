// SPDX-License-Identifier: Apache-2.0
// WATCH: a supervisor's eye on a node: alerts as they come, for as long as he wants.
//
//   node ─▶ scan_link ─▶ watch_stream ─▶ print, or PROGRAM and print ─▶ acknowledge ─▶ node
//                                             └─ failed: the end
//
// Owns     the link, the stream. Borrows the shell and the options, for the call.
// Promise  an alert is acknowledged when it was printed and flushed, with a program when that has
//          ended well; so one that was being handled at a kill comes again. Dials for ever; a
//          node that says nothing is asked again after quiet_ms, and dialled again after that.
// Bound    what watch_stream holds.
#pragma once

#include "nodes/wardctl/shell.hpp"
#include "nodes/wardctl/watch_stream.hpp"

#include <cstdint>
#include <string>

namespace wardflow::wardctl {

/// Where `--since` says to begin.
struct watch_since {
  subscribe_start start = subscribe_start::resume;
  std::uint64_t offset = 0;
  time_ms at = 0;
  time_ms ago = 0; // before the node's now
};

struct watch_options {
  subscribe want; // but for its start
  watch_since since;
  bool no_snapshot = false;
  bool digest = false;
  std::string program;
  std::uint32_t max = 0;          // 0: no end
  std::uint32_t until_idle_s = 0; // 0: no end
};

void run_watch(shell& s, const watch_options& o);

} // namespace wardflow::wardctl
