// SPDX-License-Identifier: Apache-2.0
// A send window on a desk: a connection, and a node that says what the test wants.
#pragma once

#include "actors/logic/send_window.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <vector>

namespace wardflow::test {

using step = send_window::step;
using happening = send_window::happening;

/// A window with a connection and a node that says what the test wants.
struct desk {
  explicit desk(std::uint64_t epoch = 100, std::uint64_t acked = 0, bool open = true,
                send_policy policy = door_policy) :
    window(policy, {epoch, acked, open, 0, {}}) {}

  /// Adds scans `ids`, each of its own.
  void add(std::uint64_t from, std::uint64_t to) {
    for (auto id = from; id <= to; ++id)
      window.add(id, 1, now);
  }
  void load(std::uint64_t from, std::uint64_t to) {
    for (auto id = from; id <= to; ++id)
      window.load(id, 1);
  }
  void connect() {
    window.connected(now);
    BOOST_TEST((window.next(now).what == step::hello));
  }
  void welcome_(std::uint64_t epoch, std::uint64_t expected) {
    welcome w;
    w.epoch = epoch;
    w.expected_sequence = expected;
    window.welcomed(w, now);
  }
  void greeted(std::uint64_t epoch, std::uint64_t expected) {
    connect();
    welcome_(epoch, expected);
  }
  /// Numbers that are sent until the window is idle.
  std::vector<std::uint64_t> sent() {
    std::vector<std::uint64_t> out;
    for (auto a = window.next(now); a.what == step::send; a = window.next(now))
      out.push_back(a.first);
    return out;
  }
  void reply(std::uint64_t epoch, std::uint64_t first, std::uint64_t through,
             std::size_t verdicts = 1) {
    scan_reply r;
    r.epoch = epoch;
    r.first_sequence = first;
    r.through_sequence = through;
    r.verdicts.resize(verdicts);
    window.replied(r, now);
  }
  void refuse(code reason, std::uint64_t epoch = 0, std::uint64_t expected = 0) {
    refusal r;
    r.reason = reason;
    r.epoch = epoch;
    r.expected_sequence = expected;
    window.refused(r, now);
  }
  /// What was said of which ids.
  std::vector<std::uint64_t> said(happening what) {
    for (auto& e : window.take_events())
      events.push_back(e);
    std::vector<std::uint64_t> out;
    for (auto& e : events)
      if (e.what == what)
        out.push_back(e.id);
    return out;
  }

  time_ms now = 1'000'000;
  send_window window;
  std::vector<send_window::event> events;
};

using numbers = std::vector<std::uint64_t>;

inline numbers range(std::uint64_t from, std::uint64_t to) {
  numbers out;
  for (; from <= to; ++from)
    out.push_back(from);
  return out;
}

} // namespace wardflow::test
