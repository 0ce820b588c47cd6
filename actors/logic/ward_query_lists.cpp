// SPDX-License-Identifier: Apache-2.0
#include "actors/logic/judge.hpp"
#include "actors/logic/query_parts.hpp"
#include "actors/logic/ward_fold.hpp"
#include "messages/alert_words.hpp"

namespace wardflow::query_part {

namespace {

/// Where a list of this ward's venues goes on.
std::uint32_t serial_after(const query& q, std::uint32_t ward) {
  auto after = venue_id{q.after};
  return ward_of(after) < ward ? 0 : ward_of(after) > ward ? venues_per_ward - 1 : serial_of(after);
}

} // namespace

answer venue_list(ward_fold& fold, const query& q) {
  answer a;
  a.columns = {"venue",    "name",  "category", "address", "group",
               "capacity", "opens", "closes",   "phone",   "state"};
  auto& places = fold.state.places;
  auto add = [&](const venue_entry& entry) {
    auto v = places.record(entry);
    auto& f = v.facts;
    a.rows.push_back({to_text(f.id), v.name,
                      std::string{category_names[static_cast<std::size_t>(f.kind)]}, v.address,
                      f.group == group_id{} ? "" : to_text(f.group), text(f.capacity),
                      clock_text(f.opens), clock_text(f.closes), v.phone,
                      f.suspended ? "suspended " + places.document(entry) : "open"});
  };
  if (q.what == query_kind::venue_show) {
    auto* entry = ward_of(q.venue) == places.ward() ? places.find(serial_of(q.venue)) : nullptr;
    if (entry != nullptr)
      add(*entry);
    else
      a.code = code::not_found;
    return a;
  }
  for (auto* entry = places.next_after(serial_after(q, places.ward())); entry != nullptr;
       entry = places.next_after(serial_of(entry->facts.id))) {
    if (!has_room(a, q))
      break;
    add(*entry);
  }
  return a;
}

answer device_list(const ward_fold& fold, const query& q) {
  answer a;
  a.columns = {"device", "name", "role", "venue", "scans", "last_heard", "state"};
  for (auto& d : fold.state.devices.all()) {
    auto id = static_cast<std::uint32_t>(d->id);
    if (id <= q.after)
      continue;
    if (!has_room(a, q))
      break;
    a.rows.push_back({text(id), d->name, d->gateway ? "gateway" : "door",
                      d->gateway ? "" : to_text(d->venue), text(d->counted), when(d->last_heard),
                      d->revoked_at != 0 ? "revoked " + d->document : "active"});
  }
  return a;
}

answer card_show(const ward_fold& fold, const scan_round& r, const query& q) {
  static constexpr const char* names[] = {"none", "green", "yellow", "red"};
  answer a;
  auto& s = fold.state;
  if (q.problem != code::ok || q.card == card_id{}) {
    a.code = q.problem != code::ok ? q.problem : code::card_no_identity;
    return a;
  }
  auto* known = s.cards.find(q.card);
  if (known == nullptr) {
    a.code = code::not_found;
    return a;
  }
  auto f = s.cards.facts(q.card);
  auto level = s.levels.at(f.group, local_day(r.stamp));
  auto* book = s.shelf.in_force(r.stamp);
  auto day = [](day_number d) { return d == 0 ? std::string{} : day_text(d); };
  auto seen = book == nullptr ? colour::none : colour_of(*book, f, level.level, r.stamp);
  auto* person = s.cards.find(s.cards.canonical(q.card));
  a.facts = {{"known", f.known ? "yes" : "no"},
             {"revoked", f.revoked ? "yes" : "no"},
             {"colour", names[static_cast<std::size_t>(seen)]},
             {"group", f.group == group_id{} ? "" : to_text(f.group)},
             {"first_dose", day(f.first_dose)},
             {"full_dose", day(f.full_dose)},
             {"recovered", day(f.recovered)},
             {"pcr_negative_at", when(time_ms{f.pcr_negative_min} * minute_ms)},
             {"linked", known->partner != card_id{} ? "yes" : "no"},
             {"scans", text(person == nullptr ? 0 : person->scans)}};
  return a;
}

answer alert_list(const ward_fold& fold, const query& q) {
  answer a;
  a.columns = alert_columns();
  std::vector<std::pair<std::uint64_t, const alert*>> all;
  fold.state.alerts.each_open([&](std::uint64_t number, const alert& one) {
    if (number > q.after)
      all.emplace_back(number, &one);
  });
  std::sort(all.begin(), all.end());
  for (auto& [number, one] : all) {
    if (!has_room(a, q))
      break;
    a.rows.push_back(alert_row(number, *one));
  }
  return a;
}

answer group_list(ward_fold& fold, const query& q) {
  answer a;
  a.columns = {"group", "name"};
  for (auto& [id, name] : fold.state.places.groups()) {
    if (static_cast<std::uint32_t>(id) <= q.after)
      continue;
    if (!has_room(a, q))
      break;
    a.rows.push_back({to_text(id), name});
  }
  return a;
}

} // namespace wardflow::query_part
