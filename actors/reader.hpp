// SPDX-License-Identifier: Apache-2.0
// READER: the thread for long work. It reads the store beside the writer, never in its way.
//
//   JOURNAL --round that asks to be verified--> READER --answer--> GATE
//   JOURNAL --the first round of a day--> READER --pieces of the next base--> JOURNAL
//
// Owns     its thread, which works politely (nice).
// Borrows  the store and the ways to GATE and JOURNAL, which outlive it.
// Promise  an answer is about the round that was asked in, whatever was committed since. A new day
//          moves the base over the days before, judged again; one that differs is never passed.
// Bound    one question and one base wait or are worked on; a second question is answered
//          verify_running.
#pragma once

#include "actors/disk/verify.hpp"
#include "messages/round.hpp"

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace wardflow {

class reader {
public:
  struct ports {
    std::function<void(peer_id, frame_body)> answer;
    write_port write;
    std::function<void(code, const std::string&)> log; // what came of moving a base
  };

  reader(const io::store& disk, unit_code unit, ports to);
  ~reader();

  /// The round has been committed and wants to be verified. JOURNAL's thread.
  void verify(const scan_round& r);
  /// A round with this stamp has been committed. JOURNAL's thread.
  void committed(time_ms stamp);
  /// Gives up what it does and ends its thread; nothing is begun any more.
  void stop();

  /// For `status`. Any thread.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> facts() const;

private:
  struct question {
    peer_id peer{};
    std::uint64_t last_round = 0;
    hash128_value live{};
    answer reply;
  };

  void run();
  void work_on(question q);
  void move_base_to(day_number today);

  const io::store& disk_;
  unit_code unit_;
  ports to_;
  day_number base_day_ = 0; // the day for which a base was asked; JOURNAL's thread
  std::atomic<bool> stopping_{false};

  mutable std::mutex mutex_; // guards what follows, up to the thread
  std::condition_variable wake_;
  std::optional<question> asked_;
  bool answering_ = false;
  std::optional<day_number> wanted_base_;
  std::string base_says_ = "ok";
  std::thread thread_;
};

} // namespace wardflow
