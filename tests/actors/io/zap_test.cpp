// SPDX-License-Identifier: Apache-2.0
// Proves: only CURVE and known keys get in, and each frame is known by its sender's key.
// Method: real sockets on loopback in one thread; conditions are waited for, never times.
#define BOOST_TEST_MODULE zap
#include "actors/io/zap.hpp"

#include "tests/actors/io/socket_world.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <map>
#include <set>

using namespace wardflow;
using namespace wardflow::io;

BOOST_AUTO_TEST_CASE(an_unknown_key_is_refused_and_told_so) {
  socket_world world;
  for (auto on : {channel::scans, channel::control}) {
    auto door = world.join(new_keys(), on);
    BOOST_REQUIRE(
      world.until([&] { return door.wait(0), door.problem() == code::node_refused_key; }));
    BOOST_TEST(!door.is_up());
    BOOST_TEST(!door.send(frame_kind::hello, {}));
  }
  BOOST_TEST(world.node->counts().keys_refused >= 2u);
  BOOST_TEST(world.node->counts().keys_let_in == 0u);
}

BOOST_AUTO_TEST_CASE(a_refused_key_is_named_to_who_keeps_the_log_with_its_channel) {
  std::vector<std::pair<channel, public_key>> refused;
  socket_options options;
  options.on_refused = [&](channel on, const public_key& key, std::string_view address) {
    BOOST_TEST(address == "127.0.0.1");
    refused.emplace_back(on, key);
  };
  socket_world world{std::move(options)};
  auto keys = new_keys();
  auto tool = world.join(keys, channel::control);
  BOOST_REQUIRE(world.until([&] { return !refused.empty(); }));
  BOOST_TEST((refused.front() == std::pair{channel::control, keys.open}));
}

BOOST_AUTO_TEST_CASE(a_key_may_be_known_on_one_channel_only) {
  socket_options options;
  options.may_connect = [](channel on, const public_key&) { return on == channel::control; };
  socket_world world{std::move(options)};
  auto keys = new_keys();
  auto scans = world.join(keys, channel::scans);
  auto control = world.join(keys, channel::control);
  BOOST_REQUIRE(world.until([&] {
    scans.wait(0);
    control.wait(0);
    return control.is_up() && scans.problem() == code::node_refused_key;
  }));
}

BOOST_AUTO_TEST_CASE(a_client_without_curve_is_refused_and_its_frames_never_arrive) {
  socket_world world;
  zmq_socket_owner plain{zmq_socket(world.context.get(), ZMQ_DEALER)};
  BOOST_REQUIRE(set_option(plain.get(), ZMQ_LINGER, 0));
  BOOST_REQUIRE(zmq_connect(plain.get(), world.node->endpoint(channel::scans).c_str()) == 0);
  send_parts(plain.get(), {header_part(), std::vector<std::byte>(64)});
  BOOST_REQUIRE(world.until([&] {
    auto counts = world.node->counts();
    return counts.handshakes_failed >= 1 && counts.connections == 0;
  }));
  BOOST_TEST(world.inbox.empty());
}

BOOST_AUTO_TEST_CASE(a_node_proves_that_a_random_key_is_refused) {
  socket_world world;
  BOOST_TEST((world.node->prove_random_key_refused() == code::ok));
  BOOST_TEST(world.node->counts().keys_refused >= 2u);
  BOOST_TEST(world.node->counts().handshakes_failed >= 2u);
  BOOST_REQUIRE(world.until([&] { return world.node->counts().connections == 0; }));
}

BOOST_AUTO_TEST_CASE(the_proof_fails_when_any_channel_lets_everybody_in) {
  for (auto open_one : {channel::scans, channel::control}) {
    socket_options options;
    options.may_connect = [=](channel on, const public_key&) { return on == open_one; };
    socket_world world{std::move(options)};
    BOOST_TEST((world.node->prove_random_key_refused() == code::random_key_let_in));
  }
}

BOOST_AUTO_TEST_CASE(the_key_is_read_from_the_payload_because_a_poll_takes_it_off_the_routing_id) {
  // Straight on ZeroMQ: the reason why read_frame looks where it does.
  zmq_context context{zmq_ctx_new()};
  socket_options rules;
  rules.server = new_keys();
  rules.may_connect = [](channel, const public_key&) { return true; };
  zap_desk zap;
  BOOST_REQUIRE(zap.open(context.get()));
  zmq_socket_owner router{zmq_socket(context.get(), ZMQ_ROUTER)};
  BOOST_REQUIRE(set_server_options(router.get(), channel::scans, rules));
  BOOST_REQUIRE(zmq_bind(router.get(), "tcp://127.0.0.1:*") == 0);
  std::array<char, 256> endpoint{};
  auto size = endpoint.size();
  BOOST_REQUIRE(zmq_getsockopt(router.get(), ZMQ_LAST_ENDPOINT, endpoint.data(), &size) == 0);
  client_options options;
  options.endpoint = endpoint.data();
  options.own = new_keys();
  options.server = rules.server.open;
  auto door = client::connect(options);
  BOOST_REQUIRE(static_cast<bool>(door));
  auto end = test_clock::now() + std::chrono::seconds{10};
  auto wait_for = [&](auto done) {
    while (!done() && test_clock::now() < end)
      zap.serve(rules, 10);
  };
  wait_for([&] { return door->wait(1), door->send(frame_kind::hello, body_of(16, 1)); });
  zmq_pollitem_t item{router.get(), 0, ZMQ_POLLIN, 0};
  wait_for([&] { return zmq_poll(&item, 1, 1) > 0; });
  zmq_part routing;
  zmq_part header;
  BOOST_REQUIRE(routing.receive(router.get()));
  BOOST_REQUIRE(header.receive(router.get()));
  BOOST_TEST(zmq_msg_gets(routing.raw(), "User-Id") == nullptr);
  auto frame = read_frame(router.get(), header, true);
  BOOST_REQUIRE(zap.key_of(frame.user) != nullptr);
  BOOST_TEST((*zap.key_of(frame.user) == options.own.open));
}

BOOST_AUTO_TEST_CASE(each_key_has_its_own_number_and_keeps_it_over_connections) {
  socket_world world;
  std::map<public_key, std::uint32_t> numbers;
  std::vector<key_pair> keys;
  for (int i = 0; i < 3; ++i)
    keys.push_back(world.known_keys());
  for (int round = 0; round < 2; ++round)
    for (const auto& own : keys) {
      auto door = world.join(own);
      BOOST_REQUIRE(
        world.until([&] { return door.wait(0), door.send(frame_kind::hello, body_of(8, 0)); }));
      BOOST_REQUIRE(world.until([&] { return !world.inbox.empty(); }));
      BOOST_TEST((world.inbox.front().key == own.open));
      auto [at, is_new] = numbers.emplace(own.open, world.inbox.front().user);
      BOOST_TEST(is_new == (round == 0));
      BOOST_TEST(at->second == world.inbox.front().user);
      world.inbox.clear();
    }
  std::set<std::uint32_t> distinct;
  for (const auto& [key, number] : numbers)
    distinct.insert(number);
  BOOST_TEST((distinct == std::set<std::uint32_t>{0, 1, 2}));
}
