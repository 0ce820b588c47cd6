// SPDX-License-Identifier: Apache-2.0
// REPLAY LOOP: a gateway's frames between a file and a node, without a socket or a clock.
//
//   add(frame) ─▶ send_window ─send─▶ node          heard(frame) ─▶ figures · answered lines
//
// Owns     the frames that are not answered, and the figures.
// Borrows  what it acts with, as long as it lives; time as an argument: ms, and ns for latencies.
// Promise  every frame that was added is sent until it is answered, in order and under the same
//          numbers, whatever happens to the node. Its state is not on a disk: a replay that is
//          begun again is another one, in a higher epoch, and counts again.
// Bound    64 frames, 100,000 scans and span_ms of event time, while the caller asks has_room().
#pragma once

#include "actors/io/client.hpp"
#include "actors/logic/latency.hpp"
#include "actors/logic/send_window.hpp"
#include "messages/verdict.hpp"
#include "nodes/wardctl/replay_source.hpp"

#include <array>
#include <deque>
#include <functional>
#include <string>

namespace wardflow::wardctl {

struct replay_figures {
  std::uint64_t sent = 0;     // scans, each once
  std::uint64_t answered = 0; // with a verdict
  std::array<std::uint64_t, 3> decisions{};
  std::array<std::uint64_t, 128> reasons{};
  std::uint64_t late = 0;
  std::uint64_t stored = 0;   // on the node's disk, verdict not learned
  std::uint64_t doubtful = 0; // counted or not: another device used this key
  std::uint64_t frames_again = 0;
  latency_histogram latency; // of scans, from the first sending of their frame
  std::int64_t first_sent_ns = 0;
  std::int64_t last_answer_ns = 0;

  [[nodiscard]] double seconds() const {
    return static_cast<double>(last_answer_ns - first_sent_ns) / 1e9;
  }
  /// Technical refusals: no person was counted.
  [[nodiscard]] std::uint64_t not_counted() const;
};

class replay_loop {
public:
  struct hands {
    std::function<bool(frame_kind, frame_body&&)> send;
    std::function<void()> redial;
    /// A scan has its end; the word is that of verdict.hpp, nothing: no verdict was learned.
    std::function<void(std::uint64_t line, std::uint64_t epoch, std::uint64_t sequence,
                       const std::uint32_t* word)>
      answered;
  };

  /// `span_ms`: as in replay_options.
  replay_loop(send_policy policy, std::uint64_t epoch, time_ms span_ms, hands h);

  [[nodiscard]] bool has_room(const replay_frame& next) const;
  void add(replay_frame&& f, time_ms now);
  void link_up(time_ms now) { window_.connected(now); }
  void link_down() { window_.disconnected(); }
  void heard(const io::received& r, time_ms now, std::int64_t ns);

  /// Does all that there is to do; returns when it wants to be asked again at the latest.
  [[nodiscard]] time_ms work(time_ms now, std::int64_t ns);

  [[nodiscard]] bool all_answered() const { return window_.unanswered() == 0; }
  [[nodiscard]] std::size_t unanswered() const { return window_.unanswered(); }
  /// ok, or why the node takes nothing of this key or program: nothing more will be sent.
  [[nodiscard]] code stopped() const { return stopped_; }
  [[nodiscard]] const std::string& stop_detail() const { return detail_; }
  [[nodiscard]] const replay_figures& figures() const { return figures_; }

private:
  struct open_frame {
    replay_frame f;
    std::uint32_t left = 0; // scans without an end
    std::int64_t sent_ns = 0;
  };

  void send(const send_window::action& a, std::int64_t ns);
  void take_events(const scan_reply* r, std::int64_t ns);
  void judged(const send_window::event& e, const scan_reply& r, const open_frame& o,
              std::int64_t ns);
  [[nodiscard]] open_frame& at(std::uint64_t id) { return open_[id - first_id_]; }

  send_window window_;
  time_ms span_ms_;
  hands hands_;
  std::deque<open_frame> open_; // ids first_id_ and following
  std::uint64_t first_id_ = 0;
  replay_figures figures_;
  scan_reply reply_; // its memory is used again
  code stopped_ = code::ok;
  std::string detail_;
};

} // namespace wardflow::wardctl
