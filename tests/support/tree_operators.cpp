// SPDX-License-Identifier: Apache-2.0
// What doors, and operators at the city and the province, do in the simulated tree.
#include "tests/support/fold_world.hpp"
#include "tests/support/tree_world.hpp"

#include <algorithm>
#include <cstring>

namespace wardflow::test::tree {

void world::operate() {
  for (auto& w : wards_)
    if (w->runs() && dice_.chance(1'500) && !std::ranges::any_of(places_, [&](auto& p) {
          return p.what == w.get() && p.raises_at != 0; // its doors are closed meanwhile
        }))
      w->scan(now_, dice_.chance(1'000));
  if (dice_.chance(now_ < absent_until_ ? 600 : 150) && city_.runs() && province_.runs()) {
    auto& d = directives_.emplace_back();
    d.at = dice_.chance(3'000) ? &city_ : &province_;
    auto& ward = *wards_[dice_.below(wards_.size())];
    auto known = d.at->fold->book.find(ward.unit) != nullptr;
    d.to = known && dice_.chance(6'000) ? ward.unit : unit_code{};
    d.what = any_command(*d.at, d.to);
    if (dice_.chance(2'000) && !std::holds_alternative<rulebook_text>(d.what.body))
      d.said_as = d.to.empty() ? role::health : role::supervisor; // who may say levels and cards
    ++directives_said;
  }
  for (auto& d : directives_)
    if (!d.answered && dice_.chance(500))
      say(d);
}

void world::say(directive& d) {
  if (!d.at->runs())
    return;
  auto& in = d.at->gathering.commands.emplace_back();
  in.peer = peer_id{1};
  in.by = "operator";
  in.what = d.what;
  in.unit = d.at->unit;
  in.role = d.said_as;
}

command world::any_command(const area_node& at, unit_code to) {
  command c;
  auto n = ++last_command_;
  std::memcpy(c.id.data(), &n, sizeof n);
  if (to.empty()) {
    if (dice_.chance(3'000)) {
      std::vector<card_update> rows(1 + dice_.below(6));
      for (auto& row : rows) {
        row.card = any_card();
        row.facts.full_dose = static_cast<day_number>(local_day(now_) - dice_.below(40));
      }
      c.body = std::move(rows);
      c.more = dice_.chance(2'000);
      return c;
    }
    if (dice_.chance(3'000)) {
      c.body = card_order{any_card(), {}, code::ok, dice_.chance(6'000), "2/QD"};
      return c;
    }
    if (dice_.chance(1'000)) {
      c.body = rulebook_text{rulebook_file("khanh-hoa-2021-11-16.toml")};
      return c;
    }
    std::vector<level_update> rows;
    for (auto& w : wards_) {
      level_update l;
      l.group = make_group_id(w->unit.number(), 1 + static_cast<std::uint32_t>(dice_.below(2)));
      l.level = static_cast<std::uint8_t>(1 + dice_.below(4));
      l.effective_from = local_day(now_);
      l.published_at = static_cast<time_ms>(n); // each newer than all before
      rows.push_back(l);
    }
    c.body = rows;
    return c;
  }
  c.unit = to;
  c.ttl = dice_.chance(2'000) ? static_cast<time_ms>(1 + dice_.below(20'000)) : 0;
  c.body = venue_order{make_venue_id(to.number(), 1 + static_cast<std::uint32_t>(dice_.below(4))),
                       dice_.chance(5'000), "1/QD"};
  if (dice_.chance(3'000))
    at.fold->book.each_open([&](const alert& a) {
      if (a.unit == to)
        c.body = alert_order{alert_name(a), dice_.chance(5'000), {}};
    });
  return c;
}

} // namespace wardflow::test::tree
