// SPDX-License-Identifier: Apache-2.0
// Proves: the rules of the fold (ARCHITECTURE): a stamp is the only time; timers are worked off in
//         key order before anything else; no order of threads or venues reaches state or output;
//         sleeping and waking change nothing; a repeat gets its first verdict; what is saved has a
//         stamp. What leaves before its commit: journal_test. Empty rounds, control: gate_test.
// Method: one test a rule, on the real fold, by seed where an order is drawn.
#define BOOST_TEST_MODULE fold_rules
#include "tests/support/command_samples.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <thread>

using namespace wardflow;
using namespace wardflow::test;

namespace {

std::vector<std::byte> joined(const std::vector<bytes>& parts) {
  std::vector<std::byte> all;
  for (auto part : parts)
    all.insert(all.end(), part.begin(), part.end());
  return all;
}

/// All that leaves a round: replies, the record, the rows.
std::vector<std::byte> output_of(const scan_round& r) {
  auto all = joined(r.record_parts);
  for (auto& reply : r.replies)
    all.insert(all.end(), reply.body.view().begin(), reply.body.view().end());
  for (auto& row : r.rows) {
    auto key = std::as_bytes(std::span{row.key});
    all.insert(all.end(), key.begin(), key.end());
    all.insert(all.end(), row.value.begin(), row.value.end());
  }
  return all;
}

scan visit(std::uint32_t serial, std::uint64_t card, time_ms at) {
  scan s;
  s.venue = make_venue_id(fold_world::ward, serial);
  s.card = card_id{card};
  s.at = at;
  return s;
}

/// A round with one frame of the gateway.
struct framed : scan_round {
  framed(std::uint64_t first, const std::vector<scan>& all) {
    scans.push_back({peer_id{1}, device_id{1}, encode_batch(1, first, all), 0});
  }
};

/// Green cards 1 to 60.
void know(fold_world& w) {
  std::vector<card_update> cards;
  for (std::uint64_t id = 1; id <= 60; ++id)
    cards.push_back(card(id));
  BOOST_REQUIRE((w.say(cards).code == code::done));
}

/// Random rounds; before each, some of the venues fall asleep.
void live(fold_world& w, std::uint64_t seed, std::uint64_t naps, std::uint64_t order) {
  traffic t{seed};
  std::mt19937_64 tired{naps};
  furnish(w);
  for (auto i = 0; i != 80; ++i) {
    pass(t, w);
    if (t.below(6) == 0)
      w.say(t.any_command(w));
    if (naps != 0)
      for (auto& entry : w.fold->state.places.venues())
        if (tired() % 3 == 0)
          w.fold->state.slots.sleep(entry.number, w.fold->state.slots.at(entry.number).stamp);
    scan_round r;
    t.frames(w, r);
    w.run(r, order == 0 ? 0 : order + static_cast<std::uint64_t>(i));
  }
}

} // namespace

BOOST_AUTO_TEST_CASE(the_fold_includes_no_clock_no_chance_and_no_order_of_addresses) {
  // Left out: what is GATE's, a door's or wardctl's, the calendar, which has no `now`, and the
  // sketch, whose registers are whole numbers (its estimate is for eyes, and never stored). WARD
  // looks at the clock to say how long a round took, and hands the fold nothing of it.
  constexpr const char* forbidden[] = {"<chrono>",   "<ctime>",  "<time.h>",     "<random>",
                                       "<unordered", "<thread>", "io/clock.hpp", "std::hash",
                                       "double ",    "float "};
  std::size_t sources = 0;
  for (auto folder : {"actors/logic", "actors", "messages"})
    for (auto& file :
         std::filesystem::directory_iterator{std::filesystem::path{WARDFLOW_SOURCE_DIR} / folder}) {
      auto name = file.path().filename().string();
      auto stem = file.path().stem().string();
      if (file.path().extension() != ".cpp" && file.path().extension() != ".hpp")
        continue;
      if (std::string_view{folder} == "actors" && stem != "ward" && stem != "venue")
        continue;
      constexpr std::string_view others[] = {"allow_list",  "send_window", "latency",
                                             "import_rows", "time",        "person_sketch"};
      if (std::find(std::begin(others), std::end(others), stem) != std::end(others))
        continue;
      std::ifstream in{file.path()};
      std::string text{std::istreambuf_iterator<char>{in}, {}};
      for (std::string_view word : forbidden)
        if (stem != "ward" || word != "io/clock.hpp")
          BOOST_TEST(text.find(word) == std::string::npos, name << ": " << word);
      ++sources;
    }
  BOOST_TEST(sources > 60u);
}

BOOST_AUTO_TEST_CASE(the_only_time_is_the_rounds_stamp) {
  // The same story four weeks later: every verdict is the same, with nothing but the stamps moved.
  auto told = [](time_ms moved) {
    fold_world w;
    w.stamp = start_of(*parse_day("2021-11-20")) + 8 * hour_ms + moved;
    furnish(w);
    (void)w.say(std::vector<level_update>{level(w, 1, 1), level(w, 2, 1)});
    std::vector<std::uint32_t> words;
    std::mt19937_64 random{5};
    std::uint64_t next = 1;
    for (auto i = 0; i != 60; ++i) {
      w.stamp += static_cast<time_ms>(random() % (20 * minute_ms));
      std::vector<scan> scans(5);
      for (auto& s : scans)
        s = visit(1 + static_cast<std::uint32_t>(random() % venue_count), 1 + random() % 50,
                  w.stamp - static_cast<time_ms>(random() % hour_ms));
      framed r{next, scans};
      next += scans.size();
      w.run(r);
      words.insert(words.end(), r.words.begin(), r.words.end());
    }
    return words;
  };
  BOOST_TEST((told(0) == told(28 * day_ms)));
}

BOOST_AUTO_TEST_CASE(timers_are_worked_off_at_the_rounds_start_in_order_of_time_and_register) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      fold_world w;
      furnish(w);
      know(w);
      std::mt19937_64 random{seed};
      std::vector<scan> scans;
      for (std::uint32_t serial = 1; serial <= venue_count; ++serial)
        scans.push_back(visit(serial, serial, w.stamp));
      std::shuffle(scans.begin(), scans.end(), random);
      framed enter{1, scans};
      w.run(enter);
      std::vector<std::pair<time_ms, std::uint32_t>> due(w.fold->state.slots.timers().begin(),
                                                         w.fold->state.slots.timers().end());
      BOOST_REQUIRE(due.size() > 10u);
      auto levels_owed = level_watch::deadline_of(local_day(w.stamp));
      BOOST_TEST(enter.next_due ==
                 std::min({due.front().first, levels_owed, w.fold->state.rollups.next_due()}));
      w.stamp = due[due.size() / 2].first;
      framed leave{1 + scans.size(), {visit(1, 500, w.stamp)}};
      w.run(leave, random());
      std::erase_if(due, [&](auto& d) { return d.first > w.stamp; });
      BOOST_REQUIRE(leave.ticks.size() == due.size());
      for (std::size_t i = 0; i != due.size(); ++i) {
        auto& entry = w.fold->state.places.venues()[due[i].second];
        BOOST_TEST(leave.ticks[i].first == serial_of(entry.facts.id));
        BOOST_TEST(leave.ticks[i].second == due[i].first);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_closing_comes_before_the_scans_of_its_round) {
  fold_world w;
  furnish(w);
  know(w);
  std::vector<scan> enter{visit(1, 7, w.stamp)};
  framed r{1, enter};
  w.run(r);
  w.stamp = w.fold->state.slots.next_due();
  framed again{2, {visit(1, 7, w.stamp)}};
  w.run(again);
  auto& ledger = *w.fold->state.slots.rest(0);
  BOOST_TEST(ledger.inside() == 1u); // closed first, then entered anew
  BOOST_TEST(ledger.counts(local_day(w.stamp)).day.closed == 1u);
  BOOST_TEST(ledger.counts(local_day(w.stamp)).day.entered == 2u);
}

BOOST_AUTO_TEST_CASE(an_empty_round_closes_what_is_due_and_one_with_nothing_due_leaves_no_trace) {
  fold_world w;
  furnish(w);
  know(w);
  framed r{1, {visit(1, 7, w.stamp)}};
  w.run(r);
  auto records = w.records.size();
  scan_round nothing;
  w.run(nothing);
  BOOST_TEST(w.records.size() == records);
  BOOST_TEST(nothing.rows.empty());
  w.stamp = w.fold->state.slots.next_due();
  scan_round closing;
  w.run(closing);
  BOOST_TEST(w.records.size() == records + 1);
  BOOST_TEST(w.fold->state.slots.rest(0)->inside() == 0u);
}

BOOST_AUTO_TEST_CASE(no_order_in_which_venues_judge_reaches_state_or_output) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      fold_world one{eager()}, other{eager()};
      furnish(one);
      furnish(other);
      traffic a{seed}, b{seed};
      for (auto i = 0; i != 60; ++i) {
        pass(a, one);
        pass(b, other);
        scan_round r, s;
        a.frames(one, r);
        b.frames(other, s);
        one.run(r);
        other.run(s, 1 + seed * 1000 + static_cast<std::uint64_t>(i));
        BOOST_REQUIRE((output_of(r) == output_of(s))); // byte for byte
      }
      BOOST_TEST((one.state() == other.state()));
      BOOST_TEST((one.rows == other.rows));
    }
  }
}

BOOST_AUTO_TEST_CASE(slices_may_be_judged_by_several_threads_at_once) {
  fold_world one, other;
  furnish(one);
  furnish(other);
  traffic a{3}, b{3};
  for (auto i = 0; i != 30; ++i) {
    pass(a, one);
    pass(b, other);
    scan_round r, s;
    a.frames(one, r);
    b.frames(other, s);
    one.run(r);
    s.number = ++other.number;
    s.stamp = other.stamp;
    other.fold->prepare(s);
    std::vector<venue_ledger*> ledgers;
    for (auto& work : s.slices)
      ledgers.push_back(other.fold->state.slots.rest(work.number).get());
    std::atomic<std::size_t> next{0};
    auto judge_some = [&] {
      for (auto n = next++; n < s.slices.size(); n = next++)
        judge_slice(s, s.slices[n], *ledgers[n]);
    };
    std::thread second{judge_some};
    judge_some();
    second.join();
    s.slices_left = 0;
    other.fold->finish(s);
    BOOST_REQUIRE((output_of(r) == output_of(s)));
  }
  BOOST_TEST((one.state() == other.state()));
}

BOOST_AUTO_TEST_CASE(sleeping_and_waking_at_any_time_change_nothing) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      fold_world awake, tired, very_tired;
      live(awake, seed, 0, 0);
      live(tired, seed, 11, 5);
      live(very_tired, seed, 17, 0);
      BOOST_TEST((awake.state() == tired.state()));
      BOOST_TEST((awake.state() == very_tired.state()));
      BOOST_TEST(awake.records.size() == tired.records.size());
      for (auto& [number, record] : awake.records) {
        auto x = record.view(), y = tired.records.at(number).view();
        BOOST_REQUIRE(std::equal(x.begin(), x.end(), y.begin(), y.end()));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_repeat_gets_its_first_verdict_whatever_has_changed_since) {
  fold_world w;
  furnish(w);
  (void)w.say(std::vector<card_update>{card(7)});
  std::vector<scan> scans{visit(1, 7, w.stamp), visit(3, 7, w.stamp)};
  framed first{1, scans};
  w.run(first);
  (void)w.say(revoke(7));
  (void)w.say(suspend(3));
  w.stamp += 3 * day_ms;
  scan_round closings;
  w.run(closings);
  auto state = w.state();
  framed again{1, scans};
  w.run(again);
  BOOST_TEST((w.state() == state));
  scan_reply a, b;
  BOOST_REQUIRE(read_scan_reply(first.replies.at(0).body.view(), a) == code::ok);
  BOOST_REQUIRE(read_scan_reply(again.replies.at(0).body.view(), b) == code::ok);
  BOOST_TEST(a.verdicts == b.verdicts);
  BOOST_TEST((a.bases == b.bases));
  framed fresh{3, {visit(3, 7, w.stamp)}}; // a new scan is judged anew
  w.run(fresh);
  BOOST_TEST((to_verdict(fresh.words.at(0)).reason == code::venue_suspended));
}

BOOST_AUTO_TEST_CASE(a_repeat_in_the_round_of_its_first_sending_gets_the_same_verdict) {
  fold_world w;
  furnish(w);
  std::vector<scan> scans{visit(1, 7, w.stamp), visit(2, 8, w.stamp)};
  scan_round r;
  for (auto i = 0; i != 2; ++i)
    r.scans.push_back({peer_id{1}, device_id{1}, encode_batch(1, 1, scans), 0});
  w.run(r);
  BOOST_REQUIRE(r.replies.size() == 2u);
  scan_reply a, b;
  BOOST_REQUIRE(read_scan_reply(r.replies[0].body.view(), a) == code::ok);
  BOOST_REQUIRE(read_scan_reply(r.replies[1].body.view(), b) == code::ok);
  BOOST_TEST(a.verdicts == b.verdicts);
  BOOST_TEST(w.fold->state.scans == 2u);
}

BOOST_AUTO_TEST_CASE(what_rolls_is_saved_with_the_round_that_it_stands_for) {
  fold_world w{eager()};
  w.keep_history = true;
  live(w, 4, 0, 0);
  std::size_t rolled = 0;
  std::uint64_t newest = 0;
  for (auto& row : w.history) {
    auto rolls = row.table == state_table::venues || row.table == state_table::cards ||
                 row.table == state_table::devices || row.key == "tally";
    if (!rolls)
      continue;
    std::uint64_t stamp = 0;
    std::memcpy(&stamp, row.value.data(), sizeof stamp);
    BOOST_TEST(stamp >= newest); // rows come in the order of their rounds
    newest = stamp;
    ++rolled;
  }
  BOOST_TEST(rolled > 100u);
  BOOST_TEST(newest <= w.number);
}
