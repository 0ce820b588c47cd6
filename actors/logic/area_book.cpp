// SPDX-License-Identifier: Apache-2.0
#include "actors/logic/area_book.hpp"

#include "actors/logic/alert_book.hpp"
#include "messages/packed.hpp"

#include <algorithm>
#include <iterator>

namespace wardflow {

namespace {

/// `hour/22366/0000454321`, `day/...`: what is of one ward lies together, in order of time.
std::string row_key(std::string_view what, unit_code unit, std::uint64_t number) {
  auto digits = std::to_string(number);
  return std::string{what} + '/' + std::string{unit.text()} + '/' +
         std::string(digits.size() < 10 ? 10 - digits.size() : 0, '0') + digits;
}
std::string hour_key(unit_code unit, hour_number hour) {
  return row_key("hour", unit, hour);
}
std::string day_key(unit_code unit, day_number day) {
  return row_key("day", unit, day);
}
std::string ward_key(unit_code unit) {
  return "ward/" + std::string{unit.text()};
}
std::string alert_row_key(unit_code unit, alert_kind kind, std::string_view subject) {
  auto number = std::to_string(static_cast<unsigned>(kind)); // short: no memory of its own
  auto place = unit.text();
  std::string key;
  key.reserve(area_book::alert_prefix.size() + place.size() + number.size() + subject.size() + 2);
  key += area_book::alert_prefix;
  key += place;
  key += '/';
  key += number;
  key += '/';
  key += subject;
  return key;
}

/// When it came, and the message as it came.
saved_row message_row(state_table table, std::string key, time_ms stamp, bytes body) {
  packed_writer out;
  out.reserve(3 * sizeof(std::uint64_t) + body.size());
  out.number(1); // schema version of this value
  out.number(static_cast<std::uint64_t>(stamp));
  out.text({reinterpret_cast<const char*>(body.data()), body.size()});
  return {table, std::move(key), out.take(), false};
}

bool open_row(std::span<const std::byte> value, time_ms& stamp, frame_body& body) {
  packed_reader in{value};
  std::uint64_t version = 0, at = 0;
  std::string message;
  if (!in.number(version) || version != 1 || !in.number(at) || !in.text(message) || !in.at_end())
    return false;
  stamp = static_cast<time_ms>(at);
  body = frame_body::copy_of(std::as_bytes(std::span{message})); // aligned
  return true;
}

saved_row erased(state_table table, std::string key) {
  return {table, std::move(key), {}, true};
}

bool in_range(std::uint64_t day, time_ms stamp) {
  auto today = local_day(stamp);
  return day + area_book::days_kept >= today && day <= std::uint64_t{today} + area_book::days_ahead;
}

} // namespace

const area_book::ward* area_book::find(unit_code unit) const {
  auto at = wards_.find(unit);
  return at == wards_.end() ? nullptr : &at->second;
}

// -- entries ------------------------------------------------------------------------------------

bool area_book::may_speak(unit_code child, unit_code unit) const {
  return unit != own_ && (child.is_ward() ? unit == child : !unit.empty());
}

entry_outcome area_book::apply(unit_code child, const log_entry_view& e, time_ms stamp,
                               std::vector<saved_row>& rows, bool any_day) {
  auto known = e.kind == entry_kind::hour_rollup || e.kind == entry_kind::day_rollup ||
               e.kind == entry_kind::alert;
  if (!known)
    return entry_outcome::other_kind;
  if (e.body.size() > entry_bytes_max)
    return entry_outcome::too_large;
  auto of_day = [&](std::uint64_t day) { return any_day || in_range(day, stamp); };
  // The envelope's unit is what readers' filters go by: it has to be the message's own.
  auto of_unit = [&](unit_code unit) { return e.unit == unit && may_speak(child, unit); };
  if (e.kind == entry_kind::alert) {
    alert a;
    if (read_alert(e.body, a) != code::ok)
      return entry_outcome::malformed;
    return !of_unit(a.unit)             ? entry_outcome::other_unit
           : !of_day(local_day(a.last)) ? entry_outcome::out_of_range
                                        : take(child, std::move(a), e.body, stamp, rows);
  }
  if (e.kind == entry_kind::hour_rollup) {
    hour_rollup r;
    if (read_hour_rollup(e.body, r) != code::ok)
      return entry_outcome::malformed;
    return !r.unit.is_ward() || !of_unit(r.unit) ? entry_outcome::other_unit
           : !of_day(r.hour / 24)                ? entry_outcome::out_of_range
                                                 : take(child, r, e.body, stamp, rows);
  }
  day_rollup r;
  if (read_day_rollup(e.body, r) != code::ok)
    return entry_outcome::malformed;
  return !r.unit.is_ward() || !of_unit(r.unit) ? entry_outcome::other_unit
         : !of_day(r.day)                      ? entry_outcome::out_of_range
                                               : take(child, std::move(r), e.body, stamp, rows);
}

area_book::ward& area_book::brought(unit_code child, unit_code unit, time_ms stamp,
                                    std::vector<saved_row>& rows) {
  auto& w = wards_[unit];
  w.heard = std::max(w.heard, stamp);
  if (w.via != child) {
    w.before = w.via;
    w.via = child;
    w.since = stamp;
    joined_.push_back(unit);
    packed_writer out;
    out.number(1); // schema version of this value
    out.number(unit_number(child));
    out.number(static_cast<std::uint64_t>(stamp));
    rows.push_back({state_table::rollups, ward_key(unit), out.take(), false});
  }
  return w;
}

entry_outcome area_book::take(unit_code child, hour_rollup r, bytes body, time_ms stamp,
                              std::vector<saved_row>& rows) {
  if (auto* w = find(r.unit))
    if (auto at = w->hours.find(r.hour); at != w->hours.end() && at->second.revision >= r.revision)
      return entry_outcome::known;
  brought(child, r.unit, stamp, rows).hours[r.hour] = r;
  rows.push_back(message_row(state_table::rollups, hour_key(r.unit, r.hour), stamp, body));
  return entry_outcome::changed;
}

entry_outcome area_book::take(unit_code child, day_rollup r, bytes body, time_ms stamp,
                              std::vector<saved_row>& rows) {
  // A sketch estimates within some percent what `persons` counts exactly.
  if (person_sketch sketch;
      !r.sketch.empty() && (!sketch.load(r.sketch) || sketch.estimate() / 4 > r.persons + 250))
    return entry_outcome::malformed;
  if (auto* w = find(r.unit))
    if (auto at = w->days.find(r.day); at != w->days.end() && at->second.revision >= r.revision)
      return entry_outcome::known;
  auto unit = r.unit;
  auto day = r.day;
  brought(child, unit, stamp, rows).days[day] = std::move(r);
  rows.push_back(message_row(state_table::rollups, day_key(unit, day), stamp, body));
  return entry_outcome::changed;
}

entry_outcome area_book::take(unit_code child, alert a, bytes body, time_ms stamp,
                              std::vector<saved_row>& rows) {
  if (is_full(a.unit) && !alerts_.contains({a.unit, a.kind, a.subject}) && !has_room(a.unit, rows))
    return entry_outcome::too_many;
  auto [at, fresh] = place_of(a);
  if (!fresh && at->second.revision >= a.revision)
    return entry_outcome::known;
  if (a.unit.is_ward())
    static_cast<void>(brought(child, a.unit, stamp, rows));
  rows.push_back(
    message_row(state_table::alerts, alert_row_key(a.unit, a.kind, a.subject), stamp, body));
  put(at, std::move(a));
  return entry_outcome::changed;
}

void area_book::replaced(unit_code child, std::uint32_t revision, time_ms stamp,
                         std::vector<saved_row>& rows,
                         const std::function<void(const alert&)>& say) {
  for (auto at = alerts_.lower_bound({child, alert_kind::none, {}});
       at != alerts_.end() && std::get<0>(at->first) == child; ++at) {
    auto a = at->second;
    if (a.state == alert_state::resolved || a.revision >= revision - 1)
      continue;
    a.state = alert_state::resolved;
    a.revision = revision - 1; // older than all that the new epoch says
    a.by = "replaced";
    auto body = encode_alert(a);
    rows.push_back(message_row(state_table::alerts, alert_row_key(a.unit, a.kind, a.subject), stamp,
                               body.view()));
    say(a);
    put(at, std::move(a));
  }
}

void area_book::count(const alert& a, std::uint32_t by) {
  if (a.state == alert_state::resolved)
    return;
  auto& c = open_[a.unit][static_cast<std::size_t>(a.kind)];
  (a.state == alert_state::open ? c.open : c.acknowledged) += by; // -1 wraps to what is meant
}

area_book::kind_load area_book::load_of(alert_kind kind) const {
  kind_load load;
  for (auto& [unit, kinds] : open_) {
    auto& c = kinds[static_cast<std::size_t>(kind)];
    load.alerts += c.open + c.acknowledged;
    load.units += c.open + c.acknowledged != 0 ? 1u : 0u;
  }
  return load;
}

/// Room for one more alert of this unit; where there is none, its resolved ones go.
bool area_book::has_room(unit_code unit, std::vector<saved_row>& rows) {
  if (!is_full(unit))
    return true;
  for (auto at = alerts_.lower_bound({unit, alert_kind::none, {}});
       at != alerts_.end() && std::get<0>(at->first) == unit;)
    at = at->second.state == alert_state::resolved ? erase(at, rows) : std::next(at);
  return !is_full(unit);
}

bool area_book::is_full(unit_code unit) const {
  auto held = held_.find(unit);
  return held != held_.end() &&
         held->second >= alert_book::kept + static_cast<std::size_t>(alert_kind::count_);
}

area_book::place area_book::erase(place at, std::vector<saved_row>& rows) {
  auto& [unit, kind, subject] = at->first;
  count(at->second, ~0u);
  --held_[unit];
  rows.push_back(erased(state_table::alerts, alert_row_key(unit, kind, subject)));
  return alerts_.erase(at);
}

/// Made where it is not there: as one that nobody counts.
std::pair<area_book::place, bool> area_book::place_of(const alert& a) {
  alert_key key{a.unit, a.kind, a.subject};
  auto at = alerts_.lower_bound(key);
  if (at != alerts_.end() && at->first == key)
    return {at, false};
  alert none;
  none.state = alert_state::resolved;
  ++held_[a.unit];
  return {alerts_.emplace_hint(at, std::move(key), std::move(none)), true};
}

void area_book::put(place at, alert a) {
  if (at->second.state != a.state) {
    count(at->second, ~0u);
    count(a, 1);
  }
  at->second = std::move(a);
}

// -- what is too old ----------------------------------------------------------------------------

void area_book::forget(time_ms stamp, std::vector<saved_row>& rows) {
  auto today = local_day(stamp);
  if (today == forgotten_on_)
    return;
  forgotten_on_ = today;
  for (auto& [unit, w] : wards_) {
    while (!w.hours.empty() && w.hours.begin()->first / 24 + days_kept < today) {
      rows.push_back(erased(state_table::rollups, hour_key(unit, w.hours.begin()->first)));
      w.hours.erase(w.hours.begin());
    }
    while (!w.days.empty() && w.days.begin()->first + days_kept < today) {
      rows.push_back(erased(state_table::rollups, day_key(unit, w.days.begin()->first)));
      w.days.erase(w.days.begin());
    }
  }
  for (auto at = alerts_.begin(); at != alerts_.end();) {
    auto& [unit, kind, subject] = at->first;
    auto is_card = names_card(kind);
    if (local_day(at->second.last) + (is_card ? card_days_kept : days_kept) >= today ||
        (!is_card && at->second.state != alert_state::resolved)) {
      ++at;
      continue;
    }
    at = erase(at, rows);
  }
}

void area_book::drop(unit_code unit, std::vector<saved_row>& rows) {
  if (auto at = wards_.find(unit); at != wards_.end()) {
    for (auto& [hour, row] : at->second.hours)
      rows.push_back(erased(state_table::rollups, hour_key(unit, hour)));
    for (auto& [day, row] : at->second.days)
      rows.push_back(erased(state_table::rollups, day_key(unit, day)));
    rows.push_back(erased(state_table::rollups, ward_key(unit)));
    wards_.erase(at);
  }
  for (auto at = alerts_.lower_bound({unit, alert_kind::none, {}});
       at != alerts_.end() && std::get<0>(at->first) == unit;)
    at = erase(at, rows);
  open_.erase(unit);
  held_.erase(unit);
}

// -- rows ---------------------------------------------------------------------------------------

bool area_book::load(state_table table, std::string_view key, std::span<const std::byte> value) {
  time_ms stamp = 0;
  frame_body body;
  if (table == state_table::rollups && key.starts_with("ward/")) {
    packed_reader in{value};
    std::uint64_t version = 0, via = 0, since = 0;
    auto unit = unit_code::parse(key.substr(5));
    if (!unit || !in.number(version) || version != 1 || !in.number(via) || !in.number(since) ||
        !in.at_end() || via > 0xffff'ffff)
      return false;
    auto child = unit_of_number(static_cast<std::uint32_t>(via));
    if (!child)
      return false;
    auto& w = wards_[*unit];
    w.via = *child;
    w.since = static_cast<time_ms>(since);
    w.heard = std::max(w.heard, w.since);
    return true;
  }
  if (!open_row(value, stamp, body))
    return false;
  if (table == state_table::alerts) {
    alert a;
    if (read_alert(body.view(), a) != code::ok || key != alert_row_key(a.unit, a.kind, a.subject))
      return false;
    auto at = place_of(a).first;
    put(at, std::move(a));
    return true;
  }
  if (table != state_table::rollups)
    return false;
  hour_rollup hour;
  day_rollup day;
  auto is_hour = key.starts_with("hour/");
  if (is_hour
        ? read_hour_rollup(body.view(), hour) != code::ok || key != hour_key(hour.unit, hour.hour)
        : read_day_rollup(body.view(), day) != code::ok || key != day_key(day.unit, day.day))
    return false;
  auto& w = wards_[is_hour ? hour.unit : day.unit];
  w.heard = std::max(w.heard, stamp);
  if (is_hour)
    w.hours[hour.hour] = hour;
  else
    w.days[day.day] = std::move(day);
  return true;
}

} // namespace wardflow
