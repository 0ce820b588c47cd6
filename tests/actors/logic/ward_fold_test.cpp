// SPDX-License-Identifier: Apache-2.0
// Proves: state is a fold: the order in which venues judge, a crash at any round, and judging the
//         journal again all give the same state, byte for byte; every scan is counted once.
// Method: random rounds by seed on a real fold whose disk is a map; compared after each crash, and
//         with a slow recount of every verdict.
#define BOOST_TEST_MODULE ward_fold
#include "tests/support/fold_traffic.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

using namespace wardflow;
using namespace wardflow::test;

BOOST_AUTO_TEST_CASE(a_crash_after_any_round_and_a_second_judging_give_the_same_state) {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      fold_world w{eager()};
      furnish(w);
      traffic t{seed};
      for (auto i = 0; i != 150; ++i) {
        pass(t, w);
        if (t.below(6) == 0)
          w.say(t.any_command(w));
        scan_round r;
        t.frames(w, r);
        r.clock_unsure = t.below(40) == 0;
        w.run(r, t.random());
        if (t.below(12) != 0)
          continue;
        auto before = w.state();
        auto parts = w.parts();
        auto restarted = w.restart();
        BOOST_REQUIRE_MESSAGE(restarted == code::ok, "restart after round " << w.number);
        BOOST_REQUIRE_MESSAGE(w.state() == before, "state after round " << w.number << "\n"
                                                                        << parts << "\n"
                                                                        << w.parts());
      }
      BOOST_TEST(w.replayed > 0u);
      hash128_value again{};
      std::string detail;
      auto verified = w.verify(again, detail);
      BOOST_REQUIRE_MESSAGE(verified == code::ok, detail);
      BOOST_TEST((again == w.state()));
    }
  }
}

BOOST_AUTO_TEST_CASE(the_order_in_which_venues_judge_changes_nothing) {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      fold_world one, other;
      furnish(one);
      furnish(other);
      traffic a{seed}, b{seed};
      for (auto i = 0; i != 40; ++i) {
        pass(a, one);
        pass(b, other);
        scan_round r, s;
        a.frames(one, r);
        b.frames(other, s);
        one.run(r, 1);
        other.run(s, 77 + seed);
        BOOST_REQUIRE(r.words == s.words);
      }
      BOOST_TEST((one.state() == other.state()));
    }
  }
}

BOOST_AUTO_TEST_CASE(every_scan_is_counted_once_whatever_is_repeated) {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      fold_world w;
      furnish(w);
      traffic t{seed};
      // The slow and obvious recount: one entry a sequence number, from the replies alone.
      std::map<std::uint64_t, std::uint32_t> first_words;
      for (auto i = 0; i != 60; ++i) {
        w.stamp += 1000;
        scan_round r;
        t.frames(w, r);
        w.run(r, t.random());
        for (auto& reply : r.replies) {
          scan_reply parsed;
          BOOST_REQUIRE(reply.kind == frame_kind::scan_reply);
          BOOST_REQUIRE(read_scan_reply(reply.body.view(), parsed) == code::ok);
          for (std::size_t k = 0; k != parsed.verdicts.size(); ++k) {
            auto word = parsed.verdicts[k] & 0x00ff'ffff; // all but the basis index
            auto [at, fresh] = first_words.emplace(parsed.first_sequence + k, word);
            BOOST_TEST(at->second == word); // a repeat gets its first verdict
          }
        }
      }
      BOOST_TEST(first_words.size() == t.next - 1);
      BOOST_TEST(w.fold->state.scans == first_words.size());
      std::uint64_t counted = 0, at_venues = 0;
      for (auto& [sequence, word] : first_words)
        counted += to_verdict(word).counts();
      for (auto& entry : w.fold->state.places.venues())
        for (auto day = local_day(w.stamp) - 31; day <= local_day(w.stamp); ++day)
          for (auto& h :
               w.fold->state.slots.rest(entry.number)->counts(static_cast<day_number>(day)).hours)
            at_venues += h.in + h.out;
      BOOST_TEST(at_venues == counted);
    }
  }
}

BOOST_AUTO_TEST_CASE(single_scans_in_a_row_are_judged_and_answered_as_one_frame) {
  fold_world w;
  furnish(w);
  traffic t{2};
  scan_round r;
  std::vector<scan> sent;
  auto send = [&](device_id from, peer_id peer, std::uint64_t number) {
    scan s;
    s.venue = make_venue_id(w.ward, 1);
    s.card = card_id{100 + number};
    s.at = w.stamp;
    r.scans.push_back({peer, from, encode_batch(1, number, {&s, 1}), 0});
  };
  for (std::uint64_t n = 1; n <= 5; ++n) { // two devices, by turns
    send(device_id{1}, peer_id{7}, n);
    send(device_id{2}, peer_id{8}, n);
  }
  send(device_id{1}, peer_id{9}, 6); // by another connection
  w.run(r, 3);
  std::vector<std::pair<peer_id, scan_reply>> replies;
  for (auto& reply : r.replies) {
    replies.emplace_back(reply.peer, scan_reply{});
    BOOST_REQUIRE(read_scan_reply(reply.body.view(), replies.back().second) == code::ok);
  }
  BOOST_REQUIRE(replies.size() == 3u);
  BOOST_TEST((replies[0].first == peer_id{7}));
  BOOST_TEST(replies[0].second.verdicts.size() == 5u);
  BOOST_TEST(replies[0].second.through_sequence == 5u);
  BOOST_TEST((replies[1].first == peer_id{9}));
  BOOST_TEST(replies[1].second.first_sequence == 6u);
  BOOST_TEST((replies[2].first == peer_id{8}));
  BOOST_TEST(replies[2].second.verdicts.size() == 5u);
  // The record says what was joined; judging it again gives the same.
  hash128_value again{};
  std::string detail;
  BOOST_REQUIRE_MESSAGE(w.verify(again, detail) == code::ok, detail);
  BOOST_TEST((again == w.state()));
}

BOOST_AUTO_TEST_CASE(a_door_with_more_than_64_scans_on_their_way_is_told_so) {
  fold_world w;
  furnish(w);
  scan_round r;
  for (std::uint64_t n = 1; n <= 65; ++n) {
    scan s;
    s.venue = make_venue_id(w.ward, 1);
    s.card = card_id{n};
    s.at = w.stamp;
    r.scans.push_back({peer_id{1}, device_id{2}, encode_batch(1, n, {&s, 1}), 0});
  }
  w.run(r);
  refusal no;
  BOOST_REQUIRE(r.replies.size() == 2u);
  BOOST_REQUIRE(read_refusal(r.replies[0].body.view(), no) == code::ok);
  BOOST_TEST((no.reason == code::too_many_outstanding));
  BOOST_TEST(no.refused_sequence == 65u);
  BOOST_TEST(w.fold->state.scans == 64u);
}

BOOST_AUTO_TEST_CASE(a_gap_is_refused_whole_and_names_the_expected_number) {
  fold_world w;
  furnish(w);
  traffic t{1};
  scan_round r;
  std::vector<scan> scans{t.any_scan(w)};
  r.scans.push_back({peer_id{9}, device_id{1}, encode_batch(1, 5, scans), 0});
  w.run(r);
  refusal no;
  BOOST_REQUIRE(r.replies.size() == 1u);
  BOOST_REQUIRE(read_refusal(r.replies[0].body.view(), no) == code::ok);
  BOOST_TEST((no.reason == code::sequence_gap));
  BOOST_TEST(no.expected_sequence == 1u);
  BOOST_TEST(w.fold->state.scans == 0u);
}

BOOST_AUTO_TEST_CASE(a_door_sends_for_its_own_venue_only) {
  fold_world w;
  furnish(w);
  scan s;
  s.venue = make_venue_id(w.ward, 2);
  s.card = card_id{7};
  s.at = w.stamp;
  scan_round r;
  r.scans.push_back({peer_id{9}, device_id{2}, encode_batch(1, 1, {&s, 1}), 0});
  w.run(r);
  scan_reply reply;
  BOOST_REQUIRE(read_scan_reply(r.replies.at(0).body.view(), reply) == code::ok);
  BOOST_TEST((to_verdict(reply.verdicts.at(0)).reason == code::venue_not_yours));
}

BOOST_AUTO_TEST_CASE(a_command_that_is_repeated_is_answered_from_the_table) {
  fold_world w;
  furnish(w);
  command c;
  c.id[0] = 200;
  venue_record v;
  v.name = "Mới";
  c.body = std::vector<venue_record>{v};
  std::vector<std::byte> first;
  for (auto i = 0; i != 2; ++i) {
    scan_round r;
    r.commands.push_back({peer_id{1}, "test", c});
    w.run(r);
    auto view = r.replies.at(0).body.view();
    std::vector<std::byte> now{view.begin(), view.end()};
    if (i == 0)
      first = now;
    BOOST_TEST((now == first));
  }
  BOOST_TEST(w.fold->state.places.size() == venue_count + 1u);
}
