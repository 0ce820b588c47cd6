// SPDX-License-Identifier: Apache-2.0
// STOPPED NODE: a node's folder, opened to be read where it lies.
//
//   --folder DIR ─node.toml─▶ the store, read only │ fail: why, and what to do while the node runs
//
// Owns     the store, which other readers may have too, and a running node may not.
#pragma once

#include "actors/io/store.hpp"
#include "nodes/config/config.hpp"
#include "nodes/wardctl/shell.hpp"

#include <filesystem>
#include <optional>

namespace wardflow::wardctl {

struct stopped_node {
  node_config config;
  io::store disk;
};

/// Nothing after `fail`. `running`: what to call for a running node instead, as a command line.
[[nodiscard]] std::optional<stopped_node>
open_stopped(shell& s, const std::filesystem::path& folder, std::string_view running);

} // namespace wardflow::wardctl
