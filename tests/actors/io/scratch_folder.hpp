// SPDX-License-Identifier: Apache-2.0
// A new folder for one test's files, gone with it.
#pragma once

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <stdlib.h>

namespace wardflow::io {

struct scratch_folder {
  scratch_folder() {
    auto name = (std::filesystem::temp_directory_path() / "wardflow-XXXXXX").string();
    BOOST_REQUIRE(::mkdtemp(name.data()) != nullptr);
    path = name;
  }
  scratch_folder(const scratch_folder&) = delete;
  scratch_folder& operator=(const scratch_folder&) = delete;
  ~scratch_folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }

  std::filesystem::path write(const std::string& name, const std::string& text,
                              unsigned mode = 0600) {
    auto file = path / name;
    std::ofstream{file, std::ios::binary} << text;
    std::filesystem::permissions(file, static_cast<std::filesystem::perms>(mode));
    return file;
  }
  static std::string text_of(const std::filesystem::path& file) {
    std::ifstream in{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
  }
  static unsigned mode_of(const std::filesystem::path& file) {
    return static_cast<unsigned>(std::filesystem::status(file).permissions());
  }

  std::filesystem::path path;
};

} // namespace wardflow::io
