// SPDX-License-Identifier: Apache-2.0
// Proves: 1,500 devices at once are all served and counted; 3,000 silent ones keep nobody out.
// Method: real connections from one process; a child process with a low limit of open files.
#define BOOST_TEST_MODULE crowd
#include "actors/io/sockets.hpp"

#include "tests/actors/io/socket_world.hpp"

#include <boost/test/unit_test.hpp>

#include <arpa/inet.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <set>
#include <vector>

using namespace wardflow;
using namespace wardflow::io;

namespace {

/// 0: the node opened; else the code it gave, in a process whose hard limit is `files`.
int open_in_child_with(rlim_t files) {
  auto child = ::fork();
  BOOST_REQUIRE(child >= 0);
  if (child == 0) {
    rlimit limit{256, files}; // the soft limit is for the node to raise
    if (::setrlimit(RLIMIT_NOFILE, &limit) != 0)
      ::_exit(1);
    auto raised = raise_files_limit();
    ::_exit(raised ? (*raised == files ? 0 : 3)
                   : (raised.reason() == code::files_limit_low ? 2 : 4));
  }
  int status = 0;
  BOOST_REQUIRE(::waitpid(child, &status, 0) == child);
  BOOST_REQUIRE(WIFEXITED(status));
  return WEXITSTATUS(status);
}

/// Connects and never says a word.
int silent_connection(const std::string& endpoint) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port =
    htons(static_cast<std::uint16_t>(std::stoi(endpoint.substr(endpoint.rfind(':') + 1))));
  auto fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  BOOST_REQUIRE(fd >= 0);
  auto done = ::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address);
  BOOST_REQUIRE((done == 0 || errno == EINPROGRESS));
  return fd;
}

} // namespace

BOOST_AUTO_TEST_CASE(the_limit_of_files_is_raised_and_one_that_is_too_low_is_refused) {
  BOOST_TEST(open_in_child_with(files_limit_min - 1) == 2);
  BOOST_TEST(open_in_child_with(files_limit_min) == 0);
}

BOOST_AUTO_TEST_CASE(fifteen_hundred_devices_at_once_are_all_served_and_counted) {
  constexpr std::size_t devices = 1500;
  socket_world world;
  std::vector<zmq_socket_owner> doors;
  for (std::size_t i = 0; i < devices; ++i) {
    doors.push_back(world.raw(world.known_keys(), channel::scans));
    send_parts(doors.back().get(), {header_part(frame_kind::hello), {std::byte{1}}});
    if (i % 50 == 49) // on a slow machine the first would wait past their handshake's time
      world.turn();
  }
  BOOST_REQUIRE(world.until([&] { return world.inbox.size() == devices; }));
  std::set<peer_id> peers;
  std::set<public_key> keys;
  for (const auto& frame : world.inbox) {
    BOOST_REQUIRE((frame.problem == code::ok));
    peers.insert(frame.peer);
    keys.insert(frame.key);
    BOOST_REQUIRE(
      (world.node->send(frame.peer, frame_kind::welcome, body_of(8, 0)) == delivery::sent));
  }
  BOOST_TEST(peers.size() == devices);
  BOOST_TEST((keys == world.known));
  auto counts = world.node->counts();
  BOOST_TEST(counts.connections == devices);
  BOOST_TEST(counts.connections_most == devices);
  BOOST_TEST(counts.keys_let_in >= devices); // a busy machine: some try twice
  for (auto& door : doors) {
    zmq_pollitem_t item{door.get(), 0, ZMQ_POLLIN, 0};
    BOOST_REQUIRE(zmq_poll(&item, 1, 5000) == 1);
  }
  doors.clear();
  BOOST_REQUIRE(world.until([&] { return world.node->counts().connections == 0; }));
}

BOOST_AUTO_TEST_CASE(three_thousand_silent_connections_keep_no_honest_client_out) {
  constexpr std::size_t strangers = 3000;
  socket_world world;
  std::vector<int> silent;
  for (std::size_t i = 0; i < strangers; ++i) {
    silent.push_back(silent_connection(world.node->endpoint(channel::scans)));
    if (i % 100 == 99)
      world.turn();
  }
  BOOST_REQUIRE(world.until([&] { return world.node->counts().connections == strangers; }));
  auto begin = test_clock::now();
  auto door = world.joined();
  BOOST_TEST(door.send(frame_kind::hello, body_of(8, 0)));
  BOOST_REQUIRE(world.until([&] { return world.inbox.size() == 1; }));
  BOOST_TEST((test_clock::now() - begin < std::chrono::seconds{6}));
  // And who says nothing is put out after the handshake's time.
  BOOST_REQUIRE(world.until([&] { return world.node->counts().connections == 1; }));
  BOOST_TEST(world.node->counts().handshakes_failed == strangers);
  for (auto fd : silent)
    ::close(fd);
}
