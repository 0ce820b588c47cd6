// SPDX-License-Identifier: Apache-2.0
// Proves: an alert is opened, counted, closed and reopened as it says, also over a restart; each
//         change is said in time, none floods, no revision is used twice; when full, nothing is
//         lost from the counts.
// Method: single cases, then random calls and restarts against a plain list, by a printed seed.
#define BOOST_TEST_MODULE alert_book
#include "actors/logic/alert_book.hpp"

#include "messages/limits.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <random>

using namespace wardflow;

namespace {

const auto unit = *unit_code::parse("22366");
constexpr auto full = alert_kind::venue_over_capacity;
constexpr auto gap = alert_kind::device_sequence_gap;
constexpr time_ms start = 1'634'000'000'000;

/// A book with a disk made of a map.
struct desk {
  explicit desk(std::size_t most = alert_book::kept) : most_kept(most), book(unit, most) {
    // nop
  }

  std::vector<alert> end(time_ms stamp) {
    std::vector<saved_row> out;
    std::vector<alert> said;
    book.end_of_round(stamp, out, [&](const alert& a) { said.push_back(a); });
    rows_written += out.size();
    for (auto& row : out)
      if (row.erase)
        rows.erase(row.key);
      else
        rows[row.key] = row.value;
    return said;
  }

  void restart() {
    book = alert_book{unit, most_kept};
    for (auto& [key, value] : rows)
      BOOST_REQUIRE(book.load(key, value));
  }

  std::size_t most_kept;
  alert_book book;
  std::map<std::string, std::vector<std::byte>> rows;
  std::size_t rows_written = 0;
};

/// Every rule by looking at everything.
struct slow_book {
  struct entry {
    alert what;
    time_ms since = 0, said = 0, due = 0;
    bool now = false, told_open = false;
  };
  std::size_t most;
  std::map<std::pair<alert_kind, std::string>, entry> all;
  std::uint32_t forgotten = 0;

  void make_room() {
    for (;;) {
      auto oldest = all.end();
      for (auto at = all.begin(); at != all.end(); ++at)
        if (at->second.what.state == alert_state::resolved && !at->second.now &&
            at->second.due == 0 && (oldest == all.end() || at->second.since < oldest->second.since))
          oldest = at;
      if (all.size() < most || oldest == all.end())
        return;
      drop(oldest);
    }
  }
  template <class At>
  At drop(At at) {
    forgotten = std::max(forgotten, at->second.what.revision);
    return all.erase(at);
  }

  void raise(alert_kind kind, std::string subject, time_ms stamp, std::string evidence,
             std::uint64_t times) {
    if (!all.contains({kind, subject}))
      make_room();
    if (!all.contains({kind, subject}) && all.size() >= most)
      subject = "*";
    auto fresh = !all.contains({kind, subject});
    auto& e = all[{kind, subject}];
    if (fresh)
      e.what = {
        unit, kind, subject, facts_of(kind).severity, alert_state::resolved, forgotten, 0, 0,
        0,    "",   ""};
    if (e.what.state == alert_state::resolved) {
      e.what.state = alert_state::open;
      e.what.first = e.what.last = e.since = stamp;
      e.what.count = times;
      e.what.by = "";
      if (fresh || e.said + 10'000 <= stamp)
        e.now = true;
      else
        e.due = e.said + 10'000;
    } else {
      e.what.count += times;
      e.what.last = stamp;
      if (!e.now)
        e.due = e.said + 10'000;
    }
    e.what.evidence = evidence;
  }

  void clear(alert_kind kind, const std::string& subject, time_ms stamp) {
    auto at = all.find({kind, subject});
    if (at == all.end() || at->second.what.state == alert_state::resolved)
      return;
    at->second.what.state = alert_state::resolved;
    at->second.what.by = "";
    at->second.since = stamp;
    at->second.now |= at->second.told_open;
  }

  code order(alert_kind kind, const std::string& subject, alert_state to, time_ms stamp) {
    auto at = all.find({kind, subject});
    if (at == all.end())
      return code::not_found;
    auto& a = at->second.what;
    if (a.state == alert_state::resolved || a.state == to)
      return code::already_so;
    a.state = to;
    a.by = "Lan";
    at->second.since = stamp;
    at->second.now = true;
    return code::done;
  }

  std::vector<alert> end(time_ms stamp) {
    std::vector<alert> out;
    for (auto& [key, e] : all) {
      if (!e.now && (e.due == 0 || e.due > stamp))
        continue;
      e.now = false;
      e.due = 0;
      e.said = stamp;
      e.told_open = e.what.state != alert_state::resolved;
      ++e.what.revision;
      out.push_back(e.what);
    }
    for (auto at = all.begin(); at != all.end();)
      if (at->second.what.state == alert_state::resolved && at->second.due == 0 &&
          at->second.since + 7 * day_ms <= stamp)
        at = drop(at);
      else
        ++at;
    return out;
  }

  time_ms next_due() const {
    time_ms next = 0;
    for (auto& [key, e] : all)
      if (e.due != 0 && !e.now && (next == 0 || e.due < next))
        next = e.due;
    return next;
  }
};

std::vector<alert> open_ones(const alert_book& book) {
  std::vector<alert> out;
  book.each_open([&](std::uint64_t, const alert& a) { out.push_back(a); });
  return out;
}

void expect_same(const std::vector<alert>& a, const std::vector<alert>& b) {
  BOOST_REQUIRE_EQUAL(a.size(), b.size());
  for (std::size_t i = 0; i != a.size(); ++i) {
    BOOST_TEST_INFO(alert_name(a[i]) << " and " << alert_name(b[i]));
    BOOST_REQUIRE((a[i] == b[i]));
  }
}

} // namespace

BOOST_AUTO_TEST_CASE(an_alert_is_said_when_it_opens_is_acknowledged_and_ends) {
  desk d;
  d.book.raise(full, "22366-00017", start, "inside=31");
  auto said = d.end(start);
  BOOST_REQUIRE_EQUAL(said.size(), 1u);
  BOOST_TEST((said[0] == alert{unit, full, "22366-00017", severity::warning, alert_state::open, 1,
                               start, start, 1, "inside=31", ""}));
  BOOST_TEST(d.book.open_of(full) == 1u);
  BOOST_TEST((d.book.acknowledge(full, "22366-00017", "Lan", start + 1) == code::done));
  BOOST_TEST((d.book.acknowledge(full, "22366-00017", "Lan", start + 1) == code::already_so));
  BOOST_TEST((d.book.resolve(gap, "22366-00017", "Lan", start + 1) == code::not_found));
  said = d.end(start + 1);
  BOOST_REQUIRE_EQUAL(said.size(), 1u);
  BOOST_TEST((said[0].state == alert_state::acknowledged && said[0].by == "Lan"));
  d.book.clear(full, "22366-00017", start + 2);
  said = d.end(start + 2);
  BOOST_REQUIRE_EQUAL(said.size(), 1u);
  BOOST_TEST((said[0].state == alert_state::resolved && said[0].by.empty()));
  BOOST_TEST(said[0].revision == 3u);
  BOOST_TEST((d.book.resolve(full, "22366-00017", "Lan", start + 3) == code::already_so));
  BOOST_TEST(d.book.open_of(full) == 0u);
  BOOST_TEST(d.book.next_due() == 0);
}

BOOST_AUTO_TEST_CASE(a_resolved_alert_comes_back_as_a_new_one_with_the_next_revision) {
  desk d;
  d.book.raise(full, "a", start, "one", 5);
  d.end(start);
  BOOST_TEST((d.book.resolve(full, "a", "Lan", start + 1) == code::done));
  d.end(start + 1);
  auto again = start + minute_ms;
  d.book.raise(full, "a", again, "two");
  auto said = d.end(again);
  BOOST_REQUIRE_EQUAL(said.size(), 1u);
  BOOST_TEST((said[0] == alert{unit, full, "a", severity::warning, alert_state::open, 3, again,
                               again, 1, "two", ""}));
}

BOOST_AUTO_TEST_CASE(ten_thousand_repeats_in_a_second_are_said_once_and_counted_in_the_end) {
  desk d;
  std::size_t said = 0;
  for (int i = 0; i != 10'000; ++i) {
    d.book.raise(gap, "gateway", start + i / 10, "expected=7");
    said += d.end(start + i / 10).size();
  }
  BOOST_TEST(said == 1u);
  BOOST_TEST(d.book.next_due() == start + alert_book::quiet_ms);
  BOOST_TEST(d.end(start + alert_book::quiet_ms - 1).empty());
  auto last = d.end(start + alert_book::quiet_ms);
  BOOST_REQUIRE_EQUAL(last.size(), 1u);
  BOOST_TEST(last[0].count == 10'000u);
  BOOST_TEST(last[0].last == start + 999);
  BOOST_TEST(d.book.next_due() == 0);
}

BOOST_AUTO_TEST_CASE(a_condition_that_comes_and_goes_is_said_twice_in_ten_seconds) {
  desk d;
  std::size_t said = 0;
  for (int i = 0; i != 10'000; ++i) {
    d.book.raise(gap, "gateway", start + i, "expected=7");
    said += d.end(start + i).size();
    d.book.clear(gap, "gateway", start + i);
    said += d.end(start + i).size();
  }
  BOOST_TEST(said == 2u);
  auto last = d.end(start + alert_book::quiet_ms);
  BOOST_REQUIRE_EQUAL(last.size(), 1u);
  BOOST_TEST((last[0].state == alert_state::resolved));
}

BOOST_AUTO_TEST_CASE(a_higher_severity_is_said_at_once) {
  desk d;
  auto kind = alert_kind::store_nearly_full;
  d.book.raise(kind, "22366", start, "percent=70", 1, severity::notice);
  BOOST_TEST(d.end(start).size() == 1u);
  d.book.raise(kind, "22366", start + 1, "percent=71", 1, severity::notice);
  BOOST_TEST(d.end(start + 1).empty());
  d.book.raise(kind, "22366", start + 2, "percent=85", 1, severity::warning);
  auto said = d.end(start + 2);
  BOOST_REQUIRE_EQUAL(said.size(), 1u);
  BOOST_TEST((said[0].severity == severity::warning && said[0].count == 3u));
}

BOOST_AUTO_TEST_CASE(long_texts_are_cut_before_a_character) {
  desk d;
  std::string subject(limits::text_bytes_max - 1, 'x');
  d.book.raise(full, subject + "ợ" + "more", start, std::string(1000, 'y'));
  auto said = d.end(start);
  BOOST_REQUIRE_EQUAL(said.size(), 1u);
  BOOST_TEST(said[0].subject == subject);
  BOOST_TEST(said[0].evidence.size() == limits::text_bytes_max);
  BOOST_TEST((d.book.resolve(full, subject + "ợ", "Lan", start) == code::done));
}

BOOST_AUTO_TEST_CASE(past_the_bound_new_subjects_are_counted_in_one_alert_of_the_kind) {
  desk d{100};
  for (int i = 0; i != 1000; ++i)
    d.book.raise(i % 2 == 0 ? full : gap, std::to_string(i), start, "");
  d.book.raise(full, "0", start, ""); // one that has a place counts there
  d.end(start);
  BOOST_TEST(d.book.size() == 102u);
  BOOST_TEST(d.book.find(full, "0")->count == 2u);
  std::uint64_t sum = 0;
  for (auto& a : open_ones(d.book))
    sum += a.count;
  BOOST_TEST(sum == 1001u);
  BOOST_TEST(d.book.find(full, alert_book::others)->count == 450u);
}

BOOST_AUTO_TEST_CASE(what_is_forgotten_comes_back_with_a_higher_revision) {
  desk d;
  std::uint32_t before = 0;
  for (int i = 0; i != 5; ++i) {
    auto at = start + i * 8 * day_ms;
    d.book.raise(full, "a", at, "");
    auto said = d.end(at);
    BOOST_REQUIRE_EQUAL(said.size(), 1u);
    BOOST_TEST(said[0].revision > before);
    d.book.clear(full, "a", at + 1);
    before = d.end(at + 1).at(0).revision;
    d.end(at + 1 + alert_book::resolved_kept_ms);
    BOOST_TEST(d.book.size() == 0u);
    BOOST_TEST(d.rows.size() == 1u); // the highest revision of those that are gone
    d.restart();
  }
}

BOOST_AUTO_TEST_CASE(damaged_rows_are_refused) {
  desk d;
  d.book.raise(full, "a", start, "b");
  d.end(start);
  auto [key, value] = *d.rows.begin();
  for (std::size_t size = 0; size != value.size(); ++size)
    BOOST_TEST(!alert_book{unit}.load(key, std::span{value}.first(size)));
  BOOST_TEST(!alert_book{unit}.load("", value));
  BOOST_TEST(!alert_book{unit}.load("\xffx", value));
  value[8] = std::byte{3};
  BOOST_TEST(!alert_book{unit}.load(key, value));
  value[0] = std::byte{2};
  BOOST_TEST(!alert_book{unit}.load(key, value));
}

BOOST_AUTO_TEST_CASE(random_calls_and_restarts_agree_with_a_plain_list) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      std::mt19937_64 random{seed};
      auto below = [&](std::uint64_t n) { return random() % n; };
      auto most = std::size_t{5 + below(30)};
      desk d{most};
      slow_book slow{most, {}, 0};
      std::map<std::string, std::uint32_t> revisions;
      auto stamp = start;
      for (int round = 0; round != 400; ++round) {
        stamp += static_cast<time_ms>(below(4) == 0 ? below(20'000) : below(300));
        if (below(60) == 0)
          stamp += static_cast<time_ms>(below(4 * day_ms));
        for (auto calls = below(6); calls > 0; --calls) {
          auto kind = static_cast<alert_kind>(1 + below(3));
          auto subject = std::to_string(below(20));
          auto what = below(10);
          if (what < 6) {
            auto times = 1 + below(3);
            auto evidence = std::to_string(random());
            d.book.raise(kind, subject, stamp, evidence, times);
            slow.raise(kind, subject, stamp, evidence, times);
          } else if (what < 8) {
            d.book.clear(kind, subject, stamp);
            slow.clear(kind, subject, stamp);
          } else if (what == 8) {
            auto done = d.book.acknowledge(kind, subject, "Lan", stamp);
            BOOST_REQUIRE((done == slow.order(kind, subject, alert_state::acknowledged, stamp)));
          } else {
            auto done = d.book.resolve(kind, subject, "Lan", stamp);
            BOOST_REQUIRE((done == slow.order(kind, subject, alert_state::resolved, stamp)));
          }
        }
        auto said = d.end(stamp);
        expect_same(said, slow.end(stamp));
        for (auto& a : said)
          BOOST_REQUIRE_GT(a.revision, std::exchange(revisions[alert_name(a)], a.revision));
        BOOST_REQUIRE_EQUAL(d.book.next_due(), slow.next_due());
        if (below(10) == 0)
          d.restart();
        BOOST_REQUIRE_EQUAL(d.book.size(), slow.all.size());
        std::vector<alert> open;
        for (auto& [key, e] : slow.all)
          if (e.what.state != alert_state::resolved)
            open.push_back(e.what);
        expect_same(open_ones(d.book), open);
        for (auto kind : {full, gap, alert_kind::card_cloned})
          BOOST_REQUIRE_EQUAL(
            d.book.open_of(kind),
            std::count_if(open.begin(), open.end(), [&](auto& a) { return a.kind == kind; }));
      }
    }
  }
}
