// SPDX-License-Identifier: Apache-2.0
// What a ward's and an area's answers share.
#include "actors/logic/query_parts.hpp"

#include "actors/logic/import_cells.hpp"
#include "messages/alert_words.hpp"

#include <algorithm>

namespace wardflow::query_part {

code is_out_of_reach(const query& q, const scan_round& r, unsigned kept) {
  auto of_a_day = q.what == query_kind::counts_by_venue || q.what == query_kind::counts_by_hour ||
                  q.what == query_kind::counts_by_reason || q.what == query_kind::identities ||
                  q.what == query_kind::counts_by_unit;
  if (q.day == 0 || !of_a_day)
    return code::done;
  auto today = local_day(r.stamp);
  if (q.day > today + 1) // clocks differ by minutes around midnight
    return code::query_malformed;
  return q.day + kept < today ? code::range_past_retention : code::done;
}

std::vector<std::string> alert_columns() {
  return {"id",    "name", "kind",  "subject",  "severity", "state",
          "first", "last", "count", "evidence", "by"};
}

std::vector<std::string> alert_row(std::uint64_t number, const alert& a) {
  return {text(number),
          alert_name(a),
          std::string{facts_of(a.kind).name},
          a.subject,
          std::string{name_of(a.severity)},
          std::string{name_of(a.state)},
          when(a.first),
          when(a.last),
          text(a.count),
          a.evidence,
          a.by};
}

answer list_contacts(contact_book::by_unit all, const command& c) {
  auto& q = std::get<query>(c.body);
  answer a;
  a.columns = {"unit", "name", "phone", "note"};
  std::vector<unit_code> units;
  for (auto& [unit, rows] : all)
    if (c.unit.empty() || c.unit == unit)
      units.push_back(unit);
  std::ranges::sort(units, {}, unit_number); // those above first
  for (auto unit : units) {
    auto number = std::uint64_t{unit_number(unit)} << contact_place_bits;
    for (auto& row : all.at(unit)) {
      if (++number <= q.after)
        continue;
      if (!has_room(a, q))
        return a;
      a.rows.push_back({std::string{unit.text()}, row.name, row.phone, row.note});
    }
  }
  return a;
}

answer list_levels(const level_book& levels, const scan_round& r, const query& q) {
  answer a;
  a.columns = {"group", "scale", "level", "effective_from", "issuer", "document", "published_at"};
  auto day = day_of(q, r);
  for (auto& e : levels.entries()) {
    auto key = std::uint64_t{static_cast<std::uint32_t>(e.group)} << 16 | e.effective_from;
    auto wanted = e.effective_from == day || (q.day == 0 && e.effective_from > day);
    if (!wanted || key <= q.after)
      continue;
    if (!has_room(a, q))
      break;
    a.rows.push_back({to_text(e.group), std::string{scale_name(e.scale)}, text(e.level),
                      day_text(e.effective_from), e.issuer, e.document, when(e.published_at)});
  }
  return a;
}

answer list_rulebooks(const rulebook_shelf& shelf) {
  answer a;
  a.columns = {"version", "name", "effective_from", "as_of", "rules"};
  shelf.for_each([&](const rulebook& b) {
    a.rows.push_back(
      {text(b.version), b.name, when(b.effective_from), when(b.as_of), text(b.rules.size())});
  });
  return a;
}

} // namespace wardflow::query_part
