// SPDX-License-Identifier: Apache-2.0
// Proves: a subscription begins where it says, a name goes on from its own acknowledgements, one
//         reader a name: the same key again takes over, another key gets nothing, and an operator
//         may remove it; the cursor holds the log and outlives a restart; removed and left names
//         are gone; bounds refuse; what a release before wrote loads.
// Method: frames by hand on a log whose chunks hold two alerts each.
#define BOOST_TEST_MODULE feed_book
#include "actors/logic/feed_book.hpp"
#include "messages/codec.hpp"
#include "messages/packed.hpp"

#include <boost/test/unit_test.hpp>

#include <map>

using namespace wardflow;

namespace {

const unit_code city = *unit_code::parse("568");

struct world {
  world() {
    up.hold("history", lane::bulk, 1);
    append(10);
  }
  void append(int n) {
    std::vector<saved_row> sealed;
    for (; n > 0; n -= 2) {
      for (int i = 0; i != 2; ++i)
        up.append(lane::control, {.kind = entry_kind::alert, .body = encode_link_bye({})});
      up.seal(++now, sealed);
    }
  }
  scan_round& frame(std::uint64_t peer, frame_kind kind, frame_body body) {
    r.clear();
    r.stamp = now;
    r.store_full = full;
    auto by = speaks.empty() ? "key-" + std::to_string(peer) : speaks;
    book.take(
      {peer_id{peer}, std::move(by), key_unit, role::supervisor, kind, std::move(body)}, up,
      [](unit_code u) { return std::vector<unit_code>(u.empty() ? 0u : 1u, u); }, r);
    for (auto& row : r.rows)
      if (row.erase)
        rows.erase(row.key);
      else
        rows[row.key] = row.value;
    return r;
  }
  scan_round& open(std::uint64_t peer, std::string name,
                   subscribe_start start = subscribe_start::resume, std::uint64_t offset = 0) {
    subscribe s;
    s.name = std::move(name);
    s.start = start;
    s.offset = offset;
    s.at = static_cast<time_ms>(offset);
    s.credit_bytes = 1'000;
    return frame(peer, frame_kind::subscribe, encode_subscribe(s));
  }
  scan_round& ack(std::uint64_t peer, std::uint64_t through) {
    return frame(peer, frame_kind::link_ack,
                 encode_link_ack({log_name::up, lane::control, through, 0, 0}));
  }
  [[nodiscard]] std::uint64_t begin() const { return r.feed.back().wanted[0].next; }
  /// Whom the last round's first order of this kind is about; 0: there is none.
  [[nodiscard]] peer_id order(feed_order::deed what) const {
    for (auto& o : r.feed)
      if (o.what == what)
        return o.peer;
    return peer_id{};
  }
  [[nodiscard]] code bye(std::uint64_t peer) const {
    for (auto& reply : r.replies) {
      link_bye b;
      if (reply.peer == peer_id{peer} && reply.kind == frame_kind::link_bye &&
          read_link_bye(reply.body.view(), b) == code::ok)
        return b.reason;
    }
    return code::ok;
  }
  std::uint64_t first_kept() {
    std::vector<saved_row> none;
    up.trim(now, none);
    return up.first(lane::control);
  }
  void restart() {
    book = {};
    for (auto& [key, value] : rows) {
      up.release(key);
      BOOST_REQUIRE(book.load(key, value, up));
    }
  }

  offset_log up{log_name::up, {}};
  feed_book book;
  std::string speaks = "lan"; // the key of who sends frames; empty: each peer has its own
  unit_code key_unit = city;
  scan_round r;
  time_ms now = 100;
  bool full = false;
  std::map<std::string, std::vector<std::byte>> rows;
};

} // namespace

BOOST_AUTO_TEST_CASE(a_subscription_begins_where_it_says) {
  world w;
  using enum subscribe_start;
  w.open(1, "", head);
  BOOST_TEST(w.begin() == 11u);
  w.open(1, "", resume); // without a cursor: what comes from now on
  BOOST_TEST(w.begin() == 11u);
  w.open(1, "", earliest);
  BOOST_TEST(w.begin() == 1u);
  w.open(1, "", offset, 7);
  BOOST_TEST(w.begin() == 7u);
  w.open(1, "", offset, 99);
  BOOST_TEST(w.begin() == 11u);
  w.open(1, "", wardflow::subscribe_start::time, 103); // of the third chunk
  BOOST_TEST(w.begin() == 5u);
  BOOST_TEST(w.rows.empty()); // without a name nothing is kept
  BOOST_TEST(w.r.feed.back().window_bytes == 1'000u);
  BOOST_TEST(w.first_kept() == 11u);
}

BOOST_AUTO_TEST_CASE(a_filter_goes_to_the_reader_as_it_was_asked_for) {
  world w;
  subscribe s;
  s.unit = city;
  s.kinds = {alert_kind::node_twin, alert_kind::card_cloned};
  s.severity_min = severity::critical;
  s.credit_bytes = std::uint64_t{1} << 60;
  w.frame(1, frame_kind::subscribe, encode_subscribe(s));
  auto& o = w.r.feed.back();
  BOOST_TEST((o.units == std::vector<unit_code>{city}));
  BOOST_TEST((o.below == city));
  BOOST_TEST(o.kinds == (1u << 2 | 1u << 12));
  BOOST_TEST((o.severity_min == severity::critical));
  BOOST_TEST(o.window_bytes == feed_book::window_bytes_max);
  w.frame(1, frame_kind::subscribe, frame_body{}); // not a subscription
  BOOST_TEST((w.bye(1) != code::ok));
}

BOOST_AUTO_TEST_CASE(a_name_goes_on_after_what_it_has_acknowledged_over_restarts) {
  world w;
  w.open(1, "duty", subscribe_start::earliest);
  BOOST_TEST(w.first_kept() == 1u);
  w.ack(1, 6);
  BOOST_TEST(w.first_kept() == 7u);
  w.ack(1, 4);  // an older one
  w.ack(1, 11); // of what was never said
  BOOST_TEST((w.book.names().at("duty").next == 7u));
  w.ack(2, 9); // somebody else's word
  BOOST_TEST((w.book.names().at("duty").next == 7u));
  w.restart();
  BOOST_TEST((w.book.names().at("duty").peer == peer_id{}));
  BOOST_TEST((w.book.names().at("duty").by == "lan"));
  BOOST_TEST((w.book.names().at("duty").unit == city));
  w.append(10);
  BOOST_TEST(w.first_kept() == 7u);
  w.ack(1, 9); // he has to subscribe again first
  BOOST_TEST((w.book.names().at("duty").next == 7u));
  w.open(3, "duty");
  BOOST_TEST(w.begin() == 7u);
  w.ack(3, 20);
  BOOST_TEST(w.first_kept() == 21u);
  w.open(3, "duty", subscribe_start::offset, 15); // back, as he wishes
  BOOST_TEST(w.begin() == 15u);
  BOOST_TEST((w.book.names().at("duty").next == 15u));
}

BOOST_AUTO_TEST_CASE(the_same_key_that_comes_later_takes_its_name_over) {
  world w;
  w.open(1, "duty", subscribe_start::earliest);
  w.ack(1, 4);
  w.open(2, "duty");
  BOOST_TEST(w.begin() == 5u);
  BOOST_TEST((w.bye(1) == code::subscription_taken));
  BOOST_TEST((w.r.feed.front().what == feed_order::deed::close));
  BOOST_TEST((w.r.feed.front().peer == peer_id{1}));
  w.ack(1, 8);
  BOOST_TEST((w.book.names().at("duty").next == 5u)); // it is another's now
  w.ack(2, 8);
  BOOST_TEST((w.book.names().at("duty").next == 9u));
  w.open(2, "night", subscribe_start::head); // one peer, one subscription
  w.ack(2, 10);
  BOOST_TEST((w.book.names().at("duty").next == 9u));
  BOOST_TEST((w.book.names().at("duty").peer == peer_id{}));
  w.open(2, "night"); // again by the same peer: nobody is sent away
  BOOST_TEST((w.bye(2) == code::ok));
}

BOOST_AUTO_TEST_CASE(
  another_key_does_not_get_the_name_and_only_its_owner_or_an_operator_removes_it) {
  world w;
  w.open(1, "duty", subscribe_start::earliest);
  w.ack(1, 4);
  auto refused = [&](const std::string& name, unit_code unit) {
    w.speaks = name;
    w.key_unit = unit;
    w.open(2, "duty", subscribe_start::head);
    auto& c = w.book.names().at("duty");
    return w.bye(2) == code::subscription_owned && w.bye(1) == code::ok && w.r.feed.empty() &&
           w.r.rows.empty() && c.peer == peer_id{1} && c.next == 5 && w.r.audit.size() == 1 &&
           w.r.audit[0].outcome == code::subscription_owned && w.r.audit[0].by == name &&
           w.r.audit[0].subject == "duty" && w.r.audit[0].deed == audit_deed::subscribe;
  };
  BOOST_TEST(refused("minh", city));
  BOOST_TEST(refused("lan", *unit_code::parse("56"))); // of the same name, and not the same
  w.restart();
  w.open(2, "duty", subscribe_start::head);
  BOOST_TEST((w.bye(2) == code::subscription_owned)); // nobody reads by it, and it is his still
  auto remove = [&](const speaker& who, bool dry) {
    w.r.clear();
    return w.book.run(dry, {"duty"}, who, w.up, w.r).code;
  };
  for (auto dry : {true, false}) {
    BOOST_TEST((remove({"minh", city, role::supervisor}, dry) == code::subscription_owned));
    BOOST_TEST((remove({"minh", city, role::health}, dry) == code::subscription_owned));
  }
  BOOST_TEST((remove({"lan", city, role::supervisor}, true) == code::dry_run_ok));
  BOOST_TEST((remove({"chief", city, role::operator_}, true) == code::dry_run_ok));
  BOOST_TEST((remove({"lan", city, role::supervisor}, false) == code::done));
  BOOST_TEST((remove({"lan", city, role::supervisor}, false) == code::not_found));
  w.speaks = "minh";
  w.key_unit = city;
  w.open(2, "duty");
  BOOST_TEST((w.bye(2) == code::ok)); // free for whoever comes first
  BOOST_TEST((remove({"chief", city, role::operator_}, false) == code::done));
}

BOOST_AUTO_TEST_CASE(a_unit_that_is_not_below_is_refused_and_noted) {
  world w;
  subscribe s;
  s.unit = *unit_code::parse("22301");
  w.r.clear();
  w.book.take(
    {peer_id{1}, "lan", city, role::supervisor, frame_kind::subscribe, encode_subscribe(s)}, w.up,
    [](unit_code) { return std::optional<std::vector<unit_code>>{}; }, w.r);
  BOOST_TEST((w.bye(1) == code::unit_not_below));
  BOOST_TEST_REQUIRE(w.r.audit.size() == 1u);
  BOOST_TEST(w.r.audit[0].subject == "22301");
  BOOST_TEST((w.r.audit[0].role == role::supervisor));
}

BOOST_AUTO_TEST_CASE(a_name_of_a_release_that_knew_no_units_belongs_to_whoever_has_the_keys_name) {
  world w;
  packed_writer before;
  before.number(1);
  before.text("lan");
  before.number(3);
  before.number(100);
  BOOST_REQUIRE(w.book.load("sub/duty", before.take(), w.up));
  w.speaks = "minh";
  w.open(1, "duty");
  BOOST_TEST((w.bye(1) == code::subscription_owned));
  w.speaks = "lan";
  w.open(1, "duty");
  BOOST_TEST(w.begin() == 3u);
  BOOST_TEST((w.book.names().at("duty").unit == city)); // from now on it is this one's
}

BOOST_AUTO_TEST_CASE(a_bye_keeps_the_name_and_a_removal_does_not) {
  world w;
  w.open(1, "duty", subscribe_start::earliest);
  w.frame(1, frame_kind::link_bye, encode_link_bye({}));
  BOOST_TEST((w.r.feed.back().what == feed_order::deed::close));
  BOOST_TEST((w.book.names().at("duty").peer == peer_id{}));
  w.ack(1, 3);
  BOOST_TEST((w.book.names().at("duty").next == 1u));
  w.open(1, "duty");
  w.r.clear();
  BOOST_TEST(!w.book.remove("nobody", w.up, w.r));
  BOOST_TEST(w.book.remove("duty", w.up, w.r));
  BOOST_TEST(w.r.rows.back().erase);
  BOOST_TEST((w.bye(1) == code::subscription_taken));
  BOOST_TEST((w.r.feed.back().what == feed_order::deed::close));
  BOOST_TEST(w.book.names().empty());
  BOOST_TEST(w.first_kept() == 11u);
  w.ack(1, 5);
  BOOST_TEST(w.book.names().empty()); // an acknowledgement makes no name
  w.open(1, "duty");
  BOOST_TEST(w.begin() == 11u); // as if it had never been
}

BOOST_AUTO_TEST_CASE(names_are_bounded_for_each_key_and_for_all) {
  world w;
  w.speaks.clear();
  w.open(1, std::string(feed_book::name_bytes_max + 1, 'x'));
  BOOST_TEST((w.bye(1) == code::frame_malformed));
  for (std::size_t n = 0; n != feed_book::names_max; ++n) {
    auto key = n / feed_book::names_of_key_max;
    w.open(key, std::to_string(key) + "/" + std::to_string(n));
    BOOST_TEST((w.bye(key) == code::ok));
  }
  BOOST_TEST(w.book.names().size() == feed_book::names_max);
  w.open(999, "one more");
  BOOST_TEST((w.bye(999) == code::too_many_readers));
  w.r.clear();
  BOOST_TEST(w.book.remove("0/7", w.up, w.r));
  w.open(1, "one more"); // its key has as many as it may
  BOOST_TEST((w.bye(1) == code::too_many_readers));
  w.open(1, "1/17"); // one that it has
  BOOST_TEST((w.bye(1) == code::ok));
  w.open(999, "one more");
  BOOST_TEST((w.bye(999) == code::ok));
  w.open(1, "", subscribe_start::head); // needs no place
  BOOST_TEST((w.bye(1) == code::ok));
}

BOOST_AUTO_TEST_CASE(while_the_disk_is_full_there_is_no_new_name) {
  world w;
  w.open(1, "duty");
  w.full = true;
  w.open(2, "night");
  BOOST_TEST((w.bye(2) == code::store_full));
  BOOST_TEST(!w.book.names().contains("night"));
  w.open(1, "duty"); // what is needed now, more than ever
  BOOST_TEST((w.bye(1) == code::ok));
  w.open(3, "");
  BOOST_TEST((w.bye(3) == code::ok));
}

BOOST_AUTO_TEST_CASE(of_a_keys_readers_without_a_name_the_one_that_was_silent_longest_goes) {
  world w;
  w.speaks = "screens";
  for (std::uint64_t n = 1; n <= feed_book::unnamed_max; ++n) {
    ++w.now;
    w.open(n, "");
    BOOST_TEST((w.order(feed_order::deed::close) == peer_id{}));
  }
  w.ack(1, 3); // the first one lives
  w.speaks = "somebody else";
  w.open(50, "");
  BOOST_TEST((w.order(feed_order::deed::close) == peer_id{}));
  w.speaks = "screens";
  w.open(51, "");
  BOOST_TEST((w.bye(51) == code::ok));
  BOOST_TEST((w.bye(2) == code::too_many_readers));
  BOOST_TEST((w.order(feed_order::deed::close) == peer_id{2}));
  w.open(4, "", subscribe_start::head); // again, by one of them
  BOOST_TEST((w.order(feed_order::deed::close) == peer_id{}));
  w.book.leave(peer_id{5}); // its connection is gone
  w.open(52, "");
  BOOST_TEST((w.order(feed_order::deed::close) == peer_id{}));
}

BOOST_AUTO_TEST_CASE(a_reader_whose_connection_is_gone_is_not_connected) {
  world w;
  w.open(1, "duty");
  BOOST_TEST(w.book.list(w.up).rows[0][2] == "yes");
  w.book.leave(peer_id{9});
  BOOST_TEST(w.book.list(w.up).rows[0][2] == "yes");
  w.book.leave(peer_id{1});
  BOOST_TEST(w.book.list(w.up).rows[0][2] == "no");
  w.open(2, "duty");
  BOOST_TEST((w.bye(1) == code::ok)); // nobody is sent away
}

BOOST_AUTO_TEST_CASE(a_row_is_read_whole_or_not_at_all) {
  world w;
  w.open(1, "duty");
  auto& [key, value] = *w.rows.begin();
  for (std::size_t n = 0; n != value.size(); ++n)
    BOOST_TEST(!feed_book{}.load(key, std::span{value}.first(n), w.up));
  BOOST_TEST(!feed_book{}.load("other/duty", value, w.up));
}
