// SPDX-License-Identifier: Apache-2.0
// Proves: a ward's contacts are part of its fold: a start, a replay and a verification find them
//         again. Those of a unit above come down whole, once however often they are said, only for
//         who may set one there, and only of a unit above. What changes goes up, all in one row; a
//         first parent hears it too; a new machine has the ward's own again, and takes those from
//         above once more.
// Method: commands and directives by hand, one a round; the up-log is read as a parent reads it.
#define BOOST_TEST_MODULE ward_contacts
#include "actors/logic/ward_rebuild.hpp"
#include "tests/support/command_samples.hpp"
#include "tests/support/parent_says.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

using namespace wardflow;
using namespace wardflow::test;

namespace {

const auto own = *unit_code::parse("22366");
const auto city = *unit_code::parse("568");
const auto province = *unit_code::parse("56");

contact_order set(std::string name, std::string phone = "0258 3822 120", std::string note = {}) {
  return {{std::move(name), std::move(phone), std::move(note)}, false};
}

struct world : fold_world {
  world() { fold->state.parent.begin(1, fold->state.up); }
  code restart() override {
    auto done = fold_world::restart();
    auto cursor = rows.find({state_table::links, std::string{parent_cursor::key}});
    if (cursor != rows.end())
      BOOST_REQUIRE(fold->state.parent.load(cursor->second));
    fold->state.parent.begin(1, fold->state.up);
    return done;
  }
  /// A directive of the parent in a round of its own; what came of it, as the audit log has it.
  code directive(command_body body, unit_code to = {}, role said = role::operator_,
                 const std::string& by = "lan 568") {
    command c;
    c.id[0] = static_cast<std::uint8_t>(++ids_);
    c.id[15] = 3;
    c.body = std::move(body);
    return directive(c, to, said, by);
  }
  code directive(const command& c, unit_code to, role said, const std::string& by) {
    ++said_;
    last.clear();
    last.parent.who = {{9}, 4};
    last.parent.directives.push_back(
      {frame_kind::link_batch, parent_says({log_name::down, lane::control, said_, said_, {}}, to, c,
                                           {.by = by, .as = said})});
    run(last);
    return last.audit.empty() ? code::done_before : last.audit.back().outcome;
  }
  /// All that went up of contacts, in order.
  std::vector<register_row> told() {
    std::vector<register_row> all;
    for (auto& [key, value] : rows) {
      if (key.first != state_table::up || !offset_log::is_chunk_key(lane::bulk, key.second))
        continue;
      auto copy = frame_body::copy_of(value);
      link_batch b;
      BOOST_REQUIRE((read_link_batch(copy.view(), b) == code::ok));
      for (auto& e : b.entries)
        if (e.kind == entry_kind::contacts)
          BOOST_REQUIRE((read_register_row(e.body, all.emplace_back()) == code::ok));
    }
    return all;
  }
  /// `unit name=phone;` of a list.
  std::string listed(unit_code of = {}, std::uint32_t limit = 0) {
    query q;
    q.what = query_kind::contact_list;
    q.limit = limit;
    std::string out;
    for (auto& row : say(q, false, of).rows)
      out += row[0] + " " + row[1] + "=" + row[2] + ";";
    return out;
  }
  const std::vector<contact>& of(unit_code unit) { return fold->state.contacts.of(unit); }

  scan_round last;

private:
  std::uint64_t said_ = 0;
  unsigned ids_ = 0;
};

using contacts = std::vector<contact>;

} // namespace

BOOST_AUTO_TEST_CASE(contacts_are_part_of_the_fold) {
  world w;
  auto empty = w.state();
  BOOST_TEST((w.say(set("Trực ban")).code == code::done));
  BOOST_TEST((w.state() != empty));
  BOOST_TEST((w.say(set("Công an", "113", "đêm")).code == code::done));
  BOOST_TEST((w.say(set("Công an", "113", "đêm")).code == code::already_so));
  auto bad = w.say(set("Công an", "số"));
  BOOST_TEST((bad.code == code::contact_malformed));
  BOOST_TEST(bad.detail == "Công an");
  BOOST_TEST((w.directive(contact_list{city, {{"A", "1022", ""}}}) == code::done));
  auto before = w.state();
  BOOST_REQUIRE(w.restart() == code::ok);
  BOOST_TEST((w.state() == before));
  BOOST_TEST(w.listed() == "568 A=1022;22366 Công an=113;22366 Trực ban=0258 3822 120;");
  BOOST_TEST((w.say(contact_order{{"Công an", "", ""}, true}).code == code::done));
  BOOST_TEST((w.say(contact_order{{"Công an", "", ""}, true}).code == code::not_found));
  BOOST_TEST((w.directive(contact_list{city, {}}) == code::done));
  hash128_value again{};
  std::string detail;
  BOOST_TEST((w.verify(again, detail) == code::ok), detail);
  BOOST_TEST((again == w.state()));
  BOOST_REQUIRE(w.restart() == code::ok); // what was removed stays so
  BOOST_TEST((again == w.state()));
  BOOST_TEST(w.listed() == "22366 Trực ban=0258 3822 120;");
}

BOOST_AUTO_TEST_CASE(a_whole_state_written_anew_has_them) {
  world w;
  BOOST_REQUIRE(w.say(set("Trực ban")).code == code::done);
  BOOST_REQUIRE(w.directive(contact_list{province, {{"A", "1022", ""}}}) == code::done);
  ward_state again{own};
  w.fold->state.each_row([&](const saved_row& row) {
    if (row.table == state_table::ward)
      BOOST_TEST(again.load(row.table, row.key, row.value), row.key);
  });
  BOOST_TEST((again.contacts.all() == w.fold->state.contacts.all()));
}

BOOST_AUTO_TEST_CASE(those_above_come_down_whole_and_a_repeat_changes_nothing) {
  world w;
  contacts first{{"A", "113", ""}, {"B", "114", ""}}, second{{"B", "115", ""}};
  command c;
  c.id[0] = 200;
  c.body = contact_list{city, first};
  BOOST_TEST((w.directive(c, {}, role::operator_, "lan 568") == code::done));
  BOOST_TEST((w.of(city) == first));
  BOOST_TEST(
    (w.directive(contact_list{province, second}, {}, role::health, "minh 56") == code::done));
  BOOST_TEST((w.directive(contact_list{city, second}) == code::done));
  BOOST_TEST((w.of(city) == second));
  auto state = w.state();
  auto records = w.records.size();
  BOOST_TEST((w.directive(c, {}, role::operator_, "lan 568") == code::done_before)); // an old one
  BOOST_TEST((w.state() == state));
  BOOST_TEST(w.records.size() == records);
  BOOST_TEST((w.directive(contact_list{city, second}) == code::already_so));
  BOOST_TEST((w.state() == state));
  BOOST_TEST((w.of(province) == second));
}

BOOST_AUTO_TEST_CASE(only_of_a_unit_above_and_for_who_may) {
  world w;
  contacts some{{"A", "113", ""}};
  for (auto said : {role::supervisor, role::door, role::gateway, role::node})
    BOOST_TEST((w.directive(contact_list{city, some}, {}, said) == code::key_wrong_role));
  for (auto* unit : {"22366", "22351"})
    BOOST_TEST((w.directive(contact_list{*unit_code::parse(unit), some}) == code::key_other_unit));
  BOOST_TEST((w.directive(contact_list{city, some}, {}, role::operator_, "lan 22351") ==
              code::key_other_unit));
  BOOST_TEST((w.directive(contact_list{city, {{"A", "no", ""}}}) == code::contact_malformed));
  BOOST_TEST(w.fold->state.contacts.all().empty());
}

BOOST_AUTO_TEST_CASE(an_order_from_above_is_of_this_ward_and_answered_up) {
  world w;
  BOOST_TEST((w.directive(set("Trực ban"), own) == code::done));
  BOOST_TEST((w.directive(set("Y tế", "115"), own, role::health) == code::done));
  BOOST_TEST((w.directive(set("B"), own, role::supervisor) == code::key_wrong_role));
  BOOST_TEST(w.listed() == "22366 Trực ban=0258 3822 120;22366 Y tế=115;");
}

BOOST_AUTO_TEST_CASE(what_changes_goes_up_with_its_round_all_in_one_row) {
  world w;
  BOOST_REQUIRE(w.say(set("A", "113")).code == code::done);
  BOOST_TEST(w.told().empty()); // nobody is there to hear it
  BOOST_REQUIRE(w.directive(std::vector<level_update>{level(w, 1, 2)}) == code::done);
  BOOST_TEST_REQUIRE(w.told().size() == 1u); // a first parent hears all
  BOOST_TEST(
    (w.told()[0] == register_row{own, row_revision(1, w.number), contacts{{"A", "113", ""}}, ""}));
  BOOST_REQUIRE(w.say(set("B", "114")).code == code::done);
  BOOST_TEST_REQUIRE(w.told().size() == 2u);
  BOOST_TEST(
    (std::get<contacts>(w.told()[1].what) == contacts{{"A", "113", ""}, {"B", "114", ""}}));
  BOOST_REQUIRE(w.say(set("B", "114")).code == code::already_so);
  BOOST_REQUIRE(w.directive(contact_list{city, {{"C", "115", ""}}}) == code::done); // not ours
  BOOST_TEST(w.told().size() == 2u);
  BOOST_REQUIRE(w.say(contact_order{{"A", "", ""}, true}).code == code::done);
  BOOST_REQUIRE(w.say(contact_order{{"B", "", ""}, true}).code == code::done);
  BOOST_TEST_REQUIRE(w.told().size() == 4u);
  BOOST_TEST(std::get<contacts>(w.told()[3].what).empty());
}

BOOST_AUTO_TEST_CASE(a_new_machine_has_its_own_again_and_takes_those_above) {
  world w;
  BOOST_REQUIRE(w.directive(contact_list{city, {{"C", "115", ""}}}) == code::done);
  BOOST_REQUIRE(w.say(set("A", "113", "đêm")).code == code::done);
  ward_rebuild built{own};
  for (auto& row : w.told()) {
    auto body = encode_register_row(row);
    log_entry_view e;
    e.kind = entry_kind::contacts;
    e.unit = own;
    e.body = body.view();
    BOOST_TEST((built.take(e) == code::ok), built.detail);
  }
  BOOST_TEST((built.state.contacts.of(own) == w.of(own)));
  BOOST_TEST(built.state.contacts.all().size() == 1u);
  // It had all directives before the fire: orders to it are over, what is published is not.
  built.finish(w.stamp, {{{9}, 4}, {2, 0}});
  world again;
  built.state.each_row([&](const saved_row& row) { again.rows[{row.table, row.key}] = row.value; });
  for (auto& row : built.beside)
    again.rows[{row.table, row.key}] = row.value;
  BOOST_REQUIRE(again.restart() == code::ok);
  BOOST_TEST((again.directive(contact_list{city, {{"C", "115", ""}}}) == code::done));
  BOOST_TEST((again.directive(set("B"), own) == code::done_before)); // passed over
  BOOST_TEST(again.listed() == "568 C=115;22366 A=113;");
}

BOOST_AUTO_TEST_CASE(a_list_is_asked_by_unit_and_page_by_page) {
  world w;
  for (auto* name : {"A", "B", "C"})
    BOOST_REQUIRE(w.say(set(name, "113")).code == code::done);
  BOOST_REQUIRE(w.directive(contact_list{city, {{"D", "114", ""}}}) == code::done);
  BOOST_REQUIRE(w.directive(contact_list{province, {{"E", "115", ""}}}) == code::done);
  BOOST_TEST(w.listed() == "56 E=115;568 D=114;22366 A=113;22366 B=113;22366 C=113;");
  BOOST_TEST(w.listed(city) == "568 D=114;");
  BOOST_TEST(w.listed(own) == "22366 A=113;22366 B=113;22366 C=113;");
  BOOST_TEST(w.listed(*unit_code::parse("22351")).empty());
  query q;
  q.what = query_kind::contact_list;
  q.limit = 1;
  std::string names;
  for (std::uint64_t place = 0, unit = 0; names.size() < 9;) {
    auto a = w.say(q);
    BOOST_TEST_REQUIRE(a.rows.size() == 1u);
    auto of = unit_number(*unit_code::parse(a.rows[0][0]));
    place = of == unit ? place + 1 : 1;
    unit = of;
    q.after = unit << contact_place_bits | place;
    names += a.rows[0][1];
    if (!a.more)
      break;
  }
  BOOST_TEST(names == "EDABC");
}
