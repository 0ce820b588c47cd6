// SPDX-License-Identifier: Apache-2.0
#include "nodes/wardctl/new_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>

namespace wardflow::wardctl {

namespace {

bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    auto done = ::write(descriptor, text.data(), text.size());
    if (done < 0 && errno == EINTR)
      continue;
    if (done <= 0)
      return false;
    text.remove_prefix(static_cast<std::size_t>(done));
  }
  return ::fsync(descriptor) == 0;
}

} // namespace

code write_new_file(const std::filesystem::path& file, std::string_view text) {
  auto descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0)
    return errno == EEXIST ? code::file_exists : code::file_write_failed;
  auto written = write_all(descriptor, text);
  written = ::close(descriptor) == 0 && written;
  if (written)
    return code::done;
  ::unlink(file.c_str());
  return code::file_write_failed;
}

std::optional<std::string> read_file(const std::filesystem::path& file, std::size_t bytes_max) {
  std::error_code ignored;
  if (std::filesystem::is_directory(file, ignored))
    return std::nullopt;
  std::ifstream in{file, std::ios::binary};
  std::string text;
  char piece[64u << 10];
  while (in.read(piece, sizeof piece), in.gcount() > 0) {
    text.append(piece, static_cast<std::size_t>(in.gcount()));
    if (text.size() > bytes_max)
      return std::nullopt;
  }
  return in.eof() ? std::optional{std::move(text)} : std::nullopt;
}

} // namespace wardflow::wardctl
