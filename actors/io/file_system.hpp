// SPDX-License-Identifier: Apache-2.0
// Which file system a folder lies on, and whether LMDB can be trusted to it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>

namespace wardflow::io {

enum class fitness : std::uint8_t {
  tried,   // its syncs and shared maps are tested here: ext4, xfs
  unknown, // nothing is known against it
  unfit,   // it may lose what was synced, or has no shared maps
};

struct file_system {
  std::string_view name; // empty: one without a name here
  std::uint32_t magic = 0;
  fitness is = fitness::unknown;
};

/// Nothing where the folder cannot be looked at; errno says why.
[[nodiscard]] std::optional<file_system> file_system_of(const std::filesystem::path& folder);

} // namespace wardflow::io
