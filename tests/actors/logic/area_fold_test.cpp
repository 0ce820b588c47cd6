// SPDX-License-Identifier: Apache-2.0
// Proves: a child is welcomed where its cursor stands; its entries are used once, go on up and are
//         acknowledged; holes, repeats, gaps, malformed frames and entries, old epochs, twins,
//         foreign units and logs that went back get what the protocol says; a replaced child's
//         hours stay and its alerts end or are newer; rows of any round are the whole state.
//         Silence has its own file: area_silence_test.
// Method: frames by hand, one a round; one history by seed, loaded again after each of its rounds.
#define BOOST_TEST_MODULE area_fold
#include "tests/support/area_world.hpp"

#include <boost/test/unit_test.hpp>

#include <random>

using namespace wardflow;
using namespace wardflow::test;

namespace {

const unit_code ward = ward_unit(1);

area_fold::options settings(bool has_parent) {
  area_fold::options o;
  o.id[0] = 77;
  o.epoch = 3;
  o.has_parent = has_parent;
  return o;
}

hour_rollup hour_of(std::uint32_t revision, std::uint64_t in, unit_code unit = ward) {
  hour_rollup r;
  r.unit = unit;
  r.hour = today * 24u + 7;
  r.revision = revision;
  r.counts.in = in;
  return r;
}

alert alarm_of(std::uint32_t revision, unit_code unit = ward, std::string subject = "gate") {
  alert a;
  a.unit = unit;
  a.kind = alert_kind::device_sequence_gap;
  a.subject = std::move(subject);
  a.revision = revision;
  a.first = a.last = noon;
  a.count = 1;
  return a;
}

struct world : area_world {
  explicit world(bool has_parent = false) : area_world(city, settings(has_parent)) {
    // nop
  }
  std::uint64_t sum() { return fold->book.sum(today * 24u + 7).in; }
  std::uint64_t cursor(lane l) {
    return fold->children.find(ward)->cursor[static_cast<std::size_t>(l)];
  }
};

} // namespace

BOOST_AUTO_TEST_CASE(hello_welcome_batch_acknowledgement_and_on_after_a_restart) {
  world w;
  w.hello(1, w.hello_of(ward));
  BOOST_REQUIRE(w.welcome().has_value());
  BOOST_TEST((w.welcome()->unit == city));
  BOOST_TEST(w.welcome()->epoch == 3u);
  BOOST_TEST(w.welcome()->window_bytes == w.options.window_bytes);
  BOOST_TEST(w.welcome()->up[1].next == 1u);
  auto* open = w.order(feed_order::deed::open, 1);
  BOOST_REQUIRE(open != nullptr);
  BOOST_TEST((open->log == log_name::down));
  BOOST_TEST((open->below == ward));
  w.batch(1, ward, lane::bulk, 1, entry_of(hour_of(1, 10)), entry_of(hour_of(2, 12)));
  BOOST_REQUIRE(w.ack().has_value());
  BOOST_TEST(w.ack()->through == 2u);
  BOOST_TEST((w.ack()->lane == lane::bulk));
  BOOST_TEST((w.ack()->log == log_name::up));
  BOOST_TEST(w.sum() == 12u);
  w.batch(1, ward, lane::control, 1, entry_of(alarm_of(1)));
  BOOST_TEST(w.ack()->through == 1u);
  w.restart();
  BOOST_TEST(w.sum() == 12u);
  w.batch(1, ward, lane::bulk, 3, entry_of(hour_of(3, 15)));
  BOOST_TEST((w.bye(1) == code::link_no_session));
  w.hello(2, w.hello_of(ward, 1, 3));
  BOOST_TEST(w.welcome()->up[0].next == 2u);
  BOOST_TEST(w.welcome()->up[1].next == 3u);
  w.batch(2, ward, lane::bulk, 3, entry_of(hour_of(3, 15)));
  BOOST_TEST(w.sum() == 15u);
  auto went_up = log_of(w.rows, state_table::up, lane::bulk);
  BOOST_TEST(went_up.empty()); // without a parent bulk is nobody's
}

BOOST_AUTO_TEST_CASE(what_is_new_goes_on_up_as_it_came_and_repeats_do_not) {
  world w{true};
  w.hello(1, w.hello_of(ward));
  w.batch(1, ward, lane::bulk, 1, entry_of(hour_of(5, 10)), entry_of(hour_of(4, 9)));
  entry later{static_cast<entry_kind>(99), ward, encode_link_bye({})};
  w.batch(1, ward, lane::control, 1, entry_of(alarm_of(1)), std::move(later));
  BOOST_TEST(w.ack()->through == 2u);
  w.batch(1, ward, lane::bulk, 1, entry_of(hour_of(5, 10)), entry_of(hour_of(4, 9)),
          entry_of(hour_of(6, 11))); // two were read before
  BOOST_TEST(w.ack()->through == 3u);
  w.batch(1, ward, lane::bulk, 1, entry_of(hour_of(7, 50))); // a repeat is not looked into
  BOOST_TEST(w.ack()->through == 3u);
  BOOST_TEST(w.sum() == 11u);
  auto bulk = log_of(w.rows, state_table::up, lane::bulk);
  BOOST_REQUIRE(bulk.size() == 2u); // revision 4 came after 5
  hour_rollup r;
  BOOST_TEST((read_hour_rollup(bulk[1].second.view(), r) == code::ok));
  BOOST_TEST(r.revision == 6u);
  auto control = log_of(w.rows, state_table::up, lane::control);
  BOOST_REQUIRE(control.size() == 2u);
  BOOST_TEST((control[0].first == entry_kind::alert));
  BOOST_TEST((control[1].first == static_cast<entry_kind>(99))); // those above may know it
}

BOOST_AUTO_TEST_CASE(after_a_hole_the_child_is_asked_to_begin_anew) {
  world w;
  w.hello(1, w.hello_of(ward));
  w.batch(1, ward, lane::bulk, 2, entry_of(hour_of(2, 12)));
  BOOST_TEST((w.bye(1) == code::link_no_session));
  BOOST_TEST(w.order(feed_order::deed::close, 1) != nullptr);
  BOOST_TEST(w.sum() == 0u);
  w.batch(1, ward, lane::bulk, 1, entry_of(hour_of(1, 10)));
  BOOST_TEST((w.bye(1) == code::link_no_session)); // not before it has said hello
  w.hello(1, w.hello_of(ward));
  w.batch(1, ward, lane::bulk, 1, entry_of(hour_of(1, 10)));
  BOOST_TEST(w.sum() == 10u);
}

BOOST_AUTO_TEST_CASE(a_gap_moves_the_cursor_and_is_acknowledged) {
  world w;
  auto gap = [&](std::uint64_t wanted, std::uint64_t first) {
    w.frame(1, ward, frame_kind::link_gap,
            encode_link_gap({log_name::up, lane::bulk, wanted, first}));
  };
  w.hello(1, w.hello_of(ward));
  w.batch(1, ward, lane::bulk, 1, entry_of(hour_of(1, 10)));
  auto h = w.hello_of(ward, 1, 60);
  h.up[1].first = 50;
  w.hello(1, h);
  BOOST_TEST(w.welcome()->up[1].next == 2u); // the child is to say all again before we move on
  gap(2, 50);
  BOOST_REQUIRE(w.ack().has_value());
  BOOST_TEST(w.ack()->through == 49u);
  w.restart();
  BOOST_TEST(w.cursor(lane::bulk) == 50u);
  w.hello(1, h);
  gap(2, 30); // an old one
  BOOST_TEST(w.ack()->through == 49u);
  gap(55, 60); // of a place that was not reached
  BOOST_TEST((w.bye(1) == code::link_no_session));
  BOOST_TEST(w.cursor(lane::bulk) == 50u);
}

BOOST_AUTO_TEST_CASE(old_epochs_other_nodes_and_logs_that_went_back_are_fenced) {
  world w;
  auto refused = [&](const link_hello& h, const std::string& evidence, unit_code key = ward) {
    w.stamp += minute_ms;
    w.frame(2, key, frame_kind::link_hello, encode_link_hello(h), role::node, "K");
    BOOST_TEST(w.order(feed_order::deed::close, 2) != nullptr);
    BOOST_TEST(w.is_open(alert_kind::node_fenced, key.text()));
    BOOST_TEST(w.fold->alerts.find(alert_kind::node_fenced, key.text())->evidence ==
               evidence + " key=K");
    BOOST_TEST(!w.welcome().has_value());
    return w.bye(2);
  };
  auto h = w.hello_of(ward, 1, 10);
  h.epoch = 5;
  w.hello(1, h);
  w.batch(1, ward, lane::bulk, 1, entry_of(hour_of(1, 10)), entry_of(hour_of(2, 12)));
  auto old = h;
  old.epoch = 4;
  BOOST_TEST((refused(old, "reason=link_fenced epoch=4") == code::link_fenced));
  auto other = h;
  other.id[3] = 9;
  BOOST_TEST((refused(other, "reason=link_fenced epoch=5") == code::link_fenced));
  auto back = h;
  back.up[1].next = 2;
  BOOST_TEST(
    (refused(back, "reason=link_fenced epoch=5 log_until=1 read_until=2") == code::link_fenced));
  BOOST_TEST(
    (refused(h, "reason=key_other_unit says=22301", ward_unit(2)) == code::key_other_unit));
  auto newer = h;
  newer.protocol_min = limits::protocol_version + 1;
  w.frame(2, ward, frame_kind::link_hello, encode_link_hello(newer));
  BOOST_TEST((w.bye(2) == code::protocol_newer));
  w.batch(1, ward, lane::bulk, 3, entry_of(hour_of(3, 13))); // who is read is read on
  BOOST_TEST(w.sum() == 13u);
}

BOOST_AUTO_TEST_CASE(of_two_twins_one_is_read_and_the_other_told_so) {
  world w;
  w.hello(1, w.hello_of(ward, 10));
  w.stamp += 100;
  w.hello(2, w.hello_of(ward, 20)); // a restart looks like this
  BOOST_TEST(w.order(feed_order::deed::close, 1) != nullptr);
  w.batch(1, ward, lane::bulk, 1, entry_of(hour_of(1, 10)));
  BOOST_TEST((w.bye(1) == code::link_no_session));
  w.stamp += 3 * second_ms;
  w.batch(2, ward, lane::bulk, 1, entry_of(hour_of(1, 11)));
  w.hello(1, w.hello_of(ward, 10, 5)); // but that one is alive
  BOOST_TEST((w.bye(1) == code::link_twin));
  BOOST_TEST(w.is_open(alert_kind::node_twin, ward.text()));
  BOOST_TEST(w.fold->alerts.find(alert_kind::node_twin, ward.text())->evidence ==
             "reason=link_twin epoch=1 key=key");
  BOOST_TEST(w.sum() == 11u);
  w.frame(2, ward, frame_kind::link_bye, encode_link_bye({}));
  BOOST_TEST(w.order(feed_order::deed::close, 2) != nullptr);
  w.hello(1, w.hello_of(ward, 10, 2)); // the other one has left
  BOOST_TEST(w.welcome().has_value());
}

BOOST_AUTO_TEST_CASE(what_cannot_be_read_or_is_of_another_unit_is_told_and_passed_over) {
  world w;
  w.hello(1, w.hello_of(ward));
  entry damaged{entry_kind::hour_rollup, ward,
                frame_body::copy_of(encode_alert(alarm_of(1)).view())};
  damaged.body.writable()[4] = std::byte{200};
  w.batch(1, ward, lane::bulk, 1, std::move(damaged), entry_of(hour_of(1, 99, ward_unit(2))),
          entry_of(hour_of(1, 10)));
  BOOST_TEST(w.ack()->through == 3u);
  BOOST_TEST(w.sum() == 10u);
  auto* fenced = w.fold->alerts.find(alert_kind::node_fenced, ward.text());
  BOOST_TEST(fenced->count == 1u);
  BOOST_TEST(w.fold->passed_on() == 1u); // it may be a newer release's
  BOOST_TEST(fenced->evidence == "speaks_for=22302");
  w.frame(1, ward, frame_kind::link_batch, frame_body{});
  BOOST_TEST((w.bye(1) == code::frame_malformed));
  BOOST_TEST(fenced->evidence == "reason=frame_malformed key=key");
  BOOST_TEST(w.order(feed_order::deed::close, 1) != nullptr);
  w.frame(1, ward, frame_kind::link_hello, frame_body{});
  BOOST_TEST((w.bye(1) != code::ok));
  link_batch down{log_name::down, lane::control, 1, 1, {}};
  w.hello(1, w.hello_of(ward, 1, 4));
  w.frame(1, ward, frame_kind::link_batch, encode_link_batch(down)); // not its log
  BOOST_TEST((w.bye(1) == code::frame_malformed));
}

BOOST_AUTO_TEST_CASE(a_supervisor_who_asks_outside_of_his_unit_is_refused_and_noted) {
  world w;
  subscribe s;
  for (auto asked : {city, ward_unit(7)}) {
    s.unit = asked;
    w.frame(100, city, frame_kind::subscribe, encode_subscribe(s), role::supervisor, "Lan");
    auto outside = asked != city;
    BOOST_TEST((w.bye(100) == (outside ? code::unit_not_below : code::ok)));
    BOOST_TEST(w.is_open(alert_kind::device_refused, "Lan") == outside);
  }
}

BOOST_AUTO_TEST_CASE(a_ward_that_was_built_anew_loses_no_hour_and_its_alerts_end_or_are_newer) {
  world w{true};
  w.hello(1, w.hello_of(ward));
  w.batch(1, ward, lane::bulk, 1, entry_of(hour_of(40, 10)));
  w.batch(1, ward, lane::control, 1, entry_of(alarm_of(7)), entry_of(alarm_of(9, ward, "door")));
  auto h = w.hello_of(ward, 2); // another folder, a higher epoch, an empty log
  h.id[5] = 1;
  h.epoch = 2;
  w.stamp += minute_ms;
  w.hello(2, h);
  BOOST_TEST(w.welcome()->up[1].next == 1u);
  BOOST_TEST(w.sum() == 10u);
  auto* gate = w.fold->book.find(alert_ref{ward, alert_kind::device_sequence_gap, "gate"});
  BOOST_TEST((gate->state == alert_state::resolved));
  BOOST_TEST(gate->by == "replaced");
  auto first = first_revision(2);
  w.batch(2, ward, lane::control, 1, entry_of(alarm_of(first))); // that one is still so
  BOOST_TEST((gate->state == alert_state::open));
  BOOST_TEST((w.fold->book.find(alert_ref{ward, alert_kind::device_sequence_gap, "door"})->state ==
              alert_state::resolved));
  BOOST_TEST(w.sum() == 10u); // what it does not mention stays
  w.batch(2, ward, lane::bulk, 1, entry_of(hour_of(first, 4)));
  BOOST_TEST(w.sum() == 4u); // what it mentions is as it says
  auto up = log_of(w.rows, state_table::up, lane::control);
  BOOST_TEST(up.size() == 2u + 2u + 1u); // raised, ended, raised again
  auto loaded = w.loaded_again();
  BOOST_TEST(durable(*loaded) == durable(*w.fold));
  w.hello(1, w.hello_of(ward)); // the old one is fenced
  BOOST_TEST((w.bye(1) == code::link_fenced));
}

BOOST_AUTO_TEST_CASE(a_child_that_is_far_behind_is_an_alert_until_it_has_caught_up) {
  world w;
  auto beat = [&](std::uint64_t next) {
    link_heartbeat b{w.stamp + 500, {{lane::bulk, 1, next}}};
    w.frame(1, ward, frame_kind::link_heartbeat, encode_link_heartbeat(b));
  };
  w.hello(1, w.hello_of(ward));
  beat(9'000);
  BOOST_TEST(!w.is_open(alert_kind::node_behind, ward.text()));
  beat(12'000);
  BOOST_TEST(w.is_open(alert_kind::node_behind, ward.text()));
  BOOST_TEST(w.fold->alerts.find(alert_kind::node_behind, ward.text())->evidence == "lag=11999");
  BOOST_TEST(w.fold->children.find(ward)->clock_offset == 500);
  beat(5'000);
  BOOST_TEST(w.is_open(alert_kind::node_behind, ward.text()));
  beat(900);
  BOOST_TEST(!w.is_open(alert_kind::node_behind, ward.text()));
}

// -- rows -----------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(the_rows_of_any_round_are_the_whole_state) {
  for (std::uint64_t seed = 1; seed <= 8; ++seed)
    BOOST_TEST_CONTEXT("seed " << seed) {
      std::mt19937_64 random{seed};
      world w{seed % 2 == 0};
      std::map<std::uint64_t, std::array<std::uint64_t, 2>> next; // by peer: of its log
      for (int step = 0; step != 150; ++step) {
        w.stamp += static_cast<time_ms>(random() % 20'000);
        auto n = static_cast<std::uint32_t>(random() % 4);
        auto& at = next.try_emplace(n, std::array<std::uint64_t, 2>{1, 1}).first->second;
        auto l = static_cast<lane>(random() % 2);
        auto& mine = at[static_cast<std::size_t>(l)];
        switch (random() % 6) {
        case 0:
          w.hello(n + 1, w.hello_of(ward_unit(n), 1, mine));
          break;
        case 1: {
          subscribe s;
          s.name = "name-" + std::to_string(random() % 3);
          s.start = subscribe_start::earliest;
          w.frame(100, city, frame_kind::subscribe, encode_subscribe(s), role::supervisor);
          break;
        }
        case 2: {
          command c;
          c.unit = ward_unit(n);
          c.body = venue_order{make_venue_id(ward_unit(n).number(), 1), true, "1/QD"};
          static_cast<void>(w.say(c));
          break;
        }
        default: {
          std::vector<entry> entries;
          for (auto left = 1 + random() % 5; left != 0; --left) {
            if (l == lane::control) {
              auto a = any_alert(random, 1);
              a.unit = ward_unit(n);
              entries.push_back(entry_of(a));
            } else {
              auto r = any_hour(random, 1);
              r.unit = ward_unit(n);
              entries.push_back(entry_of(r));
            }
          }
          w.batch(n + 1, ward_unit(n), l, mine, entries);
          if (w.ack())
            mine = w.ack()->through + 1;
        }
        }
        auto loaded = w.loaded_again();
        BOOST_REQUIRE(durable(*loaded) == durable(*w.fold));
        if (random() % 20 == 0)
          w.fold = std::move(loaded);
      }
    }
}
