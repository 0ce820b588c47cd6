// SPDX-License-Identifier: Apache-2.0
// WATCH STREAM: a supervisor's side of a stream of alerts, as a protocol without sockets.
//
//   up ─▶ status? ─▶ SUBSCRIBE ─▶ open alerts?            to_send ─▶ frames for the node
//   take(frame) ─▶ [ repeats dropped by offset, holes asked for again ] ─▶ next ─▶ alert, gap ...
//                                      handled(event) ─▶ acknowledge ─▶ LinkAck
//
// Owns     the place in the stream: what was taken, what was handled, what was acknowledged.
// Borrows  nothing. No clock, no randomness of its own.
// Promise  an alert comes out once for each offset of an epoch, in order, and none is left out but
//          by a gap that comes out too. What was not handled is not acknowledged. After a break it
//          goes on behind what was handled: by its name, else by offset. A node that was put back
//          from a backup has other offsets: that comes out, and it goes on by time.
// Bound    credit_bytes of alerts, and a page of open ones.
#pragma once

#include "messages/codec.hpp"
#include "messages/link.hpp"

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace wardflow::wardctl {

struct watch_event {
  enum class kind : std::uint8_t {
    began,       // `detail` is the node's unit; first..through wait for us
    open,        // an open alert of the snapshot
    all_open,    // ... and these were all
    alert,       // of the stream: its offset is `first` and `through`
    unreadable,  // the same, of a kind that a newer node knows
    gap,         // first..through are no longer kept
    restored,    // the node has another log than before
    caught_up,   // what waited when the stream began has come out
    no_snapshot, // `reason`
    end,         // `reason`: the node will not go on
    passed,      // never comes out: up to `through` nothing else was asked for
  };
  kind what = kind::began;
  std::uint64_t first = 0;
  std::uint64_t through = 0;
  time_ms at = 0; // when the node put it into its log
  wardflow::alert alert;
  code reason = code::ok;
  std::string detail;
};

class watch_stream {
public:
  struct options {
    subscribe want;
    time_ms ago = 0;      // start: so long before the node's now; instead of `want.at`
    bool snapshot = true; // the open alerts first
    bool counts = false;  // what waits is counted first: see counted()
    std::function<command_id()> fresh_id;
  };
  struct outgoing {
    frame_kind kind = frame_kind::none;
    frame_body body;
  };

  explicit watch_stream(options o);

  /// A connection stands; what came over the last one and was not given out is forgotten.
  void up();
  /// The same connection, asked anew: nothing was heard for a long time.
  void again();
  void take(frame_kind kind, bytes body);

  /// Frames in the order in which they are to be sent; once.
  [[nodiscard]] std::vector<outgoing> to_send();

  /// What comes next. To be answered by `handled` before the next call, or it was not handled.
  [[nodiscard]] std::optional<watch_event> next();
  void handled(const watch_event& e);
  /// Says to the node how far all is handled, where that is news.
  void acknowledge();

  /// What waited is handled: all of it at once. Until then the name's cursor stays where it was,
  /// whatever is acknowledged.
  void counted();

  /// Acknowledges, says goodbye and asks something: its answer (`left`) says that the node has it.
  void leave();
  [[nodiscard]] bool left() const { return stage_ == stage::left; }
  /// The node has taken the subscription, on this connection.
  [[nodiscard]] bool subscribed() const { return stage_ == stage::subscribed; }

private:
  enum class stage : std::uint8_t { asking, subscribing, subscribed, leaving, left };

  void say(frame_kind kind, frame_body body) { outbox_.push_back({kind, std::move(body)}); }
  [[nodiscard]] command_id ask(query_kind what, std::uint64_t after = 0);
  void say_subscribe();
  void ask_snapshot();
  void put(watch_event::kind what, code reason = code::ok, std::string detail = {});

  void take_answer(bytes body);
  void take_status(const answer& a);
  void take_open(const answer& a);
  void take_begin(const link_heartbeat& beat);
  void take_batch(bytes body);
  void take_entry(const log_entry_view& e);
  void take_gap(const link_gap& g);
  void void_place();
  void forget_unheard();
  void look_for_head();
  [[nodiscard]] bool wants(const alert& a) const;

  options options_;
  stage stage_ = stage::asking;
  std::vector<outgoing> outbox_;
  std::deque<watch_event> events_;

  std::optional<std::uint64_t> epoch_;
  unit_code unit_;
  bool placed_ = false;       // the stream has begun once: the offsets below say where we are
  bool void_ = false;         // ... but they are of another log than the node's
  std::uint64_t next_ = 0;    // taken up to before this
  std::uint64_t settled_ = 0; // handled through
  std::uint64_t acked_ = 0;   // said through
  std::uint64_t head_ = 0;    // the log's end when the stream began
  time_ms last_at_ = 0;       // of what was handled last
  bool counting_ = false;     // we read without our name
  bool just_counted_ = false; // the name's cursor is behind
  bool caught_up_ = false;    // it has come out
  bool caught_up_waits_ = false;
  bool snapshot_due_ = false; // until all of it has come out
  command_id status_id_{}, open_id_{}, last_id_{};
};

/// A row of an answer to alert_list; nothing where it cannot be read.
[[nodiscard]] std::optional<alert> alert_of_row(const answer& a,
                                                const std::vector<std::string>& row);

} // namespace wardflow::wardctl
