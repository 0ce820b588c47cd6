// SPDX-License-Identifier: Apache-2.0
// The fold: one round into the ward's state. What WARD and the VENUEs do, without being actors.
//
//   prepare(round) ─▶ slices ─▶ judge_slice × n (any order, any thread) ─▶ finish(round)
//
// Owns     the ward's state and what waits to be saved of it.
// Borrows  the round, from `prepare` to the end of `finish`.
// Promise  state and outputs depend on the state before, the round's inputs and its stamp alone.
//          The round's record is enough to do it again (`replay`, and ward_verify.hpp).
// Bound    work in proportion to the round; what is saved along is bounded by the checkpointer.
#pragma once

#include "actors/logic/checkpointer.hpp"
#include "actors/logic/may_command.hpp"
#include "actors/logic/ward_alerts.hpp"
#include "actors/logic/ward_state.hpp"
#include "messages/record.hpp"
#include "messages/round.hpp"

#include <cstdint>
#include <memory>

namespace wardflow {

/// Figures since the start; not part of the state.
struct ward_figures {
  std::uint64_t rounds = 0;
  std::uint64_t frames = 0;
  std::uint64_t repeats = 0; // scans answered again
  std::uint64_t gaps = 0;
  std::uint64_t refused_frames = 0;
  std::uint64_t commands = 0;
  std::uint64_t directives_refused = 0; // who said them may not
  std::uint64_t replayed_rounds = 0;
};

class ward_fold {
public:
  struct options {
    checkpoint_limits checkpoints;
    ward_rollups::limits rollups;
    time_ms sleep_after_ms = 10 * minute_ms; // a VENUE without a slice goes to sleep
    bool checkpoint = true;                  // false for a scratch fold: it saves and tells nothing
  };

  ward_fold(unit_code ward, options o) :
    state(ward), options_(o), saving_(o.checkpoints), raises_(o.checkpoint) {
    state.rollups.limit(o.rollups);
  }

  /// Closings that are due, commands, frames: what has to be judged stands in `r.slices`.
  void prepare(scan_round& r);

  /// Replies, counts, the record, and the rows that go along. All slices have been judged.
  void finish(scan_round& r);

  /// A round of the journal again, after its commit: outcomes are taken as they were, each part
  /// of the state takes what its saved form does not hold yet. store_damaged, logic_version_other.
  [[nodiscard]] code replay(const round_record& record);

  /// Hash of the whole state after a round; of ledgers that VENUEs hold as their slices gave them.
  [[nodiscard]] hash128_value state_hash(const scan_round& r);

  /// Where the next start would have to begin.
  [[nodiscard]] std::uint64_t replay_from() const {
    return saving_.replay_from(state.last_round + 1);
  }
  /// The next round is the last: every awake venue sleeps in it, and all that is not saved yet
  /// is saved with it.
  void sleep_all() { ending_ = true; }

  ward_state state;
  ward_figures figures;

private:
  friend void ask_venues(ward_fold& fold, scan_round& r, const query& q);

  void restore_hours(scan_round& r);
  void take_due(scan_round& r);
  void take_parent(scan_round& r);
  void take_links(scan_round& r);
  void tell_above(scan_round& r);
  void finish_logs(scan_round& r);
  void answer_command(scan_round& r, const inbound_command& in, frame_body encoded);
  [[nodiscard]] code may_run(scan_round& r, inbound_command& in);
  void take_commands(scan_round& r);
  answer run(scan_round& r, const command& c);
  answer run(scan_round& r, const command& c, const std::vector<level_update>& rows);
  answer run(scan_round& r, const command& c, const std::vector<card_update>& rows);
  answer run(scan_round& r, const command& c, const rulebook_text& book);
  answer run(scan_round& r, const command& c, const venue_order& order);
  answer run(scan_round& r, const command& c, const card_order& order);
  answer run(scan_round& r, const command& c, const std::vector<venue_record>& rows);
  answer run(scan_round& r, const command& c, const std::vector<group_record>& rows);
  answer run(scan_round& r, const command& c, const device_add& row);
  answer run(scan_round& r, const command& c, const device_revoke& order);
  answer run(scan_round& r, const command& c, const clock_accept&);
  answer run(scan_round& r, const command& c, const alert_order& order);
  answer run(scan_round& r, const command& c, const subscription_remove& order);
  answer run(scan_round& r, const command& c, const unit_replace&);
  answer run(scan_round& r, const command& c, const contact_order& order);
  answer run(scan_round& r, const command& c, const contact_list& all);
  answer run(scan_round&, const command&, const node_forget&);
  answer run(scan_round&, const command&, const query&);
  void take_frames(scan_round& r);
  [[nodiscard]] std::vector<std::uint32_t> by_device(const scan_round& r);
  void take_frame(scan_round& r, std::uint32_t from);
  void take_batch(scan_round& r, std::uint32_t from, device_entry& device,
                  const scan_batch_head& head, const sequence_gate::decision& seen);
  void answer_hellos(scan_round& r);
  void route(scan_round& r);
  void place_items(scan_round& r);
  verdict check(const scan_round& r, const scan& s, venue_entry*& entry, const device_entry& d);
  void link(const scan& s, std::uint64_t round);
  slice_work& slice_of(scan_round& r, venue_entry& entry);
  std::uint8_t basis_of(frame_work& frame, const rulebook* book) const;
  void add_checkpoints(scan_round& r);
  void put_to_sleep(scan_round& r);
  void save_everything(scan_round& r);
  void save_picked(scan_round& r);

  void finish_slices(scan_round& r);
  void finish_items(scan_round& r);
  void finish_frames(scan_round& r);
  void finish_queries(scan_round& r);
  void finish_record(scan_round& r);

  void changed_shard(card_id card, std::uint64_t round) {
    changed_shard(card_book::shard_of(card), round);
  }
  void changed_shard(std::size_t shard, std::uint64_t round);
  void changed_venue(std::uint32_t number, std::uint64_t round);
  void changed_tally(std::uint64_t round);
  void changed_device(device_entry& d, std::uint64_t round);
  [[nodiscard]] code replay_tick(const round_record& record, const record_tick& tick);
  [[nodiscard]] code replay_frame(const round_record& record, const record_frame& frame);
  [[nodiscard]] code replay_command(const round_record& record, const record_command& part);
  void replay_link(const round_record& record, const scan& s);

  options options_;
  checkpointer saving_;
  ward_alerts raises_;
  time_ms stamp_ = 0;                   // of the round in work
  std::string by_;                      // who said the command in work ...
  speaker who_;                         // ... taken apart
  time_ms said_ = 0;                    // ... and when, not after the round's stamp
  std::vector<std::uint32_t> replayed_; // venues of the round that is replayed
  bool ending_ = false;
  std::uint32_t sleep_hand_ = 0; // where the search for idle venues goes on
};

/// One slice: works off what is due, judges its items in order and counts them in the ledger. May
/// run beside other slices of the same round.
void judge_slice(scan_round& r, slice_work& work, venue_ledger& ledger);

} // namespace wardflow
