// SPDX-License-Identifier: Apache-2.0
// WARD FOLD's part in the tree: the parent's directives, supervisors, and what goes up.
#include "actors/logic/audit_notes.hpp"
#include "actors/logic/ward_fold.hpp"
#include "messages/codec.hpp"

#include <iterator>
#include <optional>
#include <utility>
#include <vector>

namespace wardflow {

namespace {

/// Levels, cards, rulebooks, contacts of those above: a ward that is built anew has none, and takes
/// all of them again.
bool is_fact(const command& c) {
  return std::holds_alternative<std::vector<level_update>>(c.body) ||
         std::holds_alternative<std::vector<card_update>>(c.body) ||
         std::holds_alternative<card_order>(c.body) ||
         std::holds_alternative<rulebook_text>(c.body) ||
         std::holds_alternative<contact_list>(c.body);
}

} // namespace

/// Directives are commands like an operator's, and go before them: revocations and levels first.
void ward_fold::take_parent(scan_round& r) {
  r.said_again = state.parent.hear(r.parent, state.up);
  if (r.said_again) { // with this round's end
    state.rollups.republish_all();
    state.alerts.say_all();
    state.news.say_all();
  }
  std::vector<inbound_command> said;
  state.parent.take(r, [&](lane l, const log_entry_view& e) {
    if (e.kind != entry_kind::command || (!e.unit.empty() && e.unit != state.unit))
      return;
    inbound_command c;
    if (read_command(e.body, c.what) != code::ok)
      return; // of a newer release: the parent's operator is told nothing, the cursor goes on
    if (!is_fact(c.what) && state.parent.was_done(l, e.offset))
      return; // the machine before did it (of a snapshot, 0: most likely); our registers hold it
    c.by = std::string{e.by};
    c.from_parent = true;
    c.for_us = !e.unit.empty();
    c.expires = e.expires;
    c.role = e.role;
    c.said = e.said_at();
    said.push_back(std::move(c));
  });
  r.commands.insert(r.commands.begin(), std::make_move_iterator(said.begin()),
                    std::make_move_iterator(said.end()));
}

/// To whom it was said, or up the tree where it was said to this ward alone. A snapshot's rows
/// were answered when they were new.
void ward_fold::answer_command(scan_round& r, const inbound_command& in, frame_body encoded) {
  if (!in.from_parent)
    r.replies.push_back({in.peer, frame_kind::answer, std::move(encoded), 0});
  else if (in.for_us && in.what.id != command_id{})
    state.up.append(lane::control,
                    {.kind = entry_kind::answer, .unit = state.unit, .body = std::move(encoded)});
}

answer ward_fold::run(scan_round& r, const command& c, const subscription_remove& order) {
  return state.feeds.run(c.dry_run, order, who_, state.up, r);
}

/// A ward has no children: only supervisors speak here.
void ward_fold::take_links(scan_round& r) {
  for (auto peer : r.gone)
    state.feeds.leave(peer);
  for (auto& in : r.links) {
    if (in.role != role::node) {
      auto own = [&](unit_code wanted) {
        auto ours = wanted.empty() || wanted == state.unit;
        if (!ours)
          state.alerts.raise(alert_kind::device_refused, in.by, r.stamp,
                             "asks_for=" + std::string{wanted.text()});
        return ours ? std::optional{std::vector<unit_code>{}} : std::nullopt;
      };
      state.feeds.take(in, state.up, own, r);
      continue;
    }
    link_bye bye{code::key_wrong_role, "a ward has no children"};
    r.audit.push_back(note_of(audit_deed::hello, bye.detail, {in.by, in.unit, in.role},
                              audit_way::below, bye.reason));
    r.replies.push_back({in.peer, frame_kind::link_bye, encode_link_bye(bye), 0});
  }
}

/// Counts first: what is told of registers may be more than a chunk.
void ward_fold::tell_above(scan_round& r) {
  auto& s = state;
  s.rollups.publish({s.unit, s.tally, s.cards, s.devices, r.number,
                     static_cast<std::uint32_t>(s.places.size()),
                     static_cast<std::uint32_t>(s.places.groups().size()), s.slots.inside()},
                    r.stamp, s.up, r.rows);
  if (s.parent.who().known())
    s.news.publish(
      {s.unit, s.places, s.contacts, s.devices, row_revision(s.rollups.epoch(), r.number)}, s.up,
      r.rows);
}

void ward_fold::finish_logs(scan_round& r) {
  state.parent.save(r.rows);
  state.up.seal(r.stamp, r.rows);
  state.up.trim(r.stamp, r.rows);
  r.up_held = state.up.held();
  r.parent_known = state.parent.who();
  r.down_next = state.parent.next();
  r.down_owes = state.parent.owes();
  r.down_marks = state.parent.marks();
}

} // namespace wardflow
