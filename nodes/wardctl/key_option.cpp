// SPDX-License-Identifier: Apache-2.0
#include "nodes/wardctl/key_option.hpp"

#include "actors/io/key_files.hpp"
#include "actors/io/key_text.hpp"
#include "nodes/wardctl/new_file.hpp"

#include <filesystem>

namespace wardflow::wardctl {

namespace {

constexpr std::size_t key_file_bytes_max = 1024;

} // namespace

io::outcome<public_key> public_key_of(const std::string& given) {
  std::error_code ignored;
  std::filesystem::path file{given};
  if (!std::filesystem::exists(file, ignored)) {
    if (auto key = io::parse_key(given))
      return *key;
  } else if (std::filesystem::path open_half{given + ".pub"};
             std::filesystem::exists(open_half, ignored)) {
    file = open_half;
  } else if (auto text = read_file(file, key_file_bytes_max);
             text && text->find("secret key") != std::string::npos) {
    return io::failure{code::key_is_secret, given};
  }
  return io::load_public_key(file);
}

} // namespace wardflow::wardctl
