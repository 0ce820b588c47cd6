// SPDX-License-Identifier: Apache-2.0
// Hashes of saved states: equal states, equal hashes. Not a defence against an enemy.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace wardflow {

using hash128_value = std::array<std::uint64_t, 2>;

/// XXH3, 128 bits.
hash128_value hash128(std::span<const std::byte> data);

/// 32 hexadecimal digits.
std::string to_hex(const hash128_value& hash);

/// Joins hashes of parts in any order: a sum, so that owners need not be visited sorted.
inline void add_to(hash128_value& sum, const hash128_value& part) {
  sum[0] += part[0];
  sum[1] += part[1];
}

} // namespace wardflow
