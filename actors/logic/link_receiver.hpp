// SPDX-License-Identifier: Apache-2.0
// LINK RECEIVER: the side of one log's transfer that takes the entries, each of them once.
//
//   LinkBatch ─look─▶ repeats skipped ─▶ (done, with the cursor, in one commit) ─▶ LinkAck
//   LinkGap ─gap─▶ the cursor moves on, and a snapshot is owed
//   LinkBatch of a snapshot ─piece─▶ taken in order; the last one ends the debt
//
// Owns     for each lane the next offset that it wants, whether a snapshot is owed, and how far the
//          present one was heard, with the mark of its last piece.
// Borrows  nothing.
// Promise  in a lane every entry is taken once, in order, or a gap said that it is gone. What lies
//          past the cursor is not taken: something before it was lost, and a new session gets it.
//          A debt ends with the last piece of a snapshot of which every piece was heard in order,
//          also over sessions and starts, where its sender gave marks: a piece goes on from the
//          very one that was heard before it.
// Bound    three numbers and a mark a lane.
//
// The caller's duty: cursor, debt and mark are kept in the same commit as what was done with the
// entries, and a start restores them. What others are told (ACK, the cursors in HELLO and WELCOME)
// is what is committed, never `next` of a commit that is still on its way: they trim by it.
#pragma once

#include "messages/link.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace wardflow {

class link_receiver {
public:
  struct taken {
    std::size_t skip = 0; // leading entries that were taken before
    bool gap = false;     // it begins past the cursor: leave it, and begin a new session
    bool operator==(const taken&) const = default;
  };

  explicit link_receiver(log_name log) : log_(log) {
    // nop
  }

  /// What was kept with the last commit; or, from 1, a log that is there from its begin.
  void restore(lane l, std::uint64_t next, bool owes_snapshot = false);
  /// ... of a snapshot: so many pieces, the last one with this mark.
  void restore_pieces(lane l, std::uint32_t pieces, std::string mark);

  /// Of a batch of the log: a snapshot has no cursor, and is its caller's alone.
  [[nodiscard]] taken look(const link_batch& b) const;
  /// After a look without a gap.
  void take(const link_batch& b);
  /// Moves on to the first one that is kept. True: the cursor moved. A gap said of a place that the
  /// cursor has not reached changes nothing: batches before it were lost, and come again. It is
  /// acknowledged in any case, with where the cursor stands.
  bool gap(const link_gap& g);

  [[nodiscard]] std::uint64_t next(lane l) const { return at(l).next; }
  [[nodiscard]] bool owes_snapshot(lane l) const { return at(l).owes_snapshot; }
  /// Whether this piece follows the one before it, or begins; it is taken then. With the last one
  /// the debt ends, and the cursor stands behind what the snapshot stands for.
  [[nodiscard]] bool piece(const link_batch& b);
  /// The one that was taken last comes once more: of a session before, when it was on its way.
  [[nodiscard]] bool is_repeat(const link_batch& b) const;
  [[nodiscard]] std::uint32_t pieces(lane l) const { return at(l).pieces; }
  /// Of the last one; empty: a later session begins the snapshot anew.
  [[nodiscard]] const std::string& mark(lane l) const { return at(l).mark; }

private:
  struct lane_state {
    std::uint64_t next = 1;
    bool owes_snapshot = false;
    std::uint32_t pieces = 0; // of a snapshot, heard in order
    std::string mark;         // of the last of them
  };

  [[nodiscard]] lane_state& at(lane l) { return lanes_[static_cast<std::size_t>(l)]; }
  [[nodiscard]] const lane_state& at(lane l) const { return lanes_[static_cast<std::size_t>(l)]; }

  log_name log_;
  std::array<lane_state, lanes_max> lanes_;
};

} // namespace wardflow
