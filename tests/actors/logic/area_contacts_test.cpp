// SPDX-License-Identifier: Apache-2.0
// Proves: an area keeps its own contacts, those of units above and those of all units below, over
//         starts, and lists them in this order. Its own go down to all wards, all of them each
//         time, and up to its parent; another parent hears them again; a repeat, a dry run, bad
//         input and what nobody may say change nothing and go nowhere. An order to one ward goes to
//         that ward alone. Those of a unit that is forgotten are gone.
// Method: an area's fold; commands, directives and entries of children by hand, one a round.
#define BOOST_TEST_MODULE area_contacts
#include "actors/logic/may_command.hpp"
#include "tests/support/area_world.hpp"

#include <boost/test/unit_test.hpp>

using namespace wardflow;
using namespace wardflow::test;

namespace {

using contacts = std::vector<contact>;
const unit_code ward = ward_unit(66);

command set(std::string name, std::string phone = "0258 3822 120", std::string note = {}) {
  command c;
  c.body = contact_order{{std::move(name), std::move(phone), std::move(note)}, false};
  return c;
}

command gone(std::string name) {
  command c;
  c.body = contact_order{{std::move(name), {}, {}}, true};
  return c;
}

entry told_by(unit_code unit, std::uint64_t revision, contacts all) {
  return {entry_kind::contacts, unit,
          encode_register_row({unit, revision, std::move(all), std::string{}})};
}

area_fold::options settings() {
  area_fold::options o;
  o.epoch = 3;
  o.has_parent = true;
  return o;
}

struct world : area_world {
  world() : area_world(city, settings()) {
    hello(1, hello_of(ward));
    hello(2, hello_of(district));
  }
  using area_world::from_parent;
  scan_round& from_parent(unit_code to, command_body body, role as = role::operator_) {
    command c;
    c.id[14] = static_cast<std::uint8_t>(said + 1);
    c.id[15] = 9;
    c.body = std::move(body);
    return from_parent(to, c, {.as = as});
  }
  [[nodiscard]] std::vector<command> down_all(std::string* units = nullptr) {
    std::vector<command> all;
    for (auto& [key, value] : rows) {
      if (key.first != state_table::down || !offset_log::is_chunk_key(lane::control, key.second))
        continue;
      auto copy = frame_body::copy_of(value);
      link_batch b;
      BOOST_REQUIRE((read_link_batch(copy.view(), b) == code::ok));
      for (auto& e : b.entries) {
        BOOST_REQUIRE((read_command(e.body, all.emplace_back()) == code::ok));
        if (units != nullptr)
          *units += std::string{e.unit.text()} + "<" + std::string{e.by} + ";";
      }
    }
    return all;
  }
  /// Of contacts alone, in order.
  [[nodiscard]] std::vector<register_row> up_all() const {
    std::vector<register_row> all;
    for (auto& [kind, body] : log_of(rows, state_table::up, lane::bulk))
      if (kind == entry_kind::contacts)
        BOOST_REQUIRE((read_register_row(body.view(), all.emplace_back()) == code::ok));
    return all;
  }
  std::string listed(unit_code of = {}) {
    command c;
    query q;
    q.what = query_kind::contact_list;
    c.body = q;
    c.unit = of;
    std::string out;
    for (auto& row : say(c).rows)
      out += row[0] + " " + row[1] + "=" + row[2] + ";";
    return out;
  }
};

} // namespace

BOOST_AUTO_TEST_CASE(its_own_are_kept_and_go_down_to_all_each_time_whole) {
  world w;
  auto c = set("Trực ban");
  c.id[0] = 77;
  auto a = w.say(c);
  BOOST_TEST((a.code == code::done));
  BOOST_TEST(a.detail == "Trực ban");
  BOOST_TEST((w.say(set("Cấp cứu", "115", "cả đêm")).code == code::done));
  std::string to;
  auto down = w.down_all(&to);
  BOOST_TEST(to == "<operator 568;<operator 568;"); // to all
  BOOST_TEST(
    (down[0].body == command_body{contact_list{city, {{"Trực ban", "0258 3822 120", ""}}}}));
  BOOST_TEST((down[0].id == c.id));
  BOOST_TEST(
    (down[1].body == command_body{contact_list{
                       city, {{"Cấp cứu", "115", "cả đêm"}, {"Trực ban", "0258 3822 120", ""}}}}));
  BOOST_TEST((w.say(c).code == code::done)); // a repeat: the same answer, and nothing more
  BOOST_TEST((w.say(set("Cấp cứu", "115", "cả đêm")).code == code::already_so));
  BOOST_TEST(w.down_all().size() == 2u);
  w.restart();
  BOOST_TEST(w.listed() == "568 Cấp cứu=115;568 Trực ban=0258 3822 120;");
  BOOST_TEST((w.say(gone("Trực ban")).code == code::done));
  BOOST_TEST((w.say(gone("Trực ban")).code == code::not_found));
  BOOST_TEST((w.say(gone("Cấp cứu")).code == code::done));
  BOOST_TEST((w.down_all().back().body == command_body{contact_list{city, {}}}));
  w.restart();
  BOOST_TEST(w.listed().empty());
}

BOOST_AUTO_TEST_CASE(what_is_refused_or_dry_goes_nowhere) {
  world w;
  w.from_parent(ward, clock_accept{}); // the parent is known
  auto up = w.up_all().size();
  auto down = w.down_all().size();
  BOOST_TEST((w.say(set("A", "no")).code == code::contact_malformed));
  BOOST_TEST((w.say(set("", "113")).code == code::contact_malformed));
  auto c = set("A");
  c.dry_run = true;
  BOOST_TEST((w.say(c).code == code::dry_run_ok));
  c.unit = city;
  BOOST_TEST((w.say(c).code == code::dry_run_ok));
  c = set("A", "no");
  c.unit = ward;
  BOOST_TEST((w.say(c).code == code::contact_malformed)); // before it is on its way
  c = set("A");
  c.unit = ward_unit(9);
  BOOST_TEST((w.say(c).code == code::unit_not_below));
  BOOST_TEST(w.listed().empty());
  BOOST_TEST(w.up_all().size() == up);
  BOOST_TEST(w.down_all().size() == down);
}

BOOST_AUTO_TEST_CASE(an_order_to_a_ward_goes_to_it_alone) {
  world w;
  auto c = set("Trực ban");
  c.unit = ward;
  BOOST_TEST((w.say(c).code == code::forwarded));
  std::string to;
  BOOST_TEST((w.down_all(&to)[0].body == c.body));
  BOOST_TEST(to == "22366<operator 568;");
  BOOST_TEST(w.listed().empty());
}

BOOST_AUTO_TEST_CASE(those_below_are_kept_newest_first_and_go_on_up) {
  world w;
  w.from_parent(ward, clock_accept{});
  auto up = w.up_all().size();
  w.batch(1, ward, lane::bulk, 1, told_by(ward, 5, {{"A", "113", ""}, {"B", "114", ""}}));
  w.batch(2, district, lane::bulk, 1, told_by(district, 9, {{"C", "115", ""}}),
          told_by(ward_unit(8), 2, {{"D", "116", ""}}));
  auto all = "569 C=115;22308 D=116;22366 A=113;22366 B=114;";
  BOOST_TEST(w.listed() == all);
  w.batch(1, ward, lane::bulk, 2, told_by(ward, 4, {{"older", "113", ""}}));
  w.batch(1, ward, lane::bulk, 3, told_by(ward, 5, {{"again", "113", ""}}));
  BOOST_TEST(w.listed() == all);
  BOOST_TEST(w.up_all().size() == up + 3);
  BOOST_TEST((w.up_all().back().unit == ward_unit(8)));
  w.restart();
  BOOST_TEST(w.listed() == all);
  BOOST_TEST(w.listed(ward) == "22366 A=113;22366 B=114;");
  BOOST_TEST(w.listed(district) == "569 C=115;");
  BOOST_TEST(w.listed(ward_unit(9)).empty());
  w.hello(1, w.hello_of(ward, 1, 4));
  w.batch(1, ward, lane::bulk, 4, told_by(ward, 6, {}));
  BOOST_TEST(w.listed() == "569 C=115;22308 D=116;");
  w.batch(1, ward, lane::bulk, 5, told_by(ward, 5, {{"older", "113", ""}}));
  BOOST_TEST(w.listed() == "569 C=115;22308 D=116;");
  w.batch(1, ward, lane::bulk, 6, told_by(district, 10, {{"false", "115", ""}}));
  BOOST_TEST(w.is_open(alert_kind::node_fenced, ward.text())); // it speaks for itself alone
  BOOST_TEST(w.listed(district) == "569 C=115;");
}

BOOST_AUTO_TEST_CASE(its_own_go_up_and_another_parent_hears_all_again) {
  world w;
  BOOST_TEST((w.say(set("A", "113")).code == code::done));
  w.batch(1, ward, lane::bulk, 1, told_by(ward, 5, {{"B", "114", ""}}));
  BOOST_TEST(w.up_all().size() == 1u); // nobody above: its own wait until somebody is
  w.from_parent(ward, clock_accept{});
  w.empty();
  auto rows = w.up_all();
  BOOST_TEST_REQUIRE(rows.size() == 3u);
  BOOST_TEST(
    (rows[1] == register_row{city, row_revision(3, w.number - 1), contacts{{"A", "113", ""}}, ""}));
  BOOST_TEST((rows[2].unit == ward));
  BOOST_TEST((w.say(set("A", "115")).code == code::done));
  BOOST_TEST_REQUIRE(w.up_all().size() == 4u);
  BOOST_TEST((w.up_all()[3].what == decltype(register_row::what){contacts{{"A", "115", ""}}}));
  BOOST_TEST(w.up_all()[3].revision > rows[1].revision);
  w.parent.epoch = 5;
  w.said = 0;
  w.from_parent(ward, clock_accept{});
  w.empty();
  BOOST_TEST(w.up_all().size() == 6u);
}

BOOST_AUTO_TEST_CASE(two_changes_of_one_round_go_up_as_one_list) {
  world w;
  w.from_parent(ward, clock_accept{});
  auto before = w.up_all().size();
  w.last.clear();
  for (auto name : {"A", "B"}) {
    auto c = set(name);
    c.id[3] = static_cast<std::uint8_t>(name[0]);
    w.last.commands.push_back({peer_id{900}, "operator", std::move(c)});
    w.last.commands.back().unit = city;
    w.last.commands.back().role = role::operator_;
  }
  w.run(w.last);
  BOOST_TEST_REQUIRE(w.up_all().size() == before + 1); // of one revision there is one
  BOOST_TEST(std::get<contacts>(w.up_all().back().what).size() == 2u);
}

BOOST_AUTO_TEST_CASE(an_area_speaks_for_itself_and_those_whose_codes_lie_below_it) {
  world w;
  const auto other_city = *unit_code::parse("570");
  w.batch(2, district, lane::bulk, 1, told_by(other_city, 1, {{"false", "113", ""}}));
  BOOST_TEST(w.is_open(alert_kind::node_fenced, district.text()));
  BOOST_TEST(w.listed().empty());
}

BOOST_AUTO_TEST_CASE(those_above_are_kept_and_go_on_down) {
  world w;
  contacts some{{"Sở Y tế", "0258 3822 999", ""}};
  w.from_parent({}, contact_list{province, some});
  BOOST_TEST(w.listed() == "56 Sở Y tế=0258 3822 999;");
  BOOST_TEST((w.say(set("A", "113")).code == code::done));
  w.restart();
  BOOST_TEST(w.listed() == "56 Sở Y tế=0258 3822 999;568 A=113;");
  std::string to;
  auto down = w.down_all(&to);
  BOOST_TEST(to == "<officer 56;<operator 568;");
  BOOST_TEST((down[0].body == command_body{contact_list{province, some}}));
  w.from_parent({}, contact_list{province, {}}, role::health);
  BOOST_TEST(w.listed() == "568 A=113;");
}

BOOST_AUTO_TEST_CASE(what_may_not_come_down_is_refused_and_changes_nothing) {
  world w;
  contacts some{{"A", "113", ""}};
  w.from_parent({}, contact_list{province, some}, role::supervisor);
  w.from_parent({}, contact_list{city, some}); // our own are said here
  w.from_parent({}, contact_list{ward, some});
  BOOST_TEST(w.fold->directives_refused == 3u);
  BOOST_TEST(w.listed().empty());
  BOOST_TEST(w.down_all().empty());
}

BOOST_AUTO_TEST_CASE(an_order_from_above_to_this_area_is_of_it_and_answered_up) {
  world w;
  w.from_parent(city, contact_order{{"Trực ban", "113", ""}, false}, role::health);
  BOOST_TEST(w.listed() == "568 Trực ban=113;");
  std::string to;
  auto down = w.down_all(&to);
  BOOST_TEST(to == "<officer 56;");
  BOOST_TEST((down[0].body == command_body{contact_list{city, {{"Trực ban", "113", ""}}}}));
  answer a;
  for (auto& [kind, body] : log_of(w.rows, state_table::up, lane::control))
    if (kind == entry_kind::answer)
      BOOST_REQUIRE((read_answer(body.view(), a) == code::ok));
  BOOST_TEST((a.code == code::done));
}

BOOST_AUTO_TEST_CASE(those_of_a_unit_that_is_forgotten_are_gone) {
  world w;
  alert a;
  a.unit = ward_unit(8);
  a.kind = alert_kind::card_cloned;
  a.revision = 1;
  a.first = a.last = noon;
  w.batch(2, district, lane::control, 1, entry_of(a));
  w.batch(2, district, lane::bulk, 1, told_by(district, 9, {{"C", "115", ""}}),
          told_by(ward_unit(8), 2, {{"D", "116", ""}}));
  w.batch(1, ward, lane::bulk, 1, told_by(ward, 5, {{"A", "113", ""}}));
  command c;
  c.body = node_forget{district, "9/QD"};
  BOOST_TEST((w.say(c).code == code::done));
  BOOST_TEST(w.listed() == "22366 A=113;");
  w.restart();
  BOOST_TEST(w.listed() == "22366 A=113;");
}

BOOST_AUTO_TEST_CASE(a_list_of_many_units_is_asked_page_by_page) {
  world w;
  for (std::uint32_t i = 1; i <= 3; ++i)
    BOOST_REQUIRE(w.say(set("A" + std::to_string(i), "113")).code == code::done);
  w.batch(1, ward, lane::bulk, 1, told_by(ward, 5, {{"B1", "113", ""}, {"B2", "114", ""}}));
  query q;
  q.what = query_kind::contact_list;
  q.limit = 2;
  std::string names;
  for (auto after : {std::uint64_t{0}, std::uint64_t{unit_number(city)} << 8 | 2,
                     std::uint64_t{unit_number(ward)} << 8 | 1}) {
    q.after = after;
    command c;
    c.body = q;
    auto a = w.say(c);
    for (auto& row : a.rows)
      names += row[1] + " ";
    names += a.more ? "+ " : ".";
  }
  BOOST_TEST(names == "A1 A2 + A3 B1 + B2 .");
}
