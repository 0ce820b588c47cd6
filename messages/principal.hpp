// SPDX-License-Identifier: Apache-2.0
// Who holds a key: a role and a unit, nothing more is known of anybody (DOMAIN §10).
#pragma once

#include "messages/command.hpp"
#include "messages/ids.hpp"
#include "messages/time.hpp"

#include <cstdint>
#include <string>

namespace wardflow {

/// On wire and disk: append only. A number of a newer release is no role that may do anything.
enum class role : std::uint8_t {
  none,
  door,       // a device: scans of its own venue, one to a frame
  gateway,    // a device: batches of pseudonyms for all venues of its unit
  operator_,  // controls its unit
  supervisor, // reads its unit and below
  health,     // levels and card facts, tracing
  node,       // a child's uplink
};

struct principal {
  public_key key{};
  wardflow::role role = role::none;
  unit_code unit;
  std::string name;   // of the register or the allow-list file; goes to the journal
  device_id device{}; // doors and gateways
  venue_id venue{};   // a door's
  bool revoked = false;
  time_ms not_before = 0; // 0: no bound
  time_ms not_after = 0;  // 0: no bound
};

} // namespace wardflow
