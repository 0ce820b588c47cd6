// SPDX-License-Identifier: Apache-2.0
// What a node is told by its file: config/node.toml shows every key with its default.
#pragma once

#include "actors/io/outcome.hpp"
#include "actors/logic/node_clock.hpp"
#include "messages/command.hpp"
#include "messages/ids.hpp"

#include <filesystem>
#include <string>

namespace wardflow {

/// What a node is: a ward at the doors, or an area above it: city, province, any height.
enum class node_role : std::uint8_t { ward, area };

struct node_config {
  node_role role = node_role::ward;
  unit_code unit;
  std::filesystem::path folder; // paths in the file are relative to the file
  std::filesystem::path node_key;
  std::filesystem::path province_key;
  std::filesystem::path allow_list;
  std::string scan_endpoint = "tcp://127.0.0.1:7164";
  std::string control_endpoint = "tcp://127.0.0.1:7165";
  std::string parent_endpoint; // its control socket; empty: this node has no parent
  public_key parent_key{};
  node_clock::source clock = node_clock::source::wall;
  time_ms clock_start = 0; // of an input clock; 0: the first scan's time
  unsigned map_gib = 64;
  unsigned ballast_mib = 64;
  unsigned save_after_s = 5; // what changed waits so long before it is saved beside the journal
  unsigned workers = 1;      // measured: a second one costs more in wake-ups than it judges
};

/// config_missing, config_malformed, config_key_unknown, unit_not_a_ward (a ward's code does not
/// have five digits, or an area's has); the detail begins with
/// `file:line:`.
[[nodiscard]] io::outcome<node_config> read_config(const std::filesystem::path& file);

} // namespace wardflow
