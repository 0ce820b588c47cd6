// SPDX-License-Identifier: Apache-2.0
// A gateway under load: batches on their way to a ward, and what became of them.
//
// Owns     the scans that are not answered yet.
// Promise  a scan keeps its number over every break; what was not answered is sent again, in order.
//          Times of scans never go back.
#pragma once

#include "actors/io/client.hpp"
#include "messages/codec.hpp"
#include "tests/support/ward_rig.hpp"

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

namespace wardflow::test {

class scan_load {
public:
  struct plan {
    std::uint64_t seed = 1;
    std::uint64_t epoch = 1; // of the gateway's numbers: higher for each load of one ward
    std::uint32_t ward = 22366;
    std::uint32_t venues = 50; // scans are of venues 1 to this
    std::uint32_t cards = 2'000;
    std::size_t batch_most = 40;                       // scans in a batch: 1 to this
    std::size_t window = 8;                            // batches on their way
    time_ms pause_ms = 0;                              // between two batches, at least
    std::uint64_t scans_most = 0;                      // so many in all; 0: as long as it runs
    std::function<time_ms(std::uint64_t number)> at{}; // when a scan is; empty: now
  };

  explicit scan_load(plan p) : plan_(std::move(p)), random_(plan_.seed) {
    // nop
  }

  /// To be called before another client is handed in: what is unanswered goes once more.
  void new_link() { sent_ = ups_ = 0; }
  /// Sends and receives for a while.
  void run(io::client& link, time_ms until);
  /// Makes no more, and waits for what is on its way; false: not all was answered in time.
  [[nodiscard]] bool finish(io::client& link, time_ms until);
  /// Somebody goes into this venue with the next batch.
  void visit(std::uint32_t venue) { visits_.push_back(venue); }

  [[nodiscard]] std::uint64_t answered() const { return answered_; }
  [[nodiscard]] std::uint64_t sent() const { return next_ - 1; }
  /// ok; else the node took something for wrong, and nothing goes on.
  [[nodiscard]] code refused() const { return refused_; }

private:
  struct batch {
    std::uint64_t first = 0;
    std::vector<scan> scans;
  };

  void turn(io::client& link, bool makes_more);
  [[nodiscard]] bool has_more() const {
    return plan_.scans_most == 0 || next_ <= plan_.scans_most || !visits_.empty();
  }
  [[nodiscard]] bool may_make() const;
  batch make();

  plan plan_;
  std::mt19937_64 random_;
  std::deque<batch> open_;
  std::vector<std::uint32_t> visits_;
  std::size_t sent_ = 0; // of `open_`, on this connection
  std::uint64_t ups_ = 0;
  time_ms made_at_ = 0;
  std::uint64_t next_ = 1;
  std::uint64_t answered_ = 0;
  code refused_ = code::ok;
};

/// The same in a thread of its own, with a connection of its own, until `finish`.
class load_thread {
public:
  /// The node has been furnished and keeps its endpoints: it may be killed and started meanwhile.
  load_thread(const ward_rig& node, scan_load::plan p);
  ~load_thread();

  void visit(std::uint32_t venue);
  /// Sends no more, and waits until all is answered; false: it was not.
  [[nodiscard]] bool finish(time_ms patience);
  [[nodiscard]] std::uint64_t answered() const { return answered_; }
  [[nodiscard]] std::uint64_t sent() const { return sent_; }
  [[nodiscard]] code refused() const { return refused_; }

private:
  void run(io::client& link);
  void tell();

  scan_load load_;   // the thread's
  std::mutex mutex_; // guards `visits_`
  std::vector<std::uint32_t> visits_;
  std::atomic<std::uint64_t> answered_{0}, sent_{0};
  std::atomic<code> refused_{code::ok};
  std::atomic<bool> stopping_{false}, give_up_{false}, done_{false};
  std::thread thread_;
};

} // namespace wardflow::test
