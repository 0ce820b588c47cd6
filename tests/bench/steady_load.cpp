// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/steady_load.hpp"

#include "actors/io/clock.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

namespace wardflow::test {

steady_load::steady_load(double scans_per_s, program p) :
  program_(std::move(p)), interval_ns_(1e9 / scans_per_s) {
  // nop
}

bool steady_load::add(ward_rig& ward) {
  line l;
  l.link = ward.scanner(ward.gateway_key);
  for (auto until = io::monotonic_ms() + 10'000; io::monotonic_ms() < until;) {
    static_cast<void>(l.link->wait(100));
    if (!l.link->is_up())
      continue;
    lines_.push_back(std::move(l));
    return true;
  }
  return false;
}

void steady_load::begin() {
  begun_ = io::monotonic_ns();
  for (auto& l : lines_)
    l.made = 0;
}

bool steady_load::turn(std::span<io::client* const> others) {
  for (std::size_t i = 0; i != lines_.size(); ++i)
    if (!send(i, io::monotonic_ns()))
      return false;
  return take_all(others, 1);
}

bool steady_load::drain() {
  auto waits = [this] {
    return std::any_of(lines_.begin(), lines_.end(), [](auto& l) { return !l.frames.empty(); });
  };
  for (auto until = io::monotonic_ms() + 10'000; waits();)
    if (io::monotonic_ms() > until || !take_all({}, 10))
      return false;
  return true;
}

/// What is due of a ward's scans, as one frame. Wards are out of step by a part of the interval.
bool steady_load::send(std::size_t ward, std::int64_t now) {
  auto& l = lines_[ward];
  auto ahead = interval_ns_ * static_cast<double>(ward) / static_cast<double>(lines_.size());
  auto due = static_cast<std::uint64_t>((static_cast<double>(now - begun_) + ahead) / interval_ns_);
  if (due <= l.made)
    return true;
  auto count = std::min<std::uint64_t>(due - l.made, 1000);
  if (l.frames.size() >= frames_max) {
    ++held_;
    return true;
  }
  std::vector<scan> scans;
  auto wall = io::wall_ms();
  for (std::uint64_t i = 0; i != count; ++i) {
    scans.push_back(program_.make(ward, l.number++, now));
    scans.back().at = wall;
    l.open.push_back({scans.back(), now});
  }
  if (!l.link->send(frame_kind::scan_batch, encode_batch(1, l.next, scans))) {
    std::fprintf(stderr, "bench: the connection to a ward is gone\n");
    return false;
  }
  l.made += count;
  l.next += count;
  l.frames.push_back(l.next - 1);
  return true;
}

bool steady_load::take_all(std::span<io::client* const> others, int timeout_ms) {
  std::vector<io::client*> links;
  for (auto& l : lines_)
    links.push_back(l.link.get());
  links.insert(links.end(), others.begin(), others.end());
  auto found = io::client::wait_any(links, timeout_ms);
  for (std::size_t i = 0; i != lines_.size(); ++i)
    if ((found.frames >> i & 1) != 0 && !take(i))
      return false;
  return true;
}

bool steady_load::take(std::size_t ward) {
  auto& l = lines_[ward];
  while (auto got = l.link->receive(0)) {
    scan_reply reply;
    if (read_scan_reply(got->body.view(), reply) != code::ok) {
      refusal no;
      static_cast<void>(read_refusal(got->body.view(), no));
      std::fprintf(stderr, "bench: a scan was refused: %d\n", static_cast<int>(no.reason));
      return false;
    }
    while (!l.frames.empty() && l.frames.front() <= reply.through_sequence)
      l.frames.pop_front();
    for (auto word : reply.verdicts) {
      if (l.open.empty())
        return false;
      auto one = l.open.front();
      l.open.pop_front();
      ++answered_;
      program_.answered(ward, one.what, to_verdict(word), one.at);
    }
  }
  return true;
}

} // namespace wardflow::test
