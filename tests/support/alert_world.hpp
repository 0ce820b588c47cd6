// SPDX-License-Identifier: Apache-2.0
// A furnished ward whose alerts are looked at, and a parent that reads its up-log from the start.
#pragma once

#include "messages/link.hpp"
#include "tests/support/command_samples.hpp"

#include <string>
#include <vector>

namespace wardflow::test {

inline scan visit(std::uint32_t serial, std::uint64_t card, time_ms at,
                  direction way = direction::in) {
  scan s;
  s.venue = make_venue_id(fold_world::ward, serial);
  s.card = card_id{card};
  s.at = at;
  s.way = way;
  return s;
}

/// A furnished ward with cards 1 to 60 whose parent has not read its up-log yet.
struct alert_world : fold_world {
  explicit alert_world(ward_fold::options o = {}) : fold_world(o) {
    fold->state.up.hold("parent", lane::control, 1);
    furnish(*this);
    std::vector<card_update> cards;
    for (std::uint64_t id = 1; id <= 60; ++id)
      cards.push_back(card(id));
    BOOST_REQUIRE((say(cards).code == code::done));
  }

  void frame(std::vector<scan> scans, std::uint64_t skip = 0) {
    scan_round r;
    next += skip;
    r.scans.push_back({peer_id{1}, device_id{1}, encode_batch(1, next, scans), 0});
    next += skip == 0 ? scans.size() : 0;
    next -= skip;
    run(r);
  }
  void empty(bool unsure = false, std::uint8_t percent = 0) {
    scan_round r;
    r.clock_unsure = unsure;
    r.store_percent = percent;
    run(r);
  }
  code restart() override {
    auto done = fold_world::restart();
    fold->state.up.hold("parent", lane::control, 1);
    return done;
  }

  alert_book& book() { return fold->state.alerts; }
  const alert* find(alert_kind kind, std::string_view subject) {
    return book().find(kind, subject);
  }
  std::size_t open() {
    std::size_t n = 0;
    book().each_open([&](std::uint64_t, const alert&) { ++n; });
    return n;
  }
  std::string state_of_alerts() {
    std::string out = std::to_string(book().next_due()) + "\n";
    book().each_open([&](std::uint64_t n, const alert& a) {
      out += std::to_string(n) + " " + alert_name(a) + " " + std::to_string(a.revision) + " " +
             std::to_string(a.count) + " " + time_text(a.last) + " " + a.evidence + "\n";
    });
    return out;
  }

  /// The up-log as a parent would read it.
  std::vector<alert> said() {
    std::vector<alert> out;
    for (auto& [key, value] : rows) {
      if (key.first != state_table::up || !offset_log::is_chunk_key(lane::control, key.second))
        continue;
      auto copy = frame_body::copy_of(value);
      link_batch batch;
      BOOST_REQUIRE((read_link_batch(copy.view(), batch) == code::ok));
      for (auto& e : batch.entries) {
        BOOST_TEST((e.kind == entry_kind::alert));
        BOOST_REQUIRE((read_alert(e.body, out.emplace_back()) == code::ok));
      }
    }
    return out;
  }

  std::uint64_t next = 1;
};

} // namespace wardflow::test
