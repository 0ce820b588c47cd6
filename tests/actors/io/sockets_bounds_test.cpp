// SPDX-License-Identifier: Apache-2.0
// Proves: what is not read waits with its sender, what cannot be sent is told, nothing blocks.
// Method: real sockets on loopback; senders are filled until they stop, then everything is counted.
#define BOOST_TEST_MODULE sockets_bounds
#include "actors/io/sockets.hpp"

#include "tests/actors/io/socket_world.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <cstring>
#include <thread>

using namespace wardflow;
using namespace wardflow::io;

BOOST_AUTO_TEST_CASE(while_scans_are_not_read_senders_are_held_back_and_nothing_is_lost) {
  constexpr std::uint32_t frames = 400;
  socket_world world;
  auto keys = world.known_keys();
  auto options = world.options_of(keys);
  options.sndhwm = 4;
  auto made = client::connect(options);
  BOOST_REQUIRE(static_cast<bool>(made));
  auto& gateway = *made;
  BOOST_REQUIRE(world.until([&] { return gateway.wait(0), gateway.is_up(); }, false));
  auto tool = world.joined(channel::control);
  std::uint32_t sent = 0;
  auto send_some = [&] {
    for (auto more = true; more && sent < frames; sent += more ? 1 : 0) {
      auto body = body_of(256u << 10, 0);
      std::memcpy(body.writable().data(), &sent, sizeof sent);
      more = gateway.send(frame_kind::scan_batch, std::move(body));
    }
  };
  // Control flows all the while, and the sender comes to a stop: 100 MiB do not fit anywhere.
  std::uint32_t commands = 0;
  std::uint32_t still = 0;
  BOOST_REQUIRE(world.until(
    [&] {
      auto before = sent;
      send_some();
      still = sent == before ? still + 1 : 0;
      commands += tool.send(frame_kind::command, body_of(32, 1)) ? 1 : 0;
      return still > 100;
    },
    false));
  BOOST_TEST(sent < frames);
  BOOST_REQUIRE(world.until([&] { return world.inbox.size() >= commands; }, false));
  for (const auto& frame : world.inbox)
    BOOST_TEST((frame.on == channel::control));
  world.inbox.clear();
  BOOST_REQUIRE(world.until([&] { return send_some(), world.inbox.size() == frames; }));
  for (std::uint32_t i = 0; i < frames; ++i) {
    std::uint32_t number = 0;
    std::memcpy(&number, world.inbox[i].body.view().data(), sizeof number);
    BOOST_REQUIRE(number == i);
  }
}

BOOST_AUTO_TEST_CASE(while_control_is_not_read_its_senders_are_held_back_and_scans_go_on) {
  constexpr std::uint32_t frames = 400;
  socket_world world;
  auto options = world.options_of(world.known_keys(), channel::control);
  options.sndhwm = 4;
  auto made = client::connect(options);
  BOOST_REQUIRE(static_cast<bool>(made));
  auto& child = *made;
  BOOST_REQUIRE(world.until([&] { return child.wait(0), child.is_up(); }));
  auto door = world.joined();
  auto turn = [&](bool read_control) {
    world.node->poll(
      2, true, [&](inbound&& frame) { return world.inbox.push_back(std::move(frame)), true; },
      read_control);
  };
  std::uint32_t sent = 0, scans = 0, still = 0;
  auto send_some = [&] {
    for (auto more = true; more && sent < frames; sent += more ? 1 : 0) {
      auto body = body_of(256u << 10, 0);
      std::memcpy(body.writable().data(), &sent, sizeof sent);
      more = child.send(frame_kind::link_batch, std::move(body));
    }
  };
  for (auto end = test_clock::now() + std::chrono::seconds{10};
       still <= 100 && test_clock::now() < end;) {
    auto before = sent;
    send_some();
    still = sent == before ? still + 1 : 0;
    scans += door.send(frame_kind::scan_batch, body_of(32, 1)) ? 1 : 0;
    turn(false);
  }
  BOOST_TEST(still > 100u);
  BOOST_TEST(sent < frames);
  auto late = world.join(world.known_keys(), channel::control); // one who comes meanwhile
  for (auto end = test_clock::now() + std::chrono::seconds{10};
       (world.inbox.size() < scans || !late.is_up()) && test_clock::now() < end; turn(false))
    (void)late.wait(0);
  BOOST_TEST(late.is_up());
  BOOST_TEST(world.inbox.size() == scans);
  for (const auto& frame : world.inbox)
    BOOST_TEST((frame.on == channel::scans));
  world.inbox.clear();
  for (auto end = test_clock::now() + std::chrono::seconds{10};
       world.inbox.size() < frames && test_clock::now() < end; turn(true))
    send_some();
  BOOST_REQUIRE(world.inbox.size() == frames);
  for (std::uint32_t i = 0; i < frames; ++i) {
    std::uint32_t number = 0;
    std::memcpy(&number, world.inbox[i].body.view().data(), sizeof number);
    BOOST_REQUIRE(number == i);
  }
}

BOOST_AUTO_TEST_CASE(the_sink_stops_the_reading_at_once_and_the_rest_comes_later) {
  socket_world world;
  auto door = world.joined();
  for (std::uint8_t i = 0; i < 30; ++i)
    BOOST_REQUIRE(door.send(frame_kind::scan_batch, body_of(16, i)));
  std::size_t seen = 0;
  BOOST_REQUIRE(world.until(
    [&] {
      auto result = world.node->poll(2, true, [&](inbound&& frame) {
        BOOST_TEST((frame.body.view()[0] == static_cast<std::byte>(seen)));
        ++seen;
        return false;
      });
      BOOST_TEST(result.scans <= 1u);
      BOOST_TEST(result.stopped == (result.scans == 1));
      return seen == 30;
    },
    false));
}

BOOST_AUTO_TEST_CASE(a_reply_to_a_peer_that_left_is_counted_and_blocks_nobody) {
  socket_world world;
  peer_id peer{};
  {
    auto door = world.joined();
    BOOST_REQUIRE(door.send(frame_kind::hello, body_of(8, 0)));
    BOOST_REQUIRE(world.until([&] { return !world.inbox.empty(); }));
    peer = world.inbox.front().peer;
    BOOST_TEST((world.node->send(peer, frame_kind::welcome, body_of(8, 0)) == delivery::sent));
  }
  BOOST_REQUIRE(world.until([&] { return world.node->counts().connections == 0; }));
  BOOST_REQUIRE(world.until([&] {
    // For a moment the connection only has no credit: it is on its way out.
    auto sent = world.node->send(peer, frame_kind::welcome, body_of(1000, 3));
    return sent == delivery::gone && world.node->counts().sent_to_nobody == 1;
  }));
  BOOST_TEST((world.node->send(peer_id{}, frame_kind::welcome, {}) == delivery::gone));
  BOOST_TEST(
    (world.node->send(peer_id{~std::uint64_t{0}}, frame_kind::welcome, {}) == delivery::gone));
}

BOOST_AUTO_TEST_CASE(a_peer_that_does_not_read_runs_out_of_credit_and_nothing_blocks) {
  socket_options options;
  options.sndhwm = 4;
  socket_world world{std::move(options)};
  auto keys = world.known_keys();
  auto deaf = world.options_of(keys);
  deaf.rcvhwm = 4;
  auto made = client::connect(deaf);
  BOOST_REQUIRE(static_cast<bool>(made));
  BOOST_REQUIRE(
    world.until([&] { return made->wait(0), made->send(frame_kind::hello, body_of(8, 0)); }));
  BOOST_REQUIRE(world.until([&] { return !world.inbox.empty(); }));
  std::uint32_t sent = 0;
  std::uint32_t refused = 0;
  frame_body body;
  while (refused < 50 && sent < 4000) {
    if (body.empty())
      body = body_of(64u << 10, static_cast<std::uint8_t>(sent));
    auto went = world.node->send(world.inbox[0].peer, frame_kind::scan_reply, std::move(body));
    BOOST_REQUIRE(body.empty() == (went == delivery::sent)); // what was not sent is still ours
    BOOST_TEST((went != delivery::gone));
    (went == delivery::sent ? sent : refused) += 1;
  }
  BOOST_TEST(refused == 50u);
  BOOST_TEST(world.node->counts().sent_no_credit == 50u);
  for (std::uint32_t i = 0; i < sent; ++i) { // and what was taken arrives in order
    auto answer = made->receive(5000);
    BOOST_REQUIRE(answer.has_value());
    BOOST_REQUIRE(answer->body.view()[0] == static_cast<std::byte>(i));
  }
}

BOOST_AUTO_TEST_CASE(wake_ends_a_long_poll_from_another_thread) {
  socket_world world;
  auto take = [](inbound&&) { return true; };
  world.node->wake();
  BOOST_TEST(world.node->poll(60'000, true, take).woken); // before the call is as good
  BOOST_TEST(!world.node->poll(0, true, take).woken);
  std::thread other{[&] { world.node->wake(); }};
  auto begin = test_clock::now();
  auto woken = false;
  while (!woken && test_clock::now() < begin + std::chrono::seconds{30})
    woken = world.node->poll(30'000, false, take).woken;
  other.join();
  BOOST_TEST(woken);
  BOOST_TEST((test_clock::now() - begin < std::chrono::seconds{10}));
}

BOOST_AUTO_TEST_CASE(control_is_read_while_a_flood_of_scans_comes) {
  socket_world world;
  std::vector<client> doors;
  for (int i = 0; i < 4; ++i)
    doors.push_back(world.joined());
  auto tool = world.joined(channel::control);
  std::atomic<bool> stop = false;
  std::thread flood{[&] {
    while (!stop)
      for (auto& door : doors)
        door.send(frame_kind::scan_batch, body_of(128, 0));
  }};
  std::uint64_t scans = 0;
  std::uint32_t commands = 0;
  auto take = [&](inbound&& frame) {
    scans += frame.on == channel::scans ? 1 : 0;
    commands += frame.on == channel::control ? 1 : 0;
    return true;
  };
  auto end = test_clock::now() + std::chrono::seconds{20};
  std::uint32_t sent = 0;
  while ((commands < 100 || scans < 10'000) && test_clock::now() < end) {
    sent += sent < 100 && tool.send(frame_kind::command, body_of(32, 0)) ? 1 : 0;
    auto result = world.node->poll(2, true, take);
    BOOST_REQUIRE(result.scans <= sockets::scans_per_poll);
  }
  stop = true;
  flood.join();
  BOOST_TEST(commands == 100u);
  BOOST_TEST(scans >= 10'000u);
}
