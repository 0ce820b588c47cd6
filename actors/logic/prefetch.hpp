// SPDX-License-Identifier: Apache-2.0
// Asks the processor for memory ahead of its use.
#pragma once

namespace wardflow {

/// The empty asm keeps the call: g++ takes a function that only prefetches for one without effect
/// and drops it, and with it half of this program's speed.
inline void prefetch_line(const void* at) {
  __builtin_prefetch(at, 1);
  asm volatile("");
}

} // namespace wardflow
