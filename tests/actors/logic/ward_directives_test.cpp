// SPDX-License-Identifier: Apache-2.0
// Proves: levels, card facts, card orders and rulebooks are taken, corrected or refused row by row,
//         as the dry run said before; what was heard is as of when it was said; old levels leave.
// Method: each outcome by hand on a furnished ward, dry and then real.
#define BOOST_TEST_MODULE ward_directives
#include "tests/support/command_samples.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

using namespace wardflow;
using namespace wardflow::test;

BOOST_AUTO_TEST_CASE(levels_are_taken_corrected_repeated_and_refused_row_by_row) {
  fold_world w;
  furnish(w);
  for (auto dry : {true, false}) { // the dry run says the same beforehand
    auto bad = level(w, 2, 5);
    auto a = w.say(std::vector<level_update>{level(w, 1, 2), bad}, dry);
    BOOST_TEST((only_row(a) == code::level_malformed));
    BOOST_TEST(a.rows[0].at(0) == "2");
    BOOST_TEST(fact(a, "taken") == "1");
    BOOST_TEST(fact(a, "refused") == "1");
  }
  for (auto dry : {true, false}) {
    auto a = w.say(std::vector<level_update>{level(w, 1, 2)}, dry);
    BOOST_TEST((a.code == code::nothing_to_do));
    BOOST_TEST(fact(a, "unchanged") == "1");
  }
  for (auto dry : {true, false}) {
    auto a = w.say(std::vector<level_update>{level(w, 1, 4)}, dry); // another level: corrected
    BOOST_TEST(fact(a, "taken") == "1");
    auto older = level(w, 1, 3);
    older.published_at -= hour_ms;
    BOOST_TEST(fact(w.say(std::vector<level_update>{older}, dry), "unchanged") == "1");
  }
  BOOST_TEST(w.fold->state.levels.at(make_group_id(w.ward, 1), local_day(w.stamp)).level == 4u);
}

BOOST_AUTO_TEST_CASE(what_was_heard_is_as_of_now_and_what_was_refused_was_not_heard) {
  fold_world w;
  furnish(w);
  auto& s = w.fold->state;
  w.say(std::vector<level_update>{level(w, 1, 9)});
  card_update nobody;
  nobody.problem = code::card_malformed;
  w.say(std::vector<card_update>{nobody});
  BOOST_TEST(s.levels_as_of == 0);
  BOOST_TEST(s.cards_as_of == 0);
  w.say(std::vector<level_update>{level(w, 1, 1)});
  w.say(std::vector<card_update>{card(1)});
  BOOST_TEST(s.levels_as_of == w.stamp);
  BOOST_TEST(s.cards_as_of == w.stamp);
  w.stamp += hour_ms;
  w.say(std::vector<level_update>{level(w, 1, 1)}); // said again: nothing new, but fresh
  w.say(std::vector<card_update>{card(1)});
  BOOST_TEST(s.levels_as_of == w.stamp);
  BOOST_TEST(s.cards_as_of == w.stamp);
}

BOOST_AUTO_TEST_CASE(news_of_the_parent_is_as_of_when_it_was_said_and_when_it_is_whole) {
  fold_world w;
  auto& s = w.fold->state;
  std::uint64_t ids = 0;
  auto hear = [&](command_body body, time_ms said, bool more = false) {
    scan_round r;
    auto& in = r.commands.emplace_back();
    in.what.id[1] = static_cast<std::uint8_t>(++ids);
    in.what.body = std::move(body);
    in.what.more = more;
    in.from_parent = true;
    in.by = "officer 568";
    in.role = role::operator_;
    in.said = said;
    w.run(r);
  };
  auto days_ago = [&](int days) { return w.stamp - days * day_ms; };
  auto levels = std::vector<level_update>{level(w, 1, 2)};
  auto cards = std::vector<card_update>{card(1)};
  hear(levels, days_ago(3));
  hear(cards, days_ago(2));
  hear(rulebook_text{later_book()}, days_ago(5));
  BOOST_TEST(s.levels_as_of == days_ago(3));
  BOOST_TEST(s.cards_as_of == days_ago(2));
  BOOST_TEST(s.shelf.find(20211201)->as_of == days_ago(5));
  hear(levels, days_ago(4)); // it came by a longer way
  hear(cards, days_ago(1), true);
  BOOST_TEST(s.levels_as_of == days_ago(3));
  BOOST_TEST(s.cards_as_of == days_ago(2)); // not whole yet
  BOOST_TEST(s.cards.facts(card_id{1}).known);
  hear(cards, days_ago(1));
  hear(levels, w.stamp + hour_ms); // the first node's clock is ahead of ours
  BOOST_TEST(s.cards_as_of == days_ago(1));
  BOOST_TEST(s.levels_as_of == w.stamp);
  w.stamp += hour_ms;
  w.say(cards); // at the ward itself: now
  BOOST_TEST(s.cards_as_of == w.stamp);
  auto live = w.state();
  hash128_value again{};
  std::string detail;
  BOOST_TEST((w.verify(again, detail) == code::ok), detail);
  BOOST_TEST((again == live));
  BOOST_REQUIRE(w.restart() == code::ok);
  BOOST_TEST((w.state() == live));
}

BOOST_AUTO_TEST_CASE(a_command_of_a_snapshot_is_no_repeat_and_nobody_is_answered) {
  fold_world w;
  furnish(w);
  auto answers = w.rows.size();
  for (auto document : {"1/QĐ", "2/QĐ", "3/QĐ"}) {
    scan_round r;
    auto& in = r.commands.emplace_back();
    in.what.body = venue_order{make_venue_id(w.ward, 3), document[0] != '2', document};
    in.from_parent = in.for_us = true;
    in.by = "officer 568";
    in.role = role::operator_;
    w.run(r);
    BOOST_TEST(r.replies.empty());
    BOOST_TEST(w.fold->state.places.find(3)->facts.suspended == (document[0] != '2'));
    BOOST_TEST((w.fold->state.answers.find(command_id{}) == nullptr));
    BOOST_TEST(w.rows.size() == answers); // its venue was there, and no answer is kept or goes up
  }
  hash128_value again{};
  std::string detail;
  BOOST_TEST((w.verify(again, detail) == code::ok), detail);
  BOOST_TEST((again == w.state()));
}

BOOST_AUTO_TEST_CASE(card_rows_without_a_person_are_refused_by_their_reason) {
  fold_world w;
  furnish(w);
  card_update nobody, masked;
  masked.problem = code::card_malformed;
  BOOST_TEST((only_row(w.say(std::vector<card_update>{nobody})) == code::card_no_identity));
  BOOST_TEST((only_row(w.say(std::vector<card_update>{masked}, true)) == code::card_malformed));
  auto a = w.say(std::vector<card_update>{card(1), nobody, card(2)});
  BOOST_TEST((only_row(a) == code::card_no_identity));
  BOOST_TEST(a.rows[0].at(0) == "2");
  BOOST_TEST(w.fold->state.cards.facts(card_id{2}).known); // the rest went on
}

BOOST_AUTO_TEST_CASE(levels_of_more_than_a_month_ago_leave_the_state_and_the_disk) {
  fold_world w;
  furnish(w);
  auto level_rows = [&] {
    return std::count_if(w.rows.begin(), w.rows.end(),
                         [](auto& row) { return row.first.second.starts_with("level/"); });
  };
  for (auto day = 0; day != 100; ++day) {
    w.say(
      std::vector<level_update>{level(w, 1, 2), level(w, 2, static_cast<std::uint8_t>(day == 0))});
    w.stamp += day_ms;
  }
  auto& levels = w.fold->state.levels;
  BOOST_TEST(levels.size() <= 34u);
  BOOST_TEST(level_rows() == static_cast<std::ptrdiff_t>(levels.size()));
  // The one that nobody renewed still answers, as stale.
  auto old = levels.at(make_group_id(w.ward, 2), local_day(w.stamp));
  BOOST_TEST(old.level == 1u);
  BOOST_TEST(old.stale);
  auto live = w.state();
  BOOST_REQUIRE(w.restart() == code::ok);
  BOOST_TEST((w.state() == live));
  hash128_value again{};
  std::string detail;
  BOOST_TEST((w.verify(again, detail) == code::ok), detail);
  BOOST_TEST((again == live));
}

BOOST_AUTO_TEST_CASE(a_card_is_revoked_and_given_back_with_a_document) {
  fold_world w;
  furnish(w);
  auto no_document = revoke(5);
  no_document.document.clear();
  auto give_back = revoke(5);
  give_back.revoke = false;
  for (auto dry : {true, false}) {
    BOOST_TEST((w.say(no_document, dry).code == code::document_needed));
    BOOST_TEST((w.say(card_order{}, dry).code == code::card_no_identity));
    BOOST_TEST((w.say(give_back, dry).code == code::not_found));
  }
  BOOST_TEST((w.say(revoke(5)).code == code::done));
  BOOST_TEST((w.say(revoke(5)).code == code::already_so));
  w.say(std::vector<card_update>{card(5)}); // facts do not give it back
  BOOST_TEST((w.say(std::vector<card_update>{card(5)}).code == code::nothing_to_do));
  BOOST_TEST(w.fold->state.cards.facts(card_id{5}).revoked);
  BOOST_TEST((w.say(give_back).code == code::done));
  BOOST_TEST((w.say(give_back).code == code::already_so));
  BOOST_TEST(!w.fold->state.cards.facts(card_id{5}).revoked);
}

BOOST_AUTO_TEST_CASE(a_rulebook_with_a_mistake_or_overlapping_dates_is_refused_also_in_a_dry_run) {
  fold_world w;
  furnish(w);
  auto known = rulebook_file("khanh-hoa-2021-11-16.toml");
  auto changed = [](std::string text, const std::string& from, const std::string& to) {
    text.replace(text.find(from), from.size(), to);
    return text;
  };
  auto no_default = changed(known, "[admission.default]", "[admission.fallback]");
  auto wrong_key = changed(known, "waiting_days", "wating_days");
  auto same_date = changed(known, "version = 20211116", "version = 20211117");
  auto same_version = changed(known, "effective_from = 2021-11-16", "effective_from = 2021-11-20");
  auto backwards = changed(later_book(), "version = 20211201", "version = 20211101");
  for (auto dry : {true, false}) {
    BOOST_TEST((w.say(rulebook_text{no_default}, dry).code == code::rulebook_malformed));
    auto a = w.say(rulebook_text{wrong_key}, dry);
    BOOST_TEST((a.code == code::rulebook_malformed));
    BOOST_REQUIRE(!a.rows.empty()); // each mistake with its line
    BOOST_TEST(a.rows[0].at(2).find("wating_days") != std::string::npos);
    BOOST_TEST(std::stoi(a.rows[0].at(0)) > 1);
    BOOST_TEST((w.say(rulebook_text{same_date}, dry).code == code::rulebook_overlaps));
    BOOST_TEST((w.say(rulebook_text{same_version}, dry).code == code::rulebook_overlaps));
    BOOST_TEST((w.say(rulebook_text{backwards}, dry).code == code::rulebook_older));
    BOOST_TEST((w.say(rulebook_text{known}, dry).code == code::already_so));
  }
  BOOST_TEST(w.fold->state.shelf.size() == 2u);
}
