// SPDX-License-Identifier: Apache-2.0
// FEED DESK: what is sent of this node's logs, to whom, and when; without threads or sockets.
//
//   orders of a round that is on disk ─▶ [reader │ reader │ ...] ─pump─▶ LinkGap, LinkBatch
//                       read(log, lane, from), facts(from, end) ─┘
//
// Owns     for each reader a place in a log, a filter, and what waits for its acknowledgement; how
//          far the snapshots of a child have come that missed something.
// Borrows  its ports, for its life.
// Promise  entries go out in order, from the wanted offset on, none left out but by the reader's
//          own filter; a reader that wants what is no longer kept is told so, and a child gets a
//          snapshot before that lane goes on: control's (revocations) before all of bulk. What was
//          lost on its way is sent again: within a snapshot its child is told to begin anew, and
//          it goes on behind the last piece that the child has a mark of. So is a child that does
//          not acknowledge for too long, until it does; a supervisor may take his time, and hears
//          from us now and then, so that one who is no more is noticed. What cannot be read is
//          told, and left alone for a while.
// Bound    children_max, readers_max; `window_bytes` and window_frames on the way to each, and one
//          piece of a snapshot at a time; a turn is `bytes_a_turn` and one chunk.
#pragma once

#include "actors/logic/lane_snapshot.hpp"
#include "actors/logic/link_sender.hpp"
#include "messages/round.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <vector>

namespace wardflow {

class feed_desk {
public:
  static constexpr std::size_t children_max = 4096;
  static constexpr std::size_t readers_max = 1024; // supervisors: they take no child's place
  static constexpr std::size_t bytes_a_turn = std::size_t{256} << 10;
  static constexpr time_ms rest_ms = second_ms;        // for a reader whose queue was full
  static constexpr time_ms damage_rest_ms = minute_ms; // a store does not mend itself
  static constexpr time_ms beat_ms = 30 * second_ms;   // to a supervisor to whom nothing went
  /// A connection's queue holds twice as many (io::socket_options::sndhwm), answers beside them.
  static constexpr std::size_t window_frames = 64;
  /// Small chunks go together up to this: two seconds of a line of 64 kbit/s, for a heartbeat waits
  /// behind a frame.
  static constexpr std::size_t frame_bytes = std::size_t{16} << 10;
  using held = std::array<lane_range, lanes_max>;

  struct ports {
    std::function<void(peer_id, frame_kind, frame_body)> send;
    /// Chunks that hold this offset and what follows, about so many bytes; see log_reader.
    std::function<code(log_name, lane, std::uint64_t from, std::size_t bytes_max,
                       std::vector<log_chunk>&)>
      read;
    std::function<void(log_name, lane, std::uint64_t offset)> unreadable; // 0: its facts
    /// Rows of what all below must hold; see fact_reader.
    lane_snapshot::reader facts{};
    unit_code unit{};                                // of this node: who says a snapshot
    std::size_t piece_bytes = std::size_t{64} << 10; // of a snapshot: 8 s of a line of 64 kbit/s
  };

  explicit feed_desk(ports to) : to_(std::move(to)) {
    // nop
  }

  void obey(feed_order&& order, time_ms now);
  /// A turn for each reader. True: somebody may have more at once. `up`, `down`: what the logs
  /// hold; `whole`: what is in rows of facts. `now` is monotonic; `wall` is what goes into the
  /// frames.
  [[nodiscard]] bool pump(const held& up, const held& down, const facts_said& whole, time_ms now,
                          time_ms wall);
  [[nodiscard]] std::size_t readers() const { return tails_.size(); }
  [[nodiscard]] std::uint64_t batches() const { return batches_; }

private:
  /// A snapshot of a lane.
  struct debt {
    std::optional<lane_snapshot> rows{}; // none: not begun
    std::uint64_t through = 0;           // of its last piece; 0: that was not sent
    std::string mark{};                  // where to go on when rows are begun; empty: at the first
  };
  struct tail {
    feed_order want;
    link_sender sender;
    link_patience patience;
    time_ms rests_until = 0;
    time_ms beat_at = 0; // a supervisor's
    time_ms bye_at =
      0; // a child's that is to begin anew: said then, and again; 0: it is in session
    std::array<std::optional<debt>, lanes_max> owed{};

    [[nodiscard]] bool is_child() const { return want.log == log_name::down; }
  };

  /// What a filter leaves of one chunk, or of several small ones, which outlive it.
  struct frame {
    link_batch batch;
    std::size_t size = 0;        // of the chunks
    frame_body* whole = nullptr; // one chunk alone and all of it: sent as it lies

    void add(link_batch&& b, std::size_t all, frame_body& message);
  };

  [[nodiscard]] bool has_place(const feed_order& order) const;
  [[nodiscard]] bool is_sent_away(peer_id peer, tail& t, time_ms now);
  void rewind(tail& t, time_ms now);
  void beat(peer_id peer, tail& t, const held& kept, time_ms now, time_ms wall);
  [[nodiscard]] bool serve(peer_id peer, tail& t, const held& kept, const facts_said& whole,
                           time_ms now);
  void say_gaps(peer_id peer, tail& t, const held& kept);
  [[nodiscard]] bool send_piece(peer_id peer, tail& t, const held& kept, const facts_said& whole,
                                time_ms now);
  [[nodiscard]] static held without_owed(const tail& t, held kept);
  [[nodiscard]] bool pump(peer_id peer, tail& t, const held& all_kept, time_ms now);
  void send(peer_id peer, tail& t, lane l, frame out, time_ms now);
  [[nodiscard]] static bool wants(const feed_order& want, const log_entry_view& e);
  static void joined(feed_order& want, const feed_order& news);

  ports to_;
  std::map<peer_id, tail> tails_;
  std::uint64_t batches_ = 0;
};

} // namespace wardflow
