// SPDX-License-Identifier: Apache-2.0
// LINK SENDER: the side of one log's transfer that has the entries. Says what to read and send.
//
//   begin(wanted) ─▶ gap? ─▶ next ─▶ (log_reader) ─▶ sent ... acked ─▶ next ... end, begin again
//
// Owns     for each lane where this session stands: next to send, acknowledged; bytes on their way.
// Borrows  what the log holds, as an argument; the log's rows are read by its caller.
// Promise  a lane is sent in order from where its receiver stands; nothing is left out except by a
//          gap that was said. Nothing is believed to be at the receiver before he says so.
// Bound    the window: bytes, and frames, without an acknowledgement, and one chunk. Bulk begins no
//          chunk in its last quarter, so that control goes out beside a bulk lane that waits, and
//          takes no more of it than the line carries in some seconds (BULK ROOM).
//
// What its caller knows never left, for a queue was full, is sent again by `rewind`, but for a
// piece of a snapshot: only its receiver knows how far he came. No other loss is repaired within a
// session: whoever misses something (a batch past the receiver's cursor; no acknowledgement for too
// long) begins the next one, and the receiver's cursors say where. The caller's duty: an
// acknowledgement is handed in only if it came by this session's connection. One of an older
// connection may be of a receiver that was put back from a backup.
#pragma once

#include "actors/logic/bulk_room.hpp"
#include "messages/link.hpp"
#include "messages/time.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <optional>
#include <span>
#include <utility>

namespace wardflow {

class link_sender {
public:
  struct order {
    wardflow::lane lane = wardflow::lane::control;
    std::uint64_t from = 0;
    std::uint64_t bytes_max = 0; // one chunk at least goes whatever its size
    bool operator==(const order&) const = default;
  };

  explicit link_sender(log_name log) : log_(log) {
    // nop
  }

  static constexpr std::size_t any_number = std::numeric_limits<std::size_t>::max();

  /// The receiver wants each of these lanes from `next` on (0: as 1), and no other lane.
  /// `window_frames`: fewer than the connection's queue holds, where a full one loses frames.
  void begin(std::span<const lane_range> wanted, std::uint64_t window_bytes,
             std::size_t window_frames = any_number);
  void end();
  /// What is on its way was lost: goes on behind what is acknowledged.
  void rewind();
  [[nodiscard]] bool in_session() const { return in_session_; }

  /// What the receiver wants and the log no longer has; what is returned is taken as said, and the
  /// lane goes on from `first_retained`. To be asked before `next`.
  [[nodiscard]] std::optional<link_gap> gap(const std::array<lane_range, lanes_max>& held);
  [[nodiscard]] bool gap_due(const std::array<lane_range, lanes_max>& held) const;
  /// What to read and send now: control before bulk. Nothing when the window is full, all was sent,
  /// or a gap is to be said first. `held`: what is committed.
  [[nodiscard]] std::optional<order> next(const std::array<lane_range, lanes_max>& held) const;
  /// A chunk left: `size` bytes of message, up to `through`.
  void sent(lane l, std::uint64_t through, std::uint64_t size, time_ms now);
  /// A piece of a snapshot left. `through`: the last one, which stands for all up to there; else 0.
  /// One at a time: its acknowledgement says where the cursor stands, as that of a repeat does.
  void sent_piece(lane l, std::uint64_t through, std::uint64_t size, time_ms now);
  /// Believed up to what was sent in this session.
  void acked(lane l, std::uint64_t through, time_ms now);

  /// The receiver wants what was never appended: this log was put back from a backup, and offsets
  /// would be used twice. Nothing is sent in that lane, and he is not to be believed.
  [[nodiscard]] bool is_behind(const std::array<lane_range, lanes_max>& held) const;

  /// On the receiver's disk, as far as he said in this session or, after it, in the last one.
  [[nodiscard]] std::uint64_t acked_through(lane l) const { return at(l).acked; }
  /// A chunk, a piece or a gap is not acknowledged: after too long of this a new session is wanted.
  [[nodiscard]] bool waits() const;
  [[nodiscard]] bool waits(lane l) const { return !at(l).flights.empty(); }
  /// ... a piece of a snapshot, which no acknowledgement of before it stands for.
  [[nodiscard]] bool waits_piece(lane l) const;
  /// Of the chunks that are to be acknowledged next, the largest: what a slow line has to carry
  /// before anything can be heard.
  [[nodiscard]] std::uint64_t next_bytes() const;

private:
  struct flight {
    std::uint64_t through = 0;
    std::uint64_t size = 0;
    time_ms at = 0;
    std::uint64_t with = 0; // bytes of its lane under way, itself too
    bool piece = false;
  };
  struct lane_state {
    bool wanted = false;
    std::uint64_t next = 1;  // to be sent
    std::uint64_t acked = 0; // through
    std::uint64_t under_way = 0;
    std::deque<flight> flights;

    void begin(std::uint64_t through, std::uint64_t size, time_ms now, bool piece = false) {
      under_way += size;
      flights.push_back({through, size, now, under_way, piece});
    }
  };

  [[nodiscard]] std::uint64_t under_way() const;
  [[nodiscard]] std::uint64_t room_of(lane l) const;
  [[nodiscard]] lane_state& at(lane l) { return lanes_[static_cast<std::size_t>(l)]; }
  [[nodiscard]] const lane_state& at(lane l) const { return lanes_[static_cast<std::size_t>(l)]; }

  log_name log_;
  bool in_session_ = false;
  std::uint64_t window_ = 0;
  std::size_t frames_ = any_number;
  bulk_room bulk_;
  std::array<lane_state, lanes_max> lanes_;
};

/// How long a sender waits for the next acknowledgement before it wants a new session.
class link_patience {
public:
  static constexpr time_ms least_ms = 10 * second_ms;
  static constexpr std::uint64_t bytes_a_second = 4'096; // a line of half of 64 kbit/s

  void acked(time_ms now) { since_ = now; }
  /// To be asked now and then, also while nothing waits.
  [[nodiscard]] bool is_over(const link_sender& s, time_ms now) {
    if (!s.waits())
      since_ = now;
    auto line = static_cast<time_ms>(s.next_bytes() * second_ms / bytes_a_second);
    return now - since_ >= least_ms + line;
  }

private:
  time_ms since_ = 0;
};

} // namespace wardflow
