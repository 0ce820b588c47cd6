// SPDX-License-Identifier: Apache-2.0
#include "actors/logic/feed_desk.hpp"

#include "messages/codec.hpp"

#include <algorithm>
#include <utility>

namespace wardflow {

void feed_desk::obey(feed_order&& order, time_ms now) {
  switch (order.what) {
  case feed_order::deed::open: {
    if (!has_place(order)) {
      link_bye full{code::too_many_readers, {}};
      return to_.send(order.peer, frame_kind::link_bye, encode_link_bye(full));
    }
    auto peer = order.peer;
    auto& t = tails_.insert_or_assign(peer, tail{{}, link_sender{order.log}, {}}).first->second;
    t.want = std::move(order);
    t.sender.begin(t.want.wanted, t.want.window_bytes, window_frames);
    t.beat_at = now + beat_ms;
    return;
  }
  case feed_order::deed::acked:
    if (auto t = tails_.find(order.peer); t != tails_.end() && t->second.want.log == order.log)
      for (auto& r : order.wanted) {
        t->second.sender.acked(r.lane, r.next - 1, now);
        t->second.patience.acked(now);
      }
    return;
  case feed_order::deed::close:
    tails_.erase(order.peer);
    return;
  case feed_order::deed::rewind:
    if (auto t = tails_.find(order.peer); t != tails_.end())
      rewind(t->second, now);
    return;
  case feed_order::deed::joined:
    for (auto& [peer, t] : tails_)
      if (t.want.log == log_name::up)
        joined(t.want, order);
    return;
  }
}

/// Of a snapshot only its child knows how far it came: it is to say hello again.
void feed_desk::rewind(tail& t, time_ms now) {
  for (auto l : {lane::control, lane::bulk}) {
    auto& owed = t.owed[static_cast<std::size_t>(l)];
    if (!owed || (owed->through != 0 && !t.sender.waits_piece(l)))
      continue;
    t.sender.end();
    t.bye_at = now + rest_ms;
    return;
  }
  t.sender.rewind();
  t.rests_until = now + rest_ms;
}

bool feed_desk::has_place(const feed_order& order) const {
  if (tails_.contains(order.peer))
    return true;
  auto like = [&](auto& one) { return one.second.want.log == order.log; };
  auto there = static_cast<std::size_t>(std::ranges::count_if(tails_, like));
  return there < (order.log == log_name::down ? children_max : readers_max);
}

/// Who asked for a unit above wards gets those that come by it, and loses those that leave it.
void feed_desk::joined(feed_order& want, const feed_order& news) {
  if (want.below.empty() || want.below.is_ward())
    return;
  for (auto unit : news.units) {
    auto at = std::find(want.units.begin(), want.units.end(), unit);
    if (want.below == news.below && at == want.units.end())
      want.units.push_back(unit);
    else if (want.below != news.below && at != want.units.end())
      want.units.erase(at);
  }
}

bool feed_desk::pump(const held& up, const held& down, const facts_said& whole, time_ms now,
                     time_ms wall) {
  auto more = false;
  for (auto& [peer, t] : tails_) {
    if (t.is_child() && is_sent_away(peer, t, now))
      continue;
    auto& kept = t.is_child() ? down : up;
    auto before = batches_;
    more = (now >= t.rests_until && serve(peer, t, kept, whole, now)) || more;
    if (batches_ != before)
      t.beat_at = now + beat_ms;
    else if (!t.is_child() && now >= t.beat_at)
      beat(peer, t, kept, now, wall);
  }
  return more;
}

/// A child that does not acknowledge is to say hello again. Nobody knows whether it hears this: it
/// is said until a hello comes, or its connection is gone.
bool feed_desk::is_sent_away(peer_id peer, tail& t, time_ms now) {
  if (t.bye_at != 0 ? now < t.bye_at : !t.patience.is_over(t.sender, now))
    return t.bye_at != 0;
  t.sender.end();
  t.bye_at = now + link_patience::least_ms;
  link_bye bye{code::link_no_session, "no acknowledgement, or a loss within a snapshot"};
  to_.send(peer, frame_kind::link_bye, encode_link_bye(bye));
  return true;
}

/// Where he stands, and where the log ends.
void feed_desk::beat(peer_id peer, tail& t, const held& kept, time_ms now, time_ms wall) {
  t.beat_at = now + beat_ms;
  auto end = kept[static_cast<std::size_t>(lane::control)].next;
  link_heartbeat b{wall, {{lane::control, t.sender.acked_through(lane::control) + 1, end}}};
  to_.send(peer, frame_kind::link_heartbeat, encode_link_heartbeat(b));
}

bool feed_desk::serve(peer_id peer, tail& t, const held& kept, const facts_said& whole,
                      time_ms now) {
  say_gaps(peer, t, kept);
  return (!t.is_child() || send_piece(peer, t, kept, whole, now)) && pump(peer, t, kept, now);
}

/// What is gone is said at once, of both lanes; to a child, the rows come instead.
void feed_desk::say_gaps(peer_id peer, tail& t, const held& kept) {
  while (auto gap = t.sender.gap(without_owed(t, kept))) {
    to_.send(peer, frame_kind::link_gap, encode_link_gap(*gap));
    if (t.is_child())
      t.owed[static_cast<std::size_t>(gap->lane)].emplace(
        debt{.mark = std::exchange(t.want.marks[static_cast<std::size_t>(gap->lane)], {})});
  }
}

/// A lane of which a snapshot is owed waits, and bulk waits for control's: nothing of them is to be
/// sent, and what is trimmed meanwhile the snapshot stands for.
feed_desk::held feed_desk::without_owed(const tail& t, held kept) {
  auto& [control, bulk] = kept;
  auto closed = [&](lane l) {
    auto& owed = t.owed[static_cast<std::size_t>(l)];
    return owed && owed->through == 0;
  };
  if (closed(lane::control))
    control.first = control.next = 0;
  if (closed(lane::bulk))
    bulk.first = 0;
  if (closed(lane::bulk) || closed(lane::control))
    bulk.next = 0;
  return kept;
}

/// The next piece, when the gap or the one before it is acknowledged. The log goes on behind the
/// last one, which may be lost until it is acknowledged. False: it cannot be read.
bool feed_desk::send_piece(peer_id peer, tail& t, const held& kept, const facts_said& whole,
                           time_ms now) {
  for (auto l : {lane::control, lane::bulk}) {
    auto& owed = t.owed[static_cast<std::size_t>(l)];
    auto& [n, first, next] = kept[static_cast<std::size_t>(l)];
    if (owed && owed->through != 0 && !t.sender.waits_piece(l))
      owed.reset();
    if (!owed || owed->through != 0)
      continue;
    if (t.sender.waits(l))
      return true;
    if (!owed->rows) {
      auto in_rows = l == lane::bulk && whole.cards_next != 0 ? whole.cards_next : next;
      owed->rows.emplace(l, to_.unit, t.want.below, std::min(next, in_rows), whole,
                         to_.piece_bytes);
      static_cast<void>(owed->rows->resume(owed->mark, first, next));
    }
    lane_snapshot::piece piece;
    if (owed->rows->next(to_.facts, first, piece) != code::ok) {
      owed->mark = owed->rows->mark();
      owed->rows.reset();
      t.rests_until = now + damage_rest_ms;
      to_.unreadable(log_name::down, l, 0);
      return false;
    }
    t.sender.sent_piece(l, piece.through, piece.message.size(), now);
    to_.send(peer, frame_kind::link_batch, std::move(piece.message));
    ++batches_;
    owed->through = piece.through;
    if (piece.through == 0)
      return true;
  }
  return true;
}

bool feed_desk::pump(peer_id peer, tail& t, const held& all_kept, time_ms now) {
  auto kept = without_owed(t, all_kept);
  auto order = t.sender.next(kept);
  if (!order)
    return false;
  std::vector<log_chunk> chunks;
  auto read = to_.read(t.want.log, order->lane, order->from,
                       std::min<std::size_t>(order->bytes_max, bytes_a_turn), chunks);
  auto some = !chunks.empty();
  if (read == code::store_damaged && !some) {
    t.rests_until = now + damage_rest_ms;
    to_.unreadable(t.want.log, order->lane, order->from);
    return false;
  }
  frame out;
  for (auto& chunk : chunks) {
    auto& b = chunk.batch;
    if (b.through < order->from)
      continue;
    if (out.size != 0 && out.size + chunk.message.size() > frame_bytes) {
      send(peer, t, order->lane, std::exchange(out, {}), now);
      if (!t.sender.next(kept))
        return false;
    }
    auto all = b.entries.size();
    std::erase_if(b.entries, [&](auto& e) { return e.offset < order->from || !wants(t.want, e); });
    b.first = std::max(b.first, order->from);
    out.add(std::move(b), all, chunk.message);
  }
  if (out.size != 0)
    send(peer, t, order->lane, std::move(out), now);
  // Trimmed since the last news: the next ones say so, and `say_gaps` tells the reader.
  return read == code::ok && some && t.sender.next(kept).has_value();
}

/// What is left of one more chunk, of `all` entries; it lies in `message`.
void feed_desk::frame::add(link_batch&& b, std::size_t all, frame_body& message) {
  whole = size == 0 && b.entries.size() == all ? &message : nullptr;
  if (size == 0) {
    batch = std::move(b);
  } else {
    batch.through = b.through;
    batch.entries.insert(batch.entries.end(), b.entries.begin(), b.entries.end());
  }
  size += message.size();
}

/// An empty batch moves the reader's cursor all the same.
void feed_desk::send(peer_id peer, tail& t, lane l, frame out, time_ms now) {
  auto body = out.whole != nullptr ? std::move(*out.whole) : encode_link_batch(out.batch);
  t.sender.sent(l, out.batch.through, out.batch.entries.empty() ? 0 : body.size(), now);
  to_.send(peer, frame_kind::link_batch, std::move(body));
  ++batches_;
}

bool feed_desk::wants(const feed_order& want, const log_entry_view& e) {
  if (want.log == log_name::down) // a ward has no use for what is said to another ward
    return e.unit.empty() || !e.unit.is_ward() || !want.below.is_ward() || e.unit == want.below;
  if (e.kind != entry_kind::alert)
    return false;
  if (!want.units.empty() &&
      std::find(want.units.begin(), want.units.end(), e.unit) == want.units.end())
    return false;
  if (want.kinds == 0 && want.severity_min == severity::notice)
    return true; // nothing of it has to be read
  alert a;
  return read_alert(e.body, a) == code::ok && a.severity >= want.severity_min &&
         (want.kinds == 0 || (want.kinds >> static_cast<unsigned>(a.kind) & 1) != 0);
}

} // namespace wardflow
