// SPDX-License-Identifier: Apache-2.0
// A child's session with its parent: frames, connections and commits by hand.
#pragma once

#include "actors/logic/uplink_session.hpp"
#include "messages/codec.hpp"

#include <boost/test/unit_test.hpp>

#include <optional>
#include <utility>
#include <vector>

namespace wardflow::test {

struct uplink_world {
  uplink_world() {
    at_start.held = {{{lane::control, 1, 11}, {lane::bulk, 1, 21}}};
    at_start.parent = parent;
    at_start.down_next = {4, 7};
    disk = at_start;
    uplink_session::self who;
    who.unit = *unit_code::parse("22366");
    who.epoch = 2;
    who.boot = 5;
    session.emplace(
      who,
      uplink_session::ports{
        [this](frame_kind kind, frame_body body) {
          if (!deaf)
            said.emplace_back(kind, std::move(body));
          return !deaf;
        },
        [this](const node_ref& from, frame_kind, frame_body) {
          if (!full)
            directives.push_back(from);
          return !full;
        },
        [this](const node_ref& from, const uplink_session::acks& through, bool again, bool urgent) {
          told_of = from, told = through, asked_again = again, asked_now = urgent;
        },
        [this](const node_ref&) { ++begun; }},
      at_start);
    session->connection(true, 1, now);
  }

  /// What is said by a turn, frame kinds only.
  std::vector<frame_kind> turn(time_ms later = 0) {
    now += later;
    said.clear();
    session->turn(now, 1'000'000 + now);
    std::vector<frame_kind> kinds;
    for (auto& [kind, body] : said)
      kinds.push_back(kind);
    return kinds;
  }
  void welcome(std::uint64_t control, std::uint64_t bulk, node_ref from) {
    link_welcome w;
    w.unit = *unit_code::parse("568");
    w.id = from.id;
    w.epoch = from.epoch;
    w.up = {{lane::control, 0, control}, {lane::bulk, 0, bulk}};
    w.window_bytes = 1'000;
    session->hear(frame_kind::link_welcome, encode_link_welcome(w), now);
  }
  void welcome(std::uint64_t control, std::uint64_t bulk) { welcome(control, bulk, parent); }
  void bye(code why) { session->hear(frame_kind::link_bye, encode_link_bye({why, {}}), now); }
  void ack(lane l, std::uint64_t through) {
    session->hear(frame_kind::link_ack, encode_link_ack({log_name::up, l, through, 0, 0}), now);
  }
  /// Directives first to through.
  void batch(lane l, std::uint64_t first, std::uint64_t through) {
    session->hear(frame_kind::link_batch,
                  encode_link_batch({log_name::down, l, first, through, {}}), now);
  }
  void commit() {
    session->is_committed(disk);
    disk.answered = {};
    disk.said_again = false;
  }
  void in_session(std::uint64_t control = 1, std::uint64_t bulk = 1) {
    turn();
    welcome(control, bulk);
    turn();
    BOOST_REQUIRE(session->in_session());
  }
  template <class Value>
  Value last(code (*read)(bytes, Value&)) {
    Value v;
    BOOST_REQUIRE(!said.empty());
    BOOST_REQUIRE((read(said.back().second.view(), v) == code::ok));
    return v;
  }

  node_ref parent{{3}, 6};
  uplink_session::committed at_start, disk;
  std::optional<uplink_session> session;
  std::vector<std::pair<frame_kind, frame_body>> said;
  std::vector<node_ref> directives;
  node_ref told_of;
  uplink_session::acks told{};
  bool asked_again = false, asked_now = false, deaf = false;
  bool full = false; // no room for directives
  int begun = 0;     // sessions
  time_ms now = 50'000;
};

} // namespace wardflow::test
