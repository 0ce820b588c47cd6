// SPDX-License-Identifier: Apache-2.0
// Proves: a reader gets what its filter leaves, in order, within its window, and goes on with its
//         acknowledgements; what is gone is said; a ward hears nothing said to another ward; who
//         asked for a city gets the wards that join it; a child that does not acknowledge is told
//         to begin anew until it does, a supervisor is not. (Its bounds: feed_desk_bounds_test.)
// Method: a log in memory, orders by hand, what is sent looked at.
#define BOOST_TEST_MODULE feed_desk
#include "tests/support/feed_desk_world.hpp"

#include <boost/test/unit_test.hpp>

using namespace wardflow;
using namespace wardflow::test;

namespace {

unit_code unit(const char* digits) {
  return *unit_code::parse(digits);
}

using world = feed_desk_world;

} // namespace

BOOST_AUTO_TEST_CASE(a_filter_leaves_what_was_asked_for_and_the_place_moves_on_all_the_same) {
  world w;
  w.append(unit("22301"));
  w.append(unit("22302"), severity::critical);
  w.append(unit("22301"), severity::critical, alert_kind::node_twin);
  w.log.append(lane::control, {.kind = entry_kind::answer, .body = encode_link_bye({})});
  w.seal();
  w.open({});
  w.open({.units = {unit("22302")}}, 2);
  w.open({.severity_min = severity::critical}, 3);
  w.open({.kinds = 1u << static_cast<unsigned>(alert_kind::node_twin)}, 4);
  w.open({.units = {unit("22309")}}, 5);
  w.open({}, 6, 3);
  BOOST_TEST(w.desk.readers() == 6u);
  BOOST_TEST(w.pump() == "22301 22302 22301 ");
  for (auto peer : {2, 3, 4, 5, 6})
    w.open({}, static_cast<std::uint64_t>(peer)); // all once more, so as to look at each
  w.open({.units = {unit("22302")}}, 2);
  BOOST_TEST(w.pump(2) == "22302 ");
  w.open({.severity_min = severity::critical}, 3);
  BOOST_TEST(w.pump(3) == "22302 22301 ");
  w.open({.kinds = 1u << static_cast<unsigned>(alert_kind::node_twin)}, 4);
  BOOST_TEST(w.pump(4) == "22301 ");
  w.open({.units = {unit("22309")}}, 5);
  BOOST_TEST(w.pump(5) == "");
  BOOST_TEST(w.through[5] == 4u);
  w.open({}, 6, 3);
  BOOST_TEST(w.pump(6) == "22301 ");
}

BOOST_AUTO_TEST_CASE(a_window_that_is_full_waits_for_its_acknowledgement) {
  world w;
  for (int i = 0; i != 4; ++i) {
    w.append(unit("22301"));
    w.seal();
  }
  w.open({.window_bytes = 1});
  BOOST_TEST(w.pump() == "22301 ");
  BOOST_TEST(w.pump() == "");
  w.ack(1, log_name::down); // of another log
  BOOST_TEST(w.pump() == "");
  w.ack(1);
  BOOST_TEST(w.pump() == "22301 ");
  w.now += day_ms; // a supervisor may take his time
  BOOST_TEST(w.pump() == "beat ");
  w.ack(2);
  BOOST_TEST(w.pump() == "22301 ");
  w.desk.obey({.what = feed_order::deed::close, .peer = peer_id{1}}, w.now);
  BOOST_TEST(w.desk.readers() == 0u);
}

BOOST_AUTO_TEST_CASE(what_is_gone_is_said) {
  world w;
  for (int i = 0; i != 4; ++i) {
    w.append(unit("22301"));
    w.seal();
  }
  std::vector<saved_row> erased;
  w.log.hold("somebody", lane::control, 3);
  w.log.trim(2, erased);
  for (auto& row : erased)
    w.rows.erase(row.key);
  w.open({});
  w.through[1] = 2;
  BOOST_TEST(w.pump() == "gap 1-3 22301 22301 ");
}

BOOST_AUTO_TEST_CASE(a_ward_hears_what_is_for_it_or_for_all_and_an_area_everything) {
  world w;
  w.log = offset_log{log_name::down, {}};
  for (auto of : {"22301", "22302", "568"})
    w.log.append(lane::control,
                 {.kind = entry_kind::command, .unit = unit(of), .body = encode_link_bye({})});
  w.log.append(lane::control,
               {.kind = entry_kind::command, .unit = {}, .body = encode_link_bye({})});
  w.seal();
  feed_order order;
  order.log = log_name::down;
  order.below = unit("22302");
  w.open(order);
  BOOST_TEST(w.pump() == "22302 568  ");
  order.below = unit("568");
  w.open(order);
  BOOST_TEST(w.pump() == "22301 22302 568  ");
}

BOOST_AUTO_TEST_CASE(who_asked_for_a_city_gets_the_wards_that_join_it) {
  world w;
  feed_order order;
  order.below = unit("568");
  order.units = {unit("568"), unit("22301")};
  w.open(order);
  auto joined = [&](const char* by, const char* ward) {
    feed_order news;
    news.what = feed_order::deed::joined;
    news.below = unit(by);
    news.units = {unit(ward)};
    w.desk.obey(std::move(news), w.now);
  };
  joined("568", "22302");
  joined("568", "22302");
  joined("569", "22309");
  joined("569", "22301"); // it has left
  for (auto of : {"568", "22301", "22302", "22309"})
    w.append(unit(of));
  w.seal();
  BOOST_TEST(w.pump() == "568 22302 ");
  order.below = unit("22301"); // a ward is itself, whatever it is below
  order.units = {unit("22301")};
  w.open(order);
  joined("569", "22301");
  BOOST_TEST(w.pump() == "22301 ");
}

BOOST_AUTO_TEST_CASE(a_child_that_does_not_acknowledge_is_told_to_begin_anew) {
  world w;
  feed_order order;
  order.log = log_name::down;
  order.below = unit("568");
  w.log = offset_log{log_name::down, {}};
  w.log.append(lane::control, {.kind = entry_kind::command, .body = encode_link_bye({})});
  w.seal();
  w.open(order);
  w.now += hour_ms; // nothing was on its way
  BOOST_TEST(w.pump() == " ");
  w.now += link_patience::least_ms - 1;
  BOOST_TEST(w.pump() == "");
  w.ack(1, log_name::down);
  w.log.append(lane::control, {.kind = entry_kind::command, .body = encode_link_bye({})});
  w.seal();
  w.now += 5;
  BOOST_TEST(w.pump() == " ");
  w.now += link_patience::least_ms - 1;
  BOOST_TEST(w.pump() == "");
  w.now += second_ms;
  BOOST_TEST(w.pump() == "bye ");
  w.ack(2, log_name::down); // too late
  w.now += link_patience::least_ms - 1;
  BOOST_TEST(w.pump() == "");
  w.now += 1; // it may not have heard it
  BOOST_TEST(w.pump() == "bye ");
  w.open(order);
  BOOST_TEST(w.pump() == "  ");
  w.now += link_patience::least_ms - 1;
  BOOST_TEST(w.pump() == "");
}
