// SPDX-License-Identifier: Apache-2.0
// Proves: one table reads well for people, is valid JSON for programs, and is a safe CSV for
//         spreadsheets; nothing in a cell can take over a terminal.
// Method: small tables by hand, letter by letter; composed and combining letters compared.
#define BOOST_TEST_MODULE print
#include "nodes/wardctl/print.hpp"

#include "actors/logic/csv.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

using namespace wardflow;
using namespace wardflow::wardctl;

namespace {

table small_table() {
  table t;
  t.columns = {{"venue", "Địa điểm", cell_kind::text},
               {"scans", "Lượt quét", cell_kind::number},
               {"suspended", "Đình chỉ", cell_kind::truth}};
  t.add({"Chợ Đầm", "1234", "false"});
  t.add({"Cà phê", "7", "true"});
  t.add({"=x"});
  return t;
}

} // namespace

BOOST_AUTO_TEST_CASE(columns_line_up_for_people) {
  BOOST_TEST(render(small_table(), output::people) == "Địa điểm  Lượt quét  Đình chỉ\n"
                                                      "────────  ─────────  "
                                                      "────────\n"
                                                      "Chợ Đầm        1234  false\n"
                                                      "Cà phê            7  true\n"
                                                      "=x\n");
}

BOOST_AUTO_TEST_CASE(an_empty_table_still_has_its_headings) {
  table t;
  t.columns = {{"a", "A"}, {"b", "B"}};
  BOOST_TEST(render(t, output::people) == "A  B\n─  ─\n");
  BOOST_TEST(render(t, output::json) == "[]\n");
  BOOST_TEST(render(t, output::csv) == "\xef\xbb\xbf"
                                       "a,b\n");
}

BOOST_AUTO_TEST_CASE(programs_get_objects_with_numbers_truths_and_nulls) {
  auto text = render(small_table(), output::json);
  auto parsed = nlohmann::json::parse(text);
  BOOST_TEST_REQUIRE(parsed.size() == 3u);
  BOOST_TEST(
    (parsed[0] == nlohmann::json{{"venue", "Chợ Đầm"}, {"scans", 1234}, {"suspended", false}}));
  BOOST_TEST(
    (parsed[2] == nlohmann::json{{"venue", "=x"}, {"scans", nullptr}, {"suspended", nullptr}}));
  BOOST_TEST(text.find("{\"venue\":\"Chợ Đầm\",\"scans\":1234,") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(numbers_in_json_keep_their_kind_and_what_is_none_stays_text) {
  table t;
  t.columns = {{"n", "N", cell_kind::number}};
  for (auto* cell : {"18446744073709551615", "-3", "0.25", "1e400", "22366.07 x", "nan"})
    t.add({cell});
  auto parsed = nlohmann::json::parse(render(t, output::json));
  BOOST_TEST((parsed[0]["n"] == 18446744073709551615ull));
  BOOST_TEST((parsed[1]["n"] == -3));
  BOOST_TEST((parsed[2]["n"] == 0.25));
  BOOST_TEST((parsed[3]["n"] == "1e400"));
  BOOST_TEST((parsed[4]["n"] == "22366.07 x"));
  BOOST_TEST((parsed[5]["n"] == "nan"));
}

BOOST_AUTO_TEST_CASE(json_is_valid_whatever_bytes_a_cell_holds) {
  table t;
  t.columns = {{"a", "A"}};
  t.add({"\xff\xfe\x01\"\\\n"});
  BOOST_TEST(nlohmann::json::accept(render(t, output::json)));
}

BOOST_AUTO_TEST_CASE(spreadsheets_get_a_bom_fixed_keys_and_no_formula) {
  auto text = render(small_table(), output::csv);
  BOOST_TEST(text == "\xef\xbb\xbf"
                     "venue,scans,suspended\nChợ Đầm,1234,false\nCà phê,7,true\n'=x,,\n");
  constexpr csv_column columns[]{{"venue"}, {"scans"}, {"suspended"}};
  csv_reader reader{text, columns};
  BOOST_TEST(!reader.header_problem().has_value());
  for (int i = 0; i < 3; ++i)
    BOOST_TEST((reader.next() == csv_step::row));
  BOOST_TEST(reader.cell(0) == "=x");
}

BOOST_AUTO_TEST_CASE(width_counts_what_a_terminal_shows) {
  BOOST_TEST(display_width("") == 0u);
  BOOST_TEST(display_width("abc") == 3u);
  BOOST_TEST(display_width("Nguyễn Thị Ớt") == 13u);
  // The same name with its marks as characters of their own.
  BOOST_TEST(display_width("Nguye\u0302\u0303n Thi\u0323 O\u031b\u0301t") == 13u);
  BOOST_TEST(display_width("市场") == 4u);
  BOOST_TEST(display_width("a\u200bb") == 2u);
  BOOST_TEST(display_width("\xff\xe1\xbb") == 3u);
}

BOOST_AUTO_TEST_CASE(composed_and_combining_names_line_up) {
  table t;
  t.columns = {{"a", "A"}, {"b", "B"}};
  t.add({"Chợ", "1"});
  t.add({"Cho\u031b\u0323", "2"});
  BOOST_TEST(render(t, output::people) == "A    B\n───  ─\nChợ  1\nCho\u031b\u0323  2\n");
}

BOOST_AUTO_TEST_CASE(a_cell_cannot_take_over_the_terminal) {
  BOOST_TEST(for_terminal("\x1b[2Jx") == "?[2Jx");
  BOOST_TEST(for_terminal("a\r\nb\tc\x7f") == "a??b?c?");
  BOOST_TEST(for_terminal("\xc2\x9b"
                          "31m") == "?31m");
  BOOST_TEST(for_terminal("\u202eabc") == "?abc");
  BOOST_TEST(for_terminal("\xe1\xbb") == "??");
  BOOST_TEST(for_terminal("Địa điểm") == "Địa điểm");
  table t;
  t.columns = {{"a", "\x1b]0;title\x07"}};
  t.add({"x\ny"});
  auto text = render(t, output::people);
  BOOST_TEST(text.find('\x1b') == std::string::npos);
  BOOST_TEST(std::count(text.begin(), text.end(), '\n') == 3);
}
