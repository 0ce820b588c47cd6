// SPDX-License-Identifier: Apache-2.0
#include "nodes/wardctl/simulate_trace.hpp"

#include "actors/logic/csv.hpp"
#include "nodes/wardctl/simulate_people.hpp"
#include "nodes/wardctl/simulate_places.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

namespace wardflow::wardctl {

namespace {

constexpr std::array<csv_column, 5> columns{
  {{"epoch_s"}, {"user_id"}, {"venue_id"}, {"lat", false}, {"lon", false}}};
constexpr std::size_t check_ins_max = 10'000'000;
constexpr time_ms stay_max = 3 * hour_ms; // who checks in nowhere after that is closed by rule
constexpr time_ms new_york_ms = -5 * hour_ms;

struct check_in {
  time_ms at = 0;
  std::uint32_t person = 0; // in order of appearance
  std::uint32_t venue = 0;  // ... and then by rank
};

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  return problem == std::errc{} && end == text.data() + text.size() ? std::optional{value}
                                                                    : std::nullopt;
}

std::optional<simulate_problem> read(std::string_view text, std::vector<check_in>& all,
                                     std::vector<std::uint64_t>& venue_ids) {
  csv_reader csv{text, columns};
  if (auto& wrong = csv.header_problem())
    return simulate_problem{wrong->what, wrong->detail};
  std::unordered_map<std::uint64_t, std::uint32_t> persons, venues;
  for (auto step = csv.next(); step != csv_step::end; step = csv.next()) {
    auto at = number(csv.cell(0)), user = number(csv.cell(1)), venue = number(csv.cell(2));
    if (step == csv_step::bad || !at || !user || !venue || *at > 4'000'000'000)
      return simulate_problem{code::file_line_bad, std::to_string(csv.line())};
    if (all.size() == check_ins_max)
      return simulate_problem{code::too_many_rows, std::to_string(check_ins_max)};
    auto person = persons.emplace(*user, static_cast<std::uint32_t>(persons.size())).first->second;
    auto [place, fresh] = venues.emplace(*venue, static_cast<std::uint32_t>(venues.size()));
    if (fresh)
      venue_ids.push_back(*venue);
    all.push_back({static_cast<time_ms>(*at) * second_ms, person, place->second});
  }
  if (all.empty())
    return simulate_problem{code::file_line_bad, "1"};
  std::stable_sort(all.begin(), all.end(), [](auto& a, auto& b) { return a.at < b.at; });
  return std::nullopt;
}

/// Busiest first; equal ones by their number in the trace.
void rank_venues(std::vector<check_in>& all, const std::vector<std::uint64_t>& ids,
                 std::uint32_t venues_of_ward) {
  std::vector<std::uint32_t> count(ids.size()), order(ids.size()), rank(ids.size());
  for (auto& c : all)
    ++count[c.venue];
  for (std::uint32_t i = 0; i != order.size(); ++i)
    order[i] = i;
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return std::pair{count[b], ids[a]} < std::pair{count[a], ids[b]};
  });
  for (std::uint32_t i = 0; i != order.size(); ++i)
    rank[order[i]] = i % venues_of_ward;
  for (auto& c : all)
    c.venue = rank[c.venue];
}

/// By whole weeks, and so that New York's hour becomes Nha Trang's.
void move_times(std::vector<check_in>& all, day_number first_day) {
  auto clock = new_york_ms - local_offset_ms;
  auto begins = (all.front().at + new_york_ms) / day_ms;
  auto weeks = (first_day - begins + 6) / 7; // both are days since 1970: rounds up either way
  while (begins + weeks * 7 < first_day)
    ++weeks;
  for (auto& c : all)
    c.at += clock + weeks * 7 * day_ms;
}

struct planned {
  time_ms at = 0;
  std::uint32_t of = 0; // which check-in
  direction way = direction::in;
};

std::vector<planned> plan(const std::vector<check_in>& all, std::uint32_t persons) {
  std::vector<planned> scans;
  scans.reserve(2 * all.size());
  std::vector<std::uint32_t> last(persons, 0xffff'ffff);
  for (std::uint32_t i = 0; i != all.size(); ++i) {
    auto& c = all[i];
    if (auto before = last[c.person]; before != 0xffff'ffff) {
      auto& was = all[before];
      auto leaves = c.at - std::min<time_ms>(minute_ms, (c.at - was.at) / 2);
      if (leaves > was.at && leaves - was.at <= stay_max && local_day(leaves) == local_day(was.at))
        scans.push_back({leaves, before, direction::out});
    }
    last[c.person] = i;
    scans.push_back({c.at, i, direction::in});
  }
  std::stable_sort(scans.begin(), scans.end(), [](auto& a, auto& b) { return a.at < b.at; });
  return scans;
}

std::string write_replay(const std::vector<check_in>& all, const std::vector<planned>& scans,
                         const simulated_places& places, const simulate_options& options,
                         simulated_figures& figures) {
  std::vector<replay_row> rows;
  rows.reserve(scans.size());
  std::vector<std::string> codes(options.residents);
  for (auto& s : scans) {
    auto& c = all[s.of];
    auto& text = codes[c.person];
    if (text.empty()) {
      auto who = simulate_person(c.person, options.province, options.seed);
      text = code_text(who, who.form);
    }
    rows.push_back(
      {s.at, places.venues[c.venue].row.id, s.way, flow::staff_scans_person, text, card_id{}});
    ++(s.way == direction::in ? figures.in : figures.out);
  }
  figures.scans = figures.by_staff = static_cast<std::uint32_t>(rows.size());
  return write_rows(std::span<const replay_row>{rows});
}

/// Each day's level of each group: a level counts for its day alone.
std::string write_levels(const simulated_places& places, day_number first, day_number last) {
  std::vector<level_row> rows;
  for (auto day = first; day <= last; ++day)
    for (auto row : places.levels) {
      row.effective_from = day;
      rows.push_back(std::move(row));
    }
  return write_rows(std::span<const level_row>{rows});
}

} // namespace

std::variant<simulation, simulate_problem> simulate_trace(std::string_view text,
                                                          simulate_options options) {
  std::vector<check_in> all;
  std::vector<std::uint64_t> venue_ids;
  if (auto problem = read(text, all, venue_ids))
    return *problem;
  std::uint32_t persons = 0;
  for (auto& c : all)
    persons = std::max(persons, c.person + 1);
  options.residents = persons;
  options.scans = static_cast<std::uint32_t>(all.size());
  if (auto problem = check(options))
    return *problem;
  rank_venues(all, venue_ids, options.venues);
  move_times(all, options.day);
  auto first = local_day(all.front().at), last = local_day(all.back().at);
  auto groups = options.groups != 0 ? options.groups : std::clamp(options.venues / 50, 2u, 999u);
  auto places = simulate_places(options.ward.number(), first, options.venues, groups, options.scans,
                                options.seed);
  simulation result;
  result.figures.persons = persons;
  result.figures.visits = static_cast<std::uint32_t>(all.size());
  result.figures.venues_used =
    std::min(options.venues, static_cast<std::uint32_t>(venue_ids.size()));
  result.replay = write_replay(all, plan(all, persons), places, options, result.figures);
  result.levels = write_levels(places, first, last);
  options.day = first;
  write_registers(places, options, result);
  return result;
}

} // namespace wardflow::wardctl
