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
constexpr std::string_view before_hour = "before/hour/";
constexpr std::string_view before_day = "before/day/";

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

saved_row message_row(std::string key, const frame_body& body) {
  packed_writer out;
  out.number(1); // schema version of this value
  out.text({reinterpret_cast<const char*>(body.view().data()), body.size()});
  return {state_table::ward, std::move(key), out.take(), false};
}

/// The message, as a row and as an entry.
void tell(entry_kind kind, unit_code unit, frame_body body, std::string key, offset_log& up,
          std::vector<saved_row>& rows) {
  rows.push_back(message_row(std::move(key), body));
  log_entry e;
  e.kind = kind;
  e.unit = unit;
  e.body = std::move(body);
  up.append(lane::bulk, std::move(e));
}

/// Persons that both machines have seen are known by their sketches alone.
void add_persons(const day_rollup& before, day_rollup& r) {
  r.persons_estimated = before.persons_estimated;
  if (before.persons == 0)
    return;
  if (r.persons == 0) {
    r.persons = before.persons;
    r.sketch = before.sketch;
    return;
  }
  person_sketch all, then;
  if (all.load(r.sketch) && then.load(before.sketch))
    all.merge(then);
  r.persons =
    std::clamp(all.estimate(), std::max(r.persons, before.persons), r.persons + before.persons);
  r.sketch = all.save();
  r.persons_estimated = true;
}

/// What the machine before had told of this day goes on in ours.
void add_before(const day_rollup& before, day_rollup& r) {
  add_day(before, r);
  add_persons(before, r);
  r.linked = std::min(r.linked + before.linked, r.persons);
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
    mark_.publish(mark_of(from, today), today, up);
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
  hours_wait_ |= taken_ || mark_.registers_grew(mark_of(from, today));
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
  for (auto* of : {&days_, &days_before_})
    for (auto& [day, row] : *of)
      waiting_.insert(day);
  std::erase_if(waiting_, [&](day_number day) { return day > today; });
}

ward_watermark::sources ward_rollups::mark_of(const sources& from, day_number today) const {
  auto before = days_before_.find(today);
  return {from.unit,
          from.tally,
          from.devices,
          from.groups,
          from.venues,
          row_revision(limits_.epoch, from.round),
          before == days_before_.end() ? nullptr : &before->second};
}

hour_counts ward_rollups::with_before(hour_number hour, hour_counts own) const {
  auto before = hours_before_.find(hour);
  if (before == hours_before_.end())
    return own;
  auto& c = before->second.counts;
  return {own.in + c.in, own.out + c.out, own.refused + c.refused, own.late + c.late,
          own.poster + c.poster};
}

std::uint64_t ward_rollups::counted_before() const {
  std::uint64_t sum = 0;
  for (auto& [hour, r] : hours_before_)
    sum += r.counts.in + r.counts.out;
  return sum;
}

void ward_rollups::tell_hours(const sources& from, day_number today, offset_log& up,
                              std::vector<saved_row>& rows) {
  auto look_at = [&](hour_number hour, const hour_counts& own) {
    if (!counts_kept(hour / 24, today))
      return; // goes with the next scan
    auto& told = hours_[hour];
    auto counts = with_before(hour, own);
    if (told.revision != 0 && told.counts == counts && !again_)
      return;
    told = {from.unit, hour, next_revision(told.revision), counts};
    tell(entry_kind::hour_rollup, from.unit, encode_hour_rollup(told), hour_key(hour), up, rows);
    if (hour / 24 <= today) // its persons
      waiting_.insert(static_cast<day_number>(hour / 24));
  };
  for (auto& [hour, row] : from.tally.hours())
    look_at(hour, row.counts());
  if (again_) // those of the machine before alone
    for (auto& [hour, row] : hours_before_)
      if (!from.tally.hours().contains(hour))
        look_at(hour, {});
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
    if (auto before = days_before_.find(r.day); before != days_before_.end())
      add_before(before->second, r);
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
  auto stands = [&](day_number day) {
    return !persons_known(day, today) && counts_kept(day, today);
  };
  if (again_) {
    for (auto& [day, told] : days_)
      if (stands(day))
        say(told, told.revision);
    for (auto& [day, before] : days_before_)
      if (stands(day) && !days_.contains(day))
        say(before, 0);
  }
  for (auto& r : days_of(from, today)) {
    auto told = days_.find(r.day);
    auto known = told != days_.end();
    // Presence and register are of now: a day that was over before keeps what it had.
    auto is_now = r.day == today || r.day == over;
    auto before = days_before_.find(r.day);
    auto* then = known ? &told->second : before != days_before_.end() ? &before->second : nullptr;
    r.venues = is_now || then == nullptr ? from.venues : then->venues;
    r.inside = is_now ? from.inside : then == nullptr ? 0 : then->inside;
    if (!known || again_ || !is_same(told->second, r))
      say(std::move(r), known ? told->second.revision : 0);
  }
  venues_ = from.venues;
  inside_ = from.inside;
}

void ward_rollups::forget(day_number today, std::vector<saved_row>& rows) {
  while (!hours_before_.empty() && !counts_kept(hours_before_.begin()->first / 24, today)) {
    rows.push_back(
      {state_table::ward, row_key(before_hour, hours_before_.begin()->first), {}, true});
    hours_before_.erase(hours_before_.begin());
  }
  while (!days_before_.empty() && !counts_kept(days_before_.begin()->first, today)) {
    rows.push_back({state_table::ward, row_key(before_day, days_before_.begin()->first), {}, true});
    days_before_.erase(days_before_.begin());
  }
  while (!hours_.empty() && !counts_kept(hours_.begin()->first / 24, today)) {
    rows.push_back({state_table::ward, hour_key(hours_.begin()->first), {}, true});
    hours_.erase(hours_.begin());
  }
  while (!days_.empty() && !counts_kept(days_.begin()->first, today)) {
    rows.push_back({state_table::ward, day_key(days_.begin()->first), {}, true});
    days_.erase(days_.begin());
  }
}

saved_row ward_rollups::before_row(const hour_rollup& r) {
  return message_row(row_key(before_hour, r.hour), encode_hour_rollup(r));
}

saved_row ward_rollups::before_row(const day_rollup& r) {
  return message_row(row_key(before_day, r.day), encode_day_rollup(r));
}

bool ward_rollups::load(std::string_view key, std::span<const std::byte> value) {
  packed_reader in{value};
  std::uint64_t version = 0;
  std::string text;
  if (!in.number(version) || version != 1 || !in.text(text) || !in.at_end())
    return false;
  auto body = frame_body::copy_of(std::as_bytes(std::span{text})); // aligned
  auto what = key.substr(key_prefix.size());
  auto of_before = what.starts_with("before/");
  hour_rollup hour;
  day_rollup day;
  if (what.starts_with(of_before ? before_hour : std::string_view{"hour/"})) {
    if (read_hour_rollup(body.view(), hour) != code::ok ||
        key != (of_before ? row_key(before_hour, hour.hour) : hour_key(hour.hour)))
      return false;
    (of_before ? hours_before_ : hours_)[hour.hour] = hour;
    return true;
  }
  if (read_day_rollup(body.view(), day) != code::ok ||
      key != (of_before ? row_key(before_day, day.day) : day_key(day.day)))
    return false;
  if (!of_before && (days_.empty() || day.day >= days_.rbegin()->first)) {
    venues_ = day.venues;
    inside_ = day.inside;
  }
  (of_before ? days_before_ : days_)[day.day] = std::move(day);
  return true;
}

} // namespace wardflow
