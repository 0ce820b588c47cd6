// SPDX-License-Identifier: Apache-2.0
#include "actors/uplink.hpp"

#include "actors/io/clock.hpp"
#include "messages/codec.hpp"
#include "messages/texts.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>

namespace wardflow {

namespace {

constexpr std::int64_t beat_ms = 2'000;
constexpr std::int64_t welcome_wait_ms = 6'000;
constexpr std::int64_t refused_wait_most_ms = 60'000;
constexpr std::size_t bytes_a_turn = std::size_t{256} << 10;

} // namespace

io::outcome<std::unique_ptr<uplink>> uplink::start(const io::store& disk, uplink_options options,
                                                   ports to) {
  io::client_options dial;
  dial.endpoint = options.endpoint;
  dial.own = options.own;
  dial.server = options.server;
  auto link = io::client::connect(std::move(dial));
  if (!link)
    return link.why();
  auto wake_fd = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (wake_fd < 0)
    return io::failure{code::internal, "eventfd"};
  return std::unique_ptr<uplink>{
    new uplink{disk, std::move(options), std::move(*link), std::move(to), wake_fd}};
}

uplink::uplink(const io::store& disk, uplink_options options, io::client link, ports to,
               int wake_fd) :
  log_(disk),
  options_(std::move(options)),
  link_(std::move(link)),
  to_(std::move(to)),
  wake_fd_(wake_fd),
  new_held_(options_.up_held),
  new_down_next_(options_.down_next),
  thread_([this] { run(); }) {
  // nop
}

uplink::~uplink() {
  stop();
  ::close(wake_fd_);
}

void uplink::stop() {
  stopping_ = true;
  ::eventfd_write(wake_fd_, 1);
  if (thread_.joinable())
    thread_.join();
}

void uplink::committed(const scan_round& r) {
  {
    std::lock_guard lock{mutex_};
    if (new_held_ == r.up_held && new_down_next_ == r.down_next)
      return;
    new_held_ = r.up_held;
    new_down_next_ = r.down_next;
  }
  ::eventfd_write(wake_fd_, 1);
}

void uplink::run() {
  while (!stopping_) {
    look_at_news();
    look_at_link();
    pump();
    auto seen = link_.wait(200, std::span{&wake_fd_, 1});
    if (seen.fds != 0) {
      eventfd_t count = 0;
      ::eventfd_read(wake_fd_, &count);
    }
    for (auto got = link_.receive(0); got; got = link_.receive(0))
      take(std::move(*got));
  }
}

void uplink::look_at_news() {
  {
    std::lock_guard lock{mutex_};
    held_ = new_held_;
    down_next_ = new_down_next_;
  }
  if (sender_.in_session())
    acknowledge();
}

/// A directive is acknowledged when its round is on disk.
void uplink::acknowledge() {
  for (std::size_t i = 0; i != lanes_max; ++i) {
    if (down_next_[i] <= down_acked_[i])
      continue;
    link_ack a;
    a.log = log_name::down;
    a.lane = static_cast<lane>(i);
    a.through = down_next_[i] - 1;
    a.node_time = io::wall_ms();
    if (link_.send(frame_kind::link_ack, encode_link_ack(a)))
      down_acked_[i] = down_next_[i];
  }
}

void uplink::look_at_link() {
  auto now = io::monotonic_ms();
  if (!link_.is_up()) {
    if (sender_.in_session())
      sender_.end();
    say(link_.problem() == code::ok ? std::string{"dialling"}
                                    : std::string{name(link_.problem())} + " " + link_.detail());
    hello_at_ = 0;
    return;
  }
  if (times_up_ != link_.times_up()) { // a new connection: whatever was on its way may be lost
    times_up_ = link_.times_up();
    sender_.end();
    hello_at_ = now;
  }
  if (!sender_.in_session() && hello_at_ != 0 && now >= hello_at_)
    say_hello();
  if (sender_.in_session() && now >= beat_at_) {
    beat_at_ = now + beat_ms;
    link_heartbeat beat;
    beat.node_time = io::wall_ms();
    beat.up.assign(held_.begin(), held_.end());
    static_cast<void>(link_.send(frame_kind::link_heartbeat, encode_link_heartbeat(beat)));
  }
}

void uplink::say_hello() {
  link_hello h;
  h.unit = options_.unit;
  h.id = options_.id;
  h.epoch = options_.epoch;
  h.boot = options_.boot;
  h.software = WARDFLOW_VERSION;
  h.up.assign(held_.begin(), held_.end());
  for (std::size_t i = 0; i != lanes_max; ++i)
    h.down.push_back({static_cast<lane>(i), 0, down_next_[i]});
  down_acked_ = down_next_;
  hello_at_ = io::monotonic_ms() + welcome_wait_ms;
  static_cast<void>(link_.send(frame_kind::link_hello, encode_link_hello(h)));
}

void uplink::take(io::received&& got) {
  if (got.problem != code::ok)
    return;
  switch (got.header.kind) {
  case frame_kind::link_welcome:
    return take_welcome(got.body.view());
  case frame_kind::link_batch:
    if (sender_.in_session())
      to_.directives(std::move(got.body));
    return;
  case frame_kind::link_ack: {
    link_ack a;
    if (read_link_ack(got.body.view(), a) != code::ok || a.log != log_name::up)
      return;
    sender_.acked(a.lane, a.through);
    std::array<std::uint64_t, lanes_max> through{};
    through[static_cast<std::size_t>(a.lane)] = a.through;
    to_.parent_has(through, false);
    std::lock_guard lock{mutex_};
    acked_[static_cast<std::size_t>(a.lane)] = a.through;
    return;
  }
  case frame_kind::link_gap: {
    link_gap g;
    if (read_link_gap(got.body.view(), g) == code::ok)
      to_.log("the parent no longer keeps directives before " + std::to_string(g.first_retained));
    return;
  }
  case frame_kind::link_bye: {
    link_bye b;
    if (read_link_bye(got.body.view(), b) == code::ok)
      take_bye(b.reason, std::move(b.detail));
    return;
  }
  case frame_kind::refusal: {
    refusal r;
    if (read_refusal(got.body.view(), r) == code::ok)
      take_bye(r.reason, std::move(r.detail));
    return;
  }
  default:
    return;
  }
}

void uplink::take_welcome(bytes message) {
  link_welcome w;
  if (read_link_welcome(message, w) != code::ok)
    return;
  hello_at_ = 0;
  hello_wait_ms_ = 1000;
  sender_.begin(w.up, w.window_bytes);
  std::array<std::uint64_t, lanes_max> through{};
  auto lost = false;
  for (auto& r : w.up) {
    auto i = static_cast<std::size_t>(r.lane);
    through[i] = r.next - 1;
    std::lock_guard lock{mutex_};
    lost = lost || r.next > new_held_[i].next; // it has more than we ever sent: we were restored
    acked_[i] = through[i];
  }
  while (auto gap = sender_.gap(held_)) {
    static_cast<void>(link_.send(frame_kind::link_gap, encode_link_gap(*gap)));
    lost = true;
  }
  to_.parent_has(through, lost);
  say("in session with " + std::string{w.unit.text()});
}

void uplink::take_bye(code reason, std::string detail) {
  sender_.end();
  hello_at_ = io::monotonic_ms() + (reason == code::link_no_session ? 0 : hello_wait_ms_);
  hello_wait_ms_ = std::min(hello_wait_ms_ * 2, refused_wait_most_ms);
  say("refused: " + std::string{name(reason)} + (detail.empty() ? "" : " " + detail));
}

void uplink::pump() {
  while (!stopping_) {
    auto order = sender_.next(held_);
    if (!order)
      return;
    std::vector<log_chunk> chunks;
    std::uint64_t first_kept = 0;
    auto read =
      log_.read(log_name::up, order->lane, order->from,
                std::min<std::size_t>(order->bytes_max, bytes_a_turn), chunks, first_kept);
    auto sent = false;
    for (auto& chunk : chunks) {
      auto size = chunk.message.size();
      sent = link_.send(frame_kind::link_batch, std::move(chunk.message));
      if (!sent)
        break; // no credit, or the connection has gone: the link tells
      sender_.sent(order->lane, chunk.through, size);
      std::lock_guard lock{mutex_};
      sent_bytes_ += size;
    }
    if (read != code::ok || !sent)
      return;
  }
}

void uplink::say(std::string state) {
  if (state == last_said_)
    return;
  to_.log("parent: " + state);
  last_said_ = state;
  std::lock_guard lock{mutex_};
  state_ = std::move(state);
}

std::vector<std::pair<std::string, std::string>> uplink::facts() const {
  std::lock_guard lock{mutex_};
  std::uint64_t lag = 0;
  for (std::size_t i = 0; i != lanes_max; ++i)
    lag += new_held_[i].next - std::min(new_held_[i].next, acked_[i] + 1);
  return {{"parent", state_},
          {"parent_lag", std::to_string(lag)},
          {"parent_bytes", std::to_string(sent_bytes_)}};
}

} // namespace wardflow
