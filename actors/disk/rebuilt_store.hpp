// SPDX-License-Identifier: Apache-2.0
// REBUILT STORE: a data folder of a ward that was built anew from what its parent keeps.
//
// Owns     nothing.
// Borrows  the store for the call; nobody else writes.
// Promise  the state is the base, so that `verify` and every later base begin from it; the node has
//          a new id and the epoch that its parent keeps for it. Not one commit: the folder is used
//          when it is whole, or thrown away.
// Bound    pieces of `base_piece_bytes`.
#pragma once

#include "actors/io/store.hpp"
#include "actors/logic/ward_rebuild.hpp"

#include <cstdint>

namespace wardflow {

/// ok, disk_full, map_full, store_damaged. `disk` is new.
[[nodiscard]] code write_rebuilt(io::store& disk, ward_rebuild& built, std::uint64_t epoch);

} // namespace wardflow
