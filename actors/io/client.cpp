// SPDX-License-Identifier: Apache-2.0
#include "actors/io/client.hpp"

#include "actors/io/line_pulse.hpp"
#include "actors/io/link_monitor.hpp"
#include "actors/io/zmq_parts.hpp"
#include "messages/limits.hpp"

#include <poll.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <random>
#include <utility>
#include <vector>

namespace wardflow::io {

namespace {

using steady = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::size_t waits_max = 64;
constexpr milliseconds pulse_every{250};

/// The shorter of two waits, -1 being for ever.
int shorter(int one, int other) {
  return one < 0 ? other : other < 0 ? one : std::min(one, other);
}

int until(steady::time_point when) {
  auto left = std::chrono::ceil<milliseconds>(when - steady::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 1'000'000'000));
}

} // namespace

// ZeroMQ redials when a connection breaks. It does not after most failed handshakes, and after
// the others too soon and for ever: there this class takes a new socket, later each time.
struct client::state {
  client_options options;
  std::mt19937 random{std::random_device{}()};
  zmq_socket_owner socket; // absent between a failed handshake and the next dial
  zmq_watch watch;
  link_monitor links;
  bool up = false;
  std::uint64_t times_up = 0;
  int failed_in_a_row = 0;
  int file = -1; // of the connection; ZeroMQ's own, and its number may be another's one day
  line_pulse pulse;
  steady::time_point next_pulse{};
  steady::time_point next_dial{};
  code problem = code::ok;
  std::string detail;

  [[nodiscard]] std::optional<failure> dial();
  [[nodiscard]] bool set_options();
  [[nodiscard]] bool keep_up();
  [[nodiscard]] bool look();
  [[nodiscard]] bool is_quiet();
  [[nodiscard]] bool has_frame();
  void hang_up();
  [[nodiscard]] int somewhat(int ms) {
    return std::uniform_int_distribution<int>{ms - ms / 4, ms + ms / 4}(random);
  }
};

client_context make_client_context(int io_threads, int sockets_max) {
  zmq_context context{zmq_ctx_new()};
  if (context == nullptr || zmq_ctx_set(context.get(), ZMQ_IO_THREADS, io_threads) != 0 ||
      zmq_ctx_set(context.get(), ZMQ_MAX_SOCKETS, sockets_max) != 0)
    return nullptr;
  return client_context{std::move(context)};
}

client::client(std::unique_ptr<state> s) : state_(std::move(s)) {
  // nop
}
client::client(client&&) noexcept = default;
client& client::operator=(client&&) noexcept = default;
client::~client() = default;

outcome<client> client::connect(client_options options) {
  auto made = std::make_unique<state>();
  made->options = std::move(options);
  if (made->options.context == nullptr)
    made->options.context = make_client_context();
  if (made->options.context == nullptr)
    return failure{code::internal, "no ZeroMQ context"};
  if (auto why = made->dial())
    return *why;
  return client{std::move(made)};
}

// -- the link -------------------------------------------------------------------------------------

std::optional<failure> client::state::dial() {
  auto* context = options.context.get();
  socket.reset(zmq_socket(context, ZMQ_DEALER));
  if (socket == nullptr || !set_options() || !links.open(context, socket.get())) {
    failure why{code::internal, std::string{"ZeroMQ: "} + zmq_strerror(zmq_errno())};
    hang_up();
    return why;
  }
  if (!watch.open(socket.get()) || zmq_connect(socket.get(), options.endpoint.c_str()) != 0) {
    failure why{code::config_malformed, options.endpoint + ": " + zmq_strerror(zmq_errno())};
    hang_up();
    return why;
  }
  return std::nullopt;
}

bool client::state::set_options() {
  auto* s = socket.get();
  auto frame_wait = options.frame_wait_ms != 0 ? options.frame_wait_ms : 3 * options.heartbeat_ms;
  auto ipv6 = options.endpoint.find('[') != std::string::npos;
  return set_option(s, ZMQ_CURVE_SERVERKEY, options.server) &&
         set_option(s, ZMQ_CURVE_PUBLICKEY, options.own.open) &&
         set_option(s, ZMQ_CURVE_SECRETKEY, options.own.secret) && set_option(s, ZMQ_LINGER, 0) &&
         set_option(s, ZMQ_IPV6, ipv6 ? 1 : 0) &&
         set_option(s, ZMQ_IMMEDIATE, 1) // nothing waits in a queue to nowhere
         && set_option(s, ZMQ_MAXMSGSIZE, std::int64_t{limits::frame_bytes_max} + 4096) &&
         set_option(s, ZMQ_SNDHWM, options.sndhwm) && set_option(s, ZMQ_RCVHWM, options.rcvhwm) &&
         set_option(s, ZMQ_HEARTBEAT_IVL, options.heartbeat_ms) &&
         set_option(s, ZMQ_HEARTBEAT_TIMEOUT, frame_wait) &&
         set_option(s, ZMQ_HEARTBEAT_TTL, frame_wait) && set_option(s, ZMQ_HANDSHAKE_IVL, 5000) &&
         set_option(s, ZMQ_CONNECT_TIMEOUT, 5000) &&
         set_option(s, ZMQ_RECONNECT_IVL, somewhat(options.redial_least_ms)) &&
         set_option(s, ZMQ_RECONNECT_IVL_MAX, somewhat(options.redial_most_ms));
}

void client::state::hang_up() {
  links.close();
  socket.reset();
  up = false;
  file = -1;
}

/// Its own heartbeats would have been answered by now.
bool client::state::is_quiet() {
  auto now = steady::now();
  if (options.quiet_ms == 0 || !up || file < 0 || now < next_pulse)
    return false;
  next_pulse = now + pulse_every;
  if (auto seen = read_line(file))
    pulse.look(*seen, now);
  return pulse.quiet_for(now) >= milliseconds{options.quiet_ms};
}

/// Dials where it is time to. True: the link has changed.
bool client::state::keep_up() {
  if (socket == nullptr && steady::now() >= next_dial)
    if (auto why = dial()) { // no sockets left: later, perhaps
      problem = why->reason;
      detail = why->detail;
      next_dial = steady::now() + milliseconds{options.redial_most_ms};
    }
  if (socket == nullptr)
    return false;
  auto changed = look();
  if (!is_quiet())
    return changed;
  hang_up();
  problem = code::node_unreachable;
  detail = options.endpoint + ": nothing is heard of it";
  next_dial = steady::now() + milliseconds{somewhat(options.redial_least_ms)};
  return true;
}

/// Works off what the monitor has to tell.
bool client::state::look() {
  auto changed = false;
  auto failed_handshake = false;
  auto set = [&](code why, std::string text) {
    changed = changed || problem != why || up;
    up = false;
    problem = why;
    detail = std::move(text);
  };
  while (links.watch().is_due()) {
    auto event = links.next();
    if (!event)
      break;
    switch (event->what) {
    case ZMQ_EVENT_CONNECTED:
      file = static_cast<int>(event->value);
      break;
    case ZMQ_EVENT_HANDSHAKE_SUCCEEDED:
      set(code::ok, {});
      pulse.begin(steady::now());
      up = changed = true;
      ++times_up;
      failed_in_a_row = 0;
      break;
    case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH:
      set(code::node_refused_key, options.endpoint);
      failed_handshake = true;
      break;
    case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL:
      set(code::node_unreachable, options.endpoint + ": something else answers there");
      failed_handshake = true;
      break;
    case ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL:
      set(code::node_unreachable,
          options.endpoint + ": hangs up; not a node, or not the one with this public key");
      failed_handshake = true;
      break;
    case ZMQ_EVENT_DISCONNECTED:
      file = -1;
      if (up) {
        set(code::node_unreachable, options.endpoint + ": the connection broke");
      } else if (!failed_handshake) { // what speaks no ZeroMQ at all: nothing else is told
        set(code::node_unreachable, options.endpoint + ": something else answers there");
        failed_handshake = true;
      }
      break;
    case ZMQ_EVENT_CLOSED: // an attempt to connect has ended
      set(code::node_unreachable, options.endpoint + ": nobody answers there");
      break;
    default:
      break;
    }
  }
  if (failed_handshake && !up) {
    hang_up();
    auto doublings = std::min(failed_in_a_row++, 16);
    auto wait = std::min<std::int64_t>(std::int64_t{options.redial_least_ms} << doublings,
                                       options.redial_most_ms);
    next_dial = steady::now() + milliseconds{somewhat(static_cast<int>(wait))};
  }
  return changed;
}

/// Asks the socket where its file cannot tell.
bool client::state::has_frame() {
  int events = 0;
  auto size = sizeof events;
  if (!watch.is_due() || zmq_getsockopt(socket.get(), ZMQ_EVENTS, &events, &size) != 0)
    return false;
  if ((events & ZMQ_POLLIN) != 0)
    return true;
  watch.drained();
  return false;
}

// -- frames ---------------------------------------------------------------------------------------

bool client::send(frame_kind kind, frame_body&& body) {
  state_->watch.touched();
  return state_->socket != nullptr &&
         write_frame(state_->socket.get(), {}, kind, body) == written::yes;
}

std::optional<received> client::receive(int timeout_ms) {
  auto end = steady::now() + milliseconds{std::max(timeout_ms, 0)};
  while (true) {
    zmq_part part;
    if (state_->socket != nullptr && state_->watch.is_due()) {
      if (part.receive(state_->socket.get())) {
        auto frame = read_frame(state_->socket.get(), part, false);
        return received{frame.header, frame.problem, std::move(frame.body)};
      }
      state_->watch.drained();
    }
    auto left = timeout_ms < 0 ? -1 : until(end);
    if (!wait(left).frame && left == 0)
      return std::nullopt;
  }
}

client::waited client::wait(int timeout_ms, std::span<const int> fds) {
  auto* self = this;
  auto found = wait_any({&self, 1}, timeout_ms, fds);
  return {found.frames != 0, found.links != 0, found.fds};
}

client::waited_for client::wait_any(std::span<client* const> all, int timeout_ms,
                                    std::span<const int> fds) {
  assert(all.size() <= waits_max && fds.size() <= waits_max);
  waited_for found;
  std::array<pollfd, 3 * waits_max> files;
  std::size_t count = 0;
  for (auto fd : fds)
    files[count++] = {fd, POLLIN, 0};
  for (std::size_t i = 0; i < all.size(); ++i) {
    auto& s = *all[i]->state_;
    found.links |= std::uint64_t{s.keep_up()} << i;
    if (s.socket == nullptr)
      timeout_ms = shorter(timeout_ms, until(s.next_dial));
    else if (s.has_frame())
      timeout_ms = 0;
    files[count++] = {s.socket == nullptr ? -1 : s.watch.file(), POLLIN, 0};
    files[count++] = {s.socket == nullptr ? -1 : s.links.watch().file(), POLLIN, 0};
  }
  if (found.links != 0)
    timeout_ms = 0;
  ::poll(files.data(), count, timeout_ms);
  const auto* file = files.data();
  for (std::size_t i = 0; i < fds.size(); ++i, ++file)
    found.fds |= std::uint64_t{file->revents != 0} << i;
  for (std::size_t i = 0; i < all.size(); ++i, file += 2) {
    auto& s = *all[i]->state_;
    if (s.socket == nullptr)
      continue;
    s.watch.changed(file[0].revents);
    s.links.watch().changed(file[1].revents);
    found.frames |= std::uint64_t{s.has_frame()} << i;
    found.links |= std::uint64_t{s.look()} << i; // last: it may hang up
  }
  return found;
}

bool client::is_up() const {
  return state_->up;
}
std::uint64_t client::times_up() const {
  return state_->times_up;
}
code client::problem() const {
  return state_->problem;
}
const std::string& client::detail() const {
  return state_->detail;
}

} // namespace wardflow::io
