// SPDX-License-Identifier: Apache-2.0
#include "actors/logic/link_sender.hpp"

#include <algorithm>
#include <cassert>

namespace wardflow {

void link_sender::begin(std::span<const lane_range> wanted, std::uint64_t window_bytes,
                        std::size_t window_frames) {
  end();
  in_session_ = true;
  frames_ = window_frames;
  window_ = std::max<std::uint64_t>(window_bytes, 1); // else nothing would ever go
  bulk_.begin(window_ - window_ / 4);
  for (const auto& w : wanted) {
    auto& s = at(w.lane);
    s.wanted = true;
    s.next = std::max<std::uint64_t>(w.next, 1);
    s.acked = s.next - 1;
  }
}

void link_sender::end() {
  in_session_ = false;
  for (auto& s : lanes_) {
    s.wanted = false;
    s.under_way = 0;
    s.flights.clear();
  }
}

void link_sender::rewind() {
  for (auto& s : lanes_) {
    s.next = s.acked + 1;
    s.under_way = 0;
    s.flights.clear();
  }
}

std::optional<link_gap> link_sender::gap(const std::array<lane_range, lanes_max>& held) {
  for (const auto& h : held) {
    auto& s = at(h.lane);
    if (!s.wanted || s.next >= h.first)
      continue;
    const link_gap result{log_, h.lane, s.next, h.first};
    s.next = h.first;
    s.begin(h.first - 1, 0, 0);
    return result;
  }
  return std::nullopt;
}

bool link_sender::gap_due(const std::array<lane_range, lanes_max>& held) const {
  return std::ranges::any_of(
    held, [&](const lane_range& h) { return at(h.lane).wanted && at(h.lane).next < h.first; });
}

std::uint64_t link_sender::under_way() const {
  std::uint64_t all = 0;
  for (const auto& s : lanes_)
    all += s.under_way;
  return all;
}

/// Bytes that may go now in this lane.
std::uint64_t link_sender::room_of(lane l) const {
  const auto left = [](std::uint64_t all, std::uint64_t used) { return all - std::min(all, used); };
  if (l == lane::control)
    return left(window_, under_way());
  return std::min(left(window_ - window_ / 4, under_way()), left(bulk_.bytes(), at(l).under_way));
}

std::optional<link_sender::order>
link_sender::next(const std::array<lane_range, lanes_max>& held) const {
  std::size_t flights = 0;
  for (const auto& s : lanes_)
    flights += s.flights.size();
  for (const auto& h : held) {
    const auto& s = at(h.lane);
    const auto is_control = h.lane == lane::control;
    const auto frames = is_control ? frames_ : frames_ - frames_ / 4;
    if (!s.wanted || s.next < h.first || s.next >= h.next || flights >= frames)
      continue;
    const auto room = room_of(h.lane);
    if (room != 0)
      return order{h.lane, s.next, room};
  }
  return std::nullopt;
}

void link_sender::sent(lane l, std::uint64_t through, std::uint64_t size, time_ms now) {
  auto& s = at(l);
  assert(in_session_ && s.wanted && through >= s.next);
  s.next = through + 1;
  s.begin(through, size, now);
}

void link_sender::sent_piece(lane l, std::uint64_t through, std::uint64_t size, time_ms now) {
  auto& s = at(l);
  assert(in_session_ && s.wanted && s.flights.empty());
  s.next = std::max(s.next, through + 1);
  s.begin(s.next - 1, size, now, true);
}

void link_sender::acked(lane l, std::uint64_t through, time_ms now) {
  auto& s = at(l);
  if (!s.wanted)
    return;
  const auto upto = std::min(through, s.next - 1);
  s.acked = std::max(s.acked, upto);
  for (; !s.flights.empty() && s.flights.front().through <= upto; s.flights.pop_front()) {
    const auto& f = s.flights.front();
    s.under_way -= f.size;
    if (l == lane::bulk && f.size != 0)
      bulk_.acked(now - f.at, f.with);
  }
}

bool link_sender::waits() const {
  return std::ranges::any_of(lanes_, [](const lane_state& s) { return !s.flights.empty(); });
}

bool link_sender::waits_piece(lane l) const {
  return std::ranges::any_of(at(l).flights, &flight::piece);
}

std::uint64_t link_sender::next_bytes() const {
  std::uint64_t most = 0;
  for (const auto& s : lanes_)
    if (!s.flights.empty())
      most = std::max(most, s.flights.front().size);
  return most;
}

bool link_sender::is_behind(const std::array<lane_range, lanes_max>& held) const {
  return std::ranges::any_of(
    held, [&](const lane_range& h) { return at(h.lane).wanted && at(h.lane).next > h.next; });
}

} // namespace wardflow
