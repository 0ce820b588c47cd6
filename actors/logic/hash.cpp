// SPDX-License-Identifier: Apache-2.0
#include "actors/logic/hash.hpp"

#define XXH_INLINE_ALL
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wshadow"
#include <xxhash.h>
#pragma GCC diagnostic pop

#include <cstdio>

namespace wardflow {

hash128_value hash128(std::span<const std::byte> data) {
  auto h = XXH3_128bits(data.data(), data.size());
  return {h.low64, h.high64};
}

std::string to_hex(const hash128_value& hash) {
  char out[40];
  std::snprintf(out, sizeof out, "%016llx%016llx", static_cast<unsigned long long>(hash[1]),
                static_cast<unsigned long long>(hash[0]));
  return out;
}

} // namespace wardflow
