// SPDX-License-Identifier: Apache-2.0
#include "actors/logic/venue_ledger.hpp"

#include "actors/logic/hash.hpp"
#include "messages/packed.hpp"

#include <algorithm>
#include <bit>

namespace wardflow {

namespace {

constexpr time_ms inside_epoch_ms = 1'577'836'800'000; // 2020-01-01 UTC

std::uint32_t to_since(time_ms at) {
  auto seconds = (at - inside_epoch_ms) / second_ms;
  return static_cast<std::uint32_t>(std::clamp<time_ms>(seconds, 0, 0xffff'fff0)) + 1;
}

/// The row with this key in an ascending list, made where there is none; mostly the last one.
template <class Row, class Key>
Row& row_of(std::vector<Row>& rows, Key Row::*key, Key wanted) {
  if (!rows.empty() && rows.back().*key == wanted)
    return rows.back();
  auto at = std::lower_bound(rows.begin(), rows.end(), wanted,
                             [&](const Row& row, Key k) { return row.*key < k; });
  if (at == rows.end() || (*at).*key != wanted) {
    Row fresh;
    fresh.*key = wanted;
    at = rows.insert(at, fresh);
  }
  return *at;
}

} // namespace

time_ms next_closing(const venue_facts& place, time_ms at) {
  auto never_closes = place.opens == place.closes;
  auto closes = never_closes ? 0 : place.closes % (24 * 60);
  auto today = start_of(local_day(at)) + closes * minute_ms;
  return today > at ? today : today + day_ms;
}

day_row& venue_ledger::day_of(day_number day) {
  return row_of(days_, &day_row::day, day);
}

hour_row& venue_ledger::hour_of(hour_number hour) {
  return row_of(hours_, &hour_row::hour, hour);
}

void venue_ledger::begin_day(time_ms stamp) {
  auto today = local_day(stamp);
  if (today <= base_day_)
    return;
  auto shift = base_day_ == 0 ? 0u : static_cast<unsigned>(today - base_day_);
  base_day_ = today;
  if (shift != 0) {
    constexpr auto kept = (1u << identity_days) - 1;
    std::uint32_t seen = 0;
    persons_.rebuild([&](person& p) {
      p.days = shift >= 32 ? 0 : (p.days << shift) & kept;
      seen |= p.days;
      return p.days != 0 || p.since != 0;
    });
    oldest_day_ = oldest_of(seen);
  }
  std::erase_if(days_, [&](const day_row& d) { return d.day + count_days < today; });
  std::erase_if(hours_, [&](const hour_row& h) { return h.hour / 24 + count_days < today; });
  day_of(today).carried = inside_;
}

/// A scanner that is ahead over midnight counts on the node's day: a day has no person without a
/// scan. Only a clock that is not believed gives way to the scanners'.
time_ms venue_ledger::counted_at(time_ms at, const verdict& v) const {
  return v.clock_unsure ? at : std::min(at, start_of(base_day_) + day_ms - 1);
}

/// The day of the highest bit of all persons' days.
day_number venue_ledger::oldest_of(std::uint32_t seen) const {
  return seen == 0 ? day_number{0}
                   : static_cast<day_number>(base_day_ - (std::bit_width(seen) - 1));
}

void venue_ledger::enter(person& p, const scan_item& scan, day_row& arrival) {
  if (p.since != 0) {
    ++arrival.again;
    return;
  }
  p.since = to_since(scan.at);
  ++inside_;
  ++arrival.entered;
}

void venue_ledger::leave(person& p, day_row& arrival) {
  if (p.since == 0) {
    ++arrival.unmatched;
    return;
  }
  p.since = 0;
  --inside_;
  ++arrival.exited;
}

void venue_ledger::apply(const scan_item& scan, const verdict& v, time_ms stamp) {
  if (!v.counts())
    return;
  begin_day(stamp);
  auto at = counted_at(scan.at, v);
  auto event_day = local_day(at);
  auto going_in = scan.way == direction::in;
  auto let_in = v.decision != decision::refuse;

  auto& hour = hour_of(local_hour(at));
  ++(going_in ? hour.in : hour.out);
  hour.refused += going_in && !let_in;
  hour.late += v.late;
  hour.poster += scan.flow == flow::person_scans_poster;
  if (changed_.empty() || changed_.back() != hour.hour)
    changed_.push_back(hour.hour);

  auto& day = day_of(event_day);
  if (going_in)
    ++(v.decision == decision::admit       ? day.admitted
       : v.decision == decision::condition ? day.conditions
                                           : day.refused);
  // An event day after base_day is that of a scan under a clock that is not believed.
  auto age = event_day > base_day_ ? 0u : static_cast<unsigned>(base_day_ - event_day);
  auto presence = scan.at >= closed_until_ && let_in;
  if (age >= identity_days && !presence)
    return; // counted, but identity that old is not stored any more (DOMAIN §4)
  auto& p = persons_.obtain(scan.person);
  if (age < identity_days && (p.days >> age & 1) == 0) {
    p.days |= 1u << age;
    auto seen_on = std::min(event_day, base_day_);
    ++day_of(seen_on).persons;
    oldest_day_ = oldest_day_ == 0 ? seen_on : std::min(oldest_day_, seen_on);
  }
  if (presence) {
    auto& arrival = day_of(base_day_);
    going_in ? enter(p, scan, arrival) : leave(p, arrival);
  }
}

void venue_ledger::expect_closing(time_ms stamp, const venue_facts& place) {
  if (inside_ == 0)
    close_due_ = 0;
  else if (close_due_ == 0)
    close_due_ = next_closing(place, stamp);
}

time_ms venue_ledger::due(const venue_facts& place) const {
  if (close_due_ != 0 || oldest_day_ == 0)
    return close_due_;
  auto turn = serial_of(place.id) % (2 * hour_ms / second_ms) * second_ms; // not all at once
  return start_of(static_cast<day_number>(oldest_day_ + identity_days)) + forget_at_ms +
         static_cast<time_ms>(turn);
}

void venue_ledger::work_off(time_ms at, const venue_facts& place) {
  begin_day(at);
  if (close_due_ != 0 && close_due_ <= at)
    close(at, place);
}

void venue_ledger::close(time_ms at, const venue_facts& place) {
  auto never_closes = place.opens == place.closes;
  auto before = never_closes ? to_since(at - day_ms) : to_since(at) + 1;
  auto& today = day_of(base_day_);
  std::vector<card_id> leaving;
  persons_.for_each([&](const person& p) {
    if (p.since != 0 && p.since < before)
      leaving.push_back(p.card);
  });
  for (auto card : leaving)
    persons_.find(card)->since = 0;
  auto count = static_cast<std::uint32_t>(leaving.size());
  inside_ -= count;
  today.closed += count;
  close_due_ = 0;
  if (!never_closes)
    closed_until_ = at;
}

void venue_ledger::end_of_round() {
  std::sort(changed_.begin(), changed_.end());
  changed_.erase(std::unique(changed_.begin(), changed_.end()), changed_.end());
  for (auto hour : changed_)
    ++hour_of(hour).revision;
  changed_.clear();
}

venue_counts venue_ledger::counts(day_number day) const {
  venue_counts result;
  result.day.day = day;
  result.inside = inside_;
  for (auto& d : days_)
    if (d.day == day)
      result.day = d;
  for (auto& h : hours_)
    if (h.hour / 24 == day)
      result.hours.push_back(h);
  return result;
}

bool venue_ledger::was_seen(card_id card, day_number day) const {
  auto* p = persons_.find(card);
  auto age = static_cast<unsigned>(base_day_ - day);
  return p != nullptr && day <= base_day_ && age < identity_days && (p->days >> age & 1) != 0;
}

std::size_t venue_ledger::memory_bytes() const {
  return sizeof *this + persons_.bytes() + hours_.capacity() * sizeof(hour_row) +
         days_.capacity() * sizeof(day_row) + changed_.capacity() * sizeof(hour_number);
}

std::vector<std::byte> venue_ledger::save(std::uint64_t stamp) const {
  packed_writer out;
  out.reserve(96 + persons_.size() * sizeof(person) + hours_.size() * sizeof(hour_row) +
              days_.size() * sizeof(day_row));
  out.number(stamp);
  out.number(std::uint64_t{1}); // schema version of this value
  out.number(static_cast<std::uint64_t>(close_due_));
  out.number(static_cast<std::uint64_t>(closed_until_));
  out.number(std::uint64_t{base_day_});
  out.rows(persons_.sorted());
  out.rows(hours_);
  out.rows(days_);
  return out.take();
}

bool venue_ledger::load(std::span<const std::byte> saved, std::uint64_t& stamp) {
  packed_reader in{saved};
  std::uint64_t version = 0, due = 0, closed = 0, base = 0;
  std::vector<person> persons;
  *this = venue_ledger{};
  if (!in.number(stamp) || !in.number(version) || version != 1 || !in.number(due) ||
      !in.number(closed) || !in.number(base) || !in.rows(persons) || !in.rows(hours_) ||
      !in.rows(days_) || !in.at_end())
    return false;
  close_due_ = static_cast<time_ms>(due);
  closed_until_ = static_cast<time_ms>(closed);
  base_day_ = static_cast<day_number>(base);
  std::uint32_t seen = 0;
  for (auto& p : persons) {
    if (p.card == card_id{})
      return false;
    persons_.obtain(p.card) = p;
    inside_ += p.since != 0;
    seen |= p.days;
  }
  oldest_day_ = oldest_of(seen);
  return true;
}

std::array<std::uint64_t, 2> venue_ledger::state_hash() const {
  return base_day_ == 0 ? std::array<std::uint64_t, 2>{} : hash128(save(0));
}

} // namespace wardflow
