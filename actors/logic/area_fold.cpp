// SPDX-License-Identifier: Apache-2.0
#include "actors/logic/area_fold.hpp"

#include "actors/logic/node_rules.hpp"
#include "actors/logic/threshold_watch.hpp"
#include "messages/codec.hpp"
#include "messages/limits.hpp"
#include "messages/packed.hpp"

#include <algorithm>
#include <utility>

namespace wardflow {

namespace {

constexpr std::string_view position_key = "area";

/// What has no reader yet is kept for those to come, within the log's bounds.
constexpr auto history = "history";

/// Of the silent children in one alert's evidence, beside their number.
constexpr auto list_bytes_max = limits::text_bytes_max - 60;

} // namespace

area_fold::area_fold(unit_code own, options o) : unit(own), book(own), alerts(own), options_(o) {
  // nop
}

void area_fold::run(scan_round& r) {
  last_stamp = r.stamp;
  last_round = r.number;
  look_at_clock(r);
  for (auto peer : r.gone)
    feeds.leave(peer);
  take_parent(r);
  take_commands(r);
  take_links(r);
  look_for_silence(r);
  look_for_lag(r);
  raise_node_alerts(alerts, unit, r);
  watch_thresholds(facts.rulebooks().in_force(r.stamp), book, alerts, r.stamp);
  if (auto today = local_day(r.stamp); today != forgotten_on_) {
    forgotten_on_ = today;
    book.forget(r.stamp, r.rows);
    facts.forget(today, r.rows);
  }
  finish(r);
  answer_queries(r);
}

void area_fold::finish(scan_round& r) {
  for (auto ward : book.take_joined()) {
    auto* w = book.find(ward);
    r.feed.push_back({.what = feed_order::deed::joined, .below = w->via, .units = {ward}});
    // A ward that moves is brought by another child; somebody should know if nobody moved it.
    if (auto* before = children.find(w->before);
        before != nullptr && r.stamp - before->heard < area_children::speaks_ms)
      alerts.raise(alert_kind::node_twin, ward.text(), r.stamp,
                   "via=" + std::string{w->via.text()} +
                     " before=" + std::string{w->before.text()});
  }
  alerts.heard_until(up.taken_until(std::string{parent_cursor::key}, lane::control));
  alerts.end_of_round(r.stamp, r.rows, [this](const alert& a) {
    up.append(lane::control, {.kind = entry_kind::alert, .unit = unit, .body = encode_alert(a)});
  });
  tell_contacts(r);
  tell_registers(r);
  children.flush(r.rows);
  parent.save(r.rows);
  auto grew = !up.sealed() || !down.sealed();
  up.seal(r.stamp, r.rows);
  down.seal(r.stamp, r.rows);
  if (grew || r.rows.empty()) {
    up.trim(r.stamp, r.rows);
    down.trim(r.stamp, r.rows);
  }
  const auto bulk = down.held()[static_cast<std::size_t>(lane::bulk)];
  if (facts.cards_due(r.stamp, bulk.first, r.store_full))
    facts.write_cards(bulk.next, r.rows);
  if (!r.rows.empty()) {
    packed_writer out;
    out.number(1); // schema version of this value
    out.number(last_round);
    out.number(static_cast<std::uint64_t>(last_stamp));
    r.rows.push_back({state_table::meta, std::string{position_key}, out.take(), false});
  }
  r.up_held = up.held();
  r.down_held = down.held();
  r.whole = facts.in_rows(r.down_held[static_cast<std::size_t>(lane::bulk)].next);
  r.parent_known = parent.who();
  r.down_next = parent.next();
  r.down_owes = parent.owes();
  r.down_marks = parent.marks();
  r.next_due = next_due();
  if (auto at = facts.cards_due_at(); at != 0 && !r.store_full)
    r.next_due = r.next_due == 0 ? at : std::min(r.next_due, at);
  auto& all = children.all();
  auto heard = std::ranges::any_of(all, [&](auto& c) { return is_awaited(c.first, c.second); });
  promised_ = heard ? r.stamp + options_.rhythm_ms : 0;
}

/// The next moment at which something is to be done although nobody says anything.
time_ms area_fold::next_due() const {
  if (telling_)
    return 1;
  auto due = alerts.next_due();
  auto sooner = [&](time_ms at) { due = due == 0 ? at : std::min(due, at); };
  if (!options_.silence)
    return due;
  for (auto& [child, c] : children.all()) {
    if (!is_awaited(child, c))
      continue;
    sooner(last_stamp + options_.rhythm_ms);
    auto silent_at = quiet_since(c) + options_.silent_ms;
    if (last_stamp < silent_at)
      sooner(silent_at);
    else if (!alerts.is_open(alert_kind::nodes_silent, unit.text()))
      sooner(std::max(silent_at + options_.alone_ms, last_stamp + second_ms));
  }
  return due;
}

// -- from the parent ------------------------------------------------------------------------------

void area_fold::take_parent(scan_round& r) {
  if (parent.hear(r.parent, up)) // the newest of all that is held, once more
    say_all(r);
  parent.take(r, [&](lane l, const log_entry_view& e) { take_directive(r, l, e); });
}

void area_fold::say_all(scan_round& r) {
  r.said_again = true;
  telling_.emplace(); // in rounds to come
  tells_contacts_ = true;
  alerts.say_all();
  book.each_entry([&](entry_kind kind, unit_code of, frame_body body) {
    up.append(kind == entry_kind::alert ? lane::control : lane::bulk,
              {.kind = kind, .unit = of, .body = std::move(body)});
  });
}

/// The entry lies in a frame of the round in work, which outlives the log's open chunk.
void area_fold::go_on_up(unit_code child, lane l, const log_entry_view& e) {
  if (!offset_log::fits(e.body.size(), 0))
    return alerts.raise(alert_kind::node_fenced, child.text(), last_stamp,
                        "reason=frame_too_large bytes=" + std::to_string(e.body.size()));
  up.append(l, {.kind = e.kind, .unit = e.unit, .body = {e.body, nullptr, [](void*) {}}});
}

// -- silence --------------------------------------------------------------------------------------

/// Nobody could be heard before our start. Nor while we did not run: a round that comes long after
/// it was due is one behind a pause, or a jump of our clock, and says nothing of anybody's silence.
void area_fold::look_at_clock(const scan_round& r) {
  if (begun_ == 0 || (promised_ != 0 && r.stamp > promised_ + options_.rhythm_ms))
    begun_ = r.stamp;
}

/// It came once, and is not known to be silent.
bool area_fold::is_awaited(unit_code child, const child_node& c) const {
  return c.epoch != 0 && !alerts.is_open(alert_kind::node_silent, child.text());
}

time_ms area_fold::quiet_since(const child_node& c) const {
  return std::max(c.heard, begun_);
}

bool area_fold::is_silent(const child_node& c) const {
  return c.epoch != 0 && last_stamp - quiet_since(c) >= options_.silent_ms;
}

/// One child that is not heard is an alert. More than a third of them within some minutes is a
/// storm or a city's power cut: one alert that lists them, until no more than a third are left. It
/// does not end because we have just begun to listen: who is not heard yet is as silent as before.
void area_fold::look_for_silence(scan_round& r) {
  if (!options_.silence)
    return;
  auto* told = alerts.is_open(alert_kind::nodes_silent, unit.text())
                 ? alerts.find(alert_kind::nodes_silent, unit.text())
                 : nullptr;
  auto since = (told != nullptr ? told->first : r.stamp) - options_.storm_ms;
  auto begins = r.stamp - begun_ < options_.silent_ms;
  std::string list;
  std::size_t silent = 0, known = children.all().size();
  for (auto& [child, c] : children.all()) {
    if (r.stamp - c.heard < options_.silent_ms)
      alerts.clear(alert_kind::node_silent, child.text(), r.stamp);
    auto unheard = told != nullptr && begins && c.epoch != 0 && c.heard < begun_;
    if (!is_silent(c) && !unheard)
      continue;
    auto own = alerts.is_open(alert_kind::node_silent, child.text());
    if (own && alerts.find(alert_kind::node_silent, child.text())->first < since)
      continue; // was silent before, and is another matter
    ++silent;
    if (list.size() < list_bytes_max) // whole codes; how many there are is said beside them
      list += (list.empty() ? "" : " ") + std::string{child.text()};
  }
  list = "silent=" + std::to_string(silent) + " of=" + std::to_string(known) + " units=" + list;
  if (known >= 3 && silent * 3 > known) {
    if (told == nullptr || (told->evidence != list && !begins))
      alerts.raise(alert_kind::nodes_silent, unit.text(), r.stamp, list);
    return;
  }
  if (told != nullptr)
    alerts.clear(alert_kind::nodes_silent, unit.text(), r.stamp);
  for (auto& [child, c] : children.all())
    if (c.epoch != 0 && r.stamp - quiet_since(c) >= options_.silent_ms + options_.alone_ms &&
        !alerts.is_open(alert_kind::node_silent, child.text()))
      alerts.raise(alert_kind::node_silent, child.text(), r.stamp, "heard=" + time_text(c.heard));
}

void area_fold::look_for_lag(scan_round& r) {
  for (auto& in : r.links) {
    auto* c = in.role == role::node ? children.find(in.unit) : nullptr;
    if (c == nullptr || in.kind != frame_kind::link_heartbeat)
      continue;
    auto lag = c->lag(lane::control) + c->lag(lane::bulk);
    auto open = alerts.is_open(alert_kind::node_behind, c->unit.text());
    if (lag > options_.behind_entries && !open)
      alerts.raise(alert_kind::node_behind, c->unit.text(), r.stamp, "lag=" + std::to_string(lag));
    else if (open && lag * 10 < options_.behind_entries)
      alerts.clear(alert_kind::node_behind, c->unit.text(), r.stamp);
  }
}

bool area_fold::is_below(unit_code other) const {
  return children.find(other) != nullptr || book.find(other) != nullptr;
}

/// What a unit stands for here: itself, and the wards that a child area of that code brought.
std::optional<std::vector<unit_code>> area_fold::units_of(unit_code wanted) const {
  std::vector<unit_code> units;
  if (wanted.empty() || wanted == unit)
    return units;
  if (!is_below(wanted))
    return std::nullopt;
  units.push_back(wanted);
  for (auto& [ward, w] : book.wards())
    if (w.via == wanted && ward != wanted)
      units.push_back(ward);
  return units;
}

// -- rows -----------------------------------------------------------------------------------------

bool area_fold::load(state_table table, std::string_view key, std::span<const std::byte> value) {
  switch (table) {
  case state_table::meta: {
    if (key != position_key)
      return true; // the store's own
    packed_reader in{value};
    std::uint64_t version = 0, stamp = 0;
    if (!in.number(version) || version != 1 || !in.number(last_round) || !in.number(stamp))
      return false;
    last_stamp = static_cast<time_ms>(stamp);
    return true;
  }
  case state_table::commands:
    return answers.load(key, value);
  case state_table::up:
    return up.load(key, value);
  case state_table::down:
    return down.load(key, value) && facts.load_log(key, value);
  case state_table::facts:
    return facts.load(key, value);
  case state_table::rollups:
    return key.starts_with(area_registers::key_prefix) ? registers.load(key, value)
           : key.starts_with(contact_book::key_prefix) ? contacts.load(key, value)
                                                       : book.load(table, key, value);
  case state_table::alerts:
    return key.starts_with(area_book::alert_prefix) ? book.load(table, key, value)
                                                    : alerts.load(key, value);
  case state_table::links:
    if (key.starts_with(area_children::key_prefix))
      return children.load(key, value);
    if (key == parent_cursor::key)
      return parent.load(value);
    if (key.starts_with(feed_book::key_prefix))
      return feeds.load(key, value, up);
    if (key == telling_key)
      return load_telling(value);
    return true; // the node's identity
  default:
    return false;
  }
}

void area_fold::loaded() {
  up.hold(history, lane::control, 1);
  for (auto l : {lane::control, lane::bulk})
    down.hold(history, l, 1);
  alerts.revise_from(first_revision(options_.epoch));
  if (options_.has_parent)
    parent.begin(options_.epoch, up);
}

} // namespace wardflow
