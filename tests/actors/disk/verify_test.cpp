// SPDX-License-Identifier: Apache-2.0
// Proves: verify is clean over days, restarts, moved bases and trims, and finds one verdict, one
//         answer or one state that is not what judging again gives.
// Method: random traffic by seed on a real store; then records and states changed, each with a
//         chain and checksums that are right.
#define BOOST_TEST_MODULE verify
#include "actors/disk/verify.hpp"

#include "tests/support/disk_world.hpp"

using namespace wardflow;
using namespace wardflow::test;

namespace {

/// The same journal in another folder, with one record changed on the way.
template <class Change>
verify_report verify_changed(disk_world& w, Change&& change) {
  own_folder copy;
  auto other = must_open(small_store(copy.path()));
  BOOST_REQUIRE(w.disk->read_rounds(0, [&](std::uint64_t round, bytes record) {
    auto mine = frame_body::copy_of(record);
    change(round, mine.writable());
    const bytes part = mine.view();
    BOOST_REQUIRE(other.commit({.round = round, .record_parts = {&part, 1}}) == code::ok);
    return true;
  }) == code::ok);
  return verify_against(other, *unit_code::parse("22366"), w.number, w.state(), disk_world::always);
}

} // namespace

BOOST_AUTO_TEST_CASE(clean_over_days_restarts_and_bases) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      disk_world w{eager()};
      furnish(w);
      traffic t{seed};
      std::uint64_t moved = 0;
      for (auto i = 0; i != 60; ++i) {
        pass(t, w);
        if (t.below(4) == 0)
          w.stamp += static_cast<time_ms>(t.below(12)) * hour_ms;
        if (t.below(5) == 0)
          w.say(t.any_command(w));
        w.live(t, 1, second_ms);
        if (t.below(4) == 0) {
          BOOST_REQUIRE_MESSAGE(w.midnight() == code::ok, w.detail);
          moved = w.base().generation;
        }
        if (t.below(8) == 0)
          BOOST_REQUIRE(w.restart() == code::ok);
        if (t.below(10) == 0) {
          auto report = w.verify_now();
          BOOST_REQUIRE_MESSAGE(report.result == code::verify_clean, report.detail);
        }
      }
      BOOST_TEST(moved > 0u);
      auto stopped = verify_stopped(*w.disk, *unit_code::parse("22366"), disk_world::always);
      BOOST_TEST((stopped.result == code::verify_clean), stopped.detail);
      BOOST_TEST((stopped.state == w.state()));
    }
  }
}

BOOST_AUTO_TEST_CASE(an_unchanged_copy_of_the_journal_is_clean) {
  disk_world w;
  furnish(w);
  traffic t{8};
  w.live(t, 20, minute_ms);
  auto report = verify_changed(w, [](std::uint64_t, std::span<std::byte>) {});
  BOOST_TEST((report.result == code::verify_clean), report.detail);
  BOOST_TEST(report.rounds > 10u);
}

BOOST_AUTO_TEST_CASE(one_verdict_that_judging_again_does_not_give_is_named_by_its_round) {
  disk_world w;
  furnish(w);
  traffic t{9};
  w.live(t, 20, minute_ms);
  std::uint64_t changed = 0;
  auto report = verify_changed(w, [&](std::uint64_t round, std::span<std::byte> record) {
    round_record parsed;
    BOOST_REQUIRE(read_record(record, parsed) == code::ok);
    if (changed != 0 || parsed.frames.empty())
      return;
    changed = round;
    // The first verdict's word: found by its value, behind the reply's own offset.
    scan_reply reply;
    auto bytes_of_reply = parsed.frames[0].reply;
    BOOST_REQUIRE(read_scan_reply(bytes_of_reply, reply) == code::ok);
    auto offset = static_cast<std::size_t>(bytes_of_reply.data() - record.data());
    for (auto at = offset; at + 4 <= offset + bytes_of_reply.size(); at += 4) {
      std::uint32_t word = 0;
      std::memcpy(&word, record.data() + at, 4);
      if (word != reply.verdicts[0])
        continue;
      word ^= 1; // admit becomes condition, refuse becomes what there is not
      std::memcpy(record.data() + at, &word, 4);
      break;
    }
  });
  BOOST_TEST((report.result == code::verify_failed));
  BOOST_TEST(report.detail.find("round " + std::to_string(changed) + ":") == 0u, report.detail);
}

BOOST_AUTO_TEST_CASE(a_live_state_that_is_not_the_folded_one_is_found) {
  disk_world w;
  furnish(w);
  traffic t{10};
  w.live(t, 10, minute_ms);
  auto live = w.state();
  live[0] ^= 1;
  auto report =
    verify_against(*w.disk, *unit_code::parse("22366"), w.number, live, disk_world::always);
  BOOST_TEST((report.result == code::verify_failed));
  BOOST_TEST(report.detail == "the state folded from the journal is not the live one");
}

BOOST_AUTO_TEST_CASE(verify_is_about_the_round_that_was_asked_in) {
  disk_world w;
  furnish(w);
  traffic t{11};
  w.live(t, 10, minute_ms);
  auto asked = w.number;
  auto then = w.state();
  w.live(t, 10, minute_ms);
  auto report =
    verify_against(*w.disk, *unit_code::parse("22366"), asked, then, disk_world::always);
  BOOST_TEST((report.result == code::verify_clean), report.detail);
}

BOOST_AUTO_TEST_CASE(a_verify_that_is_given_up_says_so) {
  disk_world w;
  furnish(w);
  traffic t{12};
  w.live(t, 10, minute_ms);
  auto left = 3;
  auto report = verify_against(*w.disk, *unit_code::parse("22366"), w.number, w.state(),
                               [&] { return left-- > 0; });
  BOOST_TEST((report.result == code::interrupted));
}

BOOST_AUTO_TEST_CASE(a_base_is_never_moved_over_a_round_that_differs) {
  disk_world w;
  furnish(w);
  traffic t{13};
  w.live(t, 5, minute_ms);
  // A round of this ward that says something else than judging gives: a reply of another batch.
  scan_round r;
  r.number = w.number + 1;
  r.stamp = w.stamp;
  round_record record;
  record.number = ++w.number;
  record.stamp = w.stamp;
  scan s;
  s.venue = make_venue_id(w.ward, 1);
  s.card = card_id{5};
  s.at = w.stamp;
  auto batch = encode_batch(1, t.next, {&s, 1});
  scan_reply reply;
  reply.epoch = 1;
  reply.first_sequence = reply.through_sequence = t.next;
  reply.verdicts = {0};
  auto encoded = encode_scan_reply(reply);
  record.frames.push_back({device_id{1}, batch.view(), encoded.view(), {}});
  auto head = encode_record_head(record);
  const bytes parts[] = {head.view(), batch.view(), encoded.view()};
  BOOST_REQUIRE(w.disk->commit({.round = record.number, .record_parts = parts}) == code::ok);
  w.stamp += day_ms;
  BOOST_TEST((w.midnight() == code::verify_failed));
  BOOST_TEST(w.detail.find("round " + std::to_string(record.number)) == 0u, w.detail);
  BOOST_TEST(w.base().generation == 0u);
}
