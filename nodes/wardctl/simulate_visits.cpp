// SPDX-License-Identifier: Apache-2.0
#include "nodes/wardctl/simulate_visits.hpp"

#include "nodes/wardctl/simulate_random.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <unordered_map>

namespace wardflow::wardctl {

namespace {

/// Arrivals by local hour. With the exits that follow, the busiest hour has 1.9 times the mean of
/// the sixteen hours from 6 to 22.
constexpr std::array<double, 24> arrivals{0,   0,   0,   0,   0,   1,  3.2, 6.2, 6, 5.4, 5.4, 6.4,
                                          4.8, 3.8, 4.2, 4.8, 6.6, 12, 12,  8,   5, 2.4, 0.5, 0};

constexpr double visits_per_person = 1.29;
constexpr double share_active_max = 0.85; // of the persons in town
constexpr int tries_max = 60;

struct stay {
  time_ms from = 0;
  time_ms to = 0;
};

/// The visits that use up a venue's scans, without persons or times.
void split_scans(std::vector<simulated_visit>& out, std::uint32_t venue, std::uint32_t scans,
                 random_source& random) {
  while (scans > 0) {
    simulated_visit visit;
    visit.venue = venue;
    visit.flow = random.chance(0.2) ? flow::person_scans_poster : flow::staff_scans_person;
    auto wrong = random.chance(0.026); // 1.5 % of scans
    visit.records_exit = !wrong && scans >= 2 && random.chance(0.75);
    visit.repeated = !wrong && scans > visit.scans() && random.chance(0.007);
    visit.person = wrong ? std::nullopt : std::optional<std::uint32_t>{0};
    scans -= visit.scans();
    out.push_back(visit);
  }
}

class day_planner {
public:
  day_planner(std::span<const simulated_venue> venues, day_number day, random_source& random) :
    venues_(venues), midnight_(start_of(day)), random_(random), guests_(venues.size()) {
    double sum = 0;
    for (std::size_t h = 0; h < 24; ++h)
      reached_[h] = sum += arrivals[h];
  }

  /// Persons who go out, the first one of each drawn.
  void set_people(std::vector<std::uint32_t> people) { people_ = std::move(people); }

  void place(simulated_visit& visit, std::size_t nth) {
    for (int tried = 0;; ++tried) {
      draw_time(visit, tried);
      if (!visit.person)
        return;
      visit.person = person_for(visit, nth, tried);
      auto& stays = stays_[*visit.person];
      auto gap = tried < tries_max / 2 ? 5 * minute_ms : minute_ms; // from one venue to the next
      auto meets = std::any_of(stays.begin(), stays.end(), [&](const stay& s) {
        return visit.in < s.to + gap && s.from < visit.out + gap;
      });
      if (meets && tried < tries_max)
        continue;
      stays.push_back({visit.in, visit.out});
      guests_[visit.venue].push_back(*visit.person);
      return;
    }
  }

private:
  std::uint32_t person_for(const simulated_visit& visit, std::size_t nth, int tried) {
    if (nth < people_.size() && tried < tries_max / 2) // everybody who goes out goes somewhere
      return people_[nth];
    auto& guests = guests_[visit.venue];
    if (tried == 0 && !guests.empty() && random_.chance(0.4)) // people have their places
      return guests[random_.below(guests.size())];
    return people_[random_.below(people_.size())];
  }

  void draw_time(simulated_visit& visit, int tried) {
    auto& venue = venues_[visit.venue];
    time_ms opens = venue.row.opens * minute_ms;
    time_ms closes = venue.row.closes * minute_ms;
    if (closes <= opens)
      closes = day_ms - minute_ms; // past midnight or always: as far as this day goes
    if (venue.row.opens == venue.row.closes)
      opens = 0;
    auto last = std::max(opens + minute_ms, closes - 5 * minute_ms);
    time_ms in = -1;
    for (int i = 0; i < 50 && (in < opens || in >= last); ++i) {
      auto wanted = random_.unit() * reached_.back();
      auto hour = std::upper_bound(reached_.begin(), reached_.end(), wanted) - reached_.begin();
      in = hour * hour_ms + static_cast<time_ms>(random_.below(hour_ms));
    }
    if (in < opens || in >= last)
      in = opens + static_cast<time_ms>(random_.below(static_cast<std::uint64_t>(last - opens)));
    // Most stay short: the square leans the draw to the lower end.
    auto lean = random_.unit() * random_.unit();
    auto minutes = venue.stay_min + lean * (venue.stay_max - venue.stay_min);
    if (tried > tries_max / 2)
      minutes = 3;
    auto length = static_cast<time_ms>(minutes * static_cast<double>(minute_ms));
    visit.in = midnight_ + in;
    visit.out = midnight_ + std::min(in + std::max(length, minute_ms), closes - 1);
  }

  std::span<const simulated_venue> venues_;
  time_ms midnight_;
  random_source& random_;
  std::array<double, 24> reached_{};
  std::vector<std::uint32_t> people_;
  std::unordered_map<std::uint32_t, std::vector<stay>> stays_;
  std::vector<std::vector<std::uint32_t>> guests_; // of each venue, so far
};

} // namespace

std::vector<simulated_visit> simulate_visits(std::span<const simulated_venue> venues,
                                             std::uint32_t residents, day_number day,
                                             std::uint64_t seed) {
  random_source random{seed, 2};
  std::vector<simulated_visit> visits;
  for (std::size_t v = 0; v < venues.size(); ++v)
    split_scans(visits, static_cast<std::uint32_t>(v), venues[v].scans, random);
  random.shuffle(visits);
  auto real = std::count_if(visits.begin(), visits.end(), [](auto& v) { return v.person; });

  std::vector<std::uint32_t> people(persons_in_town(residents));
  std::iota(people.begin(), people.end(), 0u);
  random.shuffle(people);
  auto active = std::min(std::ceil(static_cast<double>(real) / visits_per_person),
                         std::ceil(static_cast<double>(people.size()) * share_active_max));
  people.resize(static_cast<std::size_t>(std::max(1.0, active)));

  day_planner planner{venues, day, random};
  planner.set_people(std::move(people));
  std::size_t nth = 0;
  for (auto& visit : visits) {
    planner.place(visit, nth);
    nth += visit.person ? 1 : 0;
  }
  return visits;
}

} // namespace wardflow::wardctl
