// SPDX-License-Identifier: Apache-2.0
// LANE SNAPSHOT: what a child is sent of a lane whose log no longer has all that it wants.
//
//   rows of state_table::facts, read on from a key ─next─▶ LinkBatch of commands, one after another
//
// Owns     the place in the rows, the number of the next piece, what was whole when it began.
// Borrows  the reader, for a call.
// Promise  every row that was there when it began goes out once, in the state that it has when it
//          is read: rulebooks, card orders, contacts, venue orders (a ward's own), levels; cards
//          in the bulk lane. The last piece says so. An import that is whole is said to be, with
//          its time, by its last command alone. Commands have no id: they are no repeats of
//          anything, and nobody waits for an answer. Rulebooks, orders and contacts name who said
//          them, and his role; levels and cards this node, as a health officer: those below ask
//          what he may, as of any other directive.
//          Of cards each piece but the last carries a mark, and goes on from there at a later
//          session, for its child keeps the mark with what it did: nothing is kept here for a
//          child that is away.
// Bound    a piece is at most `piece_bytes`, or one rulebook; as many bytes of rows are read for
//          it.
//
// Rows may be newer than the place in the log where the child goes on. In the control lane entries
// that are older then come again, in order, and end in the same state. The bulk lane is cards for
// all alone: the snapshot stands for all of it up to where all were in rows when it began, and is
// said to be as of then. So a child that goes on from there is never behind what it claims. Where
// the log is trimmed past that, the rows read first may lack what is gone: another gap is said.
#pragma once

#include "actors/logic/fact_rows.hpp"
#include "messages/limits.hpp"
#include "messages/link.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace wardflow {

class lane_snapshot {
public:
  /// Rows in key order from `from` on, before `end`, until they are about so many bytes: at least
  /// one where there is one. In a transaction of its own.
  using reader = std::function<code(std::string_view from, std::string_view end,
                                    std::size_t bytes_max, std::vector<fact_row>& rows)>;

  /// Of the node `own` for its child `below`. `log_end`, `whole`: the lane's offset before which
  /// all is in rows, and what of it was said whole, in a round whose commit is on the disk; the
  /// rows may be of later ones.
  lane_snapshot(lane l, unit_code own, unit_code below, std::uint64_t log_end,
                const facts_said& whole, std::size_t piece_bytes = limits::batch_bytes_max);

  /// Goes on behind the piece that carried this mark, where the log has still all that was said
  /// since it began. False: it begins anew. `next`: where the log ends.
  [[nodiscard]] bool resume(std::string_view mark, std::uint64_t first_kept, std::uint64_t next);
  /// Of the last piece; empty: it was the last of all, or its lane is not resumed.
  [[nodiscard]] const std::string& mark() const { return mark_; }

  struct piece {
    frame_body message;
    std::uint64_t through = 0; // of the last one
  };
  /// The next piece; `first_kept`: the oldest offset that the log has now. Not ok: the reader's
  /// reason, or store_damaged.
  [[nodiscard]] code next(const reader& read, std::uint64_t first_kept, piece& out);

private:
  enum class kind : std::uint8_t { singles, levels, cards };
  struct section {
    kind what = kind::singles;
    std::string from; // goes on with what was sent
    std::string end;
  };
  struct draft; // of a piece

  [[nodiscard]] code fill(const reader& read, section& s, draft& to);
  [[nodiscard]] code put_singles(const std::vector<fact_row>& rows, draft& to,
                                 std::size_t& taken) const;
  [[nodiscard]] code put_levels(const std::vector<fact_row>& rows, bool are_last, draft& to,
                                std::size_t& taken) const;
  [[nodiscard]] code put_cards(const std::vector<fact_row>& rows, bool are_last, draft& to,
                               std::size_t& taken) const;
  [[nodiscard]] std::string mark_here() const;
  using days = std::map<day_number, std::vector<card_update>>; // 0: not known
  void put_days(days some, bool are_last, draft& to) const;

  lane lane_;
  std::string says_;              // `by` of levels and cards
  std::vector<section> sections_; // those that are not done
  std::uint64_t log_end_;
  std::size_t piece_bytes_;
  facts_said whole_;
  std::uint32_t pieces_ = 0;
  std::string mark_;
};

} // namespace wardflow
