// SPDX-License-Identifier: Apache-2.0
// What a node is told by its file: config/node.toml shows every key with its default.
#pragma once

#include "actors/io/outcome.hpp"
#include "actors/logic/node_clock.hpp"
#include "messages/ids.hpp"

#include <filesystem>
#include <string>

namespace wardflow {

struct node_config {
  unit_code unit;
  std::filesystem::path folder; // paths in the file are relative to the file
  std::filesystem::path node_key;
  std::filesystem::path province_key;
  std::filesystem::path allow_list;
  std::string scan_endpoint = "tcp://127.0.0.1:7164";
  std::string control_endpoint = "tcp://127.0.0.1:7165";
  node_clock::source clock = node_clock::source::wall;
  time_ms clock_start = 0; // of an input clock; 0: the first scan's time
  unsigned map_gib = 64;
  unsigned ballast_mib = 64;
  unsigned workers = 1; // measured: a second one costs more in wake-ups than it judges
};

/// config_missing, config_malformed, config_key_unknown, unit_not_a_ward; the detail begins with
/// `file:line:`.
[[nodiscard]] io::outcome<node_config> read_config(const std::filesystem::path& file);

} // namespace wardflow
