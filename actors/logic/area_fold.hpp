// SPDX-License-Identifier: Apache-2.0
// AREA FOLD: one round into the state of a level above wards.
//
//   children's entries ─┐                                ┌─▶ rows of this commit: newest revisions,
//   parent's directives ├─ run(round, its stamp) ────────┤   cursors, alerts
//   operators' commands ┘                                ├─▶ up-log (alerts, rollups, answers)
//                                                        └─▶ directive log (commands for below)
//
// Owns     the book of wards, their registers, contacts, the children, its own alerts, both logs,
//          what wards below must hold, subscriptions, answers.
// Borrows  the round, for the call.
// Promise  what a child's entry did, its cursor, and what goes on up are one commit: each entry
//          counts once, whatever breaks. State is what the rows say: there is nothing to replay.
//          A command for a unit below is in the directive log when it is answered `forwarded`;
//          its answer replaces that one when it comes up. What comes down and may not go on is
//          refused here, and those above are told. While the disk is full children's entries stay
//          with the children, who hear that we live.
// Bound    its parts'; a child may have window_bytes on the way.
//
// Why rows and no journal: a level above sees some hundred entries a second, not scans. Writing
// what changed costs less here than a journal and its replay would.
#pragma once

#include "actors/logic/alert_book.hpp"
#include "actors/logic/area_book.hpp"
#include "actors/logic/area_children.hpp"
#include "actors/logic/area_registers.hpp"
#include "actors/logic/contact_book.hpp"
#include "actors/logic/directive_book.hpp"
#include "actors/logic/feed_book.hpp"
#include "actors/logic/offset_log.hpp"
#include "actors/logic/parent_cursor.hpp"
#include "actors/logic/ward_state.hpp"
#include "messages/round.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace wardflow {

class area_fold {
public:
  struct options {
    node_id id{};
    std::uint64_t epoch = 0;
    bool has_parent = false;
    bool silence = true; // false: time is a replay's, and nobody's silence means anything
    time_ms silent_ms = 30 * second_ms;    // a child that was not heard for so long is silent
    time_ms alone_ms = 10 * second_ms;     // ... and after this it is not a storm's
    time_ms storm_ms = 5 * minute_ms;      // ... which silences so many within this time
    time_ms rhythm_ms = 10 * second_ms;    // a round so often, while somebody is to be heard
    std::uint64_t behind_entries = 10'000; // a child's lag that is an alert
    std::uint64_t window_bytes = 1u << 20; // on the way, each child and direction
  };

  area_fold(unit_code unit, options o);

  /// All of a round: its inputs, replies, rows, and what FEED and UPLINK are told after the commit.
  void run(scan_round& r);

  /// One row of the store back; false: damaged. `loaded` after the last one.
  [[nodiscard]] bool load(state_table table, std::string_view key,
                          std::span<const std::byte> value);
  void loaded();

  [[nodiscard]] time_ms next_due() const;

  /// What a unit stands for here: itself and the wards that it brought; empty: all. Nothing: it is
  /// not below.
  [[nodiscard]] std::optional<std::vector<unit_code>> units_of(unit_code wanted) const;

  unit_code unit;
  area_book book;
  area_registers registers;
  contact_book contacts; // its own and of those above; those below are in the registers
  area_children children;
  alert_book alerts; // its own
  offset_log up{log_name::up, {}};
  offset_log down{log_name::down, {}};
  directive_book facts; // what `down` said to all, however long ago
  parent_cursor parent;
  feed_book feeds;
  answer_book answers;
  time_ms last_stamp = 0;
  std::uint64_t last_round = 0;
  // Of entries since the start: of kinds or forms not known here, handed on as they are; of days
  // that are not kept, left out.
  [[nodiscard]] std::uint64_t passed_on() const { return passed_on_; }
  [[nodiscard]] std::uint64_t out_of_range() const { return out_of_range_; }
  std::uint64_t directives_refused = 0; // since the start: who said them may not

private:
  struct session {
    unit_code unit;
    std::uint64_t boot = 0;
    bool held_back = false; // entries came while the disk was full, and were not taken
  };

  void take_parent(scan_round& r);
  void take_commands(scan_round& r);
  void take_directive(scan_round& r, lane l, const log_entry_view& e);
  void hand_down(scan_round& r, lane l, const log_entry_view& e, const command* readable);
  void answer_up(scan_round& r, const command& c, answer a);
  answer run_here(scan_round& r, const command& c, const std::string& by, const speaker& who);
  answer forward(scan_round& r, const inbound_command& in);
  answer forward_to_all(scan_round& r, const command& c, const speaker& who);
  answer set_contact(scan_round& r, const command& c, const contact_order& order,
                     const speaker& who);
  code take_contacts(scan_round& r, const contact_list& all);
  void tell_contacts(const scan_round& r);
  void take_links(scan_round& r);
  void take_hello(scan_round& r, const inbound_link& in);
  void refuse(scan_round& r, const inbound_link& in, alert_kind kind, code why,
              const std::string& detail);
  void note(scan_round& r, const inbound_link& in, code why, const std::string& detail);
  void take_batch(scan_round& r, const inbound_link& in, const session& s);
  void lost_some(scan_round& r, const inbound_link& in, std::uint64_t before);
  void hold_back(scan_round& r, const inbound_link& in, const session& s, lane l);
  answer forget(scan_round& r, const node_forget& order, const std::string& by, bool dry_run);
  void end_session(scan_round& r, unit_code child);
  void say_ack(scan_round& r, peer_id peer, unit_code child, lane l);
  void take_entry(scan_round& r, const inbound_link& in, unit_code child, lane l,
                  const log_entry_view& e);
  void take_answer(scan_round& r, const inbound_link& in, unit_code child, lane l,
                   const log_entry_view& e);
  void take_register(scan_round& r, unit_code child, lane l, const log_entry_view& e);
  answer replace(scan_round& r, const unit_replace& order, bool dry_run);
  static constexpr std::string_view telling_key = "registers";
  void tell_registers(scan_round& r);
  [[nodiscard]] bool load_telling(std::span<const std::byte> value);
  [[nodiscard]] bool may_answer(unit_code child, unit_code by, const answer& a) const;
  void take_other(scan_round& r, const inbound_link& in, const session& s);
  void look_for_silence(scan_round& r);
  [[nodiscard]] time_ms quiet_since(const child_node& c) const;
  [[nodiscard]] bool is_silent(const child_node& c) const;
  [[nodiscard]] bool is_awaited(unit_code child, const child_node& c) const;
  void look_at_clock(const scan_round& r);
  void look_for_lag(scan_round& r);
  void answer_queries(scan_round& r);
  void finish(scan_round& r);
  void say_all(scan_round& r);
  void go_on_up(unit_code child, lane l, const log_entry_view& e);
  [[nodiscard]] bool is_below(unit_code other) const;

  options options_;
  std::map<peer_id, session> sessions_;
  std::map<unit_code, peer_id> peers_;           // of the sessions
  std::optional<area_registers::place> telling_; // all registers go up once more: through here
  bool tells_contacts_ = false;                  // its own, at this round's end
  std::uint64_t passed_on_ = 0;
  std::uint64_t out_of_range_ = 0;
  day_number forgotten_on_ = 0;
  time_ms begun_ = 0;    // since then silence is counted: our start, or when our clock jumped
  time_ms promised_ = 0; // the next round comes by then; 0: nobody is to be heard
};

/// What is kept of one ward, page by page, as entries: for a new machine of it.
answer unit_rows(const area_fold& fold, const scan_round& r, const command& c);

/// Contacts of those above, of the area, and of all below.
answer area_contacts(const area_fold& fold, const command& c);

/// The answer to a question about an area, from its state between rounds.
answer answer_area_query(const area_fold& fold, const scan_round& r, const command& c);

} // namespace wardflow
