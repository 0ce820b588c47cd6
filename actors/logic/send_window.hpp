// SPDX-License-Identifier: Apache-2.0
// SEND WINDOW: a device's side of counting once. Says what to send next, and what came of it.
//
//   add ─▶ numbered ─send─▶ in flight ─ScanReply─▶ judged        (64 scans; a gateway 64 frames)
//   next(now) ─▶ what the owner of the socket and of the spool has to do
//
// Owns     the numbers of all unanswered scans; the payloads are the caller's, known by an id.
// Borrows  time as an argument, in ms of any clock that does not go back.
// Promise  no scan is counted under two numbers, and none is forgotten without an event.
// Bound    what the caller adds; in flight never more than the policy's frames and scans.
//
// A number is for ever. The one way to a second number is a new epoch, so an epoch begins only on
// proof that the node never took the scans that get new numbers. Only a Welcome is proof: every
// connection begins with Hello, and a refusal that does not fit makes the window ask again.
//
//  1. The node lost state (put back from an older backup): in our epoch, or before it, it expects a
//     number below `fence`, our first unacknowledged one when this connection began. The answer
//     came by this connection, so it is younger than those acknowledgements, and a node that lost
//     nothing would expect at least `fence`. What that node process ever got from us is numbered
//     `fence` or above, so it can never reach these in this epoch. All unacknowledged scans move.
//     An expected number at or above `fence` but below our first unacknowledged one proves
//     nothing: it is an old answer, overtaken by acknowledgements.
//  2. Our memory is new (the spool was lost) and its epoch is not above the node's. Before a
//     Welcome took an epoch, and that was written down (`open`), nothing is sent in it: so nothing
//     of it can be counted. All scans move.
//  3. An open epoch is below the node's: another memory of this device has been at work (a spare
//     PC with the same key). Scans that may have been sent, at most one window's worth, may be
//     counted or not: they are never sent again and each is reported `doubtful`. The others move.
//  4. The node expects more than we ever numbered in its epoch: our spool is an old copy of itself.
//     What was loaded or sent is doubtful, what was added since moves. (A copy that is no shorter
//     than what the node took cannot be told from the original: never put a spool file back.)
//
//  5. The node is in an epoch that we left, beyond where we left it: a second restore brought back
//     what the first had abandoned. What was moved from there and the node has is `stored`; the
//     others move on. For this, epochs that were left are remembered as long as a moved scan is
//     not acknowledged.
//
// A number inside our own range is only a place to go on from. What holds after 1 and 5: no scan is
// counted twice; every scan not acknowledged when the device connects to the restored node is
// counted once; one acknowledged before that the backup does not hold is the backup's loss.
//
// The proof rests on three duties of the caller: connected() is called for each new connection
// before anything of it is handed in, and nothing of an older one is handed in after it; what was
// in flight is gone with its connection when the node's process is another one (ZMQ_IMMEDIATE, or
// a fresh socket); and a write_epoch is on disk before epoch_written().
#pragma once

#include "messages/codec.hpp"
#include "messages/limits.hpp"
#include "messages/time.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <optional>
#include <vector>

namespace wardflow {

struct send_policy {
  std::uint32_t frames_max = limits::door_outstanding_max;
  std::uint32_t scans_max = limits::door_outstanding_max;
  time_ms resend_ms = 1'000;      // silence after which all in flight is sent again; doubles ...
  time_ms resend_max_ms = 30'000; // ... up to this; the same for waits that the node asks for
  time_ms redial_ms = 20'000;     // no answer for so long: a new connection is wanted
  time_ms patience_ms = 2'000;    // then a scan is 'recorded, not judged'; 0: never
  /// Any random number of this run: two memories of one device must not choose the same epoch.
  std::uint64_t salt = 0;
};

inline constexpr send_policy door_policy{};
/// `wardctl replay`: frames of many scans, nobody waits at a door.
inline constexpr send_policy gateway_policy{
  limits::gateway_frames_max, limits::gateway_scans_max, 5'000, 30'000, 60'000, 0, 0};

/// So many left epochs are remembered. A node that comes back to an older one still, while one scan
/// was waiting all the time, is not met in life.
inline constexpr std::size_t left_epochs_max = 64;

/// An epoch that was left: its number `from` became number 1 of the next one.
struct left_epoch {
  std::uint64_t epoch = 0;
  std::uint64_t from = 0;
  bool operator==(const left_epoch&) const = default;
};

/// Where a device's numbering stands: what its spool keeps over restarts, beside the scans.
struct send_state {
  std::uint64_t epoch = 1;
  std::uint64_t acknowledged = 0; // all to this number is on the node's disk
  bool open = false;              // a node took this epoch: scans may have been sent in it
  std::uint64_t moved = 0;        // so many of its first numbers came from the epochs in `left`
  std::vector<left_epoch> left{}; // oldest first, left_epochs_max; empty when no moved scan waits

  /// The epoch ends: number `from` is number 1 of `next_epoch`, `count` scans come with it.
  void leave(std::uint64_t next_epoch, std::uint64_t from, std::uint64_t count);
  /// How many of the first numbers a node has that stands at `expected` in an epoch in `left`.
  [[nodiscard]] std::uint64_t had_in(std::uint64_t old_epoch, std::uint64_t expected) const;
  bool operator==(const send_state&) const = default;
};

class send_window {
public:
  /// The caller's name of a payload: one scan of a door, one frame's scans of a gateway.
  using item_id = std::uint64_t;

  static constexpr time_ms never = std::numeric_limits<time_ms>::max();

  enum class step : std::uint8_t {
    idle,        // nothing before `until`, unless something is handed in
    hello,       // send Hello{epoch}
    send,        // send scans [skip, skip + count) of `id` as numbers `first` ...
    redial,      // this connection is deaf: make a new one; then disconnected(), connected()
    write_epoch, // write state(), as open, durably together with: the scan that the spool has under
                 // `first` is number 1 of `epoch` (the present one: only open); epoch_written()
    stop,        // for good; `reason` says why
  };

  struct action {
    step what = step::idle;
    time_ms until = never;
    item_id id = 0;
    std::uint64_t epoch = 0;
    std::uint64_t first = 0;
    std::uint32_t skip = 0;
    std::uint32_t count = 0;
    bool sealed = false; // send the spool's sealed bytes: the code as read is not kept so long
    code reason = code::ok;
    bool operator==(const action&) const = default;
  };

  enum class happening : std::uint8_t {
    judged,      // verdicts[at], `count` of them, of the reply just handed in
    judged_late, // the same, after `not_judged`
    not_judged,  // patience is over: 'recorded, not judged'. Something else follows later.
    stored,      // on the node's disk; its verdict will not be learned any more
    doubtful,    // may be counted or not, and is not sent again (cases 3 and 4)
  };

  /// Each scan ends in one event other than `not_judged`; a frame cut by a lost node in two.
  struct event {
    happening what = happening::judged;
    item_id id = 0;
    std::uint32_t skip = 0;
    std::uint32_t count = 0;
    std::uint32_t at = 0;
    bool operator==(const event&) const = default;
  };

  send_window(send_policy policy, send_state state);

  /// A scan of an earlier run, from the spool, before the first add(). Returns its first number.
  std::uint64_t load(item_id id, std::uint32_t count);
  /// A new scan, in the spool already. Returns its first number.
  std::uint64_t add(item_id id, std::uint32_t count, time_ms now);

  void connected(time_ms now);
  void disconnected();

  void welcomed(const welcome& w, time_ms now);
  void replied(const scan_reply& r, time_ms now);
  void refused(const refusal& r, time_ms now);
  void epoch_written(time_ms now);

  /// What to do now. Ask again until it is idle; what it says is taken as done.
  [[nodiscard]] action next(time_ms now);
  [[nodiscard]] std::vector<event> take_events();

  [[nodiscard]] std::uint64_t epoch() const { return state_.epoch; }
  /// All to this number, of this epoch, is on the node's disk: the spool may forget it.
  [[nodiscard]] std::uint64_t acknowledged() const { return state_.acknowledged; }
  [[nodiscard]] const send_state& state() const { return state_; }
  /// Payloads without a verdict yet.
  [[nodiscard]] std::size_t unanswered() const { return items_.size(); }
  /// May a gateway add another frame of `count` scans that would go out at once?
  [[nodiscard]] bool has_room(std::uint32_t count) const;

private:
  struct item {
    item_id id = 0;
    std::uint64_t first = 0;
    std::uint32_t skip = 0;
    std::uint32_t count = 0;
    time_ms added_at = 0;
    time_ms sent_at = 0;
    bool loaded = false;
    bool maybe_sent = false; // in this epoch, by this run or an earlier one
    bool told = false;       // not_judged was said
    bool judged = false;
    [[nodiscard]] std::uint64_t end() const { return first + count; }
  };

  void push(item i);
  [[nodiscard]] std::size_t find(std::uint64_t sequence) const;
  void settle();
  void pop();
  void lose_patience(time_ms now);
  void back_off(time_ms now);
  void gap(const refusal& r, time_ms now);
  void begin_epoch(std::uint64_t above, std::uint64_t from);
  void ask(time_ms now);
  void leave_epoch(std::uint64_t nodes);
  void leave_old_copy();
  void retire(item& i, std::uint64_t from);
  [[nodiscard]] bool may_send() const;
  [[nodiscard]] action greet(time_ms now);
  [[nodiscard]] action idle(time_ms until) const;

  send_policy policy_;
  send_state state_;
  std::uint64_t fence_;              // first unacknowledged number when this connection began
  std::uint64_t next_number_;        // of the next add
  std::uint64_t loaded_sent_before_; // loaded numbers below this may have been sent by that run
  code stopped_ = code::ok;
  std::optional<action> writing_; // nothing is sent until it is written

  std::deque<item> items_;  // in order of number; the front one has no verdict
  std::size_t cursor_ = 0;  // next of items_ to send
  std::size_t patient_ = 0; // first of items_ whose patience was not looked at
  std::vector<event> events_;

  bool linked_ = false;
  bool greeted_ = false;
  time_ms resend_now_ms_;
  time_ms wait_now_ms_;
  time_ms wait_until_ = 0;
  time_ms hello_due_ = 0;
  time_ms heard_at_ = 0; // last answer, or last time that none was owed
  std::uint64_t rewound_to_ = 0;
  time_ms rewound_at_ = 0;
  time_ms may_ask_at_ = 0;
};

} // namespace wardflow
