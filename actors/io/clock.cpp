// SPDX-License-Identifier: Apache-2.0
#include "actors/io/clock.hpp"

#include <ctime>

namespace wardflow::io {

namespace {

std::int64_t nanoseconds(clockid_t which) {
  timespec t{};
  ::clock_gettime(which, &t);
  return std::int64_t{t.tv_sec} * 1'000'000'000 + t.tv_nsec;
}

} // namespace

time_ms wall_ms() {
  return nanoseconds(CLOCK_REALTIME) / 1'000'000;
}

time_ms monotonic_ms() {
  return nanoseconds(CLOCK_BOOTTIME) / 1'000'000;
}

std::int64_t monotonic_ns() {
  return nanoseconds(CLOCK_MONOTONIC);
}

} // namespace wardflow::io
