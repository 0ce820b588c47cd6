// SPDX-License-Identifier: Apache-2.0
#include "actors/logic/judge.hpp"
#include "actors/logic/ward_fold.hpp"
#include "actors/logic/ward_query_parts.hpp"

namespace wardflow::query_part {

answer venue_list(ward_fold& fold, const query& q) {
  answer a;
  a.columns = {"venue",    "name",  "category", "address", "group",
               "capacity", "opens", "closes",   "phone",   "state"};
  auto& places = fold.state.places;
  for (auto& entry : places.venues()) {
    if (static_cast<std::uint64_t>(entry.facts.id) <= q.after)
      continue;
    if (q.what == query_kind::venue_show && entry.facts.id != q.venue)
      continue;
    if (q.limit != 0 && a.rows.size() == q.limit) {
      a.more = true;
      break;
    }
    auto v = places.record(entry);
    auto& f = v.facts;
    a.rows.push_back({to_text(f.id), v.name,
                      std::string{category_names[static_cast<std::size_t>(f.kind)]}, v.address,
                      f.group == group_id{} ? "" : to_text(f.group), text(f.capacity),
                      clock_text(f.opens), clock_text(f.closes), v.phone,
                      f.suspended ? "suspended " + places.document(entry) : "open"});
  }
  if (q.what == query_kind::venue_show && a.rows.empty())
    a.code = code::not_found;
  return a;
}

answer device_list(const ward_fold& fold) {
  answer a;
  a.columns = {"device", "name", "role", "venue", "scans", "last_heard", "state"};
  for (auto& d : fold.state.devices.all())
    a.rows.push_back({text(static_cast<std::uint32_t>(d->id)), d->name,
                      d->gateway ? "gateway" : "door", d->gateway ? "" : to_text(d->venue),
                      text(d->counted), when(d->last_heard),
                      d->revoked_at != 0 ? "revoked " + d->document : "active"});
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

answer level_list(const ward_fold& fold, const scan_round& r, const query& q) {
  answer a;
  a.columns = {"group", "scale", "level", "effective_from", "issuer", "document", "published_at"};
  auto day = day_of(q, r);
  for (auto& e : fold.state.levels.entries())
    if (e.effective_from == day || (q.day == 0 && e.effective_from > day))
      a.rows.push_back({to_text(e.group), e.scale == risk_scale::decision_2686 ? "2686" : "128",
                        text(e.level), day_text(e.effective_from), e.issuer, e.document,
                        when(e.published_at)});
  return a;
}

answer lists(ward_fold& fold, const query& q) {
  answer a;
  if (q.what == query_kind::group_list) {
    a.columns = {"group", "name"};
    for (auto& [id, name] : fold.state.places.groups())
      a.rows.push_back({to_text(id), name});
  } else {
    a.columns = {"version", "name", "effective_from", "as_of", "rules"};
    fold.state.shelf.for_each([&](const rulebook& b) {
      a.rows.push_back(
        {text(b.version), b.name, when(b.effective_from), when(b.as_of), text(b.rules.size())});
    });
  }
  return a;
}

} // namespace wardflow::query_part
