// SPDX-License-Identifier: Apache-2.0
// A file that is read whole without being held, and one that grows line by line beside a command.
//
// Owns     the mapping; the descriptor, and what was not written yet.
// Promise  after flush() all is in the file, though not synced. A side file is private (0600).
// Bound    a side file keeps 64 KiB back at most.
#pragma once

#include "actors/io/outcome.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace wardflow::wardctl {

class mapped_file {
public:
  /// file_missing (also: may not be read, or no ordinary file).
  [[nodiscard]] static io::outcome<mapped_file> open(const std::string& name);
  mapped_file(mapped_file&& other) noexcept : text_(std::exchange(other.text_, {})) {}
  mapped_file& operator=(mapped_file&& other) noexcept {
    std::swap(text_, other.text_);
    return *this;
  }
  ~mapped_file();
  [[nodiscard]] std::string_view text() const { return text_; }

private:
  mapped_file() = default;
  std::string_view text_;
};

class side_file {
public:
  side_file() = default;
  /// A new file; one of this name is replaced. file_write_failed.
  [[nodiscard]] static io::outcome<side_file> create(const std::string& name);
  side_file(side_file&& other) noexcept { *this = std::move(other); }
  side_file& operator=(side_file&& other) noexcept;
  ~side_file();

  [[nodiscard]] bool is_open() const { return fd_ >= 0; }
  [[nodiscard]] const std::string& name() const { return name_; }
  void text(std::string_view more);
  void number(std::uint64_t value);
  /// False: something could not be written, now or before.
  [[nodiscard]] bool flush();

private:
  std::string name_;
  int fd_ = -1;
  std::string buffer_;
  bool failed_ = false;
};

} // namespace wardflow::wardctl
