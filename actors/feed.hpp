// SPDX-License-Identifier: Apache-2.0
// FEED: the thread that reads this node's logs for others: children and supervisors.
//
//   GATE --orders of a round that is on disk--> FEED --LinkBatch--> GATE --> child or supervisor
//                                store (read transactions) --┘
//
// Owns     its thread; for each reader a place in a log, a filter, and what waits for its
//          acknowledgement. None of it is durable: a reader that comes back says where it stands.
// Borrows  the store and the way to GATE, which outlive it.
// Promise  entries go out in order, from the wanted offset on, none left out but by the reader's
//          own filter; a reader that wants what is no longer kept is told so (GAP). Control and
//          alerts go before bulk. A reader that stops reading costs its window, and slows nobody.
// Bound    readers_max; `window_bytes` on the way to each.
#pragma once

#include "actors/disk/log_reader.hpp"
#include "actors/logic/link_sender.hpp"
#include "messages/round.hpp"

#include <array>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace wardflow {

class feed {
public:
  static constexpr std::size_t readers_max = 4096;

  struct ports {
    std::function<void(peer_id, frame_kind, frame_body)> send;
  };

  feed(const io::store& disk, ports to);
  ~feed();

  /// A round is on disk and answered: its orders, and what the logs hold now. GATE's thread.
  void committed(const scan_round& r);
  /// This peer is gone. Any thread.
  void lost(peer_id peer);
  void stop();

  /// For `status`. Any thread.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> facts() const;

private:
  struct tail {
    feed_order want;
    link_sender sender;
  };
  using held = std::array<lane_range, lanes_max>;

  void run();
  void obey(feed_order&& order);
  [[nodiscard]] bool pump(peer_id peer, tail& t);
  void send_chunk(peer_id peer, tail& t, lane l, log_chunk chunk, std::uint64_t from);
  [[nodiscard]] static bool wants(const tail& t, const log_entry_view& e);

  log_reader log_;
  ports to_;
  std::map<peer_id, tail> tails_; // this thread's
  held up_{}, down_{};            // ... as of its last look

  mutable std::mutex mutex_; // guards what follows, up to the thread
  std::condition_variable wake_;
  std::vector<feed_order> orders_;
  held new_up_{}, new_down_{};
  bool news_ = false;
  bool stopping_ = false;
  std::size_t readers_ = 0;
  std::uint64_t batches_ = 0;
  std::thread thread_;
};

} // namespace wardflow
