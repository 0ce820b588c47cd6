// SPDX-License-Identifier: Apache-2.0
// VENUE: one venue, one actor, one ledger.
//
//   WARD --judge(slice)--> VENUE x n --judged--> WARD     (sent once, by the last of them)
//
// Owns     the venue's ledger while it is awake; no other actor reads or writes it.
// Borrows  WARD's handle. WARD spawns VENUE and outlives it.
// Promise  depends on the rounds alone: replaying the journal rebuilds the same ledger. Told to
//          sleep, it writes its ledger into the slice and ends: waking changes nothing.
// Bound    one slice a round, and one round in work: never more than one message waits here.
#pragma once

#include "actors/logic/venue_ledger.hpp"
#include "messages/contract.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <memory>

namespace wardflow {

struct venue_state {
  explicit venue_state(venue_actor::pointer owner) : self(owner) {
    // nop
  }

  void judge(const slice& s);

  // Constant once the actor runs.
  venue_actor::pointer self;
  ward_actor ward;

  // Changes with every slice.
  std::unique_ptr<venue_ledger> ledger;

  static inline const char* name = "venue"; // CAF's name for it in logs
};

/// `ledger`: the venue's state up to now; taken over.
venue_actor::behavior_type venue(venue_actor::stateful_pointer<venue_state> self, ward_actor ward,
                                 venue_ledger* ledger);

} // namespace wardflow
