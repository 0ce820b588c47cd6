// SPDX-License-Identifier: Apache-2.0
// Proves: the words on the screen are the domain's, in both languages, for every value that can
//         stand there.
// Method: walks every value of each enumeration, and reads the fixed words letter by letter.
#define BOOST_TEST_MODULE phrases
#include "messages/phrases.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

using namespace wardflow;

BOOST_AUTO_TEST_CASE(the_big_words_are_those_of_the_door) {
  BOOST_TEST(big_word(decision::admit, language::vi) == "MỜI VÀO");
  BOOST_TEST(big_word(decision::condition, language::vi) == "CÓ ĐIỀU KIỆN");
  BOOST_TEST(big_word(decision::refuse, language::vi) == "KHÔNG VÀO");
  BOOST_TEST(big_word(decision::admit, language::en) == "ENTER");
  BOOST_TEST(big_word(decision::condition, language::en) == "CONDITION");
  BOOST_TEST(big_word(decision::refuse, language::en) == "NO ENTRY");
}

BOOST_AUTO_TEST_CASE(a_decision_that_is_no_decision_never_reads_as_enter) {
  BOOST_TEST(big_word(static_cast<decision>(3), language::vi) == "KHÔNG VÀO");
}

BOOST_AUTO_TEST_CASE(colours_have_their_names) {
  BOOST_TEST(colour_name(colour::green, language::vi) == "xanh");
  BOOST_TEST(colour_name(colour::yellow, language::vi) == "vàng");
  BOOST_TEST(colour_name(colour::red, language::vi) == "đỏ");
  BOOST_TEST(colour_name(colour::red, language::en) == "red");
  BOOST_TEST(colour_name(static_cast<colour>(9), language::en) == "not known");
}

BOOST_AUTO_TEST_CASE(every_phrase_is_without_control_characters_and_combining_marks) {
  for (unsigned i = 0; i < static_cast<unsigned>(phrase::count_); ++i)
    for (auto tongue : {language::vi, language::en})
      for (auto c : say(static_cast<phrase>(i), tongue)) {
        auto byte = static_cast<unsigned char>(c);
        BOOST_TEST((byte >= 0x20 && byte != 0xcc && byte != 0xcd), i);
      }
}

BOOST_AUTO_TEST_CASE(a_phrase_out_of_range_reads_as_unknown) {
  BOOST_TEST(say(phrase::count_, language::en) == "unknown");
  BOOST_TEST(say(static_cast<phrase>(60'000), language::vi) == "chưa rõ");
}

BOOST_AUTO_TEST_CASE(every_category_is_read_by_its_name_and_by_its_label) {
  std::set<std::string_view> labels;
  for (std::size_t i = 0; i < category_names.size(); ++i) {
    auto what = static_cast<category>(i);
    BOOST_TEST((parse_category(category_names[i]) == what), category_names[i]);
    BOOST_TEST((parse_category(category_label(what, language::vi)) == what));
    BOOST_TEST(labels.insert(category_label(what, language::vi)).second);
  }
  BOOST_TEST(category_label(category::beach, language::vi) == "bãi biển");
  BOOST_TEST(category_label(category::public_transport, language::en) == "public transport");
  BOOST_TEST(!parse_category("").has_value());
  BOOST_TEST(!parse_category("Cafe").has_value());
  BOOST_TEST(category_label(category::count_, language::en) == "unknown");
}

BOOST_AUTO_TEST_CASE(both_scales_have_four_levels_and_nothing_else) {
  BOOST_TEST(level_name(risk_scale::resolution_128, 1, language::vi) == "cấp 1 (xanh)");
  BOOST_TEST(level_name(risk_scale::resolution_128, 4, language::vi) == "cấp 4 (đỏ)");
  BOOST_TEST(level_name(risk_scale::decision_2686, 1, language::vi) == "bình thường mới");
  BOOST_TEST(level_name(risk_scale::decision_2686, 4, language::en) == "very high risk");
  for (auto none : {0u, 5u, 255u})
    BOOST_TEST(level_name(risk_scale::decision_2686, none, language::en) == "no level");
}

BOOST_AUTO_TEST_CASE(direction_and_flow_have_their_words) {
  BOOST_TEST(direction_name(direction::in, language::vi) == "vào");
  BOOST_TEST(direction_name(direction::out, language::vi) == "ra");
  BOOST_TEST(flow_name(flow::staff_scans_person, language::vi) == "nhân viên quét khách");
  BOOST_TEST(flow_name(flow::person_scans_poster, language::en) == "person scans the poster");
}
