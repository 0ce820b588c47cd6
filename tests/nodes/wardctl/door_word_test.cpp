// SPDX-License-Identifier: Apache-2.0
// Proves: every big word of a door can be drawn, the largest that fits is, and no line is wider
//   than the terminal.
// Method: all big words in both languages on terminals of every size; one letter by eye.
#define BOOST_TEST_MODULE door_word
#include "nodes/wardctl/door_word.hpp"

#include "messages/phrases.hpp"
#include "nodes/wardctl/door_screen.hpp"
#include "nodes/wardctl/print.hpp"

#include <boost/test/unit_test.hpp>

using namespace wardflow;
using namespace wardflow::wardctl;

namespace {

using drawn = std::vector<std::string>;

std::vector<std::string> all_words() {
  std::vector<std::string> out;
  for (auto tongue : {language::vi, language::en}) {
    for (auto what : {phrase::enter, phrase::with_condition, phrase::no_entry, phrase::goodbye,
                      phrase::recorded_only})
      out.emplace_back(say(what, tongue));
    door_news lost;
    lost.what = door_news::kind::not_recorded;
    out.push_back(word_of(lost, tongue));
  }
  return out;
}

std::size_t width(const drawn& lines) {
  std::size_t most = 0;
  for (const auto& line : lines)
    most = std::max(most, display_width(line));
  return most;
}

} // namespace

BOOST_AUTO_TEST_CASE(every_big_word_has_block_letters_on_an_ordinary_terminal) {
  for (const auto& word : all_words())
    BOOST_TEST(block_word(word, 80, 18).size() >= 4u, word);
}

BOOST_AUTO_TEST_CASE(nothing_is_wider_or_higher_than_the_terminal_and_more_room_is_used) {
  for (const auto& word : all_words()) {
    for (std::size_t columns = 1; columns < 260; columns += 3)
      for (std::size_t rows = 0; rows < 40; rows += 3) {
        const auto lines = block_word(word, columns, rows);
        BOOST_TEST(width(lines) <= columns, word << " in " << columns << " x " << rows);
        BOOST_TEST(lines.size() <= rows, word << " in " << columns << " x " << rows);
      }
    BOOST_TEST(width(block_word(word, 260, 40)) > width(block_word(word, 57, 9)), word);
    BOOST_TEST(block_word(word, 10, 40).empty(), word);
  }
}

BOOST_AUTO_TEST_CASE(a_letter_looks_as_it_should) {
  BOOST_TEST(block_word("È", 5, 12) ==
               drawn({" █", "  █", "", "█████", "█", "█", "████", "█", "█", "█████"}),
             boost::test_tools::per_element());
  BOOST_TEST(block_word("Ệ", 5, 12).back() == "  █");
  BOOST_TEST(block_word("Đ", 6, 7)[3] == "███  █");
  BOOST_TEST(block_word("I", 10, 7)[0] == "  ██████");
  BOOST_TEST(block_word("I", 5, 4) == drawn({" ▀█▀", "  █", "  █", " ▀▀▀"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(letters_of_the_alphabet_differ_from_each_other) {
  std::vector<drawn> seen;
  for (const auto* letter :
       {"A", "Ă", "Â", "Á", "À", "Ả", "Ã", "Ạ", "Ấ", "Ầ", "Ẩ", "Ẫ", "Ậ", "Ắ", "Ằ", "Ẳ", "Ẵ",
        "Ặ", "O", "Ô", "Ơ", "Ờ", "Ớ", "Ợ", "U", "Ư", "Ừ", "D", "Đ", "B", "C", "G", "Q"}) {
    const auto one = block_word(letter, 20, 12);
    BOOST_TEST((std::find(seen.begin(), seen.end(), one) == seen.end()), letter);
    seen.push_back(one);
  }
}

BOOST_AUTO_TEST_CASE(what_has_no_letters_is_left_to_plain_text) {
  BOOST_TEST(block_word("enter", 200, 50).empty());
  BOOST_TEST(block_word("漢", 200, 50).empty());
  BOOST_TEST(block_word("\xff", 200, 50).empty());
  BOOST_TEST(block_word("", 200, 50).empty());
}
