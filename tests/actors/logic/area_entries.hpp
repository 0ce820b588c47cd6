// SPDX-License-Identifier: Apache-2.0
// Entries that wards' up-logs may hold, by seed: equal (unit, what, revision) are equal entries.
#pragma once

#include "actors/logic/person_sketch.hpp"
#include "messages/link.hpp"

#include <random>
#include <string>

namespace wardflow::test {

inline const unit_code city = *unit_code::parse("568");
inline const unit_code district = *unit_code::parse("569");
inline const day_number today = *parse_day("2021-10-20");
inline const time_ms noon = start_of(today) + 12 * hour_ms;

inline unit_code ward_unit(std::uint32_t n) {
  return *unit_code::parse(std::to_string(22'300 + n));
}

struct entry {
  entry_kind kind = entry_kind::none;
  unit_code unit;
  frame_body body;

  [[nodiscard]] log_entry_view view() const {
    log_entry_view v;
    v.kind = kind;
    v.unit = unit;
    v.body = body.view();
    return v;
  }
};

inline entry entry_of(const hour_rollup& r) {
  return {entry_kind::hour_rollup, r.unit, encode_hour_rollup(r)};
}
inline entry entry_of(const day_rollup& r) {
  return {entry_kind::day_rollup, r.unit, encode_day_rollup(r)};
}
inline entry entry_of(const alert& a) {
  return {entry_kind::alert, a.unit, encode_alert(a)};
}

inline hour_rollup any_hour(std::mt19937_64& random, std::uint32_t wards) {
  hour_rollup r;
  r.unit = ward_unit(static_cast<std::uint32_t>(random() % wards));
  r.hour = today * 24u - static_cast<hour_number>(random() % 60);
  r.revision = 1 + static_cast<std::uint32_t>(random() % 6);
  std::mt19937_64 of_revision{r.unit.number() * 1'000'003ull + r.hour * 7ull + r.revision};
  r.counts = {of_revision() % 100, of_revision() % 100, of_revision() % 9, of_revision() % 9,
              of_revision() % 9};
  return r;
}

inline day_rollup any_day(std::mt19937_64& random, std::uint32_t wards) {
  day_rollup r;
  r.unit = ward_unit(static_cast<std::uint32_t>(random() % wards));
  r.day = static_cast<day_number>(today - random() % 4);
  r.revision = 1 + static_cast<std::uint32_t>(random() % 6);
  std::mt19937_64 of_revision{r.unit.number() * 1'000'003ull + r.day * 7ull + r.revision};
  r.taken = of_revision() % 1000;
  r.counted = of_revision() % 3 == 0 ? 0 : r.taken / 2;
  r.late = of_revision() % 10;
  r.linked = of_revision() % 5;
  r.decisions = {static_cast<std::uint32_t>(of_revision() % 50), 1, 2, 0};
  r.colours = {0, static_cast<std::uint32_t>(of_revision() % 50), 3, 4};
  r.reasons = {{0, static_cast<std::uint32_t>(1 + of_revision() % 90)}, {64, 5}};
  r.venues = static_cast<std::uint32_t>(of_revision() % 300);
  r.inside = static_cast<std::uint32_t>(of_revision() % 40);
  person_sketch sketch;
  r.persons = of_revision() % 200;
  for (std::uint64_t i = 0; i != r.persons; ++i)
    sketch.add(card_id{1 + of_revision() % 2'000});
  r.sketch = sketch.save();
  return r;
}

inline alert any_alert(std::mt19937_64& random, std::uint32_t wards) {
  alert a;
  a.unit = ward_unit(static_cast<std::uint32_t>(random() % wards));
  a.kind = static_cast<alert_kind>(1 + random() % 5);
  a.subject = "subject-" + std::to_string(random() % 4);
  a.revision = 1 + static_cast<std::uint32_t>(random() % 6);
  std::mt19937_64 of_revision{a.unit.number() * 1'000'003ull + a.revision};
  a.severity = static_cast<severity>(of_revision() % 3);
  a.state = static_cast<alert_state>(of_revision() % 3);
  a.first = noon - hour_ms;
  a.last = noon;
  a.count = a.revision;
  return a;
}

} // namespace wardflow::test
