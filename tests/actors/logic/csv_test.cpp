// SPDX-License-Identifier: Apache-2.0
// Proves: files as spreadsheets write them are read, a bad line never costs another one, and what
//         the writer wrote comes back cell for cell, with no cell that starts a formula.
// Method: small files by hand; random tables there and back; random bytes against the bounds.
#define BOOST_TEST_MODULE csv
#include "actors/logic/csv.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <random>

using namespace wardflow;

namespace {

using rows = std::vector<std::vector<std::string>>;

constexpr csv_column abc[]{{"a"}, {"b"}, {"c", false}};

/// All rows; a bad line stands as {"!", its number, its bytes}.
rows read(std::string_view text, std::span<const csv_column> columns = abc) {
  csv_reader reader{text, columns};
  rows result;
  if (auto& wrong = reader.header_problem())
    return {{"header", wrong->detail}};
  for (auto step = reader.next(); step != csv_step::end; step = reader.next()) {
    if (step == csv_step::bad) {
      result.push_back({"!", std::to_string(reader.problem().line), std::string{reader.raw()}});
      continue;
    }
    std::vector<std::string> row;
    for (std::size_t i = 0; i < columns.size(); ++i)
      row.emplace_back(reader.cell(i));
    result.push_back(std::move(row));
  }
  return result;
}

void check(std::string_view text, const rows& wanted) {
  auto got = read(text);
  BOOST_TEST((got == wanted), text);
  if (got != wanted)
    for (auto& row : got)
      for (auto& cell : row)
        BOOST_TEST_MESSAGE("  [" << cell << "]");
}

std::uint64_t seed_of_run() {
  auto seed = std::random_device{}();
  BOOST_TEST_MESSAGE("seed " << seed);
  return seed;
}

} // namespace

BOOST_AUTO_TEST_CASE(columns_may_stand_in_any_order_with_any_of_three_delimiters) {
  for (char d : {',', ';', '\t'}) {
    std::string text = "c?a?b\n3?1?2\n6?4?5\n";
    std::replace(text.begin(), text.end(), '?', d);
    check(text, {{"1", "2", "3"}, {"4", "5", "6"}});
  }
}

BOOST_AUTO_TEST_CASE(a_bom_crlf_a_missing_last_line_end_and_blank_lines_do_not_matter) {
  check("\xef\xbb\xbf"
        "A ; b\r\n1;2\r\n\r\n;\r\n3;4",
        {{"1", "2", ""}, {"3", "4", ""}});
  check("\n\na,b\n1,2\n", {{"1", "2", ""}});
}

BOOST_AUTO_TEST_CASE(a_line_that_names_the_separator_is_believed) {
  check("sep=;\r\na;b\r\n1,5;2\r\n", {{"1,5", "2", ""}});
  check("\xef\xbb\xbfsep=\t\na\tb\n1\t2\n", {{"1", "2", ""}});
  BOOST_TEST((read("sep=|\na|b\n") == rows{{"header", "the sep= line names none of comma, "
                                                      "semicolon, tab"}}));
}

BOOST_AUTO_TEST_CASE(quoted_cells_hold_delimiters_quotes_and_line_ends) {
  check("a,b\n\"x, \"\"y\"\"\",\"one\r\ntwo\"\r\n3,4\n",
        {{"x, \"y\"", "one\r\ntwo", ""}, {"3", "4", ""}});
  check("a,b\n5\" screen,2\n", {{"5\" screen", "2", ""}});
}

BOOST_AUTO_TEST_CASE(lines_are_counted_through_quoted_line_ends) {
  csv_reader reader{"\na,b\n\"1\n1\",2\n\n3,4\n", abc};
  BOOST_TEST((reader.next() == csv_step::row));
  BOOST_TEST(reader.line() == 3u);
  BOOST_TEST(reader.raw() == "\"1\n1\",2");
  BOOST_TEST((reader.next() == csv_step::row));
  BOOST_TEST(reader.line() == 6u);
  BOOST_TEST((reader.next() == csv_step::end));
  BOOST_TEST((reader.next() == csv_step::end));
}

BOOST_AUTO_TEST_CASE(the_heading_error_names_what_is_missing_unknown_and_repeated) {
  csv_reader reader{"\n a ,x,A\n1,2,3\n", abc};
  BOOST_REQUIRE(reader.header_problem().has_value());
  BOOST_TEST((reader.header_problem()->what == code::file_columns_wrong));
  BOOST_TEST(reader.header_problem()->line == 2u);
  BOOST_TEST(reader.header_problem()->detail == "unknown: x; repeated: a; missing: b");
  BOOST_TEST((reader.next() == csv_step::end));
  BOOST_TEST(reader.header_raw() == " a ,x,A");
}

BOOST_AUTO_TEST_CASE(empty_and_utf16_files_are_refused_with_the_reason) {
  BOOST_TEST((read("") == rows{{"header", "the file is empty"}}));
  BOOST_TEST((read("\xef\xbb\xbf\r\n\r\n") == rows{{"header", "the file is empty"}}));
  BOOST_TEST((read(std::string_view{"\xff\xfe"
                                    "a\0b\0",
                                    6}) == rows{{"header", "the file is UTF-16, not UTF-8"}}));
}

BOOST_AUTO_TEST_CASE(empty_columns_at_the_end_are_a_spreadsheets_habit) {
  check("a,b,,\n1,2,,\n3,4\n5,6,,,,\n7,8,,x\n",
        {{"1", "2", ""}, {"3", "4", ""}, {"5", "6", ""}, {"!", "5", "7,8,,x"}});
}

BOOST_AUTO_TEST_CASE(a_bad_line_in_the_middle_is_named_and_the_rest_goes_on) {
  check("a,b\n1,2\n3\n4,5,6\n7,8\n",
        {{"1", "2", ""}, {"!", "3", "3"}, {"!", "4", "4,5,6"}, {"7", "8", ""}});
  using namespace std::string_literals;
  check("a,b\n1,2\0\n3,4\n"s, {{"!", "2", "1,2\0"s}, {"3", "4", ""}});
  check("a,b\n\"1\"x,2\n3,4\n", {{"!", "2", "\"1\"x,2"}, {"3", "4", ""}});
}

BOOST_AUTO_TEST_CASE(a_quote_that_is_never_closed_costs_its_own_line_only) {
  check("a,b\n\"1,2\n3,4\n5,6\n", {{"!", "2", "\"1,2"}, {"3", "4", ""}, {"5", "6", ""}});
  // Closed by the next row's opening quote.
  check("a,b\n\"1,2\n\"3\",4\n", {{"!", "2", "\"1,2"}, {"3", "4", ""}});
  std::string many = "a,b\n\"1,2\n";
  rows wanted{{"!", "2", "\"1,2"}};
  for (int i = 0; i < 40; ++i) {
    many += "3,4\n";
    wanted.push_back({"3", "4", ""});
  }
  check(many + "\"5\",6\n", [&] {
    auto all = wanted;
    all.push_back({"5", "6", ""});
    return all;
  }());
}

BOOST_AUTO_TEST_CASE(cells_and_rows_are_bounded) {
  std::string most(csv_limits::cell_bytes_max, 'x');
  check("a,b\n" + most + ",2\n\"" + most + "\",2\r\n", {{most, "2", ""}, {most, "2", ""}});
  auto over = most + "x";
  check("a,b\n" + over + ",2\n\"" + over + "\",2\n3,4\n" + over + "\r\n5,6\n",
        {{"!", "2", over + ",2"},
         {"!", "3", "\"" + over + "\",2"},
         {"3", "4", ""},
         {"!", "5", over},
         {"5", "6", ""}});
  std::string wide(200, ',');
  check("a,b\nx" + wide + "y\n1,2\n", {{"!", "2", "x" + wide + "y"}, {"1", "2", ""}});
}

BOOST_AUTO_TEST_CASE(cells_that_start_a_formula_get_an_apostrophe_and_lose_it_again) {
  for (std::string cell : {"=1+1", "+84", "-5", "@x", "\tx", "\rx"}) {
    BOOST_TEST(neutralised(cell) == "'" + cell);
    BOOST_TEST(without_neutralising("'" + cell) == cell);
    BOOST_TEST(neutralised("'" + cell) == "''" + cell);
  }
  for (std::string cell : {"", "'", "''", "x=1", "'x", " =1", "0258"}) {
    BOOST_TEST(neutralised(cell) == cell);
    BOOST_TEST(without_neutralising(cell) == cell);
  }
}

BOOST_AUTO_TEST_CASE(the_writer_can_begin_with_a_bom) {
  csv_writer with{true, ';'};
  with.row({"tên", "b"});
  BOOST_TEST(with.text() == "\xef\xbb\xbftên;b\n");
}

BOOST_AUTO_TEST_CASE(what_was_written_is_read_back_cell_for_cell) {
  auto seed = seed_of_run();
  std::mt19937_64 random{seed};
  const std::string_view pieces[]{"a", "1", ",", ";",  "\t", "\"", "\n", "\r\n", "\r", "=",
                                  "'", "ờ", " ", "+8", "-",  "@",  "",   "đỏ",   "|",  "x y"};
  for (int table = 0; table < 3'000; ++table) {
    auto delimiter = ",;\t"[random() % 3];
    csv_writer writer{random() % 2 == 0, delimiter};
    writer.row({"a", "b", "c"});
    rows wanted;
    for (auto left = random() % 6; left > 0; --left) {
      auto& row = wanted.emplace_back();
      auto lines = csv_limits::lines_per_row_max - 1;
      for (int c = 0; c < 3; ++c) {
        std::string cell;
        for (auto n = random() % 7; n > 0; --n) {
          auto piece = pieces[random() % std::size(pieces)];
          if (piece.ends_with('\n') && lines-- == 0) {
            lines = 0;
            continue;
          }
          cell += piece;
        }
        row.push_back(cell);
      }
      writer.row(row);
    }
    auto got = read(writer.text());
    BOOST_TEST_REQUIRE((got == wanted), "seed " << seed << " table " << table << "\n"
                                                << writer.text());
    for (auto& row : wanted)
      for (auto& cell : row)
        BOOST_TEST_REQUIRE(std::string_view{"=+-@\t\r"}.find(
                             neutralised(cell).empty() ? 'x' : neutralised(cell)[0]) ==
                           std::string_view::npos);
  }
}

BOOST_AUTO_TEST_CASE(cells_that_no_reader_would_take_are_written_so_that_it_does) {
  csv_writer writer;
  writer.row({"a", "b"});
  std::string lines(100, '\n');
  std::string large = std::string(csv_limits::cell_bytes_max - 1, 'x') + "ờ";
  using namespace std::string_literals;
  writer.row({lines, "a\0b"s});
  writer.row({large, lines});
  auto got = read(writer.text());
  BOOST_TEST_REQUIRE(got.size() == 2u);
  BOOST_TEST(got[0][0] == std::string(15, '\n') + std::string(85, ' '));
  BOOST_TEST(got[0][1] == "a b");
  BOOST_TEST(got[1][0] == std::string(csv_limits::cell_bytes_max - 1, 'x'));
}

BOOST_AUTO_TEST_CASE(random_bytes_are_read_to_their_end_and_every_line_is_accounted_for) {
  auto seed = seed_of_run();
  std::mt19937_64 random{seed};
  using namespace std::string_view_literals;
  constexpr auto bytes = ",,,,;\t\"\"\"\n\n\n\n\r\rx1=' \0"sv;
  for (int file = 0; file < 3'000; ++file) {
    std::string text = "a,b\n";
    for (auto n = random() % 300; n > 0; --n)
      text += bytes[random() % bytes.size()];
    csv_reader reader{text, abc};
    std::size_t last = 1;
    std::string seen;
    for (auto step = reader.next(); step != csv_step::end; step = reader.next()) {
      BOOST_TEST_REQUIRE(reader.line() > last, "seed " << seed << " file " << file);
      last = reader.line();
      seen += reader.raw();
    }
    // Whatever is not in a row or a bad line was a blank line.
    auto letters = [](std::string_view s) {
      return std::count_if(s.begin(), s.end(), [](char c) { return c == 'x' || c == '"'; });
    };
    BOOST_TEST_REQUIRE(letters(seen) == letters(text), "seed " << seed << " file " << file);
    BOOST_TEST_REQUIRE(reader.position() == text.size());
  }
}

BOOST_AUTO_TEST_CASE(a_file_of_nothing_but_open_quotes_is_read_in_linear_work) {
  std::string text = "a,b\n";
  for (int i = 0; i < 200'000; ++i)
    text += "\"x,y\n\n";
  csv_reader reader{text, abc};
  std::size_t bad = 0;
  for (auto step = reader.next(); step != csv_step::end; step = reader.next())
    bad += step == csv_step::bad ? 1u : 0u;
  BOOST_TEST(bad == 200'000u);
}
