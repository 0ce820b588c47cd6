// SPDX-License-Identifier: Apache-2.0
#include "actors/logic/ward_tally.hpp"

#include "actors/logic/retention.hpp"
#include "messages/packed.hpp"

#include <algorithm>

namespace wardflow {

tally_day& ward_tally::of(day_number day) {
  auto& row = days_[day];
  while (days_.begin()->first + 31 < day)
    days_.erase(days_.begin());
  return row;
}

const tally_day* ward_tally::find(day_number day) const {
  auto at = days_.find(day);
  return at == days_.end() ? nullptr : &at->second;
}

void ward_tally::count(tally_day& day, const verdict& v) {
  ++day.scans;
  ++day.reasons[static_cast<std::size_t>(v.reason)];
  day.late += v.late;
  if (v.counts()) {
    ++day.counted;
    ++day.decisions[static_cast<std::size_t>(v.decision)];
    ++day.colours[static_cast<std::size_t>(v.colour)];
  }
}

/// As venue_ledger: what is out of range goes when a new day begins.
void ward_tally::begin_day(time_ms stamp) {
  auto today = local_day(stamp);
  if (today <= base_day_)
    return;
  base_day_ = today;
  std::erase_if(hours_, [&](auto& row) { return row.first / 24 + count_days < today; });
}

hour_counts ward_tally::hour(hour_number hour) const {
  auto at = hours_.find(hour);
  return at == hours_.end() ? hour_counts{} : at->second.counts();
}

void ward_tally::restore_hours(std::span<const hour_row> rows) {
  for (auto& from : rows) {
    auto& to = hours_[from.hour];
    to.hour = from.hour;
    to.in += from.in;
    to.out += from.out;
    to.refused += from.refused;
    to.late += from.late;
    to.poster += from.poster;
  }
}

/// The rule of venue_ledger::counted_at: a scanner that is ahead over midnight counts on the
/// node's day, unless the node's clock is not believed.
tally_hour& hour_counter::seek(time_ms at, const verdict& v) {
  tally_.begin_day(stamp_);
  last_ = start_of(tally_.base_day_) + day_ms - 1;
  if (!v.clock_unsure)
    at = std::min(at, last_);
  auto hour = local_hour(at);
  from_ = hour * hour_ms - local_offset_ms;
  to_ = from_ + hour_ms;
  auto& row = tally_.hours_[hour];
  row.hour = hour;
  return row;
}

std::vector<std::byte> ward_tally::save(std::uint64_t stamp) const {
  packed_writer out;
  out.number(stamp);
  out.number(2); // schema version of this value
  out.number(days_.size());
  for (auto& [day, row] : days_) {
    out.number(day);
    out.rows(std::vector<tally_day>{row});
  }
  std::vector<tally_hour> hours;
  for (auto& [hour, row] : hours_)
    hours.push_back(row);
  out.number(hours_missing_);
  out.number(base_day_);
  out.rows(hours);
  return out.take();
}

bool ward_tally::load(std::span<const std::byte> saved, std::uint64_t& stamp) {
  packed_reader in{saved};
  std::uint64_t version = 0, count = 0;
  *this = ward_tally{};
  if (!in.number(stamp) || !in.number(version) || version < 1 || version > 2 || !in.number(count))
    return false;
  for (; count > 0; --count) {
    std::uint64_t day = 0;
    std::vector<tally_day> row;
    if (!in.number(day) || !in.rows(row) || row.size() != 1)
      return false;
    days_[static_cast<day_number>(day)] = row[0];
  }
  if (version == 1) {
    hours_missing_ = true;
    return in.at_end();
  }
  std::uint64_t missing = 0, base = 0;
  std::vector<tally_hour> hours;
  if (!in.number(missing) || !in.number(base) || !in.rows(hours))
    return false;
  hours_missing_ = missing != 0;
  base_day_ = static_cast<day_number>(base);
  for (auto& row : hours)
    hours_[row.hour] = row;
  return in.at_end();
}

} // namespace wardflow
