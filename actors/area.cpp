// SPDX-License-Identifier: Apache-2.0
#include "actors/area.hpp"

#include "actors/io/clock.hpp"

#include <utility>

namespace wardflow {

void area_actor_state::work(const round_ptr& r) {
  r->times.begun = io::monotonic_ns();
  fold->run(*r);
  r->times.judged = io::monotonic_ns();
  done(r);
}

area_actor::behavior_type area(area_actor::stateful_pointer<area_actor_state> self, area_fold* fold,
                               std::function<void(round_ptr)> done) {
  self->state.fold.reset(fold);
  self->state.done = std::move(done);
  return {
    // From GATE, and the last one from the node.
    [self](atom::work, const round_ptr& r) { self->state.work(r); },
  };
}

} // namespace wardflow
