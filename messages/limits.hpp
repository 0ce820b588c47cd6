// SPDX-License-Identifier: Apache-2.0
// Every bound that both ends of a socket must know. Changing one is a protocol change.
#pragma once

#include <cstddef>
#include <cstdint>

namespace wardflow::limits {

inline constexpr std::uint8_t protocol_version = 1;
inline constexpr std::uint8_t protocol_version_min = 1;

inline constexpr std::size_t frame_bytes_max = 4u << 20; // one ZeroMQ payload
inline constexpr std::uint32_t scans_per_batch_max = 10'000;
inline constexpr std::size_t code_bytes_max = 1024; // one personal code as read
inline constexpr std::size_t sealed_bytes_max = code_bytes_max + 48;
inline constexpr std::uint32_t door_outstanding_max = 64;    // scans
inline constexpr std::uint32_t gateway_frames_max = 64;      // frames ...
inline constexpr std::uint32_t gateway_scans_max = 100'000;  // ... and scans
inline constexpr std::uint32_t rows_per_command_max = 5'000; // imports are cut into pieces
inline constexpr std::size_t rulebook_bytes_max = 256u << 10;
inline constexpr std::size_t text_bytes_max = 300; // names, addresses, document numbers
inline constexpr std::uint32_t contacts_per_unit_max = 32;
inline constexpr std::size_t contact_name_bytes_max = 100;
inline constexpr std::size_t phone_bytes_max = 40;
inline constexpr std::uint32_t entries_per_batch_max = 16'384; // of an offset log
inline constexpr std::size_t mark_bytes_max = 64;              // of a snapshot's piece
inline constexpr std::size_t batch_bytes_max = 256u << 10;     // a larger entry goes alone
inline constexpr std::uint32_t bases_per_reply_max = 256;

} // namespace wardflow::limits
