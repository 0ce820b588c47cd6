// SPDX-License-Identifier: Apache-2.0
// Proves: at the ward, as at the judge: the rulebook of the event time decides, on both sides of
//         midnight and for late scans; colours end to the minute; stale data is marked and decides
//         where the book says so; capacity follows who is inside; times out of range have their
//         reason at the very millisecond.
// Method: single scans through the whole fold, each at an edge, with the reply read as a door does.
#define BOOST_TEST_MODULE ward_verdict
#include "tests/actors/logic/rulebook_texts.hpp"
#include "tests/support/command_samples.hpp"

#include <boost/test/unit_test.hpp>

using namespace wardflow;
using namespace wardflow::test;

namespace {

time_ms local(std::string_view text) {
  return *parse_time(text);
}

/// The verdict and the basis that a door reads.
struct told {
  verdict v;
  basis on;
};

struct door_ward : fold_world {
  explicit door_ward(bool books = true) {
    (void)say(std::vector<group_record>{{make_group_id(ward, 1), "Tổ 1"}});
    std::vector<venue_record> venues;
    for (auto kind : {category::market, category::bar, category::event, category::hospital}) {
      auto v = venue();
      v.facts.kind = kind;
      v.facts.group = make_group_id(ward, 1);
      venues.push_back(v);
    }
    venues.push_back(venues[0]);
    venues.back().facts.capacity = 2;
    (void)say(venues);
    (void)say(device(1));
    if (books)
      for (auto file : {"khanh-hoa-2021-10-16.toml", "khanh-hoa-2021-11-16.toml"})
        (void)say(rulebook_text{rulebook_file(file)});
  }

  std::vector<told> batch(std::vector<scan> scans, bool unsure = false) {
    scan_round r;
    r.clock_unsure = unsure;
    r.scans.push_back({peer_id{1}, device_id{1}, encode_batch(1, next, scans), 0});
    next += scans.size();
    run(r);
    scan_reply reply;
    BOOST_REQUIRE(r.replies.size() == 1u);
    BOOST_REQUIRE(read_scan_reply(r.replies[0].body.view(), reply) == code::ok);
    std::vector<told> all;
    for (auto word : reply.verdicts) {
      auto v = to_verdict(word);
      all.push_back({v, v.basis < reply.bases.size() ? reply.bases[v.basis] : basis{}});
    }
    return all;
  }

  scan one(std::uint32_t serial, time_ms at, std::uint64_t id = 7) {
    scan s;
    s.venue = make_venue_id(ward, serial);
    s.card = card_id{id};
    s.at = at;
    return s;
  }
  told at(std::uint32_t serial, time_ms when, std::uint64_t id = 7) {
    return batch({one(serial, when, id)}).at(0);
  }
  /// Scanned and heard in the same moment.
  told now(std::uint32_t serial, time_ms when, std::uint64_t id = 7) {
    stamp = when;
    return at(serial, when, id);
  }
  void know(std::uint64_t id, auto change) {
    card_update c;
    c.card = card_id{id};
    c.facts.group = make_group_id(ward, 1);
    change(c.facts);
    (void)say(std::vector<card_update>{c});
  }

  std::uint64_t next = 1;
};

constexpr std::uint32_t market = 1, bar = 2, event = 3, hospital = 4, small_market = 5;

void is(const told& t, decision d, code why) {
  BOOST_TEST((t.v.decision == d), "decision " << static_cast<int>(t.v.decision));
  BOOST_TEST((t.v.reason == why), "reason " << static_cast<int>(t.v.reason));
}

} // namespace

BOOST_AUTO_TEST_CASE(on_the_16th_of_october_the_card_becomes_compulsory_at_midnight) {
  door_ward w;
  auto midnight = local("2021-10-16T00:00");
  w.stamp = midnight + minute_ms;
  w.know(7, [](auto& f) { f.first_dose = 0; }); // red
  for (auto reversed : {false, true}) {         // both books in one frame, in any order
    std::vector<scan> scans{w.one(market, midnight - 1), w.one(market, midnight)};
    if (reversed)
      std::swap(scans[0], scans[1]);
    auto all = w.batch(scans);
    auto& before = all[reversed ? 1 : 0];
    auto& after = all[reversed ? 0 : 1];
    is(before, decision::condition, code::no_rulebook);
    BOOST_TEST(before.on.rulebook == 0u);
    is(after, decision::refuse, code::colour_red);
    BOOST_TEST(after.on.rulebook == 20211016u);
    BOOST_TEST(after.v.rule != 0);
  }
}

BOOST_AUTO_TEST_CASE(on_the_16th_of_november_it_ends_at_midnight_and_late_scans_keep_the_old_book) {
  door_ward w;
  auto midnight = local("2021-11-16T00:00");
  w.stamp = midnight - hour_ms;
  w.know(7, [](auto& f) { f.first_dose = 0; });
  is(w.now(market, midnight - 1), decision::refuse, code::colour_red);
  auto after = w.now(market, midnight);
  is(after, decision::condition, code::wear_mask);
  BOOST_TEST(after.on.rulebook == 20211116u);
  is(w.now(event, midnight), decision::refuse, code::colour_red); // there it goes on
  // A day later a spool arrives: each of its scans by the book of its own time.
  w.stamp = midnight + day_ms;
  auto late = w.batch({w.one(market, midnight - 1), w.one(market, midnight)});
  is(late[0], decision::refuse, code::colour_red);
  BOOST_TEST(late[0].on.rulebook == 20211016u);
  BOOST_TEST(late[0].v.late);
  is(late[1], decision::condition, code::wear_mask);
  BOOST_TEST(late[1].v.late);
}

BOOST_AUTO_TEST_CASE(fourteen_days_72_hours_and_180_days_end_to_the_minute) {
  door_ward w;
  auto day = *parse_day("2021-10-20");
  w.stamp = start_of(day);
  auto test_at = start_of(day) + 9 * hour_ms + 30 * minute_ms;
  w.know(1, [&](auto& f) { f.full_dose = day; });
  w.know(2, [&](auto& f) { f.first_dose = day; });
  w.know(3, [&](auto& f) { f.recovered = day; });
  w.know(4, [&](auto& f) { f.pcr_negative_min = static_cast<std::uint32_t>(test_at / minute_ms); });
  auto colour_at = [&](std::uint64_t id, time_ms when) { return w.now(market, when, id).v.colour; };
  auto begins = start_of(static_cast<day_number>(day + 14));
  BOOST_TEST((colour_at(4, test_at) == colour::yellow));
  BOOST_TEST((colour_at(4, test_at + 72 * hour_ms - minute_ms) == colour::yellow));
  BOOST_TEST((colour_at(4, test_at + 72 * hour_ms) == colour::red));
  BOOST_TEST((colour_at(1, begins - minute_ms) == colour::red));
  BOOST_TEST((colour_at(2, begins - minute_ms) == colour::red));
  BOOST_TEST((colour_at(1, begins) == colour::green));
  BOOST_TEST((colour_at(2, begins) == colour::yellow));
  auto ends = start_of(static_cast<day_number>(day + 181));
  BOOST_TEST((colour_at(3, ends - minute_ms) == colour::green));
  BOOST_TEST((colour_at(3, ends) == colour::red)); // nobody said anything; time passed
}

BOOST_AUTO_TEST_CASE(levels_that_nobody_sent_today_are_marked_and_decide_where_the_book_says_so) {
  door_ward w;
  auto noon = local("2021-10-20T12:00");
  w.stamp = noon;
  w.know(7, [](auto& f) { f.full_dose = *parse_day("2021-08-01"); });
  (void)w.say(std::vector<level_update>{level(w, 1, 1)});
  auto fresh = w.now(bar, noon);
  is(fresh, decision::admit, code::ok);
  BOOST_TEST((fresh.v.stale == stale_rule::none));
  BOOST_TEST(fresh.on.levels_as_of == noon);
  auto next_day = w.now(bar, noon + day_ms); // the same level: not the same as known
  is(next_day, decision::condition, code::levels_stale);
  BOOST_TEST((next_day.v.stale == stale_rule::condition));
  BOOST_TEST(next_day.on.levels_as_of == noon); // the age is told
  auto elsewhere = w.now(market, noon + day_ms);
  is(elsewhere, decision::admit, code::ok);
  BOOST_TEST((elsewhere.v.stale == stale_rule::admits)); // never silently valid
  // A late scan of the day that had its level is not stale.
  auto late = w.at(bar, noon);
  BOOST_TEST((late.v.stale == stale_rule::none));
  BOOST_TEST(late.v.late);
}

BOOST_AUTO_TEST_CASE(a_book_may_refuse_on_stale_levels) {
  door_ward w{false};
  auto strict = with(small_book, "levels = \"admits\"", "levels = \"refuses\"");
  BOOST_REQUIRE((w.say(rulebook_text{strict}).code == code::done));
  auto noon = local("2021-10-20T12:00");
  w.stamp = noon;
  w.know(7, [](auto& f) { f.full_dose = *parse_day("2021-08-01"); });
  auto refused = w.now(market, noon);
  is(refused, decision::refuse, code::levels_stale);
  BOOST_TEST((refused.v.stale == stale_rule::refuses));
  (void)w.say(std::vector<level_update>{level(w, 1, 1)});
  is(w.now(market, noon), decision::admit, code::ok);
}

BOOST_AUTO_TEST_CASE(card_facts_older_than_72_hours_are_stale_at_the_next_millisecond) {
  door_ward w;
  auto noon = local("2021-10-20T12:00");
  w.stamp = noon;
  w.know(7, [](auto& f) { f.full_dose = *parse_day("2021-08-01"); });
  auto heard = w.fold->state.cards_as_of;
  BOOST_TEST(heard == noon);
  auto edge = heard + 72 * hour_ms;
  w.stamp = edge - minute_ms;
  (void)w.say(std::vector<level_update>{level(w, 1, 1)});
  is(w.now(bar, edge), decision::admit, code::ok);
  auto stale = w.now(bar, edge + 1);
  is(stale, decision::condition, code::cards_stale);
  BOOST_TEST((stale.v.stale == stale_rule::condition));
  BOOST_TEST(stale.on.cards_as_of == heard);
  BOOST_TEST((w.now(market, edge + 1).v.stale == stale_rule::admits));
}

BOOST_AUTO_TEST_CASE(one_level_recolours_a_whole_group_without_a_write_to_its_cards) {
  door_ward w{false};
  BOOST_REQUIRE((w.say(rulebook_text{std::string{small_book}}).code == code::done));
  w.stamp = local("2021-10-20T12:00");
  for (std::uint64_t id = 1; id <= 50; ++id)
    w.know(id, [](auto& f) { f.full_dose = *parse_day("2021-08-01"); });
  auto cards = w.fold->state.cards.state_hash();
  for (auto [value, seen] : {std::pair{1, colour::green}, {3, colour::yellow}, {4, colour::red}}) {
    (void)w.say(std::vector<level_update>{level(w, 1, static_cast<std::uint8_t>(value))});
    BOOST_TEST((w.fold->state.cards.state_hash() == cards));
    for (std::uint64_t id = 1; id <= 50; id += 7) {
      auto t = w.at(hospital, w.stamp, id);
      BOOST_TEST((t.v.colour == seen));
    }
    cards = w.fold->state.cards.state_hash();
  }
}

BOOST_AUTO_TEST_CASE(a_full_venue_refuses_until_somebody_leaves) {
  door_ward w;
  w.stamp = local("2021-10-20T12:00");
  for (std::uint64_t id = 1; id <= 4; ++id)
    w.know(id, [](auto& f) { f.full_dose = *parse_day("2021-08-01"); });
  auto all = w.batch({w.one(small_market, w.stamp, 1), w.one(small_market, w.stamp, 2),
                      w.one(small_market, w.stamp, 3)});
  is(all[0], decision::admit, code::ok);
  is(all[1], decision::admit, code::ok);
  is(all[2], decision::refuse, code::capacity_full); // in the same round
  is(w.at(small_market, w.stamp, 4), decision::refuse, code::capacity_full);
  auto leaves = w.one(small_market, w.stamp, 1);
  leaves.way = direction::out;
  auto next = w.batch({leaves, w.one(small_market, w.stamp, 4)});
  is(next[0], decision::admit, code::left);
  is(next[1], decision::admit, code::ok);
}

BOOST_AUTO_TEST_CASE(what_is_late_too_late_or_ahead_is_so_at_its_very_millisecond) {
  door_ward w;
  auto noon = local("2021-11-10T12:00");
  w.stamp = noon;
  w.know(7, [](auto& f) { f.full_dose = *parse_day("2021-08-01"); });
  BOOST_TEST(!w.at(market, noon - 10 * minute_ms).v.late);
  BOOST_TEST(w.at(market, noon - 10 * minute_ms - 1).v.late);
  BOOST_TEST((w.at(market, noon + 5 * minute_ms).v.reason != code::clock_skew));
  is(w.at(market, noon + 5 * minute_ms + 1), decision::refuse, code::clock_skew);
  is(w.at(market, noon + 6 * minute_ms), decision::refuse, code::clock_skew);
  BOOST_TEST((w.at(market, noon - 30 * day_ms).v.reason != code::too_late));
  is(w.at(market, noon - 30 * day_ms - 1), decision::refuse, code::too_late);
  is(w.at(market, noon - 31 * day_ms), decision::refuse, code::too_late);
}

BOOST_AUTO_TEST_CASE(while_the_node_doubts_its_clock_nothing_is_refused_for_skew) {
  door_ward w;
  w.stamp = local("2021-10-20T12:00");
  w.know(7, [](auto& f) { f.full_dose = *parse_day("2021-08-01"); });
  for (auto at : {w.stamp + 40 * day_ms, w.stamp - 40 * day_ms, w.stamp}) {
    auto t = w.batch({w.one(market, at)}, true).at(0);
    BOOST_TEST(t.v.counts());
    BOOST_TEST(t.v.clock_unsure);
    BOOST_TEST(!t.v.late);
  }
  BOOST_TEST(!w.at(market, w.stamp).v.clock_unsure);
}

BOOST_AUTO_TEST_CASE(scans_that_no_venue_of_the_ward_can_judge_have_their_reason) {
  door_ward w;
  auto unknown = w.one(99, w.stamp), other = w.one(1, w.stamp), none = w.one(1, w.stamp);
  other.venue = make_venue_id(w.ward + 1, 1);
  none.card = {};
  none.problem = code::code_payment;
  (void)w.say(suspend(market));
  auto all = w.batch({unknown, other, none, w.one(market, w.stamp)});
  is(all[0], decision::refuse, code::venue_unknown);
  is(all[1], decision::refuse, code::venue_other_ward);
  is(all[2], decision::refuse, code::code_payment);
  is(all[3], decision::refuse, code::venue_suspended);
  BOOST_TEST(w.fold->state.scans == 4u); // each used up its number
  BOOST_TEST(w.fold->state.tally.find(local_day(w.stamp))->counted == 1u);
}
