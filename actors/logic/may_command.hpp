// SPDX-License-Identifier: Apache-2.0
// Who may give which command: one rule for a node's own socket, for the nodes on the way down, and
// for the node that is to do it.
//
//   GATE: key ─▶ role ─may_command─▶ ok │ key_wrong_role
//   AREA, WARD: entry from above ─▶ speaker ─may_come_down─▶ ok │ key_wrong_role │ key_other_unit
//
// Owns     nothing: pure functions.
// Promise  what a role may not do at a node's own socket, it may not do from above either. (What a
//          node alone says, its contacts, comes down for who may set one there.)
//
// What comes down is the parent's word: its role and name are what the parent says. The check
// catches a node in between that let through what it should not have; it is no proof against a
// parent's stolen key (SECURITY.md).
#pragma once

#include "messages/command.hpp"
#include "messages/principal.hpp"

#include <string>
#include <string_view>

namespace wardflow {

/// Operators all; health officers facts, levels, contacts; these and supervisors ask, and remove
/// readers of their own. The audit log is for operators and supervisors. Nobody else anything;
/// nobody a contact_list, which nodes say.
[[nodiscard]] bool may_command(role r, const command& c);
/// A node's key, of that unit: its new machine asks for what is kept of it, and no more.
[[nodiscard]] bool may_ask_for_itself(unit_code of, const command& c);

/// Who said a command: as GATE knows it, or as an entry of the directive log has it.
struct speaker {
  std::string name;
  unit_code unit;                             // none: it could not be read
  wardflow::role role = wardflow::role::none; // none: nobody says
};

/// `by` of a directive: the name, and behind the last blank the unit.
[[nodiscard]] std::string to_by(const speaker& who);
[[nodiscard]] speaker from_by(std::string_view by, role said);

/// May this come to `here` from above? ok, key_other_unit, key_wrong_role. Who spoke must be of a
/// unit above, as far as codes tell. An entry of a release that does not say the role counts as a
/// health officer's: levels and card facts, which verdicts rest on, go on while a tree is upgraded
/// in any order, and whatever else wants its parents upgraded first.
[[nodiscard]] code may_come_down(const speaker& who, unit_code here, const command& c);

/// Whether units of this code can lie above: a province's or a district's above a ward, a
/// province's above a district; above a province stand only others of two digits.
[[nodiscard]] bool may_be_above(unit_code upper, unit_code lower);

} // namespace wardflow
