// SPDX-License-Identifier: Apache-2.0
// UPLINK SESSION: what a child says to its parent, and when; without threads, sockets or clocks.
//
//   connection, frames heard, what is on disk ─▶ [session] ─▶ HELLO, ACK, GAP, HEARTBEAT
//                                                    ├─▶ directives, acknowledgements: PARENT INBOX
//                                                    └─▶ next: what to read of the up-log and send
//
// Owns     where the session stands; what of the up-log is on its way (link_sender); how far each
//          lane of the directives, and its snapshot, was heard.
// Borrows  its ports, for its life.
// Promise  a hello on each new connection, when the parent knows no session, when no welcome or
//          no acknowledgement came for too long, and after a refusal with growing pauses. What is
//          acknowledged to the parent is on disk. A parent that this node does not follow yet is
//          followed first, in a round; its directives are asked for from 1. A gap is said only
//          after a round that said all again, behind it. A parent that has more than we ever sent
//          is not believed: we were put back without a new epoch. A hole in the directives that
//          does not close begins a new session: what follows a lost entry, a piece that does not
//          follow the one before it, the log before the snapshot that is owed. So does a piece of
//          the session before that gets on disk late. Directives that wait here for room on the
//          disk are told of, again and again: by what is on it, and a gap or a piece, for which
//          that would stand, by nothing.
// Bound    the parent's window; two marks a lane, of the session and of the last hello.
#pragma once

#include "actors/logic/link_sender.hpp"
#include "actors/logic/parent_cursor.hpp"
#include "messages/round.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace wardflow {

class uplink_session {
public:
  static constexpr time_ms beat_ms = 2 * second_ms;
  static constexpr time_ms welcome_wait_ms = 6 * second_ms;
  static constexpr time_ms refused_wait_ms = second_ms; // doubles with each refusal
  static constexpr time_ms refused_wait_most_ms = minute_ms;
  static constexpr time_ms hole_wait_ms = second_ms; // what is of before may still come
  static constexpr time_ms still_ms = 5 * second_ms; // of directives that are not on disk yet

  struct self {
    unit_code unit;
    node_id id{};
    std::uint64_t epoch = 0;
    std::uint64_t boot = 0;
    std::string software;
  };
  using acks = std::array<std::uint64_t, lanes_max>;
  struct ports {
    std::function<bool(frame_kind, frame_body)> say; // false: not taken; said later, or again
    std::function<bool(const node_ref&, frame_kind, frame_body)> directive; // false: no room
    std::function<void(const node_ref&, const acks&, bool republish, bool urgent)> parent_has;
    std::function<void(const node_ref&)>
      begins; // a session: its directives come from what we asked
  };
  /// What is on disk: of the newest round, and of all since it was last told.
  struct committed {
    std::array<lane_range, lanes_max> held{};
    node_ref parent;
    acks down_next{1, 1};
    std::array<bool, lanes_max> answered{};
    bool said_again = false;
    acks parent_has{};                          // of our up-log, through; at the start alone
    std::array<bool, lanes_max> owes{};         // a snapshot
    std::array<std::string, lanes_max> marks{}; // ... which is here in part
    bool full = false;                          // the disk: directives may wait for long

    /// At a start.
    [[nodiscard]] static committed of(const offset_log& up, const parent_cursor& parent);
    void add(const scan_round& r);
    bool operator==(const committed&) const = default;
  };

  uplink_session(self who, ports to, const committed& at_start);

  void is_committed(const committed& news);
  /// As often as it may have changed; `times_up`: how many connections there have been.
  void connection(bool is_up, std::uint64_t times_up, time_ms now);
  void hear(frame_kind kind, frame_body body, time_ms now);
  /// Says what is due. `now` is monotonic; `wall` is what goes into the frames.
  void turn(time_ms now, time_ms wall);

  /// What to read of the up-log and send now, and that a chunk of it was.
  [[nodiscard]] std::optional<link_sender::order> next() const;
  void sent(lane l, std::uint64_t through, std::uint64_t size, time_ms now) {
    sender_.sent(l, through, size, now);
  }

  [[nodiscard]] bool in_session() const { return sender_.in_session(); }
  /// In words, for `status`; empty while there is no connection.
  [[nodiscard]] const std::string& state() const { return state_; }
  /// What the parent has of the up-log, through.
  [[nodiscard]] const acks& parent_has() const { return parent_has_; }

private:
  enum class waiting : std::uint8_t { nothing, adoption, republish };

  void begin_anew(time_ms at);
  void take_welcome(bytes message, time_ms now);
  void take_bye(code reason, const std::string& detail, time_ms now);
  void take_ack(bytes message, time_ms now);
  void take_directive(frame_kind kind, frame_body body, time_ms now);
  [[nodiscard]] bool has_more_than_asked() const;
  [[nodiscard]] bool follows(const link_batch& b) const;
  void ask_for(waiting what);
  [[nodiscard]] bool gap_may_be_said() const;
  void say_hello(time_ms now);
  void say_acks(time_ms now, time_ms wall);

  self who_;
  ports to_;
  committed disk_;
  link_sender sender_{log_name::up};
  link_patience patience_;
  node_ref parent_; // of the last welcome
  acks down_acked_{};
  std::array<time_ms, lanes_max> acked_at_{};
  acks asked_down_{}; // the directives that the last hello asked for
  acks down_heard_{}; // ... of this session: all before it was handed on
  acks hole_{};       // ... and what comes past it was heard; 0: nothing
  time_ms hole_since_ = 0;
  struct snapshot_heard {
    bool owed = false; // the log goes on behind its last piece alone
    std::uint32_t piece = 0;
    std::string mark;
    std::string before; // of the piece before it
  };
  std::array<snapshot_heard, lanes_max> asked_snapshots_; // what the last hello said of them
  std::array<snapshot_heard, lanes_max> snapshots_;       // ... of this session
  std::array<time_ms, lanes_max> unanswered_since_{};     // a gap or a piece; 0: all are answered
  acks parent_has_{};
  acks said_from_{}; // of all that is held, the newest is in the log from here on; 0: nobody knows
  acks asked_from_{};
  waiting waits_ = waiting::nothing; // for a round of ours
  bool doubted_ = false;             // the parent has what we never sent
  std::uint64_t times_up_ = 0;
  bool hello_due_ = false;
  time_ms hello_at_ = 0;
  bool hello_said_ = false; // and neither welcome nor refusal since
  time_ms beat_at_ = 0;
  time_ms refused_wait_ = refused_wait_ms;
  std::string state_;
};

} // namespace wardflow
