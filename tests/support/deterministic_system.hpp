// SPDX-License-Identifier: Apache-2.0
// An actor system that delivers one message at a time, when told to, in an order drawn from a seed.
#pragma once

#include "messages/contract.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <caf/scoped_actor.hpp>

#include <random>
#include <utility>

namespace wardflow::test {

struct deterministic_system {
  deterministic_system() :
    system(configure(config)),
    self(system, true),
    scheduler(dynamic_cast<caf::scheduler::test_coordinator&>(system.scheduler())) {
    // nop
  }
  ~deterministic_system() {
    // A request's timeout keeps its sender alive in the clock, and ~actor_system waits for it.
    do
      scheduler.run();
    while (scheduler.trigger_timeouts() > 0);
  }

  /// Another seed, another interleaving, replayable.
  void run_shuffled(std::uint64_t seed) {
    std::mt19937_64 random{seed};
    for (auto& jobs = scheduler.jobs; !jobs.empty(); scheduler.run_once())
      std::swap(jobs.front(), jobs[random() % jobs.size()]);
  }

  caf::actor_system_config config;
  caf::actor_system system;
  caf::scoped_actor self;
  caf::scheduler::test_coordinator& scheduler;

private:
  static caf::actor_system_config& configure(caf::actor_system_config& config) {
    config.add_message_types<caf::id_block::wardflow>();
    config.set("scheduler.policy", caf::atom("testing"));
    return config;
  }
};

} // namespace wardflow::test
