// SPDX-License-Identifier: Apache-2.0
// Proves: a base is there whole or not at all, whatever write fails; it is bound to its own rows
//         and to its place in the journal; who was where is gone from it in time.
// Method: a real store; each write of a move fails once; rows are changed behind its back.
#define BOOST_TEST_MODULE base
#include "actors/disk/base.hpp"

#include "actors/logic/retention.hpp"
#include "tests/support/disk_world.hpp"

#include <set>

using namespace wardflow;
using namespace wardflow::test;

namespace {

std::set<std::string> generations(const io::store& disk) {
  std::set<std::string> found;
  BOOST_REQUIRE(disk.read_table(io::table::base, [&](std::string_view key, bytes) {
    found.emplace(key.substr(0, key.find('/')));
    return true;
  }) == code::ok);
  return found;
}

void put_row(io::store& disk, io::put row) {
  io::commit_input in;
  in.puts = {&row, 1};
  BOOST_REQUIRE(disk.commit(in) == code::ok);
}

/// A pseudonym of nobody else, as it stands in every saved row and record.
constexpr card_id guest{0x1122'3344'5566'7788};

bool holds_guest(bytes data) {
  std::array<std::byte, 8> needle{};
  std::memcpy(needle.data(), &guest, 8);
  return std::search(data.begin(), data.end(), needle.begin(), needle.end()) != data.end();
}

/// Places on the disk where the guest's pseudonym stands.
std::string places_of_guest(const io::store& disk) {
  std::string found;
  for (auto table : {io::table::meta, io::table::venues, io::table::cards, io::table::devices,
                     io::table::ward, io::table::base, io::table::commands})
    BOOST_REQUIRE(disk.read_table(table, [&](std::string_view key, bytes value) {
      if (holds_guest(value))
        found += std::to_string(static_cast<int>(table)) + "/" + std::string{key} + " ";
      return true;
    }) == code::ok);
  BOOST_REQUIRE(disk.read_rounds(0, [&](std::uint64_t round, bytes record) {
    if (holds_guest(record))
      found += "round " + std::to_string(round) + " ";
    return true;
  }) == code::ok);
  return found;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_write_that_fails_anywhere_leaves_the_base_before) {
  disk_world w{eager()};
  furnish(w);
  traffic t{3};
  w.live(t, 12, minute_ms);
  w.stamp += day_ms;
  BOOST_REQUIRE(w.midnight() == code::ok);
  auto first = w.base();
  BOOST_TEST(first.generation == 1u);
  for (auto fails_at = 0;; ++fails_at) {
    w.live(t, 3, minute_ms);
    w.stamp += day_ms;
    w.writes_left = fails_at;
    auto done = w.midnight();
    w.writes_left.reset();
    auto now = w.base();
    BOOST_TEST_CONTEXT("the write that failed: " << fails_at) {
      auto verified = w.verify_now();
      BOOST_TEST((verified.result == code::verify_clean), verified.detail);
      BOOST_REQUIRE(w.restart() == code::ok);
      if (done == code::ok) {
        BOOST_TEST(now.generation > first.generation);
        BOOST_TEST(generations(*w.disk).size() == 1u);
        BOOST_TEST(fails_at > 2); // it was a move of several writes
        return;
      }
      BOOST_TEST((done == code::disk_full));
    }
    first = now; // the flip may have been written, and only the erasing failed
  }
}

BOOST_AUTO_TEST_CASE(a_row_of_the_base_that_was_changed_is_found) {
  disk_world w;
  furnish(w);
  traffic t{4};
  w.live(t, 20, minute_ms);
  w.stamp += day_ms;
  BOOST_REQUIRE(w.midnight() == code::ok);
  std::string key;
  std::vector<std::byte> value;
  BOOST_REQUIRE(w.disk->read_table(io::table::base, [&](std::string_view k, bytes v) {
    if (k.find("/1/") == k.npos) // a venue's ledger
      return true;
    key = k;
    value.assign(v.begin(), v.end());
    return false;
  }) == code::ok);
  BOOST_REQUIRE(!key.empty());
  value.back() ^= std::byte{1};
  put_row(*w.disk, {io::table::base, key, value, false});
  auto report = w.verify_now();
  BOOST_TEST((report.result == code::verify_failed));
  BOOST_TEST(report.detail == "the base is not the one that was written");
}

BOOST_AUTO_TEST_CASE(a_base_of_another_history_does_not_fit_into_the_chain) {
  disk_world mine{eager()}, other{eager()};
  traffic a{5}, b{6};
  furnish(mine);
  furnish(other);
  mine.live(a, 10, minute_ms);
  other.live(b, 10, minute_ms);
  mine.stamp += day_ms;
  other.stamp += day_ms;
  BOOST_REQUIRE(mine.midnight() == code::ok);
  BOOST_REQUIRE(other.midnight() == code::ok);
  std::vector<io::put> rows;
  BOOST_REQUIRE(other.disk->read_table(io::table::base, [&](std::string_view k, bytes v) {
    rows.push_back({io::table::base, std::string{k}, {v.begin(), v.end()}, false});
    return true;
  }) == code::ok);
  std::vector<std::byte> facts;
  BOOST_REQUIRE(other.disk->get(io::table::meta, "base", facts) == code::ok);
  rows.push_back({io::table::meta, "base", facts, false});
  io::commit_input in;
  in.puts = rows;
  BOOST_REQUIRE(mine.disk->commit(in) == code::ok);
  BOOST_REQUIRE(mine.base().round == other.base().round); // else it would be found by that
  auto report = mine.verify_now();
  BOOST_TEST((report.result == code::verify_failed));
  BOOST_TEST(report.detail.find("does not go on from the base") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(after_21_days_nothing_on_the_disk_names_the_guest) {
  disk_world w{eager()};
  furnish(w);
  traffic t{7};
  scan s;
  s.venue = make_venue_id(w.ward, 3);
  s.card = guest;
  s.at = w.stamp;
  scan_round r;
  r.scans.push_back({peer_id{1}, device_id{1}, encode_batch(1, t.next, {&s, 1}), 0});
  t.next += 1;
  w.run(r);
  const auto came_on = local_day(w.stamp);
  BOOST_TEST(!places_of_guest(*w.disk).empty());
  while (local_day(w.stamp) < came_on + static_cast<int>(retention_days)) {
    BOOST_TEST(!places_of_guest(*w.disk).empty());
    auto end = start_of(static_cast<day_number>(local_day(w.stamp) + 1));
    w.live(t, 4, hour_ms);
    while (w.fold->state.next_due() < end + 2 * hour_ms) {
      w.stamp = std::max(w.stamp, w.fold->state.next_due());
      scan_round due;
      w.run(due);
    }
    w.stamp = std::max(w.stamp, end + 4 * hour_ms);
    BOOST_REQUIRE(w.midnight() == code::ok);
  }
  // What fell due in the night is worked off, and what changed is saved.
  while (w.fold->state.next_due() < w.stamp + 4 * hour_ms) {
    w.stamp = std::max(w.stamp, w.fold->state.next_due());
    scan_round due;
    w.run(due);
  }
  w.live(t, 300, second_ms);
  BOOST_TEST(places_of_guest(*w.disk) == "");
  BOOST_TEST(w.disk->journal().first_round > 1u);
  auto verified = w.verify_now();
  BOOST_TEST((verified.result == code::verify_clean), verified.detail);
}
