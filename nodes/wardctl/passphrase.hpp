// SPDX-License-Identifier: Apache-2.0
// PASSPHRASE: asked for at the terminal, without being shown; or read from a file, for scripts.
//
// Owns     nothing; the text is wiped when it dies.
// Promise  it never stands on the screen or on a command line. A file that others may read is
//          refused. The terminal is put back, also when the question is broken off.
// Bound    1,024 bytes.
#pragma once

#include "nodes/wardctl/shell.hpp"

#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

namespace wardflow::wardctl {

class passphrase {
public:
  static constexpr std::size_t bytes_least = 12; // of a new one

  explicit passphrase(std::string_view text) : text_(text.begin(), text.end()) {
    // nop
  }
  passphrase(passphrase&&) noexcept = default;
  passphrase& operator=(passphrase&&) noexcept = default;
  passphrase(const passphrase&) = delete;
  passphrase& operator=(const passphrase&) = delete;
  ~passphrase();

  [[nodiscard]] std::string_view text() const { return {text_.data(), text_.size()}; }
  [[nodiscard]] bool operator==(const passphrase& other) const = default;

private:
  std::vector<char> text_; // moved, never copied
};

/// The first line of `file`; where that is empty, what is typed: twice for a `fresh` one. Nothing
/// after `fail`: passphrase_needed, _short, _differs, _open, file_missing, interrupted.
[[nodiscard]] std::optional<passphrase> ask_passphrase(shell& s, const std::filesystem::path& file,
                                                       bool fresh);

} // namespace wardflow::wardctl
