// SPDX-License-Identifier: Apache-2.0
#include "actors/logic/ward_rollups.hpp"

#include "actors/logic/person_sketch.hpp"
#include "actors/logic/retention.hpp"
#include "messages/packed.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace wardflow {

namespace {

std::string row_key(std::string_view what, std::uint64_t number) {
  auto digits = std::to_string(number);
  return std::string{ward_rollups::key_prefix} + std::string{what} +
         std::string(digits.size() < 10 ? 10 - digits.size() : 0, '0') + digits;
}
std::string hour_key(hour_number hour) {
  return row_key("hour/", hour);
}
std::string day_key(day_number day) {
  return row_key("day/", day);
}

bool persons_known(day_number day, day_number today) {
  return day <= today && day + identity_days > today;
}

bool counts_kept(std::uint64_t day, day_number today) {
  return day + count_days >= today;
}

/// Nothing that is worth telling has changed.
bool is_same(const day_rollup& told, day_rollup now) {
  now.revision = told.revision;
  now.linked = told.linked; // a link of today changes all days of its person: not told for itself
  return now == told;
}

/// The message, as a row and as an entry.
void tell(entry_kind kind, unit_code unit, frame_body body, std::string key, offset_log& up,
          std::vector<saved_row>& rows) {
  packed_writer out;
  out.number(1); // schema version of this value
  out.text({reinterpret_cast<const char*>(body.view().data()), body.size()});
  rows.push_back({state_table::ward, std::move(key), out.take(), false});
  log_entry e;
  e.kind = kind;
  e.unit = unit;
  e.body = std::move(body);
  up.append(lane::bulk, std::move(e));
}

} // namespace

std::uint32_t ward_rollups::next_revision(std::uint32_t last) const {
  return std::max(last + 1, limits_.revision_min);
}

time_ms ward_rollups::next_due() const {
  if (again_)
    return 1;
  time_ms next = 0;
  auto wait = [&](time_ms due) { next = next == 0 ? due : std::min(next, due); };
  if (hours_wait_)
    wait(hours_at_ + limits_.hours_every_ms);
  if (!waiting_.empty())
    wait(days_at_ + limits_.days_every_ms);
  if (open_day_ != 0)
    wait(start_of(static_cast<day_number>(open_day_ + 1)));
  return next;
}

void ward_rollups::publish(const sources& from, time_ms stamp, offset_log& up,
                           std::vector<saved_row>& rows) {
  auto today = local_day(stamp);
  if (!begun_ || again_)
    look_at_all(from, today);
  look(from, today);
  auto over =
    open_day_ != 0 && open_day_ < today ? std::exchange(open_day_, day_number{0}) : day_number{0};
  if (over != 0)
    waiting_.insert(over);
  if (hours_wait_ && (again_ || over != 0 || stamp >= hours_at_ + limits_.hours_every_ms)) {
    tell_hours(from, today, up, rows);
    hours_at_ = stamp;
    hours_wait_ = false;
  }
  if (!waiting_.empty() && (again_ || over != 0 || stamp >= days_at_ + limits_.days_every_ms)) {
    tell_days(from, today, over, up, rows);
    forget(today, rows);
    days_at_ = stamp;
    waiting_.clear();
  }
  if (waiting_.contains(today) || days_.contains(today))
    open_day_ = today;
  again_ = false;
}

/// What this round may have changed.
void ward_rollups::look(const sources& from, day_number today) {
  if (taken_ || from.venues != venues_ || from.inside != inside_)
    waiting_.insert(today);
  hours_wait_ |= taken_;
  taken_ = false;
}

/// After a start nobody knows what was told of the last rounds: all that is held.
void ward_rollups::look_at_all(const sources& from, day_number today) {
  begun_ = true;
  hours_wait_ = true;
  if (again_ && today != 0) // those above know a ward by what it tells: also of an empty day
    waiting_.insert(today);
  for (auto& [day, row] : from.tally.days())
    waiting_.insert(day);
  for (auto& [hour, row] : from.tally.hours())
    waiting_.insert(static_cast<day_number>(hour / 24));
  for (auto& [day, row] : days_)
    waiting_.insert(day);
  std::erase_if(waiting_, [&](day_number day) { return day > today; });
}

void ward_rollups::tell_hours(const sources& from, day_number today, offset_log& up,
                              std::vector<saved_row>& rows) {
  for (auto& [hour, row] : from.tally.hours()) {
    if (!counts_kept(hour / 24, today))
      continue; // goes with the next scan
    auto& told = hours_[hour];
    if (told.revision != 0 && told.counts == row.counts() && !again_)
      continue;
    told = {from.unit, hour, next_revision(told.revision), row.counts()};
    tell(entry_kind::hour_rollup, from.unit, encode_hour_rollup(told), hour_key(hour), up, rows);
    if (hour / 24 <= today) // its persons
      waiting_.insert(static_cast<day_number>(hour / 24));
  }
}

/// The waiting days whose persons are known, all in one walk over the cards.
std::vector<day_rollup> ward_rollups::days_of(const sources& from, day_number today) const {
  std::vector<day_rollup> days;
  for (auto day : waiting_)
    if (persons_known(day, today))
      days.emplace_back().day = day;
  std::vector<person_sketch> sketches(days.size());
  from.cards.for_each_seen([&](card_id person, bool linked, auto&& seen_on) {
    for (std::size_t i = 0; i != days.size(); ++i)
      if (seen_on(days[i].day)) {
        ++days[i].persons;
        days[i].linked += linked;
        sketches[i].add(person);
      }
  });
  for (std::size_t i = 0; i != days.size(); ++i) {
    auto& r = days[i];
    r.unit = from.unit;
    if (r.persons != 0)
      r.sketch = sketches[i].save();
    if (auto* row = from.tally.find(r.day); row != nullptr) {
      r.taken = row->scans;
      r.counted = row->counted;
      r.late = row->late;
      r.decisions = row->decisions;
      r.colours = row->colours;
      for (std::size_t n = 0; n != row->reasons.size(); ++n)
        if (row->reasons[n] != 0)
          r.reasons.emplace_back(static_cast<std::uint16_t>(n), row->reasons[n]);
    }
  }
  return days;
}

void ward_rollups::tell_days(const sources& from, day_number today, day_number over, offset_log& up,
                             std::vector<saved_row>& rows) {
  auto say = [&](day_rollup r, std::uint32_t last) {
    r.revision = next_revision(last);
    tell(entry_kind::day_rollup, from.unit, encode_day_rollup(r), day_key(r.day), up, rows);
    days_[r.day] = std::move(r);
  };
  if (again_)
    for (auto& [day, told] : days_)
      if (!persons_known(day, today) && counts_kept(day, today))
        say(told, told.revision);
  for (auto& r : days_of(from, today)) {
    auto told = days_.find(r.day);
    auto known = told != days_.end();
    // Presence and register are of now: a day that was over before keeps what it had.
    auto is_now = r.day == today || r.day == over;
    r.venues = is_now || !known ? from.venues : told->second.venues;
    r.inside = is_now ? from.inside : known ? told->second.inside : 0;
    if (!known || again_ || !is_same(told->second, r))
      say(std::move(r), known ? told->second.revision : 0);
  }
  venues_ = from.venues;
  inside_ = from.inside;
}

void ward_rollups::forget(day_number today, std::vector<saved_row>& rows) {
  while (!hours_.empty() && !counts_kept(hours_.begin()->first / 24, today)) {
    rows.push_back({state_table::ward, hour_key(hours_.begin()->first), {}, true});
    hours_.erase(hours_.begin());
  }
  while (!days_.empty() && !counts_kept(days_.begin()->first, today)) {
    rows.push_back({state_table::ward, day_key(days_.begin()->first), {}, true});
    days_.erase(days_.begin());
  }
}

bool ward_rollups::load(std::string_view key, std::span<const std::byte> value) {
  packed_reader in{value};
  std::uint64_t version = 0;
  std::string text;
  if (!in.number(version) || version != 1 || !in.text(text) || !in.at_end())
    return false;
  auto body = frame_body::copy_of(std::as_bytes(std::span{text})); // aligned
  hour_rollup hour;
  day_rollup day;
  if (key.starts_with(std::string{key_prefix} + "hour/")) {
    if (read_hour_rollup(body.view(), hour) != code::ok || key != hour_key(hour.hour))
      return false;
    hours_[hour.hour] = hour;
    return true;
  }
  if (read_day_rollup(body.view(), day) != code::ok || key != day_key(day.day))
    return false;
  if (days_.empty() || day.day >= days_.rbegin()->first) {
    venues_ = day.venues;
    inside_ = day.inside;
  }
  days_[day.day] = std::move(day);
  return true;
}

} // namespace wardflow
