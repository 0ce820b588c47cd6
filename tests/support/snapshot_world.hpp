// SPDX-License-Identifier: Apache-2.0
// One parent and one child, whose log keeps little: directives, gaps and snapshots, by one seed.
//
//   directive_book, offset_log ─rows─▶ disk ─FEED DESK─▶ line
//                                              line ─▶ UPLINK SESSION, PARENT CURSOR ─▶ disk
//
// The line breaks with all that is on it, and single frames are dropped where there was no credit.
// Either side is killed at any step, with what it had not committed. What the child holds of a card
// is the number of the command that said it: it must never be behind what it claims to be as of.
#pragma once

#include "actors/logic/directive_book.hpp"
#include "actors/logic/feed_desk.hpp"
#include "actors/logic/parent_cursor.hpp"
#include "actors/logic/parent_inbox.hpp"
#include "actors/logic/uplink_session.hpp"
#include "messages/codec.hpp"
#include "tests/support/fact_disk.hpp"
#include "tests/support/parent_says.hpp"
#include "tests/support/snapshot_facts.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <random>

namespace wardflow::test::snapshots {

struct weather {
  unsigned drops = 0;        // of frames down, in a thousand
  bool breaks = false;       // of the line
  bool kills = false;        // of either side
  unsigned cards_a_line = 0; // the line breaks after so many pieces of cards, for ever; 0: it holds
};

class world {
public:
  world(std::uint64_t seed, weather w) : weather_(w), random_(seed) {
    start_parent();
    start_child();
  }

  /// Everything, until the child has all. False: it never came to that.
  bool run() {
    for (steps_ = 0; steps_ != 30'000 && !behind_; ++steps_) {
      now_ += static_cast<time_ms>(1 + random_() % (calm() ? 400 : 60));
      if (calm() && done())
        return true;
      if (!calm())
        say_something();
      faults();
      step_parent();
      step_child();
    }
    return false;
  }

  void check() {
    BOOST_TEST(!behind_, "it claimed to be fresh, and was not");
    held_facts all;
    for (auto& s : said_)
      all.take(s.what, s.to, s.said);
    BOOST_TEST((kept_.facts.cards == all.cards));
    BOOST_TEST((kept_.facts.revoked == all.revoked));
    BOOST_TEST((kept_.facts.closed == all.closed));
    BOOST_TEST((kept_.facts.levels == all.levels));
    BOOST_TEST(kept_.facts.as_of == all.as_of);
  }

  std::uint64_t pieces = 0, gaps = 0, kills_within = 0, sessions = 0, resumed = 0, breaks = 0;

private:
  struct frame {
    time_ms due = 0;
    frame_kind kind = frame_kind::none;
    frame_body body;
  };
  struct child_disk {
    std::vector<std::byte> cursor;
    held_facts facts;
  };

  static constexpr auto line = peer_id{7};

  [[nodiscard]] bool calm() const { return steps_ > 4'000; }
  bool chance(unsigned rate) { return random_() % 1'000 < rate; }

  bool done() {
    return log_->sealed() && held_ == log_->held() && session_->in_session() &&
           kept_at_.down_next[0] == held_[0].next && kept_at_.down_next[1] == held_[1].next &&
           !kept_at_.owes[0] && !kept_at_.owes[1] && inbox_empty_ && down_.empty();
  }

  // -- what is said -----------------------------------------------------------------------------

  void say_something() {
    if (!chance(60))
      return;
    pending_said_.push_back(next_said(random_, ++last_said_, now_));
  }

  void faults() {
    if (calm())
      return;
    if (weather_.breaks && chance(8))
      cut_line(static_cast<time_ms>(random_() % (chance(200) ? 60'000 : 2'000)));
    if (weather_.kills && chance(2))
      start_parent();
    if (weather_.kills && chance(4)) {
      kills_within += kept_at_.owes[0] || kept_at_.owes[1];
      start_child();
    }
  }

  void cut_line(time_ms ms) {
    up_.clear();
    down_.clear();
    is_up_ = false;
    cards_here_ = 0;
    comes_back_ = now_ + ms;
  }

  // -- parent -----------------------------------------------------------------------------------

  void start_parent() {
    cut_line(100);
    book_.emplace();
    for (auto prefix : directive_book::loaded)
      for (auto at = facts_.rows.lower_bound(prefix);
           at != facts_.rows.end() && at->first.starts_with(prefix); ++at)
        BOOST_REQUIRE(book_->load(at->first, at->second));
    log_.emplace(log_name::down, offset_log::limits{.bytes_max = 6'000, .age_max = 6'000});
    for (auto& [key, value] : chunks_)
      BOOST_REQUIRE((log_->load(key, value) && book_->load_log(key, value)));
    for (auto l : {lane::control, lane::bulk})
      log_->hold("history", l, 1);
    pending_said_.clear();
    held_ = log_->held();
    whole_ = on_disk_ = book_->in_rows(held_[1].next);
    desk_.emplace(feed_desk::ports{
      [this](peer_id, frame_kind kind, frame_body body) {
        const auto of = kind == frame_kind::link_batch ? piece_of(body.view()) : std::nullopt;
        pieces += of.has_value();
        if (of == lane::bulk && is_up_ && weather_.cards_a_line != 0 &&
            ++cards_here_ > weather_.cards_a_line)
          breaks_ = true;
        gaps += kind == frame_kind::link_gap;
        if (!is_up_)
          return;
        if (calm() || !chance(weather_.drops))
          down_.push_back({now_ + static_cast<time_ms>(random_() % 50), kind, std::move(body)});
        else // a queue that is full is told, a line that breaks is not
          lost_ = lost_ || chance(700);
      },
      [this](log_name, lane l, std::uint64_t from, std::size_t bytes_max,
             std::vector<log_chunk>& chunks) { return read(l, from, bytes_max, chunks); },
      [](log_name, lane, std::uint64_t) { BOOST_FAIL("a log was not readable"); },
      [this](std::string_view from, std::string_view end, std::size_t bytes_max,
             std::vector<fact_row>& rows) { return facts_.read(from, end, bytes_max, rows); },
      *unit_code::parse("568"), 800});
  }

  static std::optional<lane> piece_of(bytes message) {
    link_batch b;
    if (read_link_batch(message, b) != code::ok || !b.is_snapshot())
      return std::nullopt;
    return b.lane;
  }

  code read(lane l, std::uint64_t from, std::size_t bytes_max, std::vector<log_chunk>& chunks) {
    std::size_t size = 0;
    for (auto at = chunks_.lower_bound(offset_log::chunk_key(l, from));
         at != chunks_.end() && offset_log::is_chunk_key(l, at->first) &&
         (size == 0 || size < bytes_max);
         ++at) {
      if (auto bad = take_chunk(at->second, from, chunks, size); bad != code::ok)
        return bad;
    }
    return code::ok;
  }

  void step_parent() {
    for (; !up_.empty() && up_.front().due <= now_; up_.pop_front())
      parent_hears(up_.front());
    if (calm() || chance(100)) {
      std::vector<saved_row> rows;
      for (auto& s : pending_said_) {
        auto is_bulk = std::holds_alternative<std::vector<card_update>>(s.what.body);
        book_->take(s.what, s.to, {"officer 568", s.said, now_}, rows);
        log_->append(is_bulk ? lane::bulk : lane::control, {.kind = entry_kind::command,
                                                            .unit = s.to,
                                                            .by = "officer 568",
                                                            .body = encode_command(s.what),
                                                            .said = s.said});
      }
      log_->seal(now_, rows);
      if (!rows.empty() || chance(200))
        log_->trim(now_, rows);
      const auto bulk = log_->held()[1];
      if (book_->cards_due(now_, bulk.first) || chance(100))
        book_->write_cards(bulk.next, rows);
      facts_.write(rows);
      for (auto& row : rows)
        if (row.table == state_table::down && row.erase)
          chunks_.erase(row.key);
        else if (row.table == state_table::down)
          chunks_[row.key] = row.value;
      std::ranges::move(pending_said_, std::back_inserter(said_));
      pending_said_.clear();
      on_disk_ = book_->in_rows(bulk.next);
    }
    if (calm() || chance(500)) // FEED hears of a commit later than its rows are there
      held_ = log_->held(), whole_ = on_disk_;
    for (int turn = 0; turn != 4 && desk_->pump({}, held_, whole_, now_, now_); ++turn) {
    }
    if (std::exchange(breaks_, false)) {
      cut_line(2'000);
      ++breaks;
    }
    if (std::exchange(lost_, false))
      desk_->obey({.what = feed_order::deed::rewind, .peer = line}, now_);
  }

  void parent_hears(const frame& f) {
    if (f.kind == frame_kind::link_hello) {
      link_hello h;
      BOOST_REQUIRE(read_link_hello(f.body.view(), h) == code::ok);
      link_welcome w;
      w.unit = *unit_code::parse("568");
      w.id[0] = 5;
      w.epoch = 1;
      w.up = {{lane::control, 0, 1}, {lane::bulk, 0, 1}};
      w.window_bytes = 3'000;
      down_.push_back({now_ + 1, frame_kind::link_welcome, encode_link_welcome(w)});
      feed_order order;
      order.peer = line;
      order.log = log_name::down;
      order.wanted = h.down;
      order.marks = h.marks;
      resumed += !h.marks[1].empty();
      order.window_bytes = 3'000;
      order.below = own;
      desk_->obey(std::move(order), now_);
      ++sessions;
    } else if (f.kind == frame_kind::link_ack) {
      link_ack a;
      BOOST_REQUIRE(read_link_ack(f.body.view(), a) == code::ok);
      feed_order order;
      order.what = feed_order::deed::acked;
      order.peer = line;
      order.log = log_name::down;
      order.wanted = {{a.lane, 0, a.through + 1}};
      desk_->obey(std::move(order), now_);
    }
  }

  // -- child ------------------------------------------------------------------------------------

  void start_child() {
    cut_line(100);
    work_ = kept_.facts;
    up_log_.emplace(log_name::up, offset_log::limits{});
    cursor_.emplace();
    if (!kept_.cursor.empty())
      BOOST_REQUIRE(cursor_->load(kept_.cursor));
    cursor_->begin(1, *up_log_);
    kept_at_ = uplink_session::committed::of(*up_log_, *cursor_);
    inbox_ = {};
    inbox_empty_ = true;
    round_.clear();
    worked_ = false;
    session_.emplace(
      uplink_session::self{own, {9}, 1, ++boots_, "test"},
      uplink_session::ports{
        [this](frame_kind kind, frame_body body) {
          if (!is_up_ || (!calm() && chance(10)))
            return false;
          up_.push_back({now_ + static_cast<time_ms>(random_() % 50), kind, std::move(body)});
          return true;
        },
        [this](const node_ref& who, frame_kind kind, frame_body body) {
          inbox_empty_ = false;
          return inbox_.directive(who, kind, std::move(body));
        },
        [this](const node_ref& who, const uplink_session::acks& through, bool again, bool urgent) {
          inbox_.has(who, through, again, urgent);
        },
        [this](const node_ref& who) { inbox_.begin(who); }},
      kept_at_);
  }

  void step_child() {
    if (!is_up_ && now_ >= comes_back_) {
      is_up_ = true;
      ++times_up_;
    }
    session_->connection(is_up_, times_up_, now_);
    for (; !down_.empty() && down_.front().due <= now_; down_.pop_front())
      session_->hear(down_.front().kind, std::move(down_.front().body), now_);
    session_->turn(now_, now_);
    if (!worked_ && (calm() || chance(400)))
      work();
    if (worked_ && (calm() || chance(400)))
      commit();
  }

  /// A round; its commit is on its way.
  void work() {
    round_.clear();
    inbox_.give(round_.parent, 1'500);
    inbox_empty_ = round_.parent.directives.empty();
    round_.said_again = cursor_->hear(round_.parent, *up_log_);
    cursor_->take(round_, [&](lane, const log_entry_view& e) {
      command c;
      BOOST_REQUIRE(read_command(e.body, c) == code::ok);
      work_.take(c, e.unit, e.said_at());
    });
    cursor_->save(round_.rows);
    round_.up_held = up_log_->held();
    round_.parent_known = cursor_->who();
    round_.down_next = cursor_->next();
    round_.down_owes = cursor_->owes();
    round_.down_marks = cursor_->marks();
    worked_ = true;
  }

  void commit() {
    worked_ = false;
    if (!round_.rows.empty())
      kept_.cursor = round_.rows.back().value;
    kept_.facts = work_;
    kept_at_.answered = {};
    kept_at_.said_again = false;
    kept_at_.add(round_);
    session_->is_committed(kept_at_);
    look_whether_fresh();
  }

  /// All cards that were said up to what it claims to be as of, it has as they were or newer.
  void look_whether_fresh() {
    for (auto& s : said_)
      if (auto* rows = std::get_if<std::vector<card_update>>(&s.what.body);
          rows != nullptr && s.said <= kept_.facts.as_of)
        for (auto& row : *rows)
          behind_ = behind_ || kept_.facts.cards[static_cast<std::uint64_t>(row.card)] <
                                 row.facts.pcr_negative_min;
  }

  weather weather_;
  std::mt19937_64 random_;
  time_ms now_ = 1'000'000;
  unsigned steps_ = 0;
  std::deque<frame> up_, down_;
  bool is_up_ = false;
  bool breaks_ = false;     // ... at once
  unsigned cards_here_ = 0; // pieces of them, since it is up
  bool lost_ = false;       // of what the parent just sent
  bool behind_ = false;
  time_ms comes_back_ = 0;
  std::uint64_t times_up_ = 0, boots_ = 0, last_said_ = 0;

  // The parent's disk, and what it has in memory.
  fact_disk facts_;
  std::map<std::string, std::vector<std::byte>> chunks_;
  std::vector<said_one> said_;
  std::optional<directive_book> book_;
  std::optional<offset_log> log_;
  std::optional<feed_desk> desk_;
  std::array<lane_range, lanes_max> held_{};
  facts_said on_disk_, whole_;
  std::vector<said_one> pending_said_;

  child_disk kept_;
  uplink_session::committed kept_at_;
  held_facts work_;
  std::optional<offset_log> up_log_;
  std::optional<parent_cursor> cursor_;
  std::optional<uplink_session> session_;
  parent_inbox inbox_;
  bool inbox_empty_ = true;
  scan_round round_;
  bool worked_ = false;
};

} // namespace wardflow::test::snapshots
