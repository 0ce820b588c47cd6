// SPDX-License-Identifier: Apache-2.0
// Proves: times and ages read as people say them, in both languages, and never as less than they
//         are by more than their last unit.
// Method: fixed times by hand, and every age up to three days compared with its own words.
#define BOOST_TEST_MODULE ages
#include "nodes/wardctl/ages.hpp"

#include <boost/test/unit_test.hpp>

#include <sstream>

using namespace wardflow;
using namespace wardflow::wardctl;

BOOST_AUTO_TEST_CASE(a_time_is_local_and_without_its_zone) {
  BOOST_TEST(moment_text("2021-10-20T07:00:05.250+07:00", language::vi) == "2021-10-20 07:00:05");
  BOOST_TEST(moment_text("2021-10-20T00:00:05Z", language::en) == "2021-10-20 07:00:05");
  BOOST_TEST(moment_text("", language::vi) == "chưa bao giờ");
  BOOST_TEST(moment_text("", language::en) == "never");
  BOOST_TEST(moment_text("yesterday", language::en) == "yesterday");
}

BOOST_AUTO_TEST_CASE(a_span_has_its_two_largest_units) {
  BOOST_TEST(span_text(0, language::vi) == "chưa đến một phút");
  BOOST_TEST(span_text(59'999, language::en) == "under a minute");
  BOOST_TEST(span_text(minute_ms, language::vi) == "1 phút");
  BOOST_TEST(span_text(90 * minute_ms, language::vi) == "1 giờ 30 phút");
  BOOST_TEST(span_text(2 * hour_ms, language::en) == "2 h");
  BOOST_TEST(span_text(76 * hour_ms + 59 * minute_ms, language::vi) == "3 ngày 4 giờ");
  BOOST_TEST(span_text(3 * day_ms + 5 * minute_ms, language::en) == "3 d");
}

BOOST_AUTO_TEST_CASE(no_span_reads_as_less_than_it_is_by_an_hour_or_more) {
  for (time_ms span = minute_ms; span < 3 * day_ms; span += 7 * minute_ms) {
    std::istringstream words{span_text(span, language::en)};
    time_ms said = 0, count = 0;
    for (std::string unit; words >> count >> unit;)
      said += count * (unit == "d" ? day_ms : unit == "h" ? hour_ms : minute_ms);
    BOOST_TEST(said <= span);
    BOOST_TEST(span - said < (span < day_ms ? minute_ms : hour_ms));
  }
}

BOOST_AUTO_TEST_CASE(a_moment_says_its_age_unless_it_is_of_the_future) {
  auto now = *parse_time("2021-10-20T09:30:00+07:00");
  BOOST_TEST(moment_with_age("2021-10-20T07:00:00+07:00", now, language::vi) ==
             "2021-10-20 07:00:00 (2 giờ 30 phút trước)");
  BOOST_TEST(moment_with_age("2021-10-20T07:00:00+07:00", now, language::en) ==
             "2021-10-20 07:00:00 (2 h 30 min ago)");
  BOOST_TEST(moment_with_age("2021-10-21T07:00:00+07:00", now, language::en) ==
             "2021-10-21 07:00:00");
  BOOST_TEST(moment_with_age("", now, language::vi) == "chưa bao giờ");
}

BOOST_AUTO_TEST_CASE(a_length_of_time_is_a_number_and_a_letter) {
  BOOST_TEST((parse_span("45s") == 45 * second_ms));
  BOOST_TEST((parse_span("15m") == 15 * minute_ms));
  BOOST_TEST((parse_span("2h") == 2 * hour_ms));
  BOOST_TEST((parse_span("3d") == 3 * day_ms));
  for (auto bad : {"", "2", "h", "0h", "-1h", "2 h", "2hh", "1.5h", "99999999999s", "2w"})
    BOOST_TEST(!parse_span(bad).has_value(), bad);
}
