// SPDX-License-Identifier: Apache-2.0
// What alerts say to a person, in Vietnamese and English: kinds, severities, states, evidence.
//
//   kind · severity · state ──▶ [ one table each ] ──▶ words
//   `inside=31 limit=30` ──▶ `đang ở trong 31, giới hạn 30`
//
// Owns: the words, as constants of the program.
// Borrows: nothing.
// Promise: every kind, severity and state has both languages (checked when this compiles); a word
//          of evidence that is not known here stays as it is.
// Bound: fixed tables.
#pragma once

#include "messages/alert.hpp"
#include "messages/texts.hpp"

#include <string>
#include <string_view>

namespace wardflow {

[[nodiscard]] std::string_view alert_kind_label(alert_kind kind, language tongue);
[[nodiscard]] std::string_view severity_label(severity how, language tongue);
[[nodiscard]] std::string_view alert_state_label(alert_state state, language tongue);
/// Evidence is words `key=value`; what follows the last `=` may have blanks. Subjects of the audit
/// log are written so too.
[[nodiscard]] std::string evidence_text(std::string_view evidence, language tongue);
/// Who saw to it: a person's name as it is, or what ended it of itself.
[[nodiscard]] std::string_view by_text(std::string_view by, language tongue);

/// Their fixed names: `critical`, `acknowledged`. Of a kind: facts_of.
[[nodiscard]] std::string_view name_of(severity how);
[[nodiscard]] std::string_view name_of(alert_state state);
std::optional<severity> parse_severity(std::string_view name);
std::optional<alert_state> parse_alert_state(std::string_view name);

} // namespace wardflow
