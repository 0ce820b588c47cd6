// SPDX-License-Identifier: Apache-2.0
// Proves: one rule says which role may give which command, at a node's own socket and from above;
//         from above only a unit above has a say; what does not say its role is a health officer's;
//         name and unit survive their way through `by`.
// Method: every role on every command, against the protocol page's table; codes of units by hand.
#define BOOST_TEST_MODULE may_command
#include "actors/logic/may_command.hpp"

#include "messages/limits.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <set>
#include <string>
#include <utility>
#include <vector>

using namespace wardflow;

namespace {

unit_code unit(const char* digits) {
  return *unit_code::parse(digits);
}

/// Letters of the roles that may: o, s, h.
std::vector<std::pair<command_body, std::string>> all_commands() {
  query audit;
  audit.what = query_kind::audit_list;
  return {{query{}, "osh"},
          {audit, "os"},
          {std::vector<level_update>(1), "oh"},
          {std::vector<card_update>(1), "oh"},
          {card_order{}, "oh"},
          {rulebook_text{}, "o"},
          {venue_order{}, "o"},
          {std::vector<venue_record>(1), "o"},
          {std::vector<group_record>(1), "o"},
          {device_add{}, "o"},
          {device_revoke{}, "o"},
          {clock_accept{}, "o"},
          {alert_order{}, "o"},
          {node_forget{}, "o"},
          {unit_replace{}, "o"},
          {subscription_remove{}, "osh"},
          {contact_order{}, "oh"},
          {contact_list{}, ""}}; // a node's word
}

bool is_among(role r, const std::string& letters) {
  auto letter = r == role::operator_    ? 'o'
                : r == role::supervisor ? 's'
                : r == role::health     ? 'h'
                                        : '-';
  return letters.find(letter) != std::string::npos;
}

command of(command_body body) {
  command c;
  c.body = std::move(body);
  return c;
}

} // namespace

BOOST_AUTO_TEST_CASE(every_role_may_give_what_the_page_says_and_nothing_else) {
  std::set<std::size_t> kinds;
  for (auto& [body, letters] : all_commands()) {
    kinds.insert(body.index());
    for (unsigned n = 0; n != 256; ++n) { // numbers of newer releases among them
      auto r = static_cast<role>(n);
      BOOST_TEST(may_command(r, of(body)) == is_among(r, letters));
      auto as = r == role::none ? role::health : r;
      auto from_a_node = std::holds_alternative<contact_list>(body);
      auto expected = is_among(as, from_a_node ? "oh" : letters) ? code::ok : code::key_wrong_role;
      BOOST_TEST((may_come_down({"lan", unit("568"), r}, unit("22366"), of(body)) == expected));
    }
  }
  BOOST_TEST(kinds.size() == std::variant_size_v<command_body>); // none is missing here
}

BOOST_AUTO_TEST_CASE(only_a_unit_above_has_a_say_from_above) {
  auto come = [](const char* speaker, const char* here) {
    unit_code who;
    if (*speaker != '\0')
      who = unit(speaker);
    return may_come_down({"lan", who, role::operator_}, unit(here), of(clock_accept{}));
  };
  for (auto [speaker, here] :
       {std::pair{"568", "22366"}, {"56", "22366"}, {"56", "568"}, {"00", "56"}, {"00", "568"}})
    BOOST_TEST((come(speaker, here) == code::ok));
  for (auto [speaker, here] : {std::pair{"22366", "22366"},
                               {"22351", "22366"},
                               {"22351", "568"},
                               {"568", "568"},
                               {"570", "568"},
                               {"568", "56"},
                               {"56", "56"},
                               {"22366", "56"},
                               {"", "22366"},
                               {"", "56"}})
    BOOST_TEST((come(speaker, here) == code::key_other_unit), speaker << " to " << here);
}

BOOST_AUTO_TEST_CASE(who_spoke_survives_its_way_as_text) {
  for (std::string name : {"lan", "Sở Y tế", "", " two  blanks ", "22366"}) {
    auto by = to_by({name, unit("568"), role::health});
    auto back = from_by(by, role::health);
    BOOST_TEST(back.name == name);
    BOOST_TEST((back.unit == unit("568")));
    BOOST_TEST((back.role == role::health));
  }
  std::string longest;
  while (longest.size() + 3 <= limits::text_bytes_max)
    longest += "ộ";
  auto by = to_by({longest, unit("22366"), role::operator_});
  BOOST_TEST(by.size() <= limits::text_bytes_max);
  BOOST_TEST((from_by(by, role::operator_).unit == unit("22366")));
  for (auto* odd : {"", "lan", "lan ", "lan 5", "lan 2236", "lan 22366x"})
    BOOST_TEST(from_by(odd, role::operator_).unit.empty());
}
