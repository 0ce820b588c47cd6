// SPDX-License-Identifier: Apache-2.0
// JOURNAL: the thread that writes. What it has committed may leave the process.
//
//   WARD --round--> queue --> [one transaction: record, rows, position] --> GATE (replies)
//                                                  └--> READER (verify)
//
// Owns     its thread and queue; it is the only writer of the store.
// Borrows  the store, which outlives it.
// Promise  rounds are committed in order, each in one transaction with what goes along; a round is
//          handed on only after its commit. A failed commit ends the node: nothing is retried.
// Bound    two rounds: GATE has no more on their way.
#pragma once

#include "actors/io/store.hpp"
#include "messages/round.hpp"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace wardflow {

class journal_thread {
public:
  struct ports {
    std::function<void(round_ptr)> committed;
    /// The disk refused: the node ends. Called once, from this thread.
    std::function<void(code, const std::string&)> failed;
  };

  journal_thread(io::store& disk, ports to);
  ~journal_thread();

  /// From any thread; never blocks on the disk.
  void push(round_ptr r);
  /// All that was pushed is committed, then the thread ends.
  void stop();

  [[nodiscard]] bool scans_fit() const { return scans_fit_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t commits() const { return commits_.load(std::memory_order_relaxed); }

  /// Bytes of all records committed since the start.
  [[nodiscard]] std::uint64_t record_bytes() const {
    return record_bytes_.load(std::memory_order_relaxed);
  }

private:
  void run();
  [[nodiscard]] code commit(scan_round& r, std::string& detail);

  io::store& disk_;
  ports to_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<round_ptr> queue_;
  bool stopping_ = false;
  std::atomic<bool> scans_fit_{true};
  std::atomic<std::uint64_t> commits_{0};
  std::atomic<std::uint64_t> record_bytes_{0};
  std::thread thread_;
};

} // namespace wardflow
