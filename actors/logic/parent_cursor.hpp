// SPDX-License-Identifier: Apache-2.0
// PARENT CURSOR: how far this node has its parent's directives, and the parent our up-log.
//
// Owns     the next offset wanted of each lane of the directive log, and what the parent has.
// Promise  an entry is handed out once: the cursor is a row of the same commit as what it did.
//          What the parent has not acknowledged is held in the up-log, over a restart too.
// Bound    one row.
#pragma once

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

  /// A node with a parent holds its up-log for it.
  void hold(offset_log& up) const;
  /// Calls `take` for each entry of the round's directives that is new, in order. A batch that
  /// cannot be read is left out: its sender sends it again at the next session.
  using taker = std::function<void(lane, const log_entry_view&)>;
  void take(const scan_round& r, const taker& take);
  /// What the parent has acknowledged frees room.
  void acknowledged(const scan_round& r, offset_log& up);
  /// The row, where something has changed since the last call.
  void save(std::vector<saved_row>& rows);
  [[nodiscard]] bool load(std::span<const std::byte> value);

  [[nodiscard]] const std::array<std::uint64_t, lanes_max>& next() const { return next_; }

private:
  std::array<std::uint64_t, lanes_max> next_{1, 1};
  std::array<std::uint64_t, lanes_max> acked_{};
  bool changed_ = false;
};

} // namespace wardflow
