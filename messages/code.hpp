// SPDX-License-Identifier: Apache-2.0
// Every reason this system gives to anybody, as one number. The texts are in texts.hpp.
//
// Numbers are on the wire and on disk: append, never change or reuse one.
#pragma once

#include <cstdint>

namespace wardflow {

enum class code : std::uint16_t {
  // 0-127: the reason of one scan's verdict (seven bits of the verdict word).
  ok = 0,                  // admitted, nothing to add
  left = 1,                // an `out` scan: counted, always let out
  colour_green = 2,        // the rule that decided looked at the colour ...
  colour_yellow = 3,       // ...
  colour_red = 4,          // ...
  level_too_high = 5,      // the venue's or the holder's group is at a level the rule refuses
  needs_negative_test = 6, // condition: show a negative test
  group_size_limit = 7,    // condition: groups of at most the rule's number
  half_capacity = 8,       // condition: half the places only
  not_green_group = 9,     // beach: residents of green groups only
  capacity_full = 10,      // as many inside as the venue or the rule allows
  venue_suspended = 11,    // by the ward, with a document number
  card_unknown = 12,       // nobody has sent this person's card facts yet
  card_revoked = 13,       // by the health office
  levels_stale = 14,       // no level for today; the rulebook's stale rule decided
  cards_stale = 15,        // card facts older than the rulebook allows
  no_rulebook = 16,        // no rulebook is in force at the event time
  wear_mask = 17,          // condition: 5K: mask, distance, declaration

  code_empty = 40,         // nothing was read
  code_too_long = 41,      // longer than any personal code
  code_broken = 42,        // begins like a personal code, but is cut or corrupt
  code_no_stable_key = 43, // masked ID and no QID: the person cannot be told from others
  code_payment = 44,       // a bank's or wallet's payment code (EMV)
  code_other_system = 45,  // a venue or app code of another system
  code_own_venue = 46,     // a wardflow venue poster, not a person
  code_unknown_form = 47,  // none of the known forms
  seal_broken = 48,        // a sealed code that this node's key does not open

  venue_unknown = 60,    // not in this ward's register
  venue_other_ward = 61, // another ward's venue
  venue_not_yours = 62,  // a door's key sends for its own venue only
  clock_skew = 63,       // event time more than 5 minutes ahead of the node
  too_late = 64,         // event time more than 30 days behind
  already_counted = 65,  // a repeat from before the window: counted once, verdict forgotten
  scan_malformed = 66,   // unknown direction or flow, or no card

  // 128-199: a frame refused whole.
  frame_malformed = 128,
  frame_too_large = 129,
  frame_several_segments = 130,
  frame_kind_unknown = 131,
  protocol_newer = 132,
  batch_empty = 133,
  batch_too_large = 134,
  key_unknown = 135,
  key_revoked = 136,
  key_wrong_role = 137, // this role may not say this
  key_other_unit = 138,
  needs_gateway_key = 139, // ScanBatch with a door's key
  epoch_lower = 140,       // `least` names the least that is accepted
  sequence_gap = 141,      // `expected` names the next that is accepted
  too_many_outstanding = 142,
  store_full = 143, // no room on the disk: scans are not taken
  node_stopping = 144,
  key_not_yet_valid = 145,
  link_no_session = 146, // say hello first
  link_fenced = 147,     // this node's epoch is lower than one seen before
  link_twin = 148,       // another node with the same identity is alive
  link_past_retention = 149,
  subscription_taken = 150, // another reader has come under the same name
  subscription_owned = 151, // the name belongs to another key
  too_many_readers = 152,   // of one key, or of this node

  // 200-399: answers to commands.
  done = 200,
  done_before = 201, // this command id was answered before: the same answer again
  nothing_to_do = 202,
  dry_run_ok = 203,
  command_unknown = 210,
  command_malformed = 211,
  document_needed = 212, // suspend, reopen, revoke take --document NO
  document_malformed = 213,
  rows_refused = 214, // some rows were refused; each is listed
  not_found = 215,
  venue_exists = 216,
  venue_malformed = 217, // a field of a venue row cannot be read
  category_unknown = 218,
  group_unknown = 219,
  group_malformed = 220,
  device_exists = 221, // this key, or this name, is registered already
  device_malformed = 222,
  device_revoked = 223, // this device is revoked: register a new key
  card_malformed = 224,
  card_no_identity = 225,
  level_malformed = 226,
  level_scale_unknown = 227,
  rulebook_malformed = 228,
  rulebook_overlaps = 229,
  rulebook_older = 230,
  clock_fine = 231, // `clock accept` with a clock that was believed
  verify_running = 232,
  verify_clean = 233,
  verify_failed = 234,
  query_malformed = 235,
  range_past_retention = 236,
  venue_not_suspended = 237,
  venue_already_suspended = 238,
  already_so = 239,
  too_many_rows = 240,
  still_open = 241,
  forwarded = 242,       // on its way down the tree: the answer comes up later
  command_waits = 243,   // the node it is for has not answered yet
  command_expired = 244, // it came after its time, and was not done
  unit_not_below = 245,  // this node has no such unit below it
  unit_needed = 246,     // a command for one ward's register: --unit says whose
  audit_whole = 247,     // the audit log's chain is whole
  audit_broken = 248,    // a row of it is damaged, missing, or not the one that was written
  query_elsewhere = 249, // a ward's question put to an area, or the other way round
  unit_speaks = 250,     // a unit that is to get a new machine: the old one is connected
  unit_rows_none = 251,  // nothing is kept of that unit's registers
  contact_malformed = 252,
  too_many_contacts = 253, // of one unit

  // 400-599: what a program says about its own start, files and configuration.
  config_missing = 400,
  config_malformed = 401,
  config_key_unknown = 402,
  folder_in_use = 403,
  folder_unsuitable = 404, // a file system that LMDB cannot use
  folder_missing = 405,
  folder_exists = 406,
  key_file_missing = 407,
  key_file_open_to_others = 408,
  key_file_malformed = 409,
  files_limit_low = 410,
  port_in_use = 411,
  random_key_let_in = 412,
  map_full = 413,
  disk_full = 414,
  store_damaged = 415,
  journal_chain_broken = 416,
  logic_version_other = 417,
  store_too_new = 418,
  clock_not_believed = 419,
  unit_unknown = 420,
  unit_not_a_ward = 421,
  file_missing = 422,
  file_columns_wrong = 423,
  file_line_bad = 424,
  file_write_failed = 425,
  node_unreachable = 426,
  node_refused_key = 427,
  answer_timeout = 428,
  recorded_not_judged = 429,
  usage = 430,
  spool_damaged = 431,
  venue_needed = 432,
  state_differs = 433,
  province_key_missing = 434,
  interrupted = 435,
  internal = 436,
  spool_full = 440,   // a door's spool: too many scans wait
  spool_in_use = 441, // by another door

  // 450-479: what wardctl has done here, and files that it will not touch.
  ward_made = 450,
  key_made = 451,
  province_key_made = 452,
  key_allowed = 453,
  device_made = 454, // registered, and its folder written
  day_made = 455,    // a simulated one
  rulebook_fine = 456,
  identities_hold = 457,
  import_stopped = 458, // some pieces were taken, the rest was not sent
  key_file_exists = 459,
  key_is_secret = 460, // a secret key in a public one's place
  file_exists = 461,
  area_made = 462,
  program_failed = 470,   // that `watch --exec` runs
  no_nodes_below = 471,   // asked of a ward
  venue_ids_needed = 472, // of rows that go to a ward through a node above it

  // 480-499: a new machine for a node, and its key on paper.
  ward_rebuilt = 480,
  key_exported = 481,
  key_imported = 482,
  passphrase_wrong = 483,
  passphrase_needed = 484, // no terminal to ask at, and no --passphrase-file
  passphrase_short = 485,
  passphrase_differs = 486, // typed twice, and not the same
  key_line_wrong = 487,     // of an exported key: its checksum, its number
  key_copy_malformed = 488, // not an exported key, or not a whole one
  passphrase_open = 489,    // its file may be read by others
  epoch_raised = 490,       // of a folder that was put back from a backup
};

} // namespace wardflow
