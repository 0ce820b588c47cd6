// SPDX-License-Identifier: Apache-2.0
// The area book's answers: sums over wards, and alerts.
#include "actors/logic/area_book.hpp"

#include <algorithm>

namespace wardflow {

namespace {

void add(hour_counts& sum, const hour_counts& c) {
  sum.in += c.in;
  sum.out += c.out;
  sum.refused += c.refused;
  sum.late += c.late;
  sum.poster += c.poster;
}

} // namespace

hour_counts area_book::sum(hour_number hour) const {
  hour_counts total;
  for (auto& [unit, w] : wards_)
    if (auto at = w.hours.find(hour); at != w.hours.end())
      add(total, at->second.counts);
  return total;
}

std::array<hour_counts, 24> area_book::hours_of(day_number day,
                                                std::span<const unit_code> units) const {
  std::array<hour_counts, 24> total{};
  auto first = hour_number{day} * 24;
  for (auto& [code, w] : wards_) {
    if (!units.empty() && std::ranges::find(units, code) == units.end())
      continue;
    for (auto at = w.hours.lower_bound(first); at != w.hours.end() && at->first < first + 24; ++at)
      add(total[at->first - first], at->second.counts);
  }
  return total;
}

area_day area_book::sum_day(day_number day) const {
  area_day total;
  person_sketch all;
  for (auto& [unit, w] : wards_) {
    auto at = w.days.find(day);
    if (at == w.days.end())
      continue;
    auto& r = at->second;
    ++total.wards;
    total.wards_zero += r.counted == 0;
    total.taken += r.taken;
    total.counted += r.counted;
    total.late += r.late;
    total.person_wards += r.persons;
    total.wards_estimated += r.persons_estimated;
    total.linked += r.linked;
    for (std::size_t i = 0; i != 4; ++i) {
      total.decisions[i] += r.decisions[i];
      total.colours[i] += r.colours[i];
    }
    for (auto& [code, count] : r.reasons)
      total.reasons[code] += count;
    total.venues += r.venues;
    total.inside += r.inside;
    if (person_sketch sketch; !r.sketch.empty() && sketch.load(r.sketch))
      all.merge(sketch);
  }
  total.persons_estimate = all.estimate();
  return total;
}

area_book::kind_counts area_book::open_by_kind(unit_code unit) const {
  kind_counts total{};
  for (auto& [code, kinds] : open_)
    if (unit.empty() || code == unit)
      for (std::size_t i = 0; i != kinds.size(); ++i) {
        total[i].open += kinds[i].open;
        total[i].acknowledged += kinds[i].acknowledged;
      }
  return total;
}

std::map<unit_code, alert_counts> area_book::open_by_unit() const {
  std::map<unit_code, alert_counts> by_unit;
  for (auto& [unit, kinds] : open_) {
    alert_counts sum;
    for (auto& c : kinds) {
      sum.open += c.open;
      sum.acknowledged += c.acknowledged;
    }
    if (sum.unresolved() != 0)
      by_unit.emplace(unit, sum);
  }
  return by_unit;
}

std::vector<const alert*> area_book::alerts(const alert_filter& filter,
                                            const std::optional<alert_ref>& after,
                                            std::size_t limit) const {
  std::vector<const alert*> page;
  auto at = after ? alerts_.upper_bound({after->unit, after->kind, after->subject})
                  : alerts_.lower_bound({filter.unit, alert_kind::none, {}});
  for (; at != alerts_.end() && page.size() < limit; ++at) {
    auto& a = at->second;
    if ((!filter.unit.empty() && a.unit != filter.unit) ||
        (filter.kind != alert_kind::none && a.kind != filter.kind) ||
        a.severity < filter.severity_min || (a.state == alert_state::resolved && !filter.resolved))
      continue;
    page.push_back(&a);
  }
  return page;
}

const alert* area_book::find(const alert_ref& ref) const {
  auto at = alerts_.find({ref.unit, ref.kind, ref.subject});
  return at == alerts_.end() ? nullptr : &at->second;
}

} // namespace wardflow
