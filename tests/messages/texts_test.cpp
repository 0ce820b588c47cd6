// SPDX-License-Identifier: Apache-2.0
// Proves: every code of code.hpp has its own name, both texts and both next steps; the language
//         is chosen as documented.
// Method: reads code.hpp as text, so that a new enumerator without a row fails here.
#define BOOST_TEST_MODULE texts
#include "messages/texts.hpp"

#include "messages/text_rows.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <fstream>
#include <map>
#include <set>
#include <string>

using namespace wardflow;

namespace {

/// Name and number of every enumerator, from the source itself.
std::map<unsigned, std::string> codes_in_source() {
  const auto* root = std::getenv("WARDFLOW_SOURCE_DIR");
#ifdef WARDFLOW_SOURCE_DIR
  if (root == nullptr)
    root = WARDFLOW_SOURCE_DIR;
#endif
  std::ifstream in{std::string{root != nullptr ? root : "."} + "/messages/code.hpp"};
  std::map<unsigned, std::string> found;
  for (std::string line; std::getline(in, line);) { // `  name = number,` and perhaps a comment
    auto first = line.find_first_not_of(' ');
    auto equals = line.find(" = ");
    if (first == std::string::npos || first == 0 || equals == std::string::npos)
      continue;
    auto comma = line.find(',', equals);
    auto number = line.substr(equals + 3, comma - equals - 3);
    if (comma != std::string::npos && number.find_first_not_of("0123456789") == std::string::npos)
      found[static_cast<unsigned>(std::stoul(number))] = line.substr(first, equals - first);
  }
  return found;
}

bool has_combining_mark(std::string_view text) {
  for (std::size_t i = 0; i + 1 < text.size(); ++i) { // U+0300 to U+036F: CC 80 to CD AF
    auto a = static_cast<unsigned char>(text[i]);
    auto b = static_cast<unsigned char>(text[i + 1]);
    if (a == 0xcc || (a == 0xcd && b <= 0xaf))
      return true;
  }
  return false;
}

void check_sentence(std::string_view text) {
  BOOST_TEST(text.size() > 4);
  BOOST_TEST(text.size() <= 160);
  BOOST_TEST(text.find_first_of("\r\n\t") == std::string_view::npos);
  BOOST_TEST(text.back() == '.');
  BOOST_TEST(!has_combining_mark(text));
}

} // namespace

BOOST_AUTO_TEST_CASE(the_source_is_found_and_holds_the_codes) {
  auto codes = codes_in_source();
  BOOST_TEST(codes.size() > 100u);
  BOOST_TEST(codes[0] == "ok");
  BOOST_TEST(codes[436] == "internal");
}

BOOST_AUTO_TEST_CASE(every_code_has_its_name_its_texts_and_its_next_steps) {
  for (auto& [number, in_source] : codes_in_source()) {
    BOOST_TEST_CONTEXT(in_source << " = " << number) {
      auto what = static_cast<code>(number);
      BOOST_TEST(name(what) == in_source);
      BOOST_TEST((code_of(in_source) == what));
      for (auto tongue : {language::vi, language::en}) {
        check_sentence(text(what, tongue));
        check_sentence(next_step(what, tongue));
      }
      BOOST_TEST(text(what, language::vi) != text(what, language::en));
      BOOST_TEST(next_step(what, language::vi) != next_step(what, language::en));
    }
  }
}

BOOST_AUTO_TEST_CASE(no_row_is_left_over_and_each_stands_in_its_range) {
  auto codes = codes_in_source();
  std::size_t rows = 0;
  unsigned least = 0;
  for (auto [table, end] : {std::pair{detail::scan_rows(), 128u},
                            {detail::frame_rows(), 200u},
                            {detail::command_rows(), 400u},
                            {detail::program_rows(), 65'536u}}) {
    for (auto& row : table) {
      auto number = static_cast<unsigned>(row.what);
      BOOST_TEST((number >= least && number < end), row.name);
      BOOST_TEST(codes.count(number) == 1u, row.name);
      ++rows;
    }
    least = end;
  }
  BOOST_TEST(rows == codes.size());
}

BOOST_AUTO_TEST_CASE(no_two_codes_say_the_same) {
  std::set<std::string_view> vi;
  std::set<std::string_view> en;
  for (auto& [number, in_source] : codes_in_source()) {
    auto what = static_cast<code>(number);
    BOOST_TEST(vi.insert(text(what, language::vi)).second, in_source);
    BOOST_TEST(en.insert(text(what, language::en)).second, in_source);
  }
}

BOOST_AUTO_TEST_CASE(a_code_of_a_newer_release_is_said_to_be_unknown) {
  for (auto number : {18u, 127u, 199u, 399u, 9'999u, 65'535u}) {
    auto what = static_cast<code>(number);
    BOOST_TEST(name(what) == "unknown");
    check_sentence(text(what, language::vi));
    check_sentence(next_step(what, language::en));
  }
  BOOST_TEST(!code_of("unknown").has_value());
  BOOST_TEST(!code_of("").has_value());
}

BOOST_AUTO_TEST_CASE(the_first_variable_that_is_set_chooses_the_language) {
  auto vi = language::vi;
  auto en = language::en;
  BOOST_TEST((pick_language({}, nullptr, nullptr, nullptr) == vi));
  BOOST_TEST((pick_language({}, "", "", "") == vi));
  BOOST_TEST((pick_language({}, nullptr, nullptr, "en_US.UTF-8") == en));
  BOOST_TEST((pick_language({}, nullptr, "vi_VN", "en_US.UTF-8") == vi));
  BOOST_TEST((pick_language({}, "en", "vi_VN", "vi_VN") == en));
  BOOST_TEST((pick_language({}, "", "en_GB", "vi_VN") == en));
  BOOST_TEST((pick_language("vi", "en", "en", "en") == vi));
  BOOST_TEST((pick_language("en", "vi", "vi", "vi") == en));
  BOOST_TEST((pick_language("EN", nullptr, nullptr, nullptr) == en));
  BOOST_TEST((pick_language("VI_vn", "en", nullptr, nullptr) == vi));
  BOOST_TEST((pick_language("", "en", nullptr, nullptr) == en));
}

BOOST_AUTO_TEST_CASE(c_and_posix_say_nothing_and_a_third_language_reads_english) {
  for (auto* none : {"C", "POSIX", "C.UTF-8", "C.utf8"})
    BOOST_TEST((pick_language({}, none, nullptr, nullptr) == language::vi), none);
  for (auto* other : {"fr_FR.UTF-8", "de", "ca_ES", "v", "x"})
    BOOST_TEST((pick_language({}, other, nullptr, nullptr) == language::en), other);
}
