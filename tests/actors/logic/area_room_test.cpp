// SPDX-License-Identifier: Apache-2.0
// Proves: while the disk is full a child's entries are not taken and not lost, the child is kept in
//         its session, and what makes room or is small goes on; a node that is no more is forgotten
//         with what came by it alone, its alerts end here and above, and it is new if it comes
//         again; a huge epoch is nobody's.
// Method: frames and commands by hand, one a round.
#define BOOST_TEST_MODULE area_room
#include "tests/support/area_world.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

using namespace wardflow;
using namespace wardflow::test;

namespace {

const unit_code ward = ward_unit(1);

struct world : area_world {
  world() : area_world(city, settings()) { hello(1, hello_of(ward)); }
  static area_fold::options settings() {
    area_fold::options o;
    o.epoch = 1;
    return o;
  }
  scan_round& beat(std::uint64_t peer, unit_code child) {
    return frame(peer, child, frame_kind::link_heartbeat, encode_link_heartbeat({stamp, {}}));
  }
  answer forget(unit_code what, std::string document = "5/QD", bool dry_run = false) {
    command c;
    c.dry_run = dry_run;
    c.body = node_forget{what, std::move(document)};
    return say(c);
  }
  /// The newest revision of an alert of a unit below that went up.
  std::optional<alert> said_up(unit_code of) {
    std::optional<alert> newest;
    for (auto& [kind, body] : log_of(rows, state_table::up, lane::control)) {
      alert a;
      if (kind != entry_kind::alert)
        continue;
      BOOST_REQUIRE((read_alert(body.view(), a) == code::ok));
      if (a.unit == of && (!newest || a.revision > newest->revision))
        newest = a;
    }
    return newest;
  }
};

alert cloned(unit_code of, std::uint32_t revision = 1) {
  alert a;
  a.unit = of;
  a.kind = alert_kind::card_cloned;
  a.subject = "x";
  a.revision = revision;
  a.first = a.last = noon;
  return a;
}

hour_rollup hour(unit_code of) {
  hour_rollup r;
  r.unit = of;
  r.hour = today * 24u;
  r.revision = 1;
  r.counts.in = 5;
  return r;
}

} // namespace

BOOST_AUTO_TEST_CASE(while_the_disk_is_full_a_childs_entries_stay_with_the_child) {
  world w;
  w.batch(1, ward, lane::control, 1, entry_of(cloned(ward)));
  w.full = true;
  auto rows = w.rows;
  w.batch(1, ward, lane::control, 2, entry_of(cloned(ward, 2)));
  BOOST_TEST(w.ack()->through == 1u); // what is on disk; nothing more is promised
  w.batch(1, ward, lane::bulk, 1, entry_of(hour(ward)));
  BOOST_TEST(w.ack()->through == 0u);
  BOOST_TEST((w.rows == rows)); // nothing was written
  for (int i = 0; i != 5; ++i) {
    w.stamp += 2 * second_ms;
    w.beat(1, ward);
    BOOST_TEST(w.ack()->through == 1u); // it is kept from sending all again
    BOOST_TEST((w.bye(1) == code::ok));
  }
  BOOST_TEST(w.fold->book.find(alert_ref{ward, alert_kind::card_cloned, "x"})->revision == 1u);
  // An operator's word and a supervisor go on.
  command c;
  c.unit = ward;
  c.body = alert_order{alert_name(cloned(ward)), true, {}};
  BOOST_TEST((w.say(c).code == code::forwarded));
  subscribe s;
  w.frame(9, city, frame_kind::subscribe, encode_subscribe(s), role::supervisor);
  BOOST_TEST(w.order(feed_order::deed::open, 9) != nullptr);
  // There is room again.
  w.full = false;
  w.beat(1, ward);
  BOOST_TEST((w.bye(1) == code::link_no_session));
  BOOST_TEST(w.order(feed_order::deed::close, 1) != nullptr);
  w.hello(1, w.hello_of(ward, 1, 3));
  BOOST_TEST(w.welcome()->up[0].next == 2u);
  BOOST_TEST(w.welcome()->up[1].next == 1u);
  w.batch(1, ward, lane::control, 2, entry_of(cloned(ward, 2)));
  BOOST_TEST(w.ack()->through == 2u);
  BOOST_TEST(w.fold->book.find(alert_ref{ward, alert_kind::card_cloned, "x"})->revision == 2u);
  w.beat(1, ward);
  BOOST_TEST((w.bye(1) == code::ok));
  BOOST_TEST(!w.ack());
}

BOOST_AUTO_TEST_CASE(a_batch_behind_those_that_were_not_taken_begins_anew_too) {
  world w;
  w.full = true;
  w.batch(1, ward, lane::control, 1, entry_of(cloned(ward)));
  w.full = false;
  w.batch(1, ward, lane::control, 2, entry_of(cloned(ward, 2)));
  BOOST_TEST((w.bye(1) == code::link_no_session));
  BOOST_TEST(w.fold->children.find(ward)->cursor[0] == 1u);
}

BOOST_AUTO_TEST_CASE(
  a_child_that_is_no_more_is_forgotten_and_those_above_hear_that_its_alerts_end) {
  world w;
  w.batch(1, ward, lane::control, 1, entry_of(cloned(ward)));
  w.batch(1, ward, lane::bulk, 1, entry_of(hour(ward)));
  w.stamp += 5 * second_ms;
  for (int i = 0; i != 10; ++i, w.stamp += 9 * second_ms)
    w.empty();
  BOOST_TEST(w.is_open(alert_kind::node_silent, ward.text()));
  BOOST_TEST((w.forget(ward, "").code == code::document_needed));
  BOOST_TEST((w.forget(ward_unit(2)).code == code::not_found));
  BOOST_TEST((w.forget(ward, "5/QD", true).code == code::dry_run_ok));
  BOOST_TEST(w.fold->children.find(ward) != nullptr);
  BOOST_TEST((w.forget(ward).code == code::done));
  BOOST_TEST(w.fold->children.all().empty());
  BOOST_TEST(w.fold->book.wards().empty());
  BOOST_TEST(w.fold->book.open_by_unit().empty());
  auto* silent = w.fold->alerts.find(alert_kind::node_silent, ward.text());
  BOOST_TEST((silent->state == alert_state::resolved));
  BOOST_TEST(silent->by == "operator: 5/QD");
  auto last = w.said_up(ward);
  BOOST_REQUIRE(last.has_value());
  BOOST_TEST((last->state == alert_state::resolved));
  BOOST_TEST(last->revision == 2u);
  for (auto& [key, value] : w.rows)
    BOOST_TEST((key.second.find("22301") == std::string::npos || key.first == state_table::alerts),
               key.second); // but for our own alert, which is kept a while
  w.restart();
  BOOST_TEST(w.fold->children.all().empty());
  for (int i = 0; i != 10; ++i, w.stamp += 9 * second_ms)
    w.empty();
  BOOST_TEST(!w.is_open(alert_kind::node_silent, ward.text()));
  // It comes again after all.
  w.hello(2, w.hello_of(ward, 7, 3));
  BOOST_REQUIRE(w.welcome().has_value());
  BOOST_TEST(w.welcome()->up[0].next == 1u);
  w.batch(2, ward, lane::bulk, 1, entry_of(hour(ward)));
  BOOST_TEST(w.fold->book.sum(today * 24u).in == 5u);
}

BOOST_AUTO_TEST_CASE(a_ward_that_came_by_somebody_else_stays) {
  world w;
  w.hello(2, w.hello_of(district));
  alert own = cloned(district);
  own.kind = alert_kind::node_twin;
  w.batch(2, district, lane::control, 1, entry_of(cloned(ward_unit(8))), entry_of(own));
  w.batch(1, ward, lane::control, 1, entry_of(cloned(ward)));
  w.stamp += 20 * second_ms;
  w.batch(2, district, lane::control, 3, entry_of(cloned(ward, 2))); // it has moved
  BOOST_TEST((w.forget(ward).code == code::done));
  BOOST_TEST(w.fold->children.find(ward) == nullptr);
  BOOST_TEST(w.fold->book.find(ward) != nullptr);
  BOOST_TEST(w.fold->book.open_by_unit().at(ward).open == 1u);
  w.frame(1, ward, frame_kind::link_heartbeat, encode_link_heartbeat({}));
  BOOST_TEST((w.bye(1) == code::link_no_session));         // its session is over
  BOOST_TEST((w.forget(ward_unit(8)).code == code::done)); // of a child that is below
  BOOST_TEST(w.fold->book.find(ward_unit(8)) == nullptr);
  BOOST_TEST(w.fold->children.find(district) != nullptr);
  BOOST_TEST((w.forget(district).code == code::done)); // with all that came by it
  BOOST_TEST(w.fold->book.wards().empty());
  BOOST_TEST(w.fold->book.open_by_unit().empty());
  BOOST_TEST((w.said_up(district)->state == alert_state::resolved));
}

BOOST_AUTO_TEST_CASE(a_stolen_key_that_said_a_huge_epoch_does_not_lock_the_child_out) {
  world w;
  w.batch(1, ward, lane::control, 1, entry_of(cloned(ward)));
  auto thief = w.hello_of(ward, 66);
  thief.epoch = ~std::uint64_t{0};
  thief.id[5] = 6;
  w.hello(6, thief);
  BOOST_TEST((w.bye(6) == code::link_fenced));
  BOOST_TEST(w.is_open(alert_kind::node_fenced, ward.text()));
  w.beat(1, ward);
  BOOST_TEST((w.bye(1) == code::ok));
  thief.epoch = 2; // a small step is believed, whoever says it
  w.hello(6, thief);
  BOOST_TEST(w.welcome().has_value());
  w.hello(1, w.hello_of(ward, 1, 2));
  BOOST_TEST((w.bye(1) == code::link_fenced));
  BOOST_TEST((w.forget(ward).code == code::done)); // the key was taken back before
  w.hello(1, w.hello_of(ward, 1, 2));
  BOOST_TEST(w.welcome().has_value());
}

BOOST_AUTO_TEST_CASE(a_log_that_cannot_be_read_is_an_alert_until_a_person_ends_it) {
  world w;
  w.empty();
  BOOST_TEST(!w.is_open(alert_kind::node_behind, city.text()));
  auto damaged = [&] {
    w.last.clear();
    w.last.unreadable = "up/0/3";
    w.run(w.last);
    return w.fold->alerts.find(alert_kind::node_behind, city.text());
  };
  auto* told = damaged();
  BOOST_REQUIRE(told != nullptr);
  BOOST_TEST((told->state == alert_state::open));
  BOOST_TEST((told->severity == severity::critical));
  BOOST_TEST(told->evidence == "unreadable=up/0/3");
  w.stamp += minute_ms;
  BOOST_TEST(damaged()->count == 1u); // each round says so, and it is one alert
  w.empty();
  BOOST_TEST(w.is_open(alert_kind::node_behind, city.text()));
}

BOOST_AUTO_TEST_CASE(a_reader_whose_connection_is_gone_is_not_connected) {
  world w;
  subscribe s;
  s.name = "duty";
  w.frame(9, city, frame_kind::subscribe, encode_subscribe(s), role::supervisor);
  BOOST_TEST((w.fold->feeds.names().at("duty").peer == peer_id{9}));
  w.last.clear();
  w.last.gone = {peer_id{8}, peer_id{9}};
  w.run(w.last);
  BOOST_TEST((w.fold->feeds.names().at("duty").peer == peer_id{}));
}
