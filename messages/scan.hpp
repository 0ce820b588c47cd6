// SPDX-License-Identifier: Apache-2.0
// Scans as values.
#pragma once

#include "messages/code.hpp"
#include "messages/ids.hpp"
#include "messages/time.hpp"

#include <cstdint>

namespace wardflow {

enum class direction : std::uint8_t { in = 0, out = 1 };

/// Who held the reader: counted apart (DOMAIN §2).
enum class flow : std::uint8_t { staff_scans_person = 0, person_scans_poster = 1 };

struct scan {
  venue_id venue{};
  card_id card{};
  card_id linked{}; // second pseudonym of a code that carries two keys, else 0
  time_ms at = 0;   // event time by the scanner's clock
  direction way = direction::in;
  wardflow::flow flow = flow::staff_scans_person;
  code problem = code::ok; // why the code could not be read as a person; then `card` is 0

  bool operator==(const scan&) const = default;
};

} // namespace wardflow
