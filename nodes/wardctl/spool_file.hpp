// SPDX-License-Identifier: Apache-2.0
// SPOOL FILE: one file that only grows, or is replaced whole; and the lock beside it.
//
//   append ─write, fdatasync─▶ file        replace: <file>.new ─fsync─rename─fsync folder─▶ file
//
// Owns     the open file, and `<file>.lock`, locked as long as this lives.
// Promise  what append or replace returned ok for survives kill -9 and a power cut. After a failed
//          sync every later write fails: what the disk holds is no longer known.
// Bound    none of its own.
#pragma once

#include "actors/io/outcome.hpp"
#include "messages/frame.hpp"

#include <cstdint>
#include <filesystem>
#include <utility>
#include <vector>

namespace wardflow::wardctl {

/// A file descriptor, closed at the end.
class open_file {
public:
  explicit open_file(int fd = -1) : fd_(fd) {}
  open_file(open_file&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  open_file& operator=(open_file&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~open_file();
  [[nodiscard]] int get() const { return fd_; }

private:
  int fd_;
};

class spool_file {
public:
  /// Takes the lock; the file itself may be missing. spool_in_use (another door has it),
  /// file_write_failed.
  [[nodiscard]] static io::outcome<spool_file> open(const std::filesystem::path& file);

  [[nodiscard]] bool exists() const { return data_.get() >= 0; }
  [[nodiscard]] const std::filesystem::path& path() const { return file_; }
  /// Of whole records.
  [[nodiscard]] std::uint64_t size() const { return size_; }

  /// All bytes; then keep(size) cuts what is torn, and makes sure that the rest is on the disk:
  /// what a killed door wrote may not be, and will be sent from now on.
  [[nodiscard]] code read(std::vector<std::byte>& all) const;
  [[nodiscard]] code keep(std::uint64_t size);

  /// file_write_failed: nothing of it is in the file, or nothing more can be written (`broken`).
  [[nodiscard]] code append(bytes record);
  /// A new file with these bytes takes the old one's place. nothing_to_do: no room for a second
  /// file, the old one serves on.
  [[nodiscard]] code replace(bytes content);
  [[nodiscard]] bool broken() const { return broken_; }

private:
  explicit spool_file(std::filesystem::path file) : file_(std::move(file)) {}

  std::filesystem::path file_;
  open_file lock_;
  open_file data_;
  std::uint64_t size_ = 0;
  bool broken_ = false; // a sync failed, or a torn write could not be taken back
};

/// Reads a whole file that another process may be writing. file_missing (or may not be read).
[[nodiscard]] code read_file(const std::filesystem::path& file, std::vector<std::byte>& all);

} // namespace wardflow::wardctl
