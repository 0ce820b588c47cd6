// SPDX-License-Identifier: Apache-2.0
// Proves: a command goes down with the role, name and unit of who said it; a node on the way hands
//         on what may go on, as it came, and refuses the rest: told up, counted, and in no log for
//         those below. Each hop notes what it did: said, handed on, answered from below, and what
//         children and supervisors were refused.
// Method: commands, directives and frames of children by hand, one a round.
#define BOOST_TEST_MODULE area_audit
#include "tests/support/area_world.hpp"

#include <boost/test/unit_test.hpp>

using namespace wardflow;
using namespace wardflow::test;

namespace {

const unit_code ward = ward_unit(1);

struct world : area_world {
  world() : area_world(city, settings()) { hello(1, hello_of(ward)); }
  static area_fold::options settings() {
    area_fold::options o;
    o.epoch = 1;
    o.has_parent = true;
    return o;
  }
  std::vector<log_entry> down() {
    std::vector<log_entry> all;
    for (auto& [key, value] : rows) {
      if (key.first != state_table::down || !offset_log::is_chunk_key(lane::control, key.second))
        continue;
      auto copy = frame_body::copy_of(value);
      link_batch b;
      BOOST_REQUIRE((read_link_batch(copy.view(), b) == code::ok));
      for (auto& e : b.entries)
        all.push_back({e.offset, e.at, e.kind, e.unit, std::string{e.by}, e.expires,
                       frame_body::copy_of(e.body), e.role});
    }
    return all;
  }
  std::size_t answers_up() {
    std::size_t n = 0;
    for (auto& [kind, body] : log_of(rows, state_table::up, lane::control))
      n += kind == entry_kind::answer;
    return n;
  }
  void directive(const command& c, unit_code to, role as, const char* by = "lan 56") {
    from_parent(to, c, {by, as});
  }
  const audit_entry& note() {
    BOOST_TEST_REQUIRE(last.audit.size() == 1u);
    return last.audit[0];
  }
};

command suspend(std::uint8_t id, unit_code of = ward) {
  command c;
  c.id[0] = id;
  c.body = venue_order{make_venue_id(of.number(), 5), true, "1/QD"};
  return c;
}

command levels(std::uint8_t id) {
  command c;
  level_update l;
  l.group = make_group_id(ward.number(), 1);
  l.level = 3;
  l.effective_from = today;
  c.id[0] = id;
  c.body = std::vector<level_update>{l};
  return c;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_command_goes_down_with_who_said_it) {
  world w;
  BOOST_TEST((w.say(suspend(1), "Lan").code == code::forwarded));
  auto& n = w.note();
  BOOST_TEST((n.outcome == code::forwarded));
  BOOST_TEST((n.way == audit_way::socket));
  BOOST_TEST((n.to == ward));
  BOOST_TEST(n.by == "Lan");
  w.said_as = role::health;
  BOOST_TEST((w.say(levels(2), "Trạm y tế").code == code::forwarded));
  auto down = w.down();
  BOOST_TEST_REQUIRE(down.size() == 2u);
  BOOST_TEST(down[0].by == "Lan 568");
  BOOST_TEST((down[0].role == role::operator_));
  BOOST_TEST(down[1].by == "Trạm y tế 568");
  BOOST_TEST((down[1].role == role::health));
  w.say(suspend(1), "Lan"); // again: nothing is done, nothing is noted
  BOOST_TEST(w.last.audit.empty());
  auto dry = suspend(3);
  dry.dry_run = true;
  w.say(dry);
  BOOST_TEST(w.last.audit.empty());
  w.say(suspend(4, ward_unit(9)));
  BOOST_TEST((w.note().outcome == code::unit_not_below));
}

BOOST_AUTO_TEST_CASE(a_node_on_the_way_hands_on_what_may_go_on_as_it_came) {
  world w;
  w.directive(suspend(1), ward, role::operator_);
  BOOST_TEST((w.note().outcome == code::forwarded));
  BOOST_TEST((w.note().way == audit_way::above));
  BOOST_TEST((w.note().to == ward));
  BOOST_TEST((w.note().unit == province));
  w.directive(levels(2), {}, role::health);
  w.directive(levels(3), {}, role::none); // of a release before
  auto down = w.down();
  BOOST_TEST_REQUIRE(down.size() == 3u);
  BOOST_TEST(down[0].by == "lan 56");
  BOOST_TEST((down[0].role == role::operator_));
  BOOST_TEST((down[1].role == role::health));
  BOOST_TEST((down[2].role == role::none));
  BOOST_TEST(w.answers_up() == 0u);
}

BOOST_AUTO_TEST_CASE(what_may_not_go_on_is_refused_on_the_way_and_told_up) {
  world w;
  std::uint8_t id = 0;
  std::uint64_t refused = 0;
  auto refuses = [&](const command& c, unit_code to, role said, const char* by, code why) {
    w.directive(c, to, said, by);
    ++refused;
    BOOST_TEST((w.up_answer().id == c.id));
    BOOST_TEST((w.up_answer().code == why));
    BOOST_TEST((w.note().outcome == why));
    BOOST_TEST(w.answers_up() == refused);
  };
  refuses(suspend(++id), ward, role::supervisor, "lan 56", code::key_wrong_role);
  refuses(suspend(++id), ward, role::health, "lan 56", code::key_wrong_role);
  refuses(suspend(++id), ward, role::none, "lan 56", code::key_wrong_role);
  refuses(levels(++id), {}, role::supervisor, "lan 56", code::key_wrong_role);
  refuses(suspend(++id), city, role::node, "lan 56", code::key_wrong_role); // for us
  refuses(suspend(++id), ward, role::operator_, "lan 568", code::key_other_unit);
  refuses(suspend(++id), ward, role::operator_, "lan 570", code::key_other_unit);
  refuses(levels(++id), {}, role::operator_, "lan 22366", code::key_other_unit);
  refuses(levels(++id), {}, role::operator_, "", code::key_other_unit);
  BOOST_TEST(w.down().empty());
  BOOST_TEST(w.fold->directives_refused == refused);
  w.restart();
  w.directive(suspend(1), ward, role::operator_); // said anew by one who may: it goes on
  BOOST_TEST(w.down().size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_snapshot_goes_on_as_entries_of_the_log_if_it_may) {
  world w;
  auto hear = [&](const command& c, unit_code to, role said, const char* by) {
    w.from_parent({log_name::down, lane::control, 0, 0, {}, 1}, to, c, {by, said});
    return w.note().outcome;
  };
  BOOST_TEST((hear(suspend(0), ward, role::none, "lan 56") == code::key_wrong_role));
  BOOST_TEST((hear(suspend(0), ward, role::health, "snapshot 56") == code::key_wrong_role));
  BOOST_TEST((hear(levels(0), {}, role::health, "snapshot") == code::key_other_unit));
  BOOST_TEST(w.down().empty());
  BOOST_TEST(w.fold->directives_refused == 3u);
  BOOST_TEST((hear(suspend(0), ward, role::operator_, "lan 56") == code::forwarded));
  BOOST_TEST((hear(levels(0), {}, role::health, "snapshot 56") == code::forwarded));
  auto down = w.down();
  BOOST_TEST_REQUIRE(down.size() == 2u);
  BOOST_TEST((down[0].offset == 1u && down[1].offset == 2u));
  BOOST_TEST((down[0].role == role::operator_ && down[1].role == role::health));
  BOOST_TEST(down[1].by == "snapshot 56");
  BOOST_TEST(w.answers_up() == 0u); // what has no id nobody waits for
}

BOOST_AUTO_TEST_CASE(a_command_of_a_newer_release_goes_on_unread) {
  world w;
  auto c = suspend(1);
  auto body = encode_command(c);
  auto words = std::vector<std::uint64_t>(body.size() / 8);
  std::memcpy(words.data(), body.view().data(), body.size());
  words[2] |= std::uint64_t{0xFFFF} << 16; // another thing to do
  link_batch b{log_name::down, lane::control, 1, 1, {}};
  log_entry_view e;
  e.offset = 1;
  e.kind = entry_kind::command;
  e.by = "lan 56";
  e.role = role::operator_;
  e.body = std::as_bytes(std::span{words});
  b.entries.push_back(e);
  command unread;
  BOOST_REQUIRE((read_command(e.body, unread) == code::command_unknown));
  w.last.clear();
  w.last.parent.who = {{9}, 4};
  w.last.parent.directives.push_back({frame_kind::link_batch, encode_link_batch(b)});
  w.run(w.last);
  BOOST_TEST(w.down().size() == 1u);
  BOOST_TEST(w.answers_up() == 0u);
}

BOOST_AUTO_TEST_CASE(an_answer_that_comes_up_is_noted_with_its_command) {
  world w;
  auto c = suspend(1);
  w.say(c);
  answer done;
  done.id = c.id;
  done.code = code::done;
  w.batch(1, ward, lane::control, 1, entry{entry_kind::answer, ward, encode_answer(done)});
  BOOST_TEST((w.note().deed == audit_deed::answer));
  BOOST_TEST((w.note().id == c.id));
  BOOST_TEST((w.note().outcome == code::done));
  BOOST_TEST((w.note().way == audit_way::below));
  BOOST_TEST((w.note().unit == ward));
}

BOOST_AUTO_TEST_CASE(what_children_and_supervisors_are_refused_is_noted) {
  world w;
  auto refused = [&](audit_deed what, code why, audit_way how) {
    return w.note().deed == what && w.note().outcome == why && w.note().way == how;
  };
  auto old = w.hello_of(ward, 5);
  old.id[7] = 1;
  w.hello(3, old);
  BOOST_TEST(refused(audit_deed::hello, code::link_fenced, audit_way::below));
  auto foreign = w.hello_of(ward_unit(8));
  w.frame(4, ward, frame_kind::link_hello, encode_link_hello(foreign));
  BOOST_TEST(refused(audit_deed::hello, code::key_other_unit, audit_way::below));
  BOOST_TEST((w.note().unit == ward));
  w.hello(5, w.hello_of(ward, 2));
  w.stamp += second_ms;
  w.hello(6, w.hello_of(ward, 1)); // the one that was replaced, and lives
  BOOST_TEST(refused(audit_deed::hello, code::link_twin, audit_way::below));
  alert other;
  other.unit = ward_unit(7);
  other.kind = alert_kind::card_cloned;
  other.revision = 1;
  other.first = other.last = noon;
  w.frame(5, ward, frame_kind::link_hello, encode_link_hello(w.hello_of(ward, 2)));
  w.batch(5, ward, lane::control, 1, entry_of(other));
  BOOST_TEST(refused(audit_deed::entry, code::key_other_unit, audit_way::below));
  subscribe s;
  s.unit = ward_unit(9);
  w.frame(50, city, frame_kind::subscribe, encode_subscribe(s), role::supervisor, "lan");
  BOOST_TEST(refused(audit_deed::subscribe, code::unit_not_below, audit_way::socket));
  BOOST_TEST(w.note().by == "lan");
  query q;
  q.what = query_kind::alert_list;
  command c;
  c.unit = ward_unit(9);
  c.body = q;
  w.said_as = role::supervisor;
  BOOST_TEST((w.say(c).code == code::unit_not_below));
  BOOST_TEST(refused(audit_deed::query, code::unit_not_below, audit_way::socket));
}

BOOST_AUTO_TEST_CASE(a_reader_is_removed_by_its_owner_or_an_operator) {
  world w;
  subscribe s;
  s.name = "duty";
  w.frame(50, city, frame_kind::subscribe, encode_subscribe(s), role::supervisor, "lan");
  w.frame(50, city, frame_kind::link_bye, encode_link_bye({}), role::supervisor, "lan");
  command c;
  c.body = subscription_remove{"duty"};
  w.said_as = role::supervisor;
  BOOST_TEST((w.say(c, "minh").code == code::subscription_owned));
  BOOST_TEST((w.note().outcome == code::subscription_owned));
  c.unit = city;
  w.directive(
    [&] {
      auto above = c;
      above.id[0] = 77;
      return above;
    }(),
    city, role::supervisor, "lan 56"); // of the same name, elsewhere
  BOOST_TEST((w.up_answer().code == code::subscription_owned));
  BOOST_TEST((w.say(c, "lan").code == code::done));
}

BOOST_AUTO_TEST_CASE(a_question_about_the_audit_log_is_left_to_the_auditor) {
  world w;
  command c;
  query q;
  q.what = query_kind::audit_list;
  c.body = q;
  w.last.clear();
  w.last.commands.push_back({peer_id{3}, "lan", c});
  w.run(w.last);
  BOOST_TEST(w.last.replies.empty());
  BOOST_TEST_REQUIRE(w.last.audit_asked.size() == 1u);
  BOOST_TEST((w.last.audit_asked[0].peer == peer_id{3}));
}
