// SPDX-License-Identifier: Apache-2.0
// Who a node is to its parent: a random id made with its data folder, and an epoch that grows by
// one with each restore, so that the parent can tell an old twin.
#pragma once

#include "actors/io/store.hpp"
#include "messages/link.hpp"

#include <cstdint>

namespace wardflow {

struct node_identity {
  node_id id{};
  std::uint64_t epoch = 1;
  std::uint64_t boot = 0; // random, new at each start
};

/// Reads it; a new folder gets one first. ok, store_damaged, disk_full, map_full, internal (no
/// random bytes). Before JOURNAL.
[[nodiscard]] code load_identity(io::store& disk, node_identity& out);

/// The folder was restored from a backup, or built anew: a higher epoch than ever before.
[[nodiscard]] code raise_epoch(io::store& disk, std::uint64_t at_least, node_identity& out);

} // namespace wardflow
