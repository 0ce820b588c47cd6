// SPDX-License-Identifier: Apache-2.0
// Counts as values: rows of a venue's ledger, and the names of the tables of state.
#pragma once

#include "messages/time.hpp"

#include <cstdint>
#include <vector>

namespace wardflow {

/// Tables of saved state; actors/io/store keeps them.
enum class state_table : std::uint8_t {
  meta,
  venues,   // ledgers, by serial
  cards,    // shards, by number
  devices,  // by device id
  ward,     // register, groups, levels, rulebooks, tallies
  base,     // all of the above at the base's position
  commands, // answers by command id
  // 7 to 9: the store's own
  up = 10, // chunks of the up-log: offset_log
  down,    // ... of the directive log
  links,   // cursors, children, subscriptions, the node's identity
  alerts,  // by kind and subject; above the ward by unit too
  rollups, // above the ward: hours and days by unit, registers, watermarks
  facts,   // above the ward: what all wards below must hold: directive_book
};

/// Scans of one venue in one local hour of EVENT time: a late scan counts where it belongs.
struct hour_row {
  hour_number hour = 0;
  std::uint32_t in = 0;
  std::uint32_t out = 0;
  std::uint32_t refused = 0;  // of `in`
  std::uint32_t late = 0;     // of both
  std::uint32_t poster = 0;   // of both: the person scanned the poster
  std::uint32_t revision = 0; // rounds that changed this hour
  bool operator==(const hour_row&) const = default;
};

/// One venue's day. Scans and persons by event day; presence by the day of arrival.
struct day_row {
  day_number day = 0;
  std::uint16_t unused = 0;
  std::uint32_t persons = 0; // distinct, exact
  std::uint32_t admitted = 0;
  std::uint32_t conditions = 0;
  std::uint32_t refused = 0;
  // presence: carried + entered - exited - closed = inside
  std::uint32_t carried = 0; // inside when the day began
  std::uint32_t entered = 0;
  std::uint32_t exited = 0;    // visits closed by a scan
  std::uint32_t closed = 0;    // visits closed by rule: inferred
  std::uint32_t unmatched = 0; // `out` without an `in`: counted apart
  std::uint32_t again = 0;     // `in` while inside: no new visit
  bool operator==(const day_row&) const = default;
};

/// A venue's answer to a question about one day.
struct venue_counts {
  day_row day;
  std::vector<hour_row> hours; // of that day, ascending
  std::uint32_t inside = 0;    // now
};

} // namespace wardflow
