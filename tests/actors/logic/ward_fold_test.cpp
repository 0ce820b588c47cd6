// SPDX-License-Identifier: Apache-2.0
// Proves: state is a fold: the order in which venues judge, a crash at any round, and judging the
//         journal again all give the same state, byte for byte; every scan is counted once.
// Method: random rounds by seed on a real fold whose disk is a map; compared after each crash, and
//         with a slow recount of every verdict.
#define BOOST_TEST_MODULE ward_fold
#include "tests/support/fold_world.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

using namespace wardflow;
using namespace wardflow::test;

namespace {

constexpr std::uint32_t venue_count = 40;

/// A ward with venues, groups, levels, both rulebooks, cards, a gateway and a door.
void furnish(fold_world& w) {
  BOOST_REQUIRE(w.say(std::vector<group_record>{{make_group_id(w.ward, 1), "Tổ 1"},
                                                {make_group_id(w.ward, 2), "Tổ 2"}})
                  .code == code::done);
  std::vector<venue_record> venues;
  for (std::uint32_t i = 1; i <= venue_count; ++i) {
    venue_record v;
    v.name = "Quán " + std::to_string(i);
    v.facts.kind = static_cast<category>(i % static_cast<unsigned>(category::count_));
    v.facts.group = make_group_id(w.ward, 1 + i % 2);
    v.facts.capacity = i % 5 == 0 ? 3 : 0;
    v.facts.opens = 6 * 60;
    v.facts.closes = static_cast<std::uint16_t>(i % 7 == 0 ? 6 * 60 : 21 * 60 + i);
    venues.push_back(v);
  }
  BOOST_REQUIRE(w.say(venues).code == code::done);
  for (auto file : {"khanh-hoa-2021-10-16.toml", "khanh-hoa-2021-11-16.toml"})
    BOOST_REQUIRE(w.say(rulebook_text{rulebook_file(file)}).code == code::done);
  device_add gateway;
  gateway.name = "gateway";
  gateway.key[0] = 1;
  gateway.gateway = true;
  BOOST_REQUIRE(w.say(gateway).code == code::done);
  device_add door;
  door.name = "door";
  door.key[0] = 2;
  door.venue = make_venue_id(w.ward, 1);
  BOOST_REQUIRE(w.say(door).code == code::done);
}

struct traffic {
  explicit traffic(std::uint64_t seed) : random(seed) {
    // nop
  }

  std::uint64_t below(std::uint64_t n) { return random() % n; }

  scan any_scan(const fold_world& w) {
    scan s;
    s.venue = make_venue_id(below(50) == 0 ? w.ward + 1 : w.ward,
                            1 + static_cast<std::uint32_t>(below(venue_count + 1)));
    s.card = card_id{1 + below(300)};
    s.at = w.stamp -
           static_cast<time_ms>(below(20) == 0 ? below(3 * day_ms) : below(60) * second_ms); // ties
    if (below(60) == 0)
      s.at = w.stamp + 6 * minute_ms;
    s.way = below(2) == 0 ? direction::in : direction::out;
    s.flow = below(3) == 0 ? flow::person_scans_poster : flow::staff_scans_person;
    if (below(15) == 0)
      s.linked = card_id{1000 + static_cast<std::uint64_t>(s.card)};
    if (below(15) == 0)
      s.card = card_id{1000 + static_cast<std::uint64_t>(s.card)};
    if (below(30) == 0) {
      s.problem = code::code_payment;
      s.card = card_id{};
      s.linked = card_id{};
    }
    return s;
  }

  /// Some frames of the gateway; now and then one is repeated, or begins in what was sent before.
  void frames(const fold_world& w, scan_round& r) {
    for (auto n = below(4); n > 0; --n) {
      std::vector<scan> scans;
      for (auto i = 1 + below(30); i > 0; --i)
        scans.push_back(any_scan(w));
      auto back = below(6) == 0 && next > 10 ? below(10) : 0;
      r.scans.push_back({peer_id{1}, device_id{1}, encode_batch(1, next - back, scans), 0});
      next += scans.size() > back ? scans.size() - back : 0;
    }
  }

  command_body any_command(const fold_world& w) {
    switch (below(4)) {
    case 0: {
      level_update l;
      l.group = make_group_id(w.ward, 1 + static_cast<std::uint32_t>(below(2)));
      l.level = static_cast<std::uint8_t>(1 + below(4));
      l.effective_from = local_day(w.stamp);
      l.published_at = w.stamp;
      l.issuer = "health office";
      return std::vector<level_update>{l};
    }
    case 1: {
      std::vector<card_update> rows(20);
      for (auto& row : rows) {
        row.card = card_id{1 + below(300)};
        row.facts.full_dose = static_cast<day_number>(local_day(w.stamp) - below(40));
        row.facts.group = make_group_id(w.ward, 1);
      }
      return rows;
    }
    case 2:
      return venue_order{make_venue_id(w.ward, 1 + static_cast<std::uint32_t>(below(5))),
                         below(2) == 0, "12/QD"};
    default: {
      card_order o;
      o.card = card_id{1 + below(300)};
      o.revoke = below(2) == 0;
      o.document = "13/QD";
      return o;
    }
    }
  }

  std::mt19937_64 random;
  std::uint64_t next = 1;
};

ward_fold::options eager() {
  ward_fold::options o;
  o.checkpoints.age_min_ms = 0;
  o.checkpoints.bytes_per_commit = 3000; // a part of the state at a time
  o.checkpoints.bytes_per_second = 20'000;
  return o;
}

/// Lets time pass: seconds mostly, sometimes over the closing, over midnight, or over weeks.
void pass(traffic& t, fold_world& w) {
  w.stamp += static_cast<time_ms>(t.below(20'000));
  if (t.below(25) == 0)
    w.stamp += static_cast<time_ms>(t.below(14)) * hour_ms;
  if (t.below(150) == 0)
    w.stamp += static_cast<time_ms>(t.below(12)) * day_ms;
}

} // namespace

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
        for (auto day = local_day(w.stamp) - 4; day <= local_day(w.stamp); ++day)
          for (auto& h :
               w.fold->state.slots.rest(entry.number)->counts(static_cast<day_number>(day)).hours)
            at_venues += h.in + h.out;
      BOOST_TEST(at_venues == counted);
    }
  }
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
