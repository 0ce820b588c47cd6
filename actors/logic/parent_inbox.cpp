// SPDX-License-Identifier: Apache-2.0
#include "actors/logic/parent_inbox.hpp"

#include <algorithm>
#include <utility>

namespace wardflow {

namespace {

/// What cannot be read is passed on in its turn: it is nobody's to drop here.
lane lane_of(const parent_frame& frame) {
  link_gap g;
  link_batch b;
  if (frame.kind == frame_kind::link_gap)
    return read_link_gap(frame.body.view(), g) == code::ok ? g.lane : lane::control;
  return read_link_batch(frame.body.view(), b) == code::ok ? b.lane : lane::control;
}

} // namespace

void parent_inbox::is_from(const node_ref& who) {
  if (who == who_)
    return;
  *this = parent_inbox{};
  who_ = who;
}

void parent_inbox::directive(const node_ref& who, frame_kind kind, frame_body body) {
  is_from(who);
  parent_frame frame{kind, std::move(body)};
  auto l = lane_of(frame);
  directives_[static_cast<std::size_t>(l)].push_back(std::move(frame));
}

void parent_inbox::has(const node_ref& who, const std::array<std::uint64_t, lanes_max>& through,
                       bool republish, bool urgent) {
  is_from(who);
  for (std::size_t i = 0; i != lanes_max; ++i)
    acked_[i] = std::max(acked_[i], through[i]);
  republish_ = republish_ || republish;
  urgent_ = urgent_ || urgent || republish;
}

bool parent_inbox::give(parent_news& to, std::size_t bytes_max, bool bulk_too) {
  if (to.who != who_)
    to = {};
  to.who = who_;
  to.acked = acked_;
  to.republish = to.republish || std::exchange(republish_, false);
  to.urgent = to.urgent || std::exchange(urgent_, false);
  std::size_t taken = 0;
  for (auto& d : to.directives)
    taken += d.body.size();
  auto given_bulk = false;
  for (std::size_t l = 0; l != lanes_max; ++l) {
    auto& waiting = directives_[l];
    auto is_bulk = static_cast<lane>(l) == lane::bulk;
    while (!waiting.empty() && (!is_bulk || bulk_too) &&
           (taken == 0 || taken + waiting.front().body.size() <= bytes_max)) {
      taken += waiting.front().body.size();
      to.directives.push_back(std::move(waiting.front()));
      waiting.pop_front();
      given_bulk = given_bulk || is_bulk;
    }
  }
  return given_bulk;
}

} // namespace wardflow
