// SPDX-License-Identifier: Apache-2.0
// SCAN LINK: a program's way to its node for ever: one connection after another. A device's to the
// scan socket, a supervisor's to the control socket.
//
//   wait ─▶ up · down · frames · a descriptor        take ─▶ frames of the connection that is up
//
// Owns     the client of the connection at hand.
// Promise  each connection is a socket of its own: what was in flight is gone with it, and no
//          frame of an older one is handed out after `up`: a send_window's proof rests on this.
// Bound    a connection that breaks at once is made again later each time, up to redial_most_ms.
//
// Belongs to one thread.
#pragma once

#include "actors/io/client.hpp"
#include "actors/io/outcome.hpp"
#include "messages/time.hpp"
#include "nodes/wardctl/target.hpp"

#include <optional>
#include <random>
#include <span>
#include <string>
#include <vector>

namespace wardflow::wardctl {

class scan_link {
public:
  static constexpr int redial_most_ms = 5'000;
  static constexpr std::size_t frames_at_once = 256;

  /// What load_key_pair and client::connect say; config_malformed: no `scans` endpoint. Does not
  /// wait for the node.
  [[nodiscard]] static io::outcome<scan_link> open(const target& to);
  /// The same for `control`.
  [[nodiscard]] static io::outcome<scan_link> open_control(const target& to);

  enum class change { none, up, down };
  struct turn {
    change link = change::none;
    bool frames = false;
    std::uint64_t fds = 0; // bit i: fds[i] can be read
  };
  /// Until one of these is there. Tells each change once.
  [[nodiscard]] turn wait(int timeout_ms, std::span<const int> fds = {});

  /// What has come over the connection that is up.
  [[nodiscard]] std::vector<io::received> take();

  /// False: not sent, no connection or no room.
  bool send(frame_kind kind, frame_body&& body);

  /// Gives this connection up for a new one; tells no `down`.
  void redial();

  [[nodiscard]] bool is_up() const { return up_; }
  /// ok while it is up; node_refused_key, node_unreachable.
  [[nodiscard]] code problem() const { return up_ ? code::ok : problem_; }
  [[nodiscard]] const std::string& detail() const { return detail_; }

private:
  [[nodiscard]] static io::outcome<scan_link> dial(const target& to, const std::string& endpoint,
                                                   const char* what);
  explicit scan_link(io::client_options options) : options_(std::move(options)) {}

  [[nodiscard]] bool same_connection() const;
  void drop(time_ms now);

  io::client_options options_;
  std::optional<io::client> client_;
  std::mt19937 random_{std::random_device{}()};
  bool up_ = false;
  std::uint64_t ups_ = 0; // of the client, when it was told to be up
  time_ms up_since_ = 0;
  time_ms dial_at_ = 0;
  int broke_in_a_row_ = 0;
  code problem_ = code::ok;
  std::string detail_;
};

} // namespace wardflow::wardctl
