// SPDX-License-Identifier: Apache-2.0
// NEW FILE: writes a file that is not there yet, whole and on the disk, or leaves nothing.
//
// Owns     nothing.
// Promise  an existing file is never touched.
// Bound    none.
#pragma once

#include "messages/code.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace wardflow::wardctl {

/// done; file_exists; file_write_failed (then no file is left). Mode 0600 less the umask.
[[nodiscard]] code write_new_file(const std::filesystem::path& file, std::string_view text);

/// The bytes of a file (a pipe too).
/// Nothing where it cannot be read, or is longer than `bytes_max`.
[[nodiscard]] std::optional<std::string> read_file(const std::filesystem::path& file,
                                                   std::size_t bytes_max);

} // namespace wardflow::wardctl
