// SPDX-License-Identifier: Apache-2.0
// REGISTER NEWS  what a ward tells those above of its registers: what only the ward has.
//
//   rows of this round's commands ─────────────────────┐
//   a first parent, another one, a new epoch ─▶ all, ──┴─▶ RegisterRow ─▶ up-log (bulk)
//                                      some rows a round
//
// Owns     how far the telling of all has come.
// Borrows  registers and the up-log for the call.
// Promise  what has changed is told with the round that changed it; a row is told whole. Of each
//          register the rows that were told are the first ones, in order of their ids, until all
//          are: nothing is told before its turn. How far it has come is a row of the same commit.
//          Contacts are one row, told first, also where there are none (there may have been).
// Bound    `rows_a_round`, besides what has changed.
//
// No part of the fold. A ward without a parent tells nothing.
#pragma once

#include "actors/logic/contact_book.hpp"
#include "actors/logic/device_book.hpp"
#include "actors/logic/offset_log.hpp"
#include "actors/logic/ward_register.hpp"
#include "messages/link.hpp"
#include "messages/round.hpp"

#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace wardflow {

class register_news {
public:
  static constexpr std::size_t rows_a_round = 200; // some 50 KB

  struct sources {
    unit_code unit;
    const ward_register& places;
    const contact_book& contacts;
    const device_book& devices;
    std::uint64_t revision = 0; // row_revision of the round
  };

  /// All rows once more, from this round on.
  void say_all() { told_ = {}; }
  /// The round's end: what changed in it, and the next rows where not all are told.
  void publish(const sources& from, offset_log& up, std::vector<saved_row>& rows);
  /// When `publish` has something to do without a command; 0: all is told.
  [[nodiscard]] time_ms next_due() const { return waits_ ? 1 : 0; }

  /// The row of state_table::ward with this key back; false: damaged.
  static constexpr std::string_view key = "told/registers";
  [[nodiscard]] bool load(std::span<const std::byte> value);

private:
  /// Groups before the venues that stand in them, venues before their doors.
  enum class section : std::uint8_t { groups, venues, devices, end };
  struct place {
    section of = section::groups;
    std::uint32_t number = 0; // through this group, serial, device
    auto operator<=>(const place&) const = default;
  };

  [[nodiscard]] static std::optional<place> place_of(const saved_row& row);
  [[nodiscard]] static place after(const sources& from, place at);
  static void tell(const sources& from, place at, offset_log& up);
  static void tell_contacts(const sources& from, offset_log& up);

  place told_;         // through here
  bool waits_ = false; // for another round, to go on
};

} // namespace wardflow
