// SPDX-License-Identifier: Apache-2.0
#include "actors/journal.hpp"

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

code journal_thread::commit(scan_round& r, std::string& detail) {
  if (r.record_parts.empty() && r.rows.empty())
    return code::ok; // only questions and repeats: nothing new
  std::vector<io::put> puts;
  puts.reserve(r.rows.size());
  for (auto& row : r.rows)
    puts.push_back(
      {static_cast<io::table>(row.table), std::move(row.key), std::move(row.value), row.erase});
  io::commit_input in;
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
    {
      std::unique_lock lock{mutex_};
      wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (queue_.empty())
        return;
      r = std::move(queue_.front());
      queue_.pop_front();
    }
    std::string detail;
    if (auto done = commit(*r, detail); done != code::ok) {
      to_.failed(done, detail);
      return;
    }
    to_.committed(std::move(r));
  }
}

} // namespace wardflow
