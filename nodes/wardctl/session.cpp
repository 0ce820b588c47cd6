// SPDX-License-Identifier: Apache-2.0
#include "nodes/wardctl/session.hpp"

#include "actors/io/clock.hpp"
#include "messages/codec.hpp"
#include "nodes/wardctl/view.hpp"

#include <algorithm>
#include <random>

namespace wardflow::wardctl {

namespace {

constexpr time_ms resend_ms = 2'000;
constexpr int ask_again_ms = 200;

} // namespace

command_id fresh_command_id() {
  std::random_device random;
  command_id id;
  for (auto& byte : id)
    byte = static_cast<std::uint8_t>(random());
  return id;
}

io::outcome<session> session::open(const target& to) {
  auto own = io::load_key_pair(to.key);
  if (!own)
    return own.why();
  if (to.control.empty())
    return io::failure{code::config_malformed, to.file.string() + ": no `control` endpoint"};
  io::client_options options;
  options.endpoint = to.control;
  options.own = *own;
  options.server = to.node_key;
  auto link = io::client::connect(std::move(options));
  if (!link)
    return link.why();
  return session{std::move(*link)};
}

io::outcome<answer> session::say(command_body body, const ask_options& how_to) {
  command c;
  c.id = fresh_command_id();
  c.dry_run = how_to.dry_run;
  c.unit = how_to.unit;
  c.ttl = how_to.ttl;
  c.more = how_to.more;
  c.body = std::move(body);
  auto frame = encode_command(c);
  auto a = exchange(c, frame, how_to);
  auto waits = [&] { return a && a->code == code::forwarded && !fact(*a, "unit").empty(); };
  if (how_to.unit_wait_ms == 0 || !waits())
    return a;
  if (how_to.forwarded)
    how_to.forwarded(*a);
  auto end = io::monotonic_ms() + how_to.unit_wait_ms;
  while (waits()) {
    if (io::monotonic_ms() >= end) {
      a->code = code::command_waits;
      break;
    }
    (void)link_.receive(ask_again_ms); // nothing comes unasked: a pause
    a = exchange(c, frame, how_to);
  }
  return a;
}

io::outcome<answer> session::exchange(const command& c, const frame_body& frame,
                                      const ask_options& how_to) {
  auto begun = io::monotonic_ms();
  auto end = begun + how_to.wait_ms;
  auto pause = c.is_query() ? how_to.wait_ms : resend_ms;
  auto send_again = begun;
  auto last_up = begun;
  auto ups = link_.times_up();
  for (auto now = begun; now < end; now = io::monotonic_ms()) {
    if (link_.times_up() != ups || now >= send_again) {
      ups = link_.times_up();
      if (link_.send(frame_kind::command, frame_body::copy_of(frame.view())))
        send_again = now + pause;
    }
    auto got = link_.receive(static_cast<int>(std::min<time_ms>(end - now, 100)));
    if (how_to.waiting)
      how_to.waiting(now - begun);
    if (link_.is_up())
      last_up = now;
    else if (link_.problem() == code::node_refused_key)
      return io::failure{code::node_refused_key, link_.detail()};
    else if (link_.problem() != code::ok && now - last_up >= reach_ms)
      return io::failure{code::node_unreachable, link_.detail()};
    if (!got || got->problem != code::ok)
      continue;
    answer a;
    refusal no;
    if (got->header.kind == frame_kind::answer && read_answer(got->body.view(), a) == code::ok &&
        a.id == c.id)
      return a;
    if (got->header.kind == frame_kind::refusal && read_refusal(got->body.view(), no) == code::ok)
      return io::failure{no.reason, no.detail};
  }
  if (link_.times_up() == 0) // somebody who swallows packets is nobody
    return io::failure{code::node_unreachable, link_.detail()};
  return io::failure{code::answer_timeout, {}};
}

} // namespace wardflow::wardctl
