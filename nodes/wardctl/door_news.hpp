// SPDX-License-Identifier: Apache-2.0
// What a door has to say of a scan, and how it stands itself: from the loop to the screen.
#pragma once

#include "messages/code.hpp"
#include "messages/ids.hpp"
#include "messages/scan.hpp"
#include "messages/time.hpp"
#include "messages/verdict.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace wardflow::wardctl {

struct door_news {
  enum class kind : std::uint8_t {
    recorded,     // in the spool, on the disk; its answer is awaited
    judged,       // the verdict
    not_judged,   // no answer in time: 'recorded, not judged'; something follows later
    judged_late,  // the verdict after `not_judged`, or of an earlier run: admits nobody any more
    stored,       // on the node's disk; its verdict will not be learned
    doubtful,     // counted or not, nobody knows; it is not sent again (README of messages, 5)
    not_recorded, // `why`; the scan is lost and must be made again
  };

  kind what = kind::recorded;
  std::uint64_t line = 0; // which code of this run, from 1; 0: of an earlier run
  std::uint64_t epoch = 0;
  std::uint64_t sequence = 0;
  time_ms at = 0; // of the scan, by the door's clock
  direction way = direction::in;
  wardflow::flow flow = flow::staff_scans_person;
  code why = code::ok; // not_recorded
  verdict says;        // judged, judged_late
  basis rests_on;
  time_ms node_time = 0; // of the answer: what the ages in `rests_on` are counted from
};

struct door_state {
  bool up = false;
  code trouble = code::ok; // of the link, the key, the node or the spool; ok: none
  std::string detail;
  std::size_t waiting = 0; // scans in the spool
  direction way = direction::in;
  wardflow::flow flow = flow::staff_scans_person;

  bool operator==(const door_state&) const = default;
};

} // namespace wardflow::wardctl
