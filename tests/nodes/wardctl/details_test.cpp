// SPDX-License-Identifier: Apache-2.0
// Proves: no reason of a bad line reaches a Vietnamese user in English.
// Method: files with each mistake that the readers know, read by them; and the sources of the
//         readers searched for details that nobody has translated.
#define BOOST_TEST_MODULE details
#include "nodes/wardctl/details.hpp"

#include "actors/logic/import_rows.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <iterator>
#include <regex>

using namespace wardflow;
using namespace wardflow::wardctl;

namespace {

std::string source(const char* file) {
  std::ifstream in{std::string{WARDFLOW_SOURCE_DIR "/actors/logic/"} + file};
  std::string text{std::istreambuf_iterator<char>{in}, {}};
  return std::regex_replace(text, std::regex{"\"\\s*\\n\\s*\""}, ""); // joined literals
}

void check(const std::string& english) {
  BOOST_TEST(detail_text(english, language::en) == english);
  BOOST_TEST(detail_text(english, language::vi) != english, english);
}

template <class Row>
void check_file(const std::string& text) {
  auto read = read_rows<Row>(text);
  BOOST_TEST(!read.problems.empty(), text);
  for (auto& p : read.problems)
    check(p.detail);
}

} // namespace

BOOST_AUTO_TEST_CASE(what_is_wanted_of_a_cell_is_translated) {
  auto text = source("import_rows.cpp");
  std::size_t found = 0;
  // in.take(column, code, parser, "form")
  for (std::regex r{R"re(in\.take\([^;]*?"([^"]+)"\))re"};
       auto& m : std::vector<std::smatch>{std::sregex_iterator{text.begin(), text.end(), r}, {}}) {
    check("wanted: " + m[1].str());
    ++found;
  }
  for (std::regex r{R"re(in\.fail\([^;]*?"([^"]+)"\))re"};
       auto& m : std::vector<std::smatch>{std::sregex_iterator{text.begin(), text.end(), r}, {}}) {
    check(m[1].str());
    ++found;
  }
  BOOST_TEST(found >= 15u);
}

BOOST_AUTO_TEST_CASE(what_is_wrong_with_a_line_is_translated) {
  auto text = source("csv.cpp");
  std::size_t found = 0;
  for (std::regex r{R"re((?:return|nullptr :|fail\() ?"([a-z][^"]+ [^"]+)")re"};
       auto& m : std::vector<std::smatch>{std::sregex_iterator{text.begin(), text.end(), r}, {}}) {
    check(m[1].str());
    ++found;
  }
  BOOST_TEST(found >= 7u);
}

BOOST_AUTO_TEST_CASE(files_with_each_mistake_are_explained) {
  const std::string heading = "id,name,category,group,capacity,opens,closes\n";
  check_file<venue_row>(heading + "x,A,cafe,22366.07,,,\n");
  check_file<venue_row>(heading + ",,cafe,22366.07,,,\n");
  check_file<venue_row>(heading + ",A,kafe,22366.07,,,\n");
  check_file<venue_row>(heading + ",A,cafe,22366.7,,,\n");
  check_file<venue_row>(heading + ",A,cafe,22366.07,x,,\n");
  check_file<venue_row>(heading + ",A,cafe,22366.07,,07:00,\n");
  check_file<venue_row>(heading + ",A,cafe,22366.07,,7h,21:00\n");
  check_file<venue_row>(heading + ",A,cafe,22366.07\n");
  check_file<venue_row>(heading + ",\"A,cafe,22366.07,,,\n");
  check_file<venue_row>(heading + "," + std::string(301, 'x') + ",cafe,22366.07,,,\n");
  check_file<venue_row>(heading + "22366-1,A,cafe,22366.07,,,\n22366-1,B,cafe,22366.07,,,\n");
  check_file<venue_row>("id,what\n");
  check_file<venue_row>("");
  check_file<venue_row>("\xff\xfe");
  check_file<card_row>("id_number,qid\n123,\n,123\n,\n");
  check_file<level_row>("group,scale,level,effective_from,issuer,document\n"
                        "22366.07,9,1,2021-10-20,A,B\n22366.07,128,5,2021-10-20,A,B\n"
                        "22366.07,128,1,20/10/2021,A,B\n22366.07,128,1,2021-10-20,,B\n");
}

BOOST_AUTO_TEST_CASE(names_numbers_and_paths_stay_as_they_are) {
  BOOST_TEST(detail_text("venues.csv:1: unknown: a; unknown: b", language::vi) ==
             "venues.csv:1: cột không biết: a; cột không biết: b");
  BOOST_TEST(detail_text("tcp://10.0.0.5:7165: nobody answers there", language::vi) ==
             "tcp://10.0.0.5:7165: không có ai trả lời ở đó");
  BOOST_TEST(detail_text("keys/operator: must have mode 0600", language::vi) ==
             "keys/operator: phải có quyền 0600");
  BOOST_TEST(detail_text("something new", language::vi) == "something new");
}
