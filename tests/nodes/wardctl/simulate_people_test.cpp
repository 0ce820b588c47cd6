// SPDX-License-Identifier: Apache-2.0
// Proves: simulated codes are read as persons with the keys that the card facts carry, wrong ones
//         are refused for the reason that they were made for, and no number can be a real one.
// Method: the product's own parser of personal codes over thousands of persons and mistakes.
#define BOOST_TEST_MODULE simulate_people
#include "nodes/wardctl/simulate_people.hpp"

#include "actors/logic/personal_code.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <map>
#include <set>

using namespace wardflow;
using namespace wardflow::wardctl;

BOOST_AUTO_TEST_CASE(every_form_of_code_carries_the_keys_of_its_person) {
  for (std::uint32_t number = 0; number < 3'000; ++number) {
    auto who = simulate_person(number, 56, 1);
    auto id = parse_identity(id_number_of(who));
    auto qid = parse_identity(qid_of(who));
    BOOST_TEST_REQUIRE((id && id->kind() == key_kind::id_number));
    BOOST_TEST_REQUIRE((qid && qid->kind() == key_kind::qid));
    auto national = parse_personal_code(code_text(who, code_form::national));
    BOOST_TEST_REQUIRE((national.primary == qid && national.linked == id));
    auto masked = parse_personal_code(code_text(who, code_form::national_masked));
    BOOST_TEST_REQUIRE((masked.primary == qid && !masked.linked));
    auto chip = parse_personal_code(code_text(who, code_form::chip));
    BOOST_TEST_REQUIRE((chip.primary == id && !chip.linked));
  }
}

BOOST_AUTO_TEST_CASE(a_card_row_has_every_key_that_its_persons_codes_carry) {
  auto day = *parse_day("2021-10-20");
  for (std::uint32_t number = 0; number < 1'000; ++number) {
    auto who = simulate_person(number, 56, 1);
    auto row = card_of(who, make_group_id(22'366, 1), day, 1);
    auto code = parse_personal_code(code_text(who, who.form));
    for (auto& key : {code.primary, code.linked})
      if (key)
        BOOST_TEST_REQUIRE(
          (key == parse_identity(key->kind() == key_kind::qid ? row.qid : row.id_number)));
  }
}

BOOST_AUTO_TEST_CASE(no_two_persons_share_a_number_and_none_can_be_real) {
  std::set<std::string> seen;
  for (std::uint32_t number = 0; number < 20'000; ++number) {
    auto who = simulate_person(number * 49, 56, 3);
    auto id = id_number_of(who);
    BOOST_TEST_REQUIRE(id.size() == 12u);
    BOOST_TEST_REQUIRE(id.starts_with("056"));
    BOOST_TEST_REQUIRE((id[3] == '8' || id[3] == '9')); // born in the 24th century
    BOOST_TEST_REQUIRE(seen.insert(id).second);
    BOOST_TEST_REQUIRE(qid_of(who).size() == 18u);
    BOOST_TEST_REQUIRE(seen.insert(qid_of(who)).second);
  }
  auto last = simulate_person(simulated_persons_max - 1, 999, 3);
  BOOST_TEST(id_number_of(last).size() == 12u);
  BOOST_TEST(qid_of(last).size() == 18u);
}

BOOST_AUTO_TEST_CASE(a_person_is_a_function_of_number_and_seed) {
  auto a = simulate_person(77, 56, 5);
  auto b = simulate_person(77, 56, 5);
  BOOST_TEST(code_text(a, a.form) == code_text(b, b.form));
  auto differ = 0;
  for (std::uint32_t n = 0; n < 50; ++n)
    differ += code_text(simulate_person(n, 56, 5), code_form::chip) !=
                  code_text(simulate_person(n, 56, 6), code_form::chip)
                ? 1
                : 0;
  BOOST_TEST(differ > 40);
}

BOOST_AUTO_TEST_CASE(card_facts_are_those_of_october_2021) {
  auto day = *parse_day("2021-10-20");
  auto full = 0;
  auto red = 0;
  constexpr int count = 10'000;
  for (std::uint32_t number = 0; number < count; ++number) {
    auto row = card_of(simulate_person(number, 56, 2), {}, day, 2);
    BOOST_TEST_REQUIRE((row.full_dose <= day && row.first_dose <= day && row.recovered <= day));
    BOOST_TEST_REQUIRE((row.full_dose == 0 || row.first_dose < row.full_dose));
    auto long_enough = [day](day_number dose) { return dose != 0 && dose + 14 <= day; };
    full += long_enough(row.full_dose) ? 1 : 0;
    red += !long_enough(row.full_dose) && !long_enough(row.first_dose) && row.recovered == 0 &&
               row.pcr_negative_min == 0
             ? 1
             : 0;
  }
  BOOST_TEST(std::abs(full - 6'200) < 250);
  BOOST_TEST(std::abs(red - 1'050) < 150);
}

BOOST_AUTO_TEST_CASE(every_wrong_code_is_refused_for_its_own_reason) {
  random_source random{11, 0};
  std::map<code, int> seen;
  for (int i = 0; i < 5'000; ++i) {
    auto wrong = simulate_wrong_code(random);
    auto got = parse_personal_code(wrong.text).problem;
    BOOST_TEST_REQUIRE((got == wrong.reason), wrong.text << " is " << static_cast<int>(got));
    ++seen[got];
  }
  for (auto reason : {code::code_payment, code::code_other_system, code::code_no_stable_key,
                      code::code_broken, code::code_unknown_form})
    BOOST_TEST(seen[reason] > 300, static_cast<int>(reason));
}
