// SPDX-License-Identifier: Apache-2.0
// Proves: a reader that says nothing gets so many batches and no more; what was lost on its way is
//         sent again from what is acknowledged, after a rest; what a filter leaves nothing of costs
//         no batch of its own; supervisors take no child's place; who hears nothing hears that we
//         live; what cannot be read is told, and left alone for a while.
// Method: a log in memory, orders by hand, what is sent looked at.
#define BOOST_TEST_MODULE feed_desk_bounds
#include "tests/support/feed_desk_world.hpp"

#include <boost/test/unit_test.hpp>

using namespace wardflow;
using namespace wardflow::test;

namespace {

const auto ward = *unit_code::parse("22301");
const auto other = *unit_code::parse("22302");
constexpr auto most = feed_desk::window_frames;

using world = feed_desk_world;

feed_order for_child() {
  feed_order order;
  order.log = log_name::down;
  order.below = *unit_code::parse("568");
  return order;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_reader_that_says_nothing_gets_so_many_batches_and_no_more) {
  world w;
  w.fill(9'000, ward); // small ones go together, some hundred a batch
  w.open({.window_bytes = 100'000'000});
  w.pump();
  auto first = w.through[1];
  BOOST_TEST(w.desk.batches() == most);
  BOOST_TEST(first < 9'000u);
  w.pump();
  BOOST_TEST(w.desk.batches() == most);
  w.ack(first / 2);
  w.pump();
  BOOST_TEST(w.desk.batches() > most);
  BOOST_TEST(w.desk.batches() < 2 * most);
  while (w.through[1] != 9'000) {
    auto before = w.through[1];
    w.ack(before);
    w.pump();
    BOOST_REQUIRE(w.through[1] > before);
  }
}

BOOST_AUTO_TEST_CASE(what_was_lost_is_sent_again_behind_what_is_acknowledged_after_a_rest) {
  world w;
  w.fill(5, ward);
  w.open({.window_bytes = 100'000});
  w.pump();
  BOOST_TEST(w.through[1] == 5u);
  w.ack(2);
  w.desk.obey({.what = feed_order::deed::rewind, .peer = peer_id{1}}, w.now);
  w.fill(1, ward);
  BOOST_TEST(w.pump() == "");
  w.now += feed_desk::rest_ms - 1;
  BOOST_TEST(w.pump() == "");
  w.now += 1;
  w.through[1] = 2;
  BOOST_TEST(w.pump() == "22301 22301 22301 22301 ");
  BOOST_TEST(w.through[1] == 6u);
  w.desk.obey({.what = feed_order::deed::rewind, .peer = peer_id{9}}, w.now); // nobody
}

BOOST_AUTO_TEST_CASE(chunks_of_which_nothing_is_left_go_along_with_the_next) {
  world w;
  w.fill(6, other);
  w.fill(1, ward);
  w.fill(292, other);
  w.fill(1, ward);
  w.fill(100, other);
  w.open({.units = {ward}});
  BOOST_TEST(w.pump() == "22301 22301 ");
  BOOST_TEST(w.through[1] == 400u);
  BOOST_TEST(w.desk.batches() <= 5u); // two alerts, and the end of each read
}

BOOST_AUTO_TEST_CASE(supervisors_take_no_childs_place_nor_children_theirs) {
  world w;
  std::uint64_t peer = 0;
  for (std::size_t n = 0; n != feed_desk::readers_max; ++n)
    w.open({}, ++peer);
  w.open({}, ++peer);
  BOOST_TEST(w.desk.readers() == feed_desk::readers_max);
  BOOST_REQUIRE(!w.sent.empty());
  auto& [to, kind, body] = w.sent.back();
  link_bye bye;
  BOOST_TEST((to == peer_id{peer}));
  BOOST_TEST((read_link_bye(body.view(), bye) == code::ok));
  BOOST_TEST((bye.reason == code::too_many_readers));
  w.open({}, 7); // again: it has its place
  auto all = feed_desk::readers_max + feed_desk::children_max;
  for (std::size_t n = 0; n <= feed_desk::children_max; ++n)
    w.open(for_child(), ++peer);
  BOOST_TEST(w.desk.readers() == all);
  w.desk.obey({.what = feed_order::deed::close, .peer = peer_id{7}}, w.now);
  w.open(for_child(), ++peer); // a supervisor's place is none of a child's
  BOOST_TEST(w.desk.readers() == all - 1);
  w.open({}, ++peer);
  BOOST_TEST(w.desk.readers() == all);
}

BOOST_AUTO_TEST_CASE(who_hears_nothing_hears_that_we_live_whatever_waits) {
  world w;
  w.fill(3, ward);
  w.open({.window_bytes = 1}); // its window is full for ever
  w.open(for_child(), 2);
  BOOST_TEST(w.pump() == "22301 ");
  w.now += feed_desk::beat_ms - 1;
  BOOST_TEST(w.pump() == "");
  w.now += 1;
  BOOST_TEST(w.pump() == "beat ");
  link_heartbeat beat;
  for (auto& [to, kind, body] : w.sent)
    if (kind == frame_kind::link_heartbeat) {
      BOOST_TEST((to == peer_id{1}));
      BOOST_REQUIRE((read_link_heartbeat(body.view(), beat) == code::ok));
    }
  BOOST_TEST(beat.node_time == w.now + 7);
  BOOST_REQUIRE(beat.up.size() == 1u);
  BOOST_TEST((beat.up[0] == lane_range{lane::control, 1, 4}));
  w.now += feed_desk::beat_ms - 1;
  BOOST_TEST(w.pump() == "");
  w.ack(1);
  BOOST_TEST(w.pump() == "22301 "); // that is enough for a while
  w.now += 1;
  BOOST_TEST(w.pump() == "");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_read_is_told_and_left_alone_for_a_while) {
  world w;
  w.fill(5, ward);
  w.open({.window_bytes = 1});
  w.damaged = 2;
  BOOST_TEST(w.pump() == "22301 ");
  w.ack(1);
  BOOST_TEST(w.pump() == "");
  BOOST_TEST((w.unreadable == std::vector<std::uint64_t>{2}));
  auto reads = w.reads;
  w.now += feed_desk::damage_rest_ms - 1;
  for (int i = 0; i != 10; ++i)
    w.pump();
  BOOST_TEST(w.reads == reads);
  w.damaged = 0; // somebody has put it right
  w.now += 1;
  BOOST_TEST(w.pump() == "22301 ");
  BOOST_TEST(w.unreadable.size() == 1u);
}
