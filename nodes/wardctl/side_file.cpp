// SPDX-License-Identifier: Apache-2.0
#include "nodes/wardctl/side_file.hpp"

#include <cerrno>
#include <charconv>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace wardflow::wardctl {

namespace {

constexpr std::size_t kept_back = 64u << 10;

io::failure failed(code why, const std::string& name, const char* what) {
  return {why, name + ": " + what};
}

} // namespace

io::outcome<mapped_file> mapped_file::open(const std::string& name) {
  const auto fd = ::open(name.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return failed(code::file_missing, name, std::strerror(errno));
  struct stat facts {};
  const bool ordinary = ::fstat(fd, &facts) == 0 && S_ISREG(facts.st_mode);
  const auto size = ordinary ? static_cast<std::size_t>(facts.st_size) : 0;
  void* at = size == 0 ? nullptr : ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
  ::close(fd);
  if (!ordinary || at == MAP_FAILED)
    return failed(code::file_missing, name, ordinary ? std::strerror(errno) : "no ordinary file");
  if (size > 0)
    ::madvise(at, size, MADV_SEQUENTIAL);
  mapped_file made;
  made.text_ = {static_cast<const char*>(at), size};
  return made;
}

mapped_file::~mapped_file() {
  if (!text_.empty())
    ::munmap(const_cast<char*>(text_.data()), text_.size());
}

io::outcome<side_file> side_file::create(const std::string& name) {
  side_file made;
  made.name_ = name;
  made.fd_ = ::open(name.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
  if (made.fd_ < 0)
    return failed(code::file_write_failed, name, std::strerror(errno));
  return made;
}

side_file& side_file::operator=(side_file&& other) noexcept {
  std::swap(name_, other.name_);
  std::swap(fd_, other.fd_);
  std::swap(buffer_, other.buffer_);
  std::swap(failed_, other.failed_);
  return *this;
}

side_file::~side_file() {
  (void)flush();
  if (fd_ >= 0)
    ::close(fd_);
}

void side_file::text(std::string_view more) {
  if (fd_ < 0)
    return;
  buffer_ += more;
  if (buffer_.size() >= kept_back)
    (void)flush();
}

void side_file::number(std::uint64_t value) {
  char digits[24];
  const auto end = std::to_chars(std::begin(digits), std::end(digits), value).ptr;
  text({digits, static_cast<std::size_t>(end - digits)});
}

bool side_file::flush() {
  std::string_view rest = buffer_;
  while (!rest.empty()) {
    const auto done = ::write(fd_, rest.data(), rest.size());
    if (done < 0 && errno == EINTR)
      continue;
    failed_ = failed_ || done <= 0;
    if (done <= 0)
      break;
    rest.remove_prefix(static_cast<std::size_t>(done));
  }
  buffer_.clear();
  return !failed_;
}

} // namespace wardflow::wardctl
