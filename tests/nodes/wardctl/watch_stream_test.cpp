// SPDX-License-Identifier: Apache-2.0
// Proves: each alert comes out once whatever breaks, repeats are dropped by offset, a gap and a
//         node that was put back come out too, what was not handled is never acknowledged, and the
//         open alerts are asked for behind the subscription.
// Method: a model of a node that keeps a log and cursors; by hand, and 200 seeds of breaks, late
//         acknowledgements and programs that fail.
#define BOOST_TEST_MODULE watch_stream
#include "tests/nodes/wardctl/watch_world.hpp"

#include <boost/test/unit_test.hpp>

#include <random>

using namespace wardflow;
using namespace wardflow::test;
using node = watched_node;

BOOST_AUTO_TEST_CASE(what_waits_comes_first_then_it_is_live) {
  node n;
  for (auto i : {1, 2, 3})
    n.append(static_cast<std::uint64_t>(i));
  watch_stream w{options({}, subscribe_start::earliest)};
  n.connect(w);
  BOOST_TEST(w.subscribed());
  BOOST_TEST(all_of(w) == "b3 ");
  n.send(2);
  n.deliver(w);
  BOOST_TEST(all_of(w) == "a1 a2 ");
  n.send();
  n.deliver(w);
  BOOST_TEST(all_of(w) == "a3 c ");
  n.append(4);
  n.send();
  n.deliver(w);
  BOOST_TEST(all_of(w) == "a4 ");
}

BOOST_AUTO_TEST_CASE(the_open_alerts_are_asked_for_behind_the_subscription_page_by_page) {
  node n;
  n.open_alerts = 5;
  auto o = options();
  o.snapshot = true;
  watch_stream w{std::move(o)};
  n.connect(w);
  BOOST_TEST(all_of(w) == "b0 c o1 o2 o3 o4 o5 . ");
  auto of = [&](frame_kind kind) { return std::find(n.said.begin(), n.said.end(), kind); };
  BOOST_TEST((of(frame_kind::subscribe) - n.said.begin()) == 1); // status, subscribe, list ...
  BOOST_TEST(n.said.size() == 5u);
  n.connect(w);
  BOOST_TEST(all_of(w) == "b0 "); // once: afterwards the stream says all
}

BOOST_AUTO_TEST_CASE(repeats_are_dropped_by_offset_and_a_hole_is_asked_for_again) {
  node n;
  watch_stream w{options({}, subscribe_start::earliest)};
  n.connect(w);
  for (std::uint64_t i = 1; i <= 6; ++i)
    n.append(i);
  n.send(3);
  n.send(2, 2); // 2 to 5
  n.deliver(w);
  BOOST_TEST(all_of(w) == "b0 c a1 a2 a3 a4 a5 ");
  n.append(7);
  n.next = 7; // 6 was lost
  n.send();
  n.deliver(w);
  BOOST_TEST((n.wanted.start == subscribe_start::offset));
  BOOST_TEST(n.wanted.offset == 6u);
  n.send();
  n.deliver(w);
  BOOST_TEST(all_of(w) == "b2 a6 a7 ");
}

BOOST_AUTO_TEST_CASE(only_what_was_handled_is_acknowledged) {
  node n;
  auto o = options("duty", subscribe_start::earliest);
  o.want.severity_min = severity::warning;
  watch_stream w{std::move(o)};
  for (std::uint64_t i = 1; i <= 4; ++i)
    n.append(i, i == 2 ? severity::notice : severity::warning);
  n.connect(w);
  n.send();
  n.deliver(w);
  auto first = w.next(); // began
  first = w.next();
  BOOST_REQUIRE((first && first->what == event::alert));
  w.acknowledge();
  n.hear(w);
  BOOST_TEST(n.acked == 0u);
  w.handled(*first);
  w.acknowledge();
  n.hear(w);
  BOOST_TEST(n.acked == 1u);
  auto third = w.next();
  BOOST_TEST(third->first == 3u);
  n.connect(w); // the connection breaks before it is handled
  BOOST_TEST((n.wanted.start == subscribe_start::resume));
  n.send();
  n.deliver(w);
  BOOST_TEST(all_of(w) == "b3 a3 a4 c ");
  w.acknowledge();
  n.hear(w);
  BOOST_TEST(n.acked == 4u);
}

BOOST_AUTO_TEST_CASE(an_acknowledgement_that_was_lost_is_said_again) {
  node n;
  watch_stream w{options("duty", subscribe_start::earliest)};
  n.append(1);
  n.connect(w);
  n.send();
  n.deliver(w);
  BOOST_TEST(all_of(w) == "b1 a1 c ");
  w.acknowledge();
  (void)w.to_send(); // lost
  n.connect(w);
  w.acknowledge();
  n.hear(w);
  BOOST_TEST(n.cursors["duty"] == 2u);
  n.send(); // it does not know yet
  n.deliver(w);
  BOOST_TEST(all_of(w) == "b0 ");
}

BOOST_AUTO_TEST_CASE(a_gap_comes_out_and_the_open_alerts_behind_it) {
  node n;
  for (std::uint64_t i = 1; i <= 5; ++i)
    n.append(i);
  n.first_kept = 4;
  n.open_alerts = 1;
  n.cursors["duty"] = 2;
  auto o = options("duty");
  o.snapshot = true;
  watch_stream w{std::move(o)};
  n.connect(w);
  BOOST_TEST(all_of(w) == "b4 o1 . ");
  while (n.send()) {
  }
  n.deliver(w);
  BOOST_TEST(all_of(w) == "g2-3 a4 a5 c o1 . ");
  w.acknowledge();
  n.hear(w);
  BOOST_TEST(n.acked == 5u);
}

BOOST_AUTO_TEST_CASE(a_node_that_was_put_back_is_told_and_read_on_by_time) {
  for (auto same_epoch : {false, true}) {
    node n;
    watch_stream w{options({}, subscribe_start::earliest)};
    for (std::uint64_t i = 1; i <= 5; ++i)
      n.append(i);
    n.connect(w);
    n.send();
    n.deliver(w);
    BOOST_TEST(all_of(w) == "b5 a1 a2 a3 a4 a5 c ");
    n.log.resize(3);
    n.append(14);
    n.epoch += same_epoch ? 0 : 1;
    if (!same_epoch)
      n.append(15);
    n.connect(w);
    BOOST_TEST((n.wanted.start == subscribe_start::time));
    BOOST_TEST(n.wanted.at == node::at(5)); // of the last that was handled
    n.append(16);
    n.send();
    n.deliver(w);
    BOOST_TEST(all_of(w) == (same_epoch ? "r b0 a16 " : "r b1 a15 a16 "));
  }
}

BOOST_AUTO_TEST_CASE(a_bye_ends_it_and_a_stop_of_the_node_does_not) {
  node n;
  watch_stream w{options("duty")};
  n.connect(w);
  BOOST_TEST(all_of(w) == "b0 c ");
  refusal no;
  no.reason = code::node_stopping;
  n.out.push_back({frame_kind::refusal, encode_refusal(no)});
  n.deliver(w);
  BOOST_TEST(all_of(w).empty());
  n.out.push_back({frame_kind::link_bye, encode_link_bye({code::subscription_taken, "duty"})});
  n.deliver(w);
  auto e = w.next();
  BOOST_REQUIRE((e && e->what == event::end));
  BOOST_TEST((e->reason == code::subscription_taken));
  BOOST_TEST(e->detail == "duty");
}

BOOST_AUTO_TEST_CASE(what_is_said_once_is_said_after_a_break_where_it_did_not_come_out) {
  node n;
  n.open_alerts = 3;
  n.append(1);
  auto o = options({}, subscribe_start::earliest);
  o.snapshot = true;
  watch_stream w{std::move(o)};
  n.connect(w);
  n.send();
  n.deliver(w);
  n.connect(w);
  n.send();
  n.deliver(w);
  BOOST_TEST(all_of(w) == "b1 o1 o2 o3 . a1 c ");
  ++n.epoch;
  n.connect(w);
  n.connect(w);
  BOOST_TEST(all_of(w) == "r b1 o1 o2 o3 . ");
  n.connect(w);
  BOOST_TEST(all_of(w) == "b1 ");
}

BOOST_AUTO_TEST_CASE(what_is_counted_is_acknowledged_when_all_of_it_is) {
  node n;
  n.cursors["duty"] = 2;
  for (std::uint64_t i = 1; i <= 4; ++i)
    n.append(i);
  auto o = options("duty");
  o.counts = true;
  watch_stream w{std::move(o)};
  n.connect(w);
  n.send(2);
  n.deliver(w);
  BOOST_TEST(all_of(w) == "b3 a2 a3 ");
  w.acknowledge(); // makes room for more
  n.hear(w);
  BOOST_TEST(n.acked == 3u);
  BOOST_TEST(n.cursors["duty"] == 2u); // but a crash now would count again
  n.connect(w);
  n.send();
  n.deliver(w);
  BOOST_TEST(all_of(w) == "b1 a4 c ");
  w.acknowledge();
  n.hear(w);
  BOOST_TEST(n.cursors["duty"] == 2u);
  w.counted();
  n.hear(w);
  n.deliver(w);
  BOOST_TEST(n.cursors["duty"] == 5u);
  n.append(5);
  n.send();
  n.deliver(w);
  BOOST_TEST(all_of(w) == "b0 a5 ");
  w.acknowledge();
  n.hear(w);
  BOOST_TEST(n.cursors["duty"] == 6u);
}

BOOST_AUTO_TEST_CASE(whoever_leaves_knows_that_the_node_has_his_acknowledgement) {
  node n;
  watch_stream w{options("duty")};
  n.connect(w);
  n.append(1);
  n.send();
  n.deliver(w);
  BOOST_TEST(all_of(w) == "b0 c a1 ");
  n.said.clear();
  w.leave();
  BOOST_TEST(!w.left());
  n.hear(w);
  n.deliver(w);
  BOOST_TEST(w.left());
  BOOST_TEST(
    (n.said == std::vector{frame_kind::link_ack, frame_kind::link_bye, frame_kind::command}));
  BOOST_TEST(n.cursors["duty"] == 2u);
}

BOOST_AUTO_TEST_CASE(whatever_breaks_each_alert_comes_out_once_and_in_order) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      std::mt19937_64 random{seed};
      node n;
      watch_stream w{options(seed % 2 == 0 ? "duty" : "", subscribe_start::earliest)};
      n.connect(w);
      std::uint64_t seen = 0, made = 0;
      auto work = [&](bool to_the_end) {
        while (to_the_end || random() % 4 != 0) {
          auto e = w.next();
          if (!e)
            return;
          if (e->what != event::alert)
            continue;
          if (!to_the_end && random() % 8 == 0)
            return n.connect(w); // a program failed, and the stream begins anew
          BOOST_REQUIRE(e->first == ++seen);
          w.handled(*e);
          BOOST_REQUIRE(n.acked <= seen);
        }
      };
      for (int step = 0; step != 400; ++step) {
        switch (random() % 6) {
        case 0:
          n.append(++made);
          break;
        case 1:
          n.send(1 + random() % 3, random() % 3);
          break;
        case 2:
          n.deliver(w);
          break;
        case 3:
          work(false);
          break;
        case 4:
          w.acknowledge();
          if (random() % 3 != 0)
            n.hear(w);
          break;
        default:
          if (random() % 8 == 0)
            n.connect(w);
        }
      }
      n.connect(w);
      while (n.send()) {
      }
      n.deliver(w);
      work(true);
      BOOST_TEST(seen == made);
    }
  }
}
