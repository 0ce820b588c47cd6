// SPDX-License-Identifier: Apache-2.0
#include "nodes/wardctl/spool.hpp"

#include "nodes/wardctl/spool_file.hpp"
#include "nodes/wardctl/spool_record.hpp"

#include <algorithm>
#include <cassert>
#include <string>
#include <utility>

namespace wardflow::wardctl {

namespace {

io::failure damaged(const std::filesystem::path& file, std::size_t good) {
  return {code::spool_damaged, file.string() + ": no good record at byte " + std::to_string(good)};
}

io::failure not_written(const std::filesystem::path& file) {
  return {code::file_write_failed, file.string()};
}

void add_bytes(std::vector<std::byte>& to, const spool_record& record) {
  const auto whole = encode_spool_record(record);
  to.insert(to.end(), whole.begin(), whole.end());
}

} // namespace

struct spool::parts {
  spool_file file;
  sealer seal;
  spool_content content;
  std::uint64_t cut = 0;
  std::uint64_t written_acknowledged = 0;
  std::uint64_t look_at_bytes = compact_bytes; // the file's size that makes compaction worth a look

  [[nodiscard]] code make(time_ms now);
  [[nodiscard]] std::optional<io::failure> load();
  [[nodiscard]] code write(spool_record&& record);
  [[nodiscard]] code compact();
};

// -- opening ------------------------------------------------------------------------------------

io::outcome<spool> spool::open(const std::filesystem::path& file, time_ms now, sealer seal) {
  assert(seal);
  auto opened = spool_file::open(file);
  if (!opened)
    return opened.why();
  auto p = std::make_unique<parts>(parts{std::move(*opened), std::move(seal), {}});
  if (!p->file.exists()) {
    if (p->make(now) != code::ok)
      return not_written(file);
  } else if (auto problem = p->load()) {
    return *problem;
  }
  p->written_acknowledged = p->content.state.acknowledged;
  return spool{std::move(p)};
}

code spool::parts::make(time_ms now) {
  spool_record base;
  base.state.epoch = static_cast<std::uint64_t>(std::max<time_ms>(now / second_ms, 1));
  if (auto bad = file.replace(encode_spool_record(base)); bad != code::ok)
    return bad;
  const auto applied = content.apply(std::move(base));
  assert(applied);
  return code::ok;
}

std::optional<io::failure> spool::parts::load() {
  std::vector<std::byte> all;
  if (file.read(all) != code::ok)
    return not_written(file.path());
  std::size_t good = 0;
  if (read_spool(all, content, good) != code::ok)
    return damaged(file.path(), good);
  cut = all.size() - good;
  if (file.keep(good) != code::ok)
    return not_written(file.path());
  return std::nullopt;
}

spool::spool(std::unique_ptr<parts> p) : parts_(std::move(p)) {}
spool::spool(spool&&) noexcept = default;
spool& spool::operator=(spool&&) noexcept = default;
spool::~spool() = default;

// -- writing ------------------------------------------------------------------------------------

/// One record to disk, then into the content.
code spool::parts::write(spool_record&& record) {
  if (auto bad = file.append(encode_spool_record(record)); bad != code::ok)
    return bad;
  const auto applied = content.apply(std::move(record));
  assert(applied);
  written_acknowledged = content.state.acknowledged;
  return code::ok;
}

/// The file made new, from what still waits, where that is less than half of it.
code spool::parts::compact() {
  if (file.size() <= look_at_bytes)
    return code::ok;
  std::vector<std::byte> fresh;
  spool_record r;
  r.state = content.state;
  add_bytes(fresh, r);
  r.kind = spool_kind::scan;
  for (const auto& scan : content.pending) {
    r.scan = scan;
    add_bytes(fresh, r);
    if (fresh.size() > file.size() / 2)
      break;
  }
  look_at_bytes = 2 * file.size();
  if (fresh.size() > file.size() / 2)
    return code::ok;
  auto bad = file.replace(fresh);
  if (bad == code::nothing_to_do)
    return code::ok;
  if (bad == code::ok) {
    look_at_bytes = std::max(compact_bytes, 2 * file.size());
    written_acknowledged = content.state.acknowledged;
  }
  return bad;
}

code spool::append(venue_id venue, time_ms at, direction way, wardflow::flow flow, bytes plain) {
  const auto& c = parts_->content;
  if (c.pending.size() >= scans_max)
    return code::spool_full;
  spool_record r;
  r.kind = spool_kind::scan;
  r.state.epoch = c.state.epoch;
  r.state.acknowledged = c.state.acknowledged;
  r.scan.sequence = c.next;
  r.scan.venue = venue;
  r.scan.at = at;
  r.scan.way = way;
  r.scan.flow = flow;
  r.scan.sealed = parts_->seal(plain.first(std::min(plain.size(), spool_code_bytes_max)));
  if (r.scan.sealed.empty() || r.scan.sealed.size() > spool_sealed_bytes_max)
    return code::seal_broken;
  return parts_->write(std::move(r));
}

code spool::acknowledge(std::uint64_t epoch, std::uint64_t through) {
  auto& c = parts_->content;
  if (epoch != c.state.epoch || through <= c.state.acknowledged)
    return code::ok;
  assert(through < c.next);
  c.acknowledge(through);
  return parts_->compact();
}

code spool::flush() {
  const auto& c = parts_->content;
  if (c.state.acknowledged == parts_->written_acknowledged)
    return code::ok;
  spool_record r;
  r.kind = spool_kind::acknowledged;
  r.state.epoch = c.state.epoch;
  r.state.acknowledged = c.state.acknowledged;
  return parts_->write(std::move(r));
}

code spool::write_epoch(send_state next, std::uint64_t from) {
  const auto& c = parts_->content;
  spool_record r;
  r.kind = spool_kind::epoch;
  r.state = std::move(next);
  r.state.open = true;
  r.from = r.state.epoch == c.state.epoch ? 0 : from;
  r.state.acknowledged = r.state.epoch == c.state.epoch ? c.state.acknowledged : 0;
  assert(spool_content{c}.apply(spool_record{r}));
  return parts_->write(std::move(r));
}

// -- reading ------------------------------------------------------------------------------------

const send_state& spool::state() const {
  return parts_->content.state;
}
const std::deque<spooled_scan>& spool::pending() const {
  return parts_->content.pending;
}
const spooled_scan* spool::find(std::uint64_t id) const {
  const auto& all = pending(); // ids are in order and without a gap
  if (all.empty() || id < all.front().id || id - all.front().id >= all.size())
    return nullptr;
  return &all[id - all.front().id];
}
std::uint64_t spool::cut_bytes() const {
  return parts_->cut;
}
std::uint64_t spool::file_bytes() const {
  return parts_->file.size();
}
bool spool::broken() const {
  return parts_->file.broken();
}

io::outcome<spool_glance> glance_at_spool(const std::filesystem::path& file) {
  std::vector<std::byte> all;
  if (auto bad = read_file(file, all); bad != code::ok)
    return io::failure{bad, file.string()};
  spool_content content;
  std::size_t good = 0;
  if (read_spool(all, content, good) != code::ok)
    return damaged(file, good);
  spool_glance out;
  out.state = content.state;
  out.waiting = content.pending.size();
  for (const auto& scan : content.pending) {
    out.oldest = out.oldest == 0 ? scan.at : std::min(out.oldest, scan.at);
    out.newest = std::max(out.newest, scan.at);
  }
  out.file_bytes = all.size();
  return out;
}

} // namespace wardflow::wardctl
