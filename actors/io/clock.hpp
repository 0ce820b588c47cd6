// SPDX-License-Identifier: Apache-2.0
// The machine's clocks. Only GATE reads them; everybody else lives by a round's stamp.
#pragma once

#include "messages/time.hpp"

#include <cstdint>

namespace wardflow::io {

/// Milliseconds since 1970, UTC, as the machine believes.
time_ms wall_ms();
/// Milliseconds that only grow, also while the machine sleeps.
time_ms monotonic_ms();
/// Nanoseconds that only grow; for latencies.
std::int64_t monotonic_ns();

} // namespace wardflow::io
