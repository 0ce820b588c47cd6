// SPDX-License-Identifier: Apache-2.0
// Proves: every frame comes as it was sent or with its problem named, and answers arrive.
// Method: real sockets on loopback in one thread; raw clients send what ours never would.
#define BOOST_TEST_MODULE sockets
#include "actors/io/sockets.hpp"

#include "messages/limits.hpp"
#include "tests/actors/io/socket_world.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

using namespace wardflow;
using namespace wardflow::io;

namespace {

std::vector<std::byte> junk(std::size_t size) {
  return std::vector<std::byte>(size, std::byte{0x5a});
}

/// What the node says of one raw message.
inbound said_of(socket_world& world, const std::vector<std::vector<std::byte>>& parts) {
  auto keys = world.known_keys();
  auto s = world.raw(keys, channel::scans);
  send_parts(s.get(), parts);
  BOOST_REQUIRE(world.until([&] { return !world.inbox.empty(); }));
  BOOST_TEST(world.inbox.size() == 1u);
  auto frame = std::move(world.inbox.back());
  world.inbox.clear();
  BOOST_TEST((frame.key == keys.open));
  return frame;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_frame_arrives_with_the_key_of_its_sender_and_its_answer_goes_back) {
  socket_world world;
  for (auto on : {channel::scans, channel::control}) {
    auto keys = world.known_keys();
    auto door = world.join(keys, on);
    BOOST_REQUIRE(
      world.until([&] { return door.wait(0), door.send(frame_kind::hello, body_of(64, 1)); }));
    BOOST_REQUIRE(world.until([&] { return !world.inbox.empty(); }));
    auto frame = std::move(world.inbox.front());
    world.inbox.clear();
    BOOST_TEST((frame.on == on));
    BOOST_TEST((frame.key == keys.open));
    BOOST_TEST((frame.problem == code::ok));
    BOOST_TEST((frame.header.kind == frame_kind::hello));
    BOOST_TEST(std::ranges::equal(frame.body.view(), body_of(64, 1).view()));
    BOOST_TEST(
      (world.node->send(frame.peer, frame_kind::welcome, body_of(3000, 7)) == delivery::sent));
    auto answer = door.receive(5000);
    BOOST_REQUIRE(answer.has_value());
    BOOST_TEST((answer->header.kind == frame_kind::welcome));
    BOOST_TEST(std::ranges::equal(answer->body.view(), body_of(3000, 7).view()));
  }
}

BOOST_AUTO_TEST_CASE(a_port_in_use_and_a_wrong_endpoint_have_their_own_reasons) {
  socket_world world;
  socket_options options;
  options.server = world.server;
  options.scan_endpoint = world.node->endpoint(channel::control);
  auto second = sockets::open(options);
  BOOST_TEST((second.reason() == code::port_in_use));
  BOOST_TEST(second.why().detail.find(options.scan_endpoint) == 0u);
  options.scan_endpoint = "tcp://nowhere";
  BOOST_TEST((sockets::open(options).reason() == code::config_malformed));
}

BOOST_AUTO_TEST_CASE(every_wrong_shape_of_a_frame_has_its_problem_and_the_node_goes_on) {
  socket_world world;
  auto problem_of = [&](const std::vector<std::vector<std::byte>>& parts) {
    auto frame = said_of(world, parts);
    BOOST_TEST((frame.problem == code::ok || frame.body.empty()));
    return frame.problem;
  };
  BOOST_TEST((problem_of({header_part(), junk(64)}) == code::ok));
  BOOST_TEST((problem_of({header_part()}) == code::ok)); // a payload may be absent
  BOOST_TEST((problem_of({junk(64)}) == code::frame_malformed));
  BOOST_TEST((problem_of({junk(0)}) == code::frame_malformed));
  BOOST_TEST((problem_of({junk(8), junk(64)}) == code::frame_malformed));
  auto short_header = header_part();
  short_header.pop_back();
  BOOST_TEST((problem_of({short_header}) == code::frame_malformed));
  BOOST_TEST((problem_of({header_part(), junk(64), junk(64)}) == code::frame_malformed));
  std::vector<std::vector<std::byte>> forty(40, junk(5000));
  forty[0] = header_part();
  BOOST_TEST((problem_of(forty) == code::frame_malformed));
  BOOST_TEST((problem_of({header_part(frame_kind::hello, 2), junk(8)}) == code::protocol_newer));
  auto largest = limits::frame_bytes_max;
  BOOST_TEST((problem_of({header_part(), junk(largest)}) == code::ok));
  BOOST_TEST((problem_of({header_part(), junk(largest + 1)}) == code::frame_too_large));
  BOOST_TEST(world.node->counts().frames == 3u);
  BOOST_TEST(world.node->counts().frames_refused == 8u);
}

BOOST_AUTO_TEST_CASE(a_newer_protocol_still_tells_its_number_and_kind) {
  socket_world world;
  auto frame = said_of(world, {header_part(frame_kind::command, 9), junk(8)});
  BOOST_TEST(frame.header.protocol == 9);
  BOOST_TEST((frame.header.kind == frame_kind::command));
}

BOOST_AUTO_TEST_CASE(five_mebibytes_cut_the_connection_and_only_that_one) {
  socket_world world;
  auto honest = world.joined();
  auto keys = world.known_keys();
  auto large = world.raw(keys, channel::scans);
  BOOST_REQUIRE(world.until([&] { return world.node->counts().keys_let_in == 2; }));
  send_parts(large.get(), {header_part(), junk(std::size_t{5} << 20)});
  // It is cut, redials, and is let in once more.
  BOOST_REQUIRE(world.until([&] { return world.node->counts().keys_let_in == 3; }));
  BOOST_TEST(world.inbox.empty());
  BOOST_TEST(honest.send(frame_kind::hello, body_of(16, 1)));
  BOOST_REQUIRE(world.until([&] { return world.inbox.size() == 1; }));
  BOOST_TEST(honest.times_up() == 1u);
}

BOOST_AUTO_TEST_CASE(bodies_of_every_size_arrive_whole_and_aligned) {
  socket_world world;
  auto door = world.joined();
  std::vector<std::size_t> sizes;
  for (std::size_t size = 1; size < 600; size += 7)
    sizes.push_back(size);
  for (std::size_t size : {4096, 8191, 8192, 65'537, 1'000'003})
    sizes.push_back(size);
  for (auto size : sizes)
    BOOST_REQUIRE(
      door.send(frame_kind::scan_batch, body_of(size, static_cast<std::uint8_t>(size))));
  BOOST_REQUIRE(world.until([&] { return world.inbox.size() == sizes.size(); }));
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    auto view = world.inbox[i].body.view();
    BOOST_TEST(reinterpret_cast<std::uintptr_t>(view.data()) % 8 == 0u);
    auto expected = body_of(sizes[i], static_cast<std::uint8_t>(sizes[i]));
    BOOST_TEST(std::ranges::equal(view, expected.view()));
  }
}

BOOST_AUTO_TEST_CASE(a_client_cannot_choose_its_routing_id_nor_take_anothers) {
  socket_world world;
  auto honest = world.joined();
  auto keys = world.known_keys();
  auto first = world.raw(keys, channel::scans, "door-1");
  auto longest = world.raw(keys, channel::scans, std::string(255, 'x'));
  send_parts(first.get(), {header_part(), junk(32)});
  send_parts(longest.get(), {header_part(), junk(32)});
  BOOST_REQUIRE(world.until([&] { return world.inbox.size() >= 2; }));
  auto second = world.raw(keys, channel::scans, "door-1");
  send_parts(second.get(), {header_part(), junk(32)});
  BOOST_TEST((world.inbox[0].problem == code::frame_malformed));
  BOOST_TEST((world.inbox[1].problem == code::frame_malformed));
  // Each of the refused can be told so; the honest one neither hears it nor suffers.
  for (std::size_t i = 0; i < 2; ++i)
    BOOST_TEST((world.node->send(world.inbox[i].peer, frame_kind::refusal, body_of(8, 1)) ==
                delivery::sent));
  for (auto* s : {first.get(), longest.get()}) {
    zmq_pollitem_t item{s, 0, ZMQ_POLLIN, 0};
    BOOST_TEST(zmq_poll(&item, 1, 5000) == 1);
  }
  BOOST_REQUIRE(world.until([&] { return world.node->counts().keys_let_in == 4; }));
  world.inbox.clear();
  BOOST_TEST(honest.send(frame_kind::hello, body_of(8, 2)));
  auto is_honest = [](const inbound& f) { return f.problem == code::ok; };
  BOOST_REQUIRE(world.until([&] { return std::ranges::any_of(world.inbox, is_honest); }));
  BOOST_TEST(std::ranges::count_if(world.inbox, is_honest) == 1);
  auto peer = std::ranges::find_if(world.inbox, is_honest)->peer;
  BOOST_TEST((world.node->send(peer, frame_kind::welcome, body_of(8, 3)) == delivery::sent));
  auto answer = honest.receive(5000);
  BOOST_REQUIRE(answer.has_value());
  BOOST_TEST((answer->header.kind == frame_kind::welcome));
}

BOOST_AUTO_TEST_CASE(an_own_routing_id_that_looks_like_a_given_one_is_a_peer_like_any_other) {
  socket_world world;
  auto keys = world.known_keys();
  std::string_view given{"\0\1\2\3\4", 5};
  auto first = world.raw(keys, channel::scans, given);
  send_parts(first.get(), {header_part(), junk(32)});
  BOOST_REQUIRE(world.until([&] { return world.inbox.size() == 1; }));
  BOOST_TEST((world.inbox[0].problem == code::ok));
  auto second = world.raw(world.known_keys(), channel::scans, given); // ignored, not an heir
  BOOST_REQUIRE(world.until([&] { return world.node->counts().keys_let_in == 2; }));
  BOOST_TEST(
    (world.node->send(world.inbox[0].peer, frame_kind::welcome, body_of(8, 1)) == delivery::sent));
  zmq_pollitem_t item{first.get(), 0, ZMQ_POLLIN, 0};
  BOOST_TEST(zmq_poll(&item, 1, 5000) == 1);
}
