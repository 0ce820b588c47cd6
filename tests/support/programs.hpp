// SPDX-License-Identifier: Apache-2.0
// Where the programs are that are tested.
#pragma once

#include <cstdlib>
#include <filesystem>

namespace wardflow::test {

/// The folder with wardctl and wardflowd.
inline std::filesystem::path programs() {
  const auto* bin = std::getenv("WARDFLOW_BIN");
  return std::filesystem::absolute(bin != nullptr ? bin : "build/bin");
}

/// The build that they are of.
inline std::filesystem::path build_folder() {
  return programs().parent_path();
}

} // namespace wardflow::test
