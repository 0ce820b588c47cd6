// SPDX-License-Identifier: Apache-2.0
// NODE RULES  what every node does for itself, whatever its height: its clock, its own alerts.
//
// Owns, borrows nothing: functions of the round and of the node's alert book.
#pragma once

#include "actors/logic/alert_book.hpp"
#include "messages/round.hpp"

namespace wardflow {

/// `clock accept`: the wall clock is believed again, from the next round on. clock_fine: it is.
[[nodiscard]] answer accept_clock(scan_round& r, bool dry_run);

/// clock.unsure and store.nearly_full (DOMAIN §7) of this node, as GATE and JOURNAL found them:
/// raised once, with another severity when the store grows fuller, cleared when it has passed. Also
/// node.behind of its own, where an entry of a log cannot be read: that ends by a person's hand.
void raise_node_alerts(alert_book& alerts, unit_code unit, const scan_round& r);

} // namespace wardflow
