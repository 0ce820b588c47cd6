// SPDX-License-Identifier: Apache-2.0
// One log's transfer in a world of its own: a sender with its rows, a receiver with its commits,
// and the network between them, small enough to be run a thousand times.
//
//   offset_log ─rows─▶ sender's disk ─link_sender─▶ terrible network ─▶ link_receiver ─▶ its disk
//
// The network loses, repeats, delays and reorders frames, also those of older connections, and is
// cut for a while. Either side is killed at any step, with what it had not committed.
#pragma once

#include "actors/logic/link_receiver.hpp"
#include "actors/logic/link_sender.hpp"
#include "actors/logic/offset_log.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstring>
#include <memory>
#include <random>

namespace wardflow::test::link {

inline constexpr std::array both{lane::control, lane::bulk};
constexpr std::size_t at(lane l) {
  return static_cast<std::size_t>(l);
}

struct weather {
  unsigned loss_percent = 0;
  unsigned repeat_percent = 0;
  unsigned delay_max = 1;
  bool kills = false;    // of either side, and partitions
  bool tight = false;    // the log keeps little
  bool restores = false; // of the receiver from an older backup
};

struct message {
  std::uint64_t due = 0;
  bool up = true; // to the receiver
  std::uint64_t connection = 0;
  frame_kind kind = frame_kind::none;
  std::shared_ptr<frame_body> body;
};

/// What a commit of the receiver makes durable.
struct receiver_disk {
  std::array<std::uint64_t, lanes_max> next{1, 1};
  std::array<bool, lanes_max> owes{};
  std::array<std::vector<std::pair<std::uint64_t, std::uint64_t>>, lanes_max> taken; // offset, what
  std::array<std::vector<std::pair<std::uint64_t, std::uint64_t>>, lanes_max> gaps;  // from, to
};

class world {
public:
  world(std::uint64_t seed, weather w) :
    weather_(w), random_(seed), bounds_(w.tight ? tight() : offset_log::limits{}) {
    start_sender();
    start_receiver();
  }

  /// Everything, until all is taken and acknowledged. False: it never came to that.
  bool run() {
    for (now_ = 1; now_ < 20'000; ++now_) {
      if (calm() && done())
        return true;
      faults();
      deliver();
      run_sender();
      if (chance(200))
        commit_receiver();
    }
    return false;
  }

  void check() {
    for (auto l : both) {
      const auto n = at(l);
      std::vector<unsigned> taken(truth_[n].size()), gone(truth_[n].size());
      std::uint64_t last = 0;
      for (auto [offset, what] : kept_.taken[n]) {
        BOOST_TEST(offset > last);
        last = offset;
        BOOST_REQUIRE(offset <= truth_[n].size());
        BOOST_TEST(what == truth_[n][offset - 1]);
        ++taken[offset - 1];
      }
      for (auto [from, to] : kept_.gaps[n]) {
        BOOST_TEST(to <= log_->first(l), "a gap was said of what is kept");
        for (; from < to; ++from)
          ++gone[from - 1];
        ++gaps;
      }
      for (std::size_t i = 0; i < taken.size(); ++i)
        BOOST_REQUIRE_MESSAGE(taken[i] + gone[i] == 1, "entry " << i + 1 << " of lane " << n
                                                                << ": taken " << taken[i]
                                                                << ", gone " << gone[i]);
      BOOST_TEST(kept_.owes[n] == !kept_.gaps[n].empty());
      entries += taken.size();
    }
  }

  std::uint64_t entries = 0, gaps = 0, repeats = 0, sessions = 0, restored = 0;

private:
  static offset_log::limits tight() { return {.bytes_max = 3'000, .age_max = 400}; }
  [[nodiscard]] bool calm() const { return now_ > 3'000; }
  /// `rate` times in a thousand.
  bool chance(unsigned rate) { return random_() % 1'000 < rate; }

  bool done() {
    return pending_rows_.empty() && log_->sealed() && sender_->in_session() &&
           std::ranges::all_of(both, [&](lane l) {
             return sender_->acked_through(l) == truth_[at(l)].size() &&
                    kept_.next[at(l)] == truth_[at(l)].size() + 1;
           });
  }

  // -- network ----------------------------------------------------------------------------------

  void post(bool up, std::uint64_t connection, frame_kind kind, frame_body body) {
    message m{0, up, connection, kind, std::make_shared<frame_body>(std::move(body))};
    do {
      m.due = now_ + 1 + random_() % weather_.delay_max * (chance(30) ? 10u : 1u);
      if (calm() || (now_ >= cut_until_ && random_() % 100 >= weather_.loss_percent))
        network_.push_back(m);
    } while (!calm() && random_() % 100 < weather_.repeat_percent);
  }

  void deliver() {
    std::vector<message> due;
    const auto later = std::stable_partition(network_.begin(), network_.end(),
                                             [&](const message& m) { return m.due > now_; });
    std::move(later, network_.end(), std::back_inserter(due));
    network_.erase(later, network_.end());
    if (weather_.delay_max > 1)
      std::shuffle(due.begin(), due.end(), random_);
    for (auto& m : due) {
      if (m.up)
        receiver_hears(m);
      else if (m.connection == connection_)
        sender_hears(m);
    }
  }

  void faults() {
    if (calm())
      return;
    if (weather_.kills && chance(10))
      start_sender();
    if (weather_.kills && chance(10))
      start_receiver();
    if (weather_.kills && chance(5))
      cut_until_ = now_ + random_() % 500;
    if (weather_.restores && chance(10))
      backups_.push_back(kept_);
    if (weather_.restores && chance(4) && !backups_.empty()) {
      kept_ = backups_[random_() % backups_.size()];
      ++restored;
      start_receiver();
    }
  }

  // -- sender -----------------------------------------------------------------------------------

  void start_sender() {
    log_.emplace(log_name::up, bounds_);
    for (const auto& [key, value] : disk_)
      BOOST_REQUIRE(log_->load(key, value));
    held_ = log_->held();
    for (auto l : both)
      log_->hold("parent", l, held_[at(l)].first);
    pending_rows_.clear();
    for (auto l : both) {
      open_[at(l)].clear();
      pending_[at(l)].clear();
    }
    sender_.emplace(log_name::up);
    heard_ = 0;
  }

  void append() {
    for (auto left = random_() % 4; left != 0; --left) {
      const auto l = chance(500) ? lane::control : lane::bulk;
      const auto what = ++last_what_;
      std::vector<std::byte> body(8 + random_() % 200);
      std::memcpy(body.data(), &what, 8);
      log_entry e;
      e.kind = entry_kind::alert;
      e.body = frame_body::copy_of(body);
      log_->append(l, std::move(e));
      open_[at(l)].push_back(what);
    }
  }

  /// A round ends; its commit is on its way.
  void seal() {
    log_->seal(static_cast<time_ms>(now_), pending_rows_);
    pending_ = std::exchange(open_, {});
    for (auto l : both)
      if (sender_->in_session())
        log_->hold("parent", l, sender_->acked_through(l) + 1);
    log_->trim(static_cast<time_ms>(now_), pending_rows_);
    pending_held_ = log_->held();
  }

  void commit_sender() {
    for (const auto& r : std::exchange(pending_rows_, {}))
      if (r.erase)
        disk_.erase(r.key);
      else
        disk_[r.key] = r.value;
    for (auto l : both)
      truth_[at(l)].insert(truth_[at(l)].end(), pending_[at(l)].begin(), pending_[at(l)].end());
    held_ = pending_held_;
  }

  void run_sender() {
    if (!calm() && chance(200))
      append();
    if (pending_rows_.empty() && chance(100))
      seal();
    if (!pending_rows_.empty() && chance(200))
      commit_sender();
    const auto deaf = !sender_->in_session() || sender_->waits();
    if (!deaf)
      heard_ = now_;
    else if (now_ >= heard_ + 80) { // a new session
      sender_->end();
      heard_ = now_;
      ++connection_;
      post(true, connection_, frame_kind::link_hello, {});
    }
    if (sender_->in_session())
      send();
  }

  void send() {
    while (auto g = sender_->gap(held_))
      post(true, connection_, frame_kind::link_gap, encode_link_gap(*g));
    while (auto o = sender_->next(held_)) {
      std::uint64_t size = 0;
      for (auto row = disk_.lower_bound(offset_log::chunk_key(o->lane, o->from));
           row != disk_.end() && offset_log::is_chunk_key(o->lane, row->first) &&
           (size == 0 || size < o->bytes_max);
           ++row) {
        auto chunk = frame_body::copy_of(row->second);
        link_batch b;
        BOOST_REQUIRE(read_link_batch(chunk.view(), b) == code::ok);
        size += chunk.size();
        sender_->sent(o->lane, b.through, chunk.size(), now_);
        post(true, connection_, frame_kind::link_batch, std::move(chunk));
      }
      BOOST_REQUIRE(size != 0);
    }
  }

  void sender_hears(const message& m) {
    if (m.kind == frame_kind::link_welcome) {
      link_welcome w;
      BOOST_REQUIRE(read_link_welcome(m.body->view(), w) == code::ok);
      sender_->begin(w.up, w.window_bytes);
      BOOST_TEST(!sender_->is_behind(held_));
      ++sessions;
    } else {
      link_ack a;
      BOOST_REQUIRE(read_link_ack(m.body->view(), a) == code::ok);
      sender_->acked(a.lane, a.through, now_);
    }
    heard_ = now_;
  }

  // -- receiver ---------------------------------------------------------------------------------

  void start_receiver() {
    work_ = kept_;
    receiver_.emplace(log_name::up);
    for (auto l : both)
      receiver_->restore(l, kept_.next[at(l)], kept_.owes[at(l)]);
    answer_ = {};
    peer_ = 0;
  }

  void welcome() {
    link_welcome w;
    for (auto l : both)
      w.up.push_back({l, 0, kept_.next[at(l)]});
    w.window_bytes = 2'000;
    post(false, peer_, frame_kind::link_welcome, encode_link_welcome(w));
  }

  void receiver_hears(const message& m) {
    if (m.kind == frame_kind::link_hello) {
      peer_ = m.connection;
      welcome();
    } else if (m.kind == frame_kind::link_gap) {
      link_gap g;
      BOOST_REQUIRE(read_link_gap(m.body->view(), g) == code::ok);
      const auto from = receiver_->next(g.lane);
      if (receiver_->gap(g))
        work_.gaps[at(g.lane)].emplace_back(from, g.first_retained);
      answer_[at(g.lane)] = true;
    } else {
      link_batch b;
      BOOST_REQUIRE(read_link_batch(m.body->view(), b) == code::ok);
      take(b);
    }
  }

  void take(const link_batch& b) {
    const auto seen = receiver_->look(b);
    if (seen.gap) {
      if (peer_ != 0 && chance(100))
        welcome();
      return;
    }
    repeats += seen.skip;
    for (const auto& e : std::span{b.entries}.subspan(seen.skip)) {
      std::uint64_t what = 0;
      std::memcpy(&what, e.body.data(), 8);
      work_.taken[at(b.lane)].emplace_back(e.offset, what);
    }
    receiver_->take(b);
    answer_[at(b.lane)] = true;
  }

  void commit_receiver() {
    for (auto l : both) {
      work_.next[at(l)] = receiver_->next(l);
      work_.owes[at(l)] = receiver_->owes_snapshot(l);
    }
    kept_ = work_;
    for (auto l : both)
      if (std::exchange(answer_[at(l)], false))
        post(false, peer_, frame_kind::link_ack,
             encode_link_ack({log_name::up, l, kept_.next[at(l)] - 1, 0, 0}));
  }

  weather weather_;
  std::mt19937_64 random_;
  std::uint64_t now_ = 0, cut_until_ = 0;
  std::vector<message> network_;

  offset_log::limits bounds_;
  std::map<std::string, std::vector<std::byte>> disk_;
  std::array<std::vector<std::uint64_t>, lanes_max> truth_, open_, pending_; // by offset
  std::uint64_t last_what_ = 0;
  std::vector<saved_row> pending_rows_;
  std::array<lane_range, lanes_max> held_, pending_held_;
  std::optional<offset_log> log_;
  std::optional<link_sender> sender_;
  std::uint64_t connection_ = 0, heard_ = 0;

  receiver_disk kept_, work_;
  std::vector<receiver_disk> backups_;
  std::optional<link_receiver> receiver_;
  std::array<bool, lanes_max> answer_{};
  std::uint64_t peer_ = 0; // the connection of the last HELLO
};

} // namespace wardflow::test::link
