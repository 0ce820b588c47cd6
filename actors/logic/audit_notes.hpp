// SPDX-License-Identifier: Apache-2.0
// AUDIT NOTES: commands and refusals as entries of the audit log.
//
//   command, who said it, what came of it ─▶ audit_entry ─▶ scan_round::audit
//
// Owns     nothing: pure functions.
// Promise  a note is short and names no person: of a card the first 16 bits of its pseudonym, of
//          many rows their number, never a raw code, never an operator's free text.
// Bound    subject_bytes_max of each text.
#pragma once

#include "actors/logic/may_command.hpp"
#include "messages/audit.hpp"
#include "messages/command.hpp"

#include <string>
#include <string_view>

namespace wardflow {

inline constexpr std::size_t subject_bytes_max = 120;

/// UTF-8 of at most so many bytes; a character that does not fit whole is left out.
[[nodiscard]] std::string cut_text(std::string_view text, std::size_t bytes_max);

/// What a command is about: deed, id, unit, subject, document.
[[nodiscard]] audit_entry describe(const command& c);

/// The same with who said it, how it came and what came of it.
[[nodiscard]] audit_entry note_of(const command& c, const speaker& who, audit_way how,
                                  code outcome);

/// Of what is no command: a hello, a subscription.
[[nodiscard]] audit_entry note_of(audit_deed what, std::string_view subject, const speaker& who,
                                  audit_way how, code outcome);

} // namespace wardflow
