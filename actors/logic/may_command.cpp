// SPDX-License-Identifier: Apache-2.0
#include "actors/logic/may_command.hpp"

#include "actors/logic/audit_notes.hpp"

#include <utility>

namespace wardflow {

namespace {

constexpr std::size_t name_bytes_max = 280; // with a blank and a unit it is a text still
constexpr std::size_t province_digits = 2;

} // namespace

bool may_command(role r, const command& c) {
  if (std::holds_alternative<contact_list>(c.body))
    return false;
  if (r == role::operator_)
    return true;
  if (r != role::health && r != role::supervisor)
    return false;
  if (auto* q = std::get_if<query>(&c.body)) // unit_rows has the keys of all devices
    return q->what != query_kind::unit_rows &&
           (q->what != query_kind::audit_list || r == role::supervisor);
  if (std::holds_alternative<subscription_remove>(c.body)) // whose it is, is looked at there
    return true;
  return r == role::health && (std::holds_alternative<std::vector<level_update>>(c.body) ||
                               std::holds_alternative<std::vector<card_update>>(c.body) ||
                               std::holds_alternative<card_order>(c.body) ||
                               std::holds_alternative<contact_order>(c.body));
}

bool may_ask_for_itself(unit_code of, const command& c) {
  auto* q = std::get_if<query>(&c.body);
  auto* order = std::get_if<unit_replace>(&c.body);
  return (q != nullptr && q->what == query_kind::unit_rows && c.unit == of) ||
         (order != nullptr && order->unit == of);
}

std::string to_by(const speaker& who) {
  return cut_text(who.name, name_bytes_max) + " " + std::string{who.unit.text()};
}

speaker from_by(std::string_view by, role said) {
  auto blank = by.rfind(' ');
  if (blank == std::string_view::npos)
    return {std::string{by}, {}, said};
  return {std::string{by.substr(0, blank)},
          unit_code::parse(by.substr(blank + 1)).value_or(unit_code{}), said};
}

bool may_be_above(unit_code upper, unit_code lower) {
  auto digits = upper.text().size();
  return !upper.empty() && upper != lower && !upper.is_ward() &&
         (digits < lower.text().size() || digits == province_digits);
}

code may_come_down(const speaker& who, unit_code here, const command& c) {
  if (!may_be_above(who.unit, here))
    return code::key_other_unit;
  auto as = who.role == role::none ? role::health : who.role;
  auto published = std::holds_alternative<contact_list>(c.body) && // by its node, for his order
                   (as == role::operator_ || as == role::health);
  return published || may_command(as, c) ? code::ok : code::key_wrong_role;
}

} // namespace wardflow
