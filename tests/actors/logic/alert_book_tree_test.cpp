// SPDX-License-Identifier: Apache-2.0
// Proves: what a book does for those above: all is said again as it was, or with the revisions of a
//         new epoch; what ended is kept until they have heard of it, but for cards;
//         what is forgotten is not said.
// Method: single cases; the rest of the book has its own file: alert_book_test.
#define BOOST_TEST_MODULE alert_book_tree
#include "actors/logic/alert_book.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <string>

using namespace wardflow;

namespace {

const auto unit = *unit_code::parse("22366");
constexpr auto full = alert_kind::venue_over_capacity;
constexpr auto gap = alert_kind::device_sequence_gap;
constexpr time_ms start = 1'634'000'000'000;

/// A book with a disk made of a map.
struct desk {
  std::vector<alert> end(time_ms stamp) {
    std::vector<saved_row> out;
    std::vector<alert> said;
    book.end_of_round(stamp, out, [&](const alert& a) { said.push_back(a); });
    for (auto& row : out)
      if (row.erase)
        rows.erase(row.key);
      else
        rows[row.key] = row.value;
    return said;
  }

  void restart() {
    book = alert_book{unit};
    for (auto& [key, value] : rows)
      BOOST_REQUIRE(book.load(key, value));
  }

  alert_book book{unit};
  std::map<std::string, std::vector<std::byte>> rows;
};

} // namespace

BOOST_AUTO_TEST_CASE(all_is_said_again_as_it_was_or_with_the_revisions_of_a_new_epoch) {
  desk d;
  d.book.raise(gap, "open", start, {});
  d.book.raise(full, "ended", start, {});
  d.end(start);
  d.book.clear(full, "ended", start + 1);
  d.end(start + 1);
  d.book.raise(gap, "open", start + 2, {}); // waits to be said
  auto again = [&] {
    d.book.say_all();
    auto said = d.end(start + 3);
    std::map<std::string, std::uint32_t> revisions;
    for (auto& a : said)
      revisions[a.subject] = a.revision;
    BOOST_TEST(said.size() == 2u);
    return revisions;
  };
  BOOST_TEST((again() == std::map<std::string, std::uint32_t>{{"open", 2}, {"ended", 2}}));
  BOOST_TEST(d.book.find(gap, "open")->count == 2u);
  BOOST_TEST((again() == std::map<std::string, std::uint32_t>{{"open", 2}, {"ended", 2}}));
  d.restart();
  d.book.revise_from(1'001);
  BOOST_TEST((again() == std::map<std::string, std::uint32_t>{{"open", 1'001}, {"ended", 1'001}}));
  BOOST_TEST((again() == std::map<std::string, std::uint32_t>{{"open", 1'001}, {"ended", 1'001}}));
  d.book.raise(gap, "new", start + 4, {});
  BOOST_TEST(d.end(start + 4).back().revision == 1'001u);
  d.book.clear(gap, "new", start + 5);
  BOOST_TEST(d.end(start + 5).back().revision == 1'002u);
}

BOOST_AUTO_TEST_CASE(what_those_above_have_not_heard_of_is_kept_but_for_cards) {
  desk d;
  for (auto kind : {gap, alert_kind::card_cloned}) {
    d.book.raise(kind, "a", start, {});
    d.end(start);
    d.book.clear(kind, "a", start + 1);
    d.end(start + 1);
  }
  auto later = start + 8 * day_ms;
  d.book.heard_until(start);
  d.end(later);
  BOOST_TEST(d.book.find(gap, "a") != nullptr);
  BOOST_TEST(d.book.find(alert_kind::card_cloned, "a") == nullptr);
  d.book.heard_until(start + 1);
  d.end(later + 1); // it is looked at once an hour
  BOOST_TEST(d.book.find(gap, "a") != nullptr);
  d.end(later + hour_ms);
  BOOST_TEST(d.book.find(gap, "a") == nullptr);
}

BOOST_AUTO_TEST_CASE(what_is_forgotten_in_the_round_in_which_all_is_said_is_not_said) {
  desk d;
  d.book = alert_book{unit, 2};
  for (auto subject : {"a", "b"}) {
    d.book.raise(gap, subject, start, {});
    d.end(start);
    d.book.clear(gap, subject, start + 1);
    d.end(start + 1);
  }
  d.book.revise_from(1'001); // put back: all goes up once more, and ...
  d.book.say_all();
  d.book.raise(gap, "c", start + 2, {}); // ... a full book makes room for another one
  auto said = d.end(start + 2);
  BOOST_REQUIRE(said.size() == 2u);
  BOOST_TEST(said[0].subject == "b");
  BOOST_TEST(said[1].subject == "c");
}
