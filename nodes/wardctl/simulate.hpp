// SPDX-License-Identifier: Apache-2.0
// SIMULATE: a realistic day of a ward, as the five files of docs/files.md.
//
//   options ──▶ places · people ──▶ visits (who, where, when) ──▶ scans ──▶ files
//
// Owns: nothing.
// Borrows: nothing.
// Promise: the same options give the same bytes. The figures are those of real check-ins: few busy
//          venues and many quiet ones, 1.29 visits a person where there are people enough, a
//          busiest hour of 1.9 times the mean of the open hours, scans that come late, twice, or
//          are no person. Nobody is at two places at once.
// Bound: 1,000,000 persons; memory grows with scans and persons (about 300 bytes each).
#pragma once

#include "messages/code.hpp"
#include "messages/ids.hpp"
#include "messages/time.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace wardflow::wardctl {

struct simulate_options {
  unit_code ward;
  day_number day = 0;
  std::uint16_t province = 56; // the three digits that ID numbers begin with
  std::uint32_t venues = 1'100;
  std::uint32_t residents = 15'650;
  std::uint32_t scans = 10'000;
  std::uint32_t groups = 0; // 0: one for each 50 venues
  std::uint64_t seed = 1;
};

/// What the files hold, counted while they were made: a node that took them all must agree.
struct simulated_figures {
  std::uint32_t scans = 0;
  std::uint32_t in = 0;
  std::uint32_t out = 0;
  std::uint32_t by_staff = 0;
  std::uint32_t by_poster = 0;
  std::uint32_t late = 0;        // over ten minutes behind the newest scan above it in the file
  std::uint32_t repeated = 0;    // the same code, venue and direction within a minute
  std::uint32_t not_persons = 0; // refused codes of every kind
  std::uint32_t persons = 0;     // distinct, whatever codes they showed
  std::uint32_t visits = 0;
  std::uint32_t venues_used = 0;
  std::uint32_t strangers = 0; // persons without card facts

  bool operator==(const simulated_figures&) const = default;
};

struct simulation {
  std::string replay; // replay.csv
  std::string venues; // venues.csv
  std::string groups; // groups.csv
  std::string cards;  // cards.csv
  std::string levels; // levels.csv
  simulated_figures figures;
};

/// unit_not_a_ward, or usage with what is out of range in `detail`; done if all is well.
struct simulate_problem {
  code what = code::usage;
  std::string detail;
};
[[nodiscard]] std::optional<simulate_problem> check(const simulate_options& options);

/// For options that check() has nothing against.
[[nodiscard]] simulation simulate(const simulate_options& options);

struct simulated_places; // simulate_places.hpp

/// Fills in venues.csv, groups.csv and cards.csv.
void write_registers(const simulated_places& places, const simulate_options& options,
                     simulation& result);

/// Writes the five files into `folder`, which is made if it is missing; files of these names are
/// replaced. On failure file_write_failed and the path.
[[nodiscard]] std::optional<simulate_problem> write_files(const simulation& day,
                                                          const std::string& folder);

} // namespace wardflow::wardctl
