// SPDX-License-Identifier: Apache-2.0
// UPLINK: the thread that speaks with this node's parent.
//
//   store (up-log, by cursor) --LinkBatch--> parent --LinkAck--> GATE (room is freed)
//   parent --LinkBatch (directives)--> GATE --round, commit--> UPLINK --LinkAck--> parent
//
// Owns     its thread, the one connection to the parent, and the session (uplink_session.hpp says
//          what is said and when).
// Borrows  the store and the way to GATE, which outlive it.
// Promise  it dials, for ever, with back-off and jitter: a node starts and works without its
//          parent. A directive is acknowledged after the commit that applied it. Nothing here is
//          durable: both cursors are kept by whoever received the entries.
// Bound    the parent's window on the way up; on the way down the window that the parent gives.
//
// Why a thread of its own and not GATE's: the parent may be a slow line through a typhoon, and the
// door must not wait behind it.
#pragma once

#include "actors/disk/log_reader.hpp"
#include "actors/io/client.hpp"
#include "actors/logic/uplink_session.hpp"
#include "messages/round.hpp"

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace wardflow {

struct uplink_options {
  std::string endpoint; // the parent's control socket
  io::key_pair own;
  public_key server{};
  unit_code unit;
  node_id id{};
  std::uint64_t epoch = 0;
  std::uint64_t boot = 0;
  uplink_session::committed at_start; // what is on disk
};

class uplink {
public:
  struct ports {
    std::function<bool(const node_ref&, frame_kind, frame_body)> directive;
    std::function<void(const node_ref&, const uplink_session::acks&, bool republish, bool urgent)>
      parent_has;
    std::function<void(std::string_view)> log;
    std::function<void(const node_ref&)> begins;
    std::function<void(const std::string&)> unreadable; // an entry of the up-log: log/lane/offset
  };

  /// config_malformed, internal: see io::client.
  [[nodiscard]] static io::outcome<std::unique_ptr<uplink>> start(const io::store& disk,
                                                                  uplink_options options, ports to);
  ~uplink();

  /// A round is on disk: what the up-log holds, which directives were applied. GATE's thread.
  void committed(const scan_round& r);
  void stop();

  /// For `status`. Any thread.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> facts() const;

private:
  uplink(const io::store& disk, uplink_options options, io::client link, ports to, int wake_fd);

  void run();
  void look_at_link();
  void pump();
  void say(std::string state);

  log_reader log_;
  io::client link_;
  ports to_;
  int wake_fd_;
  uplink_session session_; // the thread's own
  std::string last_said_;
  time_ms reads_again_ = 0; // after what cannot be read

  mutable std::mutex mutex_; // guards what follows
  uplink_session::committed news_;
  bool is_news_ = false;
  uplink_session::acks acked_{};
  std::string state_ = "dialling";
  std::uint64_t sent_bytes_ = 0;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

} // namespace wardflow
