// SPDX-License-Identifier: Apache-2.0
// DOOR LOOP: a door between its reader, its spool and its node, without a socket or a clock.
//
//   take(code) ─▶ spool, on disk ─▶ send_window ─send─▶ node      news ─▶ screen
//   heard(frame) ─▶ send_window ─▶ verdict ─▶ news ─▶ spool forgets
//
// Owns     the window, and codes as read until they are judged or said not to be: wiped then.
// Borrows  the spool and what it acts with, as long as it lives; time as an argument, in ms.
// Promise  nothing is sent before it is in the spool; every code that was taken gets news of
//          `recorded` or `not_recorded` at once and one of what came of it later, here or, when
//          the door is killed, from its next run.
// Bound    what the spool holds; codes as read: patience_ms of them.
#pragma once

#include "actors/io/client.hpp"
#include "actors/logic/send_window.hpp"
#include "nodes/wardctl/door_news.hpp"
#include "nodes/wardctl/spool.hpp"

#include <functional>
#include <map>
#include <optional>
#include <vector>

namespace wardflow::wardctl {

/// A code as it was read, in memory; overwritten at its end.
class secret_code {
public:
  secret_code() = default;
  explicit secret_code(bytes code) : bytes_(code.begin(), code.end()) {}
  secret_code(secret_code&&) noexcept = default;
  secret_code& operator=(secret_code&& other) noexcept {
    bytes_.swap(other.bytes_);
    return *this;
  }
  ~secret_code() { wipe(); }
  void wipe();
  [[nodiscard]] bytes view() const { return bytes_; }
  [[nodiscard]] bool empty() const { return bytes_.empty(); }

private:
  std::vector<std::byte> bytes_;
};

class door_loop {
public:
  struct hands {
    std::function<bool(frame_kind, frame_body&&)> send; // false: not sent, which counts as lost
    std::function<void()> redial;                       // link_up() follows when there is one
    std::function<void(const door_news&)> tell;
  };

  /// A node that refuses the key is asked again so often: somebody may register it.
  static constexpr time_ms try_again_ms = 30'000;

  /// Scans of an earlier run are in the spool: they go first.
  door_loop(spool& s, venue_id venue, send_policy policy, hands h);

  void take(bytes code, direction way, flow by, time_ms wall, time_ms now);
  void link_up(time_ms now);
  void link_down();
  void heard(const io::received& r, time_ms now);

  /// Does all that there is to do; returns when it wants to be asked again at the latest.
  [[nodiscard]] time_ms work(time_ms now);
  /// Before the end: the spool learns what was acknowledged.
  void finish();

  /// All was answered that this and earlier runs recorded.
  [[nodiscard]] bool all_answered() const { return window_->unanswered() == 0; }
  /// Grows with every answer.
  [[nodiscard]] std::uint64_t answers() const { return answers_; }
  /// ok, or why the node takes nothing of this door at present, or the spool's trouble.
  [[nodiscard]] code trouble() const;
  [[nodiscard]] std::uint64_t lines() const { return lines_; }

private:
  /// What is known of a scan that has no end yet, beside what the spool has.
  struct open_scan {
    std::uint64_t line = 0;
    secret_code plain;
    std::optional<spooled_scan> kept; // acknowledged, so the spool forgot it; not judged yet
  };

  void start_again(time_ms now);
  void load();
  void hello(const send_window::action& a);
  void send(const send_window::action& a);
  [[nodiscard]] bool write_epoch(const send_window::action& a, time_ms now);
  [[nodiscard]] time_ms stopped(code reason, time_ms now);
  [[nodiscard]] time_ms rest(time_ms until, time_ms now);
  void replied(const scan_reply& r, time_ms now);
  void tell_events(const scan_reply* r);
  void acknowledge();
  [[nodiscard]] const spooled_scan* find(std::uint64_t id) const;

  spool& spool_;
  venue_id venue_;
  send_policy policy_;
  hands hands_;
  std::optional<send_window> window_;
  std::map<std::uint64_t, open_scan> open_; // by the spool's id
  std::vector<std::uint64_t> ended_;        // by the events of one answer
  std::uint64_t lines_ = 0;
  std::uint64_t answers_ = 0;

  code stopped_ = code::ok; // the node wants nothing of us; asked again at try_at_
  code waits_ = code::ok;   // the node asked for time
  code venue_trouble_ = code::ok;
  code spool_trouble_ = code::ok;
  time_ms try_at_ = 0;
  time_ms write_at_ = 0; // after a failed write of an epoch
  time_ms flush_at_ = 0; // 0: nothing to flush
};

} // namespace wardflow::wardctl
