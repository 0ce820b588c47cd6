// SPDX-License-Identifier: Apache-2.0
// CONTACT BOOK  whom to ring up: what this node's unit publishes, and what units above do.
//
//   ContactOrder (own unit) ─order─┐                 ┌─▶ row of this commit: a unit's, all of them
//   Contacts (a unit above) ─put───┴─▶ unit ▸ rows ──┴─▶ lists, RegisterRow up, Contacts down
//
// Owns     the contacts of its own unit and of units above; a ward's are part of the fold.
// Borrows  nothing.
// Promise  a name is there once in its unit; rows stand in order of names. A unit's contacts are
//          one row on disk, up and down: whoever has the newest one has all, also what was removed.
// Bound    `contacts_per_unit_max` (32) a unit, `units_max` units: 15 KB each at most.
#pragma once

#include "messages/code.hpp"
#include "messages/command.hpp"
#include "messages/counts.hpp"
#include "messages/round.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <span>
#include <string_view>
#include <vector>

namespace wardflow {

/// Name and phone are there, within their bounds: the name without blanks around it, the phone of
/// at least three digits, and else blanks and `+ - . ( ) /` alone.
[[nodiscard]] bool is_contact(const contact& c);
/// What a unit can publish: such rows, each name once, in order of names, and not too many.
[[nodiscard]] bool is_contact_list(const std::vector<contact>& rows);

class contact_book {
public:
  static constexpr std::size_t units_max = 8; // a ward has its own and two above it
  static constexpr std::string_view key_prefix = "contacts/";

  using by_unit = std::map<unit_code, std::vector<contact>>;

  /// `of`: the unit that publishes it. done, already_so, not_found, contact_malformed,
  /// too_many_contacts. With `dry_run` nothing changes.
  [[nodiscard]] code order(unit_code of, const contact_order& order, bool dry_run);
  /// All of a unit: done, already_so, contact_malformed, too_many_contacts.
  [[nodiscard]] code put(const contact_list& all, bool dry_run);

  [[nodiscard]] const by_unit& all() const { return units_; }
  /// Empty: it publishes none.
  [[nodiscard]] const std::vector<contact>& of(unit_code unit) const;

  /// A unit's row as it is now; of one that publishes none it erases.
  [[nodiscard]] saved_row save(state_table table, unit_code unit) const;
  void each_row(state_table table, const row_sink& sink) const;
  /// One row back; false: damaged.
  [[nodiscard]] bool load(std::string_view key, std::span<const std::byte> value);
  [[nodiscard]] std::array<std::uint64_t, 2> state_hash() const;

private:
  by_unit units_; // none is empty
};

} // namespace wardflow
