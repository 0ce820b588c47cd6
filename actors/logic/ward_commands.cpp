// SPDX-License-Identifier: Apache-2.0
// Commands and directives: applied at a round's start, in order of arrival, before any scan.
#include "actors/logic/audit_notes.hpp"
#include "actors/logic/node_rules.hpp"
#include "actors/logic/query_parts.hpp"
#include "actors/logic/rulebook_file.hpp"
#include "actors/logic/ward_fold.hpp"
#include "actors/logic/ward_queries.hpp"
#include "messages/codec.hpp"

#include <algorithm>

namespace wardflow {

using query_part::plain;

namespace {

/// The answer to a command of many rows: what was refused is listed, row by row.
class row_answer {
public:
  row_answer() { answer_.columns = {"row", "code", "subject"}; }
  void took() { ++taken_; }
  void same() { ++same_; }
  void refused(std::size_t row, code why, std::string subject) {
    answer_.rows.push_back(
      {std::to_string(row + 1), std::to_string(static_cast<unsigned>(why)), std::move(subject)});
  }
  /// Something could be read: what was refused whole is no news.
  [[nodiscard]] bool heard() const { return taken_ + same_ != 0; }
  [[nodiscard]] answer take(bool dry_run) {
    auto refused = answer_.rows.size();
    answer_.code = refused != 0  ? code::rows_refused
                   : taken_ == 0 ? code::nothing_to_do
                   : dry_run     ? code::dry_run_ok
                                 : code::done;
    answer_.facts = {{"taken", std::to_string(taken_)},
                     {"unchanged", std::to_string(same_)},
                     {"refused", std::to_string(refused)}};
    return std::move(answer_);
  }

private:
  answer answer_;
  std::uint64_t taken_ = 0;
  std::uint64_t same_ = 0;
};

std::string refusal_detail(code why, const inbound_command& in) {
  return why == code::command_expired  ? std::string{}
         : why == code::unit_not_below ? std::string{in.what.unit.text()}
                                       : in.by;
}

code dry(code what, bool dry_run) {
  return what == code::done && dry_run ? code::dry_run_ok : what;
}

} // namespace

void ward_fold::take_commands(scan_round& r) {
  for (std::uint32_t i = 0; i != r.commands.size(); ++i) {
    auto& in = r.commands[i];
    ++figures.commands;
    if (auto* q = std::get_if<query>(&in.what.body)) {
      ask_venues(*this, r, *q);
      r.queries.push_back(i);
      continue;
    }
    auto asked_for = in.what.id != command_id{}; // else of a snapshot: never a repeat
    if (auto* before = asked_for ? state.answers.find(in.what.id) : nullptr) {
      answer_command(r, in, frame_body::copy_of(*before));
      continue;
    }
    auto may = may_run(r, in);
    auto a = may == code::ok ? run(r, in.what) : plain(may, refusal_detail(may, in));
    a.id = in.what.id;
    a.node_time = r.stamp;
    auto encoded = in.answered.empty() ? encode_answer(a) : frame_body::copy_of(in.answered);
    if (!in.what.dry_run) {
      if (asked_for)
        state.answers.put(in.what.id, r.number, encoded.view(), r.rows);
      r.audit.push_back(
        note_of(in.what, who_, in.from_parent ? audit_way::above : audit_way::socket, a.code));
    }
    if (!in.what.dry_run && may == code::ok) { // what was done is done again by a replay
      r.command_blobs.push_back(encode_command(in.what));
      r.command_blobs.push_back(frame_body::copy_of(encoded.view()));
      r.command_by.push_back(in.by);
      r.command_said.push_back(in.said);
    }
    answer_command(r, in, std::move(encoded));
  }
}

/// Whether it is for this ward, in time, and of somebody who may say it. (What comes by our own
/// socket GATE has judged; what is judged again was done.)
code ward_fold::may_run(scan_round& r, inbound_command& in) {
  by_ = in.by;
  said_ = in.said == 0 ? r.stamp : std::min(in.said, r.stamp);
  who_ = in.from_parent ? from_by(in.by, in.role) : speaker{in.by, in.unit, in.role};
  if (in.from_parent) {
    if (auto bad = may_come_down(who_, state.unit, in.what); bad != code::ok) {
      in.for_us = true; // those above are told, whomever it was for
      ++figures.directives_refused;
      return bad;
    }
  }
  if (in.expires != 0 && r.stamp > in.expires)
    return code::command_expired;
  auto elsewhere = !in.what.unit.empty() && in.what.unit != state.unit;
  return elsewhere ? code::unit_not_below : code::ok;
}

answer ward_fold::run(scan_round& r, const command& c) {
  return std::visit([&](auto& body) { return run(r, c, body); }, c.body);
}

answer ward_fold::run(scan_round&, const command&, const query&) {
  return plain(code::query_malformed); // queries are answered at the round's end
}

answer ward_fold::run(scan_round&, const command&, const node_forget&) {
  return plain(code::query_elsewhere); // a ward has no nodes below
}

answer ward_fold::run(scan_round& r, const command& c, const std::vector<level_update>& rows) {
  row_answer result;
  level_book trial;
  if (c.dry_run)
    trial = state.levels;
  auto& levels = c.dry_run ? trial : state.levels;
  for (std::size_t i = 0; i != rows.size(); ++i) {
    auto& row = rows[i];
    level_entry e{row.group,  row.effective_from, row.scale,        row.level,
                  row.issuer, row.document,       row.published_at, 0};
    auto what = levels.set(e);
    switch (what) {
    case level_outcome::set:
    case level_outcome::corrected:
      result.took();
      break;
    case level_outcome::repeated:
    case level_outcome::older:
      result.same();
      break;
    case level_outcome::refused:
      result.refused(i, code::level_malformed, to_text(row.group));
      continue;
    }
    if (c.dry_run)
      continue;
    raises_.level_set(state, e, what, r.stamp);
    if (levels.find(e.group, e.effective_from, e)) // a repeat may be published later
      r.rows.push_back(ward_state::save_level(e, false));
  }
  if (!c.dry_run && result.heard()) {
    for (auto& [group, day] : state.levels.trim(local_day(r.stamp))) {
      level_entry gone;
      gone.group = group;
      gone.effective_from = day;
      r.rows.push_back(ward_state::save_level(gone, true));
    }
    if (!c.more)
      state.levels_as_of = std::max(state.levels_as_of, said_);
    r.rows.push_back(state.save_as_of());
    r.rows.push_back(state.save_level_totals());
  }
  return result.take(c.dry_run);
}

answer ward_fold::run(scan_round& r, const command& c, const std::vector<card_update>& rows) {
  row_answer result;
  constexpr std::size_t ahead = 8; // cards, while their memory comes
  for (std::size_t i = 0; i != rows.size(); ++i) {
    if (i + 2 * ahead < rows.size())
      state.cards.prefetch(rows[i + 2 * ahead].card);
    if (i + ahead < rows.size())
      state.cards.prefetch_record(rows[i + ahead].card);
    auto& row = rows[i];
    if (row.problem != code::ok || row.card == card_id{}) {
      result.refused(i, row.problem != code::ok ? row.problem : code::card_no_identity, {});
      continue;
    }
    auto* known = state.cards.find(row.card);
    auto facts = row.facts;
    facts.known = true;
    facts.revoked = known != nullptr && known->facts().revoked;
    if (known != nullptr && known->facts() == facts) {
      result.same();
      continue;
    }
    result.took();
    if (c.dry_run)
      continue;
    state.cards.apply_facts(row.card, row.facts);
    changed_shard(row.card, r.number);
  }
  if (!c.dry_run && !c.more && result.heard()) {
    state.cards_as_of = std::max(state.cards_as_of, said_);
    r.rows.push_back(state.save_as_of());
  }
  return result.take(c.dry_run);
}

answer ward_fold::run(scan_round& r, const command& c, const rulebook_text& book) {
  auto parsed = parse_rulebook(book.text, "rulebook");
  if (!parsed.book) {
    auto a = plain(code::rulebook_malformed);
    a.columns = {"row", "code", "subject"};
    for (auto& e : parsed.errors)
      a.rows.push_back(
        {std::to_string(e.line), std::to_string(static_cast<unsigned>(e.why)), e.message});
    return a;
  }
  auto version = parsed.book->version;
  if (c.dry_run)
    return plain(dry(state.shelf.fits(*parsed.book), true), parsed.book->name);
  auto what = state.shelf.add(std::move(*parsed.book), said_);
  if (what == code::done)
    r.rows.push_back(ward_state::save_book(*state.shelf.find(version)));
  return plain(what, std::to_string(version));
}

answer ward_fold::run(scan_round& r, const command& c, const venue_order& order) {
  auto what = state.places.order(order, c.dry_run, r.rows);
  if (what == code::done && !c.dry_run)
    raises_.venue_ordered(state, order, r.stamp);
  return plain(dry(what, c.dry_run), to_text(order.venue));
}

answer ward_fold::run(scan_round& r, const command& c, const card_order& order) {
  if (order.problem != code::ok || order.card == card_id{})
    return plain(order.problem != code::ok ? order.problem : code::card_no_identity);
  if (order.document.empty())
    return plain(code::document_needed);
  auto* known = state.cards.find(order.card);
  if (known != nullptr && known->facts().revoked == order.revoke)
    return plain(code::already_so);
  if (known == nullptr && !order.revoke)
    return plain(code::not_found);
  if (c.dry_run)
    return plain(code::dry_run_ok);
  state.cards.apply_revoked(order.card, order.revoke);
  changed_shard(order.card, r.number);
  return plain(code::done);
}

answer ward_fold::run(scan_round& r, const command& c, const std::vector<venue_record>& rows) {
  row_answer result;
  std::string last;
  for (std::size_t i = 0; i != rows.size(); ++i) {
    venue_id given{};
    auto what = state.places.add(rows[i], c.dry_run, given, r.rows);
    if (what == code::done) {
      result.took();
      last = to_text(given);
    } else if (what == code::already_so) {
      result.same();
      last = to_text(given);
    } else {
      result.refused(i, what, rows[i].name);
    }
  }
  auto a = result.take(c.dry_run);
  a.detail = last;
  return a;
}

answer ward_fold::run(scan_round& r, const command& c, const std::vector<group_record>& rows) {
  row_answer result;
  for (std::size_t i = 0; i != rows.size(); ++i) {
    auto what = state.places.add(rows[i], c.dry_run, r.rows);
    if (what == code::done && !c.dry_run)
      raises_.group_joined(state, rows[i].id, r.stamp);
    if (what == code::done)
      result.took();
    else if (what == code::already_so)
      result.same();
    else
      result.refused(i, what, to_text(rows[i].id));
  }
  return result.take(c.dry_run);
}

answer ward_fold::run(scan_round& r, const command& c, const device_add& row) {
  if (!row.gateway && (ward_of(row.venue) != state.places.ward() ||
                       state.places.find(serial_of(row.venue)) == nullptr))
    return plain(code::venue_unknown, to_text(row.venue));
  device_id given{};
  auto what = state.devices.add(row, r.stamp, c.dry_run, given, r.rows);
  if (what == code::done && !c.dry_run)
    r.devices.push_back({device_book::principal_of(*state.devices.find(given), state.unit)});
  return plain(dry(what, c.dry_run), std::to_string(static_cast<std::uint32_t>(given)));
}

answer ward_fold::run(scan_round& r, const command& c, const device_revoke& order) {
  auto what = state.devices.revoke(order, r.stamp, c.dry_run, r.rows);
  if (what == code::done && !c.dry_run) {
    auto& device = *state.devices.find(order.device);
    r.devices.push_back({device_book::principal_of(device, state.unit)});
    raises_.device_revoked(state, device, r.stamp);
  }
  return plain(dry(what, c.dry_run), std::to_string(static_cast<std::uint32_t>(order.device)));
}

answer ward_fold::run(scan_round& r, const command& c, const alert_order& order) {
  return state.alerts.run(c.dry_run, order, by_, r.stamp);
}

answer ward_fold::run(scan_round&, const command&, const unit_replace& order) {
  return plain(code::unit_not_below, std::string{order.unit.text()}); // a ward is a parent of none
}

answer ward_fold::run(scan_round& r, const command& c, const contact_order& order) {
  auto what = state.contacts.order(state.unit, order, c.dry_run);
  if (what == code::done && !c.dry_run)
    r.rows.push_back(state.contacts.save(state_table::ward, state.unit));
  return plain(dry(what, c.dry_run), order.row.name);
}

/// What a unit above publishes. (Said at our own socket it was refused before: nobody may.)
answer ward_fold::run(scan_round& r, const command& c, const contact_list& all) {
  if (!may_be_above(all.unit, state.unit))
    return plain(code::key_other_unit, std::string{all.unit.text()});
  auto what = state.contacts.put(all, c.dry_run);
  if (what == code::done && !c.dry_run)
    r.rows.push_back(state.contacts.save(state_table::ward, all.unit));
  return plain(dry(what, c.dry_run), std::string{all.unit.text()});
}

answer ward_fold::run(scan_round& r, const command& c, const clock_accept&) {
  return accept_clock(r, c.dry_run);
}

} // namespace wardflow
