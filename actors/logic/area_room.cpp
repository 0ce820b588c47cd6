// SPDX-License-Identifier: Apache-2.0
// AREA FOLD's part for when there is no room: a full disk, and nodes that are no more.
#include "actors/logic/area_fold.hpp"
#include "actors/logic/query_parts.hpp"
#include "messages/codec.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace wardflow {

using query_part::plain;

/// While the disk is full a child's entries stay with the child. An acknowledgement of where we
/// stand, with each heartbeat too, keeps it from sending them again; when there is room, it begins
/// anew and does.
void area_fold::hold_back(scan_round& r, const inbound_link& in, const session& s, lane l) {
  if (!r.store_full)
    return lost_some(r, in, children.find(s.unit)->cursor[static_cast<std::size_t>(l)]);
  sessions_[in.peer].held_back = true;
  say_ack(r, in.peer, s.unit, l);
}

void area_fold::end_session(scan_round& r, unit_code child) {
  auto at = peers_.find(child);
  if (at == peers_.end())
    return;
  link_bye bye{code::link_no_session, "forgotten"};
  r.replies.push_back({at->second, frame_kind::link_bye, encode_link_bye(bye), 0});
  r.feed.push_back({.what = feed_order::deed::close, .peer = at->second});
  sessions_.erase(at->second);
  peers_.erase(at);
}

/// A child that is no more, with the wards that came by it; or a ward that came by a child and is
/// no more. What nobody will ever resolve is resolved here, and those above hear of it.
answer area_fold::forget(scan_round& r, const node_forget& order, const std::string& by,
                         bool dry_run) {
  auto name = std::string{order.unit.text()};
  if (order.document.empty())
    return plain(code::document_needed, name);
  auto is_child = children.find(order.unit) != nullptr;
  std::vector<unit_code> units; // whose rows go
  if (is_child && !order.unit.is_ward())
    units.push_back(order.unit);
  for (auto& [ward, w] : book.wards())
    if (is_child ? w.via == order.unit : ward == order.unit)
      units.push_back(ward);
  if (!is_child && units.empty())
    return plain(code::not_found, name);
  if (dry_run)
    return plain(code::dry_run_ok, name);
  auto who = by + ": " + order.document;
  book.each_open([&](const alert& a) {
    if (std::ranges::find(units, a.unit) == units.end())
      return;
    auto last = a;
    last.state = alert_state::resolved;
    ++last.revision;
    last.by = who;
    up.append(lane::control,
              {.kind = entry_kind::alert, .unit = a.unit, .body = encode_alert(last)});
  });
  for (auto unit_of_rows : units) {
    book.drop(unit_of_rows, r.rows);
    registers.drop_contacts(unit_of_rows, r.rows);
  }
  for (auto kind : {alert_kind::node_silent, alert_kind::node_behind, alert_kind::node_twin,
                    alert_kind::node_fenced})
    static_cast<void>(alerts.resolve(kind, name, who, r.stamp));
  end_session(r, order.unit);
  static_cast<void>(children.forget(order.unit, r.rows));
  auto a = plain(code::done, name);
  a.facts = {{"unit", name}, {"wards", std::to_string(units.size())}};
  return a;
}

} // namespace wardflow
