// SPDX-License-Identifier: Apache-2.0
// KEY COPY  a node's key as lines of text for paper or a stick, encrypted with a passphrase.
//
//   wardflow-key 1                                          # a comment
//   01 0150 0000 0003 0000 0400 ... 7d1e  3f2c              number, 16 bytes, checksum
//   ...
//   07 a07c  91aa
//
// Owns     nothing; secrets are wiped when their owners die.
// Promise  without the passphrase nothing can be read of it but the bounds of the work that opening
//          it takes. A line that was typed with a mistake is named; so is one that is missing.
// Bound    a copy has at most 4,096 bytes; opening takes at most 1 GiB and 16 passes, whatever it
//          says.
//
// Key: Argon2id13 of the passphrase; box: XSalsa20-Poly1305 (libsodium's crypto_secretbox).
// Checksum: the first two bytes of BLAKE2b of the line's number and bytes.
#pragma once

#include "actors/io/key_files.hpp"
#include "actors/io/outcome.hpp"
#include "actors/io/pseudonym.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wardflow::io {

struct key_copy {
  key_pair node;
  std::optional<province_key> province;
};

/// How hard it is to try passphrases.
struct copy_work {
  std::uint32_t passes = 3;
  std::uint32_t memory_kib = 256u << 10;
};

/// The lines, ended each; without comments. Internal: no memory for the work.
[[nodiscard]] outcome<std::string> write_key_copy(const key_copy& keys, std::string_view passphrase,
                                                  const copy_work& work = {});

/// key_copy_malformed (no such copy, or another one's lines), key_line_wrong (`detail`: which),
/// passphrase_wrong, internal.
[[nodiscard]] outcome<key_copy> read_key_copy(std::string_view text, std::string_view passphrase);

} // namespace wardflow::io
