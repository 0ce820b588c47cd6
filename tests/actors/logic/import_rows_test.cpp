// SPDX-License-Identifier: Apache-2.0
// Proves: each of the five files is read into typed rows, a bad line is named by code, line and
//         column while the rest goes on, and no problem repeats what stands in an identity.
// Method: small files by hand, every refusal of every column once, and random rows there and back.
#define BOOST_TEST_MODULE import_rows
#include "actors/logic/import_rows.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <fstream>
#include <random>

using namespace wardflow;

namespace {

/// The only problem of a file of one row below its heading.
template <class Row>
row_problem problem_of(std::string_view heading, std::string_view row) {
  auto got = read_rows<Row>(std::string{heading} + "\n" + std::string{row} + "\n");
  BOOST_TEST_REQUIRE(got.problems.size() == 1u, row);
  BOOST_TEST(got.rows.empty());
  BOOST_TEST(got.bad_lines == std::string{heading} + "\n" + std::string{row} + "\n");
  BOOST_TEST(got.problems[0].line == 2u);
  return got.problems[0];
}

struct refusal {
  const char* row;
  code what;
  const char* column;
};

template <class Row>
void check_refusals(const char* heading, std::initializer_list<refusal> all) {
  for (auto& wanted : all) {
    auto got = problem_of<Row>(heading, wanted.row);
    BOOST_TEST((got.what == wanted.what), wanted.row);
    BOOST_TEST(got.column == wanted.column, wanted.row);
    BOOST_TEST(!got.detail.empty());
  }
}

constexpr auto venue_heading = "id,name,category,address,group,capacity,opens,closes,phone";
constexpr auto card_heading = "id_number,qid,group,first_dose,full_dose,recovered,pcr_negative_at";
constexpr auto level_heading = "group,scale,level,effective_from,issuer,document";
constexpr auto replay_heading = "event_time,venue,direction,flow,code,card";

/// The example of a file in the documentation: the lines of its fenced block.
std::string documented(const std::string& file) {
  const auto* root = std::getenv("WARDFLOW_SOURCE_DIR");
  std::ifstream in{std::string{root != nullptr ? root : "."} + "/docs/files.md"};
  std::string text;
  auto inside = false;
  for (std::string line; std::getline(in, line);) {
    if (inside && line == "```")
      return text;
    if (inside)
      text += line + "\n";
    inside = inside || line == "```csv " + file;
  }
  return {};
}

template <class Row>
void check_documented(const std::string& file, std::size_t rows) {
  auto text = documented(file);
  auto got = read_rows<Row>(text);
  BOOST_TEST(got.clean(), file);
  BOOST_TEST(got.rows.size() == rows, file);
  for (auto& column : columns_of<Row>()) // the example shows every column
    BOOST_TEST(text.substr(0, text.find('\n')).find(column.name) != std::string::npos, column.name);
}

} // namespace

BOOST_AUTO_TEST_CASE(the_examples_of_the_documentation_are_read_whole) {
  check_documented<venue_row>("venues", 3);
  check_documented<group_row>("groups", 2);
  check_documented<card_row>("cards", 3);
  check_documented<level_row>("levels", 2);
  check_documented<replay_row>("replay", 2);
}

BOOST_AUTO_TEST_CASE(a_venue_has_every_field_or_only_the_needed_ones) {
  auto got = read_rows<venue_row>("\xef\xbb\xbfphone;name;category;group;id;capacity;opens;closes;"
                                  "address\r\n'+84258;Chợ Đầm;chợ;22366.07;22366-00017;200;5:00;"
                                  "18:30;\"Số 1; Phước Tiến\"\r\n;Quán A;cafe;22366.10;;;;;\r\n");
  BOOST_TEST(got.clean());
  BOOST_TEST_REQUIRE(got.rows.size() == 2u);
  venue_row market{make_venue_id(22'366, 17),
                   "Chợ Đầm",
                   category::market,
                   "Số 1; Phước Tiến",
                   make_group_id(22'366, 7),
                   200,
                   300,
                   1110,
                   "+84258"};
  BOOST_TEST((got.rows[0] == market));
  venue_row cafe{{}, "Quán A", category::cafe, "", make_group_id(22'366, 10), 0, 0, 0, ""};
  BOOST_TEST((got.rows[1] == cafe));
  BOOST_TEST((got.lines == std::vector<std::size_t>{2, 3}));
  BOOST_TEST(got.bad_lines.empty());
}

BOOST_AUTO_TEST_CASE(a_bad_venue_line_names_its_column) {
  check_refusals<venue_row>(venue_heading,
                            {{"0,A,cafe,,22366.07,,,,", code::venue_malformed, "id"},
                             {",,cafe,,22366.07,,,,", code::venue_malformed, "name"},
                             {",\xff,cafe,,22366.07,,,,", code::venue_malformed, "name"},
                             {",A,kafe,,22366.07,,,,", code::category_unknown, "category"},
                             {",A,,,22366.07,,,,", code::category_unknown, "category"},
                             {",A,cafe,\x1b[2J,22366.07,,,,", code::venue_malformed, "address"},
                             {",A,cafe,,22366.1,,,,", code::group_malformed, "group"},
                             {",A,cafe,,,,,,", code::group_malformed, "group"},
                             {",A,cafe,,22366.07,-1,,,", code::venue_malformed, "capacity"},
                             {",A,cafe,,22366.07,,7h,21:00,", code::venue_malformed, "opens"},
                             {",A,cafe,,22366.07,,07:00,25:00,", code::venue_malformed, "closes"},
                             {",A,cafe,,22366.07,,07:00,,", code::venue_malformed, "closes"},
                             {",A,cafe,,22366.07,,,21:00,", code::venue_malformed, "opens"},
                             {",A", code::file_line_bad, ""}});
}

BOOST_AUTO_TEST_CASE(a_card_has_an_identity_of_a_known_form) {
  auto got =
    read_rows<card_row>(std::string{card_heading} +
                        "\n056890000001,901234567890123456,22366.07,2021-07-01,2021-08-20,,\n"
                        "123456789,,,,,,2021-10-19T08:30\nHS4010120878821,,,,,2021-09-01,\n");
  BOOST_TEST(got.clean());
  BOOST_TEST_REQUIRE(got.rows.size() == 3u);
  card_row both{"056890000001",
                "901234567890123456",
                make_group_id(22'366, 7),
                *parse_day("2021-07-01"),
                *parse_day("2021-08-20"),
                0,
                0};
  BOOST_TEST((got.rows[0] == both));
  BOOST_TEST(got.rows[1].pcr_negative_min * minute_ms == *parse_time("2021-10-19T08:30"));
  BOOST_TEST(got.rows[2].recovered == *parse_day("2021-09-01"));
}

BOOST_AUTO_TEST_CASE(a_bad_card_line_names_its_column) {
  check_refusals<card_row>(
    card_heading, {{",,22366.07,,,,", code::card_no_identity, "id_number"},
                   {"56890000001,,,,,,", code::card_malformed, "id_number"},
                   {"5.6E+10,,,,,,", code::card_malformed, "id_number"},
                   {"******000001,,,,,,", code::card_malformed, "id_number"},
                   {"901234567890123456,,,,,,", code::card_malformed, "id_number"},
                   {",056890000001,,,,,", code::card_malformed, "qid"},
                   {"056890000001,,22366.7,,,,", code::group_malformed, "group"},
                   {"056890000001,,,01/07/2021,,,", code::card_malformed, "first_dose"},
                   {"056890000001,,,,2021-02-30,,", code::card_malformed, "full_dose"},
                   {"056890000001,,,2021-08-01,2021-07-01,,", code::card_malformed, "full_dose"},
                   {"056890000001,,,,,x,", code::card_malformed, "recovered"},
                   {"056890000001,,,,,,2021-10-19", code::card_malformed, "pcr_negative_at"}});
}

BOOST_AUTO_TEST_CASE(no_problem_repeats_an_identity_or_a_code) {
  auto card = problem_of<card_row>(card_heading, "56890000001,,,,,,");
  BOOST_TEST(card.detail.find("5689") == std::string::npos);
  auto code = problem_of<replay_row>(replay_heading, "2021-10-20T08:00,22366-1,in,," +
                                                       std::string(1025, '7') + ",");
  BOOST_TEST(code.detail.find("77") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_level_says_its_scale_its_day_and_its_document) {
  auto got = read_rows<level_row>(std::string{level_heading} +
                                  "\n22366.07,resolution_128,2,2021-10-20,TTYT,12/TB\n"
                                  "22366.08,2686,4,2021-10-20,TTYT,12/TB\n");
  BOOST_TEST(got.clean());
  BOOST_TEST_REQUIRE(got.rows.size() == 2u);
  level_row first{make_group_id(22'366, 7),
                  risk_scale::resolution_128,
                  2,
                  *parse_day("2021-10-20"),
                  "TTYT",
                  "12/TB"};
  BOOST_TEST((got.rows[0] == first));
  BOOST_TEST((got.rows[1].scale == risk_scale::decision_2686));
  check_refusals<level_row>(
    level_heading, {{"22366.7,128,2,2021-10-20,T,1", code::group_malformed, "group"},
                    {"22366.07,,2,2021-10-20,T,1", code::level_scale_unknown, "scale"},
                    {"22366.07,128,5,2021-10-20,T,1", code::level_malformed, "level"},
                    {"22366.07,128,,2021-10-20,T,1", code::level_malformed, "level"},
                    {"22366.07,128,2,20/10/2021,T,1", code::level_malformed, "effective_from"},
                    {"22366.07,128,2,2021-10-20,,1", code::level_malformed, "issuer"},
                    {"22366.07,128,2,2021-10-20,T,", code::level_malformed, "document"}});
}

BOOST_AUTO_TEST_CASE(groups_have_a_code_and_a_name) {
  auto got = read_rows<group_row>("name,group\nTổ 7,22366.07\n");
  BOOST_TEST((got.rows == std::vector<group_row>{{make_group_id(22'366, 7), "Tổ 7"}}));
  check_refusals<group_row>("group,name", {{"22366.7,A", code::group_malformed, "group"},
                                           {"22366.07,", code::group_malformed, "name"}});
}

BOOST_AUTO_TEST_CASE(a_replay_line_is_a_code_as_read_or_a_pseudonym) {
  auto got = read_rows<replay_row>(std::string{replay_heading} +
                                   "\n2021-10-20T08:15:00.250,22366-00017,in,staff, a|b ,\n"
                                   "2021-10-20T01:15:00Z,22366-00017,out,poster,,"
                                   "00abcdef01234567\n"
                                   "2021-10-20T08:15,22366-17,in,,\"x,\"\"y\",\n");
  BOOST_TEST(got.clean());
  BOOST_TEST_REQUIRE(got.rows.size() == 3u);
  replay_row first{*parse_time("2021-10-20T08:15:00.250+07:00"),
                   make_venue_id(22'366, 17),
                   direction::in,
                   flow::staff_scans_person,
                   " a|b ",
                   {}};
  BOOST_TEST((got.rows[0] == first));
  replay_row second{*parse_time("2021-10-20T08:15:00+07:00"),
                    make_venue_id(22'366, 17),
                    direction::out,
                    flow::person_scans_poster,
                    "",
                    card_id{0xabcdef01234567}};
  BOOST_TEST((got.rows[1] == second));
  BOOST_TEST(got.rows[2].code == "x,\"y");
  check_refusals<replay_row>(
    replay_heading,
    {{"8:15,22366-1,in,,x,", code::scan_malformed, "event_time"},
     {"2021-10-20T08:15,22366,in,,x,", code::scan_malformed, "venue"},
     {"2021-10-20T08:15,22366-1,,,x,", code::scan_malformed, "direction"},
     {"2021-10-20T08:15,22366-1,in,both,x,", code::scan_malformed, "flow"},
     {"2021-10-20T08:15,22366-1,in,,,", code::scan_malformed, "code"},
     {"2021-10-20T08:15,22366-1,in,,x,00abcdef01234567", code::scan_malformed, "code"},
     {"2021-10-20T08:15,22366-1,in,,,1", code::scan_malformed, "card"}});
}

BOOST_AUTO_TEST_CASE(a_file_without_optional_columns_is_whole) {
  auto cards = read_rows<card_row>("qid\n901234567890123456\n");
  BOOST_TEST(cards.clean());
  BOOST_TEST(cards.rows.size() == 1u);
  auto scans = read_rows<replay_row>("event_time,venue,direction,card\n2021-10-20T08:15,22366-1,in,"
                                     "00abcdef01234567\n");
  BOOST_TEST(scans.clean());
  BOOST_TEST(scans.rows.size() == 1u);
}

BOOST_AUTO_TEST_CASE(wrong_columns_are_the_only_problem_of_their_file) {
  auto got = read_rows<level_row>("group,scale,niveau,effective_from,issuer\n1,2,3,4,5\n");
  BOOST_TEST_REQUIRE(got.problems.size() == 1u);
  BOOST_TEST((got.problems[0].what == code::file_columns_wrong));
  BOOST_TEST(got.problems[0].detail == "unknown: niveau; missing: level; missing: document");
  BOOST_TEST(got.rows.empty());
}

BOOST_AUTO_TEST_CASE(bad_lines_in_the_middle_become_a_file_to_correct) {
  auto got = read_rows<group_row>("group;name\r\n22366.01;A\r\n22366.1;B\r\nx\r\n22366.02;C\r\n"
                                  "22366.01;D\r\n");
  BOOST_TEST(got.rows.size() == 2u);
  BOOST_TEST((got.lines == std::vector<std::size_t>{2, 5}));
  BOOST_TEST_REQUIRE(got.problems.size() == 3u);
  BOOST_TEST(got.problems[0].line == 3u);
  BOOST_TEST(got.problems[1].line == 4u);
  BOOST_TEST((got.problems[1].what == code::file_line_bad));
  BOOST_TEST(got.problems[2].line == 6u);
  BOOST_TEST(got.problems[2].column == "group");
  BOOST_TEST(got.bad_lines == "group;name\n22366.1;B\nx\n22366.01;D\n");
}

BOOST_AUTO_TEST_CASE(a_venue_id_that_stands_twice_is_refused_the_second_time) {
  auto got = read_rows<venue_row>("id,name,category,group\n22366-1,A,cafe,22366.01\n"
                                  "22366-1,B,cafe,22366.01\n,C,cafe,22366.01\n,D,cafe,22366.01\n");
  BOOST_TEST(got.rows.size() == 3u);
  BOOST_TEST_REQUIRE(got.problems.size() == 1u);
  BOOST_TEST((got.problems[0].what == code::venue_exists));
  BOOST_TEST(got.problems[0].column == "id");
}

BOOST_AUTO_TEST_CASE(the_number_of_rows_is_bounded) {
  std::string text = "group,name\n";
  for (int i = 1; i <= 5; ++i)
    text += "22366.0" + std::to_string(i) + ",A\n";
  BOOST_TEST(read_rows<group_row>(text, 5).clean());
  auto got = read_rows<group_row>(text, 4);
  BOOST_TEST(got.rows.size() == 4u);
  BOOST_TEST_REQUIRE(got.problems.size() == 1u);
  BOOST_TEST((got.problems[0].what == code::too_many_rows));
  BOOST_TEST(got.problems[0].line == 6u);
}

BOOST_AUTO_TEST_CASE(rows_that_were_written_are_read_back) {
  auto seed = std::random_device{}();
  std::mt19937_64 random{seed};
  auto words = [&random](std::string_view pieces) {
    std::string text{"A"};
    for (auto n = random() % 8; n > 0; --n)
      text += pieces[random() % pieces.size()];
    return text + "b";
  };
  std::vector<venue_row> venues;
  std::vector<replay_row> scans;
  std::vector<card_row> cards;
  std::vector<level_row> levels;
  for (std::uint32_t i = 1; i <= 500; ++i) {
    auto group = make_group_id(22'366, static_cast<std::uint32_t>(1 + random() % 999));
    auto opens = static_cast<std::uint16_t>(random() % 700);
    venues.push_back({make_venue_id(22'366, i), words(",;\" '=x"),
                      static_cast<category>(random() % category_names.size()), words("+-@\",;"),
                      group, static_cast<std::uint32_t>(random() % 1'000), opens,
                      static_cast<std::uint16_t>(opens + 1 + random() % 700), "+84258"});
    auto card = random() % 2 == 0 ? card_id{} : card_id{1 + random() % 1'000'000};
    scans.push_back({static_cast<time_ms>(1'634'000'000'000 + random() % day_ms),
                     make_venue_id(22'366, i), static_cast<direction>(random() % 2),
                     static_cast<flow>(random() % 2),
                     card == card_id{} ? words("|<\"\r\n\t ;,") : "", card});
    auto day = static_cast<day_number>(18'000 + random() % 900);
    cards.push_back({"056890000001", "", group, day, static_cast<day_number>(day + 30), 0,
                     static_cast<std::uint32_t>(27'000'000 + random() % 99'999)});
    levels.push_back({group, static_cast<risk_scale>(random() % 2),
                      static_cast<std::uint8_t>(1 + random() % 4), day, words(" ,"), words("/;")});
  }
  auto same = [seed](const auto& rows) {
    using row = typename std::decay_t<decltype(rows)>::value_type;
    auto got = read_rows<row>(write_rows(std::span<const row>{rows}));
    BOOST_TEST(got.clean(), "seed " << seed);
    BOOST_TEST((got.rows == rows), "seed " << seed);
  };
  same(venues);
  same(scans);
  same(cards);
  same(levels);
}
