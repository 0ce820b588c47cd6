// SPDX-License-Identifier: Apache-2.0
// LOG CHUNKS: small chunks of a log as fewer, larger frames.
//
// A chunk is of one round: at a thousand rounds a second each has an entry or two. As a frame each
// it would cost its reader a hundred bytes beside, and fill queues that count frames.
#pragma once

#include "messages/link.hpp"

#include <cstddef>
#include <vector>

namespace wardflow {

/// Two seconds of a line of 64 kbit/s, as in FEED DESK: a heartbeat waits behind a frame.
inline constexpr std::size_t joined_bytes_max = std::size_t{16} << 10;

/// Neighbours of one lane, in order and without a hole, joined while they fit. A chunk that has no
/// small neighbour stays as it lies; of those that were joined `batch` has no entries.
[[nodiscard]] std::vector<log_chunk> join_chunks(std::vector<log_chunk> chunks,
                                                 std::size_t bytes_max = joined_bytes_max);

} // namespace wardflow
