// SPDX-License-Identifier: Apache-2.0
// DEVICE FOLDER: what is brought to a door or gateway: its own key pair, and where its node is.
//
//   DIR/key (0600), DIR/key.pub, DIR/target.toml      `wardctl door --target DIR` works with it
//
// Owns     the files that it made, until `keep`: without it they are gone again.
// Promise  an existing folder with anything in it is never touched.
// Bound    none.
#pragma once

#include "actors/io/outcome.hpp"
#include "nodes/wardctl/target.hpp"

#include <filesystem>

namespace wardflow::wardctl {

class device_folder {
public:
  /// `to` without a key: where its scans go, the node's key, a door's venue. folder_exists,
  /// file_write_failed, internal (no random source).
  [[nodiscard]] static io::outcome<device_folder> make(const std::filesystem::path& folder,
                                                       target to);
  ~device_folder();
  device_folder(device_folder&& other) noexcept;
  device_folder& operator=(device_folder&&) = delete;

  [[nodiscard]] const public_key& key() const { return key_; }
  void keep() { kept_ = true; }

private:
  device_folder(std::filesystem::path folder, bool made) : folder_(std::move(folder)), made_(made) {
    // nop
  }

  std::filesystem::path folder_;
  bool made_ = false; // the folder itself, too
  bool kept_ = false;
  public_key key_{};
};

} // namespace wardflow::wardctl
