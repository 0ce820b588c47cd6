// SPDX-License-Identifier: Apache-2.0
// WARD: folds rounds into the ward's state, one after the other.
//
//   GATE --work(round)--> WARD --judge(slice)--> VENUE x n --judged--> WARD --> JOURNAL
//
// Owns     the fold: register, cards, levels, rulebooks, gates, and the ledgers nobody else holds.
// Borrows  the way to JOURNAL (`done`), which outlives it. Spawns a VENUE at a venue's first scan.
// Promise  rounds leave in the order in which they came. Nothing leaves the process from here: a
//          reply is in the round, and the round goes to JOURNAL first.
// Bound    one round in work and one waiting: GATE has at most two on their way.
#pragma once

#include "actors/logic/ward_fold.hpp"
#include "messages/contract.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <deque>
#include <functional>
#include <memory>
#include <vector>

namespace wardflow {

/// Where finished rounds go. Called from WARD; must not block.
using round_port = std::function<void(round_ptr)>;

struct ward_actor_state {
  explicit ward_actor_state(ward_actor::pointer owner) : self(owner) {
    // nop
  }

  void work(const round_ptr& r);
  void judged();
  void rest(const round_ptr& r);

  ward_actor::pointer self;
  std::unique_ptr<ward_fold> fold;
  round_port done;

  std::vector<venue_actor> venues; // by the register's number; null: asleep
  std::deque<round_ptr> waiting;
  round_ptr in_work;

  static inline const char* name = "ward"; // CAF's name for it in logs

private:
  void begin(const round_ptr& r);
  void hand_out(const round_ptr& r);
};

/// `fold`: the state up to now; taken over.
ward_actor::behavior_type ward(ward_actor::stateful_pointer<ward_actor_state> self, ward_fold* fold,
                               round_port done);

} // namespace wardflow
