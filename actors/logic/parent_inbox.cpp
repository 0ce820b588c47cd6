// SPDX-License-Identifier: Apache-2.0
#include "actors/logic/parent_inbox.hpp"

#include <algorithm>
#include <utility>

namespace wardflow {

namespace {

constexpr auto bulk = static_cast<std::size_t>(lane::bulk);

/// What cannot be read is no lane's: the round leaves it out.
std::size_t lane_of(frame_kind kind, bytes message) {
  link_batch b;
  link_gap g;
  if (kind == frame_kind::link_gap)
    return read_link_gap(message, g) == code::ok ? static_cast<std::size_t>(g.lane) : 0;
  return read_link_batch(message, b) == code::ok ? static_cast<std::size_t>(b.lane) : 0;
}

} // namespace

void parent_inbox::is_from(const node_ref& who) {
  if (who == who_)
    return;
  *this = parent_inbox{};
  who_ = who;
}

void parent_inbox::begin(const node_ref& who) {
  is_from(who);
  directives_ = {};
  bytes_ = 0;
}

bool parent_inbox::directive(const node_ref& who, frame_kind kind, frame_body body) {
  is_from(who);
  if (bytes_ != 0 && bytes_ + body.size() > bytes_max)
    return false;
  bytes_ += body.size();
  auto of = lane_of(kind, body.view());
  directives_[of].push_back({kind, std::move(body)});
  return true;
}

void parent_inbox::has(const node_ref& who, const std::array<std::uint64_t, lanes_max>& through,
                       bool republish, bool urgent) {
  is_from(who);
  for (std::size_t i = 0; i != lanes_max; ++i)
    acked_[i] = std::max(acked_[i], through[i]);
  republish_ = republish_ || republish;
  urgent_ = urgent_ || urgent || republish;
}

bool parent_inbox::give(parent_news& to, std::size_t bytes_a_round, bool with_bulk) {
  if (to.who != who_)
    to = {};
  to.who = who_;
  to.acked = acked_;
  to.republish = to.republish || std::exchange(republish_, false);
  to.urgent = to.urgent || std::exchange(urgent_, false);
  std::size_t taken = 0;
  for (auto& d : to.directives)
    taken += d.body.size();
  auto gave_bulk = false;
  for (std::size_t l = 0; l != lanes_max; ++l) {
    auto& waiting = directives_[l];
    while (!waiting.empty() && (l != bulk || with_bulk)) {
      auto size = waiting.front().body.size();
      if (taken != 0 && taken + size > bytes_a_round)
        return gave_bulk;
      taken += size;
      bytes_ -= size;
      gave_bulk = gave_bulk || l == bulk;
      to.directives.push_back(std::move(waiting.front()));
      waiting.pop_front();
    }
  }
  return gave_bulk;
}

} // namespace wardflow
