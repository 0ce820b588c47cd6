// SPDX-License-Identifier: Apache-2.0
#include "actors/logic/node_rules.hpp"

#include <string>

namespace wardflow {

answer accept_clock(scan_round& r, bool dry_run) {
  answer a;
  a.code = !r.clock_unsure ? code::clock_fine : dry_run ? code::dry_run_ok : code::done;
  r.clock_accepted = r.clock_accepted || a.code == code::done;
  return a;
}

void raise_node_alerts(alert_book& alerts, unit_code unit, const scan_round& r) {
  using enum alert_kind;
  auto own = unit.text();
  if (!r.clock_unsure)
    alerts.clear(clock_unsure, own, r.stamp);
  else if (!alerts.is_open(clock_unsure, own))
    alerts.raise(clock_unsure, own, r.stamp, "stamp=" + time_text(r.stamp));
  if (!r.unreadable.empty() && !alerts.is_open(node_behind, own)) // what follows it waits for ever
    alerts.raise(node_behind, own, r.stamp, "unreadable=" + r.unreadable, 1, severity::critical);
  if (r.store_percent == 0) // nobody says
    return;
  if (r.store_percent < 65)
    return alerts.clear(store_nearly_full, own, r.stamp);
  if (r.store_percent < 70)
    return;
  auto how = r.store_percent >= 95   ? severity::critical
             : r.store_percent >= 85 ? severity::warning
                                     : severity::notice;
  if (!alerts.is_open(store_nearly_full, own) ||
      alerts.find(store_nearly_full, own)->severity < how)
    alerts.raise(store_nearly_full, own, r.stamp, "percent=" + std::to_string(r.store_percent), 1,
                 how);
}

} // namespace wardflow
