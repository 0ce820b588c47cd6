// SPDX-License-Identifier: Apache-2.0
// Waiting for real processes, and what a test may be told by its environment.
#pragma once

#include "actors/io/clock.hpp"
#include "messages/time.hpp"

#include <poll.h>

#include <cstdint>
#include <cstdlib>

namespace wardflow::test {

/// Asks again, with little pauses, until it is so: the milliseconds that it took. -1: not in time.
template <class Good>
time_ms after(time_ms patience, Good good) {
  const auto begun = io::monotonic_ms();
  for (; io::monotonic_ms() < begun + patience; ::poll(nullptr, 0, 20))
    if (good())
      return io::monotonic_ms() - begun;
  return -1;
}

template <class Good>
bool until(time_ms patience, Good good) {
  return after(patience, good) >= 0;
}

/// A number of the environment.
inline std::uint64_t setting(const char* name, std::uint64_t otherwise) {
  const auto* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

} // namespace wardflow::test
