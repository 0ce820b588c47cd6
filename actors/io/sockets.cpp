// SPDX-License-Identifier: Apache-2.0
#include "actors/io/sockets.hpp"

#include "actors/io/link_monitor.hpp"
#include "actors/io/peer_names.hpp"
#include "actors/io/stranger.hpp"
#include "actors/io/zap.hpp"
#include "actors/io/zmq_parts.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <utility>

namespace wardflow::io {

namespace {

constexpr std::size_t questions_per_turn = 256; // handshakes between two looks at the frames
constexpr int sockets_limit_most = 65'000;

/// An eventfd that closes itself.
class bell {
public:
  bell() : fd_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
    // nop
  }
  bell(const bell&) = delete;
  bell& operator=(const bell&) = delete;
  ~bell() {
    if (fd_ >= 0)
      ::close(fd_);
  }
  [[nodiscard]] int fd() const { return fd_; }
  void ring() const {
    std::uint64_t one = 1;
    [[maybe_unused]] auto done = ::write(fd_, &one, sizeof one); // full: it rings already
  }
  [[nodiscard]] bool was_rung() const {
    std::uint64_t times = 0;
    return ::read(fd_, &times, sizeof times) == sizeof times;
  }

private:
  int fd_;
};

} // namespace

// Members end in reverse order: sockets before their context.
struct sockets::state {
  struct door {
    zmq_socket_owner socket;
    zmq_watch watch;
    link_monitor links;
    std::string endpoint;
  };

  socket_options options;
  bell wakes;
  zmq_context context;
  zap_desk zap;
  std::array<door, 2> doors; // by channel
  peer_names peers;
  socket_counts counts;

  door& at(channel on) { return doors[static_cast<std::size_t>(on)]; }

  [[nodiscard]] std::optional<failure> open(channel on);
  void watch();
  void turn();
  void attach(channel on);
  [[nodiscard]] bool read_one(channel on, inbound& frame);
  std::uint32_t read(channel on, std::uint32_t most, const sink& take, bool& stopped);
};

sockets::sockets(std::unique_ptr<state> s) : state_(std::move(s)) {
  // nop
}
sockets::sockets(sockets&&) noexcept = default;
sockets& sockets::operator=(sockets&&) noexcept = default;
sockets::~sockets() = default;

// -- opening --------------------------------------------------------------------------------------

outcome<sockets> sockets::open(socket_options options) {
  auto files = raise_files_limit();
  if (!files)
    return files.why();
  auto made = std::make_unique<state>();
  made->options = std::move(options);
  made->context.reset(zmq_ctx_new());
  auto* context = made->context.get();
  if (context == nullptr || made->wakes.fd() < 0)
    return failure{code::internal, "no ZeroMQ context, or no file left"};
  // Connections need no place of ZeroMQ's, only a file each.
  auto most = static_cast<int>(std::min<std::uint64_t>(*files, sockets_limit_most));
  if (zmq_ctx_set(context, ZMQ_IO_THREADS, made->options.io_threads) != 0 ||
      zmq_ctx_set(context, ZMQ_MAX_SOCKETS, most) != 0 || !made->zap.open(context))
    return failure{code::internal, std::string{"ZeroMQ: "} + zmq_strerror(zmq_errno())};
  for (auto on : {channel::scans, channel::control})
    if (auto problem = made->open(on))
      return *problem;
  return sockets{std::move(made)};
}

std::optional<failure> sockets::state::open(channel on) {
  const auto& wanted = on == channel::scans ? options.scan_endpoint : options.control_endpoint;
  auto failed = [&](code reason) {
    return failure{reason, wanted + ": " + zmq_strerror(zmq_errno())};
  };
  auto& d = at(on);
  d.socket.reset(zmq_socket(context.get(), ZMQ_ROUTER));
  if (d.socket == nullptr || !set_server_options(d.socket.get(), on, options) ||
      !d.links.open(context.get(), d.socket.get()))
    return failed(code::internal);
  if (zmq_bind(d.socket.get(), wanted.c_str()) != 0)
    return failed(zmq_errno() == EADDRINUSE ? code::port_in_use : code::config_malformed);
  std::array<char, 512> real{};
  auto size = real.size();
  if (zmq_getsockopt(d.socket.get(), ZMQ_LAST_ENDPOINT, real.data(), &size) != 0)
    return failed(code::internal);
  d.endpoint = real.data();
  if (!d.watch.open(d.socket.get()))
    return failed(code::internal);
  return std::nullopt;
}

code sockets::prove_random_key_refused() {
  using clock = std::chrono::steady_clock;
  auto until = clock::now() + std::chrono::seconds{2};
  std::array<stranger, 4> strangers;
  std::array<zmq_pollitem_t, 5> items{};
  for (std::size_t i = 0; i < strangers.size(); ++i) {
    const auto* key = i % 2 == 0 ? &state_->options.server.open : nullptr;
    if (!strangers[i].open(state_->context.get(), state_->doors[i / 2].endpoint, key))
      return code::random_key_let_in; // not proven
    items[i] = {strangers[i].handle(), 0, ZMQ_POLLIN, 0};
  }
  items.back() = {state_->zap.handle(), 0, ZMQ_POLLIN, 0};
  while (true) {
    state_->zap.watch().touched(); // zmq_poll below has eaten what its file would tell
    for (auto& d : state_->doors)
      d.links.watch().touched();
    state_->turn();
    auto refused = std::size_t{0};
    for (auto& one : strangers) {
      auto known = one.look();
      if (known == knock::let_in)
        return code::random_key_let_in;
      refused += known == knock::refused ? 1 : 0;
    }
    if (refused == strangers.size())
      return code::ok;
    auto left = std::chrono::ceil<std::chrono::milliseconds>(until - clock::now()).count();
    if (left <= 0)
      return code::random_key_let_in;
    zmq_poll(items.data(), static_cast<int>(items.size()), static_cast<long>(left));
  }
}

// -- a turn of GATE's loop ------------------------------------------------------------------------

/// What belongs to connections: who asks to come in, who came and went.
void sockets::state::turn() {
  if (zap.watch().is_due())
    zap.serve(options, questions_per_turn);
  watch();
}

void sockets::state::watch() {
  for (auto& d : doors)
    while (d.links.watch().is_due()) {
      auto event = d.links.next();
      if (!event)
        break;
      switch (event->what) {
      case ZMQ_EVENT_ACCEPTED:
        ++counts.connections;
        counts.connections_most = std::max(counts.connections_most, counts.connections);
        break;
      case ZMQ_EVENT_DISCONNECTED:
        counts.connections -= counts.connections > 0 ? 1 : 0;
        break;
      case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL:
      case ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL:
        ++counts.handshakes_failed;
        break;
      default: // a key that ZAP refused is counted there
        break;
      }
    }
}

/// While nobody reads: new connections become part of the socket only when it is asked something.
void sockets::state::attach(channel on) {
  int events = 0;
  auto size = sizeof events;
  zmq_getsockopt(at(on).socket.get(), ZMQ_EVENTS, &events, &size);
  at(on).watch.touched();
}

polled sockets::poll(int timeout_ms, bool read_scans, const sink& take, bool read_control) {
  auto& s = *state_;
  auto& control = s.at(channel::control).watch;
  auto& scans = s.at(channel::scans).watch;
  std::array<zmq_watch*, 5> watches{&s.zap.watch(), &s.doors[0].links.watch(),
                                    &s.doors[1].links.watch()};
  std::size_t count = 3;
  if (read_control)
    watches[count++] = &control;
  else
    s.attach(channel::control);
  if (read_scans)
    watches[count++] = &scans;
  else
    s.attach(channel::scans);
  std::array<pollfd, 6> files{};
  files[0] = {s.wakes.fd(), POLLIN, 0};
  for (std::size_t i = 0; i < count; ++i) {
    files[i + 1] = {watches[i]->file(), POLLIN, 0};
    if (watches[i]->is_due())
      timeout_ms = 0;
  }
  ::poll(files.data(), count + 1, timeout_ms);
  for (std::size_t i = 0; i < count; ++i)
    watches[i]->changed(files[i + 1].revents);
  polled result;
  result.woken = files[0].revents != 0 && s.wakes.was_rung();
  s.turn();
  auto stopped = false; // by a flood of commands, which is not to stop the scans
  if (read_control && control.is_due())
    result.control = s.read(channel::control, control_per_poll, take, stopped);
  if (read_scans && scans.is_due())
    result.scans = s.read(channel::scans, scans_per_poll, take, result.stopped);
  return result;
}

std::uint32_t sockets::state::read(channel on, std::uint32_t most, const sink& take,
                                   bool& stopped) {
  std::uint32_t count = 0;
  stopped = false;
  while (count < most && !stopped) {
    inbound frame;
    if (!read_one(on, frame)) {
      at(on).watch.drained();
      break;
    }
    ++count;
    (frame.problem == code::ok ? counts.frames : counts.frames_refused) += 1;
    stopped = !take(std::move(frame));
  }
  return count;
}

/// False: nothing is there.
bool sockets::state::read_one(channel on, inbound& frame) {
  auto* socket = at(on).socket.get();
  zmq_part routing;
  zmq_part header;
  while (routing.receive(socket)) {
    frame.on = on;
    frame.peer = peers.peer_of(on, routing.view());
    if (!routing.more() || !header.receive(socket)) {
      ++counts.frames_refused; // no part at all: there is nothing to refuse
      continue;
    }
    auto in = read_frame(socket, header, true);
    const auto* key = zap.key_of(in.user);
    if (key == nullptr) { // without ZAP's word there is nobody to take it from
      ++counts.frames_refused;
      continue;
    }
    frame.user = in.user;
    frame.key = *key;
    frame.header = in.header;
    frame.problem = in.problem;
    frame.body = std::move(in.body);
    if (peer_names::is_clients_own(frame.peer)) {
      frame.problem = code::frame_malformed;
      frame.body = frame_body{};
    }
    return true;
  }
  return false;
}

// -- replies --------------------------------------------------------------------------------------

delivery sockets::send(peer_id peer, frame_kind kind, frame_body&& body) {
  auto& counts = state_->counts;
  auto to = state_->peers.routing_of(peer);
  if (to)
    state_->at(to->on).watch.touched();
  auto how =
    to ? write_frame(state_->at(to->on).socket.get(), to->view(), kind, body) : written::gone;
  switch (how) {
  case written::yes:
    ++counts.sent;
    return delivery::sent;
  case written::no_credit:
    ++counts.sent_no_credit;
    return delivery::no_credit;
  case written::gone:
    break;
  }
  ++counts.sent_to_nobody;
  return delivery::gone;
}

void sockets::wake() {
  state_->wakes.ring();
}

const std::string& sockets::endpoint(channel on) const {
  return state_->at(on).endpoint;
}

socket_counts sockets::counts() const {
  auto now = state_->counts;
  now.keys_let_in = state_->zap.let_in();
  now.keys_refused = state_->zap.refused();
  return now;
}

} // namespace wardflow::io
