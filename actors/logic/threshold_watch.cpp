// SPDX-License-Identifier: Apache-2.0
#include "actors/logic/threshold_watch.hpp"

#include <algorithm>
#include <limits>
#include <string>

namespace wardflow {

namespace {

const alert_threshold* threshold_of(const rulebook* book, alert_kind kind) {
  if (book == nullptr)
    return nullptr;
  auto at = std::find_if(book->thresholds.begin(), book->thresholds.end(),
                         [&](const alert_threshold& t) { return t.kind == kind; });
  return at == book->thresholds.end() ? nullptr : &*at;
}

area_book::kind_load load_of(alert_kind kind, const area_book& below, const alert_book& own) {
  auto load = below.load_of(kind);
  auto here = static_cast<std::uint32_t>(own.open_of(kind));
  return {load.alerts + here, load.units + (here != 0 ? 1u : 0u)};
}

/// How many times over it is reached; 0: it is not.
std::uint64_t times_reached(const alert_threshold& t, const area_book::kind_load& load) {
  auto times = std::numeric_limits<std::uint32_t>::max();
  if (t.open != 0)
    times = std::min(times, load.alerts / t.open);
  if (t.units != 0)
    times = std::min(times, load.units / t.units);
  return times;
}

} // namespace

void watch_thresholds(const rulebook* book, const area_book& below, alert_book& own,
                      time_ms stamp) {
  // Where the book has no place it counts them as `*`, which says enough once.
  auto is_full = own.is_open(alert_kind::threshold, alert_book::others);
  for (std::size_t n = 1; n != alert_kinds.size(); ++n) {
    auto kind = static_cast<alert_kind>(n);
    auto* t = threshold_of(book, kind);
    auto subject = facts_of(kind).name;
    auto* raised = own.is_open(alert_kind::threshold, subject)
                     ? own.find(alert_kind::threshold, subject)
                     : nullptr;
    if (t == nullptr && raised == nullptr)
      continue;
    auto load = t == nullptr ? area_book::kind_load{} : load_of(kind, below, own);
    auto times = t == nullptr ? 0 : times_reached(*t, load);
    if (times == 0 && raised != nullptr)
      own.clear(alert_kind::threshold, subject, stamp);
    else if (times != 0 && (raised == nullptr ? !is_full : times > raised->count))
      own.raise(alert_kind::threshold, subject, stamp,
                "open=" + std::to_string(load.alerts) + " units=" + std::to_string(load.units) +
                  " version=" + std::to_string(book->version));
  }
}

} // namespace wardflow
