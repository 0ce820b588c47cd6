// SPDX-License-Identifier: Apache-2.0
#include "actors/io/store_core.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace wardflow::io {

namespace {

constexpr std::string_view ballast_name = "ballast";

// Makes what happened to the folder's entries durable; an unlinked file's room is free only then.
void sync_folder(const std::filesystem::path& folder) {
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0)
    return;
  ::fsync(fd);
  ::close(fd);
}

bool make_file(const std::filesystem::path& path, std::size_t size) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0)
    return false;
  const bool made = ::posix_fallocate(fd, 0, static_cast<off_t>(size)) == 0 && ::fsync(fd) == 0;
  ::close(fd);
  if (!made)
    ::unlink(path.c_str());
  return made;
}

} // namespace

store_core::~store_core() {
  if (env != nullptr)
    mdb_env_close(env);
  if (lock_fd >= 0)
    ::close(lock_fd);
}

std::uint64_t store_core::disk_free() const {
  struct statvfs s {};
  if (::statvfs(options.folder.c_str(), &s) != 0)
    return 0;
  return std::uint64_t{s.f_bavail} * s.f_frsize;
}

bool store_core::free_ballast() {
  if (ballast_there == 0)
    return false;
  if (::unlink(file(ballast_name).c_str()) != 0)
    return false;
  ballast_there = 0;
  sync_folder(options.folder);
  return true;
}

bool store_core::restore_ballast() {
  if (options.read_only || options.ballast_bytes == 0)
    return false;
  if (ballast_there != 0)
    return true;
  struct stat s {};
  const auto path = file(ballast_name);
  const bool found = ::stat(path.c_str(), &s) == 0;
  if (!found || static_cast<std::uint64_t>(s.st_blocks) * 512 < options.ballast_bytes) {
    if (disk_free() < 2 * std::uint64_t{options.ballast_bytes} ||
        !make_file(path, options.ballast_bytes))
      return false;
    sync_folder(options.folder);
  }
  ballast_there = options.ballast_bytes;
  return true;
}

std::uint64_t store_core::live_bytes(MDB_txn* txn) const {
  std::uint64_t pages = 2; // the two meta pages
  std::uint64_t page_bytes = 0;
  const auto add = [&](MDB_dbi dbi) {
    MDB_stat s{};
    if (mdb_stat(txn, dbi, &s) != 0)
      return;
    pages += s.ms_branch_pages + s.ms_leaf_pages + s.ms_overflow_pages;
    page_bytes = s.ms_psize;
  };
  add(0); // the list of free pages ...
  add(1); // ... and the table of tables
  add(journal);
  for (const MDB_dbi dbi : tables)
    add(dbi);
  return pages * page_bytes;
}

std::size_t map_reserve(std::size_t map_bytes) {
  constexpr std::size_t page = 4096;
  return std::clamp<std::size_t>(map_bytes / 16, 512u << 10, 64u << 20) / page * page;
}

code code_of(int rc) {
  switch (rc) {
  case 0:
    return code::ok;
  case MDB_NOTFOUND:
    return code::not_found;
  case MDB_MAP_FULL:
    return code::map_full;
  case ENOSPC:
  case EDQUOT:
    return code::disk_full;
  default:
    return code::store_damaged; // EIO, and everything that LMDB calls corrupt
  }
}

position_key::position_key(std::uint64_t position) {
  for (std::size_t n = 0; n < octets.size(); ++n)
    octets[n] = static_cast<unsigned char>(position >> (8 * (7 - n)));
}

std::array<std::byte, 96> encode_facts(const journal_facts& f) {
  std::array<std::byte, 96> out{};
  const std::array<std::uint64_t, 4> numbers{f.first_position, f.next_position, f.first_round,
                                             f.last_round};
  std::memcpy(out.data(), numbers.data(), 32);
  std::memcpy(out.data() + 32, f.chain_begin.data(), 32);
  std::memcpy(out.data() + 64, f.chain_end.data(), 32);
  return out;
}

bool decode_facts(bytes value, journal_facts& f) {
  if (value.size() != 96)
    return false;
  std::array<std::uint64_t, 4> numbers{};
  std::memcpy(numbers.data(), value.data(), 32);
  f.first_position = numbers[0];
  f.next_position = numbers[1];
  f.first_round = numbers[2];
  f.last_round = numbers[3];
  std::memcpy(f.chain_begin.data(), value.data() + 32, 32);
  std::memcpy(f.chain_end.data(), value.data() + 64, 32);
  return f.first_position >= 1 && f.next_position >= f.first_position;
}

code load_facts(MDB_txn* txn, MDB_dbi meta, journal_facts& f) {
  MDB_val key = val(journal_key);
  MDB_val value{};
  const int rc = mdb_get(txn, meta, &key, &value);
  if (rc == MDB_NOTFOUND) {
    f = {};
    return code::ok;
  }
  if (rc != 0)
    return code_of(rc);
  return decode_facts(view(value), f) ? code::ok : code::store_damaged;
}

int find_chunk(MDB_txn* txn, MDB_dbi journal, std::uint64_t position, bytes& chunk) {
  position_key at{position};
  MDB_val key = at.value();
  MDB_val value{};
  const int rc = mdb_get(txn, journal, &key, &value);
  if (rc == 0)
    chunk = view(value);
  return rc;
}

} // namespace wardflow::io
