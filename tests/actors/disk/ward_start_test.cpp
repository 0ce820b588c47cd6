// SPDX-License-Identifier: Apache-2.0
// Proves: a start finds the state of the last commit; another logic version starts only from a
//         base with no older round behind it; a damaged row is named.
// Method: a real store, restarted after random rounds; its position rewritten as another version's.
#define BOOST_TEST_MODULE ward_start
#include "actors/disk/ward_start.hpp"

#include "messages/packed.hpp"
#include "tests/support/disk_world.hpp"

using namespace wardflow;
using namespace wardflow::test;

namespace {

/// Says that another version of the program saved last.
void pretend_logic(disk_world& w, std::uint16_t logic) {
  std::vector<std::byte> position;
  BOOST_REQUIRE(w.disk->get(io::table::meta, "position", position) == code::ok);
  std::uint64_t value = logic;
  std::memcpy(position.data() + position.size() - 8, &value, 8);
  io::put row{io::table::meta, "position", position, false};
  BOOST_REQUIRE(w.disk->commit({.puts = {&row, 1}}) == code::ok);
}

} // namespace

BOOST_AUTO_TEST_CASE(a_start_after_any_round_finds_the_last_commit) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      disk_world w{eager()};
      furnish(w);
      traffic t{seed};
      for (auto i = 0; i != 30; ++i) {
        pass(t, w);
        w.live(t, 1, second_ms);
        auto before = w.state();
        BOOST_REQUIRE(w.restart() == code::ok);
        BOOST_REQUIRE(w.state() == before);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(another_logic_version_is_told_which_rounds_are_in_its_way) {
  disk_world w;
  furnish(w);
  traffic t{1};
  w.live(t, 5, minute_ms);
  pretend_logic(w, logic_version + 1);
  BOOST_TEST((w.restart() == code::logic_version_other));
  BOOST_TEST(w.detail.find("wrote rounds 1 to " + std::to_string(w.disk->journal().last_round)) !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(another_logic_version_starts_from_a_clean_stop) {
  disk_world w;
  furnish(w);
  traffic t{2};
  w.live(t, 5, minute_ms);
  w.fold->sleep_all(); // a clean stop: everything is saved, and becomes the base
  scan_round last;
  w.run(last);
  auto before = w.state();
  auto base = w.base();
  BOOST_REQUIRE(write_base(*w.disk, w.fold->state, before, local_day(w.stamp), base,
                           [&](std::vector<io::put> rows, std::uint64_t trim) {
                             return w.write(std::move(rows), trim);
                           }) == code::ok);
  pretend_logic(w, logic_version + 1);
  BOOST_TEST((w.restart() == code::ok), w.detail);
  BOOST_TEST((w.state() == before));
}

BOOST_AUTO_TEST_CASE(a_damaged_row_is_named) {
  disk_world w;
  furnish(w);
  io::put row{io::table::ward, "venue/0000000003", buffer(5), false};
  BOOST_REQUIRE(w.disk->commit({.puts = {&row, 1}}) == code::ok);
  BOOST_TEST((w.restart() == code::store_damaged));
  BOOST_TEST(w.detail.find("venue/0000000003") != std::string::npos);
}
