// SPDX-License-Identifier: Apache-2.0
// Proves: sums over wards are those of the newest revision of each (ward, hour) and (ward, day),
//         whatever the order, the repeats, the child that brought them, and restarts; persons are
//         summed and estimated apart; alerts are counted and listed in pages; what a child may not
//         say, or of a time that is not kept, changes nothing; what is too old is forgotten.
// Method: entries of many wards by seed, shuffled, with old revisions mixed in, through two parents
//         and an area between; a map of newest revisions beside; the book loaded again from rows.
#define BOOST_TEST_MODULE area_book
#include "actors/logic/area_book.hpp"
#include "tests/actors/logic/area_entries.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <map>
#include <random>
#include <set>

using namespace wardflow;
using namespace wardflow::test;

namespace {

/// A book with a disk made of a map.
struct book_world {
  void take(const std::vector<saved_row>& written) {
    for (auto& row : written)
      if (row.erase)
        rows.erase({row.table, row.key});
      else
        rows[{row.table, row.key}] = row.value;
  }
  entry_outcome bring(unit_code child, const entry& e, time_ms stamp = noon) {
    std::vector<saved_row> written;
    auto outcome = book.apply(child, e.view(), stamp, written);
    BOOST_REQUIRE((outcome == entry_outcome::changed) == !written.empty());
    take(written);
    return outcome;
  }
  void restart() {
    book = area_book{city};
    for (auto& [key, value] : rows)
      BOOST_REQUIRE(book.load(key.first, key.second, value));
  }

  area_book book{city};
  std::map<std::pair<state_table, std::string>, std::vector<std::byte>> rows;
};

/// The newest revision of each: what the book is compared with.
struct newest {
  std::map<std::pair<unit_code, hour_number>, hour_rollup> hours;
  std::map<std::pair<unit_code, day_number>, day_rollup> days;
  std::map<std::string, alert> alerts;

  template <class Map, class Key, class Value>
  static void keep(Map& map, const Key& key, const Value& v) {
    auto& held = map[key];
    if (v.revision > held.revision)
      held = v;
  }
  entry add(const hour_rollup& r) {
    keep(hours, std::pair{r.unit, r.hour}, r);
    return entry_of(r);
  }
  entry add(const day_rollup& r) {
    keep(days, std::pair{r.unit, r.day}, r);
    return entry_of(r);
  }
  entry add(const alert& a) {
    keep(alerts, alert_name(a), a);
    return entry_of(a);
  }
};

void compare_days(const area_book& book, const newest& slow) {
  for (auto day = static_cast<day_number>(today - 4); day <= today; ++day) {
    area_day sum;
    person_sketch all;
    for (auto& [key, r] : slow.days) {
      if (key.second != day)
        continue;
      ++sum.wards;
      sum.wards_zero += r.counted == 0;
      sum.taken += r.taken;
      sum.counted += r.counted;
      sum.late += r.late;
      sum.person_wards += r.persons;
      sum.linked += r.linked;
      for (std::size_t i = 0; i != 4; ++i) {
        sum.decisions[i] += r.decisions[i];
        sum.colours[i] += r.colours[i];
      }
      for (auto& [code, count] : r.reasons)
        sum.reasons[code] += count;
      sum.venues += r.venues;
      sum.inside += r.inside;
      person_sketch sketch;
      BOOST_REQUIRE((r.sketch.empty() || sketch.load(r.sketch)));
      all.merge(sketch);
    }
    sum.persons_estimate = all.estimate();
    BOOST_TEST((book.sum_day(day) == sum));
  }
}

void compare(const area_book& book, const newest& slow) {
  std::map<hour_number, hour_counts> hours;
  for (auto& [key, r] : slow.hours) {
    auto& sum = hours[key.second];
    sum.in += r.counts.in;
    sum.out += r.counts.out;
    sum.refused += r.counts.refused;
    sum.late += r.counts.late;
    sum.poster += r.counts.poster;
    BOOST_REQUIRE((book.hours_of(static_cast<day_number>(r.hour / 24),
                                 std::array{r.unit})[r.hour % 24] == r.counts));
  }
  for (auto& [hour, sum] : hours) {
    BOOST_REQUIRE((book.sum(hour) == sum));
    BOOST_REQUIRE((book.hours_of(static_cast<day_number>(hour / 24))[hour % 24] == sum));
  }
  compare_days(book, slow);
  area_book::kind_counts by_kind{};
  std::map<unit_code, alert_counts> by_unit;
  std::size_t unresolved = 0;
  for (auto& [name, a] : slow.alerts) {
    auto* held = book.find(alert_ref{a.unit, a.kind, a.subject});
    BOOST_REQUIRE(held != nullptr);
    BOOST_REQUIRE((*held == a));
    if (a.state == alert_state::resolved)
      continue;
    ++unresolved;
    auto is_open = a.state == alert_state::open;
    auto& kind = by_kind[static_cast<std::size_t>(a.kind)];
    ++(is_open ? kind.open : kind.acknowledged);
    ++(is_open ? by_unit[a.unit].open : by_unit[a.unit].acknowledged);
  }
  BOOST_TEST((book.open_by_kind() == by_kind));
  BOOST_TEST((book.open_by_unit() == by_unit));
  std::size_t seen = 0;
  book.each_open([&](const alert&) { ++seen; });
  BOOST_TEST(seen == unresolved);
}

} // namespace

BOOST_AUTO_TEST_CASE(sums_are_of_the_newest_revisions_whatever_came_when_and_how_often) {
  constexpr std::uint32_t wards = 12;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      std::mt19937_64 random{seed};
      newest slow;
      std::vector<entry> entries;
      for (auto i = 0; i != 1200; ++i)
        entries.push_back(random() % 4 == 0   ? slow.add(any_day(random, wards))
                          : random() % 4 == 0 ? slow.add(any_alert(random, wards))
                                              : slow.add(any_hour(random, wards)));
      std::vector<std::size_t> order;
      for (std::size_t i = 0; i != entries.size(); ++i)
        order.insert(order.end(), 1 + random() % 2, i); // some twice
      std::ranges::shuffle(order, random);
      book_world w;
      for (auto i : order) {
        auto child = random() % 2 == 0 ? entries[i].unit : district; // its own link, or an area's
        auto outcome = w.bring(child, entries[i]);
        BOOST_REQUIRE((outcome == entry_outcome::changed || outcome == entry_outcome::known));
        if (random() % 400 == 0)
          w.restart();
      }
      compare(w.book, slow);
      std::map<unit_code, unit_code> via;
      for (auto& [unit, ward] : w.book.wards())
        via[unit] = ward.via;
      w.restart();
      compare(w.book, slow);
      for (auto& [unit, ward] : w.book.wards())
        BOOST_TEST((via[unit] == ward.via));
      for (auto i : order)
        BOOST_REQUIRE((w.bring(district, entries[i]) == entry_outcome::known));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_ward_that_moves_to_another_parent_counts_once) {
  book_world w;
  hour_rollup r{ward_unit(1), today * 24u, 3, {5, 4, 1, 0, 0}};
  BOOST_TEST((w.bring(district, entry_of(r)) == entry_outcome::changed));
  BOOST_TEST((w.book.find(r.unit)->via == district));
  BOOST_TEST((w.bring(r.unit, entry_of(r)) == entry_outcome::known));
  r.revision = 4; // it says all again to its new parent
  BOOST_TEST((w.bring(r.unit, entry_of(r), noon + 5) == entry_outcome::changed));
  BOOST_TEST((w.book.find(r.unit)->via == r.unit));
  BOOST_TEST(w.book.find(r.unit)->since == noon + 5);
  BOOST_TEST((w.book.sum(r.hour) == r.counts));
  std::vector<saved_row> rows;
  w.book.drop(r.unit, rows);
  w.take(rows);
  BOOST_TEST((w.book.sum(r.hour) == hour_counts{}));
  BOOST_TEST(w.rows.empty());
}

BOOST_AUTO_TEST_CASE(what_a_child_may_not_say_changes_nothing) {
  book_world w;
  hour_rollup hour{ward_unit(1), today * 24u, 1, {1, 0, 0, 0, 0}};
  BOOST_TEST((w.bring(ward_unit(2), entry_of(hour)) == entry_outcome::other_unit));
  hour.unit = district; // hours are a ward's
  BOOST_TEST((w.bring(district, entry_of(hour)) == entry_outcome::other_unit));
  hour.unit = ward_unit(1);
  for (auto day : {today - area_book::days_kept - 1, today + area_book::days_ahead + 1}) {
    hour.hour = day * 24u;
    BOOST_TEST((w.bring(hour.unit, entry_of(hour)) == entry_outcome::out_of_range));
  }
  hour.hour = 0xffff'ffff;
  BOOST_TEST((w.bring(hour.unit, entry_of(hour)) == entry_outcome::out_of_range));
  day_rollup day;
  day.unit = ward_unit(1);
  day.day = today;
  day.revision = 1;
  day.sketch = std::vector<std::byte>(30, std::byte{7});
  BOOST_TEST((w.bring(day.unit, entry_of(day)) == entry_outcome::malformed));
  alert a;
  a.unit = city; // our own are not told to us
  a.kind = alert_kind::node_silent;
  BOOST_TEST((w.bring(district, entry_of(a)) == entry_outcome::other_unit));
  auto cut = entry_of(hour);
  cut.body.shrink(16);
  BOOST_TEST((w.bring(hour.unit, cut) == entry_outcome::malformed));
  cut.kind = entry_kind::answer;
  BOOST_TEST((w.bring(hour.unit, cut) == entry_outcome::other_kind));
  BOOST_TEST(w.rows.empty());
  BOOST_TEST(w.book.wards().empty());
}

BOOST_AUTO_TEST_CASE(persons_are_summed_by_ward_and_estimated_over_all) {
  book_world w;
  for (std::uint32_t n = 1; n <= 3; ++n) { // the same hundred persons in each
    day_rollup r;
    r.unit = ward_unit(n);
    r.day = today;
    r.revision = 1;
    r.persons = 100;
    person_sketch sketch;
    for (std::uint64_t i = 1; i <= 100; ++i)
      sketch.add(card_id{i});
    r.sketch = sketch.save();
    w.bring(r.unit, entry_of(r));
  }
  auto sum = w.book.sum_day(today);
  BOOST_TEST(sum.person_wards == 300u);
  BOOST_TEST(sum.persons_estimate > 90u);
  BOOST_TEST(sum.persons_estimate < 110u);
}

BOOST_AUTO_TEST_CASE(alerts_are_listed_in_pages_of_what_is_asked_for) {
  book_world w;
  std::mt19937_64 random{7164};
  newest slow;
  for (auto i = 0; i != 400; ++i)
    w.bring(district, slow.add(any_alert(random, 9)));
  for (auto unit : {unit_code{}, ward_unit(3)})
    for (auto kind : {alert_kind::none, alert_kind::card_cloned})
      for (auto resolved : {false, true}) {
        alert_filter filter{unit, kind, severity::warning, resolved};
        std::set<std::string> wanted, listed;
        for (auto& [name, a] : slow.alerts)
          if ((unit.empty() || a.unit == unit) && (kind == alert_kind::none || a.kind == kind) &&
              a.severity >= severity::warning && (resolved || a.state != alert_state::resolved))
            wanted.insert(name);
        std::optional<alert_ref> after;
        for (;;) {
          auto page = w.book.alerts(filter, after, 3);
          for (auto* a : page)
            BOOST_TEST(listed.insert(alert_name(*a)).second);
          if (page.size() < 3)
            break;
          after = alert_ref{page.back()->unit, page.back()->kind, page.back()->subject};
        }
        BOOST_TEST(wanted == listed, boost::test_tools::per_element());
      }
}

BOOST_AUTO_TEST_CASE(what_is_too_old_is_forgotten_with_its_rows) {
  book_world w;
  std::mt19937_64 random{3};
  newest slow;
  for (auto i = 0; i != 300; ++i) {
    w.bring(district, slow.add(any_hour(random, 4)));
    w.bring(district, slow.add(any_day(random, 4)));
    w.bring(district, slow.add(any_alert(random, 4)));
  }
  auto later = [&](unsigned days) {
    std::vector<saved_row> rows;
    w.book.forget(noon + days * day_ms, rows);
    w.take(rows);
    return rows.size();
  };
  BOOST_TEST(later(0) == 0u);
  auto of_cards = [&] {
    std::size_t cards = 0;
    for (auto& [name, a] : slow.alerts)
      cards += w.book.find(alert_ref{a.unit, a.kind, a.subject}) != nullptr && names_card(a.kind);
    return cards;
  };
  auto cards = of_cards();
  BOOST_TEST(cards > 0u);
  BOOST_TEST(later(area_book::card_days_kept) == 0u);
  BOOST_TEST(later(area_book::card_days_kept + 1) == cards); // open ones too, and nothing else
  BOOST_TEST(of_cards() == 0u);
  std::size_t counted = 0, left = 0;
  w.book.each_open([&](const alert&) { ++left; });
  for (auto& [unit, n] : w.book.open_by_unit())
    counted += n.unresolved();
  BOOST_TEST(counted == left);
  BOOST_TEST(later(area_book::days_kept - 3) == 0u);
  BOOST_TEST(later(area_book::days_kept - 1) > 0u);
  w.restart();
  BOOST_TEST((w.book.sum_day(static_cast<day_number>(today - 2)) == area_day{}));
  BOOST_TEST(w.book.sum_day(today).wards > 0u);
  BOOST_TEST(later(area_book::days_kept + 1) > 0u);
  w.restart();
  std::size_t open = 0;
  w.book.each_open([&](const alert&) { ++open; });
  BOOST_TEST(open > 0u); // nobody has resolved them
  for (auto& [key, value] : w.rows)
    BOOST_TEST((key.first == state_table::alerts || key.second.starts_with("ward/")));
}

BOOST_AUTO_TEST_CASE(what_a_replaced_child_no_longer_says_ends_once) {
  book_world w;
  alert a;
  a.unit = ward_unit(1);
  a.kind = alert_kind::device_sequence_gap;
  a.first = a.last = noon;
  for (auto subject : {"open", "ended", "newer"}) {
    a.subject = subject;
    a.revision = a.subject == "newer" ? first_revision(3) + 4 : 8;
    a.state = a.subject == "ended" ? alert_state::resolved : alert_state::open;
    w.bring(district, entry_of(a));
  }
  a.unit = ward_unit(2);
  w.bring(district, entry_of(a));
  for (auto times : {1u, 0u}) {
    std::vector<alert> said;
    std::vector<saved_row> rows;
    w.book.replaced(ward_unit(1), first_revision(3), noon, rows,
                    [&](const alert& ended) { said.push_back(ended); });
    w.take(rows);
    BOOST_TEST(said.size() == times);
    BOOST_TEST(rows.size() == times);
    w.restart();
    auto* held = w.book.find(alert_ref{ward_unit(1), a.kind, "open"});
    BOOST_TEST((held->state == alert_state::resolved));
    BOOST_TEST(held->revision == first_revision(3) - 1);
  }
  BOOST_TEST(w.book.open_by_unit().size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_damaged_row_is_not_taken) {
  book_world w;
  std::mt19937_64 random{4};
  newest slow;
  w.bring(district, slow.add(any_hour(random, 4)));
  w.bring(district, slow.add(any_day(random, 4)));
  w.bring(district, slow.add(any_alert(random, 4)));
  for (auto& [key, value] : w.rows) {
    area_book fresh{city};
    for (std::size_t n = 0; n < value.size(); n += 1 + n / 20)
      BOOST_TEST(!fresh.load(key.first, key.second, std::span{value}.first(n)));
    BOOST_TEST(!fresh.load(key.first, key.second + "1", value));
    BOOST_TEST(fresh.load(key.first, key.second, value));
  }
}
