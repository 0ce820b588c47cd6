// SPDX-License-Identifier: Apache-2.0
// Proves: an area answers of a unit below with what that unit and its wards brought, and of no
//         other; days that are gone or not there yet are refused, not zero; a ward's questions are
//         sent where they belong; its own alerts take a note, its own doubtful clock is accepted.
// Method: a few entries of two children by hand, and every question.
#define BOOST_TEST_MODULE area_queries
#include "tests/actors/logic/rulebook_texts.hpp"
#include "tests/support/area_world.hpp"

#include <boost/test/unit_test.hpp>

using namespace wardflow;
using namespace wardflow::test;

namespace {

const unit_code own_ward = ward_unit(1);  // a child itself
const unit_code far_ward = ward_unit(8);  // of the child `district`
const unit_code far_ward2 = ward_unit(9); // too

area_fold::options settings() {
  area_fold::options o;
  o.epoch = 1;
  return o;
}

hour_rollup hour_of(unit_code unit, std::uint64_t in) {
  hour_rollup r;
  r.unit = unit;
  r.hour = today * 24u + 7;
  r.revision = 1;
  r.counts.in = in;
  return r;
}

alert alarm_of(unit_code unit) {
  alert a;
  a.unit = unit;
  a.kind = alert_kind::device_sequence_gap;
  a.subject = "gate";
  a.revision = 1;
  a.first = a.last = noon;
  a.count = 1;
  return a;
}

struct world : area_world {
  world() : area_world(city, settings()) {
    hello(1, hello_of(own_ward));
    hello(2, hello_of(district));
    batch(1, own_ward, lane::bulk, 1, entry_of(hour_of(own_ward, 10)));
    batch(1, own_ward, lane::control, 1, entry_of(alarm_of(own_ward)));
    batch(2, district, lane::bulk, 1, entry_of(hour_of(far_ward, 200)),
          entry_of(hour_of(far_ward2, 3000)));
    batch(2, district, lane::control, 1, entry_of(alarm_of(far_ward)));
  }

  answer ask(query_kind what, unit_code of = {}, day_number day = 0) {
    command c;
    query q;
    q.what = what;
    q.day = day;
    c.unit = of;
    c.body = q;
    return say(c);
  }
  /// Persons that came in at 7, as the answer's row and its sum say.
  std::string came(unit_code of) {
    auto a = ask(query_kind::counts_by_hour, of);
    BOOST_TEST((a.code == code::done));
    BOOST_REQUIRE(a.rows.size() == 1u);
    BOOST_TEST(a.rows[0].at(0) == "7");
    BOOST_TEST(a.facts.at(1).second == a.rows[0].at(1));
    return a.rows[0].at(1);
  }
  std::string alarms(unit_code of) {
    std::string units;
    for (auto& row : ask(query_kind::alert_list, of).rows)
      units += row.at(1).substr(0, 5) + " ";
    return units;
  }
};

} // namespace

BOOST_AUTO_TEST_CASE(hours_and_alerts_of_a_unit_are_those_of_its_wards) {
  world w;
  BOOST_TEST(w.came({}) == "3210");
  BOOST_TEST(w.came(city) == "3210"); // that is this node
  BOOST_TEST(w.came(own_ward) == "10");
  BOOST_TEST(w.came(district) == "3200");
  BOOST_TEST(w.came(far_ward) == "200");
  BOOST_TEST(w.alarms({}) == "22301 22308 ");
  BOOST_TEST(w.alarms(district) == "22308 ");
  BOOST_TEST(w.alarms(far_ward2) == "");
  for (auto what : {query_kind::counts_by_hour, query_kind::alert_list}) {
    auto a = w.ask(what, ward_unit(77));
    BOOST_TEST((a.code == code::unit_not_below));
    BOOST_TEST(a.detail == "22377");
    BOOST_TEST(a.rows.empty());
  }
}

BOOST_AUTO_TEST_CASE(a_day_that_is_gone_or_not_there_yet_is_refused) {
  world w;
  for (auto what :
       {query_kind::counts_by_unit, query_kind::counts_by_hour, query_kind::counts_by_reason}) {
    auto of = [&](int from_today) {
      return w.ask(what, {}, static_cast<day_number>(today + from_today));
    };
    constexpr auto kept = static_cast<int>(area_book::days_kept);
    BOOST_TEST((of(-kept).code == code::done));
    BOOST_TEST((of(-kept - 1).code == code::range_past_retention));
    BOOST_TEST((of(1).code == code::done)); // clocks differ around midnight
    BOOST_TEST((of(2).code == code::query_malformed));
    BOOST_TEST(of(2).detail == "2021-10-22");
  }
  BOOST_TEST((w.ask(query_kind::node_list, {}, 5).code == code::done)); // its scans are none
}

BOOST_AUTO_TEST_CASE(what_is_a_wards_is_sent_there_and_what_nobody_knows_is_malformed) {
  world w;
  for (auto what : {query_kind::counts_by_venue, query_kind::venue_list, query_kind::venue_show,
                    query_kind::group_list, query_kind::device_list, query_kind::card_show,
                    query_kind::verify, query_kind::identities})
    BOOST_TEST((w.ask(what).code == code::query_elsewhere), static_cast<int>(what));
  for (auto what : {query_kind::status, query_kind::node_list, query_kind::counts_by_unit,
                    query_kind::subscription_list})
    BOOST_TEST((w.ask(what).code == code::done), static_cast<int>(what));
}

BOOST_AUTO_TEST_CASE(levels_and_rulebooks_are_those_that_it_said_to_all_its_wards) {
  world w;
  BOOST_TEST(w.ask(query_kind::rulebook_list).rows.empty());
  command book;
  book.body = rulebook_text{std::string{small_book}};
  BOOST_REQUIRE((w.say(book).code == code::forwarded));
  command levels;
  level_update l;
  l.group = make_group_id(own_ward.number(), 1);
  l.level = 3;
  l.effective_from = today;
  levels.body = std::vector<level_update>{l};
  BOOST_REQUIRE((w.say(levels).code == code::forwarded));
  levels.unit = own_ward; // to one ward alone: that one's
  std::get<std::vector<level_update>>(levels.body).front().level = 4;
  BOOST_REQUIRE((w.say(levels).code == code::forwarded));
  w.restart();
  auto books = w.ask(query_kind::rulebook_list).rows;
  BOOST_TEST_REQUIRE(books.size() == 1u);
  BOOST_TEST(books[0][0] == "7");
  auto held = w.ask(query_kind::level_list).rows;
  BOOST_TEST_REQUIRE(held.size() == 1u);
  BOOST_TEST(held[0][2] == "3");
  BOOST_TEST(w.ask(query_kind::level_list, {}, today - 1).rows.empty());
}

BOOST_AUTO_TEST_CASE(an_alert_of_its_own_takes_a_note_once) {
  world w;
  w.batch(1, own_ward, lane::bulk, 2, entry_of(hour_of(far_ward, 1))); // speaks for another
  auto* fenced = w.fold->alerts.find(alert_kind::node_fenced, own_ward.text());
  BOOST_REQUIRE(fenced != nullptr);
  auto order = [&](bool acknowledge, const std::string& note, bool dry_run = false) {
    command c;
    c.dry_run = dry_run;
    c.body = alert_order{alert_name(*fenced), acknowledge, note};
    return w.say(c);
  };
  BOOST_TEST((order(true, "Lan đang xem", true).code == code::dry_run_ok));
  BOOST_TEST((fenced->state == alert_state::open));
  auto done = order(true, "Lan đang xem");
  BOOST_TEST((done.code == code::done));
  BOOST_TEST(done.detail == "568/node.fenced/22301");
  BOOST_TEST(fenced->by == "operator: Lan đang xem");
  BOOST_TEST((order(true, {}).code == code::already_so));
  BOOST_TEST((order(false, {}).code == code::done));
  BOOST_TEST(fenced->by == "operator");
  BOOST_TEST((order(false, {}).code == code::already_so));
  command other;
  other.body = alert_order{"568/node.fenced/22399", true, {}};
  BOOST_TEST((w.say(other).code == code::not_found));
}

BOOST_AUTO_TEST_CASE(a_doubtful_clock_of_its_own_is_accepted_here) {
  world w;
  auto accept = [&](bool unsure, unit_code of = {}, bool dry_run = false) {
    command c;
    auto id = ++w.commands;
    std::memcpy(c.id.data(), &id, sizeof id);
    c.unit = of;
    c.dry_run = dry_run;
    c.body = clock_accept{};
    w.last.clear();
    w.last.clock_unsure = unsure;
    w.last.commands.push_back({peer_id{900}, "operator", c});
    w.run(w.last);
    answer a;
    BOOST_REQUIRE(w.last.replies.size() == 1u);
    BOOST_REQUIRE((read_answer(w.last.replies[0].body.view(), a) == code::ok));
    return a.code;
  };
  BOOST_TEST((accept(false) == code::clock_fine));
  BOOST_TEST(!w.last.clock_accepted);
  BOOST_TEST((accept(true, {}, true) == code::dry_run_ok));
  BOOST_TEST(!w.last.clock_accepted);
  BOOST_TEST((accept(true) == code::done));
  BOOST_TEST(w.last.clock_accepted);
  BOOST_TEST((accept(true, own_ward) == code::forwarded)); // that is the ward's own clock
  BOOST_TEST(!w.last.clock_accepted);
}
