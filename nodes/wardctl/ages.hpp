// SPDX-License-Identifier: Apache-2.0
// AGES: times and how long ago they were, in words.
//
//   2021-10-20T07:00:00.000+07:00 ─▶ `2021-10-20 07:00:00`   5,400,000 ms ─▶ `1 giờ 30 phút trước`
//
// Owns     nothing: pure functions.
// Promise  an age is never shown smaller than it is by more than its last unit.
// Bound    none.
#pragma once

#include "messages/texts.hpp"
#include "messages/time.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace wardflow::wardctl {

/// The node's ISO time as people read it, local; "never" for an empty one, else as it is.
[[nodiscard]] std::string moment_text(std::string_view iso, language tongue);

/// A length of time in its two largest units: `3 ngày 4 giờ`, `12 phút`, `under a minute`.
[[nodiscard]] std::string span_text(time_ms span, language tongue);

/// `45s`, `15m`, `2h`, `3d`; nothing for anything else, and for nothing at all.
[[nodiscard]] std::optional<time_ms> parse_span(std::string_view text);

/// `moment` with its age at `now`: `2021-10-20 07:00:00 (2 giờ trước)`. Times of the future have
/// no age.
[[nodiscard]] std::string moment_with_age(std::string_view iso, time_ms now, language tongue);

} // namespace wardflow::wardctl
