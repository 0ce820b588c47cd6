// SPDX-License-Identifier: Apache-2.0
#include "actors/logic/ward_rebuild.hpp"

#include <algorithm>
#include <utility>

namespace wardflow {

namespace {

/// The day's figures where the watermark stands; persons are as they were told last.
void carry(const watermark& w, day_rollup& d) {
  d.persons_estimated = d.persons_estimated || d.taken != w.taken; // those of its last minute lack
  d.taken = w.taken;
  d.counted = w.counted;
  d.late = w.late;
  d.decisions = w.decisions;
  d.colours = w.colours;
  d.reasons = w.reasons;
}

} // namespace

code ward_rebuild::failed(code why, std::string what) {
  detail = std::move(what);
  return why == code::done ? code::ok : code::frame_malformed;
}

code ward_rebuild::take(const log_entry_view& e) {
  if (e.unit != state.unit)
    return failed(code::frame_malformed, "an entry of " + std::string{e.unit.text()});
  switch (e.kind) {
  case entry_kind::venue:
  case entry_kind::group:
  case entry_kind::contacts:
  case entry_kind::device: {
    register_row row;
    if (read_register_row(e.body, row) != code::ok || row.unit != state.unit)
      return failed(code::frame_malformed, "a row of a register");
    return take_row(row);
  }
  case entry_kind::watermark: {
    watermark w;
    if (read_watermark(e.body, w) != code::ok || w.unit != state.unit)
      return failed(code::frame_malformed, "the watermark");
    mark_ = std::move(w);
    return code::ok;
  }
  case entry_kind::hour_rollup: {
    hour_rollup r;
    if (read_hour_rollup(e.body, r) != code::ok || r.unit != state.unit)
      return failed(code::frame_malformed, "an hour");
    counted += r.counts.in + r.counts.out;
    beside.push_back(ward_rollups::before_row(r));
    return code::ok;
  }
  case entry_kind::day_rollup: {
    day_rollup r;
    if (read_day_rollup(e.body, r) != code::ok || r.unit != state.unit)
      return failed(code::frame_malformed, "a day");
    days_[r.day] = std::move(r);
    return code::ok;
  }
  default:
    return code::ok;
  }
}

code ward_rebuild::take_row(const register_row& row) {
  if (auto* v = std::get_if<venue_record>(&row.what))
    return put(*v, row.document);
  if (auto* g = std::get_if<group_record>(&row.what))
    return put(*g);
  if (auto* contacts = std::get_if<std::vector<contact>>(&row.what))
    return put(*contacts);
  return put(std::get<device_record>(row.what), row.document);
}

code ward_rebuild::put(const group_record& g) {
  return failed(state.places.add(g, false, scrap_), to_text(g.id));
}

code ward_rebuild::put(const std::vector<contact>& contacts) {
  auto what = state.contacts.put({state.unit, contacts}, false);
  return failed(what == code::already_so ? code::done : what, "contacts");
}

/// The document of the last order goes along, also of a venue that was opened again.
code ward_rebuild::put(const venue_record& v, const std::string& document) {
  venue_id given{};
  auto what = state.places.add(v, false, given, scrap_);
  if (what == code::done && !document.empty())
    what = state.places.order({given, true, document}, false, scrap_);
  if (what == code::done && !document.empty() && !v.facts.suspended)
    what = state.places.order({given, false, document}, false, scrap_);
  return failed(what, to_text(v.facts.id));
}

code ward_rebuild::put(const device_record& d, const std::string& document) {
  auto name = "device " + std::to_string(static_cast<std::uint32_t>(d.id));
  device_id given{};
  auto what = state.devices.add(d.as, d.added_at, false, given, scrap_);
  if (what != code::done || given != d.id)
    return failed(code::frame_malformed, name);
  if (d.revoked_at == 0)
    return code::ok;
  ++revoked;
  return failed(state.devices.revoke({given, document}, d.revoked_at, false, scrap_), name);
}

void ward_rebuild::finish(time_ms now, const predecessor& before) {
  if (mark_) {
    for (auto& p : mark_->positions)
      if (auto* d = state.devices.find(device_id{p.device}); d != nullptr)
        positions += d->gate.restore(p.epoch, p.next, {});
    auto& day = days_[mark_->day];
    day.unit = state.unit;
    day.day = mark_->day;
    carry(*mark_, day);
  }
  for (auto& [day, r] : days_)
    beside.push_back(ward_rollups::before_row(r));
  parent_cursor cursor;
  cursor.begin_after(before.parent, before.took);
  cursor.save(beside);
  state.last_stamp = now;
  scrap_.clear();
}

} // namespace wardflow
