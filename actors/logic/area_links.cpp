// SPDX-License-Identifier: Apache-2.0
// AREA FOLD's part that speaks with children and supervisors.
#include "actors/logic/area_fold.hpp"
#include "actors/logic/audit_notes.hpp"
#include "messages/codec.hpp"
#include "messages/texts.hpp"

#include <algorithm>
#include <utility>

namespace wardflow {

namespace {

void say_bye(scan_round& r, peer_id peer, code why, std::string detail) {
  r.replies.push_back({peer, frame_kind::link_bye, encode_link_bye({why, std::move(detail)}), 0});
}

/// The lane whose log ends before what was read of it.
std::string short_log(const link_hello& h, const child_node& c) {
  for (auto& range : h.up)
    if (auto l = static_cast<std::size_t>(range.lane); l < lanes_max && range.next < c.cursor[l])
      return " log_until=" + std::to_string(std::max<std::uint64_t>(range.next, 1) - 1) +
             " read_until=" + std::to_string(c.cursor[l] - 1);
  return {};
}

} // namespace

void area_fold::take_links(scan_round& r) {
  for (auto& in : r.links) {
    if (in.role != role::node) {
      auto units = [&](unit_code wanted) {
        auto below = units_of(wanted);
        if (!below)
          alerts.raise(alert_kind::device_refused, in.by, r.stamp,
                       "asks_for=" + std::string{wanted.text()});
        return below;
      };
      feeds.take(in, up, units, r);
      continue;
    }
    if (in.kind == frame_kind::link_hello) {
      take_hello(r, in);
      continue;
    }
    auto at = sessions_.find(in.peer);
    if (at == sessions_.end()) {
      say_bye(r, in.peer, code::link_no_session, {});
      continue;
    }
    auto s = at->second;
    if (!children.hear(s.unit, s.boot, r.stamp)) {
      refuse(r, in, alert_kind::node_twin, code::link_twin,
             "epoch=" + std::to_string(children.find(s.unit)->epoch));
      continue;
    }
    if (in.kind == frame_kind::link_batch)
      take_batch(r, in, s);
    else
      take_other(r, in, s);
  }
}

void area_fold::refuse(scan_round& r, const inbound_link& in, alert_kind kind, code why,
                       const std::string& detail) {
  alerts.raise(kind, in.unit.text(), r.stamp,
               "reason=" + std::string{name(why)} + (detail.empty() ? "" : " " + detail) +
                 " key=" + in.by);
  note(r, in, why, detail);
  say_bye(r, in.peer, why, detail);
  r.feed.push_back({.what = feed_order::deed::close, .peer = in.peer});
  sessions_.erase(in.peer);
}

void area_fold::note(scan_round& r, const inbound_link& in, code why, const std::string& detail) {
  auto what = in.kind == frame_kind::link_hello ? audit_deed::hello : audit_deed::entry;
  r.audit.push_back(note_of(what, detail, {in.by, in.unit, in.role}, audit_way::below, why));
}

void area_fold::take_hello(scan_round& r, const inbound_link& in) {
  link_hello h;
  auto bad = read_link_hello(in.body.view(), h);
  if (bad == code::ok && h.protocol_min > limits::protocol_version)
    bad = code::protocol_newer;
  if (bad != code::ok) {
    note(r, in, bad, h.software);
    return say_bye(r, in.peer, bad, h.software);
  }
  auto seen = children.greet(h, in.unit, r.stamp);
  switch (seen.outcome) {
  case hello_outcome::welcome:
    break;
  case hello_outcome::other_unit:
    return refuse(r, in, alert_kind::node_fenced, code::key_other_unit,
                  "says=" + std::string{h.unit.text()});
  case hello_outcome::fenced:
  case hello_outcome::far_ahead:
    return refuse(r, in, alert_kind::node_fenced, code::link_fenced,
                  "epoch=" + std::to_string(h.epoch));
  case hello_outcome::went_back: // restored with the old epoch
    return refuse(r, in, alert_kind::node_fenced, code::link_fenced,
                  "epoch=" + std::to_string(h.epoch) + short_log(h, *children.find(in.unit)));
  case hello_outcome::twin:
  case hello_outcome::again:
    return refuse(r, in, alert_kind::node_twin, code::link_twin,
                  "epoch=" + std::to_string(h.epoch));
  }
  if (seen.replaced)
    book.replaced(in.unit, first_revision(h.epoch), r.stamp, r.rows, [&](const alert& a) {
      up.append(lane::control,
                {.kind = entry_kind::alert, .unit = a.unit, .body = encode_alert(a)});
    });
  if (auto old = peers_.find(in.unit); old != peers_.end() && old->second != in.peer) {
    sessions_.erase(old->second);
    r.feed.push_back({.what = feed_order::deed::close, .peer = old->second});
  }
  sessions_[in.peer] = {in.unit, h.boot};
  peers_[in.unit] = in.peer;
  link_welcome w;
  w.unit = unit;
  w.id = options_.id;
  w.epoch = options_.epoch;
  w.node_time = r.stamp;
  w.window_bytes = options_.window_bytes;
  for (std::size_t i = 0; i != lanes_max; ++i)
    w.up.push_back({static_cast<lane>(i), 0, seen.wanted[i]});
  r.replies.push_back({in.peer, frame_kind::link_welcome, encode_link_welcome(w), 0});
  feed_order order;
  order.peer = in.peer;
  order.log = log_name::down;
  for (auto& want : h.down)
    if (want.next <= down.next(want.lane))
      order.wanted.push_back(want);
    else // its next would be taken for one that it has
      alerts.raise(alert_kind::node_fenced, unit.text(), r.stamp,
                   "log_until=" + std::to_string(down.next(want.lane) - 1) + " read_until=" +
                     std::to_string(want.next - 1) + " unit=" + std::string{in.unit.text()});
  order.marks = std::move(h.marks);
  order.window_bytes = options_.window_bytes;
  order.below = in.unit;
  r.feed.push_back(std::move(order));
}

void area_fold::take_batch(scan_round& r, const inbound_link& in, const session& s) {
  link_batch b;
  if (auto bad = read_link_batch(in.body.view(), b); bad != code::ok || b.log != log_name::up)
    return refuse(r, in, alert_kind::node_fenced, code::frame_malformed, {});
  if (r.store_full)
    return hold_back(r, in, s, b.lane);
  if (!children.goes_on(s.unit, b.lane, b.first))
    return lost_some(r, in, b.first);
  auto next = children.find(s.unit)->cursor[static_cast<std::size_t>(b.lane)];
  for (auto& e : b.entries)
    if (e.offset >= next)
      take_entry(r, in, s.unit, b.lane, e);
  children.advance(s.unit, b.lane, b.through, r.stamp);
  say_ack(r, in.peer, s.unit, b.lane);
}

/// A batch or a gap past the cursor: what lies between was lost with a connection.
void area_fold::lost_some(scan_round& r, const inbound_link& in, std::uint64_t before) {
  say_bye(r, in.peer, code::link_no_session, "a hole before " + std::to_string(before));
  r.feed.push_back({.what = feed_order::deed::close, .peer = in.peer});
  sessions_.erase(in.peer);
}

void area_fold::say_ack(scan_round& r, peer_id peer, unit_code child, lane l) {
  link_ack a;
  a.lane = l;
  a.through = children.find(child)->cursor[static_cast<std::size_t>(l)] - 1;
  a.node_time = r.stamp;
  r.replies.push_back({peer, frame_kind::link_ack, encode_link_ack(a), 0});
}

/// What is new here is new above, and for those who subscribe.
void area_fold::take_entry(scan_round& r, const inbound_link& in, unit_code child, lane l,
                           const log_entry_view& e) {
  auto fence = [&](const std::string& why) {
    alerts.raise(alert_kind::node_fenced, child.text(), r.stamp, why);
  };
  auto foreign = [&] {
    auto what = "speaks_for=" + std::string{e.unit.text()};
    note(r, in, code::key_other_unit, what);
    fence(what);
  };
  // Who speaks here himself, nobody else speaks for.
  if (auto* other = e.unit == child ? nullptr : children.find(e.unit);
      other != nullptr && r.stamp - other->heard < area_children::speaks_ms)
    return foreign();
  if (e.kind == entry_kind::answer)
    return take_answer(r, in, child, l, e);
  if (area_registers::takes(e.kind))
    return take_register(r, child, l, e);
  switch (book.apply(child, e, r.stamp, r.rows, r.clock_unsure)) {
  case entry_outcome::changed:
    return go_on_up(child, l, e);
  case entry_outcome::other_kind: // a newer release's: those above may know it
  case entry_outcome::malformed:
    ++passed_on_;
    return book.may_speak(child, e.unit) ? go_on_up(child, l, e) : foreign();
  case entry_outcome::other_unit:
    return foreign();
  case entry_outcome::too_large:
    return fence("reason=frame_too_large bytes=" + std::to_string(e.body.size()));
  case entry_outcome::too_many:
    return fence("reason=too_many_rows unit=" + std::string{e.unit.text()});
  case entry_outcome::out_of_range:
    ++out_of_range_;
    return;
  case entry_outcome::known:
    return;
  }
}

/// Whether it is this one's to say what became of a command: the unit's that it was for, or of a
/// node on the way there. Of what was for all, a node on the way says only that it may not go on.
bool area_fold::may_answer(unit_code child, unit_code by, const answer& a) const {
  auto of = answers.unit_of(a.id);
  auto* ward = book.find(of);
  if (!of.empty())
    return of == by || (by == child && ward != nullptr && ward->via == child);
  answer held;
  auto* before = answers.find(a.id);
  return by == child && (a.code == code::key_wrong_role || a.code == code::key_other_unit) &&
         before != nullptr && read_answer(bytes{*before}, held) == code::ok &&
         held.code == code::forwarded;
}

/// An answer replaces what is said here of its command: `forwarded`, or what a unit said before it
/// was put back and did it again.
void area_fold::take_answer(scan_round& r, const inbound_link& in, unit_code child, lane l,
                            const log_entry_view& e) {
  answer a;
  auto* ward = book.find(e.unit);
  if (e.unit != child && (ward == nullptr || ward->via != child)) {
    auto what = "speaks_for=" + std::string{e.unit.text()};
    note(r, in, code::key_other_unit, what);
    return alerts.raise(alert_kind::node_fenced, child.text(), r.stamp, what);
  }
  if (read_answer(e.body, a) != code::ok)
    return;
  if (may_answer(child, e.unit, a))
    answers.put(a.id, r.number, e.body, r.rows, answers.unit_of(a.id));
  r.audit.push_back(note_of(audit_deed::answer, e.unit.text(), {in.by, in.unit, in.role},
                            audit_way::below, a.code));
  r.audit.back().id = a.id;
  go_on_up(child, l, e);
}

void area_fold::take_other(scan_round& r, const inbound_link& in, const session& s) {
  switch (in.kind) {
  case frame_kind::link_heartbeat: {
    link_heartbeat beat;
    if (read_link_heartbeat(in.body.view(), beat) == code::ok)
      children.holds(s.unit, beat.node_time, r.stamp, beat.up);
    if (s.held_back)
      hold_back(r, in, s, lane::control);
    return;
  }
  case frame_kind::link_ack: {
    link_ack a;
    if (read_link_ack(in.body.view(), a) != code::ok || a.log != log_name::down)
      return;
    children.took(s.unit, a.lane, std::min(a.through, down.next(a.lane) - 1));
    r.feed.push_back({.what = feed_order::deed::acked,
                      .peer = in.peer,
                      .log = log_name::down,
                      .wanted = {{a.lane, 0, a.through + 1}}});
    return;
  }
  case frame_kind::link_gap: { // it no longer has what we want, and has said all that counts again
    link_gap g;
    if (read_link_gap(in.body.view(), g) != code::ok || g.log != log_name::up ||
        g.first_retained == 0)
      return;
    if (!children.goes_on(s.unit, g.lane, g.wanted))
      return lost_some(r, in, g.wanted);
    children.skip(s.unit, g.lane, g.first_retained - 1, r.stamp);
    return say_ack(r, in.peer, s.unit, g.lane);
  }
  case frame_kind::link_bye:
    children.leave(s.unit, s.boot);
    r.feed.push_back({.what = feed_order::deed::close, .peer = in.peer});
    sessions_.erase(in.peer);
    return;
  default:
    return;
  }
}

} // namespace wardflow
