// SPDX-License-Identifier: Apache-2.0
// CRC-32C (Castagnoli), as iSCSI and ext4 use it: by the processor where it can, else by tables.
//
// Owns     nothing; pure functions for any thread.
// Promise  both ways give the same number; crc32c(b, crc32c(a)) is that of a and b in a row.
#pragma once

#include "messages/frame.hpp"

#include <cstdint>

namespace wardflow::io {

/// The checksum of `data`, or of what had the checksum `before` and then `data`.
[[nodiscard]] std::uint32_t crc32c(bytes data, std::uint32_t before = 0);

/// The table way, for processors without the instruction and as the other opinion in tests.
[[nodiscard]] std::uint32_t crc32c_by_tables(bytes data, std::uint32_t before = 0);

/// Whether this processor has the instruction (SSE 4.2).
[[nodiscard]] bool crc32c_in_hardware();

} // namespace wardflow::io
