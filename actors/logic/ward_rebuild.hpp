// SPDX-License-Identifier: Apache-2.0
// WARD REBUILD  a ward's state from what its parent keeps of it: its machine is gone.
//
//   contacts, groups, venues, devices, watermark, hours, days ─take─▶ finish ─▶ registers with
//                                                    their ids, devices at their positions, rows
//
// Owns     the state that is being built.
// Promise  venues and devices keep ids and keys. A device's gate stands where the counts stand: its
//          scans below that number are in the hours and days that are carried on, all others are
//          taken when they come. So what the parent has counted stays, and what it has not counted
//          is counted once.
// Bound    that of the ward; entries are copied.
//
// Who was where, presence, cards, levels and rulebooks are not kept above the ward.
#pragma once

#include "actors/logic/ward_state.hpp"
#include "messages/link.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace wardflow {

class ward_rebuild {
public:
  /// What the parent says of the machine before.
  struct predecessor {
    node_ref parent;                             // whose directives ...
    std::array<std::uint64_t, lanes_max> took{}; // ... it had, through
  };

  explicit ward_rebuild(unit_code ward) : state(ward) {
    // nop
  }

  /// The next entry, in the order in which the parent gives them. ok, frame_malformed (`detail`
  /// says what); one of a kind that is not known is passed over.
  [[nodiscard]] code take(const log_entry_view& e);
  /// After the last one. `now`: the parent's time.
  void finish(time_ms now, const predecessor& before);

  ward_state state;
  std::vector<saved_row> beside; // rows that go with it and are no part of the fold
  std::string detail;

  // What came, for those who want to know.
  std::uint32_t revoked = 0;   // devices
  std::uint64_t counted = 0;   // scans in and out of the hours
  std::uint32_t positions = 0; // devices that were heard

private:
  [[nodiscard]] code take_row(const register_row& row);
  [[nodiscard]] code put(const venue_record& v, const std::string& document);
  [[nodiscard]] code put(const group_record& g);
  [[nodiscard]] code put(const std::vector<contact>& contacts);
  [[nodiscard]] code put(const device_record& d, const std::string& document);
  code failed(code why, std::string what);

  std::optional<watermark> mark_;
  std::map<day_number, day_rollup> days_;
  std::vector<saved_row> scrap_; // rows of single commands: the whole state is written instead
};

} // namespace wardflow
