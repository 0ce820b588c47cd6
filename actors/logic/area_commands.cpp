// SPDX-License-Identifier: Apache-2.0
// AREA FOLD's part that serves operators: what is done here, and what goes down the tree.
#include "actors/logic/area_fold.hpp"
#include "actors/logic/audit_notes.hpp"
#include "actors/logic/node_rules.hpp"
#include "actors/logic/query_parts.hpp"
#include "actors/logic/rulebook_file.hpp"
#include "messages/codec.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace wardflow {

using query_part::plain;

namespace {

/// An order to one unit that waits longer is nobody's word any more. (Facts for all wards wait as
/// long as the log lasts: whoever comes back has to know them.)
constexpr time_ms order_ttl = 7 * day_ms;

/// For whom a command is by what it says; none: for all wards below.
unit_code unit_of(const command& c) {
  if (!c.unit.empty())
    return c.unit;
  if (auto* order = std::get_if<venue_order>(&c.body))
    return unit_of_ward(ward_of(order->venue));
  if (auto* order = std::get_if<alert_order>(&c.body))
    if (auto ref = parse_alert_name(order->name))
      return ref->unit;
  return {};
}

/// Facts and rules are for all wards at once; what one ward's register holds is for that ward.
bool may_go_to_all(const command& c) {
  return std::holds_alternative<std::vector<level_update>>(c.body) ||
         std::holds_alternative<std::vector<card_update>>(c.body) ||
         std::holds_alternative<card_order>(c.body) ||
         std::holds_alternative<rulebook_text>(c.body) ||
         std::holds_alternative<contact_list>(c.body);
}

/// Cards for all, and nothing else: a snapshot of them stands for the whole lane.
bool is_bulk(const command& c, unit_code to) {
  return to.empty() && std::holds_alternative<std::vector<card_update>>(c.body);
}

/// What can be refused here and now, before it goes to all.
answer look_at(const command& c) {
  if (auto* book = std::get_if<rulebook_text>(&c.body)) {
    auto parsed = parse_rulebook(book->text, "rulebook");
    if (!parsed.errors.empty())
      return plain(code::rulebook_malformed, to_text(parsed.errors.front()));
  }
  if (auto* rows = std::get_if<std::vector<level_update>>(&c.body))
    for (auto& row : *rows)
      if (row.level < 1 || row.level > 4 || row.effective_from == 0)
        return plain(code::level_malformed, to_text(row.group));
  if (auto* rows = std::get_if<std::vector<card_update>>(&c.body))
    for (auto& row : *rows)
      if (row.problem != code::ok)
        return plain(row.problem);
  if (auto* order = std::get_if<contact_order>(&c.body))
    if (!order->remove && !is_contact(order->row))
      return plain(code::contact_malformed, order->row.name);
  if (auto* order = std::get_if<card_order>(&c.body); order != nullptr) {
    if (order->problem != code::ok)
      return plain(order->problem);
    if (order->document.empty())
      return plain(code::document_needed);
  }
  return plain(code::ok);
}

} // namespace

void area_fold::take_commands(scan_round& r) {
  for (std::uint32_t i = 0; i != r.commands.size(); ++i) {
    auto& in = r.commands[i];
    if (in.what.is_query()) {
      r.queries.push_back(i);
      continue;
    }
    if (auto* before = answers.find(in.what.id)) { // `forwarded` until the answer has come up
      r.replies.push_back({in.peer, frame_kind::answer, frame_body::copy_of(*before), 0});
      continue;
    }
    auto to = unit_of(in.what);
    auto is_own = std::holds_alternative<subscription_remove>(in.what.body) ||
                  std::holds_alternative<unit_replace>(in.what.body) ||
                  std::holds_alternative<node_forget>(in.what.body) ||
                  std::holds_alternative<contact_order>(in.what.body) ||
                  std::holds_alternative<clock_accept>(in.what.body);
    auto here = to == unit || (to.empty() && is_own);
    speaker who{in.by, in.unit, in.role};
    auto a = here ? run_here(r, in.what, in.by, who) : forward(r, in);
    a.id = in.what.id;
    a.node_time = r.stamp;
    auto encoded = encode_answer(a);
    if (!in.what.dry_run) {
      answers.put(in.what.id, r.number, encoded.view(), r.rows, here ? unit_code{} : to);
      r.audit.push_back(note_of(in.what, who, audit_way::socket, a.code));
      r.audit.back().to = to;
    }
    r.replies.push_back({in.peer, frame_kind::answer, std::move(encoded), 0});
  }
}

/// A command of the parent's log: for those below, or for this node; each may go on only if who
/// said it may say it.
void area_fold::take_directive(scan_round& r, lane l, const log_entry_view& e) {
  if (e.kind != entry_kind::command || !offset_log::fits(e.body.size(), e.by.size()))
    return;
  command c;
  auto readable = read_command(e.body, c) == code::ok; // else of a newer release: not ours to judge
  auto ours = e.unit == unit;
  if (ours && !readable)
    return;
  auto asked_for = c.id != command_id{}; // else of a snapshot: never a repeat
  if (auto* before = ours && asked_for ? answers.find(c.id) : nullptr) {
    up.append(lane::control,
              {.kind = entry_kind::answer, .unit = unit, .body = frame_body::copy_of(*before)});
    return;
  }
  auto who = from_by(e.by, e.role);
  auto late = ours && e.expires != 0 && r.stamp > e.expires;
  answer a;
  a.code = readable ? may_come_down(who, unit, c) : code::ok;
  if (auto* all = readable ? std::get_if<contact_list>(&c.body) : nullptr;
      a.code == code::ok && all != nullptr)
    a.code = take_contacts(r, *all);
  if (a.code != code::ok) {
    ++directives_refused;
    a.detail = std::string{e.by};
  } else if (late) {
    a.code = code::command_expired;
  } else if (ours) {
    c.ttl = e.expires == 0 ? 0 : std::max<time_ms>(e.expires - r.stamp, 1); // if it goes on down
    a = run_here(r, c, std::string{e.by}, who);
  } else {
    a.code = code::forwarded;
    hand_down(r, l, e, readable ? &c : nullptr);
  }
  if (readable) {
    r.audit.push_back(note_of(c, who, audit_way::above, a.code));
    r.audit.back().to = e.unit;
  }
  if (asked_for && (ours || a.code != code::forwarded))
    answer_up(r, c, std::move(a));
}

/// What is for those below goes on as it came, also where it came in a snapshot.
void area_fold::hand_down(scan_round& r, lane l, const log_entry_view& e, const command* readable) {
  if (readable != nullptr)
    facts.take(*readable, e.unit, {e.by, e.said_at(), r.stamp, e.role, e.expires != 0}, r.rows);
  down.append(l, {.kind = e.kind,
                  .unit = e.unit,
                  .by = std::string{e.by},
                  .expires = e.expires,
                  .body = frame_body::copy_of(e.body),
                  .role = e.role,
                  .said = e.said_at()});
}

void area_fold::answer_up(scan_round& r, const command& c, answer a) {
  a.id = c.id;
  a.node_time = r.stamp;
  auto encoded = encode_answer(a);
  answers.put(c.id, r.number, encoded.view(), r.rows);
  up.append(lane::control, {.kind = entry_kind::answer, .unit = unit, .body = std::move(encoded)});
}

/// A command for this node itself. What is for wards and said to it is for all of its own.
answer area_fold::run_here(scan_round& r, const command& c, const std::string& by,
                           const speaker& who) {
  if (auto* reader = std::get_if<subscription_remove>(&c.body))
    return feeds.run(c.dry_run, *reader, who, up, r);
  if (auto* machine = std::get_if<unit_replace>(&c.body))
    return replace(r, *machine, c.dry_run);
  if (auto* order = std::get_if<alert_order>(&c.body))
    return alerts.run(c.dry_run, *order, by, r.stamp);
  if (std::holds_alternative<clock_accept>(c.body))
    return accept_clock(r, c.dry_run);
  if (auto* order = std::get_if<node_forget>(&c.body))
    return forget(r, *order, by, c.dry_run);
  if (auto* order = std::get_if<contact_order>(&c.body))
    return set_contact(r, c, *order, who);
  if (!may_go_to_all(c))
    return plain(code::unit_needed);
  return forward_to_all(r, c, who);
}

answer area_fold::forward_to_all(scan_round& r, const command& c, const speaker& who) {
  inbound_command all;
  all.by = who.name;
  all.unit = who.unit;
  all.role = who.role;
  all.what = c;
  all.what.unit = {};
  return forward(r, all);
}

/// Into the directive log: from there each child takes it, now or when it comes back.
answer area_fold::forward(scan_round& r, const inbound_command& in) {
  auto& c = in.what;
  auto to = unit_of(c);
  if (to.empty() && !may_go_to_all(c))
    return plain(code::unit_needed);
  if (!to.empty() && !is_below(to))
    return plain(code::unit_not_below, std::string{to.text()});
  if (auto a = look_at(c); a.code != code::ok)
    return a;
  if (c.dry_run)
    return plain(code::dry_run_ok);
  auto l = is_bulk(c, to) ? lane::bulk : lane::control;
  auto ttl = c.ttl == 0 && !to.empty() ? order_ttl : c.ttl;
  auto said_by = to_by({in.by, in.unit.empty() ? unit : in.unit, in.role});
  auto body = encode_command(c);
  if (!offset_log::fits(body.size(), said_by.size()))
    return plain(code::too_many_rows, std::string{to.text()});
  facts.take(c, to, {said_by, r.stamp, r.stamp, in.role, ttl != 0}, r.rows);
  auto offset = down.append(l, {.kind = entry_kind::command,
                                .unit = to,
                                .by = std::move(said_by),
                                .expires = ttl == 0 ? 0 : r.stamp + ttl,
                                .body = std::move(body),
                                .role = in.role,
                                .said = r.stamp});
  auto a = plain(code::forwarded, std::string{to.text()});
  a.facts = {{"unit", std::string{to.text()}},
             {"offset", std::to_string(offset)},
             {"children", std::to_string(children.all().size())}};
  return a;
}

} // namespace wardflow
