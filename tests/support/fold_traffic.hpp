// SPDX-License-Identifier: Apache-2.0
// A furnished ward and random traffic for it, all of it drawn from one seed.
#pragma once

#include "tests/support/fold_world.hpp"

#include <boost/test/unit_test.hpp>

namespace wardflow::test {

inline constexpr std::uint32_t venue_count = 40;

/// A ward with venues, groups, levels, both rulebooks, cards, a gateway and a door.
inline void furnish(fold_world& w) {
  BOOST_REQUIRE(w.say(std::vector<group_record>{{make_group_id(w.ward, 1), "Tổ 1"},
                                                {make_group_id(w.ward, 2), "Tổ 2"}})
                  .code == code::done);
  std::vector<venue_record> venues;
  for (std::uint32_t i = 1; i <= venue_count; ++i) {
    venue_record v;
    v.name = "Quán " + std::to_string(i);
    v.facts.kind = static_cast<category>(i % static_cast<unsigned>(category::count_));
    v.facts.group = make_group_id(w.ward, 1 + i % 2);
    v.facts.capacity = i % 5 == 0 ? 3 : 0;
    v.facts.opens = 6 * 60;
    v.facts.closes = static_cast<std::uint16_t>(i % 7 == 0 ? 6 * 60 : 21 * 60 + i);
    venues.push_back(v);
  }
  BOOST_REQUIRE(w.say(venues).code == code::done);
  for (auto file : {"khanh-hoa-2021-10-16.toml", "khanh-hoa-2021-11-16.toml"})
    BOOST_REQUIRE(w.say(rulebook_text{rulebook_file(file)}).code == code::done);
  device_add gateway;
  gateway.name = "gateway";
  gateway.key[0] = 1;
  gateway.gateway = true;
  BOOST_REQUIRE(w.say(gateway).code == code::done);
  device_add door;
  door.name = "door";
  door.key[0] = 2;
  door.venue = make_venue_id(w.ward, 1);
  BOOST_REQUIRE(w.say(door).code == code::done);
}

struct traffic {
  explicit traffic(std::uint64_t seed) : random(seed) {
    // nop
  }

  std::uint64_t below(std::uint64_t n) { return random() % n; }

  scan any_scan(const fold_world& w) {
    scan s;
    s.venue = make_venue_id(below(50) == 0 ? w.ward + 1 : w.ward,
                            1 + static_cast<std::uint32_t>(below(venue_count + 1)));
    s.card = card_id{1 + below(300)};
    s.at = w.stamp - static_cast<time_ms>(below(60) * second_ms); // ties
    if (below(20) == 0)
      s.at -= static_cast<time_ms>(below(below(3) == 0 ? 31 * day_ms : 3 * day_ms));
    if (below(60) == 0)
      s.at = w.stamp + 6 * minute_ms;
    s.way = below(2) == 0 ? direction::in : direction::out;
    s.flow = below(3) == 0 ? flow::person_scans_poster : flow::staff_scans_person;
    if (below(15) == 0)
      s.linked = card_id{1000 + static_cast<std::uint64_t>(s.card)};
    if (below(15) == 0)
      s.card = card_id{1000 + static_cast<std::uint64_t>(s.card)};
    if (below(30) == 0) {
      s.problem = code::code_payment;
      s.card = card_id{};
      s.linked = card_id{};
    }
    return s;
  }

  /// Some frames of the gateway; now and then one is repeated, or begins in what was sent before.
  void frames(const fold_world& w, scan_round& r) {
    for (auto n = below(4); n > 0; --n) {
      std::vector<scan> scans;
      for (auto i = 1 + below(30); i > 0; --i)
        scans.push_back(any_scan(w));
      auto back = below(6) == 0 && next > 10 ? below(10) : 0;
      r.scans.push_back({peer_id{1}, device_id{1}, encode_batch(1, next - back, scans), 0});
      next += scans.size() > back ? scans.size() - back : 0;
    }
  }

  command_body any_command(const fold_world& w) {
    switch (below(4)) {
    case 0: {
      level_update l;
      l.group = make_group_id(w.ward, 1 + static_cast<std::uint32_t>(below(2)));
      l.level = static_cast<std::uint8_t>(1 + below(4));
      l.effective_from = local_day(w.stamp);
      l.published_at = w.stamp;
      l.issuer = "health office";
      return std::vector<level_update>{l};
    }
    case 1: {
      std::vector<card_update> rows(20);
      for (auto& row : rows) {
        row.card = card_id{1 + below(300)};
        row.facts.full_dose = static_cast<day_number>(local_day(w.stamp) - below(40));
        row.facts.group = make_group_id(w.ward, 1);
      }
      return rows;
    }
    case 2:
      return venue_order{make_venue_id(w.ward, 1 + static_cast<std::uint32_t>(below(5))),
                         below(2) == 0, "12/QD"};
    default: {
      card_order o;
      o.card = card_id{1 + below(300)};
      o.revoke = below(2) == 0;
      o.document = "13/QD";
      return o;
    }
    }
  }

  std::mt19937_64 random;
  std::uint64_t next = 1;
};

/// Saves a little with every round, so that all parts have different stamps.
inline ward_fold::options eager() {
  ward_fold::options o;
  o.checkpoints.age_min_ms = 0;
  o.checkpoints.bytes_per_commit = 3000; // a part of the state at a time
  o.checkpoints.bytes_per_second = 20'000;
  return o;
}

/// Lets time pass: seconds mostly, sometimes over the closing, over midnight, or over weeks.
inline void pass(traffic& t, fold_world& w) {
  w.stamp += static_cast<time_ms>(t.below(20'000));
  if (t.below(25) == 0)
    w.stamp += static_cast<time_ms>(t.below(14)) * hour_ms;
  if (t.below(150) == 0)
    w.stamp += static_cast<time_ms>(t.below(12)) * day_ms;
}

} // namespace wardflow::test
