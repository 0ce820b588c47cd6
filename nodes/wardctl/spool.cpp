// SPDX-License-Identifier: Apache-2.0
#include "nodes/wardctl/spool.hpp"

#include "nodes/wardctl/spool_record.hpp"

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace wardflow::wardctl {

namespace {

class open_file {
public:
  explicit open_file(int fd = -1) : fd_(fd) {}
  open_file(open_file&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  open_file& operator=(open_file&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~open_file() {
    if (fd_ >= 0)
      ::close(fd_);
  }
  [[nodiscard]] int get() const { return fd_; }

private:
  int fd_;
};

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
    const auto got = ::read(fd, data.data() + have, data.size() - have);
    if (got < 0 && errno == EINTR)
      continue;
    if (got <= 0)
      return false;
    have += static_cast<std::size_t>(got);
  }
  return true;
}

bool sync_folder_of(const std::filesystem::path& file) {
  const auto parent = file.has_parent_path() ? file.parent_path() : std::filesystem::path{"."};
  const open_file folder{::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  return folder.get() >= 0 && ::fsync(folder.get()) == 0;
}

/// `<file>.new` with this one record, on disk; it has not got its name yet.
open_file prepare_file(const std::filesystem::path& file, bytes base) {
  const auto temporary = beside(file, ".new");
  open_file made{
    ::open(temporary.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600)};
  if (made.get() >= 0 && ::fchmod(made.get(), 0600) == 0 && write_all(made.get(), base) &&
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

struct spool::state {
  std::filesystem::path file;
  sealer seal;
  open_file lock;
  open_file data;
  spool_content content;
  std::uint64_t size = 0; // of whole records
  std::uint64_t cut = 0;
  std::uint64_t written_acknowledged = 0;
  bool broken = false; // a sync failed, or a torn write could not be taken back

  [[nodiscard]] std::optional<io::failure> lock_it();
  [[nodiscard]] std::optional<io::failure> make(time_ms now);
  [[nodiscard]] std::optional<io::failure> load();
  [[nodiscard]] code write(spool_record&& record);
  [[nodiscard]] code compact();
};

// -- opening ------------------------------------------------------------------------------------

io::outcome<spool> spool::open(const std::filesystem::path& file, time_ms now, sealer seal) {
  assert(seal);
  auto s = std::make_unique<state>();
  s->file = file;
  s->seal = std::move(seal);
  if (auto problem = s->lock_it())
    return *problem;
  s->data = open_file{::open(file.c_str(), O_RDWR | O_APPEND | O_CLOEXEC)};
  if (s->data.get() < 0 && errno != ENOENT)
    return failed(code::file_write_failed, file, std::strerror(errno));
  if (auto problem = s->data.get() < 0 ? s->make(now) : s->load())
    return *problem;
  s->written_acknowledged = s->content.acknowledged;
  return spool{std::move(s)};
}

std::optional<io::failure> spool::state::lock_it() {
  const auto path = beside(file, ".lock"); // not the file itself: compaction replaces that
  lock = open_file{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
  if (lock.get() < 0)
    return failed(code::file_write_failed, path, std::strerror(errno));
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) == 0)
    return std::nullopt;
  if (errno == EWOULDBLOCK)
    return failed(code::folder_in_use, file, "another door has this spool open");
  return failed(code::file_write_failed, path, std::strerror(errno));
}

std::optional<io::failure> spool::state::make(time_ms now) {
  spool_record base;
  base.epoch = static_cast<std::uint64_t>(std::max<time_ms>(now / second_ms, 1));
  const auto record = encode_spool_record(base);
  data = prepare_file(file, record);
  if (data.get() < 0 || !name_file(file))
    return failed(code::file_write_failed, file, std::strerror(errno));
  size = record.size();
  const auto applied = content.apply(std::move(base));
  assert(applied);
  return std::nullopt;
}

std::optional<io::failure> spool::state::load() {
  std::vector<std::byte> all;
  if (::fchmod(data.get(), 0600) != 0 || !read_all(data.get(), all))
    return failed(code::file_write_failed, file, std::strerror(errno));
  std::size_t good = 0;
  if (read_spool(all, content, good) != code::ok)
    return io::failure{code::spool_damaged,
                       file.string() + ": no good record at byte " + std::to_string(good)};
  size = good;
  cut = all.size() - good;
  if (cut > 0 && ::ftruncate(data.get(), static_cast<off_t>(size)) != 0)
    return failed(code::file_write_failed, file, std::strerror(errno));
  // What a killed door wrote may not be on the disk yet, and will be sent from now on.
  if (::fdatasync(data.get()) != 0)
    return failed(code::file_write_failed, file, std::strerror(errno));
  return std::nullopt;
}

spool::spool(std::unique_ptr<state> s) : state_(std::move(s)) {}
spool::spool(spool&&) noexcept = default;
spool& spool::operator=(spool&&) noexcept = default;
spool::~spool() = default;

// -- writing ------------------------------------------------------------------------------------

/// One record to disk, then into the content.
code spool::state::write(spool_record&& record) {
  if (broken)
    return code::file_write_failed;
  record.acknowledged = content.acknowledged;
  const auto whole = encode_spool_record(record);
  if (!write_all(data.get(), whole)) {
    broken = ::ftruncate(data.get(), static_cast<off_t>(size)) != 0;
    return code::file_write_failed;
  }
  if (::fdatasync(data.get()) != 0) {
    broken = true; // a second sync could say yes to what the first one lost
    return code::file_write_failed;
  }
  size += whole.size();
  const auto applied = content.apply(std::move(record));
  assert(applied);
  written_acknowledged = content.acknowledged;
  return code::ok;
}

code spool::state::compact() {
  if (broken)
    return code::file_write_failed;
  spool_record base;
  base.epoch = content.epoch;
  base.acknowledged = content.acknowledged;
  base.open = content.open;
  const auto record = encode_spool_record(base);
  auto made = prepare_file(file, record);
  if (made.get() < 0)
    return code::ok; // no room for a second file: the old one serves on
  if (!name_file(file)) {
    broken = true; // which of the two files has the name after a power cut is not known
    return code::file_write_failed;
  }
  data = std::move(made);
  size = record.size();
  written_acknowledged = content.acknowledged;
  return code::ok;
}

code spool::append(venue_id venue, time_ms at, direction way, wardflow::flow flow, bytes plain) {
  if (plain.size() > limits::code_bytes_max)
    return code::code_too_long;
  if (state_->content.pending.size() >= scans_max)
    return code::store_full;
  spool_record r;
  r.kind = spool_kind::scan;
  r.epoch = state_->content.epoch;
  r.scan.sequence = state_->content.next;
  r.scan.venue = venue;
  r.scan.at = at;
  r.scan.way = way;
  r.scan.flow = flow;
  r.scan.sealed = state_->seal(plain);
  if (r.scan.sealed.empty() || r.scan.sealed.size() > limits::sealed_bytes_max)
    return code::seal_broken;
  return state_->write(std::move(r));
}

code spool::acknowledge(std::uint64_t epoch, std::uint64_t through) {
  auto& c = state_->content;
  if (epoch != c.epoch || through <= c.acknowledged)
    return code::ok;
  assert(through < c.next);
  c.acknowledge(through);
  if (c.pending.empty() && state_->size > compact_bytes)
    return state_->compact();
  return code::ok;
}

code spool::flush() {
  const auto& c = state_->content;
  if (c.acknowledged == state_->written_acknowledged)
    return code::ok;
  spool_record r;
  r.kind = spool_kind::acknowledged;
  r.epoch = c.epoch;
  return state_->write(std::move(r));
}

code spool::write_epoch(std::uint64_t epoch, std::uint64_t from) {
  const auto& c = state_->content;
  assert(epoch >= c.epoch && (epoch == c.epoch || (from > c.acknowledged && from <= c.next)));
  spool_record r;
  r.kind = spool_kind::epoch;
  r.epoch = epoch;
  r.from = from;
  return state_->write(std::move(r));
}

// -- reading ------------------------------------------------------------------------------------

std::uint64_t spool::epoch() const {
  return state_->content.epoch;
}
bool spool::open_epoch() const {
  return state_->content.open;
}
std::uint64_t spool::acknowledged() const {
  return state_->content.acknowledged;
}
const std::deque<spooled_scan>& spool::pending() const {
  return state_->content.pending;
}
const spooled_scan* spool::find(std::uint64_t id) const {
  const auto& all = pending(); // ids are in order and without a gap
  if (all.empty() || id < all.front().id || id - all.front().id >= all.size())
    return nullptr;
  return &all[id - all.front().id];
}
std::uint64_t spool::cut_bytes() const {
  return state_->cut;
}
std::uint64_t spool::file_bytes() const {
  return state_->size;
}

} // namespace wardflow::wardctl
