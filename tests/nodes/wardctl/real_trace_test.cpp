// SPDX-License-Identifier: Apache-2.0
// Proves: the real trace becomes a replay whole: every check-in, person and venue, in time order.
// Method: the trace of scripts/trace, counted again. Skipped where it is not.
#define BOOST_TEST_MODULE real_trace
#include "actors/logic/import_rows.hpp"
#include "nodes/wardctl/simulate_trace.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <set>

using namespace wardflow;
using namespace wardflow::wardctl;

BOOST_AUTO_TEST_CASE(the_real_trace_goes_through_whole) {
  const auto* folder = std::getenv("WARDFLOW_DATA");
  auto file = std::filesystem::path{folder != nullptr ? folder : "../shared/data"} /
              "trace_gowalla_nyc.csv.gz";
  if (!std::filesystem::exists(file)) {
    std::printf("SKIP: no %s; scripts/trace makes it\n", file.c_str());
    std::exit(77);
  }
  std::string text;
  auto* pipe = ::popen(("gzip -dc '" + file.string() + "'").c_str(), "r");
  char piece[65536];
  for (std::size_t n; (n = std::fread(piece, 1, sizeof piece, pipe)) > 0;)
    text.append(piece, n);
  BOOST_REQUIRE(::pclose(pipe) == 0);
  simulate_options o;
  o.ward = *unit_code::parse("22366");
  o.day = *parse_day("2021-10-18");
  auto made = simulate_trace(text, o);
  auto* whole = std::get_if<simulation>(&made);
  BOOST_REQUIRE(whole != nullptr);
  auto& s = *whole;
  BOOST_TEST(s.figures.in == 138'957u);
  BOOST_TEST(s.figures.persons == 7'115u);
  auto read = read_rows<replay_row>(s.replay);
  BOOST_REQUIRE(read.clean());
  auto& rows = read.rows;
  BOOST_TEST(rows.size() == s.figures.in + s.figures.out);
  std::set<venue_id> venues;
  for (std::size_t i = 0; i != rows.size(); ++i) {
    venues.insert(rows[i].venue);
    if (i > 0 && rows[i].at < rows[i - 1].at)
      BOOST_FAIL("row " << i << " is before the one above it");
  }
  BOOST_TEST(venues.size() == 1'100u);
}
