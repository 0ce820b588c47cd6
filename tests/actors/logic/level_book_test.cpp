// SPDX-License-Identifier: Apache-2.0
// Proves: a level counts for its own day, and every other day is stale; a later publication of the
//         same day replaces and is counted; trimming changes no answer of the last 31 days.
// Method: single cases, then random sets, trims and reloads against a plain map, by a printed seed.
#define BOOST_TEST_MODULE level_book
#include "actors/logic/level_book.hpp"

#include "messages/limits.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <random>

using namespace wardflow;

namespace {

const auto group = make_group_id(22366, 7);
constexpr day_number monday = 18'900;

day_number later(int days) {
  return static_cast<day_number>(monday + days);
}

level_entry entry_of(group_id of, day_number day, std::uint8_t level, time_ms published = 1) {
  return {of, day, risk_scale::resolution_128, level, "Sở Y tế", "12/SYT", published, 0};
}

level_view fresh(std::uint8_t level) {
  return {risk_scale::resolution_128, level, false};
}
level_view stale(std::uint8_t level) {
  return {risk_scale::resolution_128, level, true};
}

/// Every answer by looking at everything.
struct slow_book {
  std::map<std::pair<group_id, day_number>, level_entry> all;
  level_totals totals;

  level_outcome set(level_entry entry) {
    totals.heard_at = std::max(totals.heard_at, entry.published_at);
    auto key = std::pair{entry.group, entry.effective_from};
    auto known = all.find(key);
    if (known == all.end()) {
      all.emplace(key, entry);
      return level_outcome::set;
    }
    if (entry.published_at < known->second.published_at)
      return level_outcome::older;
    auto before = known->second;
    entry.corrections = before.corrections;
    known->second = entry;
    before.published_at = entry.published_at;
    if (before == entry)
      return level_outcome::repeated;
    ++known->second.corrections;
    ++totals.corrections;
    return level_outcome::corrected;
  }

  [[nodiscard]] level_view at(group_id of, day_number day) const {
    level_view view;
    for (const auto& [key, entry] : all)
      if (key.first == of && key.second <= day)
        view = {entry.scale, entry.level, key.second != day};
    return view;
  }
};

} // namespace

BOOST_AUTO_TEST_CASE(a_level_is_fresh_on_its_own_day_only) {
  level_book book;
  BOOST_TEST((book.at(group, monday) == level_view{}));
  BOOST_TEST((book.set(entry_of(group, monday, 3)) == level_outcome::set));
  BOOST_TEST((book.at(group, monday) == fresh(3)));
  BOOST_TEST((book.at(group, later(1)) == stale(3)));
  BOOST_TEST((book.at(group, later(400)) == stale(3)));
  BOOST_TEST((book.at(group, later(-1)) == level_view{}));
  BOOST_TEST((book.at(make_group_id(22366, 8), monday) == level_view{}));
  BOOST_TEST((book.at(group_id{}, monday) == level_view{}));
}

BOOST_AUTO_TEST_CASE(an_earlier_day_keeps_its_own_level) {
  level_book book;
  BOOST_TEST((book.set(entry_of(group, later(4), 1)) == level_outcome::set));
  BOOST_TEST((book.set(entry_of(group, monday, 4)) == level_outcome::set));
  BOOST_TEST((book.at(group, monday) == fresh(4)));
  BOOST_TEST((book.at(group, later(3)) == stale(4)));
  BOOST_TEST((book.at(group, later(4)) == fresh(1)));
  BOOST_TEST((book.at(group, later(5)) == stale(1)));
}

BOOST_AUTO_TEST_CASE(a_later_publication_corrects_and_an_older_one_does_not) {
  level_book book;
  BOOST_TEST((book.set(entry_of(group, monday, 2, 100)) == level_outcome::set));
  BOOST_TEST((book.set(entry_of(group, monday, 3, 200)) == level_outcome::corrected));
  BOOST_TEST((book.set(entry_of(group, monday, 1, 150)) == level_outcome::older));
  BOOST_TEST((book.at(group, monday) == fresh(3)));
  BOOST_TEST((book.set(entry_of(group, monday, 3, 300)) == level_outcome::repeated));
  BOOST_TEST((book.set(entry_of(group, monday, 4, 300)) == level_outcome::corrected));
  level_entry found;
  BOOST_REQUIRE(book.find(group, monday, found));
  BOOST_TEST(found.corrections == 2u);
  BOOST_TEST(found.published_at == 300);
  BOOST_TEST(found.document == "12/SYT");
  BOOST_TEST(book.totals().corrections == 2u);
  BOOST_TEST(book.totals().heard_at == 300);
  BOOST_TEST(!book.find(group, later(1), found));
  BOOST_TEST(book.size() == 1u);
}

BOOST_AUTO_TEST_CASE(what_is_no_level_is_refused_and_leaves_no_trace) {
  level_book book;
  auto refused = [&](const level_entry& entry) {
    BOOST_TEST((book.set(entry) == level_outcome::refused));
  };
  refused(entry_of(group, monday, 0));
  refused(entry_of(group, monday, 5));
  refused(entry_of(group, 0, 1));
  refused(entry_of(group_id{}, monday, 1));
  auto entry = entry_of(group, monday, 1);
  entry.scale = static_cast<risk_scale>(2);
  refused(entry);
  entry = entry_of(group, monday, 1);
  entry.issuer = std::string(limits::text_bytes_max + 1, 'x');
  refused(entry);
  BOOST_TEST(book.groups() == 0u);
  BOOST_TEST((book.totals() == level_totals{}));
}

BOOST_AUTO_TEST_CASE(a_list_that_is_not_in_order_or_repeats_a_day_is_not_loaded) {
  level_book book;
  std::vector entries{entry_of(group, later(1), 1), entry_of(group, monday, 1)};
  BOOST_TEST(!book.load(entries, {}));
  BOOST_TEST(book.size() == 0u);
  entries[1] = entries[0];
  BOOST_TEST(!book.load(entries, {}));
  entries[1] = entry_of(group, later(2), 9);
  BOOST_TEST(!book.load(entries, {}));
  BOOST_TEST(book.groups() == 0u);
}

BOOST_AUTO_TEST_CASE(three_thousand_groups_of_thirty_days_are_all_found) {
  level_book book;
  for (std::uint32_t n = 0; n != 3000; ++n)
    for (int day = 0; day != 30; ++day) {
      auto level = static_cast<std::uint8_t>(1 + (n + static_cast<std::uint32_t>(day)) % 4);
      auto of = make_group_id(22'300 + n / 100, 1 + n % 100);
      BOOST_REQUIRE((book.set(entry_of(of, later(day), level)) == level_outcome::set));
    }
  BOOST_TEST(book.groups() == 3000u);
  BOOST_TEST(book.size() == 90'000u);
  for (std::uint32_t n = 0; n != 3000; ++n) {
    auto of = make_group_id(22'300 + n / 100, 1 + n % 100);
    BOOST_REQUIRE((book.at(of, later(7)) == fresh(static_cast<std::uint8_t>(1 + (n + 7) % 4))));
    BOOST_REQUIRE((book.at(of, later(30)) == stale(static_cast<std::uint8_t>(1 + (n + 29) % 4))));
  }
}

BOOST_AUTO_TEST_CASE(answers_are_those_of_a_plain_map_through_trims_and_reloads) {
  auto seed = std::random_device{}();
  BOOST_TEST_CONTEXT("seed " << seed) {
    std::mt19937 random{seed};
    for (int round = 0; round != 20; ++round) {
      level_book book;
      slow_book slow;
      auto today = monday;
      auto any_group = [&] {
        return make_group_id(22'366 + static_cast<std::uint32_t>(random() % 2),
                             1 + static_cast<std::uint32_t>(random() % 50));
      };
      for (int step = 0; step != 2000; ++step) {
        auto day = static_cast<day_number>(today - 20 + random() % 25);
        auto entry = entry_of(any_group(), day, static_cast<std::uint8_t>(1 + random() % 4),
                              static_cast<time_ms>(random() % 50 + static_cast<unsigned>(step)));
        entry.scale = static_cast<risk_scale>(random() % 2);
        entry.document = std::to_string(random() % 3) + "/" + std::to_string(today);
        BOOST_REQUIRE((book.set(entry) == slow.set(entry)));
        if (random() % 20 == 0)
          today = static_cast<day_number>(today + 1);
        if (random() % 50 == 0)
          book.trim(today);
        if (random() % 200 == 0) {
          auto kept = book.entries();
          level_book other;
          BOOST_REQUIRE(other.load(kept, book.totals()));
          BOOST_REQUIRE((other.entries() == kept));
          book = std::move(other);
        }
        auto asked = any_group();
        auto when = static_cast<day_number>(today - random() % (level_days_kept + 1));
        BOOST_REQUIRE((book.at(asked, when) == slow.at(asked, when)));
        BOOST_REQUIRE((book.at(asked, later(9999)) == slow.at(asked, later(9999))));
      }
      BOOST_REQUIRE((book.totals() == slow.totals));
      book.trim(today);
      auto kept = book.entries();
      auto oldest = static_cast<day_number>(today - level_days_kept);
      BOOST_TEST(kept.size() < slow.all.size());
      for (const auto& entry : kept)
        BOOST_REQUIRE((slow.all.at({entry.group, entry.effective_from}) == entry));
      for (const auto& [key, entry] : slow.all) {
        level_entry found;
        if (key.second >= oldest)
          BOOST_REQUIRE((book.find(key.first, key.second, found) && found == entry));
      }
    }
  }
}
