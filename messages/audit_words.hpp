// SPDX-License-Identifier: Apache-2.0
// What the audit log says to a person, in Vietnamese and English: deeds, ways, roles.
//
//   deed · way · role ──▶ [ one table each ] ──▶ fixed name · words
//
// Owns: the words, as constants of the program.
// Borrows: nothing.
// Promise: every deed, way and role has a name and both languages (checked when this compiles).
// Bound: fixed tables.
#pragma once

#include "messages/audit.hpp"
#include "messages/texts.hpp"

#include <string_view>

namespace wardflow {

/// Fixed in every language: `venue.suspend`, `above`, `operator`. Of a number without a row: empty.
[[nodiscard]] std::string_view name_of(audit_deed what);
[[nodiscard]] std::string_view name_of(audit_way how);
[[nodiscard]] std::string_view name_of(role who);

/// In words, by the fixed name; one that is not known here stays as it is.
[[nodiscard]] std::string_view deed_label(std::string_view name, language tongue);
[[nodiscard]] std::string_view way_label(std::string_view name, language tongue);
[[nodiscard]] std::string_view role_label(std::string_view name, language tongue);

} // namespace wardflow
