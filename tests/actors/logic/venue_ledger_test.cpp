// SPDX-License-Identifier: Apache-2.0
// Proves: who is inside, persons, visits closed by a scan or by rule, hours with their late scans
//         and revisions, and what is forgotten when, are those of a ledger kept with sets.
// Method: each rule once by hand; random weeks by seed beside tests/actors/logic/slow_ledger.hpp,
//         with the ledger saved and loaded at any time.
#define BOOST_TEST_MODULE venue_ledger
#include "actors/logic/venue_ledger.hpp"

#include "tests/actors/logic/slow_ledger.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <random>

using namespace wardflow;
using namespace wardflow::test;

namespace {

const day_number today = *parse_day("2021-10-20");

time_ms at(int hour, int minute = 0, int days = 0) {
  return start_of(static_cast<day_number>(today + days)) + hour * hour_ms + minute * minute_ms;
}

venue_facts open_from(int opens, int closes) {
  venue_facts v;
  v.opens = static_cast<std::uint16_t>(opens * 60);
  v.closes = static_cast<std::uint16_t>(closes * 60);
  return v;
}

scan_item person(std::uint64_t card, time_ms when, direction way = direction::in) {
  scan_item s;
  s.person = card_id{card};
  s.at = when;
  s.way = way;
  return s;
}

verdict admitted(bool late = false) {
  verdict v;
  v.decision = decision::admit;
  v.late = late;
  return v;
}

verdict refused() {
  verdict v;
  v.reason = code::colour_red;
  return v;
}

struct venue {
  venue_ledger ledger;
  venue_facts place = open_from(6, 21);

  void round(const std::vector<scan_item>& scans, time_ms stamp, verdict v = admitted()) {
    if (auto due = ledger.due(place); due != 0 && due <= stamp)
      ledger.work_off(due, place);
    for (auto& s : scans)
      ledger.apply(s, v, stamp);
    ledger.end_of_round();
    ledger.expect_closing(stamp, place);
  }
  void round(const scan_item& s, verdict v = admitted()) { round({s}, s.at, v); }
  day_row day(int days = 0) const {
    return ledger.counts(static_cast<day_number>(today + days)).day;
  }
};

} // namespace

BOOST_AUTO_TEST_CASE(a_visit_is_an_in_scan_closed_by_an_out_scan) {
  venue v;
  v.round(person(1, at(9)));
  v.round(person(2, at(9, 5)));
  BOOST_TEST(v.ledger.inside() == 2u);
  v.round(person(1, at(9, 30), direction::out));
  BOOST_TEST(v.ledger.inside() == 1u);
  BOOST_TEST(v.day().entered == 2u);
  BOOST_TEST(v.day().exited == 1u);
  BOOST_TEST(v.day().persons == 2u);
  BOOST_TEST(v.day().admitted == 2u);
}

BOOST_AUTO_TEST_CASE(an_in_while_inside_and_an_out_without_an_in_are_counted_apart) {
  venue v;
  v.round(person(1, at(9)));
  v.round(person(1, at(10)));
  BOOST_TEST(v.day().again == 1u);
  BOOST_TEST(v.ledger.inside() == 1u);
  v.round(person(2, at(11), direction::out));
  BOOST_TEST(v.day().unmatched == 1u);
  BOOST_TEST(v.ledger.inside() == 1u);
  BOOST_TEST(v.day().persons == 2u); // he was there
}

BOOST_AUTO_TEST_CASE(who_is_refused_is_not_inside_but_was_there) {
  venue v;
  v.round(person(1, at(9)), refused());
  BOOST_TEST(v.ledger.inside() == 0u);
  BOOST_TEST(v.day().refused == 1u);
  BOOST_TEST(v.day().persons == 1u);
  BOOST_TEST(v.ledger.counts(today).hours.at(0).refused == 1u);
  // Nothing is due but to forget him, in the night after the twentieth day.
  BOOST_TEST(v.ledger.due(v.place) == at(3, 0, 20));
}

BOOST_AUTO_TEST_CASE(at_closing_time_open_visits_are_closed_and_marked_inferred) {
  venue v;
  v.round({person(1, at(9)), person(2, at(20, 59))}, at(20, 59));
  BOOST_TEST(v.ledger.due(v.place) == at(21));
  v.round({}, at(21));
  BOOST_TEST(v.ledger.inside() == 0u);
  BOOST_TEST(v.day().closed == 2u);
  BOOST_TEST(v.day().exited == 0u);
  BOOST_TEST(v.ledger.due(v.place) == at(3, 0, 20));
}

BOOST_AUTO_TEST_CASE(who_enters_in_the_very_second_of_the_closing_leaves_with_it) {
  venue v;
  v.round({person(1, at(21)), person(2, at(21) + 999), person(3, at(21) + 1000)}, at(20, 59));
  v.round({}, at(21));
  BOOST_TEST(v.day().closed == 2u);
  BOOST_TEST(v.ledger.inside() == 1u);
  BOOST_TEST(v.ledger.due(v.place) == at(21, 0, 1));
}

BOOST_AUTO_TEST_CASE(a_scan_from_before_the_closing_is_counted_but_moves_nobody) {
  venue v;
  v.round(person(1, at(20)));
  v.round({}, at(21));
  v.round({person(2, at(19))}, at(21, 30), admitted(true)); // late, from a spool
  BOOST_TEST(v.ledger.inside() == 0u);
  BOOST_TEST(v.ledger.counts(today).hours.at(0).hour % 24 == 19u);
  BOOST_TEST(v.day().persons == 2u);
  v.round({person(1, at(20, 30), direction::out)}, at(21, 40), admitted(true));
  BOOST_TEST(v.day().unmatched == 0u); // his visit was closed by rule already
  BOOST_TEST(v.day().closed == 1u);
}

BOOST_AUTO_TEST_CASE(a_venue_past_midnight_closes_on_the_next_day) {
  venue v;
  v.place = open_from(18, 2);
  v.round(person(1, at(23)));
  BOOST_TEST(v.ledger.due(v.place) == at(2, 0, 1));
  v.round(person(2, at(1, 0, 1)));
  BOOST_TEST(v.ledger.inside() == 2u);
  BOOST_TEST(v.day(1).carried == 1u);
  v.round({}, at(2, 0, 1));
  BOOST_TEST(v.ledger.inside() == 0u);
  BOOST_TEST(v.day(1).closed == 2u);
  BOOST_TEST(v.day(0).closed == 0u);
}

BOOST_AUTO_TEST_CASE(where_nobody_closes_only_visits_of_more_than_a_day_end_at_midnight) {
  venue v;
  v.place = open_from(0, 0);
  v.round(person(1, at(20)));
  v.round(person(2, at(22, 0, 0)));
  BOOST_TEST(v.ledger.due(v.place) == at(0, 0, 1));
  v.round({}, at(0, 0, 1));
  BOOST_TEST(v.ledger.inside() == 2u); // four hours are a night shift
  BOOST_TEST(v.ledger.due(v.place) == at(0, 0, 2));
  v.round(person(3, at(12, 0, 1)));
  v.round({}, at(0, 0, 2));
  BOOST_TEST(v.ledger.inside() == 1u);
  BOOST_TEST(v.day(2).closed == 2u);
  BOOST_TEST(v.day(2).carried == 3u);
}

BOOST_AUTO_TEST_CASE(opening_hours_that_end_at_midnight_close_at_midnight) {
  BOOST_TEST(next_closing(open_from(8, 24), at(20)) == at(0, 0, 1));
  BOOST_TEST(next_closing(open_from(8, 0), at(20)) == at(0, 0, 1));
  BOOST_TEST(next_closing(open_from(6, 21), at(21)) == at(21, 0, 1)); // strictly after
  BOOST_TEST(next_closing(open_from(6, 21), at(21) - 1) == at(21));
}

BOOST_AUTO_TEST_CASE(a_late_scan_counts_in_the_hour_and_day_where_it_belongs) {
  venue v;
  v.round(person(1, at(9)));
  v.round({person(2, at(14, 30, -3))}, at(9, 30), admitted(true));
  auto then = v.ledger.counts(static_cast<day_number>(today - 3));
  BOOST_REQUIRE(then.hours.size() == 1u);
  BOOST_TEST(then.hours[0].hour % 24 == 14u);
  BOOST_TEST(then.hours[0].late == 1u);
  BOOST_TEST(then.day.persons == 1u);
  BOOST_TEST(v.day().persons == 1u);
  BOOST_TEST(v.day().entered == 2u); // presence follows arrival
  BOOST_TEST(v.ledger.was_seen(card_id{2}, static_cast<day_number>(today - 3)));
  BOOST_TEST(!v.ledger.was_seen(card_id{2}, today));
}

BOOST_AUTO_TEST_CASE(an_hour_has_one_revision_more_for_each_round_that_changed_it) {
  venue v;
  v.round({person(1, at(9)), person(2, at(9, 1)), person(3, at(10))}, at(10));
  v.round({person(4, at(9, 2))}, at(10, 30));
  auto hours = v.ledger.counts(today).hours;
  BOOST_REQUIRE(hours.size() == 2u);
  BOOST_TEST(hours[0].revision == 2u);
  BOOST_TEST(hours[1].revision == 1u);
  v.round({}, at(10, 31));
  BOOST_TEST(v.ledger.counts(today).hours[0].revision == 2u);
}

BOOST_AUTO_TEST_CASE(a_scanner_that_is_ahead_over_midnight_counts_on_the_nodes_day) {
  venue v;
  v.place = open_from(0, 0);
  v.round({person(1, at(0, 2, 1))}, at(23, 58));
  auto c = v.ledger.counts(today);
  BOOST_TEST(c.day.persons == 1u);
  BOOST_TEST(c.day.admitted == 1u);
  BOOST_REQUIRE(c.hours.size() == 1u); // never more persons than scans
  BOOST_TEST(c.hours[0].hour % 24 == 23u);
  BOOST_TEST(v.ledger.counts(static_cast<day_number>(today + 1)).hours.empty());
}

BOOST_AUTO_TEST_CASE(persons_are_remembered_for_20_days_and_counts_for_31) {
  constexpr std::uint64_t somebody = 0x1122'3344'5566'7788;
  venue v;
  v.round(person(somebody, at(9)));
  auto is_saved = [&] {
    auto saved = v.ledger.save(0);
    auto key = std::as_bytes(std::span{&somebody, 1});
    return std::search(saved.begin(), saved.end(), key.begin(), key.end()) != saved.end();
  };
  auto ask = [&](int days) {
    v.ledger.begin_day(at(9, 0, days));
    auto c = v.ledger.counts(today);
    return std::pair{v.ledger.was_seen(card_id{somebody}, today), !c.hours.empty()};
  };
  v.round(person(somebody, at(10), direction::out)); // nobody stays inside
  BOOST_TEST((ask(19) == std::pair{true, true}));
  BOOST_TEST(is_saved());
  BOOST_TEST((ask(20) == std::pair{false, true}));
  BOOST_TEST(!is_saved());           // the person is gone from what goes to the disk
  BOOST_TEST(v.day().persons == 1u); // the count is not
  BOOST_TEST((ask(31) == std::pair{false, true}));
  BOOST_TEST((ask(32) == std::pair{false, false}));
}

BOOST_AUTO_TEST_CASE(a_scan_older_than_20_days_counts_but_stores_no_identity) {
  venue v;
  v.round(person(9, at(8)));
  v.round({}, at(21));
  v.round({person(1, at(9, 0, -25))}, at(22), admitted(true));
  auto then = v.ledger.counts(static_cast<day_number>(today - 25));
  BOOST_TEST(then.day.admitted == 1u);
  BOOST_TEST(then.day.persons == 0u);
  BOOST_TEST(then.hours.size() == 1u);
  auto saved = v.ledger.save(0);
  venue_ledger again;
  std::uint64_t stamp = 0;
  BOOST_REQUIRE(again.load(saved, stamp));
  BOOST_TEST(!again.was_seen(card_id{1}, static_cast<day_number>(today - 25)));
}

BOOST_AUTO_TEST_CASE(a_technical_refusal_changes_nothing) {
  venue v;
  verdict no;
  no.reason = code::too_late;
  v.round(person(1, at(9)), no);
  BOOST_TEST((v.ledger.state_hash() == std::array<std::uint64_t, 2>{}));
}

BOOST_AUTO_TEST_CASE(cut_or_lengthened_bytes_are_no_ledger) {
  venue v;
  for (std::uint64_t i = 1; i != 20; ++i)
    v.round(person(i, at(9, static_cast<int>(i))));
  auto saved = v.ledger.save(77);
  venue_ledger again;
  std::uint64_t stamp = 0;
  for (std::size_t n = 0; n != saved.size(); ++n)
    BOOST_REQUIRE(!again.load(std::span{saved}.first(n), stamp));
  saved.push_back({});
  BOOST_TEST(!again.load(saved, stamp));
  saved.pop_back();
  BOOST_TEST(again.load(saved, stamp));
  BOOST_TEST(stamp == 77u);
  BOOST_TEST((again.save(77) == saved));
}

namespace {

struct random_weeks {
  explicit random_weeks(std::uint64_t seed) : random(seed) {
    place = random() % 3 == 0   ? open_from(0, 0)
            : random() % 2 == 0 ? open_from(18, 2)
                                : open_from(6, 21);
    cards = 1 + below(40);
  }
  std::uint64_t below(std::uint64_t n) { return random() % n; }

  void round() {
    stamp += static_cast<time_ms>(below(40 * minute_ms));
    if (below(20) == 0)
      stamp += static_cast<time_ms>(below(3 * day_ms));
    if (below(150) == 0)
      stamp += static_cast<time_ms>(below(40)) * day_ms;
    if (auto due = fast.due(place); due != 0 && due <= stamp) {
      fast.work_off(due, place);
      slow.work_off(due, place);
    }
    auto scans = below(8);
    for (; scans > 0; --scans) {
      auto s = person(1 + below(cards), stamp - static_cast<time_ms>(below(minute_ms)),
                      below(2) == 0 ? direction::in : direction::out);
      auto v = admitted();
      if (below(6) == 0) {
        s.at = stamp - static_cast<time_ms>(below(30 * day_ms));
        v.late = true;
      }
      if (below(20) == 0)
        s.at = stamp + static_cast<time_ms>(below(5 * minute_ms));
      v.clock_unsure = below(20) == 0;
      if (s.way == direction::in)
        v.decision = static_cast<decision>(below(3));
      if (below(15) == 0)
        v.reason = code::venue_not_yours;
      s.flow = static_cast<flow>(below(2));
      fast.apply(s, v, stamp);
      slow.apply(s, v, stamp);
    }
    fast.end_of_round();
    fast.expect_closing(stamp, place);
    slow.end_of_round(stamp, place);
  }

  void compare() {
    BOOST_REQUIRE(fast.inside() == slow.inside());
    BOOST_REQUIRE(fast.due(place) == slow.due(place));
    auto d = fast.counts(slow.today()).day;
    BOOST_REQUIRE(d.carried + d.entered == fast.inside() + d.exited + d.closed);
    for (int back = -1; back <= 34; ++back) {
      auto day = static_cast<day_number>(slow.today() - back);
      auto c = fast.counts(day);
      BOOST_REQUIRE((c.day == slow.day(day)));
      BOOST_REQUIRE((c.hours == slow.hours(day)));
      for (std::uint64_t card = 1; card <= cards; ++card)
        BOOST_REQUIRE(fast.was_seen(card_id{card}, day) == slow.was_seen(card_id{card}, day));
    }
  }

  std::mt19937_64 random;
  venue_ledger fast;
  slow_ledger slow;
  venue_facts place;
  std::uint64_t cards = 1;
  time_ms stamp = at(7);
};

} // namespace

BOOST_AUTO_TEST_CASE(random_weeks_are_those_of_a_slow_ledger_through_saves_and_loads) {
  for (std::uint64_t seed = 1; seed <= 80; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      random_weeks w{seed};
      for (auto i = 0; i != 250; ++i) {
        w.round();
        if (i % 10 != 0)
          continue;
        w.compare();
        auto saved = w.fast.save(static_cast<std::uint64_t>(i));
        auto hash = w.fast.state_hash();
        std::uint64_t stamp = 0;
        BOOST_REQUIRE(w.fast.load(saved, stamp));
        BOOST_REQUIRE(stamp == static_cast<std::uint64_t>(i));
        BOOST_REQUIRE((w.fast.save(stamp) == saved));
        BOOST_REQUIRE((w.fast.state_hash() == hash));
        w.compare();
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(equal_states_have_equal_hashes_and_one_more_scan_has_another) {
  venue a, b;
  a.round(person(1, at(9)));
  b.round(person(1, at(9)));
  BOOST_TEST((a.ledger.state_hash() == b.ledger.state_hash()));
  BOOST_TEST((a.ledger.save(1) != b.ledger.save(2))); // the stamp is saved, and not hashed
  b.round(person(1, at(9, 1), direction::out));
  BOOST_TEST((a.ledger.state_hash() != b.ledger.state_hash()));
}
