// SPDX-License-Identifier: Apache-2.0
#include "tests/support/tcp_proxy.hpp"

#include "actors/io/clock.hpp"

#include <arpa/inet.h>
#include <cerrno>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <condition_variable>
#include <list>
#include <mutex>
#include <random>
#include <stdexcept>
#include <thread>
#include <vector>

namespace wardflow::test {

namespace {

constexpr int kernel_bytes = 32 << 10;
constexpr std::size_t read_bytes = 16 << 10;
constexpr std::size_t writes_a_turn = 64;

class file {
public:
  explicit file(int fd = -1) : fd_(fd) {
    // nop
  }
  file(file&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {
    // nop
  }
  file& operator=(file&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~file() {
    if (fd_ >= 0)
      ::close(fd_);
  }
  [[nodiscard]] int fd() const { return fd_; }

private:
  int fd_;
};

file new_socket() {
  file made{::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  auto one = 1;
  auto size = kernel_bytes;
  ::setsockopt(made.fd(), SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  ::setsockopt(made.fd(), SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  ::setsockopt(made.fd(), SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
  ::setsockopt(made.fd(), IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  return made;
}

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in a{};
  a.sin_family = AF_INET;
  a.sin_port = htons(port);
  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return a;
}

template <class F>
auto with_address(const sockaddr_in& a, F f) {
  return f(reinterpret_cast<const sockaddr*>(&a), static_cast<socklen_t>(sizeof a));
}

file bound(std::uint16_t port) {
  auto made = new_socket();
  auto done =
    with_address(loopback(port), [&](auto* a, auto n) { return ::bind(made.fd(), a, n); });
  if (done != 0)
    throw std::runtime_error{"tcp_proxy: its port cannot be bound"};
  return made;
}

/// One end reads what the other is to get.
struct direction_of {
  line_way way;
  std::uint64_t passed = 0;
  bool ended = false; // its sender has closed
};

struct connection {
  file child, parent;
  direction_of up, down;
  std::uint64_t life = 0; // bytes until it breaks; 0: it does not
  bool over = false;
};

} // namespace

struct tcp_proxy::state {
  // Bound to the port and never listening: nobody else gets it while the line is cut.
  file holder = bound(0);
  file listener;
  file wake{::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)};
  std::uint16_t port = 0;

  mutable std::mutex mutex; // guards what follows, up to the thread's own
  line_weather weather;
  std::uint64_t said = 0, heard = 0; // how often it was told, and how often it has looked
  std::condition_variable looked;
  sockaddr_in to{};
  counts count;
  bool ending = false;

  std::list<connection> all; // the thread's own, from here on
  std::mt19937_64 random;
  time_ms flap_at = 0;
  std::thread thread;

  void run();
  void look_at_weather(line_weather& w);
  void accept_all();
  void move(connection& c, bool is_up, const line_weather& w, short from, short into);
  [[nodiscard]] int wait_ms(const line_weather& w, time_ms now) const;
  void break_all();
};

tcp_proxy::tcp_proxy(std::string to, std::uint64_t seed) : state_(std::make_unique<state>()) {
  auto& s = *state_;
  sockaddr_in own{};
  socklen_t size = sizeof own;
  ::getsockname(s.holder.fd(), reinterpret_cast<sockaddr*>(&own), &size);
  s.port = ntohs(own.sin_port);
  s.random.seed(seed);
  if (!to.empty())
    lead_to(to);
  line_weather w;
  s.look_at_weather(w); // it listens when this returns
  s.thread = std::thread{[&s] { s.run(); }};
}

tcp_proxy::~tcp_proxy() {
  {
    std::lock_guard lock{state_->mutex};
    state_->ending = true;
  }
  ::eventfd_write(state_->wake.fd(), 1);
  state_->thread.join();
}

std::string tcp_proxy::endpoint() const {
  return "tcp://127.0.0.1:" + std::to_string(state_->port);
}

void tcp_proxy::lead_to(const std::string& parent) {
  std::lock_guard lock{state_->mutex};
  state_->to =
    loopback(static_cast<std::uint16_t>(std::stoi(parent.substr(parent.rfind(':') + 1))));
}

void tcp_proxy::weather(const line_weather& w) {
  auto& s = *state_;
  std::unique_lock lock{s.mutex};
  s.weather = w;
  auto mine = ++s.said;
  ::eventfd_write(s.wake.fd(), 1);
  s.looked.wait(lock, [&] { return s.heard >= mine; });
}

tcp_proxy::counts tcp_proxy::count() const {
  std::lock_guard lock{state_->mutex};
  return state_->count;
}

// -- the thread -----------------------------------------------------------------------------------

void tcp_proxy::state::run() {
  line_weather w;
  for (;;) {
    {
      std::lock_guard lock{mutex};
      if (ending)
        return;
    }
    look_at_weather(w);
    auto now = io::monotonic_ms();
    std::vector<pollfd> files{{wake.fd(), POLLIN, 0}, {listener.fd(), POLLIN, 0}};
    for (auto& c : all) {
      auto watched = [&](const file& end, const direction_of& in, direction_of& out) {
        auto reads = in.way.room(w) > 0 && !in.ended ? POLLIN : 0;
        auto events = static_cast<short>(reads | (out.way.ready(w, now).empty() ? 0 : POLLOUT));
        return pollfd{events != 0 ? end.fd() : -1, events, 0}; // else an end would wake us for ever
      };
      files.push_back(watched(c.child, c.up, c.down));
      files.push_back(watched(c.parent, c.down, c.up));
    }
    ::poll(files.data(), files.size(), wait_ms(w, now));
    eventfd_t rung = 0;
    ::eventfd_read(wake.fd(), &rung);
    std::size_t i = 2;
    for (auto& c : all) {
      auto child = files[i++].revents, parent = files[i++].revents;
      move(c, true, w, child, parent);
      move(c, false, w, parent, child);
    }
    std::erase_if(all, [](auto& c) { return c.over; });
    if ((files[1].revents & POLLIN) != 0)
      accept_all();
    std::lock_guard lock{mutex};
    count.standing = all.size();
  }
}

void tcp_proxy::state::look_at_weather(line_weather& w) {
  std::uint64_t look = 0;
  {
    std::lock_guard lock{mutex};
    w = weather;
    look = said;
  }
  auto cut = w.cut;
  auto now = io::monotonic_ms();
  if (w.flap_ms == 0)
    flap_at = now;
  else if (now >= flap_at + w.flap_ms) {
    flap_at = now;
    cut = true;
  }
  if (cut)
    break_all();
  if (w.cut)
    listener = file{};
  else if (listener.fd() < 0) {
    listener = bound(port);
    ::listen(listener.fd(), 64);
  }
  if (w.break_within != 0)
    for (auto& c : all)
      if (c.life == 0)
        c.life = 1 + random() % w.break_within;
  std::lock_guard lock{mutex};
  heard = look;
  looked.notify_all();
}

void tcp_proxy::state::break_all() {
  std::lock_guard lock{mutex};
  count.breaks += all.size();
  count.standing = 0;
  all.clear();
}

void tcp_proxy::state::accept_all() {
  for (;;) {
    file child{::accept4(listener.fd(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)};
    if (child.fd() < 0)
      return;
    connection c;
    c.child = std::move(child);
    c.parent = new_socket();
    std::lock_guard lock{mutex};
    auto done = with_address(to, [&](auto* a, auto n) { return ::connect(c.parent.fd(), a, n); });
    if (done != 0 && errno != EINPROGRESS)
      continue; // nobody there: the child is hung up on
    ++count.connections;
    all.push_back(std::move(c));
  }
}

/// Reads what there is of one end, and writes what may pass to the other.
void tcp_proxy::state::move(connection& c, bool is_up, const line_weather& w, short from,
                            short into) {
  auto& d = is_up ? c.up : c.down;
  auto& source = is_up ? c.child : c.parent;
  auto& target = is_up ? c.parent : c.child;
  auto now = io::monotonic_ms();
  if (c.over)
    return;
  if (w.stalled) // a line that says nothing says nothing of an end either
    return;
  if ((from & (POLLIN | POLLHUP | POLLERR)) != 0 && !d.ended) {
    std::array<std::byte, read_bytes> part;
    for (auto room = d.way.room(w); room > 0; room = d.way.room(w)) {
      auto n = ::read(source.fd(), part.data(), std::min(room, part.size()));
      if (n > 0)
        d.way.put({part.data(), static_cast<std::size_t>(n)}, now);
      else if (n == 0 || errno != EAGAIN)
        d.ended = true;
      if (n <= 0)
        break;
    }
  }
  std::uint64_t passed = 0;
  for (std::size_t i = 0; i != writes_a_turn && (into & POLLERR) == 0; ++i) {
    auto may = d.way.ready(w, now);
    if (c.life != 0)
      may = may.first(std::min<std::size_t>(may.size(), c.life));
    auto n = may.empty() ? 0 : ::send(target.fd(), may.data(), may.size(), MSG_NOSIGNAL);
    if (n <= 0) {
      c.over = c.over || (n < 0 && errno != EAGAIN && errno != ENOTCONN);
      break;
    }
    d.way.passed(static_cast<std::size_t>(n), w);
    passed += static_cast<std::uint64_t>(n);
    if (c.life != 0 && (c.life -= static_cast<std::uint64_t>(n)) == 0) {
      c.over = true;
      std::lock_guard lock{mutex};
      ++count.breaks;
      break;
    }
  }
  c.over = c.over || (d.ended && d.way.empty()) || (into & POLLERR) != 0;
  if (passed == 0)
    return;
  std::lock_guard lock{mutex};
  (is_up ? count.up : count.down) += passed;
}

int tcp_proxy::state::wait_ms(const line_weather& w, time_ms now) const {
  time_ms next = now + second_ms;
  if (w.flap_ms != 0)
    next = std::min(next, flap_at + w.flap_ms);
  for (auto& c : all)
    for (auto* d : {&c.up, &c.down})
      if (auto at = d->way.next_look(w, now); at >= 0 && (at > now || w.bytes_a_second != 0))
        next = std::min(next, at);
  return static_cast<int>(std::max<time_ms>(next - now, 0));
}

} // namespace wardflow::test
