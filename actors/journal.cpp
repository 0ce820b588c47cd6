// SPDX-License-Identifier: Apache-2.0
#include "actors/journal.hpp"

#include "actors/io/clock.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

namespace wardflow {

namespace {

// The disk is asked for its room each time about so much was written: far less than the ballast. A
// commit writes some pages and checkpoints beside its record.
constexpr std::size_t unseen_bytes_max = std::size_t{4} << 20;
constexpr std::size_t beside_a_record = std::size_t{64} << 10;

// So long a full disk is left alone before it is asked again.
constexpr std::chrono::seconds full_wait{1};
constexpr time_ms full_wait_ms = second_ms; // ... also while rounds come that write nothing

} // namespace

journal_thread::journal_thread(io::store& disk, audit_log audit, ports to) :
  disk_(disk),
  audit_(std::move(audit)),
  to_(std::move(to)),
  scans_fit_(disk.room().scans_fit),
  thread_([this] { run(); }) {
  // nop
}

journal_thread::~journal_thread() {
  stop();
}

void journal_thread::push(round_ptr r) {
  {
    std::lock_guard lock{mutex_};
    queue_.push_back(std::move(r));
  }
  wake_.notify_one();
}

void journal_thread::stop() {
  {
    std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable())
    thread_.join();
}

code journal_thread::write_along(std::vector<io::put> rows, std::uint64_t trim_before) {
  piece mine{std::move(rows), trim_before, std::nullopt};
  std::unique_lock lock{mutex_};
  if (stopping_)
    return code::node_stopping;
  piece_ = &mine;
  wake_.notify_one();
  written_.wait(lock, [&] { return mine.done.has_value(); });
  return *mine.done;
}

void journal_thread::answer(piece& p, code done) {
  {
    std::lock_guard lock{mutex_};
    p.done = done;
  }
  written_.notify_one();
}

code journal_thread::commit(piece& alone) {
  io::commit_input in;
  in.puts = alone.rows;
  in.trim_before = alone.trim_before;
  in.uses_reserve = true; // a base is how room is made
  commits_.fetch_add(1, std::memory_order_relaxed);
  auto done = disk_.commit(in);
  look_for_room();
  return done;
}

/// Scans are let in where there is room for them; the ballast is taken back as soon as it fits.
void journal_thread::look_for_room() {
  unseen_bytes_ = 0;
  looked_at_ = io::monotonic_ms();
  if (!scans_fit_)
    static_cast<void>(disk_.restore_ballast());
  auto room = disk_.room();
  scans_fit_ = room.scans_fit;
  auto reach = std::max<std::uint64_t>(room.file_bytes + room.disk_free_bytes, 1);
  auto filled = std::max<std::uint64_t>(room.map_percent(), room.live_bytes * 100 / reach);
  store_percent_ = static_cast<std::uint8_t>(!scans_fit_ || filled > 100 ? 100 : filled);
}

code journal_thread::commit(scan_round& r, piece* along, std::string& detail) {
  std::vector<io::put> puts;
  audit_.append(std::move(r.audit), r.number, r.stamp, puts);
  if (r.record_parts.empty() && r.rows.empty() && puts.empty())
    return along == nullptr ? code::ok : commit(*along); // only questions and repeats: nothing new
  puts.reserve(puts.size() + r.rows.size() + (along == nullptr ? 0 : along->rows.size()));
  for (auto& row : r.rows)
    puts.push_back(
      {static_cast<io::table>(row.table), std::move(row.key), std::move(row.value), row.erase});
  if (along != nullptr)
    std::move(along->rows.begin(), along->rows.end(), std::back_inserter(puts));
  io::commit_input in;
  in.trim_before = along == nullptr ? 0 : along->trim_before;
  in.round = r.record_parts.empty() ? 0 : r.number;
  in.record_parts = r.record_parts;
  in.puts = puts;
  in.uses_reserve = r.scans.empty() && !r.fills; // an operator's word fits when scans do not
  auto done = disk_.commit(in, &detail);
  auto full = done == code::disk_full || done == code::map_full;
  if (full && !in.uses_reserve) {
    in.uses_reserve = true; // nothing of it happened; it was let in, so it is kept
    done = disk_.commit(in, &detail);
  }
  std::size_t size = 0;
  for (auto part : in.record_parts)
    size += part.size();
  for (auto& row : puts) // an area's records are its rows
    unseen_bytes_ += row.key.size() + row.value.size();
  record_bytes_.fetch_add(size, std::memory_order_relaxed);
  commits_.fetch_add(1, std::memory_order_relaxed);
  unseen_bytes_ += size + beside_a_record;
  if (full || unseen_bytes_ >= unseen_bytes_max)
    look_for_room();
  return done;
}

/// What was counted and has no row yet, at a stop; a disk without room for it loses a number.
void journal_thread::end_audit() {
  std::vector<io::put> rows;
  audit_.end(rows);
  io::commit_input in;
  in.puts = rows;
  in.uses_reserve = true;
  if (!rows.empty())
    static_cast<void>(disk_.commit(in));
}

void journal_thread::run() {
  look_for_room();
  for (;;) {
    round_ptr r;
    piece* along = nullptr;
    {
      std::unique_lock lock{mutex_};
      auto something = [this] { return stopping_ || !queue_.empty() || piece_ != nullptr; };
      while (!scans_fit_ && !wake_.wait_for(lock, full_wait, something)) {
        lock.unlock();
        look_for_room();
        lock.lock();
      }
      wake_.wait(lock, something);
      along = std::exchange(piece_, nullptr);
      if (queue_.empty() && along == nullptr)
        break;
      if (!queue_.empty()) {
        r = std::move(queue_.front());
        queue_.pop_front();
      }
    }
    if (r == nullptr) {
      auto done = commit(*along);
      answer(*along, done);
      if (done == code::store_damaged)
        return to_.failed(done, "a piece of the base");
      continue;
    }
    std::string detail;
    r->times.commit_begun = io::monotonic_ns();
    auto done = commit(*r, along, detail);
    r->times.committed = io::monotonic_ns();
    if (along != nullptr)
      answer(*along, done);
    if (done != code::ok)
      return to_.failed(done, detail);
    if (!scans_fit_ && io::monotonic_ms() - looked_at_ >= full_wait_ms)
      look_for_room();
    r->store_percent = store_percent_;
    to_.committed(std::move(r));
  }
  end_audit();
}

} // namespace wardflow
