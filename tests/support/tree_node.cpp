// SPDX-License-Identifier: Apache-2.0
#include "tests/support/tree_node.hpp"

#include "tests/support/parent_says.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstring>

namespace wardflow::test::tree {

void line::send(bool upward, frame_kind kind, frame_body body, time_ms now, dice& d) {
  if (cut)
    return;
  auto& at = upward ? up_at : down_at;
  at = std::max(at, now + 1 + static_cast<time_ms>(d.below(static_cast<std::uint64_t>(delay_ms))));
  (upward ? up : down).push_back({at, kind, std::move(body)});
}

// -- life -----------------------------------------------------------------------------------------

void node::start(time_ms now) {
  runs_ = true;
  boot = dice_.random() | 1;
  load();
  news_ = at_start();
  up_held_ = news_.held;
  down_held_ = down_held();
  whole_ = said_whole();
  is_news_ = false;
  inbox_ = {};
  desk_.emplace(feed_desk::ports{
    [this](peer_id peer, frame_kind kind, frame_body body) {
      link_batch b;
      pieces += kind == frame_kind::link_batch && read_link_batch(body.view(), b) == code::ok &&
                b.is_snapshot();
      send_down(peer, kind, std::move(body), true);
    },
    [this](log_name log, lane l, std::uint64_t from, std::size_t bytes_max,
           std::vector<log_chunk>& chunks) {
      return read(log == log_name::up ? state_table::up : state_table::down, l, from, bytes_max,
                  chunks);
    },
    [this](log_name, lane, std::uint64_t) { wrong = "a log was not readable"; },
    [this](std::string_view from, std::string_view end, std::size_t bytes_max,
           std::vector<fact_row>& rows) { return read_facts(from, end, bytes_max, rows); },
    unit, 900}); // a snapshot of some pieces
  session_.emplace(uplink_session::self{unit, kept.id, kept.epoch, boot, "test"},
                   uplink_session::ports{
                     [this](frame_kind kind, frame_body body) {
                       if (to_parent == nullptr || dice_.chance(50))
                         return false; // no credit
                       to_parent->send(true, kind, std::move(body), now_, dice_);
                       return true;
                     },
                     [this](const node_ref& who, frame_kind kind, frame_body body) {
                       return !dice_.chance(50) && // the inbox is full
                              inbox_.directive(who, kind, std::move(body));
                     },
                     [this](const node_ref& who, const uplink_session::acks& through, bool again,
                            bool urgent) { inbox_.has(who, through, again, urgent); },
                     [this](const node_ref& who) { inbox_.begin(who); }},
                   news_);
  now_ = now;
}

void node::crash() {
  runs_ = false;
  ++crashes;
  on_way_.clear();
  lost_.clear();
  gathering.clear();
  lost();
  if (to_parent != nullptr)
    to_parent->cut = true;
  to_parent.reset();
  for (auto& [peer, below] : from_below)
    below.first->cut = true;
  from_below.clear();
}

void node::step(time_ms now, bool calm) {
  now_ = now;
  if (!runs_)
    return;
  hear(now);
  if (dice_.chance(7'000)) // else several rounds at once, later
    tell_session();
  if (has_parent_) {
    session_->connection(to_parent != nullptr, times_up, now);
    session_->turn(now, wall(now));
    pump_up(now);
    inbox_.give(gathering.parent, std::size_t{64} << 10, now >= full_until);
  }
  auto stamp = std::max(stamp_, wall(now));
  auto has_input = !gathering.links.empty() || !gathering.commands.empty() || wants_round() ||
                   !gathering.parent.directives.empty() || gathering.parent.urgent;
  auto is_due = due() != 0 && due() <= stamp;
  if ((has_input || is_due) && on_way_.size() < 2 && (calm || dice_.chance(6'000)))
    begin(now);
  while (!on_way_.empty() && (calm || dice_.chance(4'000)))
    commit(now, calm);
  if (calm)
    tell_session();
  for (auto turns = 0;
       runs_ && turns != 8 && desk_->pump(up_held_, down_held_, whole_, now, wall(now)); ++turns) {
  }
  for (auto& order : std::exchange(lost_, {}))
    desk_->obey(std::move(order), now);
}

/// As GATE does it: the peer may be gone, or not read just now; of what FEED sent, FEED hears so.
void node::send_down(peer_id peer, frame_kind kind, frame_body body, bool of_feed) {
  auto to = from_below.find(peer);
  auto gone = to == from_below.end();
  if (!gone && !dice_.chance(of_feed ? 100 : 20))
    return to->second.first->send(false, kind, std::move(body), now_, dice_);
  if (of_feed && gone)
    gathering.gone.push_back(peer);
  if (of_feed && (gone || kind != frame_kind::link_heartbeat))
    lost_.push_back(
      {.what = gone ? feed_order::deed::close : feed_order::deed::rewind, .peer = peer});
}

void node::tell_session() {
  if (!std::exchange(is_news_, false))
    return;
  session_->is_committed(news_);
  news_.answered = {};
  news_.said_again = false;
}

std::string node::unrest() const {
  if (!runs_)
    return "does not run";
  if (is_news_ || !on_way_.empty())
    return "has rounds on their way";
  if (!gathering.links.empty() || !gathering.commands.empty() ||
      !gathering.parent.directives.empty() || wants_round())
    return "has something for a round";
  if (!has_parent_)
    return {};
  if (!session_->in_session())
    return "is in no session: " + session_->state();
  for (std::size_t i = 0; i != lanes_max; ++i)
    if (session_->parent_has()[i] + 1 != up_held_[i].next)
      return "has more than its parent";
  return {};
}

// -- frames ---------------------------------------------------------------------------------------

void node::hear(time_ms now) {
  if (to_parent != nullptr)
    for (auto& in = to_parent->down; !in.empty() && in.front().at <= now; in.pop_front())
      session_->hear(in.front().kind, std::move(in.front().body), now);
  for (auto at = from_below.begin(); at != from_below.end();) {
    auto& [peer, below] = *at;
    auto& [from, key] = below;
    for (; !from->up.empty() && from->up.front().at <= now; from->up.pop_front()) {
      auto& f = from->up.front();
      gathering.links.push_back({peer, "key of " + std::string{key.text()}, key,
                                 key == unit ? role::supervisor : role::node, f.kind,
                                 std::move(f.body)});
    }
    at = from->cut ? from_below.erase(at) : std::next(at);
  }
}

void node::pump_up(time_ms now) {
  while (auto order = session_->next()) {
    if (to_parent == nullptr)
      return;
    std::vector<log_chunk> chunks;
    if (read(state_table::up, order->lane, order->from, order->bytes_max, chunks) != code::ok ||
        chunks.empty())
      return;
    for (auto& c : chunks) {
      if (dice_.chance(50))
        return; // no credit
      auto size = c.message.size();
      to_parent->send(true, frame_kind::link_batch, std::move(c.message), now, dice_);
      session_->sent(order->lane, c.batch.through, size, now);
    }
  }
}

code node::read(state_table table, lane l, std::uint64_t from, std::size_t bytes_max,
                std::vector<log_chunk>& chunks) const {
  std::size_t size = 0;
  for (auto at = kept.rows.lower_bound({table, offset_log::chunk_key(l, from)});
       at != kept.rows.end() && at->first.first == table &&
       offset_log::is_chunk_key(l, at->first.second) && (size == 0 || size < bytes_max);
       ++at) {
    if (auto bad = take_chunk(at->second, from, chunks, size); bad != code::ok)
      return bad;
  }
  return code::ok;
}

code node::read_facts(std::string_view from, std::string_view end, std::size_t bytes_max,
                      std::vector<fact_row>& rows) const {
  rows.clear();
  std::size_t size = 0;
  for (auto at = kept.rows.lower_bound({state_table::facts, std::string{from}});
       at != kept.rows.end() && at->first.first == state_table::facts && at->first.second < end &&
       (size == 0 || size < bytes_max);
       ++at) {
    rows.push_back({at->first.second, at->second});
    size += at->first.second.size() + at->second.size();
  }
  return code::ok;
}

// -- rounds ---------------------------------------------------------------------------------------

void node::begin(time_ms now) {
  auto r = std::make_unique<scan_round>();
  std::swap(r->links, gathering.links);
  std::swap(r->gone, gathering.gone);
  std::swap(r->commands, gathering.commands);
  std::swap(r->parent, gathering.parent);
  r->store_full = now < full_until;
  r->number = ++number_;
  r->stamp = stamp_ = std::max(stamp_, wall(now));
  work(*r);
  ++rounds;
  on_way_.push_back(std::move(r));
}

void node::commit(time_ms now, bool calm) {
  auto r = std::move(on_way_.front());
  on_way_.pop_front();
  if (!calm && dice_.chance(20))
    return crash(); // nothing of it happened
  commit_rows(*r);
  for (auto& e : r->audit)
    ++kept.audited[e.id];
  remember(*r);
  written(*r);
  if (!calm && dice_.chance(20))
    return crash(); // it happened, and nobody was told
  reply(*r, now);
}

void node::commit_rows(const scan_round& r) {
  for (auto& row : r.rows)
    if (row.erase)
      kept.rows.erase({row.table, row.key});
    else
      kept.rows[{row.table, row.key}] = row.value;
  if (r.record_parts.empty())
    return;
  std::size_t size = 0, at = 0;
  for (auto part : r.record_parts)
    size += part.size();
  auto record = frame_body::allocate(size);
  for (auto part : r.record_parts) {
    std::memcpy(record.writable().data() + at, part.data(), part.size());
    at += part.size();
  }
  std::vector<std::byte> bytes{record.view().begin(), record.view().end()};
  kept.records[r.number] = std::move(bytes);
}

/// What was published, for those who look from outside.
void node::remember(const scan_round& r) {
  for (auto& row : r.rows) {
    auto is_down = row.table == state_table::down && row.key.size() > 1;
    if (row.erase || (!is_down && (row.table != state_table::up ||
                                   !offset_log::is_chunk_key(lane::control, row.key))))
      continue;
    auto message = frame_body::copy_of(row.value);
    link_batch b;
    BOOST_REQUIRE((read_link_batch(message.view(), b) == code::ok));
    for (auto& e : b.entries) {
      if (is_down) {
        auto& said = kept.down.emplace_back();
        said.to = e.unit;
        said.said = e.said;
        said.lapses = e.expires != 0;
        BOOST_REQUIRE((read_command(e.body, said.what) == code::ok));
        continue;
      }
      alert a;
      if (e.kind != entry_kind::alert)
        continue;
      BOOST_REQUIRE((read_alert(e.body, a) == code::ok));
      kept.log.emplace_back(e.offset, a);
      auto& newest = kept.said[alert_name(a)];
      if (a.revision >= newest.revision)
        newest = a;
    }
  }
}

void node::reply(scan_round& r, time_ms now) {
  for (auto& out : r.replies)
    if (from_below.contains(out.peer))
      send_down(out.peer, out.kind, frame_body::copy_of(out.body.view()), false);
    else if (on_reply)
      on_reply(out);
  replied(r);
  for (auto& order : r.feed)
    desk_->obey(std::move(order), now);
  up_held_ = r.up_held;
  down_held_ = r.down_held;
  whole_ = r.whole;
  news_.add(r);
  is_news_ = true;
}

} // namespace wardflow::test::tree
