// SPDX-License-Identifier: Apache-2.0
// AUDITOR: the thread that answers questions about the audit log, from the disk.
//
//   JOURNAL --round that asks--> AUDITOR --rows, or whether the chain is whole--> GATE
//
// Owns     its thread, which works politely (nice).
// Borrows  the store and the way to GATE, which outlive it.
// Promise  an answer has the rows of the round that asked, and of all before it.
// Bound    questions_max questions wait; one more is answered too_many_outstanding. A page has at
//          most `rows_per_command_max` rows; a walk reads 64 MiB, in short transactions.
//
// Why not READER: a ward's READER may judge a whole journal for an hour, and an area has none.
#pragma once

#include "actors/disk/audit_log.hpp"
#include "messages/round.hpp"

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace wardflow {

class auditor {
public:
  static constexpr std::size_t questions_max = 16;
  using answer_port = std::function<void(peer_id, frame_body)>;

  auditor(const io::store& disk, answer_port to);
  ~auditor();

  /// The round is on disk; it may ask something. JOURNAL's thread.
  void committed(const scan_round& r);
  /// Gives up what waits, and ends its thread.
  void stop();

private:
  struct question {
    peer_id peer{};
    command_id id{};
    query what;
    time_ms stamp = 0;
  };

  void run();
  [[nodiscard]] answer answer_to(const question& q) const;

  const io::store& disk_;
  answer_port to_;
  std::mutex mutex_; // guards what follows, up to the thread
  std::condition_variable wake_;
  std::deque<question> waiting_;
  bool stopping_ = false;
  std::thread thread_;
};

/// The answer of a store to audit_list, asked at this time; without id and node time.
[[nodiscard]] answer answer_audit_query(const io::store& disk, const query& q, time_ms now);

} // namespace wardflow
