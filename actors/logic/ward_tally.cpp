// SPDX-License-Identifier: Apache-2.0
#include "actors/logic/ward_tally.hpp"

#include "messages/packed.hpp"

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

std::vector<std::byte> ward_tally::save(std::uint64_t stamp) const {
  packed_writer out;
  out.number(stamp);
  out.number(1); // schema version of this value
  out.number(days_.size());
  for (auto& [day, row] : days_) {
    out.number(day);
    out.rows(std::vector<tally_day>{row});
  }
  return out.take();
}

bool ward_tally::load(std::span<const std::byte> saved, std::uint64_t& stamp) {
  packed_reader in{saved};
  std::uint64_t version = 0, count = 0;
  days_.clear();
  if (!in.number(stamp) || !in.number(version) || version != 1 || !in.number(count))
    return false;
  for (; count > 0; --count) {
    std::uint64_t day = 0;
    std::vector<tally_day> row;
    if (!in.number(day) || !in.rows(row) || row.size() != 1)
      return false;
    days_[static_cast<day_number>(day)] = row[0];
  }
  return in.at_end();
}

} // namespace wardflow
