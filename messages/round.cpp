// SPDX-License-Identifier: Apache-2.0
#include "messages/round.hpp"

namespace wardflow {

void scan_round::clear() {
  number = 0;
  stamp = 0;
  clock_unsure = clock_ahead = false;
  store_percent = 0;
  join_frames = true;
  scans.clear();
  hellos.clear();
  commands.clear();
  links.clear();
  gone.clear();
  parent = {};
  store_full = fills = false;
  unreadable.clear();
  audit.clear();
  node_facts.clear();
  times = {};
  decoded.clear();
  frames.clear();
  words.clear();
  route.clear();
  items.clear();
  slices.clear();
  slices_left = 0;
  ticks.clear();
  command_blobs.clear();
  command_by.clear();
  command_said.clear();
  queries.clear();
  report_days.clear();
  digest = false;
  saving.clear();
  record_head = {};
  record_parts.clear();
  rows.clear();
  scan_count = 0;
  replies.clear();
  devices.clear();
  feed.clear();
  up_held = {};
  down_held = {};
  whole = {};
  parent_known = {};
  down_next = {};
  down_answered = {};
  down_owes = {};
  down_marks = {};
  said_again = false;
  next_due = 0;
  clock_accepted = false;
  verify_wanted = false;
  verify_by = {};
  audit_asked.clear();
  state_hash = {};
}

} // namespace wardflow
