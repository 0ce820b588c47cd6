// SPDX-License-Identifier: Apache-2.0
// Proves: a reader gets what its filter leaves, in order, within its window, and goes on with its
//         acknowledgements; what is gone is said; a ward hears nothing said to another ward; who
//         asked for a city gets the wards that join it; a child that does not acknowledge is told
//         to begin anew until it does, a supervisor is not. (Its bounds: feed_desk_bounds_test;
//         snapshots: feed_desk_snapshot_test.)
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

BOOST_AUTO_TEST_CASE(small_chunks_go_together_and_a_filter_leaves_the_same_of_them) {
  world w;
  std::string all, of_one;
  for (int i = 0; i != 1000; ++i) {
    auto ward = i % 3 == 0 ? "22301" : "22302";
    w.append(unit(ward));
    w.seal();
    (i % 3 == 0 ? of_one : all) += std::string{ward} + " ";
    if (i % 3 == 0)
      all += "22301 ";
  }
  w.open({});
  w.open({.units = {unit("22301")}}, 2, 500);
  BOOST_TEST(w.pump() == all);
  BOOST_TEST(w.sent.size() <= 30u);
  w.open({.units = {unit("22301")}}, 2, 500); // the 499 before it are not for him
  BOOST_TEST(w.pump(2) == of_one.substr(167 * 6));
  BOOST_TEST(w.through[2] == 1000u);
}

BOOST_AUTO_TEST_CASE(no_more_frames_wait_at_a_reader_than_his_connection_holds) {
  world w;
  constexpr auto many = 3 * feed_desk::window_frames;
  for (std::size_t i = 0; i != many; ++i) {
    for (int k = 0; k != 400; ++k) // one chunk, too large to go with another
      w.append(unit("22301"));
    w.seal();
  }
  w.open({.window_bytes = std::uint64_t{1} << 30});
  static_cast<void>(w.pump());
  BOOST_TEST(w.sent.size() == feed_desk::window_frames);
  static_cast<void>(w.pump());
  BOOST_TEST(w.sent.empty());
  for (auto left = many - feed_desk::window_frames; left != 0; left -= w.sent.size()) {
    w.ack(w.through[1]);
    static_cast<void>(w.pump());
    BOOST_REQUIRE(!w.sent.empty());
  }
  BOOST_TEST(w.through[1] == many * 400);
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

BOOST_AUTO_TEST_CASE(who_lost_a_frame_rests_and_gets_it_again) {
  world w;
  w.append(unit("22301"));
  w.seal();
  w.open({});
  feed_order child;
  child.log = log_name::down;
  child.below = unit("22301");
  w.open(child, 2);
  auto first = w.pump(2);
  BOOST_TEST(first != "");
  w.desk.obey({.what = feed_order::deed::rewind, .peer = peer_id{2}}, w.now);
  w.desk.obey({.what = feed_order::deed::rewind, .peer = peer_id{3}}, w.now); // nobody
  BOOST_TEST(w.pump(2) == "");
  w.now += feed_desk::rest_ms;
  w.through[2] = 0;
  BOOST_TEST(w.pump(2) == first);
  BOOST_TEST(w.desk.readers() == 2u);
}
