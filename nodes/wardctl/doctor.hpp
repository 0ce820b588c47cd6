// SPDX-License-Identifier: Apache-2.0
// DOCTOR: is what a node finds on its machine good enough, and if not, what has to be mended.
//
//   measured (machine.hpp) ─▶ finding: ok · warning · bad, what is the case, what to do
//
// Owns     nothing: pure functions of what was measured.
// Promise  a finding that is not ok says what to mend, in the user's language. The limits stand
//          here, and in docs/wardctl.md.
// Bound    none.
#pragma once

#include "actors/io/file_system.hpp"
#include "actors/io/outcome.hpp"
#include "messages/texts.hpp"
#include "messages/time.hpp"
#include "nodes/wardctl/machine.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wardflow::wardctl {

enum class grade : std::uint8_t { ok, warning, bad };

struct finding {
  std::string_view check; // fixed: for programs
  grade is = grade::ok;
  std::string what; // is the case
  std::string mend; // empty where it is ok
};

namespace limits_of_doctor {
inline constexpr std::int64_t sync_slow_us = 25'000; // a door waits for two of them
inline constexpr std::int64_t sync_bad_us = 100'000;
inline constexpr std::int64_t sync_none_us = 5;       // no disk answers so soon
inline constexpr std::uint64_t free_low = 2ull << 30; // beside the ballast
inline constexpr std::uint64_t memory_low_kib = 512u << 10;
inline constexpr std::uint64_t memory_bad_kib = 128u << 10;
inline constexpr time_ms clocks_apart_max = minute_ms;
} // namespace limits_of_doctor

/// What a node that runs says of its own time.
struct node_clock_facts {
  time_ms time = 0;
  bool unsure = false;
};

[[nodiscard]] finding judge_clock(time_ms wall, time_ms built, bool replays,
                                  std::optional<node_clock_facts> node, language tongue);
[[nodiscard]] finding judge_file_system(const io::file_system& is, language tongue);
[[nodiscard]] finding judge_sync(std::int64_t median_us, language tongue);
/// `map` and `ballast`: what node.toml grants, in bytes.
[[nodiscard]] finding judge_room(const disk_room& room, std::uint64_t map, std::uint64_t ballast,
                                 language tongue);
[[nodiscard]] finding judge_port(std::string_view check, std::string_view endpoint, port_state is,
                                 bool node_runs, language tongue);
[[nodiscard]] finding judge_files(std::uint64_t limit, language tongue);
[[nodiscard]] finding judge_memory(const memory_room& room, language tongue);
/// A file that only the node may read: what reading it said. `not_as_folder`: the data folder,
/// where that is another user's; else empty.
[[nodiscard]] finding judge_secret(std::string_view check, const std::string& file, code read,
                                   const std::string& not_as_folder, language tongue);
/// A folder that others may look into.
[[nodiscard]] finding judge_folder(const std::string& folder, unsigned mode, language tongue);

/// A failure as a finding: its text, and its next step.
[[nodiscard]] finding failed_check(std::string_view check, const io::failure& why, language tongue);

/// `1.5 GiB`, `12.0 MiB`.
[[nodiscard]] std::string bytes_text(std::uint64_t bytes);

} // namespace wardflow::wardctl
