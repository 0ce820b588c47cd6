// SPDX-License-Identifier: Apache-2.0
#include "actors/uplink.hpp"

#include "actors/io/clock.hpp"
#include "actors/logic/log_chunks.hpp"
#include "messages/codec.hpp"
#include "messages/texts.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>

namespace wardflow {

namespace {

constexpr std::size_t bytes_a_turn = std::size_t{256} << 10;
constexpr time_ms damage_rest_ms = minute_ms; // a store that is damaged does not mend itself
constexpr int quiet_ms = 5'000;               // noticed within 6 s
constexpr int frame_wait_ms = 60'000;         // the largest there is, on a line of 64 kbit/s

} // namespace

io::outcome<std::unique_ptr<uplink>> uplink::start(const io::store& disk, uplink_options options,
                                                   ports to) {
  io::client_options dial;
  dial.endpoint = options.endpoint;
  dial.own = options.own;
  dial.server = options.server;
  dial.quiet_ms = quiet_ms;
  dial.frame_wait_ms = frame_wait_ms;
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
  link_(std::move(link)),
  to_(std::move(to)),
  wake_fd_(wake_fd),
  session_({options.unit, options.id, options.epoch, options.boot, WARDFLOW_VERSION},
           {[this](frame_kind kind, frame_body body) { return link_.send(kind, std::move(body)); },
            to_.directive, to_.parent_has, to_.begins},
           options.at_start),
  news_(options.at_start),
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
    auto before = news_;
    news_.add(r);
    is_news_ = is_news_ || news_ != before;
    if (!is_news_)
      return;
  }
  ::eventfd_write(wake_fd_, 1);
}

void uplink::run() {
  while (!stopping_) {
    look_at_link();
    pump();
    auto seen = link_.wait(200, std::span{&wake_fd_, 1});
    if (seen.fds != 0) {
      eventfd_t count = 0;
      ::eventfd_read(wake_fd_, &count);
    }
    for (auto got = link_.receive(0); got; got = link_.receive(0))
      if (got->problem == code::ok)
        session_.hear(got->header.kind, std::move(got->body), io::monotonic_ms());
  }
}

void uplink::look_at_link() {
  {
    std::lock_guard lock{mutex_};
    if (is_news_)
      session_.is_committed(news_);
    is_news_ = false;
    news_.answered = {};
    news_.said_again = false;
    acked_ = session_.parent_has();
  }
  auto now = io::monotonic_ms();
  session_.connection(link_.is_up(), link_.times_up(), now);
  session_.turn(now, io::wall_ms());
  if (!session_.state().empty())
    say(session_.state());
  else
    say(link_.problem() == code::ok ? std::string{"dialling"}
                                    : std::string{name(link_.problem())} + " " + link_.detail());
}

void uplink::pump() {
  while (!stopping_ && io::monotonic_ms() >= reads_again_) {
    auto order = session_.next();
    if (!order)
      return;
    std::vector<log_chunk> chunks;
    std::uint64_t first_kept = 0;
    auto read =
      log_.read(log_name::up, order->lane, order->from,
                std::min<std::size_t>(order->bytes_max, bytes_a_turn), chunks, first_kept);
    if (read == code::store_damaged && chunks.empty()) {
      reads_again_ = io::monotonic_ms() + damage_rest_ms;
      return to_.unreadable(log_reader::place(log_name::up, order->lane, order->from));
    }
    auto sent = false;
    for (auto& chunk : join_chunks(std::move(chunks))) {
      auto size = chunk.message.size();
      sent = link_.send(frame_kind::link_batch, std::move(chunk.message));
      if (!sent)
        break; // no credit, or the connection has gone: the link tells
      session_.sent(order->lane, chunk.batch.through, size, io::monotonic_ms());
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
    lag += news_.held[i].next - std::min(news_.held[i].next, acked_[i] + 1);
  return {{"parent", state_},
          {"parent_lag", std::to_string(lag)},
          {"parent_bytes", std::to_string(sent_bytes_)}};
}

} // namespace wardflow
