// SPDX-License-Identifier: Apache-2.0
// PARENT CURSOR: how far this node has its parent's directives, and the parent our up-log.
//
//   news of UPLINK ─hear─▶ whose they are, what is acknowledged ─▶ the up-log's hold
//                  ─take─▶ entries that are new, in order       ─▶ a row of the same commit
//
// Owns     who the parent is; the next offset wanted of each lane of its directive log, and when
//          the newest that came was said there; how far a snapshot came; what it has of the
//          up-log; in which epoch of our own all was last said to it; and, of a ward that was
//          built anew, how far the machine before had taken this parent's directives.
// Promise  an entry is handed out once: the cursor is a row of the same commit as what it did.
//          Nothing past a hole is handed out, nor past a snapshot that is owed. What the log no
//          longer had comes as a snapshot, and is owed until that is whole, over sessions and
//          restarts (or until the log is there from its begin); of it, what was said before the
//          newest that came is left out: it is known, and since then somebody here, or the parent
//          before it was put back from a backup, may have said otherwise. What the parent has not
//          acknowledged is held in the up-log, over a restart too. Another parent, or a parent in
//          a higher epoch, has another log: it is read from 1, and is told all that is held; so is
//          everyone, once, after our own epoch has grown. A lower epoch of the parent is not
//          listened to.
// Bound    one row.
#pragma once

#include "actors/logic/link_receiver.hpp"
#include "actors/logic/offset_log.hpp"
#include "messages/round.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

namespace wardflow {

class parent_cursor {
public:
  static constexpr std::string_view key = "parent";

  /// A node with a parent, after the rows: in this epoch of its own it holds its up-log for it.
  void begin(std::uint64_t own_epoch, offset_log& up);
  /// True: all that is held goes up once more, with this round.
  [[nodiscard]] bool hear(const parent_news& news, offset_log& up);
  /// Calls `take` for each entry of the round's directives that is new, in order. A batch that
  /// cannot be read, or leaves a hole, is left out: its sender sends it again at the next session.
  using taker = std::function<void(lane, const log_entry_view&)>;
  void take(scan_round& r, const taker& take);
  /// The machine before had taken that of this parent's log.
  [[nodiscard]] bool was_done(lane l, std::uint64_t offset) const {
    return before_.known() && before_ == who_ &&
           offset <= done_before_[static_cast<std::size_t>(l)];
  }
  /// ... through these offsets of `parent`: of a ward that is built anew.
  void begin_after(const node_ref& parent, const std::array<std::uint64_t, lanes_max>& through);
  /// The row, where something has changed since the last call.
  void save(std::vector<saved_row>& rows);
  [[nodiscard]] bool load(std::span<const std::byte> value);

  [[nodiscard]] const node_ref& who() const { return who_; }
  [[nodiscard]] std::array<std::uint64_t, lanes_max> next() const;
  /// Of our up-log the parent has it through these.
  [[nodiscard]] const std::array<std::uint64_t, lanes_max>& acked() const { return acked_; }
  /// The parent no longer had what we wanted next, and its snapshot is not whole yet. Such a lane
  /// is asked for from 1 on at each session, so that the parent says its gap, and goes on by its
  /// mark, or begins anew.
  [[nodiscard]] std::array<bool, lanes_max> owes() const;
  /// ... of that snapshot, what the parent needs to go on with it; empty: it begins anew.
  [[nodiscard]] std::array<std::string, lanes_max> marks() const;

private:
  void adopt(const node_ref& who, offset_log& up);
  void hold(offset_log& up) const;
  void take_piece(scan_round& r, const link_batch& b, const taker& take);

  node_ref who_;
  std::uint64_t own_epoch_ = 0;  // 0: no parent
  std::uint64_t said_epoch_ = 0; // of our own, in which all was said; 0: never
  link_receiver down_{log_name::down};
  std::array<time_ms, lanes_max> heard_{};       // the last entry of the log, or a whole snapshot
  std::array<time_ms, lanes_max> piece_heard_{}; // ... the one that comes: of its first piece
  std::array<std::uint64_t, lanes_max> acked_{};
  node_ref before_; // whose directives the machine before had; nobody: there was none
  std::array<std::uint64_t, lanes_max> done_before_{};
  bool changed_ = false;
};

} // namespace wardflow
