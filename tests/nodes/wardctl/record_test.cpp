// SPDX-License-Identifier: Apache-2.0
// Proves: one record reads well for people, is ONE JSON object for programs and a safe row for
//         spreadsheets, with and without a table of its own.
// Method: small records by hand, letter by letter.
#define BOOST_TEST_MODULE record
#include "nodes/wardctl/record.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

using namespace wardflow::wardctl;

namespace {

record small_record() {
  record r;
  r.title("Hôm nay");
  r.number("scans", "Lượt quét", 12);
  r.text("name", "Tên", "Chợ Đầm");
  r.title("Khác");
  r.add({"phone", "Điện thoại", "", cell_kind::maybe, {}});
  r.add({"open", "Mở", "true", cell_kind::truth, "có"});
  return r;
}

record with_rows() {
  auto r = small_record();
  r.list = "rows";
  r.rows.columns = {{"hour", "Giờ"}, {"in", "Vào", cell_kind::number}};
  r.rows.add({"07:00", "3"});
  return r;
}

} // namespace

BOOST_AUTO_TEST_CASE(people_get_titles_and_lines_that_line_up) {
  BOOST_TEST(render(small_record(), output::people) == "Hôm nay\n"
                                                       "  Lượt quét   12\n"
                                                       "  Tên         Chợ Đầm\n"
                                                       "\n"
                                                       "Khác\n"
                                                       "  Điện thoại\n"
                                                       "  Mở          có\n");
  BOOST_TEST(
    render(with_rows(), output::people).ends_with("\nGiờ    Vào\n─────  ───\n07:00    3\n"));
}

BOOST_AUTO_TEST_CASE(programs_get_one_object_with_numbers_truths_and_nulls) {
  auto text = render(with_rows(), output::json);
  BOOST_TEST(std::count(text.begin(), text.end(), '\n') == 1);
  auto parsed = nlohmann::json::parse(text);
  BOOST_TEST((parsed == nlohmann::json{{"scans", 12},
                                       {"name", "Chợ Đầm"},
                                       {"phone", nullptr},
                                       {"open", true},
                                       {"rows", {{{"hour", "07:00"}, {"in", 3}}}}}));
  auto empty = with_rows();
  empty.rows.rows.clear();
  BOOST_TEST(
    (nlohmann::json::parse(render(empty, output::json))["rows"] == nlohmann::json::array()));
}

BOOST_AUTO_TEST_CASE(spreadsheets_get_the_rows_or_else_the_fields_as_one_row) {
  BOOST_TEST(render(small_record(), output::csv) == "\xef\xbb\xbf"
                                                    "scans,name,phone,open\n12,Chợ Đầm,,true\n");
  BOOST_TEST(render(with_rows(), output::csv) == "\xef\xbb\xbf"
                                                 "hour,in\n07:00,3\n");
}

BOOST_AUTO_TEST_CASE(a_field_cannot_take_over_the_terminal) {
  record r;
  r.text("name", "Tên", "a\x1b[2Jb");
  BOOST_TEST(render(r, output::people) == "Tên  a?[2Jb\n");
  r.fields[0].value = "=1+1";
  BOOST_TEST(render(r, output::csv).ends_with("\n'=1+1\n"));
}
