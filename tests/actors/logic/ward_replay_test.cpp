// SPDX-License-Identifier: Apache-2.0
// Proves: replaying the journal over any mix of older and newer saved states gives the live state,
//         byte for byte; a record that does not fit the state is named and stops the replay.
// Method: random rounds by seed; each owner takes one of the states that it ever saved, or none,
//         and the journal is replayed from its beginning. Damaged records by hand.
#define BOOST_TEST_MODULE ward_replay
#include "tests/support/fold_traffic.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <random>

using namespace wardflow;
using namespace wardflow::test;

namespace {

bool rolls(const saved_row& row) {
  return row.table == state_table::venues || row.table == state_table::cards ||
         row.table == state_table::devices ||
         (row.table == state_table::ward && row.key == "tally");
}

/// One saved state of each owner, any of those that there were.
void mix_stamps(fold_world& w, std::mt19937_64& random) {
  std::map<std::pair<state_table, std::string>, std::vector<const saved_row*>> versions;
  for (auto& row : w.history)
    if (rolls(row))
      versions[{row.table, row.key}].push_back(&row);
  for (auto& [key, all] : versions) {
    auto pick = random() % (all.size() + 1);
    if (pick == all.size())
      w.rows.erase(key);
    else
      w.rows[key] = all[pick]->value;
  }
}

code replay_all(fold_world& w, ward_fold& fold) {
  for (auto table : {state_table::ward, state_table::meta, state_table::venues, state_table::cards,
                     state_table::devices, state_table::commands})
    for (auto& [key, value] : w.rows)
      if (key.first == table && !fold.state.load(table, key.second, value))
        return code::store_damaged;
  if (!fold.state.loaded())
    return code::store_damaged;
  for (auto& [number, body] : w.records) {
    round_record r;
    if (auto bad = read_record(body.view(), r); bad != code::ok)
      return bad;
    if (auto bad = fold.replay(r); bad != code::ok)
      return bad;
  }
  return code::ok;
}

/// A frame of one device in a round of its own.
void scan_once(fold_world& w, std::uint64_t sequence, std::vector<scan> scans) {
  for (auto& s : scans)
    s.at = w.stamp;
  scan_round r;
  r.scans.push_back({peer_id{1}, device_id{1}, encode_batch(1, sequence, scans), 0});
  w.run(r);
}

scan visit(std::uint64_t card, std::uint32_t venue = 1, std::uint64_t linked = 0) {
  scan s;
  s.venue = make_venue_id(fold_world::ward, venue);
  s.card = card_id{card};
  s.linked = card_id{linked};
  return s;
}

} // namespace

BOOST_AUTO_TEST_CASE(any_mix_of_saved_states_replays_to_the_live_state) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      fold_world w{eager()};
      w.keep_history = true;
      furnish(w);
      traffic t{seed};
      for (auto i = 0; i != 120; ++i) {
        pass(t, w);
        if (t.below(5) == 0)
          w.say(t.any_command(w));
        scan_round r;
        t.frames(w, r);
        w.run(r, t.random());
      }
      auto live = w.state();
      auto parts = w.parts();
      for (auto mix = 0; mix != 6; ++mix) {
        mix_stamps(w, t.random);
        w.fold = std::make_unique<ward_fold>(*unit_code::parse("22366"), w.options);
        BOOST_REQUIRE(replay_all(w, *w.fold) == code::ok);
        BOOST_REQUIRE_MESSAGE(w.state() == live, "mix " << mix << "\n"
                                                        << parts << "\n"
                                                        << w.parts());
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_card_that_is_forgotten_and_linked_in_one_round_is_the_same_after_a_replay) {
  // Live, all links of a round come before its scans; a replay goes frame by frame.
  ward_fold::options never;
  never.checkpoints.age_min_ms = 1000 * day_ms;
  fold_world w{never};
  furnish(w);
  std::uint64_t other = 2;
  while (card_book::shard_of(card_id{other}) != card_book::shard_of(card_id{1}))
    ++other;
  scan_once(w, 1, {visit(1)});
  w.stamp += 40 * day_ms;
  scan_round r;
  std::vector<scan> first{visit(other)}, second{visit(1, 2, 500)};
  first[0].at = second[0].at = w.stamp;
  r.scans.push_back({peer_id{1}, device_id{1}, encode_batch(1, 2, first), 0});
  r.scans.push_back({peer_id{1}, device_id{1}, encode_batch(1, 3, second), 0});
  w.run(r);
  auto live = w.state();
  auto* kept = w.fold->state.cards.find(card_id{1});
  BOOST_REQUIRE(kept != nullptr);
  BOOST_TEST(kept->scans == 1u); // the day began: what was due is gone
  BOOST_REQUIRE(w.restart() == code::ok);
  BOOST_TEST(w.replayed > 0u);
  BOOST_TEST((w.state() == live));
}

BOOST_AUTO_TEST_CASE(an_order_that_was_refused_is_not_carried_out_by_a_replay) {
  ward_fold::options never;
  never.checkpoints.age_min_ms = 1000 * day_ms;
  fold_world w{never};
  furnish(w);
  scan_once(w, 1, {visit(5)}); // a replay begins here
  card_order order;
  order.card = card_id{5};
  BOOST_TEST((w.say(order).code == code::document_needed));
  auto live = w.state();
  BOOST_REQUIRE(w.restart() == code::ok);
  BOOST_TEST((w.state() == live));
  BOOST_TEST(!w.fold->state.cards.facts(card_id{5}).revoked);
  order.document = "9/QĐ";
  BOOST_TEST((w.say(order).code == code::done));
  BOOST_REQUIRE(w.restart() == code::ok);
  BOOST_TEST(w.fold->state.cards.facts(card_id{5}).revoked);
}

BOOST_AUTO_TEST_CASE(what_is_replayed_twice_counts_once) {
  fold_world w{eager()};
  furnish(w);
  for (std::uint64_t n = 1; n <= 20; ++n) {
    w.stamp += minute_ms;
    scan_once(w, n, {visit(n % 7 + 1, static_cast<std::uint32_t>(n % 5) + 1)});
  }
  auto live = w.state();
  BOOST_REQUIRE(w.restart() == code::ok);
  BOOST_REQUIRE(w.restart() == code::ok); // nothing was written in between
  BOOST_TEST((w.state() == live));
}

BOOST_AUTO_TEST_CASE(after_a_clean_stop_there_is_nothing_to_replay) {
  fold_world w;
  furnish(w);
  for (std::uint64_t n = 1; n <= 20; ++n)
    scan_once(w, n, {visit(n)});
  auto live = w.state();
  w.fold->sleep_all();
  scan_round last;
  w.run(last);
  w.replayed = 0;
  BOOST_REQUIRE(w.restart() == code::ok);
  BOOST_TEST(w.replayed == 0u);
  BOOST_TEST((w.state() == live));
}

BOOST_AUTO_TEST_CASE(a_round_of_another_logic_version_is_not_replayed) {
  fold_world w;
  furnish(w);
  round_record r;
  r.number = 1000;
  r.logic = logic_version + 1;
  auto before = w.state();
  BOOST_TEST((w.fold->replay(r) == code::logic_version_other));
  BOOST_TEST((w.state() == before));
}

BOOST_AUTO_TEST_CASE(a_record_that_does_not_fit_is_damage) {
  fold_world w;
  furnish(w);
  std::vector<scan> one{visit(7)};
  auto batch = encode_batch(1, 1, one);
  scan_reply answer;
  answer.epoch = answer.first_sequence = answer.through_sequence = 1;
  answer.verdicts = {to_word(verdict{})};
  answer.bases.resize(1);
  auto reply = encode_scan_reply(answer);
  auto replayed = [&](auto change) {
    round_record r;
    r.number = 1000;
    r.stamp = w.stamp;
    r.frames.push_back({device_id{1}, batch.view(), reply.view(), {}});
    change(r);
    return w.fold->replay(r);
  };
  std::vector<scan> two(2, visit(7)), nowhere{visit(7, 999)};
  auto longer = encode_batch(1, 1, two), elsewhere = encode_batch(1, 1, nowhere);
  auto damaged = code::store_damaged;
  BOOST_TEST((replayed([](auto& r) { r.frames[0].device = device_id{9}; }) == damaged));
  BOOST_TEST((replayed([&](auto& r) { r.frames[0].batch = longer.view(); }) == damaged));
  BOOST_TEST((replayed([&](auto& r) { r.frames[0].batch = elsewhere.view(); }) == damaged));
  BOOST_TEST((replayed([&](auto& r) { r.frames[0].batch = reply.view().first(16); }) == damaged));
  BOOST_TEST((replayed([&](auto& r) { r.frames[0].reply = batch.view().first(8); }) == damaged));
  BOOST_TEST((replayed([](auto& r) { r.ticks.push_back({999, 1}); }) == damaged));
  BOOST_TEST((replayed([&](auto& r) {
                r.commands.push_back({batch.view().first(8), batch.view(), "x"});
              }) == damaged));
}
