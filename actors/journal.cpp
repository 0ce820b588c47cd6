// SPDX-License-Identifier: Apache-2.0
#include "actors/journal.hpp"

#include "actors/io/clock.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace wardflow {

journal_thread::journal_thread(io::store& disk, ports to) :
  disk_(disk), to_(std::move(to)), scans_fit_(disk.room().scans_fit), thread_([this] { run(); }) {
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
  scans_fit_ = disk_.room().scans_fit;
  return done;
}

code journal_thread::commit(scan_round& r, piece* along, std::string& detail) {
  if (r.record_parts.empty() && r.rows.empty())
    return along == nullptr ? code::ok : commit(*along); // only questions and repeats: nothing new
  std::vector<io::put> puts;
  puts.reserve(r.rows.size() + (along == nullptr ? 0 : along->rows.size()));
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
  in.uses_reserve = r.scans.empty(); // an operator's word still fits when scans do not
  auto done = disk_.commit(in, &detail);
  for (auto part : in.record_parts)
    record_bytes_.fetch_add(part.size(), std::memory_order_relaxed);
  if (commits_.fetch_add(1, std::memory_order_relaxed) % 256 == 0)
    scans_fit_ = disk_.room().scans_fit;
  return done;
}

void journal_thread::run() {
  for (;;) {
    round_ptr r;
    piece* along = nullptr;
    {
      std::unique_lock lock{mutex_};
      wake_.wait(lock, [this] { return stopping_ || !queue_.empty() || piece_ != nullptr; });
      along = std::exchange(piece_, nullptr);
      if (queue_.empty() && along == nullptr)
        return;
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
    to_.committed(std::move(r));
  }
}

} // namespace wardflow
