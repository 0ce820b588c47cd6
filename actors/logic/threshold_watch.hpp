// SPDX-License-Identifier: Apache-2.0
// THRESHOLD WATCH  many alerts of one kind below are one alert of the level's own (DOMAIN 7).
//
//   rulebook in force ─ thresholds ─┐
//   AREA BOOK, ALERT BOOK ─ open ───┴─▶ alerts.threshold of this kind: raised, cleared
//
// Owns     nothing: what it has raised is in the ALERT BOOK.
// Borrows  the books for the call.
// Promise  the alert is there while the threshold is reached, and not otherwise; it is raised
//          again each time another whole threshold's worth has come, not for each alert.
// Bound    a look at each unit for each threshold.
#pragma once

#include "actors/logic/alert_book.hpp"
#include "actors/logic/area_book.hpp"
#include "actors/logic/rulebook.hpp"

namespace wardflow {

/// Before a round's end. `book`: the one in force; none: there are no thresholds. Counted are
/// alerts that are not resolved, of the units below and of this level itself.
void watch_thresholds(const rulebook* book, const area_book& below, alert_book& own, time_ms stamp);

} // namespace wardflow
