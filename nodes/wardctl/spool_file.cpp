// SPDX-License-Identifier: Apache-2.0
#include "nodes/wardctl/spool_file.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace wardflow::wardctl {

namespace {

io::failure failed(code reason, const std::filesystem::path& path, const char* what) {
  return {reason, path.string() + ": " + what};
}

std::filesystem::path beside(const std::filesystem::path& file, const char* ending) {
  return file.string() + ending;
}

bool write_all(int fd, bytes data) {
  while (!data.empty()) {
    const auto done = ::write(fd, data.data(), data.size());
    if (done < 0 && errno == EINTR)
      continue;
    if (done <= 0)
      return false;
    data = data.subspan(static_cast<std::size_t>(done));
  }
  return true;
}

bool read_all(int fd, std::vector<std::byte>& data) {
  struct stat facts {};
  if (::fstat(fd, &facts) != 0)
    return false;
  data.resize(static_cast<std::size_t>(facts.st_size));
  std::size_t have = 0;
  while (have < data.size()) {
    const auto got = ::pread(fd, data.data() + have, data.size() - have, static_cast<off_t>(have));
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return false;
    if (got == 0)
      break; // cut meanwhile
    have += static_cast<std::size_t>(got);
  }
  data.resize(have);
  return true;
}

bool sync_folder_of(const std::filesystem::path& file) {
  const auto parent = file.has_parent_path() ? file.parent_path() : std::filesystem::path{"."};
  const open_file folder{::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  return folder.get() >= 0 && ::fsync(folder.get()) == 0;
}

/// `<file>.new` with this content, on disk; it has not got its name yet.
open_file prepare_file(const std::filesystem::path& file, bytes content) {
  const auto temporary = beside(file, ".new");
  open_file made{
    ::open(temporary.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600)};
  if (made.get() >= 0 && ::fchmod(made.get(), 0600) == 0 && write_all(made.get(), content) &&
      ::fsync(made.get()) == 0)
    return made;
  const auto why = errno;
  ::unlink(temporary.c_str());
  errno = why;
  return open_file{};
}

bool name_file(const std::filesystem::path& file) {
  return ::rename(beside(file, ".new").c_str(), file.c_str()) == 0 && sync_folder_of(file);
}

} // namespace

open_file::~open_file() {
  if (fd_ >= 0)
    ::close(fd_);
}

io::outcome<spool_file> spool_file::open(const std::filesystem::path& file) {
  spool_file made{file};
  const auto path = beside(file, ".lock"); // not the file itself: replacing changes that
  made.lock_ = open_file{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
  if (made.lock_.get() < 0)
    return failed(code::file_write_failed, path, std::strerror(errno));
  if (::flock(made.lock_.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK)
      return io::failure{code::spool_in_use, file.string()};
    return failed(code::file_write_failed, path, std::strerror(errno));
  }
  made.data_ = open_file{::open(file.c_str(), O_RDWR | O_APPEND | O_CLOEXEC)};
  if ((made.data_.get() < 0 && errno != ENOENT) ||
      (made.data_.get() >= 0 && ::fchmod(made.data_.get(), 0600) != 0))
    return failed(code::file_write_failed, file, std::strerror(errno));
  return made;
}

code spool_file::read(std::vector<std::byte>& all) const {
  return read_all(data_.get(), all) ? code::ok : code::file_write_failed;
}

code spool_file::keep(std::uint64_t size) {
  if (::ftruncate(data_.get(), static_cast<off_t>(size)) != 0 || ::fdatasync(data_.get()) != 0)
    return code::file_write_failed;
  size_ = size;
  return code::ok;
}

code spool_file::append(bytes record) {
  if (broken_)
    return code::file_write_failed;
  if (!write_all(data_.get(), record)) {
    broken_ = ::ftruncate(data_.get(), static_cast<off_t>(size_)) != 0;
    return code::file_write_failed;
  }
  if (::fdatasync(data_.get()) != 0) {
    broken_ = true; // a second sync could say yes to what the first one lost
    return code::file_write_failed;
  }
  size_ += record.size();
  return code::ok;
}

code spool_file::replace(bytes content) {
  if (broken_)
    return code::file_write_failed;
  auto made = prepare_file(file_, content);
  if (made.get() < 0)
    return exists() ? code::nothing_to_do : code::file_write_failed;
  if (!name_file(file_)) {
    broken_ = true; // which of the two files has the name after a power cut is not known
    return code::file_write_failed;
  }
  data_ = std::move(made);
  size_ = content.size();
  return code::ok;
}

code read_file(const std::filesystem::path& file, std::vector<std::byte>& all) {
  const open_file data{::open(file.c_str(), O_RDONLY | O_CLOEXEC)};
  if (data.get() < 0 || !read_all(data.get(), all))
    return code::file_missing;
  return code::ok;
}

} // namespace wardflow::wardctl
