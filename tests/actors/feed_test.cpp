// SPDX-License-Identifier: Apache-2.0
// Proves: an entry of a log that cannot be read is told by its place, once in a while, by FEED and
//         by UPLINK; what stands before it goes out, and nobody reads it again and again meanwhile.
// Method: both threads on a real store with a damaged row; the test is GATE, and the parent at a
//         real socket.
#define BOOST_TEST_MODULE feed
#include "actors/feed.hpp"

#include "actors/io/clock.hpp"
#include "actors/io/sockets.hpp"
#include "actors/logic/offset_log.hpp"
#include "actors/uplink.hpp"
#include "tests/actors/io/store_fixture.hpp"

#include <poll.h>

#include <atomic>

using namespace wardflow;
using namespace wardflow::test;

namespace {

/// An up-log of five chunks, of which the third is damaged.
struct damaged_log {
  damaged_log() {
    std::vector<io::put> puts;
    for (int n = 0; n != 5; ++n) {
      std::vector<saved_row> rows;
      alert a;
      a.unit = *unit_code::parse("22366");
      a.kind = alert_kind::risk_missing;
      log.append(lane::control,
                 {.kind = entry_kind::alert, .unit = a.unit, .body = encode_alert(a)});
      log.seal(1'000 * (n + 1), rows);
      for (auto& row : rows)
        puts.push_back({io::table::up, row.key, n == 2 ? std::vector<std::byte>(64) : row.value});
    }
    io::commit_input in;
    in.puts = puts;
    BOOST_REQUIRE((disk.commit(in) == code::ok));
  }

  own_folder folder;
  io::store disk = must_open(small_store(folder.path()));
  offset_log log{log_name::up, {}};
};

/// What both threads tell.
struct told {
  void sent(frame_kind kind, const frame_body& body) {
    link_batch b;
    if (kind == frame_kind::link_batch && read_link_batch(body.view(), b) == code::ok)
      through = b.through;
  }
  void unreadable(const std::string& at) {
    std::lock_guard lock{mutex};
    places.push_back(at);
  }
  std::vector<std::string> all() {
    std::lock_guard lock{mutex};
    return places;
  }

  std::atomic<std::uint64_t> through{0};
  std::mutex mutex;
  std::vector<std::string> places;
};

template <class Done>
bool until(Done done) {
  for (auto end = io::monotonic_ms() + 20'000; io::monotonic_ms() < end; ::poll(nullptr, 0, 2))
    if (done())
      return true;
  return false;
}

using places = std::vector<std::string>;

} // namespace

BOOST_AUTO_TEST_CASE(feed_sends_what_stands_before_a_damaged_entry_and_tells_its_place) {
  damaged_log d;
  told heard;
  feed readers{d.disk,
               {[&](peer_id, frame_kind kind, frame_body body) { heard.sent(kind, body); },
                [&](const std::string& at) { heard.unreadable(at); }}};
  scan_round r;
  r.up_held = d.log.held();
  r.feed.push_back(
    {.peer = peer_id{1}, .wanted = {{lane::control, 0, 1}}, .window_bytes = 1'000'000});
  readers.committed(r);
  BOOST_TEST(until([&] { return !heard.all().empty(); }));
  BOOST_TEST(heard.through == 2u);
  r.feed.clear();
  for (std::uint64_t n = 7; n != 200; ++n) { // news come, and it is not looked at again
    r.up_held[0].next = n;
    readers.committed(r);
    ::poll(nullptr, 0, 1);
  }
  BOOST_TEST((heard.all() == places{"up/0/3"}));
  readers.stop();
}

BOOST_AUTO_TEST_CASE(uplink_sends_what_stands_before_a_damaged_entry_and_tells_its_place) {
  damaged_log d;
  told heard;
  io::socket_options ends;
  auto parent_key = *io::generate_key_pair();
  ends.server = parent_key;
  ends.may_connect = [](io::channel, const public_key&) { return true; };
  auto parent = io::sockets::open(std::move(ends));
  BOOST_REQUIRE(static_cast<bool>(parent));
  uplink_options o;
  o.endpoint = parent->endpoint(io::channel::control);
  o.own = *io::generate_key_pair();
  o.server = parent_key.open;
  o.unit = *unit_code::parse("22366");
  o.epoch = o.boot = 1;
  o.at_start.held = d.log.held();
  o.at_start.parent = {{5}, 1};
  std::string logged;
  auto up = uplink::start(d.disk, std::move(o),
                          {[](const node_ref&, frame_kind, frame_body) { return true; },
                           [](const node_ref&, const uplink_session::acks&, bool, bool) {},
                           [](std::string_view) {}, [](const node_ref&) {},
                           [&](const std::string& at) { heard.unreadable(at); }});
  BOOST_REQUIRE(static_cast<bool>(up));
  auto answer = [&](io::inbound&& in) {
    heard.sent(in.header.kind, in.body);
    if (in.header.kind != frame_kind::link_hello)
      return true;
    link_welcome w;
    w.unit = *unit_code::parse("568");
    w.id = {5};
    w.epoch = 1;
    w.up = {{lane::control, 0, 1}, {lane::bulk, 0, 1}};
    w.window_bytes = 1'000'000;
    parent->send(in.peer, frame_kind::link_welcome, encode_link_welcome(w));
    return true;
  };
  BOOST_TEST(until([&] {
    parent->poll(10, true, answer);
    return heard.through == 2 && !heard.all().empty();
  }));
  for (int turns = 0; turns != 100; ++turns) // each wakes it, or a beat does
    parent->poll(10, true, answer);
  BOOST_TEST((heard.all() == places{"up/0/3"}));
  (*up)->stop();
}
