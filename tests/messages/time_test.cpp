// SPDX-License-Identifier: Apache-2.0
// Proves: times survive their text, and local days, hours and minutes change where they should.
// Method: known instants; random instants there and back; each way of being wrong.
#define BOOST_TEST_MODULE time
#include "messages/time.hpp"

#include <boost/test/unit_test.hpp>

#include <limits>
#include <random>

using namespace wardflow;

namespace {

constexpr std::uint32_t seed = 700;
constexpr time_ms letter_day = 1'633'885'200'000; // 2021-10-11T00:00:00+07:00

} // namespace

BOOST_AUTO_TEST_CASE(a_local_day_begins_at_seven_in_the_evening_utc) {
  BOOST_TEST(local_day(letter_day) == 18'911);
  BOOST_TEST(local_day(letter_day - 1) == 18'910);
  BOOST_TEST(start_of(18'911) == letter_day);
  BOOST_TEST(local_hour(letter_day) == 18'911u * 24);
  BOOST_TEST(local_hour(letter_day - 1) == 18'911u * 24 - 1);
  BOOST_TEST(minute_of_day(letter_day) == 0);
  BOOST_TEST(minute_of_day(letter_day - 1) == 1439);
  BOOST_TEST(minute_of_day(letter_day + 9 * hour_ms + 30 * minute_ms) == 570);
  BOOST_TEST(minute_of_day(-local_offset_ms - 1) == 1439);
}

BOOST_AUTO_TEST_CASE(days_and_hours_outside_their_range_are_clamped) {
  constexpr auto far = time_ms{1} << 52; // the codec lets nothing beyond this in
  BOOST_TEST(local_day(far) == 65'535);
  BOOST_TEST(local_day(-far) == 0);
  BOOST_TEST(local_hour(-far) == 0u);
  BOOST_TEST(local_hour(std::numeric_limits<std::int64_t>::max() / 2) == 0xffff'ffffu);
}

BOOST_AUTO_TEST_CASE(instants_have_one_text) {
  BOOST_TEST(day_text(18'911) == "2021-10-11");
  BOOST_TEST(day_text(0) == "1970-01-01");
  BOOST_TEST(time_text(letter_day) == "2021-10-11T00:00:00.000+07:00");
  BOOST_TEST(time_text(letter_day - 1) == "2021-10-10T23:59:59.999+07:00");
  BOOST_TEST(time_text(0) == "1970-01-01T07:00:00.000+07:00");
}

BOOST_AUTO_TEST_CASE(an_instant_outside_the_calendar_prints_its_edge) {
  auto first = "1970-01-01T00:00:00.000+07:00";
  auto last = "2149-06-06T23:59:59.999+07:00";
  BOOST_TEST(time_text(-local_offset_ms) == first);
  BOOST_TEST(time_text(-local_offset_ms - 1) == first);
  BOOST_TEST(time_text(std::numeric_limits<time_ms>::min()) == first);
  BOOST_TEST(time_text(start_of(65'535) + day_ms - 1) == last);
  BOOST_TEST(time_text(start_of(65'535) + day_ms) == last);
  BOOST_TEST(time_text(std::numeric_limits<time_ms>::max()) == last);
}

BOOST_AUTO_TEST_CASE(random_instants_survive_their_text) {
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937_64 random{seed};
  for (auto round = 0; round < 20'000; ++round) {
    auto at = static_cast<time_ms>(random() % (65'379ull * day_ms)); // to the end of 2148
    BOOST_REQUIRE((parse_time(time_text(at)) == at));
    BOOST_REQUIRE((parse_day(day_text(local_day(at))) == local_day(at)));
    BOOST_REQUIRE(start_of(local_day(at)) + minute_of_day(at) * minute_ms <= at);
    BOOST_REQUIRE(at < start_of(local_day(at)) + (minute_of_day(at) + 1) * minute_ms);
  }
}

BOOST_AUTO_TEST_CASE(one_instant_may_be_written_in_many_ways) {
  auto at = letter_day + 9 * hour_ms + 30 * minute_ms;
  for (auto* text : {"2021-10-11T09:30", "2021-10-11 09:30", "2021-10-11T09:30:00",
                     "2021-10-11T09:30:00.000", "2021-10-11T09:30+07:00", "2021-10-11T02:30Z",
                     "2021-10-10T22:30:00-04:00", "2021-10-11T08:00:00.000+05:30"})
    BOOST_TEST((parse_time(text) == at), text);
  // toml++ writes a fraction without its last zeros.
  BOOST_TEST((parse_time("2021-10-11T02:30:01.5Z") == at + 1'500));
  BOOST_TEST((parse_time("2021-10-11T09:30:00.12+07:00") == at + 120));
  BOOST_TEST((parse_time("2021-10-11T09:30:00.007") == at + 7));
  BOOST_TEST((parse_time("2020-02-29T00:00Z") == time_ms{1'582'934'400'000}));
}

BOOST_AUTO_TEST_CASE(what_is_no_time_is_nothing) {
  for (auto* text : {"",
                     "2021",
                     "2021-10-11",
                     "2021-10-11T",
                     "2021-10-11T9:30",
                     "2021-10-11T24:00",
                     "2021-10-11T09:60",
                     "2021-10-11T09:30:60",
                     "2021-02-29T09:30",
                     "2021-13-01T09:30",
                     "2021-00-01T09:30",
                     "2021-10-11x09:30",
                     "1969-12-31T09:30",
                     "2149-01-01T09:30",
                     "2021-10-11T09:30z",
                     "2021-10-11T09:30+7",
                     "2021-10-11T09:30+15:00",
                     "2021-10-11T09:30+07:60",
                     "2021-10-11T09:30Z ",
                     "2021-10-11T09:30 +07:00",
                     "2021-10-11T-9:30",
                     "+021-10-11T09:30",
                     "2021-10-11T09:30:00.",
                     "2021-10-11T09:30:00.1234",
                     "2021-10-11T09:30:00.+07:00"})
    BOOST_TEST(!parse_time(text).has_value(), text);
  for (auto* text : {"", "2021-10-1", "2021-10-32", "2021-10-11 ", "20211011", "2100-02-29"})
    BOOST_TEST(!parse_day(text).has_value(), text);
}

BOOST_AUTO_TEST_CASE(minutes_of_the_day_go_from_midnight_to_midnight) {
  BOOST_TEST((parse_minute_of_day("00:00") == std::uint16_t{0}));
  BOOST_TEST((parse_minute_of_day("07:05") == std::uint16_t{425}));
  BOOST_TEST((parse_minute_of_day("23:59") == std::uint16_t{1439}));
  BOOST_TEST((parse_minute_of_day("24:00") == std::uint16_t{1440}));
  for (auto* text : {"", "7:05", "24:01", "12:60", "07:05:00", "07.05", " 07:05", "-1:05"})
    BOOST_TEST(!parse_minute_of_day(text).has_value(), text);
}
