// SPDX-License-Identifier: Apache-2.0
#include "actors/venue.hpp"

#include "actors/logic/ward_fold.hpp"

#include <utility>

namespace wardflow {

void venue_state::judge(const slice& s) {
  auto& work = s.of->slices[s.number];
  judge_slice(*s.of, work, *ledger);
  auto sleep = work.sleep; // after the last slice the round is WARD's again
  if (--s.of->slices_left == 0)
    self->send(ward, atom::judged_v);
  if (sleep)
    self->quit();
}

venue_actor::behavior_type venue(venue_actor::stateful_pointer<venue_state> self, ward_actor ward,
                                 venue_ledger* ledger) {
  self->state.ward = std::move(ward);
  self->state.ledger.reset(ledger);
  return {
    // From WARD.
    [self](atom::judge, const slice& s) { self->state.judge(s); },
  };
}

} // namespace wardflow
