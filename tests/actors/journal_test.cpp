// SPDX-License-Identifier: Apache-2.0
// Proves: one commit a round, in order, and nothing handed on before its commit; rounds that were
//         let in are kept when the map or the disk fills up under them, no more scans are let in,
//         and they are again once there is room, without anybody's help; a disk that takes nothing
//         at all is told once, and what it refused is not handed on.
// Method: the thread on a real store, small enough to be filled; a small ext4 on a loop mount.
#define BOOST_TEST_MODULE journal
#include "actors/journal.hpp"

#include "actors/io/clock.hpp"
#include "tests/actors/io/store_fixture.hpp"
#include "tests/support/power_rig.hpp"

#include <boost/test/unit_test.hpp>

#include <poll.h>

#include <atomic>
#include <fstream>
#include <memory>

using namespace wardflow;
using namespace wardflow::test;

namespace {

/// A JOURNAL with a store; remembers what was handed on.
struct desk {
  explicit desk(const io::store_options& options) : disk(must_open(options)) {
    thread = std::make_unique<journal_thread>(
      disk, audit_log{disk},
      journal_thread::ports{[this](round_ptr r) {
                              if (!r->record_parts.empty() && disk.journal().last_round < r->number)
                                ++too_early;
                              if (r->number != done + 1)
                                ++out_of_turn;
                              store_percent = r->store_percent;
                              done = r->number;
                            },
                            [this](code why, const std::string&) {
                              ++failures;
                              failed = why;
                            }});
  }

  /// A round with a record of so many bytes; `scans`: it is one of scans, not of commands.
  void push(std::size_t size, bool scans = true) {
    auto r = std::make_shared<scan_round>();
    r->number = ++pushed;
    kept.push_back(record_of(r->number, size));
    r->record_parts = {bytes{kept.back()}};
    if (scans)
      r->scans.resize(1);
    r->rows.push_back({state_table::ward, "last",
                       kept.back().size() < 100
                         ? kept.back()
                         : buffer{kept.back().begin(), kept.back().begin() + 100}});
    thread->push(std::move(r));
  }

  template <class Done>
  [[nodiscard]] static bool until(Done is_done) {
    for (auto end = io::monotonic_ms() + 10'000; io::monotonic_ms() < end; ::poll(nullptr, 0, 2))
      if (is_done())
        return true;
    return false;
  }
  [[nodiscard]] bool all_done() {
    return until([&] { return done == pushed || failures > 0; }) && done == pushed;
  }
  /// Rounds of scans, one after the other, until no more are let in.
  void fill(std::size_t size) {
    while (thread->scans_fit() && pushed < 3'000) {
      push(size);
      BOOST_REQUIRE(all_done());
    }
    BOOST_TEST(!thread->scans_fit());
    BOOST_TEST(store_percent == 100u);
  }
  void check_records() {
    BOOST_TEST(too_early == 0);
    BOOST_TEST(out_of_turn == 0);
    std::uint64_t next = disk.journal().first_round;
    auto result = disk.read_rounds(0, [&](std::uint64_t round, bytes record) {
      BOOST_TEST(round == next);
      BOOST_TEST(std::ranges::equal(record, kept[round - 1]));
      ++next;
      return true;
    });
    BOOST_TEST((result == code::ok));
    BOOST_TEST(next == pushed + 1);
  }

  io::store disk;
  std::vector<buffer> kept;
  std::uint64_t pushed = 0;
  std::atomic<std::uint64_t> done{0};
  std::atomic<unsigned> store_percent{0}; // as the last round was told
  std::atomic<int> failures{0}, too_early{0}, out_of_turn{0};
  std::atomic<code> failed{code::ok};
  std::unique_ptr<journal_thread> thread; // ends before what it writes to
};

} // namespace

BOOST_AUTO_TEST_CASE(a_round_is_one_commit_and_is_handed_on_after_it) {
  own_folder folder;
  desk d{small_store(folder.path())};
  d.kept.reserve(300);
  for (auto i = 0; i != 300; ++i)
    d.push(static_cast<std::size_t>(1 + i * 37));
  BOOST_TEST(d.all_done());
  BOOST_TEST(d.thread->commits() == 300u);
  d.check_records();
}

BOOST_AUTO_TEST_CASE(a_round_that_brings_nothing_costs_no_commit_and_is_handed_on) {
  own_folder folder;
  desk d{small_store(folder.path())};
  auto empty = std::make_shared<scan_round>();
  empty->number = d.pushed = 1;
  d.thread->push(empty);
  BOOST_TEST(desk::until([&] { return empty.use_count() == 1; }));
  BOOST_TEST(d.thread->commits() == 0u);
}

BOOST_AUTO_TEST_CASE(stopping_commits_all_that_was_pushed) {
  own_folder folder;
  desk d{small_store(folder.path())};
  d.kept.reserve(50);
  for (auto i = 0; i != 50; ++i)
    d.push(2'000);
  d.thread->stop();
  BOOST_TEST(d.done == 50u);
  BOOST_TEST((d.thread->write_along({}, 0) == code::node_stopping));
}

BOOST_AUTO_TEST_CASE(a_map_that_fills_up_keeps_what_was_let_in_and_lets_in_again_after_a_trim) {
  own_folder folder;
  auto options = small_store(folder.path());
  options.map_bytes = std::size_t{160} << 20;
  desk d{options};
  d.kept.reserve(3'100);
  d.fill(2'000'000);
  d.push(300'000); // two were on their way
  d.push(300'000);
  BOOST_TEST(d.all_done());
  d.push(500, false); // an operator's word
  BOOST_TEST(d.all_done());
  d.check_records();
  BOOST_REQUIRE(d.failures == 0);
  for (auto i = 0; i != 200 && !d.thread->scans_fit(); ++i) // some rounds go with each
    BOOST_REQUIRE(d.thread->write_along({}, d.pushed) == code::ok);
  BOOST_TEST(d.thread->scans_fit());
  d.push(700'000);
  BOOST_TEST(d.all_done());
}

BOOST_AUTO_TEST_CASE(
  a_disk_that_fills_up_at_once_keeps_what_was_let_in_and_lets_in_again_by_itself) {
  power_rig::skip_unless_possible();
  const power_rig rig{std::size_t{64} << 20};
  std::filesystem::create_directory(rig.folder() / "store");
  io::store_options options;
  options.folder = rig.folder() / "store";
  options.map_bytes = std::size_t{1} << 30;
  options.ballast_bytes = std::size_t{8} << 20;
  desk d{options};
  d.kept.reserve(100);
  d.push(200'000);
  BOOST_REQUIRE(d.all_done());
  {
    std::ofstream other{rig.folder() / "other", std::ios::binary}; // another program's
    const std::string piece(1u << 16, 'x');
    while (other.write(piece.data(), static_cast<long>(piece.size())) && other.flush()) {
      // nop
    }
  }
  BOOST_TEST(d.thread->scans_fit()); // it cannot know yet
  for (auto i = 0; i != 4; ++i)
    d.push(600'000);
  BOOST_TEST(d.all_done());
  BOOST_TEST(d.failures == 0);
  BOOST_TEST(!d.thread->scans_fit());
  BOOST_TEST(d.disk.room().ballast_bytes == 0u);
  d.push(500, false);
  BOOST_TEST(d.all_done());
  d.check_records();
  std::filesystem::remove(rig.folder() / "other");
  BOOST_TEST(desk::until([&] { return d.thread->scans_fit(); }));
  BOOST_TEST(d.disk.room().ballast_bytes == options.ballast_bytes);
}

BOOST_AUTO_TEST_CASE(a_disk_that_takes_nothing_is_told_once_and_nothing_of_it_is_handed_on) {
  own_folder folder;
  auto options = small_store(folder.path());
  options.map_bytes = std::size_t{1} << 20;
  desk d{options};
  d.kept.reserve(10);
  d.push(1'000);
  BOOST_REQUIRE(d.all_done());
  d.push(std::size_t{6} << 20); // more than the map and its reserve
  d.push(1'000);
  BOOST_TEST(!d.all_done());
  d.thread->stop();
  BOOST_TEST(d.failures == 1);
  BOOST_TEST((d.failed == code::map_full));
  BOOST_TEST(d.done == 1u);
  BOOST_TEST(d.disk.journal().last_round == 1u);
}
