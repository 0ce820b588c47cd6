// SPDX-License-Identifier: Apache-2.0
// Proves: a device's link tells each connection once, hands out no frame of an older one, comes
//   back by itself, and tells a refused key from a node that is away.
// Method: a node's sockets opened and closed on one port, frames sent at the end of a connection.
#define BOOST_TEST_MODULE scan_link
#include "nodes/wardctl/scan_link.hpp"

#include "tests/actors/io/scratch_folder.hpp"
#include "tests/actors/io/socket_world.hpp"

#include <boost/test/unit_test.hpp>

#include <sys/eventfd.h>

using namespace wardflow;
using namespace wardflow::io;
using wardctl::scan_link;
using change = scan_link::change;

namespace {

struct desk {
  explicit desk(bool known = true) {
    const auto own = known ? world.known_keys() : new_keys();
    BOOST_REQUIRE(static_cast<bool>(write_key_pair(scratch.path / "key", own)));
    to.file = scratch.path / "target.toml";
    to.scans = world.node->endpoint(channel::scans);
    to.node_key = world.server.open;
    to.key = scratch.path / "key";
    auto opened = scan_link::open(to);
    BOOST_REQUIRE(static_cast<bool>(opened));
    link.emplace(std::move(*opened));
  }
  /// Turns of both ends until the link has told this change; what it told before is kept.
  [[nodiscard]] bool until(change what) {
    return world.until([&] {
      const auto t = link->wait(0);
      if (t.link != change::none)
        told.push_back(t.link);
      if (t.frames)
        for (auto& f : link->take())
          frames.push_back(std::to_integer<int>(f.body.view()[0]));
      return !told.empty() && told.back() == what;
    });
  }
  /// The node goes, and another process takes its port.
  void restart() {
    socket_options options;
    options.scan_endpoint = world.node->endpoint(channel::scans);
    options.server = world.server;
    options.may_connect = [this](channel, const public_key& key) {
      return world.known.contains(key);
    };
    world.node.reset();
    auto opened = sockets::open(std::move(options));
    BOOST_REQUIRE(static_cast<bool>(opened));
    world.node.emplace(std::move(*opened));
    world.inbox.clear();
  }
  /// The node hears a frame of this connection: `answer_to` is its peer.
  [[nodiscard]] bool heard() {
    BOOST_REQUIRE(link->send(frame_kind::hello, body_of(64, 1)));
    const auto before = world.inbox.size();
    return world.until([&] {
      (void)link->wait(0);
      return world.inbox.size() > before;
    });
  }

  socket_world world;
  scratch_folder scratch;
  wardctl::target to;
  std::optional<scan_link> link;
  std::vector<change> told;
  std::vector<int> frames;
};

} // namespace

BOOST_AUTO_TEST_CASE(a_link_comes_up_once_and_passes_frames_both_ways) {
  desk d;
  BOOST_TEST(!d.link->send(frame_kind::hello, body_of(64, 1))); // not up yet
  BOOST_REQUIRE(d.until(change::up));
  BOOST_TEST((d.link->problem() == code::ok));
  BOOST_REQUIRE(d.heard());
  for (std::uint8_t i = 0; i < 5; ++i)
    BOOST_TEST((d.world.node->send(d.world.inbox[0].peer, frame_kind::welcome, body_of(64, i)) ==
                io::delivery::sent));
  BOOST_TEST(d.world.until([&] { return (void)d.until(change::up), d.frames.size() == 5; }));
  BOOST_TEST(d.told.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_node_that_went_and_came_back_is_a_down_and_an_up) {
  desk d;
  BOOST_REQUIRE(d.until(change::up));
  for (int i = 0; i < 3; ++i) {
    d.restart();
    BOOST_REQUIRE(d.until(change::down));
    BOOST_TEST(!d.link->is_up());
    BOOST_TEST((d.link->problem() == code::node_unreachable));
    BOOST_REQUIRE(d.until(change::up));
  }
  BOOST_TEST(d.told.size() == 7u);
}

BOOST_AUTO_TEST_CASE(frames_of_a_connection_that_broke_are_not_handed_out) {
  desk d;
  for (int i = 0; i < 5; ++i) {
    d.told.clear();
    if (i == 0)
      BOOST_REQUIRE(d.until(change::up));
    BOOST_REQUIRE(d.heard());
    const auto peer = d.world.inbox.back().peer;
    for (std::uint8_t n = 0; n < 50; ++n)
      BOOST_TEST(
        (d.world.node->send(peer, frame_kind::welcome, body_of(64, 77)) == io::delivery::sent));
    BOOST_REQUIRE(d.world.until([&] { return d.link->wait(0).frames; }));
    d.restart(); // the answers are here, and not taken; ZeroMQ connects again by itself
    BOOST_REQUIRE(d.world.until([&] { return d.world.node->counts().keys_let_in == 1; }));
    for (int turns = 0; turns < 25; ++turns)
      d.world.turn(); // the client's own thread sees the end of the handshake
    BOOST_TEST(d.link->take().empty());
    BOOST_REQUIRE(d.until(change::down));
    BOOST_REQUIRE(d.until(change::up));
    BOOST_REQUIRE(d.heard());
    BOOST_TEST(d.link->take().empty());
    BOOST_TEST(d.frames.empty());
  }
}

BOOST_AUTO_TEST_CASE(a_link_given_up_is_made_anew_and_tells_no_down) {
  desk d;
  BOOST_REQUIRE(d.until(change::up));
  d.link->redial();
  BOOST_TEST(!d.link->is_up());
  BOOST_TEST(!d.link->send(frame_kind::hello, body_of(64, 1)));
  d.told.clear();
  BOOST_REQUIRE(d.until(change::up));
  BOOST_TEST(d.told.size() == 1u);
  BOOST_TEST(d.heard());
}

BOOST_AUTO_TEST_CASE(a_refused_key_is_told_and_let_in_once_it_is_registered) {
  desk d{false};
  BOOST_REQUIRE(d.world.until([&] {
    (void)d.link->wait(0);
    return d.link->problem() == code::node_refused_key;
  }));
  d.world.known.insert(load_key_pair(d.to.key)->open);
  BOOST_TEST(d.until(change::up));
}

BOOST_AUTO_TEST_CASE(descriptors_are_watched_with_and_without_a_connection) {
  desk d;
  const auto fd = ::eventfd(1, EFD_CLOEXEC);
  const std::array fds{fd};
  BOOST_TEST(d.link->wait(5'000, fds).fds == 1u);
  BOOST_REQUIRE(d.until(change::up));
  BOOST_TEST(d.link->wait(5'000, fds).fds == 1u);
  d.restart();
  BOOST_REQUIRE(d.until(change::down)); // for a moment there is no client at all
  BOOST_TEST(d.link->wait(5'000, fds).fds == 1u);
  ::close(fd);
}

BOOST_AUTO_TEST_CASE(a_target_without_scans_or_key_is_refused) {
  desk d;
  auto bad = d.to;
  bad.scans.clear();
  BOOST_TEST((scan_link::open(bad).reason() == code::config_malformed));
  bad = d.to;
  bad.key = d.scratch.path / "none";
  BOOST_TEST((scan_link::open(bad).reason() == code::key_file_missing));
  bad = d.to;
  bad.scans = "nonsense";
  BOOST_TEST((scan_link::open(bad).reason() == code::config_malformed));
}
