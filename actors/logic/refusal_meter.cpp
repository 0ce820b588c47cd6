// SPDX-License-Identifier: Apache-2.0
#include "actors/logic/refusal_meter.hpp"

#include <algorithm>
#include <utility>

namespace wardflow {

bool is_refusal_of_right(const audit_entry& e) {
  switch (e.deed) {
  case audit_deed::hello:
  case audit_deed::entry:
  case audit_deed::subscribe:
  case audit_deed::cut_off:
  case audit_deed::query:
  case audit_deed::command:
    return true;
  case audit_deed::subscription_remove: // whoever may look may ask for it
    return e.outcome != code::done;
  default:
    break;
  }
  switch (e.outcome) {
  case code::key_unknown:
  case code::key_revoked:
  case code::key_wrong_role:
  case code::key_other_unit:
  case code::key_not_yet_valid:
    return true;
  default:
    return false;
  }
}

std::vector<audit_entry> refusal_meter::rows_of(std::vector<audit_entry> said, time_ms stamp) {
  std::vector<audit_entry> rows;
  end_hours(stamp, rows);
  for (auto& e : said) {
    if (!is_refusal_of_right(e)) {
      rows.push_back(std::move(e));
      continue;
    }
    auto [at, fresh] = kinds_.try_emplace({e.by, e.unit, e.role, e.way, e.deed, e.outcome});
    if (!fresh) {
      e.times += at->second.newest.times;
      at->second.newest = std::move(e);
      continue;
    }
    at->second.since = stamp;
    at->second.newest = e;
    at->second.newest.times = 0;
    rows.push_back(std::move(e));
    make_room(rows);
  }
  return rows;
}

/// What came in an hour that is over is one row, and the next hour of its kind begins.
void refusal_meter::end_hours(time_ms stamp, std::vector<audit_entry>& rows) {
  for (auto at = kinds_.begin(); at != kinds_.end();) {
    auto& w = at->second;
    if (stamp < w.since + quiet_ms) {
      ++at;
    } else if (w.newest.times == 0) {
      at = kinds_.erase(at);
    } else {
      rows.push_back(w.newest);
      w.newest.times = 0;
      w.since = stamp;
      ++at;
    }
  }
}

void refusal_meter::make_room(std::vector<audit_entry>& rows) {
  if (kinds_.size() <= kinds_max)
    return;
  auto oldest = std::ranges::min_element(
    kinds_, [](auto& a, auto& b) { return a.second.since < b.second.since; });
  if (oldest->second.newest.times != 0)
    rows.push_back(std::move(oldest->second.newest));
  kinds_.erase(oldest);
}

std::vector<audit_entry> refusal_meter::rest() {
  std::vector<audit_entry> rows;
  for (auto& [of, w] : kinds_)
    if (w.newest.times != 0)
      rows.push_back(w.newest);
  kinds_.clear();
  return rows;
}

} // namespace wardflow
