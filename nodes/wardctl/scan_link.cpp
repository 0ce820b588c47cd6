// SPDX-License-Identifier: Apache-2.0
#include "nodes/wardctl/scan_link.hpp"

#include "actors/io/clock.hpp"

#include <algorithm>
#include <poll.h>
#include <utility>

namespace wardflow::wardctl {

namespace {

constexpr time_ms long_enough_ms = 5'000; // a connection that lived so long is made again at once

/// Waits for descriptors alone.
std::uint64_t wait_for(std::span<const int> fds, int timeout_ms) {
  std::vector<pollfd> all;
  for (auto fd : fds)
    all.push_back({fd, POLLIN, 0});
  std::uint64_t found = 0;
  if (::poll(all.data(), all.size(), timeout_ms) > 0)
    for (std::size_t i = 0; i < all.size(); ++i)
      found |= std::uint64_t{all[i].revents != 0} << i;
  return found;
}

} // namespace

io::outcome<scan_link> scan_link::open(const target& to) {
  return dial(to, to.scans, "scans");
}

io::outcome<scan_link> scan_link::open_control(const target& to) {
  return dial(to, to.control, "control");
}

io::outcome<scan_link> scan_link::dial(const target& to, const std::string& endpoint,
                                       const char* what) {
  auto own = io::load_key_pair(to.key);
  if (!own)
    return own.why();
  if (endpoint.empty())
    return io::failure{code::config_malformed, to.file.string() + ": no `" + what + "` endpoint"};
  io::client_options options;
  options.endpoint = endpoint;
  options.own = *own;
  options.server = to.node_key;
  options.redial_most_ms = redial_most_ms;
  options.context = io::make_client_context();
  scan_link made{std::move(options)};
  auto first = io::client::connect(made.options_);
  if (!first)
    return first.why();
  made.client_ = std::move(*first);
  return made;
}

bool scan_link::same_connection() const {
  return client_ && client_->is_up() && client_->times_up() == ups_;
}

scan_link::turn scan_link::wait(int timeout_ms, std::span<const int> fds) {
  turn t;
  const auto now = io::monotonic_ms();
  if (!client_ && now >= dial_at_) {
    if (auto made = io::client::connect(options_)) {
      client_ = std::move(*made);
    } else { // no sockets left: later, perhaps
      problem_ = made.reason();
      detail_ = made.why().detail;
      dial_at_ = now + redial_most_ms;
    }
  }
  if (!client_) {
    const auto left = static_cast<int>(std::min<time_ms>(dial_at_ - now, 60'000));
    t.fds = wait_for(fds, timeout_ms < 0 ? left : std::min(timeout_ms, left));
    return t;
  }
  if (up_ && !same_connection())
    timeout_ms = 0; // take() saw it break
  const auto found = client_->wait(timeout_ms, fds);
  t.fds = found.fds;
  if (up_ && !same_connection()) {
    drop(io::monotonic_ms());
    t.link = change::down;
    return t;
  }
  if (!up_ && client_->is_up()) {
    up_ = true;
    ups_ = client_->times_up();
    up_since_ = io::monotonic_ms();
    t.link = change::up;
  } else if (!up_ && client_->problem() != code::ok) {
    problem_ = client_->problem();
    detail_ = client_->detail();
  }
  t.frames = up_ && found.frame;
  return t;
}

void scan_link::drop(time_ms now) {
  problem_ = client_->problem() == code::ok ? code::node_unreachable : client_->problem();
  detail_ = client_->detail();
  client_.reset();
  broke_in_a_row_ = now - up_since_ >= long_enough_ms ? 0 : broke_in_a_row_ + 1;
  const auto most =
    std::min<time_ms>(time_ms{100} << std::min(broke_in_a_row_, 10), redial_most_ms);
  dial_at_ = now + std::uniform_int_distribution<time_ms>{most / 2, most}(random_);
  up_ = false;
}

std::vector<io::received> scan_link::take() {
  std::vector<io::received> out;
  while (up_ && client_ && out.size() < frames_at_once) {
    auto got = client_->receive(0); // where there is none, it looks at the link
    if (!got)
      break;
    out.push_back(std::move(*got));
  }
  if (out.size() == frames_at_once)
    (void)client_->wait(0);
  if (!same_connection())
    out.clear(); // they may be of the next one: both are a loss, which is made good
  return out;
}

bool scan_link::send(frame_kind kind, frame_body&& body) {
  return up_ && client_ && client_->send(kind, std::move(body));
}

void scan_link::redial() {
  client_.reset();
  up_ = false;
  dial_at_ = 0;
  problem_ = code::node_unreachable;
  detail_ = options_.endpoint + ": no answer";
}

} // namespace wardflow::wardctl
