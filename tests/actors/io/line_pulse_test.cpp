// SPDX-License-Identifier: Apache-2.0
// Proves: a line is quiet when nothing comes and nothing of what waits goes out; a slow one is not,
//         and a dead peer's kernel that acknowledges heartbeats does not make it alive.
// Method: counts and times by hand; the kernel's counts on a real connection over loopback.
#define BOOST_TEST_MODULE line_pulse
#include "actors/io/line_pulse.hpp"

#include <boost/test/unit_test.hpp>

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

using namespace wardflow::io;
using std::chrono::milliseconds;

namespace {

struct watched {
  watched() { pulse.begin(now); }
  void pass(line_bytes seen, int ms = 1'000) {
    now += milliseconds{ms};
    pulse.look(seen, now);
  }
  [[nodiscard]] auto quiet() const { return pulse.quiet_for(now).count(); }

  line_pulse::time now{};
  line_pulse pulse;
};

} // namespace

BOOST_AUTO_TEST_CASE(what_arrives_is_a_sign_of_life) {
  watched w;
  w.pass({.received = 10});
  BOOST_TEST(w.quiet() == 0);
  w.pass({.received = 10});
  w.pass({.received = 10});
  BOOST_TEST(w.quiet() == 2'000);
  w.pass({.received = 11});
  BOOST_TEST(w.quiet() == 0);
}

BOOST_AUTO_TEST_CASE(a_frame_that_goes_out_slowly_is_a_sign_of_life_while_more_of_it_waits) {
  watched w;
  for (std::uint64_t sent = 0; sent != 20; ++sent)
    w.pass({.acknowledged = sent * 8'000, .waiting = 200'000 - sent * 8'000});
  BOOST_TEST(w.quiet() == 0);
  w.pass({.acknowledged = 152'000, .waiting = 48'000});
  w.pass({.acknowledged = 152'000, .waiting = 48'000});
  BOOST_TEST(w.quiet() == 2'000);
}

BOOST_AUTO_TEST_CASE(heartbeats_that_only_the_peers_kernel_acknowledges_are_none) {
  watched w;
  for (std::uint64_t n = 1; n != 6; ++n)
    w.pass({.received = 500, .acknowledged = n * 40, .waiting = 0});
  BOOST_TEST(w.quiet() == 4'000);
}

BOOST_AUTO_TEST_CASE(a_new_connection_is_not_quiet) {
  watched w;
  w.pass({.received = 500}, 9'000);
  w.pass({.received = 500}, 9'000);
  BOOST_TEST(w.quiet() == 9'000);
  w.pulse.begin(w.now);
  BOOST_TEST(w.quiet() == 0);
  w.pass({});
  BOOST_TEST(w.quiet() == 1'000);
}

BOOST_AUTO_TEST_CASE(the_kernel_counts_a_connections_bytes) {
  BOOST_TEST(!read_line(-1).has_value());
  auto listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  auto child = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in any{};
  any.sin_family = AF_INET;
  any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof any;
  auto* address = reinterpret_cast<sockaddr*>(&any);
  BOOST_REQUIRE(::bind(listener, address, size) == 0);
  BOOST_REQUIRE(::listen(listener, 1) == 0);
  ::getsockname(listener, address, &size);
  BOOST_REQUIRE(::connect(child, address, size) == 0);
  auto parent = ::accept(listener, nullptr, nullptr);
  std::array<char, 100> text{};
  BOOST_TEST(::send(child, text.data(), text.size(), 0) == 100);
  BOOST_TEST(::recv(parent, text.data(), text.size(), MSG_WAITALL) == 100);
  BOOST_TEST(read_line(parent).value().received == 100u);
  auto sender = read_line(child).value();
  for (auto i = 0; i != 100 && sender.waiting != 0; ++i, sender = read_line(child).value())
    ::poll(nullptr, 0, 10);
  BOOST_TEST(sender.waiting == 0u);
  BOOST_TEST(sender.acknowledged >= 100u);
  for (auto file : {listener, child, parent})
    ::close(file);
}
