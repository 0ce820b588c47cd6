// SPDX-License-Identifier: Apache-2.0
// ALLOW-LIST FILE: the keys of people and child nodes, in TOML, edited by hand or by wardctl.
//
//   [[key]]
//   name = "Lan, ward office"          # goes to the journal with every command
//   role = "operator"                  # operator, supervisor, health or node
//   key = "64 hexadecimal digits"      # or the 40 characters of ZeroMQ (Z85)
//   unit = "22366"
//   not_before = 2021-10-16            # may be absent; a day, or a day and time
//   not_after = 2022-10-16             # may be absent; a day: to its end, local time
//
// Owns     nothing; the file belongs to the node's operator.
// Promise  a file with any mistake gives no entry at all, and the line of the first one. Writing
//          replaces the whole file or nothing; comments stay.
// Bound    a file has at most 1 MiB.
#pragma once

#include "actors/io/outcome.hpp"
#include "messages/principal.hpp"

#include <filesystem>
#include <string_view>
#include <vector>

namespace wardflow::io {

/// config_malformed, config_key_unknown, key_file_malformed (a key, or one given twice). The
/// detail begins with `name:line:`. Devices are not in this file: their roles are refused.
[[nodiscard]] outcome<std::vector<principal>> parse_allow_list(std::string_view text,
                                                               std::string_view name);

/// Also file_missing, and key_file_open_to_others: others may write it (who may add a key is
/// an operator).
[[nodiscard]] outcome<std::vector<principal>> read_allow_file(const std::filesystem::path& file);

/// Adds one entry at the end; a file that is not there is made, mode 0600. already_so: the key is
/// in the file. Also what read_allow_file says, file_write_failed. Returns how many keys it has.
[[nodiscard]] outcome<std::size_t> append_to_allow_file(const std::filesystem::path& file,
                                                        const principal& who);

} // namespace wardflow::io
