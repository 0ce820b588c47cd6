// SPDX-License-Identifier: Apache-2.0
// When this program was built: no clock that is right shows an earlier time.
#pragma once

#include "messages/time.hpp"

namespace wardflow {

/// Midnight, UTC, before the day on which this program was built: nobody lives before it.
[[nodiscard]] time_ms built_at();

} // namespace wardflow
