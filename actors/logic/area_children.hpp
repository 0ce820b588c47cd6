// SPDX-License-Identifier: Apache-2.0
// AREA CHILDREN  the nodes below this one: who each is, whether it speaks, how far it was read.
//
//   hello ─greet─▶ welcome from these cursors │ fenced │ twin │ ...
//   batch ─hear, advance─▶ cursor ─flush─▶ rows of this commit         heartbeat ─hear, holds─▶ lag
//   replace ─▶ the next epoch is kept for a new machine, and no earlier one is heard any more
//
// Owns     for each child: identity, cursors of its up-log, what it holds, when it was heard, how
//          far it has our directives.
// Borrows  nothing; times are arguments.
// Promise  a cursor and what was done with its entries are rows of one commit. A node with an older
//          epoch than was seen, or one far above it, or whose log ends before our cursor, is not
//          read. Which of two living twins is read never changes while that one speaks. A child
//          that was forgotten is a new one when it comes again.
// Bound    about 400 bytes a child; a child is a key of the allow-list.
#pragma once

#include "messages/counts.hpp"
#include "messages/link.hpp"
#include "messages/round.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wardflow {

enum class hello_outcome : std::uint8_t {
  welcome,
  fenced,     // a lower epoch than was seen; or another node with no higher one
  twin,       // the same node twice: this one was replaced, and the other still speaks
  again,      // replaced a moment ago: too soon to say; it may come again
  went_back,  // its log ends before our cursor: restored without a new epoch
  other_unit, // its key is another unit's
  far_ahead,  // its epoch is far above the last one: nobody restores so often
};

struct greeting {
  hello_outcome outcome = hello_outcome::welcome;
  std::array<std::uint64_t, lanes_max> wanted{1, 1}; // with welcome: where it goes on
  bool replaced = false; // with welcome: a new epoch; it is to say all it holds once more
  bool gap = false;      // with welcome: it has trimmed what we want; it is to say so, and all
                         // it holds once more
};

struct child_node {
  unit_code unit;
  node_id id{};
  std::uint64_t epoch = 0;                           // 0: it never came
  std::array<std::uint64_t, lanes_max> cursor{1, 1}; // of its up-log: the next that is wanted
  time_ms heard = 0;                                 // the last time; saved along with the cursor
  std::uint64_t lost = 0; // entries that it no longer had when they were wanted
  std::array<std::uint64_t, lanes_max> took{}; // of our directives, through
  bool awaited = false; // `epoch` is kept for a new machine, whose id nobody knows yet
  // Of the session; not saved.
  std::uint64_t boot = 0;
  std::array<lane_range, lanes_max> up{}; // what it says it holds
  time_ms clock_offset = 0;               // its time less ours, when it was last heard
  std::string software;

  /// Entries that it holds and we have not read, as far as it said.
  [[nodiscard]] std::uint64_t lag(lane l) const;
};

class area_children {
public:
  static constexpr time_ms speaks_ms = 6 * second_ms; // heard so lately: it lives
  static constexpr time_ms grace_ms = 2 * second_ms;  // what was on its way may still arrive
  static constexpr std::size_t boots_remembered = 4;
  static constexpr std::uint64_t epochs_at_once = std::uint64_t{1} << 12;

  /// A child says who it is; `by_key`: the unit of its key.
  [[nodiscard]] greeting greet(const link_hello& hello, unit_code by_key, time_ms stamp);

  /// Something of the session with this boot came. False: it is not the one that is read, and what
  /// came must not be used: say BYE.
  [[nodiscard]] bool hear(unit_code unit, std::uint64_t boot, time_ms stamp);
  /// What its heartbeat says: its clock, and the ranges of its log.
  void holds(unit_code unit, time_ms node_time, time_ms stamp, std::span<const lane_range> up);

  /// Whether a batch goes on where the cursor stands or before; a later one leaves a hole.
  [[nodiscard]] bool goes_on(unit_code unit, lane l, std::uint64_t first) const;
  /// Entries up to `through` were used; a cursor never goes back by this.
  void advance(unit_code unit, lane l, std::uint64_t through, time_ms stamp);
  /// ... were not, for it no longer has them.
  void skip(unit_code unit, lane l, std::uint64_t through, time_ms stamp);
  /// It has our directives of this lane, through.
  void took(unit_code unit, lane l, std::uint64_t through);
  /// It is connected.
  [[nodiscard]] bool speaks(unit_code unit, time_ms stamp) const;
  /// A known child gets a new machine: gives the epoch that is kept for it. What the one before
  /// says is not listened to any more.
  [[nodiscard]] std::uint64_t replace(unit_code unit);
  /// The session is over.
  void leave(unit_code unit, std::uint64_t boot);
  /// A node that is no more. False: there is none.
  [[nodiscard]] bool forget(unit_code unit, std::vector<saved_row>& rows);
  /// Rows of the children that changed since the last `flush`.
  void flush(std::vector<saved_row>& rows);

  [[nodiscard]] const child_node* find(unit_code unit) const;
  [[nodiscard]] const std::map<unit_code, child_node>& all() const { return children_; }
  /// Came once, and was not heard since that time.
  [[nodiscard]] std::vector<unit_code> silent_since(time_ms at) const;

  /// One row of state_table::links with this prefix back; false: damaged.
  static constexpr std::string_view key_prefix = "child/";
  [[nodiscard]] bool load(std::string_view key, std::span<const std::byte> value);

private:
  struct replaced_boots {
    std::array<std::uint64_t, boots_remembered> boots{};
    std::size_t next = 0;
    time_ms at = 0; // of the last replacement
  };
  [[nodiscard]] hello_outcome judge(const child_node& c, const link_hello& hello,
                                    time_ms stamp) const;
  [[nodiscard]] static saved_row row_of(const child_node& c);
  void set_ranges(child_node& c, std::span<const lane_range> up);

  std::map<unit_code, child_node> children_;
  std::map<unit_code, replaced_boots> replaced_;
  std::set<unit_code> changed_;
};

} // namespace wardflow
