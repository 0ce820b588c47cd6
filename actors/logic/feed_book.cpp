// SPDX-License-Identifier: Apache-2.0
#include "actors/logic/feed_book.hpp"

#include "actors/logic/audit_notes.hpp"
#include "messages/packed.hpp"

#include <algorithm>
#include <utility>

namespace wardflow {

namespace {

void say_bye(scan_round& r, peer_id peer, code why, std::string detail) {
  r.replies.push_back({peer, frame_kind::link_bye, encode_link_bye({why, std::move(detail)}), 0});
}

/// Somebody asks for what is not his: he is told, and it is written down.
void refuse(const inbound_link& in, const std::string& what, code why, scan_round& r) {
  r.audit.push_back(
    note_of(audit_deed::subscribe, what, {in.by, in.unit, in.role}, audit_way::socket, why));
  say_bye(r, in.peer, why, what);
}

/// Where a subscription begins; `resume` without a cursor begins at the head.
std::uint64_t begin_of(const subscribe& s, const feed_book::cursor* known, const offset_log& up) {
  switch (s.start) {
  case subscribe_start::resume:
    return known != nullptr ? known->next : up.next(lane::control);
  case subscribe_start::head:
    return up.next(lane::control);
  case subscribe_start::offset:
    return std::clamp<std::uint64_t>(s.offset, 1, up.next(lane::control));
  case subscribe_start::time:
    return up.first_since(lane::control, s.at);
  case subscribe_start::earliest:
    return up.first(lane::control);
  }
  return up.next(lane::control);
}

} // namespace

void feed_book::take(const inbound_link& in, offset_log& up, const units_of& units, scan_round& r) {
  switch (in.kind) {
  case frame_kind::subscribe: {
    wardflow::subscribe s;
    if (auto bad = read_subscribe(in.body.view(), s); bad != code::ok)
      say_bye(r, in.peer, bad, {});
    else
      subscribe(in, s, up, units, r);
    return;
  }
  case frame_kind::link_ack: {
    link_ack a;
    if (read_link_ack(in.body.view(), a) == code::ok && a.log == log_name::up &&
        a.lane == lane::control)
      acknowledge(in, a, up, r);
    return;
  }
  case frame_kind::link_bye:
    leave(in.peer);
    r.feed.push_back({.what = feed_order::deed::close, .peer = in.peer});
    return;
  default:
    return;
  }
}

void feed_book::subscribe(const inbound_link& in, const wardflow::subscribe& s, offset_log& up,
                          const units_of& units, scan_round& r) {
  if (auto bad = may_name(in, s.name, r); bad != code::ok)
    return say_bye(r, in.peer, bad, s.name);
  auto wanted = units(s.unit);
  if (!wanted)
    return refuse(in, std::string{s.unit.text()}, code::unit_not_below, r);
  auto known = s.name.empty() ? names_.end() : names_.find(s.name);
  if (known != names_.end() && !known->second.belongs_to(in.by, in.unit))
    return refuse(in, s.name, code::subscription_owned, r);
  leave(in.peer);
  auto next = begin_of(s, known == names_.end() ? nullptr : &known->second, up);
  if (!s.name.empty()) {
    auto& c = names_[s.name];
    if (c.peer != peer_id{} && c.peer != in.peer)
      send_away(c.peer, s.name, r);
    c = {in.by, in.unit, next, r.stamp, in.peer};
    connected_[in.peer] = s.name;
    up.release(cursor_name(s.name));
    up.hold(cursor_name(s.name), lane::control, next);
    save(s.name, c, r.rows);
  } else {
    add_unnamed(in, r);
  }
  feed_order order;
  order.peer = in.peer;
  order.wanted = {{lane::control, 0, next}};
  order.window_bytes = std::clamp<std::uint64_t>(s.credit_bytes, 1, window_bytes_max);
  order.below = s.unit;
  order.units = std::move(*wanted);
  for (auto kind : s.kinds)
    order.kinds |= std::uint64_t{1} << static_cast<unsigned>(kind);
  order.severity_min = s.severity_min;
  r.feed.push_back(std::move(order));
  link_heartbeat begins{r.stamp, {{lane::control, next, up.next(lane::control)}}};
  r.replies.push_back({in.peer, frame_kind::link_heartbeat, encode_link_heartbeat(begins), 0});
}

/// A name costs a row, and holds the log: ok, or why there is no new one.
code feed_book::may_name(const inbound_link& in, const std::string& name,
                         const scan_round& r) const {
  if (name.size() > name_bytes_max)
    return code::frame_malformed;
  if (name.empty() || names_.contains(name))
    return code::ok;
  if (r.store_full)
    return code::store_full;
  auto own = [&](auto& one) { return one.second.by == in.by; };
  auto of_key = static_cast<std::size_t>(std::ranges::count_if(names_, own));
  return names_.size() >= names_max || of_key >= names_of_key_max ? code::too_many_readers
                                                                  : code::ok;
}

/// Lines that flap leave readers behind that nobody has noticed yet: so it is not the newest one
/// that is refused.
void feed_book::add_unnamed(const inbound_link& in, scan_round& r) {
  auto key = in.by + ' ' + std::string{in.unit.text()};
  auto oldest = unnamed_.end();
  std::size_t count = 0;
  for (auto at = unnamed_.begin(); at != unnamed_.end(); ++at) {
    if (at->second.key != key)
      continue;
    ++count;
    if (oldest == unnamed_.end() || at->second.heard < oldest->second.heard)
      oldest = at;
  }
  if (count >= unnamed_max) {
    say_bye(r, oldest->first, code::too_many_readers, {});
    r.feed.push_back({.what = feed_order::deed::close, .peer = oldest->first});
    unnamed_.erase(oldest);
  }
  unnamed_[in.peer] = {std::move(key), r.stamp};
}

void feed_book::acknowledge(const inbound_link& in, const link_ack& a, offset_log& up,
                            scan_round& r) {
  if (a.through >= up.next(lane::control))
    return; // of something that was never said
  r.feed.push_back({.what = feed_order::deed::acked,
                    .peer = in.peer,
                    .wanted = {{lane::control, 0, a.through + 1}}});
  if (auto reader = unnamed_.find(in.peer); reader != unnamed_.end())
    reader->second.heard = r.stamp;
  auto name = connected_.find(in.peer);
  if (name == connected_.end())
    return;
  auto& c = names_[name->second];
  c.heard = r.stamp;
  if (a.through < c.next)
    return;
  c.next = a.through + 1;
  up.hold(cursor_name(name->second), lane::control, c.next);
  save(name->second, c, r.rows);
}

void feed_book::send_away(peer_id peer, const std::string& name, scan_round& r) {
  say_bye(r, peer, code::subscription_taken, name);
  r.feed.push_back({.what = feed_order::deed::close, .peer = peer});
  connected_.erase(peer);
}

void feed_book::leave(peer_id peer) {
  unnamed_.erase(peer);
  auto name = connected_.find(peer);
  if (name == connected_.end())
    return;
  names_[name->second].peer = {};
  connected_.erase(name);
}

bool feed_book::remove(const std::string& name, offset_log& up, scan_round& r) {
  auto known = names_.find(name);
  if (known == names_.end())
    return false;
  if (auto peer = known->second.peer; peer != peer_id{})
    send_away(peer, name, r);
  names_.erase(known);
  up.release(cursor_name(name));
  r.rows.push_back({state_table::links, cursor_name(name), {}, true});
  return true;
}

answer feed_book::run(bool dry_run, const subscription_remove& order, const speaker& who,
                      offset_log& up, scan_round& r) {
  answer a;
  a.detail = order.name;
  auto known = names_.find(order.name);
  if (known == names_.end())
    a.code = code::not_found;
  else if (who.role != role::operator_ && !known->second.belongs_to(who.name, who.unit))
    a.code = code::subscription_owned;
  else if (dry_run)
    a.code = code::dry_run_ok;
  else
    a.code = remove(order.name, up, r) ? code::done : code::not_found;
  return a;
}

answer feed_book::list(const offset_log& up) const {
  answer a;
  a.columns = {"name", "by", "connected", "behind", "heard", "unit"};
  for (auto& [name, c] : names_)
    a.rows.push_back({name, c.by, c.peer == peer_id{} ? "no" : "yes",
                      std::to_string(up.next(lane::control) - c.next),
                      c.heard == 0 ? std::string{} : time_text(c.heard),
                      std::string{c.unit.text()}});
  return a;
}

std::string feed_book::cursor_name(const std::string& name) {
  return std::string{key_prefix} + name;
}

void feed_book::save(const std::string& name, const cursor& c, std::vector<saved_row>& rows) {
  packed_writer out;
  out.number(2); // schema version of this value
  out.text(c.by);
  out.number(c.next);
  out.number(static_cast<std::uint64_t>(c.heard));
  out.number(unit_number(c.unit));
  rows.push_back({state_table::links, cursor_name(name), out.take(), false});
}

bool feed_book::load(std::string_view key, std::span<const std::byte> value, offset_log& up) {
  if (!key.starts_with(key_prefix))
    return false;
  std::string name{key.substr(key_prefix.size())};
  packed_reader in{value};
  std::uint64_t version = 0, heard = 0, unit = 0;
  cursor c;
  if (!in.number(version) || version < 1 || version > 2 || !in.text(c.by) || !in.number(c.next) ||
      !in.number(heard) || (version > 1 && !in.number(unit)) || !in.at_end())
    return false;
  auto of = unit_of_number(static_cast<std::uint32_t>(unit));
  if (!of)
    return false;
  c.unit = *of;
  c.heard = static_cast<time_ms>(heard);
  up.hold(cursor_name(name), lane::control, c.next);
  names_[name] = std::move(c);
  return true;
}

} // namespace wardflow
