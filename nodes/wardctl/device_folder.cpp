// SPDX-License-Identifier: Apache-2.0
#include "nodes/wardctl/device_folder.hpp"

#include "actors/io/key_files.hpp"

#include <utility>

namespace wardflow::wardctl {

namespace {

namespace fs = std::filesystem;

constexpr const char* names[]{"target.toml", "key.pub", "key"};

} // namespace

device_folder::device_folder(device_folder&& other) noexcept :
  folder_(std::move(other.folder_)),
  made_(other.made_),
  kept_(std::exchange(other.kept_, true)),
  key_(other.key_) {
  // nop
}

device_folder::~device_folder() {
  if (kept_)
    return;
  std::error_code ignored;
  for (const auto* name : names)
    fs::remove(folder_ / name, ignored);
  if (made_)
    fs::remove(folder_, ignored);
}

io::outcome<device_folder> device_folder::make(const fs::path& folder, target to) {
  std::error_code error;
  if (fs::exists(folder, error) &&
      (!fs::is_directory(folder, error) || !fs::is_empty(folder, error)))
    return io::failure{code::folder_exists, folder.string()};
  auto made = fs::create_directories(folder, error);
  if (error)
    return io::failure{code::file_write_failed, folder.string() + ": " + error.message()};
  device_folder result{folder, made};
  fs::permissions(folder, fs::perms::owner_all, error);
  auto pair = io::generate_key_pair();
  if (!pair)
    return pair.why();
  if (auto written = io::write_key_pair(folder / "key", *pair); !written)
    return written.why();
  result.key_ = pair->open;
  to.key = "key";
  to.control.clear();
  if (auto written = write_target(folder / "target.toml", to); written != code::ok)
    return io::failure{written, (folder / "target.toml").string()};
  return result;
}

} // namespace wardflow::wardctl
