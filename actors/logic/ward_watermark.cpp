// SPDX-License-Identifier: Apache-2.0
#include "actors/logic/ward_watermark.hpp"

#include <utility>

namespace wardflow {

namespace {

void take_day(const tally_day& row, watermark& w) {
  w.taken = row.scans;
  w.counted = row.counted;
  w.late = row.late;
  w.decisions = row.decisions;
  w.colours = row.colours;
  for (std::size_t n = 0; n != row.reasons.size(); ++n)
    if (row.reasons[n] != 0)
      w.reasons.emplace_back(static_cast<std::uint16_t>(n), row.reasons[n]);
}

} // namespace

bool ward_watermark::registers_grew(const sources& from) const {
  return from.groups != told_.groups || from.venues != told_.venues ||
         from.devices.all().size() != told_.devices;
}

/// Positions that differ from those told, and takes them as told.
std::vector<device_position> ward_watermark::changed(const device_book& devices) {
  std::vector<device_position> news;
  positions_.resize(devices.all().size());
  for (std::size_t i = 0; i != positions_.size(); ++i) {
    auto& gate = devices.all()[i]->gate;
    device_position now{static_cast<std::uint32_t>(i + 1), gate.epoch(), gate.next()};
    if (now.epoch == 0 || (!whole_ && now == positions_[i]))
      continue;
    positions_[i] = now;
    news.push_back(now);
  }
  return news;
}

void ward_watermark::publish(const sources& from, day_number today, offset_log& up) {
  watermark now;
  now.unit = from.unit;
  now.revision = from.revision;
  now.whole = whole_;
  now.day = today;
  now.groups = from.groups;
  now.venues = from.venues;
  now.devices = static_cast<std::uint32_t>(from.devices.all().size());
  if (auto* row = from.tally.find(today); row != nullptr)
    take_day(*row, now);
  if (from.before != nullptr)
    add_day(*from.before, now);
  auto news = changed(from.devices);
  told_.revision = now.revision;
  told_.whole = whole_;
  if (!whole_ && news.empty() && now == told_)
    return;
  told_ = now;
  whole_ = false;
  now.positions = std::move(news);
  up.append(lane::bulk,
            {.kind = entry_kind::watermark, .unit = from.unit, .body = encode_watermark(now)});
}

} // namespace wardflow
