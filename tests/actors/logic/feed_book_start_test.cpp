// SPDX-License-Identifier: Apache-2.0
// Proves: a supervisor is told where his alerts begin and where the log ends; a unit that is not of
//         this node is refused; a name's cursor moves by its own acknowledgements, outlives a
//         restart, and goes when it is removed.
// Method: frames of supervisors by hand, on an up-log of ten alerts.
#define BOOST_TEST_MODULE feed_book_start
#include "actors/logic/feed_book.hpp"

#include "messages/codec.hpp"

#include <boost/test/unit_test.hpp>

using namespace wardflow;

namespace {

const unit_code ward = *unit_code::parse("22366");

struct said {
  std::vector<outbound> replies;
  std::vector<feed_order> feed;
  std::vector<saved_row> rows;
};

struct desk {
  desk() {
    for (int i = 0; i != 10; ++i) {
      alert a;
      a.unit = ward;
      a.kind = alert_kind::risk_missing;
      up.append(lane::control, {.kind = entry_kind::alert, .unit = ward, .body = encode_alert(a)});
      std::vector<saved_row> rows;
      up.seal(1'000 * (i + 1), rows);
    }
  }

  said take(std::uint64_t peer, frame_kind kind, frame_body body) {
    scan_round r;
    inbound_link in{peer_id{peer}, "person", ward, role::supervisor, kind, std::move(body)};
    auto own = [](unit_code u) {
      return u.empty() || u == ward ? std::optional{std::vector<unit_code>{}} : std::nullopt;
    };
    feeds.take(in, up, own, r);
    return {std::move(r.replies), std::move(r.feed), std::move(r.rows)};
  }
  said subscribe(std::uint64_t peer, const wardflow::subscribe& s) {
    return take(peer, frame_kind::subscribe, encode_subscribe(s));
  }

  offset_log up{log_name::up, {}};
  feed_book feeds;
};

/// Where his alerts begin, and the end of the log.
lane_range begins(const said& r) {
  link_heartbeat beat;
  BOOST_REQUIRE(r.replies.size() == 1);
  BOOST_REQUIRE((r.replies.front().kind == frame_kind::link_heartbeat));
  BOOST_REQUIRE((read_link_heartbeat(r.replies.front().body.view(), beat) == code::ok));
  BOOST_REQUIRE(beat.up.size() == 1);
  return beat.up.front();
}

code bye(const outbound& one) {
  link_bye b;
  BOOST_REQUIRE((one.kind == frame_kind::link_bye));
  BOOST_REQUIRE((read_link_bye(one.body.view(), b) == code::ok));
  return b.reason;
}

subscribe named(std::string name, subscribe_start start = subscribe_start::resume) {
  subscribe s;
  s.name = std::move(name);
  s.start = start;
  s.credit_bytes = 1000;
  return s;
}

link_ack ack(std::uint64_t through) {
  return {log_name::up, lane::control, through, 0, 0};
}

} // namespace

BOOST_AUTO_TEST_CASE(a_supervisor_is_told_where_it_begins_and_where_the_log_ends) {
  desk d;
  auto s = named("");
  BOOST_TEST((begins(d.subscribe(1, s)) == lane_range{lane::control, 11, 11}));
  s.start = subscribe_start::earliest;
  BOOST_TEST((begins(d.subscribe(1, s)) == lane_range{lane::control, 1, 11}));
  s.start = subscribe_start::offset;
  s.offset = 4;
  BOOST_TEST((begins(d.subscribe(1, s)) == lane_range{lane::control, 4, 11}));
  s.start = subscribe_start::time;
  s.at = 7'000;
  auto r = d.subscribe(1, s);
  BOOST_TEST((begins(r) == lane_range{lane::control, 7, 11}));
  BOOST_REQUIRE(r.feed.size() == 1);
  BOOST_TEST(r.feed.front().wanted.front().next == 7u);
  BOOST_TEST(r.feed.front().units.empty()); // all of the node's
  BOOST_TEST(d.feeds.names().empty());
}

BOOST_AUTO_TEST_CASE(a_unit_that_is_not_of_this_node_is_refused) {
  desk d;
  auto s = named("duty");
  s.unit = ward;
  BOOST_TEST(d.subscribe(1, s).feed.size() == 1u);
  s.unit = *unit_code::parse("22351");
  auto r = d.subscribe(2, s);
  BOOST_REQUIRE(r.replies.size() == 1);
  BOOST_TEST((bye(r.replies.front()) == code::unit_not_below));
  BOOST_TEST(r.feed.empty());
  BOOST_TEST((d.feeds.names().at("duty").peer == peer_id{1})); // nothing was taken from him
}

BOOST_AUTO_TEST_CASE(a_names_cursor_moves_by_its_acknowledgements_alone) {
  desk d;
  auto first = d.subscribe(1, named("duty", subscribe_start::earliest));
  BOOST_TEST(begins(first).first == 1u);
  d.take(1, frame_kind::link_ack, encode_link_ack(ack(3)));
  d.take(1, frame_kind::link_ack, encode_link_ack(ack(2)));  // late
  d.take(1, frame_kind::link_ack, encode_link_ack(ack(11))); // was never said
  d.take(2, frame_kind::link_ack, encode_link_ack(ack(9)));  // somebody else
  auto again = d.subscribe(2, named("duty"));
  BOOST_REQUIRE(again.replies.size() == 2); // whoever comes later takes over
  BOOST_TEST((bye(again.replies.front()) == code::subscription_taken));
  BOOST_TEST((again.replies.front().peer == peer_id{1}));
  BOOST_TEST(d.feeds.names().at("duty").next == 4u);

  feed_book other; // a restart
  for (auto& row : again.rows)
    BOOST_TEST(other.load(row.key, row.value, d.up));
  BOOST_TEST(other.names().at("duty").next == 4u);

  scan_round gone;
  BOOST_TEST(d.feeds.remove("duty", d.up, gone));
  BOOST_TEST(!d.feeds.remove("duty", d.up, gone));
  BOOST_REQUIRE(gone.rows.size() == 1);
  BOOST_TEST(gone.rows.front().erase);
  BOOST_TEST(begins(d.subscribe(3, named("duty"))).first == 11u); // nobody knows it any more
}
