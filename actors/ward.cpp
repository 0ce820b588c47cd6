// SPDX-License-Identifier: Apache-2.0
#include "actors/ward.hpp"

#include "actors/io/clock.hpp"
#include "actors/venue.hpp"

#include <caf/send.hpp>

#include <cassert>
#include <utility>

namespace wardflow {

void ward_actor_state::work(const round_ptr& r) {
  if (in_work != nullptr)
    waiting.push_back(r);
  else
    begin(r);
}

void ward_actor_state::begin(const round_ptr& r) {
  in_work = r;
  r->times.begun = io::monotonic_ns();
  fold->prepare(*r);
  if (r->slices.empty())
    judged();
  else
    hand_out(r);
}

/// One message a venue; a venue that is asleep wakes with its ledger.
void ward_actor_state::hand_out(const round_ptr& r) {
  auto count = static_cast<std::uint32_t>(r->slices.size());
  for (std::uint32_t i = 0; i != count; ++i) {
    auto& work = r->slices[i];
    if (work.number >= venues.size())
      venues.resize(work.number + 1);
    auto& actor = venues[work.number];
    if (actor == nullptr) {
      auto& slot = fold->state.slots.at(work.number);
      auto ledger = std::move(fold->state.slots.rest(work.number));
      slot.away = true;
      actor = self->spawn(venue, ward_actor{self}, ledger.release());
    }
    auto sleeps = work.sleep;
    // The last slice may end the round: nothing of it is read after this line.
    self->send(actor, atom::judge_v, slice{r.get(), i});
    if (sleeps)
      actor = nullptr;
  }
}

void ward_actor_state::judged() {
  assert(in_work != nullptr);
  auto r = std::exchange(in_work, nullptr);
  fold->finish(*r);
  r->times.judged = io::monotonic_ns();
  done(std::move(r));
  if (waiting.empty())
    return;
  auto next = waiting.front();
  waiting.pop_front();
  begin(next);
}

/// The last round: every VENUE saves its ledger and ends.
void ward_actor_state::rest(const round_ptr& r) {
  fold->sleep_all();
  work(r);
}

ward_actor::behavior_type ward(ward_actor::stateful_pointer<ward_actor_state> self, ward_fold* fold,
                               round_port done) {
  self->state.fold.reset(fold);
  self->state.done = std::move(done);
  return {
    // From GATE.
    [self](atom::work, const round_ptr& r) { self->state.work(r); },
    // From VENUE.
    [self](atom::judged) { self->state.judged(); },
    // From the node.
    [self](atom::rest, const round_ptr& r) { self->state.rest(r); },
  };
}

} // namespace wardflow
