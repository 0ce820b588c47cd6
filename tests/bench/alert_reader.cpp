// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/alert_reader.hpp"

#include "actors/io/clock.hpp"

#include <algorithm>
#include <utility>

namespace wardflow::test {

alert_reader::alert_reader(ward_rig& node, const io::key_pair& key, subscribe what,
                           std::function<void(const log_entry_view&)> take) :
  link_(node.controller(key)), what_(std::move(what)), take_(std::move(take)) {
  // nop
}

bool alert_reader::begin() {
  auto said = false;
  for (auto until = io::monotonic_ms() + 10'000; io::monotonic_ms() < until && next_ == 0;) {
    if (!said)
      said = link_->send(frame_kind::subscribe, encode_subscribe(what_));
    if (!turn(20))
      return false;
  }
  return next_ != 0;
}

bool alert_reader::turn(int timeout_ms) {
  static_cast<void>(link_->wait(timeout_ms));
  return turn();
}

bool alert_reader::turn() {
  for (auto got = link_->receive(0); got; got = link_->receive(0))
    if (!take(*got))
      return false;
  if (next_ == 0 || next_ - 1 <= acked_)
    return true;
  link_ack a;
  a.through = next_ - 1;
  if (link_->send(frame_kind::link_ack, encode_link_ack(a)))
    acked_ = a.through;
  return true;
}

bool alert_reader::take(const io::received& frame) {
  if (frame.header.kind == frame_kind::link_heartbeat) {
    link_heartbeat beat;
    if (read_link_heartbeat(frame.body.view(), beat) != code::ok || next_ != 0)
      return next_ != 0;
    for (auto& range : beat.up)
      if (range.lane == lane::control) {
        next_ = range.first;
        head_ = range.next;
        acked_ = next_ - 1;
      }
    return true;
  }
  link_batch b;
  if (frame.header.kind != frame_kind::link_batch ||
      read_link_batch(frame.body.view(), b) != code::ok || next_ == 0 || b.first > next_)
    return false;
  for (auto& e : b.entries)
    if (e.offset >= next_ && e.kind == entry_kind::alert) {
      ++taken_;
      take_(e);
    }
  next_ = std::max(next_, b.through + 1);
  return true;
}

} // namespace wardflow::test
