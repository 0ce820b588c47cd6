// SPDX-License-Identifier: Apache-2.0
// Proves: over a network that loses frames and breaks, with the door killed at any step, each
//   recorded code is counted once, and each gets news of its end unless the door was killed since.
// Method: the real loop and spool against a sequence gate, by seed. WARDFLOW_WORLDS=50 for more.
#define BOOST_TEST_MODULE door_loop_world
#include "tests/nodes/wardctl/disk_model.hpp"
#include "tests/nodes/wardctl/door_world.hpp"

#include <cstdlib>
#include <random>
#include <set>

using namespace wardflow;
using namespace wardflow::test;
using kind = wardctl::door_news::kind;

namespace {

struct life {
  explicit life(std::uint64_t seed) : random(seed) {
    disk.folder = w.scratch.path.string(); // its syncs cost nothing
  }
  ~life() { disk = {}; }

  bool chance(unsigned percent) { return random() % 100 < percent; }

  void step() {
    const auto what = random() % 100;
    if (what < 25 && codes < 60)
      w.take("code " + std::to_string(codes++));
    else if (what < 60)
      deliver();
    else if (what < 80)
      w.pass(static_cast<time_ms>(random() % 400));
    else if (what < 90)
      w.linked ? w.link_down() : w.link_up();
    else if (what < 93)
      kill();
    note();
  }
  void deliver() {
    if (w.sent.empty())
      return;
    const auto f = std::move(w.sent.front());
    w.sent.pop_front();
    if (chance(20))
      return;
    auto answer = w.node.answer(f);
    if (!chance(20))
      w.loop->heard(answer, w.now);
    w.work();
  }
  void kill() {
    note();
    open.clear();
    w.kill();
    w.start();
    ++kills;
  }
  void note() {
    for (const auto& n : w.news) {
      if (n.what == kind::recorded)
        open.insert({n.epoch, n.sequence});
      else if (n.what != kind::not_judged)
        open.erase({n.epoch, n.sequence});
    }
    w.news.clear();
  }
  /// Until all is answered. False: it never came to that.
  bool rest() {
    if (!w.linked)
      w.link_up();
    for (int i = 0; i < 1'000 && !w.loop->all_answered(); ++i) {
      w.exchange();
      w.pass(500);
      if (!w.linked)
        w.link_up();
    }
    note();
    return w.loop->all_answered();
  }

  std::mt19937_64 random;
  door_world w;
  int codes = 0;
  int kills = 0;
  std::set<std::pair<std::uint64_t, std::uint64_t>> open; // recorded by this run, without an end
};

} // namespace

BOOST_AUTO_TEST_CASE(every_recorded_code_is_counted_once) {
  std::uint64_t worlds = 60;
  if (const auto* times = std::getenv("WARDFLOW_WORLDS"))
    worlds *= std::max(1ul, std::strtoul(times, nullptr, 10));
  int kills = 0;
  for (std::uint64_t seed = 7164; seed < 7164 + worlds; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      life one{seed};
      for (int i = 0; i < 400; ++i)
        one.step();
      BOOST_REQUIRE(one.rest());
      for (int i = 0; i < one.codes; ++i)
        BOOST_TEST(one.w.node.counted["code " + std::to_string(i)] == 1, "code " << i);
      BOOST_TEST(one.open.empty());
      BOOST_TEST(one.w.spool->pending().empty());
      kills += one.kills;
    }
  }
  BOOST_TEST(kills > 100);
}
