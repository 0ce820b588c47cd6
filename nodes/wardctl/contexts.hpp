// SPDX-License-Identifier: Apache-2.0
// CONTEXTS: targets that a user keeps under names of his own, whatever folder he stands in.
//
//   $XDG_CONFIG_HOME/wardflow/contexts.toml, else ~/.config/wardflow/contexts.toml, mode 0600:
//     current = "phuong-sai"                 # chosen by `context use`; may be absent
//     [context.phuong-sai]                   # as target.toml has it (target.hpp)
//     control = "tcp://192.168.1.10:7165"
//     node_key = "64 hexadecimal digits"
//     key = "/…/keys/operator"               # a key file's path, never a key
//
// Owns     the list, in memory; the file is the user's.
// Promise  a file with any mistake is refused with its line, and stays as it is; it is written
//          whole and on the disk, or not at all. Of two who write at once the last one counts.
// Bound    64 KiB of text.
#pragma once

#include "nodes/wardctl/target.hpp"

#include <map>
#include <string>
#include <string_view>

namespace wardflow::wardctl {

struct context_book {
  std::string current; // empty: none; else one of `all`
  std::map<std::string, target> all;
};

/// Where they are kept. Empty where the environment names no home.
[[nodiscard]] std::filesystem::path contexts_file();

/// A to Z, a to z, digits, `.`, `_`, `-`; 1 to 64 of them, the first a letter or digit.
[[nodiscard]] bool is_context_name(std::string_view text);

/// A file that is not there has no contexts. config_malformed, config_key_unknown,
/// key_file_open_to_others (others may write it).
[[nodiscard]] io::outcome<context_book> read_contexts(const std::filesystem::path& file);

/// Makes the folder, mode 0700, where it is missing. done, file_write_failed.
[[nodiscard]] code write_contexts(const std::filesystem::path& file, const context_book& book);

/// The target of a command, by its options, the environment and the folder (`find_target`). usage
/// with `there is no context NAME`; what read_contexts and read_target say.
[[nodiscard]] io::outcome<target> choose_target(const std::string& target_option,
                                                const std::string& context_option);

} // namespace wardflow::wardctl
