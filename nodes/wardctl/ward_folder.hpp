// SPDX-License-Identifier: Apache-2.0
// WARD FOLDER: everything that a ward's node and its first operator need, made in one step.
//
//   plan ─▶ FOLDER/node.toml, allow.toml, target.toml, keys/node, keys/operator, keys/province
//
// Owns     nothing.
// Promise  the whole folder or none of it: it is filled beside its place and moved there. An
//          existing file is never touched. Keys have mode 0600, folders 0700.
// Bound    none.
#pragma once

#include "actors/io/outcome.hpp"
#include "messages/command.hpp"
#include "messages/ids.hpp"
#include "messages/time.hpp"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace wardflow::wardctl {

struct ward_plan {
  unit_code unit;
  std::filesystem::path folder = "ward";
  std::filesystem::path province_key; // copied
  std::filesystem::path node_key;     // copied; empty: a new one is made
  std::string operator_name = "operator";
  std::string scans = "tcp://127.0.0.1:7164";   // where the node listens
  std::string control = "tcp://127.0.0.1:7165"; // ...
  std::string address;                          // host that others dial; empty: as it listens
  std::string parent;                           // its control endpoint; empty: none
  public_key parent_key{};
  std::string clock = "wall";
  day_number clock_start = 0; // of an input clock; 0: none
  /// What else is to be in the folder, before it is moved into its place; nothing: all is well.
  std::function<std::optional<io::failure>(const std::filesystem::path&)> fill_in{};
};

struct made_ward {
  std::filesystem::path folder;
  public_key node_key{};
  public_key operator_key{};
};

/// folder_exists (there, and not an empty folder), key_file_missing, key_file_open_to_others,
/// key_file_malformed (the province's, the node's), file_write_failed, and what `fill_in` says.
[[nodiscard]] io::outcome<made_ward> make_ward(const ward_plan& plan);

/// The text of node.toml: the shipped file with the plan's values in their places.
[[nodiscard]] std::string node_file(const ward_plan& plan);

} // namespace wardflow::wardctl
