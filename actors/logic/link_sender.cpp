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
  for (const auto& w : wanted) {
    auto& s = at(w.lane);
    s.wanted = true;
    s.next = std::max<std::uint64_t>(w.next, 1);
    s.acked = s.next - 1;
  }
}

void link_sender::end() {
  in_session_ = false;
  under_way_ = 0;
  for (auto& s : lanes_) {
    s.wanted = false;
    s.flights.clear();
  }
}

void link_sender::rewind() {
  under_way_ = 0;
  for (auto& s : lanes_) {
    s.next = s.acked + 1;
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
    s.flights.emplace_back(h.first - 1, 0);
    return result;
  }
  return std::nullopt;
}

bool link_sender::gap_due(const std::array<lane_range, lanes_max>& held) const {
  return std::ranges::any_of(
    held, [&](const lane_range& h) { return at(h.lane).wanted && at(h.lane).next < h.first; });
}

std::optional<link_sender::order>
link_sender::next(const std::array<lane_range, lanes_max>& held) const {
  std::size_t flights = 0;
  for (const auto& s : lanes_)
    flights += s.flights.size();
  for (const auto& h : held) {
    const auto& s = at(h.lane);
    const auto is_control = h.lane == lane::control;
    const auto room = is_control ? window_ : window_ - window_ / 4;
    const auto frames = is_control ? frames_ : frames_ - frames_ / 4;
    if (s.wanted && s.next >= h.first && s.next < h.next && under_way_ < room && flights < frames)
      return order{h.lane, s.next, room - under_way_};
  }
  return std::nullopt;
}

void link_sender::sent(lane l, std::uint64_t through, std::uint64_t size) {
  auto& s = at(l);
  assert(in_session_ && s.wanted && through >= s.next);
  s.next = through + 1;
  s.flights.emplace_back(through, size);
  under_way_ += size;
}

void link_sender::sent_piece(lane l, std::uint64_t through, std::uint64_t size) {
  auto& s = at(l);
  assert(in_session_ && s.wanted && s.flights.empty());
  s.next = std::max(s.next, through + 1);
  s.flights.emplace_back(s.next - 1, size);
  under_way_ += size;
}

void link_sender::acked(lane l, std::uint64_t through) {
  auto& s = at(l);
  if (!s.wanted)
    return;
  const auto upto = std::min(through, s.next - 1);
  s.acked = std::max(s.acked, upto);
  for (; !s.flights.empty() && s.flights.front().first <= upto; s.flights.pop_front())
    under_way_ -= s.flights.front().second;
}

bool link_sender::waits() const {
  return std::ranges::any_of(lanes_, [](const lane_state& s) { return !s.flights.empty(); });
}

std::uint64_t link_sender::next_bytes() const {
  std::uint64_t most = 0;
  for (const auto& s : lanes_)
    if (!s.flights.empty())
      most = std::max(most, s.flights.front().second);
  return most;
}

bool link_sender::is_behind(const std::array<lane_range, lanes_max>& held) const {
  return std::ranges::any_of(
    held, [&](const lane_range& h) { return at(h.lane).wanted && at(h.lane).next > h.next; });
}

} // namespace wardflow
