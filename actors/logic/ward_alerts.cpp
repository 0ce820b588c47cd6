// SPDX-License-Identifier: Apache-2.0
#include "actors/logic/ward_alerts.hpp"

#include "actors/logic/judge.hpp"
#include "actors/logic/node_rules.hpp"
#include "messages/link.hpp"
#include "messages/texts.hpp"

#include <algorithm>
#include <cassert>

namespace wardflow {

namespace {

using enum alert_kind;

std::string text(std::uint64_t n) {
  return std::to_string(n);
}

std::string venue_text(const ward_state& s, std::uint32_t serial) {
  return to_text(make_venue_id(s.places.ward(), serial));
}

/// Refused for what the card is, not for where or when it was shown.
bool blames_card(code reason) {
  return (reason >= code::colour_green && reason <= code::needs_negative_test) ||
         reason == code::not_green_group || reason == code::card_unknown ||
         reason == code::card_revoked;
}

void end_if_quiet(ward_state& s, alert_kind kind, std::string_view subject, time_ms stamp) {
  auto* a = s.alerts.open_of(kind) == 0 ? nullptr : s.alerts.find(kind, subject);
  if (a != nullptr && a->last + ward_alerts::quiet_ms <= stamp)
    s.alerts.clear(kind, subject, stamp);
}

} // namespace

std::string short_card(card_id card) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string out;
  for (int shift = 60; shift >= 24; shift -= 4)
    out += digits[static_cast<std::uint64_t>(card) >> shift & 15];
  return out;
}

// -- while a round is worked on -------------------------------------------------------------------

void ward_alerts::begin_round(ward_state& s, time_ms stamp) {
  if (on_ && s.owed.go_on(s.places.groups(), s.levels, stamp)) // once a day
    for (auto kind : {card_cloned, card_refused_repeatedly})
      s.alerts.clear_older(kind, stamp - card_ms, stamp);
}

void ward_alerts::gap(device_id device, std::uint64_t expected, std::uint64_t came) {
  if (!on_)
    return;
  if (gaps_.empty() || gaps_.back().device != device)
    gaps_.push_back({device, 0, 0, 0, false});
  auto& g = gaps_.back();
  g.expected = expected;
  g.came = came;
  ++g.times;
  g.over = false;
}

void ward_alerts::cloned(card_id person, std::uint32_t serial, time_ms at,
                         const card_book::last_seen& before) {
  if (clones_.size() == cards_per_round)
    ++more_clones_;
  else
    clones_.push_back({person, serial, before.venue, at - before.at});
}

void ward_alerts::refused(const scan_item& item, std::uint32_t slice, std::uint32_t times) {
  if (!on_)
    return;
  auto reason = item.verdict.reason;
  if (blames_card(reason)) {
    if (times < refusals)
      return;
    if (cards_.size() == cards_per_round)
      ++more_cards_;
    else
      cards_.push_back({item.person, slice, times, reason});
  } else if (reason == code::capacity_full || reason == code::venue_suspended) {
    if (venues_.empty() || venues_.back().slice != slice || venues_.back().reason != reason)
      venues_.push_back({slice, 0, reason});
    ++venues_.back().times;
  }
}

// -- commands -------------------------------------------------------------------------------------

void ward_alerts::level_set(ward_state& s, const level_entry& level, level_outcome what,
                            time_ms stamp) {
  if (!on_ || ward_of(level.group) != s.places.ward())
    return;
  auto group = to_text(level.group);
  s.owed.arrived(level.group, level.effective_from);
  if (auto* a = s.alerts.find(risk_missing, group);
      a != nullptr && level.effective_from >= local_day(a->last))
    s.alerts.clear(risk_missing, group, stamp);
  auto fresh = what == level_outcome::set || what == level_outcome::corrected;
  if (!fresh || level.effective_from < local_day(stamp))
    return; // of days that are over nothing can be done
  auto before = s.levels.at(level.group, static_cast<day_number>(level.effective_from - 1));
  if (before.level != 0 && level.level > before.level)
    s.alerts.raise(risk_raised, group, stamp,
                   "level=" + text(level.level) + " before=" + text(before.level) +
                     " day=" + day_text(level.effective_from) + " document=" + level.document);
  else if (before.level > level.level || what == level_outcome::corrected)
    s.alerts.clear(risk_raised, group, stamp);
}

void ward_alerts::group_joined(ward_state& s, group_id group, time_ms stamp) {
  if (on_)
    s.owed.joined(group, s.levels, stamp);
}

void ward_alerts::venue_ordered(ward_state& s, const venue_order& order, time_ms stamp) {
  if (on_ && !order.suspend)
    s.alerts.clear(venue_suspended_but_scanning, to_text(order.venue), stamp);
}

void ward_alerts::device_revoked(ward_state& s, const device_entry& device, time_ms stamp) {
  if (!on_)
    return;
  for (auto kind : {device_sequence_gap, device_clock_skew})
    s.alerts.clear(kind, device.name, stamp);
}

// -- the round's end ------------------------------------------------------------------------------

void ward_alerts::end_of_round(ward_state& s, scan_round& r) {
  if (!on_)
    return;
  raise_devices(s, r);
  raise_cards(s, r);
  raise_venues(s, r);
  raise_levels(s, r);
  raise_node_alerts(s.alerts, s.unit, r);
  s.alerts.heard_until(s.up.taken_until(std::string{parent_cursor::key}, lane::control));
  s.alerts.end_of_round(r.stamp, r.rows, [&](const alert& a) {
    log_entry e;
    e.kind = entry_kind::alert;
    e.unit = a.unit;
    e.body = encode_alert(a);
    s.up.append(lane::control, std::move(e));
  });
  gaps_.clear();
  clones_.clear();
  cards_.clear();
  venues_.clear();
  more_clones_ = more_cards_ = 0;
  skewed_ = 0;
}

void ward_alerts::raise_devices(ward_state& s, const scan_round& r) {
  if (s.alerts.open_of(device_sequence_gap) != 0)
    for (auto& frame : r.frames)
      if (frame.count != frame.repeats)
        s.alerts.clear(device_sequence_gap, s.devices.find(r.scans[frame.from].device)->name,
                       r.stamp);
  for (auto& g : gaps_) {
    auto& name = s.devices.find(g.device)->name;
    s.alerts.raise(device_sequence_gap, name, r.stamp,
                   "expected=" + text(g.expected) + " came=" + text(g.came), g.times);
    if (g.over)
      s.alerts.clear(device_sequence_gap, name, r.stamp);
  }
  if (skewed_ != 0 || s.alerts.open_of(device_clock_skew) != 0)
    raise_skew(s, r);
}

void ward_alerts::raise_skew(ward_state& s, const scan_round& r) {
  for (auto& frame : r.frames) {
    std::uint64_t times = 0;
    time_ms ahead = 0;
    auto taken = frame.count - frame.repeats;
    for (auto at = frame.words; at != frame.words + taken; ++at)
      if (to_verdict(r.words[at]).reason == code::clock_skew) {
        ++times;
        ahead = std::max(ahead, r.decoded[at].at - r.stamp);
      }
    auto& name = s.devices.find(r.scans[frame.from].device)->name;
    if (times != 0)
      s.alerts.raise(device_clock_skew, name, r.stamp,
                     "ahead_s=" + text(static_cast<std::uint64_t>(ahead / second_ms)), times);
    else if (taken != 0)
      end_if_quiet(s, device_clock_skew, name, r.stamp);
  }
}

void ward_alerts::raise_cards(ward_state& s, const scan_round& r) {
  for (auto& c : clones_)
    s.alerts.raise(card_cloned, short_card(c.person), r.stamp,
                   "venue=" + venue_text(s, c.serial) + " other=" + venue_text(s, c.before) +
                     " apart_s=" + text(static_cast<std::uint64_t>(std::abs(c.apart) / second_ms)));
  if (more_clones_ != 0)
    s.alerts.raise(card_cloned, alert_book::others, r.stamp, "in_one_round=" + text(more_clones_),
                   more_clones_);
  for (auto& c : cards_)
    s.alerts.raise(card_refused_repeatedly, short_card(c.person), r.stamp,
                   "refused=" + text(c.times) +
                     " venue=" + venue_text(s, r.slices[c.slice].serial) +
                     " reason=" + std::string{name(c.reason)});
  if (more_cards_ != 0)
    s.alerts.raise(card_refused_repeatedly, alert_book::others, r.stamp,
                   "in_one_round=" + text(more_cards_), more_cards_);
}

void ward_alerts::raise_venues(ward_state& s, const scan_round& r) {
  auto next = venues_.begin();
  for (std::uint32_t i = 0; i != r.slices.size(); ++i) {
    auto& work = r.slices[i];
    std::uint32_t full = 0, suspended = 0;
    for (; next != venues_.end() && next->slice == i; ++next)
      (next->reason == code::capacity_full ? full : suspended) += next->times;
    if (suspended != 0)
      s.alerts.raise(venue_suspended_but_scanning, to_text(work.place->id), r.stamp,
                     "refused=" + text(suspended) +
                       " document=" + s.places.document(s.places.venues()[work.number]),
                     suspended);
    if (work.first != work.last || work.due_at != 0)
      raise_full(s, r, work, full);
  }
  assert(next == venues_.end());
}

void ward_alerts::raise_full(ward_state& s, const scan_round& r, const slice_work& work,
                             std::uint32_t turned_away) {
  auto* book = s.shelf.in_force(r.stamp);
  auto limit = book == nullptr
                 ? 0
                 : persons_limit(book->categories[static_cast<std::size_t>(work.place->kind)],
                                 work.place->capacity);
  auto over = limit != 0 && work.inside > limit && work.first != work.last;
  if (turned_away != 0 || over)
    s.alerts.raise(venue_over_capacity, to_text(work.place->id), r.stamp,
                   "inside=" + text(work.inside) + " limit=" + text(limit) +
                     " refused=" + text(turned_away),
                   std::max(turned_away, 1u));
  else if (s.alerts.open_of(venue_over_capacity) != 0 && (limit == 0 || work.inside < limit))
    end_if_quiet(s, venue_over_capacity, to_text(work.place->id), r.stamp);
}

void ward_alerts::raise_levels(ward_state& s, const scan_round& r) {
  for (auto& owed : s.owed.missing(r.stamp))
    s.alerts.raise(risk_missing, to_text(owed.group), level_watch::deadline_of(owed.day),
                   "day=" + day_text(owed.day));
}

} // namespace wardflow
