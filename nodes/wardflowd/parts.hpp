// SPDX-License-Identifier: Apache-2.0
// What every node is made of, whatever its role; ward_node.cpp and area_node.cpp add theirs.
//
//   GATE ─▶ WARD or AREA ─▶ JOURNAL ─▶ GATE ─▶ FEED (readers of our logs), UPLINK (our parent)
//                                └─▶ AUDITOR, READER (a ward's)
//
// Owns     every part. Made in the order of `open`, the role's own actor, `begin`; ended by
//          `node::stop`: UPLINK and FEED, GATE with the last round, READER, JOURNAL, the actors.
// Promise  a thread is told of a round only when it is on disk; FEED and UPLINK after its replies.
#pragma once

#include "actors/auditor.hpp"
#include "actors/disk/identity.hpp"
#include "actors/feed.hpp"
#include "actors/gate.hpp"
#include "actors/journal.hpp"
#include "actors/reader.hpp"
#include "actors/uplink.hpp"
#include "nodes/config/built_at.hpp"
#include "nodes/wardflowd/node.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>

#include <atomic>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace wardflow {

struct node::parts {
  struct actor_config : caf::actor_system_config {
    explicit actor_config(unsigned workers);
  };

  explicit parts(io::store s) : disk(std::move(s)) {
    // nop
  }

  /// Keys, store, identity, JOURNAL and the actor system.
  [[nodiscard]] static io::outcome<std::unique_ptr<parts>> open(const node_config& config,
                                                                failed_port failed);
  /// Sockets, GATE, FEED, UPLINK; nothing where it runs.
  [[nodiscard]] std::optional<io::failure> begin(gate_options at_door, allow_list keys,
                                                 const uplink_session::committed& logs);

  void committed(round_ptr r);                   // JOURNAL's thread
  void sent(const scan_round& r);                // GATE's thread
  void log_unreadable(const std::string& place); // FEED's and UPLINK's threads
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> facts() const;

  node_config config;
  io::key_pair own_key;
  std::vector<principal> keys_in_file;
  std::optional<province_key> secret; // GATE's from `begin` on
  io::store disk;
  node_identity who;
  std::atomic<std::uint64_t> last_round{0};
  std::promise<void> rested;
  std::unique_ptr<journal_thread> journal;
  std::unique_ptr<auditor> audit;
  std::unique_ptr<reader> questions; // a ward's alone
  std::unique_ptr<actor_config> actors_config;
  std::unique_ptr<caf::actor_system> actors;
  std::unique_ptr<gate> door;
  std::unique_ptr<feed> readers;
  std::unique_ptr<uplink> parent; // none: this node is the root, or stands alone
  std::string scan_endpoint;
  std::string control_endpoint;
  std::atomic<bool> disk_failed{false};
  mutable std::mutex mutex; // guards what follows
  std::string unreadable;   // the first place of a log that could not be read
  bool stopped = false;

  // The role's own actor.
  std::function<void(round_ptr)> work;
  std::function<void(round_ptr)> rest;
  std::function<void()> end_actor;
  std::function<void()> last_words; // after the last commit, with the disk to itself
};

/// Loads the role's state and spawns its actor; gives GATE's options, its keys and the logs' state.
struct role_start {
  gate_options at_door;
  allow_list keys;
  uplink_session::committed logs; // where they stand at the start
};
[[nodiscard]] io::outcome<role_start> start_ward(node::parts& p);
[[nodiscard]] io::outcome<role_start> start_area(node::parts& p);

} // namespace wardflow
