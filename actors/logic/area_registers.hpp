// SPDX-License-Identifier: Apache-2.0
// AREA REGISTERS  what a level above keeps of each ward's registers, for the day its machine burns;
//                 and of the contacts of all units below, to be read here.
//
//   RegisterRow, Watermark of a child's up-log ─apply─▶ newest revision ─▶ row of this commit
//   a new machine asks ─page─▶ all of one ward, as entries
//
// Owns     the newest revision of each row, as it came; each ward's newest watermark.
// Borrows  nothing; an entry's bytes are copied.
// Promise  depends on the set of entries alone. A watermark's positions are those of the newest
//          epoch that was told. State is what the rows say.
// Bound    `rows_max` a ward, about 200 bytes each: 6 MB for a city of 30,000 venues.
//
// The same at each height, so that a ward can be built anew though its city has burnt with it.
#pragma once

#include "messages/link.hpp"
#include "messages/round.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wardflow {

class area_registers {
public:
  static constexpr std::size_t rows_max = 200'000; // of a ward
  static constexpr std::size_t units_max = 12'000; // a whole country's communes

  enum class outcome : std::uint8_t {
    changed,
    known,     // this revision or a newer one is held
    malformed, // cannot be read, or no such row can be of that ward
    too_many,
  };

  struct sizes {
    std::uint32_t groups = 0;
    std::uint32_t venues = 0;
    std::uint32_t devices = 0;
  };

  /// Whether an entry is one of ours.
  [[nodiscard]] static bool takes(entry_kind kind);
  /// One entry of a child that may speak for `e.unit`.
  [[nodiscard]] outcome apply(const log_entry_view& e, std::vector<saved_row>& rows);

  /// More than that it has no contacts.
  [[nodiscard]] bool knows(unit_code unit) const;
  [[nodiscard]] sizes held(unit_code unit) const;
  /// Nothing: the ward never told one.
  [[nodiscard]] const watermark* mark(unit_code unit) const;

  /// A row's place among all that is held: `after` of a page, and how far a telling has come.
  struct place {
    unit_code unit;
    std::uint64_t row = 0;
    auto operator<=>(const place&) const = default;
  };
  using sink = std::function<bool(const place&, entry_kind, bytes)>; // false: no more
  /// Rows behind `after`, unit by unit: contacts, groups, venues, devices, the watermark.
  void each_after(const place& after, const sink& take) const;
  /// All that a unit below publishes; nothing where it never said so.
  [[nodiscard]] std::vector<contact> contacts(unit_code unit) const;
  /// Units below whose contacts are kept, also where there are none.
  [[nodiscard]] std::vector<unit_code> publishers() const;
  /// Of a unit that is no more.
  void drop_contacts(unit_code unit, std::vector<saved_row>& rows);

  static constexpr std::string_view key_prefix = "register/";
  /// One row of state_table::rollups with this prefix back; false: damaged.
  [[nodiscard]] bool load(std::string_view key, std::span<const std::byte> value);

private:
  struct held_row {
    std::uint64_t revision = 0;
    std::string body; // a RegisterRow
  };
  struct ward {
    std::map<std::uint64_t, held_row> rows; // by row_number
    std::optional<watermark> mark;
  };

  outcome take_row(const log_entry_view& e, std::vector<saved_row>& rows);
  outcome take_mark(const log_entry_view& e, std::vector<saved_row>& rows);

  std::map<unit_code, ward> wards_;
};

} // namespace wardflow
