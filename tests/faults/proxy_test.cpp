// SPDX-License-Identifier: Apache-2.0
// Proves: the proxy of these tests does to a line what it says, and nothing else: bytes pass whole
//         and in order, delayed, throttled, stalled, cut between connections or at a byte.
// Method: the decisions alone, with times as arguments; then real connections through it.
#define BOOST_TEST_MODULE proxy
#include "actors/io/clock.hpp"
#include "tests/support/tcp_proxy.hpp"

#include <boost/test/unit_test.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <string>

using namespace wardflow;
using namespace wardflow::test;

namespace {

std::span<const std::byte> bytes_of(const std::string& text) {
  return std::as_bytes(std::span{text});
}

std::string text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// A socket that closes itself.
struct end {
  explicit end(int file = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) : fd(file) {
    // nop
  }
  end(const end&) = delete;
  end& operator=(const end&) = delete;
  ~end() { ::close(fd); }

  void dial(const std::string& endpoint) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port =
      htons(static_cast<std::uint16_t>(std::stoi(endpoint.substr(endpoint.rfind(':') + 1))));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    up = ::connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0;
  }
  void say(const std::string& text) { ::send(fd, text.data(), text.size(), MSG_NOSIGNAL); }
  /// So many bytes, or what came until the end or for so long.
  std::string hear(std::size_t bytes, int timeout_ms) {
    std::string got;
    for (auto until = io::monotonic_ms() + timeout_ms; got.size() < bytes;) {
      pollfd p{fd, POLLIN, 0};
      auto left = static_cast<int>(std::max<time_ms>(until - io::monotonic_ms(), 0));
      if (::poll(&p, 1, left) <= 0)
        break;
      char part[4096];
      auto n = ::recv(fd, part, std::min(sizeof part, bytes - got.size()), 0);
      ended = n <= 0;
      if (ended)
        break;
      got.append(part, static_cast<std::size_t>(n));
    }
    return got;
  }

  int fd;
  bool up = false;
  bool ended = false;
};

/// A parent that listens, and a line to it.
struct line {
  line() {
    sockaddr_in any{};
    any.sin_family = AF_INET;
    any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    BOOST_REQUIRE(::bind(listener.fd, reinterpret_cast<sockaddr*>(&any), sizeof any) == 0);
    BOOST_REQUIRE(::listen(listener.fd, 16) == 0);
    socklen_t size = sizeof any;
    ::getsockname(listener.fd, reinterpret_cast<sockaddr*>(&any), &size);
    proxy.lead_to("tcp://127.0.0.1:" + std::to_string(ntohs(any.sin_port)));
  }
  /// The other end of a connection through the proxy; nothing for 5 s: -1.
  int accepted() {
    pollfd p{listener.fd, POLLIN, 0};
    return ::poll(&p, 1, 5'000) == 1 ? ::accept(listener.fd, nullptr, nullptr) : -1;
  }
  bool until(const std::function<bool(const tcp_proxy::counts&)>& good) {
    for (auto end = io::monotonic_ms() + 5'000; io::monotonic_ms() < end; ::poll(nullptr, 0, 5))
      if (good(proxy.count()))
        return true;
    return false;
  }

  end listener;
  tcp_proxy proxy;
};

constexpr int patience_ms = 5'000;

} // namespace

// -- decisions ------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(bytes_pass_in_order_after_their_delay) {
  line_way way;
  line_weather w{.delay_ms = 200};
  way.put(bytes_of("one"), 1'000);
  way.put(bytes_of("two"), 1'050);
  BOOST_TEST(way.ready(w, 1'199).empty());
  BOOST_TEST(way.next_look(w, 1'100) == 1'200);
  BOOST_TEST(text_of(way.ready(w, 1'200)) == "one");
  way.passed(2, w);
  BOOST_TEST(text_of(way.ready(w, 1'200)) == "e");
  way.passed(1, w);
  BOOST_TEST(way.ready(w, 1'249).empty());
  BOOST_TEST(text_of(way.ready(w, 1'250)) == "two");
  way.passed(3, w);
  BOOST_TEST(way.empty());
  BOOST_TEST(way.next_look(w, 1'250) == -1);
}

BOOST_AUTO_TEST_CASE(a_slow_line_passes_its_rate_and_reads_little_ahead) {
  line_way way;
  line_weather w{.bytes_a_second = 8'000};
  BOOST_TEST(way.room(w) == 2'000u);
  BOOST_TEST(way.ready(w, 1'000).empty());
  std::string text(2'000, 'x');
  way.put(bytes_of(text), 1'000);
  BOOST_TEST(way.room(w) == 0u);
  std::size_t all = 0;
  for (time_ms now = 1'000; now != 1'200; ++now) {
    auto n = way.ready(w, now).size();
    if (n != 0)
      way.passed(n, w);
    all += n;
  }
  BOOST_TEST(all >= 1'580u);
  BOOST_TEST(all <= 1'600u);
  way.put(bytes_of(text), 1'200);
  all = way.ready(w, 60'000).size();
  way.passed(all, w);
  BOOST_TEST(all + way.ready(w, 60'000).size() == 800u); // not more, however long nobody looked
}

BOOST_AUTO_TEST_CASE(a_stalled_line_takes_nothing_and_passes_nothing) {
  line_way way;
  way.put(bytes_of("one"), 1'000);
  line_weather w{.stalled = true};
  BOOST_TEST(way.room(w) == 0u);
  BOOST_TEST(way.ready(w, 90'000).empty());
  BOOST_TEST(way.next_look(w, 90'000) == -1);
  BOOST_TEST(text_of(way.ready({}, 90'000)) == "one");
}

// -- connections ----------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(bytes_pass_both_ways_and_are_counted) {
  line l;
  end child;
  child.dial(l.proxy.endpoint());
  BOOST_TEST_REQUIRE(child.up);
  end parent{l.accepted()};
  std::string text;
  for (auto i = 0; i != 20'000; ++i)
    text += std::to_string(i);
  child.say(text.substr(0, 10'000));
  BOOST_TEST((parent.hear(10'000, patience_ms) == text.substr(0, 10'000)));
  parent.say("answer");
  BOOST_TEST(child.hear(6, patience_ms) == "answer");
  BOOST_TEST(l.until([](auto& c) { return c.up == 10'000 && c.down == 6; }));
  BOOST_TEST(l.proxy.count().connections == 1u);
  BOOST_TEST(l.proxy.count().breaks == 0u);
}

BOOST_AUTO_TEST_CASE(a_cut_line_ends_connections_and_refuses_new_ones_until_it_heals) {
  line l;
  end child;
  child.dial(l.proxy.endpoint());
  end parent{l.accepted()};
  l.proxy.weather({.cut = true});
  (void)child.hear(1, patience_ms);
  (void)parent.hear(1, patience_ms);
  BOOST_TEST(child.ended);
  BOOST_TEST(parent.ended);
  end refused;
  refused.dial(l.proxy.endpoint());
  BOOST_TEST(!refused.up);
  l.proxy.weather({});
  auto again = [&] {
    end next;
    next.dial(l.proxy.endpoint());
    return next.up;
  };
  BOOST_TEST(l.until([&](auto&) { return again(); }));
  BOOST_TEST(l.proxy.count().breaks == 1u);
}

BOOST_AUTO_TEST_CASE(a_stalled_line_stands_and_says_nothing) {
  line l;
  end child;
  child.dial(l.proxy.endpoint());
  end parent{l.accepted()};
  child.say("a");
  BOOST_TEST(parent.hear(1, patience_ms) == "a");
  l.proxy.weather({.stalled = true});
  child.say("b");
  BOOST_TEST(parent.hear(1, 300).empty());
  BOOST_TEST(!parent.ended);
  l.proxy.weather({});
  BOOST_TEST(parent.hear(1, patience_ms) == "b");
}

BOOST_AUTO_TEST_CASE(a_connection_breaks_at_a_byte_that_the_seed_says) {
  line l;
  l.proxy.weather({.break_within = 100});
  std::string text(200, 'x');
  auto broken = 0;
  for (auto i = 0; i != 20; ++i) {
    end child;
    child.dial(l.proxy.endpoint());
    end parent{l.accepted()};
    child.say(text);
    auto got = parent.hear(200, patience_ms);
    BOOST_TEST(parent.ended);
    BOOST_TEST((!got.empty() && got.size() <= 100));
    broken += got.size() < 100;
  }
  BOOST_TEST(broken > 10);
  BOOST_TEST(l.proxy.count().breaks == 20u);
}

BOOST_AUTO_TEST_CASE(a_flapping_line_ends_its_connections_again_and_again) {
  line l;
  l.proxy.weather({.flap_ms = 50});
  for (auto i = 0; i != 3; ++i) {
    end child;
    child.dial(l.proxy.endpoint());
    BOOST_TEST(child.up);
    (void)child.hear(1, patience_ms);
    BOOST_TEST(child.ended);
  }
}

BOOST_AUTO_TEST_CASE(a_slow_line_takes_its_time) {
  line l;
  l.proxy.weather({.bytes_a_second = 8'000});
  end child;
  child.dial(l.proxy.endpoint());
  end parent{l.accepted()};
  auto begun = io::monotonic_ms();
  std::string text(8'000, 'x');
  child.say(text);
  BOOST_TEST((parent.hear(8'000, patience_ms) == text));
  auto took = io::monotonic_ms() - begun;
  BOOST_TEST(took >= 850);
  BOOST_TEST(took < 2'000);
}
