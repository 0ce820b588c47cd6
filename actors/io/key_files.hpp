// SPDX-License-Identifier: Apache-2.0
// KEY FILES: a Curve25519 key pair on disk, for CURVE sockets and for seals alike.
//
//   FILE      mode 0600: comment lines ("# ..."), then the secret key, 64 hexadecimal digits
//   FILE.pub  mode 0644: the same with the public key, to hand out
//
// Owns     nothing; key_pair wipes its secret when it dies.
// Promise  a secret is never written over, and never read from a file that others may read.
// Bound    a key file has at most 1,024 bytes.
#pragma once

#include "actors/io/outcome.hpp"
#include "messages/command.hpp"

#include <array>
#include <cstdint>
#include <filesystem>

namespace wardflow::io {

struct key_pair {
  public_key open{}; // the public half
  std::array<std::uint8_t, 32> secret{};

  key_pair() = default;
  key_pair(const key_pair&) = default;
  key_pair& operator=(const key_pair&) = default;
  ~key_pair();
};

/// From the system's random source.
[[nodiscard]] outcome<key_pair> generate_key_pair();

/// Writes both files and syncs them and their folder. already_so: FILE or FILE.pub exists, and
/// nothing was touched. file_write_failed: neither is left.
[[nodiscard]] outcome<public_key> write_key_pair(const std::filesystem::path& file,
                                                 const key_pair& keys);

/// key_file_missing (also: may not be read), key_file_open_to_others (group or others have any
/// right), key_file_malformed (also: FILE.pub is there and belongs to another key).
[[nodiscard]] outcome<key_pair> load_key_pair(const std::filesystem::path& file);

/// Reads FILE.pub, or any file with one public key (hex or Z85); its mode does not matter.
/// key_file_missing, key_file_malformed.
[[nodiscard]] outcome<public_key> load_public_key(const std::filesystem::path& file);

} // namespace wardflow::io
