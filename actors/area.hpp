// SPDX-License-Identifier: Apache-2.0
// AREA: a city, a province, any level above wards: merges what comes up, sends down what is said.
//
//   GATE --work(round)--> AREA --> JOURNAL --> GATE, FEED, UPLINK
//
// Owns     the area's fold.
// Borrows  the way to JOURNAL (`done`), which outlives it.
// Promise  rounds leave in the order in which they came; nothing leaves the process from here: a
//          reply is in the round, and the round goes to JOURNAL first.
// Bound    a round at a time; GATE has at most two on their way.
#pragma once

#include "actors/logic/area_fold.hpp"
#include "messages/contract.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <functional>
#include <memory>

namespace wardflow {

struct area_actor_state {
  explicit area_actor_state(area_actor::pointer) {
    // nop
  }

  void work(const round_ptr& r);

  std::unique_ptr<area_fold> fold;
  std::function<void(round_ptr)> done;

  static inline const char* name = "area"; // CAF's name for it in logs
};

/// `fold`: the state up to now; taken over.
area_actor::behavior_type area(area_actor::stateful_pointer<area_actor_state> self, area_fold* fold,
                               std::function<void(round_ptr)> done);

} // namespace wardflow
