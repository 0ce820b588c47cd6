// SPDX-License-Identifier: Apache-2.0
// Proves: a simulated day has the figures of real check-ins, the files agree with the figures that
//         stand beside them, and the same seed gives the same bytes.
// Method: the files are read back through the imports and the parser of codes, and recounted.
#define BOOST_TEST_MODULE simulate
#include "nodes/wardctl/simulate.hpp"

#include "actors/logic/import_rows.hpp"
#include "actors/logic/personal_code.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <tuple>

using namespace wardflow;
using namespace wardflow::wardctl;

namespace {

simulate_options options_of(std::uint64_t seed) {
  simulate_options options;
  options.ward = *unit_code::parse("22366");
  options.day = *parse_day("2021-10-20");
  options.seed = seed;
  return options;
}

/// Everything that the figures say, counted again from the file alone.
simulated_figures recount(const std::vector<replay_row>& rows, const simulated_figures& told) {
  simulated_figures got;
  got.visits = told.visits; // not in the file: an exit need not be recorded
  got.strangers = told.strangers;
  std::map<std::string, std::string> root; // key -> the person it stands for
  auto person = [&](std::string key) {
    while (root.count(key) == 1 && root[key] != key)
      key = root[key];
    return root[key] = key;
  };
  std::map<std::tuple<std::string, venue_id, direction>, time_ms> last;
  std::set<venue_id> venues;
  time_ms newest = 0;
  for (auto& row : rows) {
    ++got.scans;
    ++(row.way == direction::in ? got.in : got.out);
    ++(row.flow == flow::staff_scans_person ? got.by_staff : got.by_poster);
    got.late += newest - row.at > 10 * minute_ms ? 1 : 0;
    newest = std::max(newest, row.at);
    venues.insert(row.venue);
    auto code = parse_personal_code(row.code);
    if (!code.primary) {
      ++got.not_persons;
      continue;
    }
    auto one = person(std::string{code.primary->text()});
    if (code.linked)
      root[person(std::string{code.linked->text()})] = one;
    auto& before = last[{row.code, row.venue, row.way}];
    got.repeated += std::abs(row.at - before) < minute_ms ? 1 : 0;
    before = row.at;
  }
  std::set<std::string> persons;
  for (auto& [key, of] : std::map<std::string, std::string>{root})
    persons.insert(person(key));
  got.persons = static_cast<std::uint32_t>(persons.size());
  got.venues_used = static_cast<std::uint32_t>(venues.size());
  return got;
}

std::string file_text(const std::filesystem::path& path) {
  std::ifstream in{path, std::ios::binary};
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

} // namespace

BOOST_AUTO_TEST_CASE(the_files_hold_what_their_figures_say) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      auto day = simulate(options_of(seed));
      auto scans = read_rows<replay_row>(day.replay);
      BOOST_TEST(scans.clean());
      auto got = recount(scans.rows, day.figures);
      BOOST_TEST(got.scans == 10'000u);
      BOOST_TEST(got.in == day.figures.in);
      BOOST_TEST(got.late == day.figures.late);
      BOOST_TEST(got.repeated == day.figures.repeated);
      BOOST_TEST(got.not_persons == day.figures.not_persons);
      BOOST_TEST(got.persons == day.figures.persons);
      BOOST_TEST((got == day.figures));
    }
  }
}

BOOST_AUTO_TEST_CASE(the_day_looks_like_a_real_one) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      auto day = simulate(options_of(seed));
      auto share = [&](std::uint32_t part) { return part / 10'000.0; };
      auto& f = day.figures;
      BOOST_TEST((share(f.not_persons) > 0.01 && share(f.not_persons) < 0.02));
      BOOST_TEST((share(f.late) > 0.008 && share(f.late) < 0.02));
      BOOST_TEST((share(f.repeated) > 0.001 && share(f.repeated) < 0.008));
      BOOST_TEST((share(f.by_poster) > 0.17 && share(f.by_poster) < 0.23));
      BOOST_TEST((share(f.out) > 0.33 && share(f.out) < 0.45));
      BOOST_TEST(static_cast<double>(f.scans) / f.persons > 1.29);
      BOOST_TEST((f.strangers > 50 && f.strangers < 250));

      auto rows = read_rows<replay_row>(day.replay).rows;
      std::map<venue_id, std::uint32_t> by_venue;
      std::array<double, 24> by_hour{};
      for (auto& row : rows) {
        ++by_venue[row.venue];
        ++by_hour[minute_of_day(row.at) / 60u];
        BOOST_TEST_REQUIRE(local_day(row.at) == options_of(seed).day);
      }
      std::vector<std::uint32_t> counts;
      for (auto& [venue, count] : by_venue)
        counts.push_back(count);
      std::sort(counts.rbegin(), counts.rend());
      auto busiest = [&](std::size_t n) {
        double sum = 0;
        for (std::size_t i = 0; i < n; ++i)
          sum += counts[i];
        return sum / 10'000;
      };
      BOOST_TEST(std::abs(busiest(counts.size() / 100) - 0.235) < 0.01);
      BOOST_TEST(std::abs(busiest(counts.size() / 10) - 0.5) < 0.01);
      auto single = static_cast<double>(std::count(counts.begin(), counts.end(), 1u));
      BOOST_TEST(std::abs(single / static_cast<double>(counts.size()) - 0.29) < 0.02);
      double open = 0;
      for (std::size_t h = 6; h < 22; ++h)
        open += by_hour[h];
      auto peak = *std::max_element(by_hour.begin(), by_hour.end()) / (open / 16);
      BOOST_TEST((peak > 1.7 && peak < 2.1), peak);
    }
  }
}

BOOST_AUTO_TEST_CASE(the_same_seed_gives_the_same_bytes_and_another_gives_others) {
  auto a = simulate(options_of(42));
  auto b = simulate(options_of(42));
  auto c = simulate(options_of(43));
  BOOST_TEST((a.replay == b.replay));
  BOOST_TEST((a.venues == b.venues));
  BOOST_TEST((a.groups == b.groups));
  BOOST_TEST((a.cards == b.cards));
  BOOST_TEST((a.levels == b.levels));
  BOOST_TEST((a.figures == b.figures));
  BOOST_TEST((a.replay != c.replay));
  BOOST_TEST((a.venues != c.venues));
  BOOST_TEST((a.cards != c.cards));
}

BOOST_AUTO_TEST_CASE(the_first_seed_gives_the_day_that_the_documentation_shows) {
  simulated_figures wanted = {.scans = 10000,
                              .in = 6063,
                              .out = 3937,
                              .by_staff = 8016,
                              .by_poster = 1984,
                              .late = 142,
                              .repeated = 34,
                              .not_persons = 154,
                              .persons = 4555,
                              .visits = 5875,
                              .venues_used = 1012,
                              .strangers = 131};
  BOOST_TEST((simulate(options_of(1)).figures == wanted));
}

BOOST_AUTO_TEST_CASE(the_registers_belong_together) {
  auto day = simulate(options_of(2));
  auto venues = read_rows<venue_row>(day.venues);
  auto groups = read_rows<group_row>(day.groups);
  auto cards = read_rows<card_row>(day.cards);
  auto levels = read_rows<level_row>(day.levels);
  BOOST_TEST((venues.clean() && groups.clean() && cards.clean() && levels.clean()));
  BOOST_TEST(venues.rows.size() == 1'100u);
  BOOST_TEST(groups.rows.size() == 22u);
  BOOST_TEST(cards.rows.size() == 15'650u);
  BOOST_TEST(levels.rows.size() == 21u);
  std::set<group_id> known;
  for (auto& group : groups.rows)
    known.insert(group.id);
  for (auto& venue : venues.rows)
    BOOST_TEST_REQUIRE(known.count(venue.group) == 1u);
  std::set<std::string> keys;
  for (auto& card : cards.rows) {
    BOOST_TEST_REQUIRE(known.count(card.group) == 1u);
    for (auto& number : {card.id_number, card.qid})
      if (!number.empty())
        BOOST_TEST_REQUIRE(keys.insert(number).second);
  }
}

BOOST_AUTO_TEST_CASE(small_and_odd_days_are_made_too) {
  for (auto [venues, residents, scans] : {std::tuple{1u, 1u, 0u},
                                          {1u, 1u, 1u},
                                          {1u, 1u, 40u},
                                          {3u, 2u, 5u},
                                          {12u, 100u, 3'000u},
                                          {5'000u, 10u, 20u},
                                          {100u, 500u, 600u}}) {
    auto options = options_of(1);
    options.venues = venues;
    options.residents = residents;
    options.scans = scans;
    BOOST_TEST_CONTEXT(venues << " venues " << residents << " residents " << scans << " scans") {
      BOOST_TEST(!check(options).has_value());
      auto day = simulate(options);
      auto rows = read_rows<replay_row>(day.replay);
      BOOST_TEST(rows.clean());
      BOOST_TEST(rows.rows.size() == scans);
      BOOST_TEST(day.figures.scans == scans);
    }
  }
}

BOOST_AUTO_TEST_CASE(options_out_of_range_are_named) {
  auto refused = [](auto change, code what) {
    auto options = options_of(1);
    change(options);
    auto problem = check(options);
    BOOST_TEST_REQUIRE(problem.has_value());
    BOOST_TEST((problem->what == what), problem->detail);
  };
  BOOST_TEST(!check(options_of(1)).has_value());
  refused([](auto& o) { o.ward = *unit_code::parse("568"); }, code::unit_not_a_ward);
  refused([](auto& o) { o.ward = {}; }, code::unit_not_a_ward);
  refused([](auto& o) { o.day = 0; }, code::usage);
  refused([](auto& o) { o.venues = 0; }, code::usage);
  refused([](auto& o) { o.residents = 0; }, code::usage);
  refused([](auto& o) { o.residents = 1'000'000; }, code::usage);
  refused([](auto& o) { o.scans = 20'000'001; }, code::usage);
  refused([](auto& o) { o.groups = 1'000; }, code::usage);
  refused([](auto& o) { o.province = 0; }, code::usage);
}

BOOST_AUTO_TEST_CASE(the_files_are_written_whole_or_the_path_is_named) {
  auto options = options_of(1);
  options.venues = 20;
  options.residents = 50;
  options.scans = 100;
  auto day = simulate(options);
  namespace fs = std::filesystem;
  std::string form = (fs::temp_directory_path() / "wardflow-simulate-XXXXXX").string();
  BOOST_TEST_REQUIRE(mkdtemp(form.data()) != nullptr);
  auto folder = fs::path{form} / "a" / "b";
  BOOST_TEST(!write_files(day, folder.string()).has_value());
  BOOST_TEST((file_text(folder / "replay.csv") == day.replay));
  BOOST_TEST((file_text(folder / "venues.csv") == day.venues));
  BOOST_TEST((file_text(folder / "groups.csv") == day.groups));
  BOOST_TEST((file_text(folder / "cards.csv") == day.cards));
  BOOST_TEST((file_text(folder / "levels.csv") == day.levels));
  auto blocked = write_files(day, (folder / "replay.csv" / "x").string());
  BOOST_TEST_REQUIRE(blocked.has_value());
  BOOST_TEST((blocked->what == code::file_write_failed));
  fs::create_directory(folder / "c");
  fs::create_directory(folder / "c" / "cards.csv");
  blocked = write_files(day, (folder / "c").string());
  BOOST_TEST_REQUIRE(blocked.has_value());
  BOOST_TEST(blocked->detail.ends_with("cards.csv"));
  fs::remove_all(form);
}
