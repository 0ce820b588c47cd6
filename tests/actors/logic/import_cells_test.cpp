// SPDX-License-Identifier: Apache-2.0
// Proves: the small words and numbers of the import files are read strictly, and written back the
//         way they are read.
// Method: each form by hand, with its neighbours that must be refused.
#define BOOST_TEST_MODULE import_cells
#include "actors/logic/import_cells.hpp"

#include <boost/test/unit_test.hpp>

using namespace wardflow;

BOOST_AUTO_TEST_CASE(directions_flows_and_scales_have_fixed_words) {
  BOOST_TEST((parse_direction("in") == direction::in));
  BOOST_TEST((parse_direction("out") == direction::out));
  BOOST_TEST(!parse_direction("IN").has_value());
  BOOST_TEST((parse_flow("staff") == flow::staff_scans_person));
  BOOST_TEST((parse_flow("poster") == flow::person_scans_poster));
  BOOST_TEST(!parse_flow("").has_value());
  for (auto scale : {risk_scale::resolution_128, risk_scale::decision_2686})
    BOOST_TEST((parse_scale(scale_name(scale)) == scale));
  BOOST_TEST((parse_scale("128") == risk_scale::resolution_128));
  BOOST_TEST((parse_scale("2686") == risk_scale::decision_2686));
  BOOST_TEST(!parse_scale("127").has_value());
}

BOOST_AUTO_TEST_CASE(a_pseudonym_is_sixteen_hexadecimal_digits_and_never_zero) {
  auto card = card_id{0x00ab'cdef'0123'4567};
  BOOST_TEST(card_text(card) == "00abcdef01234567");
  BOOST_TEST((parse_card_id("00abcdef01234567") == card));
  BOOST_TEST((parse_card_id("00ABCDEF01234567") == card));
  for (auto* bad : {"", "0", "0000000000000000", "abcdef01234567", "00abcdef0123456g",
                    "0x00abcdef012345", "00abcdef012345678", "-0abcdef01234567"})
    BOOST_TEST(!parse_card_id(bad).has_value(), bad);
}

BOOST_AUTO_TEST_CASE(a_group_that_a_spreadsheet_may_have_shortened_is_refused) {
  BOOST_TEST((detail::strict_group("22366.07") == make_group_id(22'366, 7)));
  BOOST_TEST((detail::strict_group("22366.107") == make_group_id(22'366, 107)));
  for (auto* bad : {"22366.1", "22366", "22366.", "2236.07", "22366,07", "22366.00", "22366.1234"})
    BOOST_TEST(!detail::strict_group(bad).has_value(), bad);
}

BOOST_AUTO_TEST_CASE(times_of_day_are_read_as_spreadsheets_write_them) {
  BOOST_TEST((detail::time_of_day("07:30") == 450));
  BOOST_TEST((detail::time_of_day("7:30") == 450));
  BOOST_TEST((detail::time_of_day("7:30:00") == 450));
  BOOST_TEST((detail::time_of_day("07:30:00") == 450));
  BOOST_TEST((detail::time_of_day("24:00") == 1440));
  BOOST_TEST((detail::time_of_day("0:00") == 0));
  for (auto* bad : {"", "7", "7.30", "07:60", "24:01", ":30", "7:30:30", "00:00:00:00", "7h30"})
    BOOST_TEST(!detail::time_of_day(bad).has_value(), bad);
  BOOST_TEST(detail::time_of_day_text(450) == "07:30");
  BOOST_TEST(detail::time_of_day_text(1440) == "24:00");
}

BOOST_AUTO_TEST_CASE(numbers_are_whole_and_within_their_range) {
  BOOST_TEST((detail::small_number("1000000") == 1'000'000u));
  BOOST_TEST((detail::small_number("0") == 0u));
  for (auto* bad : {"", "-1", "1.5", "1e3", "1000001", "1,000", " 1", "99999999999999999999"})
    BOOST_TEST(!detail::small_number(bad).has_value(), bad);
  BOOST_TEST((detail::level_number("4") == 4));
  for (auto* bad : {"", "0", "5", "257", "xanh"})
    BOOST_TEST(!detail::level_number(bad).has_value(), bad);
}

BOOST_AUTO_TEST_CASE(days_and_minutes_of_1970_begin_after_none) {
  BOOST_TEST(!detail::real_day("1970-01-01").has_value());
  BOOST_TEST((detail::real_day("1970-01-02") == 1));
  BOOST_TEST(!detail::real_day("05/10/2021").has_value());
  BOOST_TEST((detail::minutes_of_time("1970-01-01T00:01:59Z") == 1u));
  BOOST_TEST(!detail::minutes_of_time("1970-01-01T00:00:59Z").has_value());
  BOOST_TEST(!detail::minutes_of_time("1970-01-01T00:00:00+07:00").has_value());
  BOOST_TEST(!detail::minutes_of_time("2021-10-20").has_value());
}

BOOST_AUTO_TEST_CASE(plain_text_is_one_bounded_line_of_utf8_that_turns_nothing_around) {
  for (auto* good : {"", "Chợ Đầm", "Số 1, \"A\"", "\xf0\x9f\x8f\xa0", "=x"})
    BOOST_TEST(is_plain_text(good), good);
  for (auto* bad : {"a\nb", "a\tb", "\x1b[31m", "\x7f", "\xc2\x85", "\xc0\xaf", "\xe1\xbb",
                    "\xed\xa0\x80", "\xf5\x80\x80\x80", "\xff", "\xe0\x80\x80", "\xe2\x80\xae",
                    "\x80", "\xef\xbb\xbf", "\xf4\x90\x80\x80"})
    BOOST_TEST(!is_plain_text(bad), bad);
  BOOST_TEST(is_plain_text(std::string(300, 'x')));
  BOOST_TEST(!is_plain_text(std::string(301, 'x')));
}
