// SPDX-License-Identifier: Apache-2.0
// A node of the simulated tree: its real logic between a disk made of maps and lines that break.
//
//   lines, gateway, operators ─▶ [gathering] ─begin─▶ fold ─▶ [rounds on their way] ─commit─▶ disk
//                                    ▲                                                  │ then
//                     PARENT INBOX ──┘◀── UPLINK SESSION ◀── what is on disk ◀──────────┤
//                                                              FEED DESK, replies ◀─────┘
//
// What GATE, UPLINK and FEED do with threads is done here by a random hand, one step at a time. The
// carrier is `line`, the second implementation beside ZeroMQ. A crash loses all but the disk.
#pragma once

#include "actors/logic/area_fold.hpp"
#include "actors/logic/feed_desk.hpp"
#include "actors/logic/parent_inbox.hpp"
#include "actors/logic/uplink_session.hpp"
#include "actors/logic/ward_fold.hpp"
#include "messages/codec.hpp"

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace wardflow::test::tree {

struct dice {
  std::mt19937_64 random;
  std::uint64_t below(std::uint64_t n) { return random() % n; }
  /// `rate` times in ten thousand.
  bool chance(unsigned rate) { return random() % 10'000 < rate; }
};

/// A connection: frames arrive in order, each once, until it is cut; then all on it is lost.
struct line {
  struct frame {
    time_ms at = 0;
    frame_kind kind = frame_kind::none;
    frame_body body;
  };
  peer_id peer{};
  bool cut = false;
  std::deque<frame> up, down;
  time_ms up_at = 0, down_at = 0;
  time_ms delay_ms = 5;

  void send(bool upward, frame_kind kind, frame_body body, time_ms now, dice& d);
};

/// A command in a directive log.
struct handed_down {
  command what;
  unit_code to;
  time_ms said = 0;
  bool lapses = false; // not done after some time
};

/// What a commit makes durable, and what is known of it from outside.
struct disk {
  std::map<std::pair<state_table, std::string>, std::vector<std::byte>> rows;
  std::map<std::uint64_t, std::vector<std::byte>> records;
  node_id id{};
  std::uint64_t epoch = 1;
  std::map<command_id, unsigned> done;              // a ward's: how often each was done
  std::map<command_id, unsigned> audited;           // ... and how often it was written down
  std::map<hour_number, std::uint64_t> counted;     // ... in and out, by hour of the scans
  std::map<std::string, alert> said;                // newest revision of each that it published
  std::vector<std::pair<std::uint64_t, alert>> log; // ... all of them, by offset
  std::vector<handed_down> down;                    // an area's: all that it said to those below
};

class node {
public:
  node(unit_code own, bool has_parent, dice& d) : unit(own), dice_(d), has_parent_(has_parent) {
    // nop
  }
  virtual ~node() = default;

  /// From the disk.
  void start(time_ms now);
  /// Power off: what was on its way, in memory and on lines is gone.
  void crash();
  [[nodiscard]] bool runs() const { return runs_; }
  /// Everything that may happen now, or does not yet.
  void step(time_ms now, bool calm);
  /// What is still on its way here or to the parent; empty: nothing.
  [[nodiscard]] std::string unrest() const;
  [[nodiscard]] const uplink_session& session() const { return *session_; }
  [[nodiscard]] const std::array<lane_range, lanes_max>& up_held() const { return up_held_; }
  [[nodiscard]] virtual const alert_book& alerts() const = 0;
  [[nodiscard]] virtual const parent_cursor& parent() const = 0;
  /// Its parent's log no longer had something, and it has not come otherwise yet.
  [[nodiscard]] bool owes() const { return runs_ && parent().owes() != std::array{false, false}; }
  [[nodiscard]] time_ms wall(time_ms now) const { return now + clock_offset; }

  unit_code unit;
  disk kept;
  time_ms clock_offset = 0;
  time_ms full_until = 0; // its disk takes nothing that can wait
  std::uint64_t boot = 0;
  std::shared_ptr<line> to_parent;
  std::map<peer_id, std::pair<std::shared_ptr<line>, unit_code>> from_below; // whose key
  scan_round gathering;
  std::uint64_t times_up = 0;
  std::function<void(const outbound&)> on_reply; // those to no line: an operator's
  const char* wrong = nullptr;                   // the first promise that was broken
  std::uint64_t rounds = 0, crashes = 0, pieces = 0;

protected:
  virtual void load() = 0;
  virtual void work(scan_round& r) = 0;
  virtual void written(scan_round&) {}
  /// It is on disk and its answers have left.
  virtual void replied(scan_round&) {}
  virtual void lost() {} // rounds on their way
  [[nodiscard]] virtual uplink_session::committed at_start() const = 0;
  [[nodiscard]] virtual time_ms due() const = 0;
  [[nodiscard]] virtual std::array<lane_range, lanes_max> down_held() const = 0;
  [[nodiscard]] virtual facts_said said_whole() const { return {}; }
  [[nodiscard]] virtual bool wants_round() const { return false; }

  [[nodiscard]] bool has_parent() const { return has_parent_; }
  void commit_rows(const scan_round& r);

  dice& dice_;
  std::uint64_t number_ = 0;
  time_ms stamp_ = 0; // of the newest round

private:
  void hear(time_ms now);
  void begin(time_ms now);
  void commit(time_ms now, bool calm);
  void pump_up(time_ms now);
  void send_down(peer_id peer, frame_kind kind, frame_body body, bool of_feed);
  void tell_session();
  void reply(scan_round& r, time_ms now);
  void remember(const scan_round& r);
  code read(state_table table, lane l, std::uint64_t from, std::size_t bytes_max,
            std::vector<log_chunk>& chunks) const;
  code read_facts(std::string_view from, std::string_view end, std::size_t bytes_max,
                  std::vector<fact_row>& rows) const;

  bool has_parent_;
  bool runs_ = false;
  time_ms now_ = 0;
  std::deque<std::unique_ptr<scan_round>> on_way_;
  std::vector<feed_order> lost_; // what FEED is to hear of frames that were not sent
  std::optional<uplink_session> session_;
  std::optional<feed_desk> desk_;
  parent_inbox inbox_;
  uplink_session::committed news_;
  bool is_news_ = false;
  std::array<lane_range, lanes_max> up_held_{}, down_held_{};
  facts_said whole_;
};

class area_node : public node {
public:
  using node::node;
  [[nodiscard]] const alert_book& alerts() const override { return fold->alerts; }
  [[nodiscard]] const parent_cursor& parent() const override { return fold->parent; }
  std::unique_ptr<area_fold> fold;

protected:
  void load() override;
  void work(scan_round& r) override { fold->run(r); }
  [[nodiscard]] uplink_session::committed at_start() const override;
  [[nodiscard]] time_ms due() const override { return fold->next_due(); }
  [[nodiscard]] std::array<lane_range, lanes_max> down_held() const override {
    return fold->down.held();
  }
  [[nodiscard]] facts_said said_whole() const override { return fold->facts.said(); }
};

/// A ward with some venues and one gateway, which has a frame under way at a time.
class ward_node : public node {
public:
  ward_node(unit_code own, dice& d) : node(own, true, d) {
    // nop
  }
  /// The register, a rulebook and the gateway: once, before the first start.
  void furnish(time_ms now);
  /// The gateway sends some scans, unless it waits for an answer. `skips`: a number is missing.
  void scan(time_ms now, bool skips);
  void new_gateway_epoch() {
    ++gateway_epoch_;
    next_ = 1;
    skipped_ = 0;
    waiting_.clear();
  }
  [[nodiscard]] const alert_book& alerts() const override { return fold->state.alerts; }
  [[nodiscard]] const parent_cursor& parent() const override { return fold->state.parent; }
  std::unique_ptr<ward_fold> fold;

protected:
  void load() override;
  void work(scan_round& r) override;
  void written(scan_round& r) override;
  void replied(scan_round& r) override;
  void lost() override { sent_ = false; }
  [[nodiscard]] uplink_session::committed at_start() const override;
  [[nodiscard]] time_ms due() const override { return fold->state.next_due(); }
  [[nodiscard]] std::array<lane_range, lanes_max> down_held() const override { return {}; }
  [[nodiscard]] bool wants_round() const override { return !waiting_.empty() && !sent_; }

private:
  std::uint64_t gateway_epoch_ = 1;
  std::uint64_t next_ = 1;
  std::vector<wardflow::scan> waiting_;
  std::uint64_t skipped_ = 0;
  bool sent_ = false;
};

} // namespace wardflow::test::tree
