// SPDX-License-Identifier: Apache-2.0
// One target as a TOML table: what target.toml and contexts.toml have in common.
#pragma once

#include "nodes/wardctl/target.hpp"

#include <toml++/toml.h>

#include <iosfwd>

namespace wardflow::wardctl {

/// `file:line: what`, at the line of `at`; the first one where that is null.
[[nodiscard]] io::failure bad_toml(code why, const std::filesystem::path& file,
                                   const toml::node* at, const std::string& what);

/// The TOML file, of at most 64 KiB. config_missing, config_malformed.
[[nodiscard]] io::outcome<toml::table> read_toml(const std::filesystem::path& file);

/// The target in `t`, a table of `file`. A relative key lies beside the file. config_malformed,
/// config_key_unknown.
[[nodiscard]] io::outcome<target> target_of(const toml::table& t,
                                            const std::filesystem::path& file);

/// The lines of `t`; `t.key` is written as it is.
void write_lines(std::ostream& out, const target& t);

} // namespace wardflow::wardctl
