// SPDX-License-Identifier: Apache-2.0
#include "messages/alert.hpp"

namespace wardflow {

std::optional<alert_kind> parse_alert_kind(std::string_view name) {
  for (std::size_t i = 1; i != alert_kinds.size(); ++i)
    if (alert_kinds[i].name == name)
      return static_cast<alert_kind>(i);
  return std::nullopt;
}

std::string alert_name(const alert& a) {
  return std::string{a.unit.text()} + '/' + std::string{facts_of(a.kind).name} + '/' + a.subject;
}

std::optional<alert_ref> parse_alert_name(std::string_view name) {
  auto first = name.find('/');
  auto second = first == std::string_view::npos ? first : name.find('/', first + 1);
  if (second == std::string_view::npos)
    return std::nullopt;
  auto unit = unit_code::parse(name.substr(0, first));
  auto kind = parse_alert_kind(name.substr(first + 1, second - first - 1));
  if (!unit || !kind)
    return std::nullopt;
  return alert_ref{*unit, *kind, std::string{name.substr(second + 1)}};
}

} // namespace wardflow
