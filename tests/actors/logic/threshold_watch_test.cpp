// SPDX-License-Identifier: Apache-2.0
// Proves: a level raises one alert of its own for each kind that reaches its threshold, once for
//         each whole threshold's worth, and ends it when there are fewer, whatever order the
//         alerts came in; two limits must both be reached; without a rulebook there are none.
// Method: a book of wards and one of own alerts; alerts are brought as entries and resolved by
//         later revisions; by seed, what is open is counted beside.
#define BOOST_TEST_MODULE threshold_watch
#include "actors/logic/threshold_watch.hpp"
#include "tests/actors/logic/area_entries.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

using namespace wardflow;
using namespace wardflow::test;

namespace {

constexpr auto kind = alert_kind::venue_suspended_but_scanning;
const std::string_view subject = facts_of(kind).name;

struct level {
  void set(std::uint32_t ward, std::uint32_t venue, alert_state state, alert_kind what = kind) {
    alert a;
    a.unit = ward_unit(ward);
    a.kind = what;
    a.subject = std::to_string(venue);
    a.state = state;
    a.revision = ++revision;
    a.first = a.last = noon;
    a.count = 1;
    std::vector<saved_row> rows;
    BOOST_REQUIRE((below.apply(a.unit, entry_of(a).view(), noon, rows) == entry_outcome::changed));
  }
  /// What is told of it in this round.
  std::vector<alert> look() {
    watch_thresholds(has_book ? &book : nullptr, below, own, stamp);
    std::vector<saved_row> rows;
    std::vector<alert> said;
    own.end_of_round(stamp, rows, [&](const alert& a) { said.push_back(a); });
    stamp += minute_ms;
    return said;
  }
  [[nodiscard]] bool is_raised(std::string_view of = subject) const {
    return own.is_open(alert_kind::threshold, of);
  }
  [[nodiscard]] const alert& told() const { return *own.find(alert_kind::threshold, subject); }

  area_book below{city};
  alert_book own{city};
  rulebook book;
  bool has_book = true;
  std::uint32_t revision = 0;
  time_ms stamp = noon;
};

alert_threshold limit(std::uint32_t open, std::uint32_t units, alert_kind of = kind) {
  alert_threshold t;
  t.kind = of;
  t.open = open;
  t.units = units;
  return t;
}

} // namespace

BOOST_AUTO_TEST_CASE(it_is_raised_at_the_threshold_again_at_its_double_and_ends_below_it) {
  level l;
  l.book.version = 7;
  l.book.thresholds = {limit(3, 0)};
  l.set(1, 1, alert_state::open);
  l.set(1, 2, alert_state::acknowledged); // not resolved
  BOOST_TEST(l.look().empty());
  l.set(2, 1, alert_state::open);
  auto said = l.look();
  BOOST_REQUIRE(said.size() == 1u);
  BOOST_TEST(alert_name(said.front()) == "568/alerts.threshold/venue.suspended_but_scanning");
  BOOST_TEST(said.front().evidence == "open=3 units=2 version=7");
  BOOST_TEST((said.front().severity == severity::warning));
  l.set(2, 2, alert_state::open);
  BOOST_TEST(l.look().empty()); // one more is nothing new
  l.set(2, 3, alert_state::open);
  l.set(3, 1, alert_state::open);
  said = l.look();
  BOOST_REQUIRE(said.size() == 1u);
  BOOST_TEST(said.front().count == 2u);
  BOOST_TEST(said.front().evidence == "open=6 units=3 version=7");
  for (std::uint32_t venue = 1; venue != 4; ++venue)
    l.set(2, venue, alert_state::resolved);
  BOOST_TEST(l.look().empty()); // three are left
  BOOST_TEST(l.is_raised());
  l.set(3, 1, alert_state::resolved);
  said = l.look();
  BOOST_REQUIRE(said.size() == 1u);
  BOOST_TEST((said.front().state == alert_state::resolved));
}

BOOST_AUTO_TEST_CASE(both_limits_must_be_reached) {
  level l;
  l.book.thresholds = {limit(4, 2)};
  for (std::uint32_t venue = 1; venue != 10; ++venue)
    l.set(1, venue, alert_state::open);
  l.look();
  BOOST_TEST(!l.is_raised()); // of one ward
  l.set(2, 1, alert_state::open);
  l.look();
  BOOST_TEST(l.is_raised());
}

BOOST_AUTO_TEST_CASE(alerts_of_the_level_itself_count_and_other_kinds_do_not) {
  level l;
  l.book.thresholds = {limit(2, 2, alert_kind::node_silent)};
  l.set(1, 1, alert_state::open);
  l.set(1, 2, alert_state::open);
  l.set(2, 1, alert_state::open, alert_kind::node_silent);
  l.look();
  BOOST_TEST(!l.is_raised("node.silent"));
  l.own.raise(alert_kind::node_silent, "22303", l.stamp, {});
  l.look();
  BOOST_TEST(l.is_raised("node.silent"));
  BOOST_TEST(!l.is_raised());
}

BOOST_AUTO_TEST_CASE(a_rulebook_that_has_none_ends_it) {
  level l;
  l.book.thresholds = {limit(1, 0)};
  l.set(1, 1, alert_state::open);
  l.look();
  BOOST_TEST(l.is_raised());
  l.book.thresholds.clear();
  l.look();
  BOOST_TEST(!l.is_raised());
  l.book.thresholds = {limit(1, 0)};
  l.look();
  BOOST_TEST(l.is_raised());
  l.has_book = false; // of a node that has none any more
  l.look();
  BOOST_TEST(!l.is_raised());
}

BOOST_AUTO_TEST_CASE(where_the_book_has_no_place_it_is_counted_once) {
  level l;
  l.own = alert_book{city, 2};
  l.own.raise(alert_kind::node_silent, "22301", l.stamp, {});
  l.own.raise(alert_kind::node_silent, "22302", l.stamp, {});
  l.book.thresholds = {limit(1, 0)};
  l.set(1, 1, alert_state::open);
  for (auto round = 0; round != 5; ++round)
    l.look();
  BOOST_TEST(!l.is_raised());
  BOOST_TEST_REQUIRE(l.is_raised(alert_book::others));
  BOOST_TEST(l.own.find(alert_kind::threshold, alert_book::others)->count == 1u);
}

BOOST_AUTO_TEST_CASE(whatever_comes_it_is_there_exactly_while_enough_are_open) {
  for (std::uint64_t seed = 1; seed != 31; ++seed) {
    std::mt19937_64 random{seed};
    level l;
    auto open = 1 + static_cast<std::uint32_t>(random() % 6);
    auto units = static_cast<std::uint32_t>(random() % 4);
    l.book.thresholds = {limit(open, units)};
    std::set<std::pair<std::uint32_t, std::uint32_t>> held;
    for (auto step = 0; step != 200; ++step) {
      auto ward = 1 + static_cast<std::uint32_t>(random() % 5);
      auto venue = static_cast<std::uint32_t>(random() % 4);
      if (random() % 2 == 0) {
        l.set(ward, venue, alert_state::open);
        held.emplace(ward, venue);
      } else if (held.erase({ward, venue}) != 0) {
        l.set(ward, venue, alert_state::resolved);
      }
      l.look();
      std::set<std::uint32_t> wards;
      for (auto& [at, what] : held)
        wards.insert(at);
      BOOST_REQUIRE_MESSAGE(l.is_raised() == (held.size() >= open && wards.size() >= units),
                            "seed " << seed << " step " << step);
    }
  }
}
