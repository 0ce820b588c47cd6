// SPDX-License-Identifier: Apache-2.0
// Proves: of 138,957 real check-ins the fold counts scans per venue, ward and hour, persons per
//         venue-day and ward-day, visits and who is inside exactly as a slow recount does, also
//         when scans come weeks late.
// Method: the Gowalla trace of $WARDFLOW_DATA, else ../shared/data (skipped where it is absent),
//         moved to 2021; in and out made from consecutive check-ins; sets and maps beside the fold.
#define BOOST_TEST_MODULE trace_recount
#include "tests/actors/logic/rulebook_texts.hpp"
#include "tests/actors/logic/slow_ledger.hpp"
#include "tests/support/command_samples.hpp"
#include "tests/support/power_rig.hpp"

#include <boost/test/unit_test.hpp>

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <random>
#include <set>

using namespace wardflow;
using namespace wardflow::test;

namespace {

struct check_in {
  time_ms at = 0;
  std::uint64_t user = 0;
  std::uint32_t place = 0; // from 1, in order of first use
};

struct trace {
  std::vector<check_in> rows;
  std::uint32_t places = 0;
};

trace read_trace() {
  auto* set = std::getenv("WARDFLOW_DATA");
  std::filesystem::path folder = set != nullptr && *set != 0
                                   ? std::filesystem::path{set}
                                   : std::filesystem::path{WARDFLOW_SOURCE_DIR} / "../shared/data";
  auto file = folder / "trace_gowalla_nyc.csv.gz";
  if (!std::filesystem::exists(file)) {
    std::printf("SKIP: no trace_gowalla_nyc.csv.gz in $WARDFLOW_DATA or ../shared/data\n");
    std::fflush(stdout);
    ::_exit(77);
  }
  std::string text;
  BOOST_REQUIRE(run_program({"gzip", "-dc", file.string()}, text));
  trace t;
  std::map<long long, std::uint32_t> numbers;
  constexpr time_ms moved = 4'269 * day_ms; // 2009-04-23 becomes 2021-01-01
  for (auto* at = std::strchr(text.c_str(), '\n'); at != nullptr; at = std::strchr(at + 1, '\n')) {
    char* end = nullptr;
    const auto epoch = std::strtoll(at + 1, &end, 10);
    if (*end != ',')
      continue; // after the last line
    const auto user = std::strtoll(end + 1, &end, 10);
    const auto place = std::strtoll(end + 1, &end, 10);
    auto number = numbers.emplace(place, numbers.size() + 1).first->second;
    t.rows.push_back({epoch * 1000 + moved, static_cast<std::uint64_t>(user + 1), number});
  }
  t.places = static_cast<std::uint32_t>(numbers.size());
  return t;
}

struct event {
  time_ms arrives = 0;
  scan what;
};

/// A check-in is an `in`; the same person's next one, or two hours, is the `out`.
std::vector<event> events_of(const trace& t, std::uint64_t late_seed) {
  std::vector<event> all;
  std::map<std::uint64_t, std::vector<const check_in*>> by_user;
  for (auto& c : t.rows)
    by_user[c.user].push_back(&c);
  std::mt19937_64 random{late_seed};
  auto add = [&](const check_in& c, time_ms at, direction way) {
    event e;
    e.what.venue = make_venue_id(fold_world::ward, c.place);
    e.what.card = card_id{c.user};
    e.what.at = e.arrives = at;
    e.what.way = way;
    e.what.flow = c.user % 3 == 0 ? flow::person_scans_poster : flow::staff_scans_person;
    if (late_seed != 0 && random() % 25 == 0)
      e.arrives += static_cast<time_ms>(random() % (18 * day_ms));
    all.push_back(e);
  };
  for (auto& [user, rows] : by_user)
    for (std::size_t i = 0; i != rows.size(); ++i) {
      auto& c = *rows[i];
      auto next = i + 1 < rows.size() ? rows[i + 1]->at : c.at + day_ms;
      add(c, c.at, direction::in);
      if (next > c.at + 2000) // else the same moment again: an `in` while inside
        add(c, std::min(next - 1000, c.at + 2 * hour_ms), direction::out);
    }
  std::stable_sort(all.begin(), all.end(), [](auto& a, auto& b) { return a.arrives < b.arrives; });
  return all;
}

venue_record record_of(std::uint32_t place) {
  auto v = venue("Địa điểm " + std::to_string(place));
  v.facts.kind = place % 10 == 0 ? category::bar : category::shop; // bars refuse these cards
  v.facts.opens = static_cast<std::uint16_t>(place % 3 == 0 ? 0 : place % 3 == 1 ? 360 : 1080);
  v.facts.closes = static_cast<std::uint16_t>(place % 3 == 0 ? 0 : place % 3 == 1 ? 1380 : 240);
  return v;
}

/// What the fold is compared with. It knows the scans and nothing of the fold.
struct recount {
  std::map<std::pair<std::uint32_t, hour_number>, std::array<std::uint32_t, 5>> hours;
  std::set<std::pair<day_number, card_id>> ward_days;
  std::map<std::pair<day_number, std::uint32_t>, std::set<card_id>> venue_days;
  std::map<std::uint32_t, slow_ledger> doors; // visits and presence
  std::set<std::pair<time_ms, std::uint32_t>> closings;

  void close_until(time_ms stamp) {
    while (!closings.empty() && closings.begin()->first <= stamp) {
      auto [due, place] = *closings.begin();
      closings.erase(closings.begin());
      doors[place].work_off(due, record_of(place).facts);
      expect(place, stamp);
    }
  }
  void expect(std::uint32_t place, time_ms stamp) {
    closings.erase({doors[place].closing(), place});
    doors[place].end_of_round(stamp, record_of(place).facts);
    if (doors[place].closing() != 0)
      closings.insert({doors[place].closing(), place});
  }
  void count(const event& e, time_ms stamp) {
    auto place = serial_of(e.what.venue);
    auto refused = place % 10 == 0 && e.what.way == direction::in;
    auto late = e.what.at < stamp - 10 * minute_ms;
    auto& h = hours[{place, local_hour(e.what.at)}];
    ++h[e.what.way == direction::in ? 0 : 1];
    h[2] += refused;
    h[3] += late;
    h[4] += e.what.flow == flow::person_scans_poster;
    ward_days.insert({local_day(e.what.at), e.what.card});
    venue_days[{local_day(e.what.at), place}].insert(e.what.card);
    scan_item item;
    item.person = e.what.card;
    item.at = e.what.at;
    item.way = e.what.way;
    item.flow = e.what.flow;
    verdict v;
    v.decision = refused ? decision::refuse : decision::admit;
    v.late = late;
    doors[place].apply(item, v, stamp);
  }
};

/// Everything that the fold says of a day, against the recount.
std::uint64_t compare_day(fold_world& w, recount& slow, day_number day) {
  std::set<std::uint32_t> places;
  for (auto at = slow.venue_days.lower_bound({day, 0});
       at != slow.venue_days.end() && at->first.first == day; ++at)
    places.insert(at->first.second);
  std::uint64_t scans = 0;
  std::array<hour_counts, 24> hours{};
  for (auto place : places) {
    auto& ledger = *w.fold->state.slots.rest(w.fold->state.places.find(place)->number);
    auto c = ledger.counts(day);
    BOOST_REQUIRE((c.day.persons == slow.venue_days[{day, place}].size()));
    auto expected = slow.doors[place].day(day);
    BOOST_REQUIRE((c.day == expected)); // visits: entered, exited, closed, unmatched, again
    BOOST_REQUIRE(c.inside == slow.doors[place].inside());
    for (auto& h : c.hours) {
      auto& row = slow.hours[{place, h.hour}];
      const std::array<std::uint32_t, 5> told{h.in, h.out, h.refused, h.late, h.poster};
      BOOST_REQUIRE((row == told));
      auto& ward = hours[h.hour % 24];
      ward = {ward.in + row[0], ward.out + row[1], ward.refused + row[2], ward.late + row[3],
              ward.poster + row[4]};
      scans += h.in + h.out;
    }
  }
  for (std::uint32_t i = 0; i != 24; ++i)
    BOOST_REQUIRE((w.fold->state.tally.hour(day * 24u + i) == hours[i]));
  auto first = slow.ward_days.lower_bound({day, card_id{}});
  auto last = slow.ward_days.lower_bound({static_cast<day_number>(day + 1), card_id{}});
  auto persons = static_cast<std::uint64_t>(std::distance(first, last));
  BOOST_REQUIRE(w.fold->state.cards.persons_on(day).persons == persons);
  return scans;
}

void recount_trace(std::uint64_t late_seed, int days_after) {
  auto t = read_trace();
  BOOST_REQUIRE(t.rows.size() == 138'957u);
#ifdef __SANITIZE_ADDRESS__ // ten times as slow: a quarter shows what it looks for
  t.rows.resize(t.rows.size() / 4);
#endif
  BOOST_REQUIRE(t.places == 21'509u);
  auto events = events_of(t, late_seed);
  ward_fold::options o;
  o.checkpoint = false; // what is saved when is not what is tested here
  fold_world w{o};
  w.stamp = events.front().arrives - hour_ms;
  std::vector<venue_record> rows;
  for (std::uint32_t place = 1; place <= t.places; ++place)
    rows.push_back(record_of(place));
  BOOST_REQUIRE((w.say(rows).code == code::done));
  auto book = with(small_book, "effective_from = 2021-10-16", "effective_from = 2020-01-01");
  BOOST_REQUIRE((w.say(rulebook_text{book}).code == code::done));
  BOOST_REQUIRE((w.say(device(1)).code == code::done));
  recount slow;
  std::uint64_t next = 1, compared = 0;
  auto checked = static_cast<day_number>(local_day(events.front().arrives) - 1);
  std::mt19937_64 random{7164};
  for (std::size_t from = 0; from != events.size();) {
    auto to = from + 1; // a round: a quarter of an hour of one day, or a part of it
    for (auto most = random() % 120; most > 0 && to != events.size(); --most, ++to)
      if (events[to].arrives > events[from].arrives + 15 * minute_ms ||
          local_day(events[to].arrives) != local_day(events[from].arrives))
        break;
    w.stamp = events[to - 1].arrives;
    for (; checked + days_after < local_day(w.stamp); ++checked) // while persons are remembered
      compared += compare_day(w, slow, checked);
    std::vector<scan> scans;
    std::set<std::uint32_t> touched;
    slow.close_until(w.stamp);
    for (; from != to; ++from) {
      scans.push_back(events[from].what);
      slow.count(events[from], w.stamp);
      touched.insert(serial_of(events[from].what.venue));
    }
    for (auto place : touched)
      slow.expect(place, w.stamp);
    scan_round r;
    r.scans.push_back({peer_id{1}, device_id{1}, encode_batch(1, next, scans), 0});
    next += scans.size();
    w.run(r, random());
    w.records.clear();
  }
  for (; checked <= local_day(w.stamp); ++checked)
    compared += compare_day(w, slow, checked);
  BOOST_TEST(compared == events.size()); // no scan was left out of the comparison
  BOOST_TEST(w.fold->state.scans == events.size());
  for (auto& [place, door] : slow.doors) {
    auto number = w.fold->state.places.find(place)->number;
    BOOST_REQUIRE(w.fold->state.slots.rest(number)->inside() == door.inside());
  }
}

} // namespace

BOOST_AUTO_TEST_CASE(a_real_trace_counts_exactly_as_a_recount) {
  recount_trace(0, 0);
}

BOOST_AUTO_TEST_CASE(a_real_trace_with_scans_weeks_late_counts_exactly_as_a_recount) {
  const std::uint64_t seed = 7164;
  BOOST_TEST_CONTEXT("seed " << seed)
  recount_trace(seed, 19);
}
