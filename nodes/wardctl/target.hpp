// SPDX-License-Identifier: Apache-2.0
// TARGET: which node a tool speaks to, and with which key.
//
//   target.toml, beside its keys:
//     scans = "tcp://192.168.1.10:7164"     # where doors and gateways connect
//     control = "tcp://192.168.1.10:7165"   # where operators connect
//     node_key = "64 hexadecimal digits"    # the node's public key
//     key = "keys/operator"                 # own key file, relative to this file
//     venue = "22366-00017"                 # a door's venue; absent for everybody else
//
// Owns     nothing.
// Promise  a file with any mistake is refused with its line; an unknown key is a mistake.
// Bound    a file has at most 64 KiB.
#pragma once

#include "actors/io/key_files.hpp"
#include "actors/io/outcome.hpp"
#include "messages/ids.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace wardflow::wardctl {

struct target {
  std::filesystem::path file;
  std::string scans;
  std::string control;
  public_key node_key{};
  std::filesystem::path key;
  venue_id venue{};
  std::string context; // its name in contexts.toml (contexts.hpp); empty: `file` is a target.toml
};

/// Where a target stands: in a file of its own, or among the contexts.
struct target_place {
  std::filesystem::path file;
  std::string context; // where this is not empty, `file` is
};

/// What is nearer wins: the options --target (a file, or a folder with target.toml in it) and
/// --context, $WARDCTL_TARGET, $WARDCTL_CONTEXT, ./target.toml, ./ward/target.toml, and last the
/// context that was chosen by `context use`. Where there is none of them: ./ward/target.toml.
[[nodiscard]] target_place find_target(const std::string& target_option,
                                       const std::string& context_option = {},
                                       const std::string& current_context = {});

/// config_missing, config_malformed, config_key_unknown; the detail begins with `file:line:`.
[[nodiscard]] io::outcome<target> read_target(const std::filesystem::path& file);

/// Writes `t` as a new file; already there: folder_exists. `t.key` is written as it is.
[[nodiscard]] code write_target(const std::filesystem::path& file, const target& t);

} // namespace wardflow::wardctl
