// SPDX-License-Identifier: Apache-2.0
#include "nodes/wardctl/simulate.hpp"

#include "nodes/wardctl/simulate_people.hpp"
#include "nodes/wardctl/simulate_places.hpp"
#include "nodes/wardctl/simulate_visits.hpp"

#include <algorithm>
#include <cassert>
#include <filesystem>
#include <fstream>
#include <utility>

namespace wardflow::wardctl {

namespace {

constexpr time_ms late_after_ms = 10 * minute_ms;

/// One line of the replay, before its place in the file is known.
struct planned_scan {
  time_ms at = 0;
  time_ms arrives = 0;
  std::uint32_t visit = 0;
  direction way = direction::in;
  bool repeat = false;
};

/// When a scan made at `at` reaches the node: at once, but for those that wait in a spool.
time_ms arrival(time_ms at, time_ms day_end, random_source& random) {
  if (!random.chance(0.015))
    return at;
  auto wait = 12 * minute_ms + static_cast<time_ms>(random.below(6 * hour_ms));
  return std::min(at + wait, day_end - 1);
}

std::vector<planned_scan> plan_scans(const std::vector<simulated_visit>& visits, day_number day,
                                     random_source& random) {
  std::vector<planned_scan> scans;
  auto day_end = start_of(day) + day_ms;
  auto add = [&](std::size_t visit, time_ms at, direction way, bool repeat) {
    scans.push_back({at, 0, static_cast<std::uint32_t>(visit), way, repeat});
    scans.back().arrives = arrival(at, day_end, random);
  };
  for (std::size_t i = 0; i < visits.size(); ++i) {
    auto& visit = visits[i];
    add(i, visit.in, direction::in, false);
    if (visit.repeated) { // from the same reader, so it arrives with the first
      auto again = scans.back();
      auto gap = 3'000 + static_cast<time_ms>(random.below(45'000));
      again.at = std::min(again.at + gap, day_end - 1);
      again.arrives = std::min(again.arrives + gap, day_end - 1);
      again.repeat = true;
      scans.push_back(again);
    }
    if (visit.records_exit)
      add(i, visit.out, direction::out, false);
  }
  std::stable_sort(scans.begin(), scans.end(), [](auto& a, auto& b) {
    return std::pair{a.arrives, a.at} < std::pair{b.arrives, b.at};
  });
  return scans;
}

/// What each visit shows at the door; the same at its entry, its repeat and its exit.
std::vector<wrong_code> codes_of(const std::vector<simulated_visit>& visits,
                                 const simulate_options& options, random_source& random) {
  std::vector<wrong_code> codes;
  codes.reserve(visits.size());
  for (auto& visit : visits) {
    if (!visit.person) {
      codes.push_back(simulate_wrong_code(random));
      continue;
    }
    auto who = simulate_person(*visit.person, options.province, options.seed);
    // Some who have the app show the chip card now and then: two keys of one person.
    auto chip = who.form == code_form::national && random.chance(0.03);
    codes.push_back({code_text(who, chip ? code_form::chip : who.form), code::ok});
  }
  return codes;
}

std::string make_replay(const simulate_options& options, const simulated_places& places,
                        const std::vector<simulated_visit>& visits, simulated_figures& figures) {
  random_source random{options.seed, 3};
  auto scans = plan_scans(visits, options.day, random);
  auto codes = codes_of(visits, options, random);
  std::vector<replay_row> rows;
  rows.reserve(scans.size());
  time_ms newest = 0;
  for (auto& scan : scans) {
    auto& visit = visits[scan.visit];
    rows.push_back({scan.at,
                    places.venues[visit.venue].row.id,
                    scan.way,
                    visit.flow,
                    codes[scan.visit].text,
                    {}});
    ++figures.scans;
    ++(scan.way == direction::in ? figures.in : figures.out);
    ++(visit.flow == flow::staff_scans_person ? figures.by_staff : figures.by_poster);
    figures.late += newest - scan.at > late_after_ms ? 1 : 0;
    figures.repeated += scan.repeat ? 1 : 0;
    figures.not_persons += visit.person ? 0 : 1;
    newest = std::max(newest, scan.at);
  }
  return write_rows(std::span<const replay_row>{rows});
}

std::string make_cards(const simulate_options& options, const simulated_places& places) {
  random_source random{options.seed, 4};
  std::vector<card_row> rows;
  rows.reserve(options.residents);
  for (std::uint32_t number = 0; number < options.residents; ++number) {
    auto who = simulate_person(number, options.province, options.seed);
    auto group = places.groups[random.below(places.groups.size())].id;
    rows.push_back(card_of(who, group, options.day, options.seed));
  }
  return write_rows(std::span<const card_row>{rows});
}

std::string make_venues(const simulated_places& places) {
  std::vector<venue_row> rows;
  rows.reserve(places.venues.size());
  for (auto& venue : places.venues)
    rows.push_back(venue.row);
  return write_rows(std::span<const venue_row>{rows});
}

void count_people(const simulate_options& options, const simulated_places& places,
                  const std::vector<simulated_visit>& visits, simulated_figures& figures) {
  std::vector<bool> seen(persons_in_town(options.residents));
  for (auto& visit : visits) {
    if (!visit.person)
      continue;
    ++figures.visits;
    if (seen[*visit.person])
      continue;
    seen[*visit.person] = true;
    ++figures.persons;
    figures.strangers += *visit.person >= options.residents ? 1 : 0;
  }
  for (auto& venue : places.venues)
    figures.venues_used += venue.scans > 0 ? 1 : 0;
}

} // namespace

std::optional<simulate_problem> check(const simulate_options& options) {
  if (!options.ward.is_ward() || options.ward.number() == 0)
    return simulate_problem{code::unit_not_a_ward, std::string{options.ward.text()}};
  auto wrong = [](const char* detail) { return simulate_problem{code::usage, detail}; };
  if (options.day < 1'000 || options.day > 60'000)
    return wrong("day: from 1972 to 2134");
  if (options.venues == 0 || options.venues > 1'000'000)
    return wrong("venues: 1 to 1000000");
  if (options.residents == 0 || persons_in_town(options.residents) > simulated_persons_max)
    return wrong("residents: 1 to 950000");
  if (options.scans > 20'000'000)
    return wrong("scans: at most 20000000");
  if (options.groups > 999)
    return wrong("groups: at most 999");
  if (options.province == 0 || options.province > 999)
    return wrong("province: 1 to 999");
  return std::nullopt;
}

simulation simulate(const simulate_options& options) {
  assert(!check(options));
  auto groups = options.groups != 0 ? options.groups : std::clamp(options.venues / 50, 2u, 999u);
  auto places = simulate_places(options.ward.number(), options.day, options.venues, groups,
                                options.scans, options.seed);
  auto visits = simulate_visits(places.venues, options.residents, options.day, options.seed);
  simulation result;
  count_people(options, places, visits, result.figures);
  result.replay = make_replay(options, places, visits, result.figures);
  write_registers(places, options, result);
  result.levels = write_rows(std::span<const level_row>{places.levels});
  return result;
}

void write_registers(const simulated_places& places, const simulate_options& options,
                     simulation& result) {
  result.venues = make_venues(places);
  result.groups = write_rows(std::span<const group_row>{places.groups});
  result.cards = make_cards(options, places);
}

std::optional<simulate_problem> write_files(const simulation& day, const std::string& folder) {
  namespace fs = std::filesystem;
  std::error_code error;
  fs::create_directories(folder, error);
  if (!fs::is_directory(folder, error))
    return simulate_problem{code::file_write_failed, folder};
  const std::pair<const char*, const std::string*> files[]{{"replay.csv", &day.replay},
                                                           {"venues.csv", &day.venues},
                                                           {"groups.csv", &day.groups},
                                                           {"cards.csv", &day.cards},
                                                           {"levels.csv", &day.levels}};
  for (auto& [name, text] : files) {
    auto path = fs::path{folder} / name;
    std::ofstream out{path, std::ios::binary | std::ios::trunc};
    out << *text;
    out.close();
    if (!out)
      return simulate_problem{code::file_write_failed, path.string()};
  }
  return std::nullopt;
}

} // namespace wardflow::wardctl
