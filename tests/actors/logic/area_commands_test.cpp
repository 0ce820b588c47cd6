// SPDX-License-Identifier: Apache-2.0
// Proves: a command for a unit below goes into the directive log once, with its end; what is
//         refused here goes nowhere; its answer replaces `forwarded` when it comes up and goes on;
//         the parent's directives go on down, those for this node are done once and answered up,
//         late ones are not done; a subscription is told of the wards that join it.
// Method: commands, answers and directives by hand, one a round.
#define BOOST_TEST_MODULE area_commands
#include "tests/support/area_world.hpp"

#include <boost/test/unit_test.hpp>

using namespace wardflow;
using namespace wardflow::test;

namespace {

const unit_code ward = ward_unit(1);

struct world : area_world {
  world() : area_world(city, settings()) {
    hello(1, hello_of(ward));
    hello(2, hello_of(district));
  }
  static area_fold::options settings() {
    area_fold::options o;
    o.epoch = 1;
    o.has_parent = true;
    return o;
  }
  /// The directive log's last entry, as a child would read it.
  log_entry_view last_down(lane l) {
    for (auto at = rows.rbegin(); at != rows.rend(); ++at)
      if (at->first.first == state_table::down && offset_log::is_chunk_key(l, at->first.second)) {
        chunk = frame_body::copy_of(at->second);
        link_batch b;
        BOOST_REQUIRE((read_link_batch(chunk.view(), b) == code::ok));
        return b.entries.back();
      }
    return {};
  }
  std::size_t down_entries() { return log_of(rows, state_table::down, lane::control).size(); }

  frame_body chunk;
};

command suspend(unit_code of) {
  command c;
  c.id[15] = 7;
  c.body = venue_order{make_venue_id(of.number(), 5), true, "1/QD"};
  return c;
}

command levels() {
  command c;
  level_update l;
  l.group = make_group_id(ward.number(), 1);
  l.level = 3;
  l.effective_from = today;
  c.body = std::vector<level_update>{l};
  return c;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_command_for_a_unit_below_is_forwarded_once_and_answered_by_what_comes_up) {
  world w;
  auto c = suspend(ward);
  c.ttl = hour_ms;
  auto a = w.say(c);
  BOOST_TEST((a.code == code::forwarded));
  BOOST_TEST((a.id == c.id));
  auto e = w.last_down(lane::control);
  BOOST_TEST((e.unit == ward));
  BOOST_TEST((e.kind == entry_kind::command));
  BOOST_TEST(e.by == "operator 568");
  BOOST_TEST(e.expires == w.stamp + hour_ms);
  command read;
  BOOST_TEST((read_command(e.body, read) == code::ok));
  BOOST_TEST((read.id == c.id));
  BOOST_TEST((w.say(c).code == code::forwarded)); // again: nothing more is sent
  w.restart();
  BOOST_TEST((w.say(c).code == code::forwarded));
  BOOST_TEST(w.down_entries() == 1u);
  answer done;
  done.id = c.id;
  done.code = code::done;
  w.hello(1, w.hello_of(ward));
  w.batch(1, ward, lane::control, 1, entry{entry_kind::answer, ward, encode_answer(done)});
  BOOST_TEST((w.say(c).code == code::done));
  BOOST_TEST((w.up_answer().id == c.id)); // those above may have asked
  w.restart();
  BOOST_TEST((w.say(c).code == code::done));
}

BOOST_AUTO_TEST_CASE(an_order_to_one_unit_ends_after_a_week_unless_it_says_otherwise) {
  world w;
  auto c = suspend(ward);
  BOOST_TEST((w.say(c).code == code::forwarded));
  BOOST_TEST(w.last_down(lane::control).expires == w.stamp + 7 * day_ms);
  c.id[0] = 1;
  c.ttl = 14 * day_ms;
  BOOST_TEST((w.say(c).code == code::forwarded));
  BOOST_TEST(w.last_down(lane::control).expires == w.stamp + 14 * day_ms);
  c = levels();
  c.unit = ward; // facts, but for one
  BOOST_TEST((w.say(c).code == code::forwarded));
  BOOST_TEST(w.last_down(lane::control).expires == w.stamp + 7 * day_ms);
}

BOOST_AUTO_TEST_CASE(facts_go_to_all_and_cards_by_the_bulk_lane) {
  world w;
  BOOST_TEST((w.say(levels()).code == code::forwarded));
  BOOST_TEST(w.last_down(lane::control).unit.empty());
  BOOST_TEST(w.last_down(lane::control).expires == 0);
  command c;
  c.body = std::vector<card_update>{{card_id{4}, {}, code::ok, {}}};
  BOOST_TEST((w.say(c).code == code::forwarded));
  BOOST_TEST((w.last_down(lane::bulk).kind == entry_kind::command));
  BOOST_TEST(w.down_entries() == 1u);
}

BOOST_AUTO_TEST_CASE(facts_for_an_area_are_for_all_wards_below_it) {
  world w;
  auto to_all = [&] {
    auto e = w.last_down(lane::control);
    command read;
    BOOST_TEST(e.unit.empty());
    BOOST_TEST((read_command(e.body, read) == code::ok));
    BOOST_TEST(read.unit.empty()); // a ward refuses what is for another unit
    return e;
  };
  auto c = levels();
  c.unit = city;
  auto a = w.say(c);
  BOOST_TEST((a.code == code::forwarded));
  BOOST_TEST(a.detail == "");
  to_all();
  c.id[3] = 9;
  w.from_parent(city, c, {.expires = w.stamp + 5000});
  BOOST_TEST((w.up_answer().code == code::forwarded));
  BOOST_TEST((w.up_answer().id == c.id));
  BOOST_TEST(to_all().by == "officer 56");
  BOOST_TEST(to_all().expires == w.stamp + 5000);
  BOOST_TEST(w.down_entries() == 2u);
  c.id[3] = 10;
  w.from_parent(city, c, {.expires = w.stamp - 1});
  BOOST_TEST((w.up_answer().code == code::command_expired));
  BOOST_TEST(w.down_entries() == 2u);
}

BOOST_AUTO_TEST_CASE(what_is_refused_here_goes_nowhere) {
  world w;
  BOOST_TEST((w.say(suspend(ward_unit(9))).code == code::unit_not_below));
  command c;
  c.body = std::vector<venue_record>{{}};
  BOOST_TEST((w.say(c).code == code::unit_needed));
  c = levels();
  c.body = std::vector<level_update>{{}};
  BOOST_TEST((w.say(c).code == code::level_malformed));
  c = {};
  c.body = rulebook_text{"nonsense"};
  BOOST_TEST((w.say(c).code == code::rulebook_malformed));
  c.body = card_order{card_id{3}, {}, code::ok, true, {}};
  BOOST_TEST((w.say(c).code == code::document_needed));
  c.body = card_order{card_id{}, {}, code::card_malformed, true, "3/QD"};
  BOOST_TEST((w.say(c).code == code::card_malformed));
  c = {};
  c.unit = city; // it has no register of its own
  c.body = std::vector<group_record>{{}};
  BOOST_TEST((w.say(c).code == code::unit_needed));
  c = suspend(ward);
  c.id[14] = 1;
  c.dry_run = true;
  BOOST_TEST((w.say(c).code == code::dry_run_ok));
  c.dry_run = false;
  BOOST_TEST(w.down_entries() == 0u);
  BOOST_TEST((w.say(c).code == code::forwarded)); // a dry run is not its answer
}

BOOST_AUTO_TEST_CASE(a_ward_that_a_child_area_brought_is_below_and_so_is_one_known_by_an_alert) {
  world w;
  alert a;
  a.unit = ward_unit(8);
  a.kind = alert_kind::card_cloned;
  a.subject = "x";
  a.revision = 1;
  a.first = a.last = noon;
  BOOST_TEST((w.say(suspend(ward_unit(8))).code == code::unit_not_below));
  w.batch(2, district, lane::control, 1, entry_of(a));
  auto* joined = w.order(feed_order::deed::joined);
  BOOST_REQUIRE(joined != nullptr);
  BOOST_TEST((joined->below == district));
  BOOST_TEST((joined->units == std::vector<unit_code>{ward_unit(8)}));
  auto c = suspend(ward_unit(8));
  c.id[0] = 8;
  BOOST_TEST((w.say(c).code == code::forwarded));
  w.restart();
  c.id[0] = 9;
  BOOST_TEST((w.say(c).code == code::forwarded));
  subscribe s;
  s.unit = district;
  w.frame(50, city, frame_kind::subscribe, encode_subscribe(s), role::supervisor);
  BOOST_TEST(
    (w.order(feed_order::deed::open)->units == std::vector<unit_code>{district, ward_unit(8)}));
  a.revision = 2;
  w.batch(1, ward, lane::control, 1); // nothing in it
  BOOST_TEST(w.order(feed_order::deed::joined) == nullptr);
}

BOOST_AUTO_TEST_CASE(the_parents_directives_go_on_down_as_they_came) {
  world w;
  w.from_parent({}, levels());
  BOOST_TEST(w.last.said_again); // a parent that was not known
  BOOST_TEST(w.down_entries() == 1u);
  BOOST_TEST(w.last_down(lane::control).by == "officer 56");
  w.from_parent(ward, suspend(ward), {.expires = w.stamp + 5});
  BOOST_TEST(w.last_down(lane::control).expires == w.stamp + 5);
  BOOST_TEST((w.last_down(lane::control).unit == ward));
  BOOST_TEST(w.last.down_next[0] == 3u);
  BOOST_TEST(w.last.down_answered[0]);
  BOOST_TEST((w.last.parent_known == w.parent));
  w.restart();
  BOOST_TEST(w.fold->parent.next()[0] == 3u);
  w.said = 1;
  w.from_parent(ward, suspend(ward)); // it had not heard that we have it
  BOOST_TEST(w.down_entries() == 2u);
}

BOOST_AUTO_TEST_CASE(a_command_for_this_node_is_done_once_and_answered_up) {
  world w;
  auto h = w.hello_of(ward, 5);
  h.id[7] = 1;
  w.stamp += hour_ms;
  w.hello(3, h); // fenced: an alert of our own
  auto fenced = [&] { return w.fold->alerts.find(alert_kind::node_fenced, ward.text()); };
  BOOST_REQUIRE(fenced() != nullptr);
  command c;
  c.id[0] = 40;
  c.body = alert_order{alert_name(*fenced()), true, {}};
  w.from_parent(city, c, {.expires = w.stamp - 1});
  BOOST_TEST((w.up_answer().code == code::command_expired));
  BOOST_TEST((fenced()->state == alert_state::open));
  c.id[0] = 41;
  w.from_parent(city, c, {.expires = w.stamp + 1});
  BOOST_TEST((w.up_answer().code == code::done));
  BOOST_TEST((w.up_answer().id == c.id));
  BOOST_TEST((fenced()->state == alert_state::acknowledged));
  BOOST_TEST(fenced()->by == "officer 56");
  w.restart();
  w.from_parent(city, c); // the same once more: the first answer again
  BOOST_TEST((w.up_answer().code == code::done));
  BOOST_TEST(w.down_entries() == 0u);
  c.id[0] = 42;
  BOOST_TEST((w.say(c).code == code::already_so)); // by an operator here
}

BOOST_AUTO_TEST_CASE(another_parent_is_told_all_that_is_held) {
  world w;
  w.from_parent({}, levels());
  hour_rollup r;
  r.unit = ward;
  r.hour = today * 24u;
  r.revision = 4;
  alert a;
  a.unit = ward;
  a.kind = alert_kind::card_cloned;
  a.revision = 2;
  a.first = a.last = noon;
  w.batch(1, ward, lane::bulk, 1, entry_of(r));
  w.batch(1, ward, lane::control, 1, entry_of(a));
  auto bulk = log_of(w.rows, state_table::up, lane::bulk).size();
  auto control = log_of(w.rows, state_table::up, lane::control).size();
  w.parent = {{9}, 5};
  w.said = 0;
  w.from_parent({}, levels());
  BOOST_TEST(w.last.said_again);
  BOOST_TEST(log_of(w.rows, state_table::up, lane::bulk).size() == bulk + 2); // contacts too
  BOOST_TEST(log_of(w.rows, state_table::up, lane::control).size() == control + 1);
  BOOST_TEST(w.fold->parent.next()[0] == 2u);
  w.options.epoch = 2; // and once more in our own new epoch
  w.restart();
  w.empty();
  BOOST_TEST(w.last.said_again);
  BOOST_TEST(log_of(w.rows, state_table::up, lane::bulk).size() == bulk + 4);
  w.empty();
  BOOST_TEST(!w.last.said_again);
}
