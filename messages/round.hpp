// SPDX-License-Identifier: Apache-2.0
// A round (not named `round`: <cmath> has that): all input that one commit makes durable, and
// everything that came of it.
//
//   GATE ─(inputs)─▶ WARD ─(slices)─▶ VENUE × n ─▶ WARD ─(record, replies)─▶ JOURNAL ─▶ GATE
//
// Owned by one stage at a time. Between WARD and the VENUEs it is shared: each VENUE writes only
// the slice that its message names and that slice's items, and no two slices overlap.
// Rounds are reused: `clear` keeps the memory of the large lists.
#pragma once

#include "messages/audit.hpp"
#include "messages/command.hpp"
#include "messages/counts.hpp"
#include "messages/facts.hpp"
#include "messages/frame.hpp"
#include "messages/link.hpp"
#include "messages/principal.hpp"
#include "messages/scan.hpp"
#include "messages/verdict.hpp"

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace wardflow {

struct rulebook; // actors/logic/rulebook.hpp; borrowed by items while the round is worked on

/// Which connection a frame came by and its answer leaves by; GATE's own numbering.
enum class peer_id : std::uint64_t {};

/// One frame of scans: a ScanBatch as it came, or one that GATE made of a CodeScan.
struct inbound_scans {
  peer_id peer{};
  device_id device{};
  frame_body batch;
  std::int64_t arrived_ns = 0; // monotonic, for the node's own latency figures only
};

/// A device that asks where its sequence stands.
struct inbound_hello {
  peer_id peer{};
  device_id device{};
};

struct inbound_command {
  peer_id peer{};
  std::string by;           // name of the key that said it
  command what;             // identities already replaced by pseudonyms
  bool from_parent = false; // it came down the tree, for all wards or ...
  bytes answered{};    // judged again: the record's answer, where only the live node could give it
  bool for_us = false; // ... for this one alone: then its answer goes up
  time_ms expires = 0; // ... and is not done after this; 0: never
  time_ms said = 0;    // ... and was said then, at the first node; 0: with this round
  unit_code unit{};    // of who said it by this node's own socket; from above it stands in `by`
  wardflow::role role = wardflow::role::none; // of who said it, as GATE or the parent has it
};

/// A frame of a child node or of a supervisor: hello, batch, acknowledgement, subscription.
struct inbound_link {
  peer_id peer{};
  std::string by; // name of the key that said it
  unit_code unit; // ... its unit and role
  wardflow::role role = wardflow::role::none;
  frame_kind kind = frame_kind::none;
  frame_body body;
};

/// A frame of the parent that a round is to take: a LinkBatch of its directive log, or a LinkGap.
struct parent_frame {
  frame_kind kind = frame_kind::none;
  frame_body body;
};

/// What UPLINK has heard of the parent since the last round.
struct parent_news {
  node_ref who{};                               // whose news these are; nobody: there are none
  std::vector<parent_frame> directives;         // in order
  std::array<std::uint64_t, lanes_max> acked{}; // of the up-log, through, by lane; 0: no news
  bool republish = false;                       // it lacks what we no longer have in the log
  bool urgent = false;                          // worth a round of its own
};

/// What FEED is to do once the round is on disk and answered.
struct feed_order {
  /// joined: `units` came, or came back, by the child `below`. rewind: what is on its way was lost.
  enum class deed : std::uint8_t { open, acked, close, joined, rewind };
  deed what = deed::open;
  peer_id peer{};
  log_name log = log_name::up;
  std::vector<lane_range> wanted{}; // open: the lanes and where to begin. Acked: `next` of one
  std::array<std::string, lanes_max> marks{}; // open, directive log: a snapshot goes on from there
  std::uint64_t window_bytes = 0;             // open: so much may wait for an acknowledgement
  unit_code below{};              // open, directive log: of this child; up-log: what was asked for
  std::vector<unit_code> units{}; // open, up-log: of these units alone; empty: of all
  std::uint64_t kinds = 0;        // open, up-log: bit n: alert kind n
  severity severity_min = severity::notice;
};

/// What became of one frame of scans.
struct frame_work {
  std::uint32_t from = 0; // which of `scans`, the first where several were joined
  std::uint64_t epoch = 0;
  std::uint64_t first = 0;                      // sequence of its first scan
  std::uint32_t count = 0;                      // scans in the frame
  std::uint32_t repeats = 0;                    // of these, leading ones that were counted before
  std::uint32_t words = 0;                      // place of its taken scans in `words`
  std::vector<basis> bases;                     // by index in the verdict words
  std::vector<const wardflow::rulebook*> books; // whose basis each of them is
  std::vector<std::pair<std::uint32_t, card_id>> canonical;
  bool joined = false; // several frames of one device in a row: judged and answered as one
  frame_body rest;     // the batch that is taken where it is not the one that came: joined ones,
                       // or what follows the repeats that a frame began with
  frame_body reply;    // the answer to that part of a frame with repeats
  bytes journaled;     // the answer to what was taken
};

struct outbound {
  peer_id peer{};
  frame_kind kind = frame_kind::none;
  frame_body body;
  std::int64_t arrived_ns = 0;
};

/// One scan on its way through WARD and its VENUE. The facts are copies: while a round is worked
/// on they do not change, and a VENUE reads nobody else's memory.
struct scan_item {
  card_id person{}; // the canonical pseudonym: differs from the scan's card by a known link
  time_ms at = 0;   // event time
  card_facts facts;
  const wardflow::rulebook* book = nullptr; // in force at the event time; nullptr: none
  std::uint32_t word = 0;                   // its place in the round's `words`
  level_view venue_level;
  level_view holder_level;
  direction way = direction::in;
  wardflow::flow flow = flow::staff_scans_person;
  bool cards_stale = false;
  wardflow::verdict verdict;
};
static_assert(sizeof(scan_item) == 64, "one cache line a scan");

/// All that one VENUE has to do in a round, and what came of it.
struct slice_work {
  std::uint32_t serial = 0; // the venue's
  std::uint32_t first = 0;  // items [first, last)
  std::uint32_t last = 0;
  std::uint32_t number = 0;           // its place in the register
  std::uint32_t filled = 0;           // while items are placed
  const venue_facts* place = nullptr; // WARD's register; constant during the round
  day_number level_day = 0;           // the venue's level of this day, looked up once
  level_view level;
  time_ms due_at = 0;  // what fell due: a closing, or the night to forget somebody
  bool save = false;   // write the state into `saved` (checkpoint)
  bool sleep = false;  // ... and end
  bool digest = false; // write the state's hash into `state_hash`

  std::uint32_t inside = 0; // after the slice
  time_ms due = 0;          // the next moment that this venue waits for; 0: none
  std::vector<std::byte> saved;
  std::array<std::uint64_t, 2> state_hash{};
  std::vector<venue_counts> counts; // of each of the round's `report_days`
};

/// What a commit changes in GATE's allow-list.
struct device_change {
  principal who;
};

/// One row for the store: state that goes along with this commit.
struct saved_row {
  state_table table{};
  std::string key;
  std::vector<std::byte> value;
  bool erase = false;
};

/// Takes one row after the other.
using row_sink = std::function<void(saved_row)>;

struct scan_round {
  // GATE
  std::uint64_t number = 0;
  time_ms stamp = 0; // the only clock that a round's work may read
  bool clock_unsure = false;
  std::uint8_t store_percent = 0; // how full JOURNAL found the store; 0: it has not looked yet
  bool clock_ahead = false;       // the wall clock disagrees and waits for `clock accept`
  bool join_frames = true;        // false when the record says what was joined
  std::vector<inbound_scans> scans;
  std::vector<inbound_hello> hellos;
  std::vector<inbound_command> commands;
  std::vector<inbound_link> links;
  std::vector<peer_id> gone; // connections of readers that are no more
  parent_news parent;
  bool store_full = false; // what can wait at its sender is not taken: children's entries, bulk
  bool fills = false;      // ... and such things are in this round
  std::string unreadable;  // an entry of a log that a reader of ours cannot read; empty: none
  std::vector<audit_entry> audit; // what GATE refused, then what was done; JOURNAL writes it down
  std::vector<std::pair<std::string, std::string>>
    node_facts; // for `status`: what WARD cannot know

  /// When each stage was done, monotonic; for `status` alone.
  struct stage_times {
    std::int64_t sent_off = 0, begun = 0, judged = 0, commit_begun = 0, committed = 0;
  };
  stage_times times;

  // WARD and VENUEs
  std::vector<scan> decoded;
  std::vector<frame_work> frames;   // those that are answered with verdicts
  std::vector<std::uint32_t> words; // of all taken scans, frame by frame
  std::vector<std::uint32_t> route; // slice of each taken scan, or none
  std::vector<scan_item> items;     // sorted by venue, in order of arrival within a venue
  std::vector<slice_work> slices;
  std::atomic<std::uint32_t> slices_left{0};
  std::vector<std::pair<std::uint32_t, time_ms>> ticks; // what was due: serial, time. Serial 0:
                                                        // a shard of cards, by number
  std::vector<frame_body> command_blobs; // of journaled commands: command, answer, command ...
  std::vector<std::string> command_by;
  std::vector<time_ms> command_said;
  std::vector<std::uint32_t> queries;  // of `commands`: to be answered at the end
  std::vector<day_number> report_days; // every slice reports the counts of each, in this order
  bool digest = false;                 // every slice gives its ledger's hash
  std::vector<std::pair<state_table, std::uint32_t>> saving; // owners saved with this round

  // for JOURNAL
  frame_body record_head;
  std::vector<bytes> record_parts; // header and blobs, in order; they point into this round.
                                   // Empty: nothing of this round is for the journal
  std::vector<saved_row> rows;
  std::uint64_t scan_count = 0;

  // for GATE, after the commit
  std::vector<outbound> replies;
  std::vector<device_change> devices;
  std::vector<feed_order> feed;
  std::array<lane_range, lanes_max> up_held{}; // what the logs hold after this round
  std::array<lane_range, lanes_max> down_held{};
  facts_said whole; // what the directive log has said of facts up to there
  // For UPLINK: whose directives we follow, the next ones wanted, lanes of which something came in
  // this round, lanes that lack a snapshot, and whether all that is held went up once more with it.
  node_ref parent_known;
  std::array<std::uint64_t, lanes_max> down_next{};
  std::array<bool, lanes_max> down_answered{};
  std::array<bool, lanes_max> down_owes{};
  std::array<std::string, lanes_max> down_marks{}; // ... and have it in part
  bool said_again = false;
  time_ms next_due = 0; // the next moment at which an empty round is wanted; 0: none
  bool clock_accepted = false;
  bool verify_wanted = false; // the reader is to fold up to this round and answer
  inbound_command verify_by;
  std::vector<inbound_command> audit_asked; // AUDITOR is to answer, with this round's rows
  std::array<std::uint64_t, 2> state_hash{};

  /// Ready for the next use; keeps memory.
  void clear();
};

using round_ptr = std::shared_ptr<scan_round>;

/// One VENUE's part of a round. WARD keeps the round until its last slice is judged.
struct slice {
  scan_round* of = nullptr;
  std::uint32_t number = 0; // index into `slices`
};

} // namespace wardflow
