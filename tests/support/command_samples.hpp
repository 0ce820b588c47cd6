// SPDX-License-Identifier: Apache-2.0
// Commands that a furnished ward carries out, and how to read what it answers.
#pragma once

#include "tests/support/fold_traffic.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wardflow::test {

inline std::string fact(const answer& a, std::string_view name) {
  for (auto& [key, value] : a.facts)
    if (key == name)
      return value;
  return {};
}

inline level_update level(const fold_world& w, std::uint32_t group, std::uint8_t value,
                          int days = 0) {
  level_update l;
  l.group = make_group_id(w.ward, group);
  l.level = value;
  l.effective_from = static_cast<day_number>(local_day(w.stamp) + days);
  l.published_at = w.stamp;
  l.issuer = "Trung tâm y tế";
  return l;
}

inline card_update card(std::uint64_t id) {
  card_update c;
  c.card = card_id{id};
  c.facts.full_dose = 18'800;
  return c;
}

inline venue_record venue(std::string name = "Quán mới") {
  venue_record v;
  v.name = std::move(name);
  v.facts.kind = category::cafe;
  return v;
}

inline device_add device(std::uint8_t key) {
  device_add d;
  d.name = "device " + std::to_string(key);
  d.key[0] = key;
  d.gateway = true;
  return d;
}

inline card_order revoke(std::uint64_t id) {
  card_order o;
  o.card = card_id{id};
  o.document = "9/QĐ";
  return o;
}

inline venue_order suspend(std::uint32_t serial) {
  return {make_venue_id(fold_world::ward, serial), true, "8/QĐ"};
}

inline std::string later_book() {
  auto text = rulebook_file("khanh-hoa-2021-11-16.toml");
  auto replace = [&](const std::string& from, const std::string& to) {
    auto at = text.find(from);
    BOOST_REQUIRE(at != std::string::npos);
    text.replace(at, from.size(), to);
  };
  replace("version = 20211116", "version = 20211201");
  replace("effective_from = 2021-11-16", "effective_from = 2021-12-01");
  return text;
}

inline code only_row(const answer& a) { // why the one refused row was refused
  BOOST_TEST((a.code == code::rows_refused));
  BOOST_REQUIRE(a.rows.size() == 1u);
  return static_cast<code>(std::stoi(a.rows[0].at(1)));
}

} // namespace wardflow::test
