// SPDX-License-Identifier: Apache-2.0
// Proves: a client tells refused from unreachable, and finds its way back from every break.
// Method: a node opened, closed and opened again on one port; a relay that goes silent.
#define BOOST_TEST_MODULE client
#include "actors/io/client.hpp"

#include "tests/actors/io/socket_world.hpp"

#include <boost/test/unit_test.hpp>

#include <arpa/inet.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace wardflow;
using namespace wardflow::io;

namespace {

struct plain_socket {
  explicit plain_socket(int value) : fd(value) { BOOST_REQUIRE(fd >= 0); }
  plain_socket(const plain_socket&) = delete;
  plain_socket& operator=(const plain_socket&) = delete;
  ~plain_socket() { ::close(fd); }
  int fd;
};

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

std::uint16_t port_of(const std::string& endpoint) {
  return static_cast<std::uint16_t>(std::stoi(endpoint.substr(endpoint.rfind(':') + 1)));
}

/// Listens on a free port.
struct listener : plain_socket {
  listener() : plain_socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    auto address = loopback(0);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    int yes = 1; // else what it accepted may keep the port for a minute after its end
    BOOST_REQUIRE(::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0);
    BOOST_REQUIRE(::bind(fd, generic, size) == 0 && ::listen(fd, 8) == 0);
    BOOST_REQUIRE(::getsockname(fd, generic, &size) == 0);
    endpoint = "tcp://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  }
  std::string endpoint;
};

/// Passes bytes on between two connections, until it is left alone: then nothing passes.
void pass(int from, int to) {
  std::array<char, 4096> data{};
  auto got = ::recv(from, data.data(), data.size(), MSG_DONTWAIT);
  if (got > 0)
    BOOST_REQUIRE(::send(to, data.data(), static_cast<std::size_t>(got), MSG_NOSIGNAL) == got);
}

bool is_up(client& c) {
  c.wait(0);
  return c.is_up();
}

} // namespace

BOOST_AUTO_TEST_CASE(nobody_there_is_unreachable_and_not_refused) {
  std::string endpoint;
  {
    listener gone;
    endpoint = gone.endpoint;
  }
  client_options options;
  options.endpoint = endpoint;
  options.own = new_keys();
  options.server = new_keys().open;
  auto door = client::connect(options);
  BOOST_REQUIRE(static_cast<bool>(door));
  BOOST_TEST((door->problem() == code::ok)); // not known yet
  auto end = test_clock::now() + std::chrono::seconds{10};
  while (door->problem() == code::ok && test_clock::now() < end)
    door->wait(100);
  BOOST_TEST((door->problem() == code::node_unreachable));
  BOOST_TEST(door->detail().find(endpoint) == 0u);
  BOOST_TEST(!door->is_up());
  BOOST_TEST(!door->send(frame_kind::hello, body_of(8, 0)));
  BOOST_TEST(!door->receive(0).has_value());
}

BOOST_AUTO_TEST_CASE(a_wrong_endpoint_is_an_error_at_once) {
  client_options options;
  options.endpoint = "tcp:/nowhere";
  options.own = new_keys();
  options.server = new_keys().open;
  BOOST_TEST((client::connect(options).reason() == code::config_malformed));
}

BOOST_AUTO_TEST_CASE(a_node_with_another_key_is_not_the_node_that_is_looked_for) {
  socket_world world;
  auto options = world.options_of(world.known_keys());
  options.server = new_keys().open;
  auto door = client::connect(options);
  BOOST_REQUIRE(static_cast<bool>(door));
  BOOST_REQUIRE(
    world.until([&] { return door->wait(0), door->problem() == code::node_unreachable; }));
  BOOST_TEST(door->detail().find("public key") != std::string::npos);
  BOOST_TEST(world.node->counts().keys_let_in == 0u);
}

BOOST_AUTO_TEST_CASE(another_program_on_the_port_is_unreachable_and_the_node_is_found_after_it) {
  socket_world world;
  auto options = world.options_of(world.known_keys());
  std::optional<listener> web{std::in_place};
  options.endpoint = web->endpoint;
  auto door = client::connect(options);
  BOOST_REQUIRE(static_cast<bool>(door));
  {
    plain_socket accepted{::accept(web->fd, nullptr, nullptr)};
    std::string_view page = "HTTP/1.0 400 Bad Request\r\n\r\nwho are you, what do you want here?";
    BOOST_REQUIRE(::send(accepted.fd, page.data(), page.size(), MSG_NOSIGNAL) > 0);
    auto end = test_clock::now() + std::chrono::seconds{10};
    while (door->problem() == code::ok && test_clock::now() < end)
      door->wait(100);
    BOOST_TEST((door->problem() == code::node_unreachable));
    BOOST_TEST(!door->is_up());
  }
  web.reset();
  socket_options node;
  node.server = world.server;
  node.scan_endpoint = options.endpoint;
  node.may_connect = [](channel, const public_key&) { return true; };
  BOOST_REQUIRE(world.until([&] { // the door's own dialling may hold the port for a moment
    auto opened = sockets::open(node);
    if (opened)
      world.node.emplace(std::move(*opened));
    return static_cast<bool>(opened);
  }));
  BOOST_REQUIRE(world.until([&] { return is_up(*door); }));
}

BOOST_AUTO_TEST_CASE(a_refused_key_that_is_let_in_later_gets_in_by_itself) {
  socket_world world;
  auto keys = new_keys();
  auto door = world.join(keys);
  BOOST_REQUIRE(
    world.until([&] { return door.wait(0), door.problem() == code::node_refused_key; }));
  world.known.insert(keys.open);
  BOOST_REQUIRE(world.until([&] { return is_up(door); }));
  BOOST_TEST((door.problem() == code::ok));
  BOOST_TEST(door.times_up() == 1u);
}

BOOST_AUTO_TEST_CASE(a_refused_key_knocks_less_and_less_often) {
  socket_world world;
  auto options = world.options_of(new_keys());
  options.redial_least_ms = 20;
  auto door = client::connect(options);
  BOOST_REQUIRE(static_cast<bool>(door));
  std::vector<test_clock::time_point> knocks;
  BOOST_REQUIRE(world.until([&] {
    door->wait(0);
    if (world.node->counts().keys_refused > knocks.size())
      knocks.push_back(test_clock::now());
    return knocks.size() == 6;
  }));
  // 20, 40, 80, 160, 320 ms, each a quarter more or less: a wait is never shorter than this.
  BOOST_TEST((knocks[5] - knocks[4] >= std::chrono::milliseconds{200}));
  BOOST_TEST((knocks[5] - knocks[0] >= std::chrono::milliseconds{400}));
}

BOOST_AUTO_TEST_CASE(after_a_restart_of_the_node_the_client_is_back_and_knows_of_the_break) {
  socket_world world;
  auto door = world.joined();
  BOOST_TEST(door.times_up() == 1u);
  socket_options options;
  options.server = world.server;
  options.scan_endpoint = world.node->endpoint(channel::scans);
  options.may_connect = [](channel, const public_key&) { return true; };
  world.node.reset();
  auto end = test_clock::now() + std::chrono::seconds{10};
  while (door.is_up() && test_clock::now() < end)
    door.wait(100);
  BOOST_TEST((door.problem() == code::node_unreachable));
  BOOST_TEST(!door.send(frame_kind::hello, {}));
  auto opened = sockets::open(options);
  BOOST_REQUIRE(static_cast<bool>(opened));
  world.node.emplace(std::move(*opened));
  BOOST_REQUIRE(world.until([&] { return is_up(door); }));
  BOOST_TEST(door.times_up() == 2u);
  BOOST_TEST(door.send(frame_kind::hello, body_of(8, 0)));
  BOOST_REQUIRE(world.until([&] { return world.inbox.size() == 1; }));
}

BOOST_AUTO_TEST_CASE(a_peer_that_vanishes_without_a_word_is_noticed_on_both_sides) {
  socket_options options;
  options.heartbeat_ms = 100;
  socket_world world{std::move(options)};
  listener relay;
  auto to_relay = world.options_of(world.known_keys());
  to_relay.endpoint = relay.endpoint;
  to_relay.heartbeat_ms = 100;
  auto door = client::connect(to_relay);
  BOOST_REQUIRE(static_cast<bool>(door));
  plain_socket near{::accept(relay.fd, nullptr, nullptr)};
  plain_socket far{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  auto address = loopback(port_of(world.node->endpoint(channel::scans)));
  BOOST_REQUIRE(::connect(far.fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  BOOST_REQUIRE(world.until([&] {
    pass(near.fd, far.fd);
    pass(far.fd, near.fd);
    return is_up(*door);
  }));
  BOOST_TEST(world.node->counts().connections == 1u);
  // From here the relay holds both connections and passes nothing on.
  BOOST_REQUIRE(world.until([&] { return !is_up(*door); }));
  BOOST_REQUIRE(world.until([&] { return world.node->counts().connections == 0; }));
  BOOST_TEST((door->problem() == code::node_unreachable));
}

BOOST_AUTO_TEST_CASE(one_wait_covers_several_clients_and_other_descriptors) {
  socket_world world;
  auto first = world.joined();
  auto second = world.joined(channel::control);
  plain_socket keyboard{::eventfd(0, EFD_NONBLOCK)};
  plain_socket other{::eventfd(0, EFD_NONBLOCK)};
  std::array<client*, 2> all{&first, &second};
  std::array<int, 2> fds{other.fd, keyboard.fd};
  auto nothing = client::wait_any(all, 0, fds);
  BOOST_TEST((nothing.frames | nothing.fds | nothing.links) == 0u);
  BOOST_REQUIRE(second.send(frame_kind::command, body_of(8, 0)));
  BOOST_REQUIRE(world.until([&] { return world.inbox.size() == 1; }));
  BOOST_REQUIRE((world.node->send(world.inbox[0].peer, frame_kind::answer, body_of(8, 0)) ==
                 io::delivery::sent));
  auto found = client::wait_any(all, 5000, fds);
  BOOST_TEST(found.frames == 2u);
  BOOST_TEST(found.fds == 0u);
  BOOST_TEST(second.receive(0).has_value());
  std::uint64_t one = 1;
  BOOST_REQUIRE(::write(keyboard.fd, &one, sizeof one) == sizeof one);
  found = client::wait_any(all, 5000, fds);
  BOOST_TEST(found.frames == 0u);
  BOOST_TEST(found.fds == 2u);
}
