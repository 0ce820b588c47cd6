// SPDX-License-Identifier: Apache-2.0
// Proves: each check-in is one `in` scan at its weekday and hour; exits lie before the person's
//         next check-in; ranks of venues stay; wrong files are named by line.
// Method: small traces by hand, read back.
#define BOOST_TEST_MODULE simulate_trace
#include "nodes/wardctl/simulate_trace.hpp"

#include "actors/logic/import_rows.hpp"

#include <boost/test/unit_test.hpp>

using namespace wardflow;
using namespace wardflow::wardctl;

namespace {

simulate_options options() {
  simulate_options o;
  o.ward = *unit_code::parse("22366");
  o.day = *parse_day("2021-10-18");
  o.venues = 10;
  return o;
}

simulation must(std::string_view text, simulate_options o = options()) {
  auto made = simulate_trace(text, o);
  if (auto* problem = std::get_if<simulate_problem>(&made))
    BOOST_FAIL(static_cast<int>(problem->what) << " " << problem->detail);
  return std::move(std::get<simulation>(made));
}

code why_not(std::string_view text, std::string& detail) {
  auto made = simulate_trace(text, options());
  auto* problem = std::get_if<simulate_problem>(&made);
  BOOST_REQUIRE(problem != nullptr);
  detail = problem->detail;
  return problem->what;
}

std::vector<replay_row> rows_of(const simulation& s) {
  auto read = read_rows<replay_row>(s.replay);
  BOOST_REQUIRE(read.clean());
  return read.rows;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_check_in_keeps_its_weekday_and_hour) {
  // 2009-04-22 17:30 in New York (UTC-5), a Wednesday.
  auto s = must("epoch_s,user_id,venue_id,lat,lon\n1240439400,7,3,40.7,-73.9\n");
  auto rows = rows_of(s);
  BOOST_REQUIRE(rows.size() == 1u);
  BOOST_TEST(time_text(rows[0].at) == "2021-10-20T17:30:00.000+07:00"); // a Wednesday
  BOOST_TEST((rows[0].way == direction::in));
  BOOST_TEST(s.figures.persons == 1u);
}

BOOST_AUTO_TEST_CASE(an_exit_lies_a_minute_before_the_next_check_in) {
  auto rows = rows_of(must("epoch_s,user_id,venue_id\n"
                           "1240439400,7,3\n"
                           "1240443000,7,4\n"    // an hour later elsewhere
                           "1240443010,8,4\n"    // somebody else
                           "1240539400,7,3\n")); // the next day: that visit is closed by rule
  BOOST_REQUIRE(rows.size() == 5u);
  BOOST_TEST((rows[1].way == direction::out));
  BOOST_TEST(rows[1].at - rows[0].at == 59 * minute_ms);
  BOOST_TEST((rows[1].venue == rows[0].venue));
  BOOST_TEST(rows[1].code == rows[0].code);
  BOOST_TEST(rows[2].code == rows[0].code);
  BOOST_TEST(rows[3].code != rows[0].code);
}

BOOST_AUTO_TEST_CASE(the_busiest_venue_is_the_first_one) {
  auto rows = rows_of(must("epoch_s,user_id,venue_id\n"
                           "1240439400,1,900\n1240439500,2,5\n1240439600,3,5\n"));
  BOOST_TEST(serial_of(rows[0].venue) == 2u);
  BOOST_TEST(serial_of(rows[1].venue) == 1u);
  BOOST_TEST(serial_of(rows[2].venue) == 1u);
}

BOOST_AUTO_TEST_CASE(wrong_files_are_named) {
  std::string detail;
  BOOST_TEST((why_not("a,b\n1,2\n", detail) == code::file_columns_wrong));
  BOOST_TEST(
    (why_not("epoch_s,user_id,venue_id\n1240439400,7,3\nx,7,3\n", detail) == code::file_line_bad));
  BOOST_TEST(detail == "3");
  BOOST_TEST((why_not("epoch_s,user_id,venue_id\n", detail) == code::file_line_bad));
}
