// SPDX-License-Identifier: Apache-2.0
// PROVINCE KEY: turns a person's stable key into the 64-bit pseudonym that alone is stored.
//
//   stable_key ── SipHash-2-4 under the province's key ──▶ card_id
//
// Owns:    the 16 key bytes, in locked, guarded memory that is kept out of core dumps and wiped
//          when the object dies.
// Borrows: nothing.
// Promise: the same person has the same pseudonym from a scan, an import and a query, on every
//          node of the province; without the key nobody can go back. Who has the key can undo
//          every pseudonym in minutes, by trying all ID numbers.
// Bound:   a key file has at most 1,024 bytes.
//
// File, mode 0600, the same on every node of a province:
//   # a comment, any number of such lines
//   32 hexadecimal digits
#pragma once

#include "messages/code.hpp"
#include "messages/ids.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <utility>

namespace wardflow {

struct province_key_result;

/// Movable, not copyable: one owner per key. A moved-from key may only be destroyed or assigned.
class province_key {
public:
  static constexpr std::size_t bytes = 16;

  /// Reads a key file. Problems: key_file_missing (also: may not be read),
  /// key_file_open_to_others (group or others have any right), key_file_malformed (not a plain
  /// file, not one line of 32 digits, all zeros), internal (no memory to lock).
  [[nodiscard]] static province_key_result load(const std::filesystem::path& file);

  /// A new key from the system's random source. Problems: internal.
  [[nodiscard]] static province_key_result generate();

  /// A copy for `wardctl keys export`, which encrypts and wipes it; and back. Problems:
  /// key_file_malformed (all zeros), internal.
  void copy_to(std::span<std::uint8_t, bytes> out) const;
  [[nodiscard]] static province_key_result copy_of(std::span<const std::uint8_t, bytes> from);

  /// Writes a new file with mode 0600 and syncs it and its folder. An existing file is never
  /// touched: already_so. Any other failure: file_write_failed, and no file is left.
  [[nodiscard]] code write(const std::filesystem::path& file) const;

  /// Never 0, which stands for "no card".
  [[nodiscard]] card_id pseudonym(std::string_view stable_key_text) const;

  /// Both are the same key. In constant time.
  [[nodiscard]] bool operator==(const province_key& other) const;

private:
  struct wiping_free {
    void operator()(unsigned char* memory) const;
  };
  using secret = std::unique_ptr<unsigned char, wiping_free>;

  explicit province_key(secret key) : key_(std::move(key)) {}
  static secret allocate();

  secret key_;
};

/// `problem` is ok exactly when `key` is there.
struct province_key_result {
  code problem = code::ok;
  std::optional<province_key> key;
};

} // namespace wardflow
