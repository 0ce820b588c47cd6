// SPDX-License-Identifier: Apache-2.0
#include "actors/logic/rulebook_thresholds.hpp"

#include <algorithm>
#include <optional>

namespace wardflow {

namespace {

constexpr std::int64_t open_max = 1'000'000;
constexpr std::int64_t units_max = 10'000;

/// Of what wards and areas raise by themselves.
std::optional<alert_kind> kind_of(rulebook_reader& reader, const toml::table& table) {
  auto name = reader.text(table, "kind");
  auto kind = parse_alert_kind(name);
  if (kind && *kind != alert_kind::threshold)
    return kind;
  if (!name.empty())
    reader.fail(*table.get("kind"), rulebook_reader::quoted(name) +
                                      " is no kind of alert that can be counted; docs/rulebooks.md "
                                      "names them");
  return std::nullopt;
}

} // namespace

std::vector<alert_threshold> read_thresholds(rulebook_reader& reader, const toml::table& root,
                                             const std::set<std::string>& documents) {
  std::vector<alert_threshold> all;
  const auto* section = reader.section(root, "alerts");
  if (section == nullptr)
    return all;
  reader.only(*section, {"threshold"});
  for (const auto* table : reader.sections(*section, "threshold")) {
    reader.only(*table, {"kind", "open", "units", "text_vi", "text_en", "source"});
    alert_threshold t;
    auto kind = kind_of(reader, *table);
    t.open = static_cast<std::uint32_t>(reader.integer_or(*table, "open", 1, open_max, 0));
    t.units = static_cast<std::uint32_t>(reader.integer_or(*table, "units", 1, units_max, 0));
    t.text_vi = reader.text(*table, "text_vi");
    t.text_en = reader.text(*table, "text_en");
    t.source = reader.source(*table, documents);
    if (t.open == 0 && t.units == 0)
      reader.fail(*table, "a threshold wants `open`, `units` or both");
    if (!kind)
      continue;
    t.kind = *kind;
    if (std::any_of(all.begin(), all.end(), [&](auto& other) { return other.kind == t.kind; }))
      reader.fail(*table->get("kind"), "a kind may have one threshold only");
    all.push_back(std::move(t));
  }
  return all;
}

} // namespace wardflow
