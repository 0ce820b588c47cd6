// SPDX-License-Identifier: Apache-2.0
// How long what is kept (DOMAIN §4, §10). All parts that forget take their numbers from here.
//
//   journal: rounds of the last 21 days        base: the state of last midnight, at most a day old
//   ledgers and cards: who was where, 20 days  (a base adds its own age: 21 days in all)
#pragma once

#include "messages/time.hpp"

namespace wardflow {

/// Identifiable visits are kept so long, then they are gone from journal, base and state.
inline constexpr unsigned retention_days = 21;

/// In the state: one day less, for the base that holds it may be a day old.
inline constexpr unsigned identity_days = retention_days - 1;

/// A count may still change for so long: late scans of 30 days, and today.
inline constexpr unsigned count_days = 31;

/// What has grown too old goes in the small hours, one owner after the other.
inline constexpr time_ms forget_at_ms = 3 * hour_ms;

} // namespace wardflow
