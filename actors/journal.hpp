// SPDX-License-Identifier: Apache-2.0
// JOURNAL: the thread that writes. What it has committed may leave the process.
//
//   WARD --round--> queue --> [one transaction: record, rows, position] --> GATE (replies)
//   READER --piece of a base--> ┘                                      └--> READER (verify)
//
// Owns     its thread and queue, the end of the audit log; it is the only writer of the store.
// Borrows  the store, which outlives it.
// Promise  rounds are committed in order, each in one transaction with what goes along; a round is
//          handed on only after its commit. Where the disk fills up under a round that was let in
//          already, the reserve and the ballast take it, and no more of what fills it (scans,
//          children's entries, bulk) is let in until there is room again. A commit that fails all
//          the same ends the node.
//          A piece of a base goes along with a round, or by itself when there is none; a disk that
//          has no room for it ends nothing. What a round notes for the audit log is rows of the
//          same commit.
// Bound    two rounds: GATE has no more on their way. One piece: READER waits for it.
#pragma once

#include "actors/disk/audit_log.hpp"
#include "actors/io/store.hpp"
#include "messages/round.hpp"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace wardflow {

class journal_thread {
public:
  struct ports {
    std::function<void(round_ptr)> committed;
    /// The disk refused: the node ends. Called once, from this thread.
    std::function<void(code, const std::string&)> failed;
  };

  /// `audit`: loaded.
  journal_thread(io::store& disk, audit_log audit, ports to);
  ~journal_thread();

  /// From any thread; never blocks on the disk.
  void push(round_ptr r);
  /// From READER: commits these rows and this trim, soon, and returns when they are on disk.
  [[nodiscard]] code write_along(std::vector<io::put> rows, std::uint64_t trim_before);
  /// All that was pushed is committed, then the thread ends.
  void stop();

  [[nodiscard]] bool scans_fit() const { return scans_fit_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t commits() const { return commits_.load(std::memory_order_relaxed); }

  /// Bytes of all records committed since the start.
  [[nodiscard]] std::uint64_t record_bytes() const {
    return record_bytes_.load(std::memory_order_relaxed);
  }

private:
  /// A piece of a base on its way. `done` is set under the mutex.
  struct piece {
    std::vector<io::put> rows;
    std::uint64_t trim_before = 0;
    std::optional<code> done;
  };

  void run();
  [[nodiscard]] code commit(scan_round& r, piece* along, std::string& detail);
  [[nodiscard]] code commit(piece& alone);
  void answer(piece& p, code done);
  void look_for_room();
  void end_audit();

  io::store& disk_;
  audit_log audit_; // the thread's own
  ports to_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable written_;
  std::deque<round_ptr> queue_;
  piece* piece_ = nullptr; // READER's, which waits
  bool stopping_ = false;
  std::atomic<bool> scans_fit_{true};
  std::size_t unseen_bytes_ = 0;   // about what was written since the disk was asked for its room
  time_ms looked_at_ = 0;          // monotonic
  std::uint8_t store_percent_ = 0; // of the room that there is; 100: scans do not fit
  std::atomic<std::uint64_t> commits_{0};
  std::atomic<std::uint64_t> record_bytes_{0};
  std::thread thread_;
};

} // namespace wardflow
