// SPDX-License-Identifier: Apache-2.0
// Proves: ids survive their text form, and what is no id is nothing.
// Method: random ids there and back; each way of being wrong.
#define BOOST_TEST_MODULE ids
#include "messages/ids.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <random>
#include <string>

using namespace wardflow;

namespace {

constexpr std::uint32_t seed = 568;

} // namespace

BOOST_AUTO_TEST_CASE(unit_codes_keep_their_leading_zeros_and_their_length) {
  for (auto* text : {"56", "01", "568", "001", "22366", "00001"}) {
    auto code = unit_code::parse(text);
    BOOST_REQUIRE(code.has_value());
    BOOST_TEST(code->text() == text);
    BOOST_TEST(code->number() == static_cast<unsigned>(std::stoi(text)));
    BOOST_TEST(code->is_ward() == (code->text().size() == 5));
  }
  for (auto* text : {"", "5", "2236", "223660", "2236a", " 568", "-56", "+5", "5.8"})
    BOOST_TEST(!unit_code::parse(text).has_value());
  BOOST_TEST(unit_code{}.number() == 0u);
  BOOST_TEST(unit_code{}.text().empty());
  BOOST_TEST((unit_code::parse("01") != unit_code::parse("001")));
}

BOOST_AUTO_TEST_CASE(units_survive_their_number_and_no_other_number_is_one) {
  for (auto digits : {2u, 3u, 5u})
    for (std::uint32_t value = 0; value < 100'100; ++value) {
      auto text = std::to_string(value);
      text.insert(0, digits - std::min<std::size_t>(digits, text.size()), '0');
      auto expected = text.size() == digits ? unit_code::parse(text) : std::nullopt;
      auto number = digits << 24 | value;
      if (unit_of_number(number) != expected || (expected && unit_number(*expected) != number))
        BOOST_FAIL(text << " of " << digits << " digits");
    }
  BOOST_TEST((unit_of_number(0) == unit_code{}));
  for (auto digits : {0u, 1u, 4u, 6u, 7u, 13u, 255u}) // 13: five, but for a bit
    BOOST_TEST(!unit_of_number(digits << 24 | 56).has_value());
}

BOOST_AUTO_TEST_CASE(venue_ids_survive_their_text) {
  BOOST_TEST(to_text(make_venue_id(22366, 17)) == "22366-00017");
  BOOST_TEST((parse_venue_id("22366-00017") == make_venue_id(22366, 17)));
  BOOST_TEST((parse_venue_id("22366-17") == make_venue_id(22366, 17)));
  BOOST_TEST((parse_venue_id("223660000017") == make_venue_id(22366, 17)));
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937 random{seed};
  for (auto round = 0; round < 10'000; ++round) {
    auto ward = 1 + static_cast<std::uint32_t>(random() % 99'999);
    auto serial = 1 + static_cast<std::uint32_t>(random() % 9'999'999);
    auto id = make_venue_id(ward, serial);
    BOOST_REQUIRE((ward_of(id) == ward && serial_of(id) == serial));
    BOOST_REQUIRE((parse_venue_id(to_text(id)) == id));
    BOOST_REQUIRE((parse_venue_id(std::to_string(static_cast<std::uint64_t>(id))) == id));
  }
}

BOOST_AUTO_TEST_CASE(what_is_no_venue_is_nothing) {
  for (auto* text : {"", "-", "22366-", "-17", "22366-0", "0-17", "22366-12345678", "123456-1",
                     "22366--17", "22366-17 ", " 22366-17", "22366-17-1", "2x366-17", "22366-+1",
                     "0", "17", "223660000000", "2236600000170"})
    BOOST_TEST(!parse_venue_id(text).has_value(), text);
}

BOOST_AUTO_TEST_CASE(an_id_past_every_ward_does_not_look_like_another_wards) {
  auto ward = 22'366 + (std::uint64_t{1} << 32);
  BOOST_TEST(to_text(venue_id{ward * venues_per_ward + 17}) == "4294989662-00017");
  BOOST_TEST(to_text(venue_id{~std::uint64_t{0}}) == "1844674407370-9551615");
}

BOOST_AUTO_TEST_CASE(group_ids_survive_their_text) {
  BOOST_TEST(to_text(make_group_id(22366, 7)) == "22366.07");
  BOOST_TEST(to_text(make_group_id(1, 123)) == "00001.123");
  for (std::uint32_t number = 1; number < 1000; ++number) {
    auto id = make_group_id(22366, number);
    BOOST_REQUIRE((parse_group_id(to_text(id)) == id));
    BOOST_REQUIRE(ward_of(id) == 22366u);
  }
  BOOST_TEST((parse_group_id("22366.7") == make_group_id(22366, 7)));
  for (auto* text : {"", ".", "22366", "22366.", ".7", "22366.0", "0.7", "22366.1000", "123456.7",
                     "22366.-7", "22366.7.1", "22366-07"})
    BOOST_TEST(!parse_group_id(text).has_value(), text);
}
