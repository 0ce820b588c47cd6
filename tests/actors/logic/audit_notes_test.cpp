// SPDX-License-Identifier: Apache-2.0
// Proves: a note says what a command was about, for whom and by which document, in a few bytes of
//         sound text; a card is named by 16 bits of its pseudonym, a person by nothing; each deed
//         has a name and words of its own.
// Method: a command of each kind, with data that must not come out.
#define BOOST_TEST_MODULE audit_notes
#include "actors/logic/audit_notes.hpp"

#include "messages/audit_words.hpp"

#include <boost/test/unit_test.hpp>

#include <set>
#include <utility>
#include <variant>
#include <vector>

using namespace wardflow;

namespace {

const auto ward = *unit_code::parse("22366");
constexpr auto card = card_id{0x0123'4567'89ab'cdef};

audit_entry described(command_body body) {
  command c;
  c.id[3] = 7;
  c.unit = ward;
  c.body = std::move(body);
  auto e = describe(c);
  BOOST_TEST((e.id == c.id));
  BOOST_TEST((e.to == ward));
  BOOST_TEST(e.subject.size() <= subject_bytes_max);
  BOOST_TEST(e.document.size() <= subject_bytes_max);
  return e;
}

} // namespace

BOOST_AUTO_TEST_CASE(each_command_is_a_deed_with_what_it_is_about) {
  auto venue = make_venue_id(22366, 17);
  auto group = make_group_id(22366, 7);
  level_update level;
  level.group = group;
  level.document = "15/TB";
  venue_record place;
  place.facts.id = venue;
  place.name = "Chợ Đầm";
  struct row {
    command_body body;
    std::string_view deed, subject, document;
  };
  const row rows[] = {
    {query{}, "query", "query=1", ""},
    {std::vector{level}, "level.import", "22366.07", "15/TB"},
    {std::vector{level, level}, "level.import", "rows=2", "15/TB"},
    {std::vector<level_update>{}, "level.import", "rows=0", ""},
    {std::vector<card_update>(3), "card.import", "rows=3", ""},
    {rulebook_text{"# first\nname = \"version = 9\"\nversion = 20211116\n"}, "rulebook.load",
     "version=20211116", ""},
    {rulebook_text{"version = new"}, "rulebook.load", "version=", ""},
    {rulebook_text{""}, "rulebook.load", "version=", ""},
    {venue_order{venue, true, "12/QĐ"}, "venue.suspend", "22366-00017", "12/QĐ"},
    {venue_order{venue, false, "13/QĐ"}, "venue.reopen", "22366-00017", "13/QĐ"},
    {card_order{card, "", code::ok, true, "14/QĐ"}, "card.revoke", "card=0123…", "14/QĐ"},
    {card_order{card, "", code::ok, false, "15/QĐ"}, "card.give_back", "card=0123…", "15/QĐ"},
    {card_order{}, "card.revoke", "", ""},
    {std::vector{place}, "venue.import", "22366-00017", ""},
    {std::vector{venue_record{}}, "venue.import", "rows=1", ""},
    {std::vector{place, place}, "venue.import", "rows=2", ""},
    {std::vector{group_record{group, "Tổ 7"}}, "group.import", "22366.07", ""},
    {std::vector<group_record>(9), "group.import", "rows=9", ""},
    {device_add{"Cửa chính", {}, false, venue}, "device.add", "Cửa chính", ""},
    {device_revoke{device_id{3}, "16/QĐ"}, "device.revoke", "device=3", "16/QĐ"},
    {clock_accept{}, "clock.accept", "", ""},
    {alert_order{"22366/risk.raised/22366.07", true, "a note"}, "alert.ack",
     "22366/risk.raised/22366.07", ""},
    {alert_order{"22366/card.cloned/0123456789", false, "a note"}, "alert.resolve",
     "22366/card.cloned/0123…", ""},
    {alert_order{"22366/card.cloned/*", true, ""}, "alert.ack", "22366/card.cloned/*", ""},
    {subscription_remove{"trực ban"}, "subscription.remove", "trực ban", ""},
    {node_forget{*unit_code::parse("22369"), "17/QĐ"}, "node.forget", "22369", "17/QĐ"},
    {unit_replace{*unit_code::parse("22369")}, "unit.replace", "22369", ""},
    {contact_order{{"Trực ban", "0258 3822 120", "đêm"}, false}, "contact.set", "Trực ban", ""},
    {contact_order{{"Trực ban", "", ""}, true}, "contact.remove", "Trực ban", ""},
    {contact_list{*unit_code::parse("568"), {{"Trực ban", "113", ""}}}, "contact.list", "568", ""},
  };
  std::set<std::size_t> kinds;
  for (auto& r : rows) {
    auto e = described(r.body);
    kinds.insert(r.body.index());
    BOOST_TEST(name_of(e.deed) == r.deed);
    BOOST_TEST(e.subject == r.subject);
    BOOST_TEST(e.document == r.document);
  }
  BOOST_TEST(kinds.size() == std::variant_size_v<command_body>); // none is missing here
}

BOOST_AUTO_TEST_CASE(long_texts_are_cut_between_characters) {
  std::string name;
  while (name.size() < 300)
    name += "ộ"; // three bytes
  auto e = described(device_add{name, {}, false, {}});
  BOOST_TEST(e.subject.size() == subject_bytes_max);
  BOOST_TEST(cut_text(name, 10).size() == 9u);
  BOOST_TEST(cut_text("abc", 3) == "abc");
  BOOST_TEST(cut_text("ộ", 2).empty());
  auto n =
    note_of(audit_deed::hello, name, {name, ward, role::node}, audit_way::below, code::link_twin);
  BOOST_TEST(n.subject.size() == subject_bytes_max);
  BOOST_TEST(n.by.size() == subject_bytes_max);
}

BOOST_AUTO_TEST_CASE(a_note_says_who_how_and_what_came_of_it) {
  command c;
  c.body = clock_accept{};
  auto e = note_of(c, {"lan", ward, role::operator_}, audit_way::above, code::done);
  BOOST_TEST(e.by == "lan");
  BOOST_TEST((e.unit == ward));
  BOOST_TEST((e.role == role::operator_));
  BOOST_TEST((e.way == audit_way::above));
  BOOST_TEST((e.outcome == code::done));
  BOOST_TEST(e.times == 1u);
}

BOOST_AUTO_TEST_CASE(each_deed_way_and_role_has_words_in_both_languages) {
  for (auto tongue : {language::vi, language::en}) {
    std::set<std::string_view> labels, names;
    for (unsigned n = 0; n != static_cast<unsigned>(audit_deed::count_); ++n) {
      auto name = name_of(static_cast<audit_deed>(n));
      names.insert(name);
      labels.insert(deed_label(name, tongue));
    }
    BOOST_TEST(names.size() == static_cast<std::size_t>(audit_deed::count_));
    BOOST_TEST(labels.size() == names.size());
    for (auto way : {audit_way::socket, audit_way::above, audit_way::below})
      BOOST_TEST(way_label(name_of(way), tongue) != name_of(way));
    BOOST_TEST(role_label("none", tongue) != "none");
    BOOST_TEST(deed_label("moon.landing", tongue) == "moon.landing"); // of a newer node
  }
  BOOST_TEST(name_of(audit_deed{200}).empty());
  BOOST_TEST(name_of(role{200}).empty());
}
