// SPDX-License-Identifier: Apache-2.0
// Proves: colours change at their natural ends, verdicts follow the book in force at the event
//         time, and stale data, capacity, suspension and unknown cards are answered as promised.
// Method: the shipped books at their edges; then random books, written as files and parsed,
//         against a slow judge that walks the rules, by a printed seed.
#define BOOST_TEST_MODULE judge
#include "actors/logic/judge.hpp"

#include "tests/actors/logic/random_book.hpp"
#include "tests/actors/logic/rulebook_texts.hpp"

#include <boost/test/unit_test.hpp>

using namespace wardflow;
using namespace wardflow::test;

namespace {

const day_number today = *parse_day("2021-10-20");
const time_ms noon = start_of(today) + 12 * hour_ms;

day_number days_ago(int days) {
  return static_cast<day_number>(today - days);
}

card_facts known_card() {
  card_facts card;
  card.group = make_group_id(22366, 7);
  card.known = true;
  return card;
}
card_facts green_card() {
  auto card = known_card();
  card.full_dose = days_ago(100);
  return card;
}
card_facts yellow_card() {
  auto card = known_card();
  card.first_dose = days_ago(30);
  return card;
}

struct scene {
  rulebook book = shipped("khanh-hoa-2021-10-16");
  venue_facts venue{};
  card_facts card = green_card();
  level_view venue_level{risk_scale::resolution_128, 1, false};
  level_view holder_level{risk_scale::resolution_128, 1, false};
  time_ms at = noon;
  direction way = direction::in;
  std::uint32_t inside = 0;
  bool cards_stale = false;
  bool no_book = false;

  explicit scene(category kind = category::market) { venue.kind = kind; }

  [[nodiscard]] verdict judged() const {
    return judge({no_book ? nullptr : &book, venue, card, venue_level, holder_level, at, way,
                  inside, cards_stale});
  }
};

void check(const scene& s, decision wanted, code why, std::string_view rule = "") {
  auto v = s.judged();
  BOOST_TEST((v.decision == wanted), "decision " << static_cast<int>(v.decision));
  BOOST_TEST((v.reason == why), "reason " << static_cast<int>(v.reason));
  const auto* named = s.book.rule(v.rule);
  BOOST_TEST((named == nullptr ? "" : named->name) == rule);
}

} // namespace

BOOST_AUTO_TEST_CASE(doses_count_from_local_midnight_of_day_14) {
  auto book = shipped("khanh-hoa-2021-10-16");
  auto card = known_card();
  card.full_dose = days_ago(14);
  BOOST_TEST((colour_of(book, card, 1, start_of(today) - 1) == colour::red)); // day 13
  BOOST_TEST((colour_of(book, card, 1, start_of(today)) == colour::green));   // day 14
  card = known_card();
  card.first_dose = days_ago(14);
  BOOST_TEST((colour_of(book, card, 1, start_of(today) - 1) == colour::red));
  BOOST_TEST((colour_of(book, card, 1, start_of(today)) == colour::yellow));
}

BOOST_AUTO_TEST_CASE(recovery_counts_to_the_end_of_day_180) {
  auto book = shipped("khanh-hoa-2021-10-16");
  auto card = known_card();
  card.recovered = days_ago(180);
  auto tomorrow = start_of(static_cast<day_number>(today + 1));
  BOOST_TEST((colour_of(book, card, 1, tomorrow - 1) == colour::green)); // day 180
  BOOST_TEST((colour_of(book, card, 1, tomorrow) == colour::red));       // day 181
  card.recovered = today;
  BOOST_TEST((colour_of(book, card, 1, start_of(today)) == colour::green));
  BOOST_TEST((colour_of(book, card, 1, start_of(today) - 1) == colour::red)); // not yet
}

BOOST_AUTO_TEST_CASE(a_negative_test_counts_for_72_hours_to_the_minute) {
  auto book = shipped("khanh-hoa-2021-10-16");
  auto card = known_card();
  card.pcr_negative_min = static_cast<std::uint32_t>(noon / minute_ms);
  BOOST_TEST((colour_of(book, card, 1, noon - 1) == colour::red)); // after the event
  BOOST_TEST((colour_of(book, card, 1, noon) == colour::yellow));
  BOOST_TEST((colour_of(book, card, 1, noon + 72 * hour_ms - minute_ms) == colour::yellow));
  BOOST_TEST((colour_of(book, card, 1, noon + 72 * hour_ms - 1) == colour::yellow));
  BOOST_TEST((colour_of(book, card, 1, noon + 72 * hour_ms) == colour::red));
}

BOOST_AUTO_TEST_CASE(the_best_fact_counts_and_revoked_or_unknown_cards_are_red) {
  auto book = shipped("khanh-hoa-2021-10-16");
  auto card = yellow_card();
  BOOST_TEST((colour_of(book, card, 1, noon) == colour::yellow));
  card.recovered = days_ago(10);
  BOOST_TEST((colour_of(book, card, 1, noon) == colour::green));
  card.revoked = true;
  BOOST_TEST((colour_of(book, card, 1, noon) == colour::red));
  card = green_card();
  card.known = false;
  BOOST_TEST((colour_of(book, card, 1, noon) == colour::red));
  BOOST_TEST((colour_of(book, known_card(), 1, noon) == colour::red));
}

BOOST_AUTO_TEST_CASE(a_level_of_the_holders_group_recolours_where_the_book_says_so) {
  auto book = parsed(small_book); // yellow from 3, red from 4
  auto card = green_card();
  for (std::uint8_t level = 0; level <= 2; ++level)
    BOOST_TEST((colour_of(book, card, level, noon) == colour::green));
  BOOST_TEST((colour_of(book, card, 3, noon) == colour::yellow));
  BOOST_TEST((colour_of(book, card, 4, noon) == colour::red));
  BOOST_TEST((colour_of(book, yellow_card(), 3, noon) == colour::yellow));
}

BOOST_AUTO_TEST_CASE(the_card_stops_being_compulsory_one_millisecond_after_the_fifteenth) {
  rulebook_shelf shelf;
  BOOST_TEST((shelf.add(shipped("khanh-hoa-2021-11-16"), 2) == code::done));
  BOOST_TEST((shelf.add(shipped("khanh-hoa-2021-10-16"), 1) == code::done));
  auto midnight = start_of(*parse_day("2021-11-16"));
  auto at = [&](category kind, time_ms when) {
    scene s{kind};
    s.card = known_card();
    const auto* book = shelf.in_force(when);
    s.no_book = book == nullptr;
    if (book != nullptr)
      s.book = *book;
    s.at = when;
    return s.judged();
  };
  auto before = at(category::market, midnight - 1);
  BOOST_TEST((before.decision == decision::refuse));
  BOOST_TEST((before.reason == code::colour_red));
  auto after = at(category::market, midnight);
  BOOST_TEST((after.decision == decision::condition));
  BOOST_TEST((after.reason == code::wear_mask));
  BOOST_TEST((at(category::event, midnight).decision == decision::refuse));
  auto first = start_of(*parse_day("2021-10-16"));
  BOOST_TEST((at(category::market, first).reason == code::colour_red));
  auto none = at(category::market, first - 1);
  BOOST_TEST((none.decision == decision::condition));
  BOOST_TEST((none.reason == code::no_rulebook));
}

BOOST_AUTO_TEST_CASE(october_wants_a_card_everywhere_but_at_hospitals_and_pharmacies) {
  for (std::size_t kind = 0; kind != category_count; ++kind) {
    scene s{static_cast<category>(kind)};
    BOOST_TEST((s.judged().decision != decision::refuse));
    s.card = yellow_card();
    BOOST_TEST((s.judged().decision != decision::refuse));
    s.card = known_card();
    if (s.venue.kind == category::hospital || s.venue.kind == category::pharmacy)
      check(s, decision::condition, code::wear_mask, "health_care_open_to_all");
    else
      check(s, decision::refuse, code::colour_red, "card_needed");
  }
}

BOOST_AUTO_TEST_CASE(the_beach_is_for_small_groups_from_green_groups) {
  scene s{category::beach};
  check(s, decision::condition, code::group_size_limit, "beach_green_group");
  BOOST_TEST(s.book.rule(s.judged().rule)->group_size == 5u);
  s.holder_level.level = 2;
  check(s, decision::refuse, code::not_green_group, "beach_other_group");
  s.holder_level = {};
  check(s, decision::condition, code::levels_stale, "beach_unknown_group");
  BOOST_TEST((s.judged().stale == stale_rule::condition));
}

BOOST_AUTO_TEST_CASE(public_transport_uses_half_its_seats) {
  scene s{category::public_transport};
  s.venue.capacity = 41;
  s.inside = 19;
  check(s, decision::condition, code::half_capacity, "transport_half_the_seats");
  s.card = yellow_card();
  check(s, decision::condition, code::needs_negative_test, "transport_yellow");
  s.inside = 20;
  check(s, decision::refuse, code::capacity_full, "transport_seats");
}

BOOST_AUTO_TEST_CASE(november_events_take_a_hundred_people_with_cards) {
  scene s{category::event};
  s.book = shipped("khanh-hoa-2021-11-16");
  s.inside = 99;
  check(s, decision::admit, code::ok, "admission.default");
  s.inside = 100;
  check(s, decision::refuse, code::capacity_full, "event_persons");
  s.venue.capacity = 50;
  s.inside = 50;
  check(s, decision::refuse, code::capacity_full, "event_persons");
  s.card = known_card();
  check(s, decision::refuse, code::colour_red, "event_card_needed");
}

BOOST_AUTO_TEST_CASE(a_full_venue_refuses_and_a_full_hospital_asks_to_wait) {
  scene s;
  s.venue.capacity = 3;
  s.inside = 2;
  check(s, decision::admit, code::ok, "admission.default");
  s.inside = 3;
  check(s, decision::refuse, code::capacity_full, "capacity.default");
  s.venue.kind = category::hospital;
  check(s, decision::condition, code::capacity_full, "health_care_never_shut");
  s.venue.kind = category::market;
  s.card = known_card(); // the colour refuses first
  check(s, decision::refuse, code::colour_red, "card_needed");
}

BOOST_AUTO_TEST_CASE(a_limit_is_never_less_than_one_person) {
  category_rules half;
  half.capacity_percent = 50;
  BOOST_TEST(persons_limit(half, 0) == 0u);
  BOOST_TEST(persons_limit(half, 1) == 1u);
  BOOST_TEST(persons_limit(half, 3) == 1u);
  BOOST_TEST(persons_limit(half, 4'000'000'000u) == 2'000'000'000u);
  half.persons_max = 100;
  BOOST_TEST(persons_limit(half, 0) == 100u);
  BOOST_TEST(persons_limit(half, 20) == 10u);
  BOOST_TEST(persons_limit(half, 1000) == 100u);
}

BOOST_AUTO_TEST_CASE(nobody_is_locked_in) {
  scene s;
  s.way = direction::out;
  s.venue.suspended = true;
  s.card.revoked = true;
  s.venue_level = {};
  check(s, decision::admit, code::left);
  BOOST_TEST((s.judged().colour == colour::red));
  s.card = yellow_card();
  BOOST_TEST((s.judged().colour == colour::yellow));
  s.no_book = true;
  check(s, decision::admit, code::left);
  BOOST_TEST((s.judged().colour == colour::none));
}

BOOST_AUTO_TEST_CASE(a_suspended_venue_refuses_whatever_else_is_known) {
  scene s;
  s.venue.suspended = true;
  check(s, decision::refuse, code::venue_suspended);
  BOOST_TEST((s.judged().colour == colour::green));
  s.no_book = true;
  check(s, decision::refuse, code::venue_suspended);
}

BOOST_AUTO_TEST_CASE(revoked_and_unknown_cards_get_what_red_gets_and_their_own_reason) {
  scene s;
  s.card.revoked = true;
  check(s, decision::refuse, code::card_revoked, "card_needed");
  s.venue.kind = category::hospital;
  check(s, decision::condition, code::card_revoked, "health_care_open_to_all");
  s.card = {};
  check(s, decision::condition, code::card_unknown, "health_care_open_to_all");
  BOOST_TEST((s.judged().colour == colour::red));
  s.venue.kind = category::market;
  check(s, decision::refuse, code::card_unknown, "card_needed");
  s.card.revoked = true; // revoked before anybody sent its facts
  check(s, decision::refuse, code::card_revoked, "card_needed");
}

BOOST_AUTO_TEST_CASE(stale_data_is_always_marked_and_decides_only_where_the_book_says_so) {
  scene s;
  s.venue_level.stale = true;
  check(s, decision::admit, code::ok, "admission.default");
  BOOST_TEST((s.judged().stale == stale_rule::admits));
  s.venue.kind = category::bar;
  check(s, decision::condition, code::levels_stale, "leisure_on_old_data");
  BOOST_TEST((s.judged().stale == stale_rule::condition));
  s.venue_level.stale = false;
  check(s, decision::admit, code::ok, "admission.default");
  BOOST_TEST((s.judged().stale == stale_rule::none));
  s.cards_stale = true;
  check(s, decision::condition, code::cards_stale, "leisure_on_old_data");
  s.venue_level = {risk_scale::resolution_128, 4, true}; // the last known level still counts
  check(s, decision::refuse, code::level_too_high, "leisure_shut_at_level_4");
  BOOST_TEST((s.judged().stale == stale_rule::condition));
}

BOOST_AUTO_TEST_CASE(a_stale_rule_that_refuses_does_so_with_its_reason) {
  scene s;
  s.book = parsed(with(small_book, "levels = \"admits\"", "levels = \"refuses\""));
  s.venue_level.stale = true;
  s.cards_stale = true;
  check(s, decision::refuse, code::levels_stale, "stale.default");
  BOOST_TEST((s.judged().stale == stale_rule::refuses));
  s.venue_level.stale = false;
  s.holder_level.stale = true; // this book's colours look at it
  check(s, decision::refuse, code::levels_stale, "stale.default");
}

BOOST_AUTO_TEST_CASE(the_holders_level_is_asked_for_only_where_an_answer_depends_on_it) {
  scene s;
  s.holder_level.stale = true;
  BOOST_TEST((s.judged().stale == stale_rule::none));
  s.venue.kind = category::beach;
  BOOST_TEST((s.judged().stale == stale_rule::condition));
  s.card = {};
  BOOST_TEST((s.judged().stale == stale_rule::none)); // nobody's level
}

BOOST_AUTO_TEST_CASE(verdicts_of_random_books_are_those_of_a_slow_judge) {
  auto seed = std::random_device{}();
  BOOST_TEST_CONTEXT("seed " << seed) {
    std::mt19937 random{seed};
    auto books = 0;
    for (int round = 0; round != 300; ++round) {
      auto drawn = random_book{random};
      auto parse = parse_rulebook(drawn.text(), "random.toml");
      if (!parse.book) { // the only mistake such a book can have
        for (const auto& error : parse.errors)
          BOOST_REQUIRE(error.message.find("never decides") != std::string::npos);
        continue;
      }
      ++books;
      for (int i = 0; i != 2000; ++i) {
        auto scene = random_scene{random};
        auto fast = judge(scene.input(*parse.book));
        auto slow = drawn.judged(scene.input(*parse.book));
        BOOST_REQUIRE(to_word(fast) == to_word(slow));
      }
    }
    BOOST_TEST(books > 50);
  }
}
