// SPDX-License-Identifier: Apache-2.0
// A disk that can fail and lose its power, for the one test that includes this.
//
// The program's own write, fdatasync, fsync, rename and ftruncate stand before the system's. They
// note what is on the disk for certain (the last sync of a file, the last sync of its folder), fail
// where the test wants it, and call the test at every point where the power could go.
#pragma once

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <dirent.h>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace wardflow::test {

struct disk_model {
  std::string folder;            // only files in here are watched
  std::function<void()> instant; // the power could go now
  bool asleep = false;           // the test itself is at work
  std::map<ino_t, std::string> synced;
  std::map<std::string, ino_t> names; // of the folder, at its last sync

  // Faults, each until it is taken back.
  long room = -1; // so many bytes can be written; -1: no limit
  bool sync_fails = false;
  bool truncate_fails = false;
  bool rename_fails = false;
  unsigned syncs = 0;

  [[nodiscard]] bool watches(int fd) const {
    char link[64];
    char path[512];
    std::snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    const auto size = folder.empty() || asleep ? -1 : ::readlink(link, path, sizeof path);
    return size > 0 &&
           std::string{path, static_cast<std::size_t>(size)}.compare(0, folder.size(), folder) == 0;
  }
  void pass() {
    if (!instant || asleep)
      return;
    asleep = true;
    instant();
    asleep = false;
  }
  static std::string content(int fd) {
    std::string all;
    char part[4096];
    for (off_t at = 0;;) {
      const auto n = ::pread(fd, part, sizeof part, at);
      if (n <= 0)
        return all;
      all.append(part, static_cast<std::size_t>(n));
      at += n;
    }
  }
  void note_sync(int fd) {
    ++syncs;
    struct stat facts {};
    ::fstat(fd, &facts);
    if (!S_ISDIR(facts.st_mode)) {
      synced[facts.st_ino] = content(fd);
      return;
    }
    names = names_now();
  }
  [[nodiscard]] std::map<std::string, ino_t> names_now() const {
    std::map<std::string, ino_t> found;
    for (const auto& entry : std::filesystem::directory_iterator{folder}) {
      struct stat facts {};
      if (::stat(entry.path().c_str(), &facts) == 0)
        found[entry.path().filename().string()] = facts.st_ino;
    }
    return found;
  }
  /// What a power cut leaves of file `name`, written into `to`: the synced bytes, and of later ones
  /// as much as chance wants. False: there is no such file.
  bool cut_power(const std::string& name, const std::string& to, std::mt19937_64& random) const {
    const auto now = names_now();
    const auto& chosen = random() % 2 == 0 ? names : now;
    const auto at = chosen.find(name);
    if (at == chosen.end())
      return false;
    std::string bytes;
    if (const auto known = synced.find(at->second); known != synced.end())
      bytes = known->second;
    if (const auto real = now.find(name); real != now.end() && real->second == at->second) {
      std::ifstream in{folder + "/" + name, std::ios::binary};
      const std::string all{std::istreambuf_iterator<char>{in}, {}};
      if (all.size() > bytes.size()) {
        const auto more = random() % (all.size() - bytes.size() + 1);
        auto tail = all.substr(bytes.size(), more);
        if (random() % 3 == 0 && more < all.size() - bytes.size())
          tail.append(all.size() - bytes.size() - more, '\0'); // the size grew, the data did not
        bytes += tail;
      }
    }
    std::ofstream{to, std::ios::binary} << bytes;
    return true;
  }
};

inline disk_model disk;

} // namespace wardflow::test

extern "C" {

ssize_t write(int fd, const void* data, size_t size) {
  auto& d = wardflow::test::disk;
  if (!d.watches(fd))
    return ::syscall(SYS_write, fd, data, size);
  d.pass();
  if (d.room == 0) {
    errno = ENOSPC;
    return -1;
  }
  if (d.room > 0 && size > static_cast<size_t>(d.room))
    size = static_cast<size_t>(d.room);
  const auto half = size / 2; // the power can go in the middle
  if (half > 0 && ::syscall(SYS_write, fd, data, half) != static_cast<long>(half))
    return -1;
  d.pass();
  const auto rest = ::syscall(SYS_write, fd, static_cast<const char*>(data) + half, size - half);
  if (rest < 0)
    return -1;
  d.room -= d.room > 0 ? static_cast<long>(size) : 0;
  d.pass();
  return static_cast<ssize_t>(half) + rest;
}

int fdatasync(int fd) {
  auto& d = wardflow::test::disk;
  if (!d.watches(fd))
    return static_cast<int>(::syscall(SYS_fdatasync, fd));
  if (d.sync_fails) {
    errno = EIO;
    return -1;
  }
  d.pass();
  d.note_sync(fd);
  d.pass();
  return 0;
}

int fsync(int fd) {
  return fdatasync(fd);
}

int rename(const char* from, const char* to) noexcept {
  auto& d = wardflow::test::disk;
  if (d.rename_fails && !d.asleep) {
    errno = EIO;
    return -1;
  }
  d.pass();
  const auto done = static_cast<int>(::syscall(SYS_rename, from, to));
  d.pass();
  return done;
}

int ftruncate(int fd, off_t size) noexcept {
  auto& d = wardflow::test::disk;
  if (d.truncate_fails && d.watches(fd)) {
    errno = EIO;
    return -1;
  }
  return static_cast<int>(::syscall(SYS_ftruncate, fd, size));
}

} // extern "C"
