// SPDX-License-Identifier: Apache-2.0
// FEED: the thread that reads this node's logs for others: children and supervisors.
//
//   GATE --orders of a round that is on disk--> FEED --LinkBatch--> GATE --> child or supervisor
//               store: logs, facts (read transactions) --┘
//
// Owns     its thread, and the desk that knows the readers (feed_desk.hpp). Nothing of it is
//          durable: a reader that comes back says where it stands.
// Borrows  the store and the way to GATE, which outlive it.
// Promise  the desk's; a reader that stops reading costs its window, and slows nobody.
// Bound    the desk's.
#pragma once

#include "actors/disk/fact_reader.hpp"
#include "actors/disk/log_reader.hpp"
#include "actors/logic/feed_desk.hpp"
#include "messages/round.hpp"

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace wardflow {

class feed {
public:
  struct ports {
    std::function<void(peer_id, frame_kind, frame_body)> send;
    std::function<void(const std::string&)> unreadable; // an entry of a log: log/lane/offset
    unit_code unit{};                                   // this node's
  };

  feed(const io::store& disk, ports to);
  ~feed();

  /// A round is on disk and answered: its orders, and what the logs hold now. GATE's thread.
  void committed(const scan_round& r);
  /// Something for this peer could not be sent: it is gone, or does not read just now. Any thread.
  void lost(peer_id peer, bool gone);
  void stop();

  /// For `status`. Any thread.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> facts() const;

private:
  void run();

  log_reader log_;
  fact_reader facts_;
  ports to_;
  feed_desk desk_; // this thread's

  mutable std::mutex mutex_; // guards what follows, up to the thread
  std::condition_variable wake_;
  std::vector<feed_order> orders_;
  feed_desk::held new_up_{}, new_down_{};
  facts_said whole_;
  bool news_ = false;
  bool stopping_ = false;
  std::size_t readers_ = 0;
  std::uint64_t batches_ = 0;
  std::thread thread_;
};

} // namespace wardflow
