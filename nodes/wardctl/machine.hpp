// SPDX-License-Identifier: Apache-2.0
// MACHINE: what a node finds on this machine: measured here, judged elsewhere (doctor.hpp).
//
//   folder, endpoints, process ─▶ sync time · room · lock's holder · ports · limits · memory
//
// Owns     a small file beside the data for as long as it measures; it is gone after that.
// Promise  it takes no lock, listens on no port and changes nothing: a node that runs, or starts in
//          this moment, is not in its way.
// Bound    syncs_measured syncs.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>

namespace wardflow::wardctl {

inline constexpr int syncs_measured = 15;

/// Median time of a sync of one written page, in microseconds. Nothing: errno says why.
[[nodiscard]] std::optional<std::int64_t> sync_time_us(const std::filesystem::path& folder);

struct disk_room {
  std::uint64_t free_bytes = 0;    // for who is not root
  std::uint64_t store_bytes = 0;   // data.mdb, as far as it takes room
  std::uint64_t ballast_bytes = 0; // that are there
};
[[nodiscard]] std::optional<disk_room> room_of(const std::filesystem::path& folder);

/// The process that has the store's lock file locked: the node, while it runs.
[[nodiscard]] std::optional<pid_t> holder_of(const std::filesystem::path& folder);

enum class port_state : std::uint8_t {
  free,
  held,      // somebody listens there
  elsewhere, // the address is not one of this machine
  forbidden, // not for this user: a port below 1024, a folder that he may not write
  any,       // it takes whichever is free
  unclear,   // a name, or what ZeroMQ alone understands
};
/// Of an endpoint of node.toml, `tcp://ADDRESS:PORT` or `ipc://PATH`.
[[nodiscard]] port_state port_of(std::string_view endpoint);

/// How many files the process may open; where that cannot be read, or for none, how far this user
/// could raise it (which a node does).
[[nodiscard]] std::uint64_t files_limit(std::optional<pid_t> process);

struct memory_room {
  std::uint64_t total_kib = 0;
  std::uint64_t available_kib = 0;
};
[[nodiscard]] std::optional<memory_room> memory_of_machine();

} // namespace wardflow::wardctl
