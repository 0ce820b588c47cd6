// SPDX-License-Identifier: Apache-2.0
// UPLINK: the thread that speaks with this node's parent.
//
//   store (up-log, by cursor) --LinkBatch--> parent --LinkAck--> GATE (room is freed)
//   parent --LinkBatch (directives)--> GATE --round, commit--> UPLINK --LinkAck--> parent
//
// Owns     its thread and the one connection to the parent; its place in the up-log, which the
//          parent tells at each WELCOME.
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
#include "actors/logic/link_sender.hpp"
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
  std::array<lane_range, lanes_max> up_held{};
  std::array<std::uint64_t, lanes_max> down_next{};
};

class uplink {
public:
  struct ports {
    std::function<void(frame_body)> directives;
    std::function<void(const std::array<std::uint64_t, lanes_max>&, bool republish)> parent_has;
    std::function<void(std::string_view)> log;
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
  void look_at_news();
  void look_at_link();
  void take(io::received&& got);
  void take_welcome(bytes message);
  void take_bye(code reason, std::string detail);
  void say_hello();
  void pump();
  void acknowledge();
  void say(std::string state);

  log_reader log_;
  uplink_options options_;
  io::client link_;
  ports to_;
  int wake_fd_;

  // The thread's own.
  link_sender sender_{log_name::up};
  std::array<lane_range, lanes_max> held_{};
  std::array<std::uint64_t, lanes_max> down_next_{};  // applied, and on disk
  std::array<std::uint64_t, lanes_max> down_acked_{}; // ... and told to the parent
  std::uint64_t times_up_ = 0;
  std::int64_t hello_at_ = 0; // monotonic: when to say hello (again); 0: in session
  std::int64_t beat_at_ = 0;
  std::int64_t hello_wait_ms_ = 1000;
  std::string last_said_;

  mutable std::mutex mutex_; // guards what follows
  std::array<lane_range, lanes_max> new_held_{};
  std::array<std::uint64_t, lanes_max> new_down_next_{};
  std::array<std::uint64_t, lanes_max> acked_{};
  std::string state_ = "dialling";
  std::uint64_t sent_bytes_ = 0;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

} // namespace wardflow
