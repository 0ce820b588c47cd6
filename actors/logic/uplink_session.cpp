// SPDX-License-Identifier: Apache-2.0
#include "actors/logic/uplink_session.hpp"

#include "messages/codec.hpp"
#include "messages/texts.hpp"

#include <algorithm>
#include <utility>

namespace wardflow {

uplink_session::committed uplink_session::committed::of(const offset_log& up,
                                                        const parent_cursor& parent) {
  return {up.held(), parent.who(),   parent.next(), {},
          false,     parent.acked(), parent.owes(), parent.marks()};
}

void uplink_session::committed::add(const scan_round& r) {
  held = r.up_held;
  parent = r.parent_known;
  down_next = r.down_next;
  owes = r.down_owes;
  marks = r.down_marks;
  full = r.store_full;
  for (std::size_t i = 0; i != lanes_max; ++i)
    answered[i] = answered[i] || r.down_answered[i];
  said_again = said_again || r.said_again;
}

uplink_session::uplink_session(self who, ports to, const committed& at_start) :
  who_(std::move(who)), to_(std::move(to)), disk_(at_start), parent_has_(at_start.parent_has) {
  // nop
}

/// The next hello is due at `at`; what was on its way is sent again by what the welcome says.
void uplink_session::begin_anew(time_ms at) {
  sender_.end();
  waits_ = waiting::nothing;
  hello_due_ = true;
  hello_at_ = at;
  hello_said_ = false;
  hole_ = {};
}

void uplink_session::is_committed(const committed& news) {
  auto answered = disk_.answered;
  disk_ = news;
  for (std::size_t i = 0; i != lanes_max; ++i)
    disk_.answered[i] = disk_.answered[i] || answered[i];
  if (disk_.said_again)
    said_from_ = asked_from_;
  disk_.said_again = false;
  if ((waits_ == waiting::adoption && disk_.parent == parent_) ||
      (waits_ == waiting::republish && gap_may_be_said()) ||
      (in_session() && has_more_than_asked()))
    begin_anew(0);
}

/// A piece that was on its way when the last hello was said is on disk: what comes now goes on from
/// the one before it.
bool uplink_session::has_more_than_asked() const {
  for (std::size_t i = 0; i != lanes_max; ++i) {
    auto& heard = snapshots_[i];
    if (disk_.marks[i] != heard.mark && disk_.marks[i] != heard.before)
      return true;
  }
  return false;
}

void uplink_session::connection(bool is_up, std::uint64_t times_up, time_ms now) {
  if (!is_up) {
    sender_.end();
    waits_ = waiting::nothing;
    hello_due_ = false;
    state_.clear();
  } else if (times_up_ != times_up) { // a new one: whatever was on its way may be lost
    times_up_ = times_up;
    state_ = "greeting";
    begin_anew(now);
  }
}

void uplink_session::turn(time_ms now, time_ms wall) {
  if (patience_.is_over(sender_, now)) {
    state_ = "no acknowledgement";
    begin_anew(now);
  }
  if (in_session() && hole_ != acks{} && now - hole_since_ >= hole_wait_ms) {
    state_ = "directives were lost";
    begin_anew(now);
  }
  if (hello_due_ && now >= hello_at_)
    say_hello(now);
  if (!in_session())
    return;
  if (sender_.gap_due(disk_.held) && !gap_may_be_said())
    return ask_for(waiting::republish);
  while (auto gap = sender_.gap(disk_.held))
    static_cast<void>(to_.say(frame_kind::link_gap, encode_link_gap(*gap)));
  say_acks(now, wall);
  if (now < beat_at_)
    return;
  beat_at_ = now + beat_ms;
  link_heartbeat beat;
  beat.node_time = wall;
  beat.up.assign(disk_.held.begin(), disk_.held.end());
  static_cast<void>(to_.say(frame_kind::link_heartbeat, encode_link_heartbeat(beat)));
}

void uplink_session::say_hello(time_ms now) {
  link_hello h;
  h.unit = who_.unit;
  h.id = who_.id;
  h.epoch = who_.epoch;
  h.boot = who_.boot;
  h.software = who_.software;
  h.up.assign(disk_.held.begin(), disk_.held.end());
  for (std::size_t i = 0; i != lanes_max; ++i)
    h.down.push_back({static_cast<lane>(i), 0, disk_.owes[i] ? 1 : disk_.down_next[i]});
  h.marks = disk_.marks;
  hello_at_ = now + welcome_wait_ms;
  if (!to_.say(frame_kind::link_hello, encode_link_hello(h)))
    return;
  hello_said_ = true;
  down_acked_ = asked_down_ = disk_.down_next;
  for (std::size_t i = 0; i != lanes_max; ++i)
    asked_snapshots_[i] = {disk_.owes[i], 0, disk_.marks[i], disk_.marks[i]};
  disk_.answered = {};
}

/// What came down is acknowledged when its round is on disk, also what was only a repeat. What
/// waits here for long, for the disk is slow or full, is not to be sent again: the parent hears
/// that we live by what is on disk.
void uplink_session::say_acks(time_ms now, time_ms wall) {
  for (std::size_t i = 0; i != lanes_max; ++i) {
    auto waits = down_heard_[i] > disk_.down_next[i] && now - acked_at_[i] >= still_ms;
    auto& since = unanswered_since_[i];
    since = disk_.answered[i] ? 0 : since;
    const auto lives =
      disk_.full && since != 0 && now - since >= still_ms; // an answer would stand for the piece
    if (disk_.down_next[i] <= down_acked_[i] && !disk_.answered[i] && !waits && !lives)
      continue;
    link_ack a;
    a.log = log_name::down;
    a.lane = static_cast<lane>(i);
    a.through = lives ? 0 : disk_.down_next[i] - 1;
    a.node_time = wall;
    if (!to_.say(frame_kind::link_ack, encode_link_ack(a)))
      continue;
    since = lives ? now : since;
    acked_at_[i] = now;
    if (lives)
      continue;
    down_acked_[i] = disk_.down_next[i];
    disk_.answered[i] = false;
  }
}

// -- what the parent says -------------------------------------------------------------------------

void uplink_session::hear(frame_kind kind, frame_body body, time_ms now) {
  switch (kind) {
  case frame_kind::link_welcome:
    return take_welcome(body.view(), now);
  case frame_kind::link_batch:
  case frame_kind::link_gap:
    if (in_session())
      take_directive(kind, std::move(body), now);
    return;
  case frame_kind::link_ack:
    return take_ack(body.view(), now);
  case frame_kind::link_bye: {
    link_bye b;
    if (read_link_bye(body.view(), b) == code::ok)
      take_bye(b.reason, b.detail, now);
    return;
  }
  case frame_kind::refusal: {
    refusal r;
    if (read_refusal(body.view(), r) == code::ok)
      take_bye(r.reason, r.detail, now);
    return;
  }
  default:
    return;
  }
}

/// Behind what was heard of the lane in this session: of a snapshot, the piece before it; of the
/// log, all that is owed, but where it has everything from its begin.
bool uplink_session::follows(const link_batch& b) const {
  auto& s = snapshots_[static_cast<std::size_t>(b.lane)];
  if (!b.is_snapshot())
    return (!s.owed || b.first == 1) && b.first <= down_heard_[static_cast<std::size_t>(b.lane)];
  return b.piece == 1 || (s.mark.empty() ? b.piece == s.piece + 1 : b.goes_on == s.mark);
}

/// In order, without a hole: what comes past one was sent before the parent heard our last hello,
/// or something before it was lost. In the first case what is missing comes soon.
void uplink_session::take_directive(frame_kind kind, frame_body body, time_ms now) {
  link_batch b;
  link_gap g;
  auto is_gap = kind == frame_kind::link_gap;
  if ((is_gap ? read_link_gap(body.view(), g) : read_link_batch(body.view(), b)) != code::ok)
    return; // damaged: its place in the lane is missing
  if (is_gap)
    b = {g.log, g.lane, g.wanted, std::max<std::uint64_t>(g.first_retained, 1) - 1, {}};
  if (b.log != log_name::down)
    return;
  auto l = static_cast<std::size_t>(b.lane);
  auto& heard = down_heard_[l];
  if (is_gap ? b.first > heard : !follows(b)) {
    if (hole_ == acks{})
      hole_since_ = now;
    hole_[l] = hole_[l] == 0 ? std::max<std::uint64_t>(b.first, 1) : hole_[l];
    return;
  }
  if (!to_.directive(parent_, kind, std::move(body)))
    return;
  auto& s = snapshots_[l];
  if (is_gap)
    s.owed = true;
  else if (b.is_snapshot())
    s = {b.through == 0, b.piece, b.mark, std::move(s.mark)};
  else if (s.owed) // it is there from its begin
    s = {false, 0, {}, std::move(s.mark)};
  if (is_gap || b.is_snapshot())
    unanswered_since_[l] = now;
  if (heard == disk_.down_next[l])
    acked_at_[l] = now; // from now on it waits
  heard = std::max(heard, b.through + 1);
  if (heard >= hole_[l])
    hole_[l] = 0;
}

void uplink_session::ask_for(waiting what) {
  sender_.end();
  waits_ = what;
  for (std::size_t i = 0; i != lanes_max; ++i)
    asked_from_[i] = disk_.held[i].next;
  to_.parent_has(parent_, {}, what == waiting::republish, true);
}

/// What is about to be said to be gone is in the log once more, or its newer state.
bool uplink_session::gap_may_be_said() const {
  for (std::size_t i = 0; i != lanes_max; ++i)
    if (said_from_[i] == 0 || disk_.held[i].first > said_from_[i])
      return false;
  return true;
}

void uplink_session::take_welcome(bytes message, time_ms now) {
  link_welcome w;
  if (read_link_welcome(message, w) != code::ok || waits_ != waiting::nothing ||
      (!hello_said_ && !in_session()))
    return;
  hello_said_ = hello_due_ = false;
  parent_ = {w.id, w.epoch};
  if (parent_.id == disk_.parent.id && parent_.epoch < disk_.parent.epoch)
    return take_bye(code::link_fenced, "the parent's epoch is an older one", now);
  refused_wait_ = refused_wait_ms;
  if (parent_ != disk_.parent) {
    state_ = "following " + std::string{w.unit.text()};
    return ask_for(waiting::adoption);
  }
  sender_.begin(w.up, w.window_bytes);
  patience_.acked(now);
  down_heard_ = asked_down_;
  snapshots_ = asked_snapshots_;
  unanswered_since_ = {};
  hole_ = {};
  to_.begins(parent_);
  state_ = "in session with " + std::string{w.unit.text()};
  doubted_ = sender_.is_behind(disk_.held);
  if (doubted_) {
    state_ += ", which has more than was ever sent: put back without a new epoch";
    return;
  }
  for (auto& r : w.up)
    parent_has_[static_cast<std::size_t>(r.lane)] = r.next - std::min<std::uint64_t>(r.next, 1);
  to_.parent_has(parent_, parent_has_, false, false);
}

void uplink_session::take_ack(bytes message, time_ms now) {
  link_ack a;
  if (!in_session() || read_link_ack(message, a) != code::ok || a.log != log_name::up)
    return;
  patience_.acked(now);
  sender_.acked(a.lane, a.through, now);
  auto& has = parent_has_[static_cast<std::size_t>(a.lane)];
  if (doubted_ || sender_.acked_through(a.lane) <= has)
    return;
  has = sender_.acked_through(a.lane);
  to_.parent_has(parent_, parent_has_, false, false);
}

void uplink_session::take_bye(code reason, const std::string& detail, time_ms now) {
  if (reason == code::link_no_session) {
    if (!hello_said_ && waits_ == waiting::nothing) // else it is of before, and a welcome comes
      begin_anew(now);
    return;
  }
  begin_anew(now + refused_wait_);
  refused_wait_ = std::min(refused_wait_ * 2, refused_wait_most_ms);
  state_ = "refused: " + std::string{name(reason)} + (detail.empty() ? "" : " " + detail);
}

std::optional<link_sender::order> uplink_session::next() const {
  return sender_.next(disk_.held);
}

} // namespace wardflow
