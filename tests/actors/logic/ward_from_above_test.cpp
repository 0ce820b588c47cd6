// SPDX-License-Identifier: Apache-2.0
// Proves: a ward does what comes down only if who said it may say it, and is of a unit above; what
//         it refuses changes nothing, is in no journal, is answered up whomever it was for, is
//         counted and noted; a repeat is answered and not noted again, over restarts and replays;
//         what says no role is taken as a health officer's.
// Method: directives by hand, as UPLINK would bring them, with every role.
#define BOOST_TEST_MODULE ward_from_above
#include "actors/logic/may_command.hpp"
#include "tests/support/command_samples.hpp"
#include "tests/support/parent_says.hpp"

#include <boost/test/unit_test.hpp>

using namespace wardflow;
using namespace wardflow::test;

namespace {

const auto city = *unit_code::parse("568");

struct world : fold_world {
  world() {
    furnish(*this);
    fold->state.parent.begin(1, fold->state.up);
  }
  code restart() override {
    auto done = fold_world::restart();
    auto& s = fold->state;
    BOOST_REQUIRE(s.parent.load(rows.at({state_table::links, std::string{parent_cursor::key}})));
    s.parent.begin(1, s.up);
    return done;
  }
  /// A directive of the parent's log in a round of its own.
  void directive(command c, unit_code to, role said, const std::string& by = "lan 568",
                 time_ms expires = 0) {
    ++said_;
    hear({log_name::down, lane::control, said_, said_, {}}, c, to, said, by, expires);
  }
  /// The same in a snapshot.
  void piece(const command& c, unit_code to, role said, const std::string& by) {
    hear({log_name::down, lane::control, 0, 0, {}, 1}, c, to, said, by, 0);
  }
  void hear(link_batch b, const command& c, unit_code to, role said, const std::string& by,
            time_ms expires) {
    last.clear();
    last.parent.who = parent;
    last.parent.directives.push_back(
      {frame_kind::link_batch, parent_says(std::move(b), to, c, {by, said, expires})});
    run(last);
    for (auto& one : last.audit)
      notes.push_back(one);
  }
  command of(command_body body) {
    command c;
    c.id[0] = static_cast<std::uint8_t>(++ids_);
    c.id[15] = 3;
    c.body = std::move(body);
    return c;
  }
  /// The answers that went up, in their order.
  std::vector<answer> up() {
    std::vector<answer> all;
    for (auto& [key, value] : rows) {
      if (key.first != state_table::up || !offset_log::is_chunk_key(lane::control, key.second))
        continue;
      auto copy = frame_body::copy_of(value);
      link_batch b;
      BOOST_REQUIRE((read_link_batch(copy.view(), b) == code::ok));
      for (auto& e : b.entries)
        if (e.kind == entry_kind::answer)
          BOOST_REQUIRE((read_answer(e.body, all.emplace_back()) == code::ok));
    }
    return all;
  }
  bool suspended(std::uint32_t serial) { return fold->state.places.find(serial)->facts.suspended; }

  scan_round last;
  std::vector<audit_entry> notes;
  node_ref parent{{9}, 4};

private:
  std::uint64_t said_ = 0;
  unsigned ids_ = 0;
};

const auto ward = *unit_code::parse("22366");

} // namespace

BOOST_AUTO_TEST_CASE(what_an_operator_above_says_is_done_answered_up_and_noted) {
  world w;
  auto c = w.of(suspend(1));
  w.directive(c, ward, role::operator_);
  BOOST_TEST(w.suspended(1));
  BOOST_TEST_REQUIRE(w.up().size() == 1u);
  BOOST_TEST((w.up()[0].code == code::done));
  BOOST_TEST_REQUIRE(w.notes.size() == 1u);
  auto& n = w.notes[0];
  BOOST_TEST(n.by == "lan");
  BOOST_TEST((n.unit == city));
  BOOST_TEST((n.role == role::operator_));
  BOOST_TEST((n.way == audit_way::above));
  BOOST_TEST((n.deed == audit_deed::venue_suspend));
  BOOST_TEST((n.id == c.id));
  BOOST_TEST((n.outcome == code::done));
  BOOST_TEST(!n.document.empty());
}

BOOST_AUTO_TEST_CASE(what_the_role_may_not_say_is_refused_whomever_it_was_for) {
  world w;
  auto before = w.state();
  auto records = w.records.size();
  std::size_t refused = 0;
  for (auto said : {role::supervisor, role::health, role::node, role::door, role::gateway,
                    role::none, role{77}})
    for (auto to : {ward, unit_code{}}) {
      w.directive(w.of(suspend(1)), to, said);
      BOOST_TEST_REQUIRE(w.up().size() == ++refused);
      BOOST_TEST((w.up().back().code == code::key_wrong_role));
      BOOST_TEST(w.up().back().detail == "lan 568");
      BOOST_TEST((w.notes.back().outcome == code::key_wrong_role));
      BOOST_TEST((w.notes.back().role == said));
    }
  BOOST_TEST(!w.suspended(1));
  BOOST_TEST(w.records.size() == records);
  BOOST_TEST((w.state() == before));
  BOOST_TEST(w.fold->figures.directives_refused == refused);
  BOOST_TEST(w.notes.size() == refused);
  hash128_value again{};
  std::string detail;
  BOOST_TEST((w.verify(again, detail) == code::ok), detail);
  BOOST_TEST((again == w.state()));
}

BOOST_AUTO_TEST_CASE(who_is_of_no_unit_above_is_refused) {
  world w;
  for (auto* by : {"lan 22366", "lan 22351", "lan", "", "lan 9"}) {
    w.directive(w.of(suspend(1)), ward, role::operator_, by);
    BOOST_TEST((w.up().back().code == code::key_other_unit), by);
  }
  BOOST_TEST(!w.suspended(1));
  w.directive(w.of(suspend(1)), ward, role::operator_, "Sở Y tế 56");
  BOOST_TEST(w.suspended(1));
  BOOST_TEST(w.notes.back().by == "Sở Y tế");
}

BOOST_AUTO_TEST_CASE(what_says_no_role_is_a_health_officers) {
  world w;
  w.directive(w.of(std::vector<level_update>{level(w, 1, 3)}), {}, role::none);
  BOOST_TEST(w.fold->state.levels.at(make_group_id(w.ward, 1), local_day(w.stamp)).level == 3u);
  w.directive(w.of(revoke(5)), {}, role::none);
  BOOST_TEST(w.fold->state.cards.facts(card_id{5}).revoked);
  BOOST_TEST(w.up().empty()); // done, and said to all: nobody is answered
  BOOST_TEST((w.notes.back().role == role::none));
  w.directive(w.of(rulebook_text{later_book()}), {}, role::none);
  BOOST_TEST((w.up().back().code == code::key_wrong_role));
  BOOST_TEST((w.notes.back().outcome == code::key_wrong_role));
}

BOOST_AUTO_TEST_CASE(what_has_no_id_is_judged_alike_in_a_snapshot_or_not_and_nobody_is_answered) {
  world w;
  std::size_t refused = 0;
  auto hear = [&](bool in_piece, command_body body, unit_code to, role said, const char* by) {
    command c; // no id
    c.body = std::move(body);
    if (in_piece)
      w.piece(c, to, said, by);
    else
      w.directive(c, to, said, by);
    auto outcome = w.notes.back().outcome;
    refused += outcome == code::key_wrong_role || outcome == code::key_other_unit;
    BOOST_TEST(w.up().empty());
    BOOST_TEST((w.fold->state.answers.find(command_id{}) == nullptr));
    BOOST_TEST(w.fold->figures.directives_refused == refused);
    return outcome;
  };
  for (auto in_piece : {true, false}) {
    auto book = rulebook_text{later_book()};
    BOOST_TEST((hear(in_piece, book, {}, role::none, "lan 568") == code::key_wrong_role));
    BOOST_TEST((hear(in_piece, book, {}, role::health, "snapshot 568") == code::key_wrong_role));
    BOOST_TEST((hear(in_piece, suspend(1), ward, role::none, "lan 568") == code::key_wrong_role));
    BOOST_TEST((hear(in_piece, suspend(1), ward, role::operator_, "lan") == code::key_other_unit));
    BOOST_TEST((hear(in_piece, device(3), ward, role::none, "a 568") == code::key_wrong_role));
    BOOST_TEST(!w.suspended(1));
    auto levels = std::vector<level_update>{level(w, in_piece ? 1 : 2, 3)};
    BOOST_TEST((hear(in_piece, levels, {}, role::health, "snapshot 568") == code::done));
  }
  BOOST_TEST((hear(true, suspend(1), ward, role::operator_, "lan 568") == code::done));
  BOOST_TEST(w.suspended(1));
  BOOST_TEST((hear(true, rulebook_text{later_book()}, {}, role::operator_, "x 56") == code::done));
}

BOOST_AUTO_TEST_CASE(late_or_for_another_ward_is_noted_too_and_its_role_is_looked_at_first) {
  world w;
  w.directive(w.of(suspend(1)), ward, role::operator_, "lan 568", w.stamp - 1);
  BOOST_TEST((w.notes.back().outcome == code::command_expired));
  auto c = w.of(suspend(1));
  c.unit = *unit_code::parse("22351");
  w.directive(c, ward, role::operator_);
  BOOST_TEST((w.notes.back().outcome == code::unit_not_below));
  w.directive(w.of(suspend(1)), ward, role::supervisor, "lan 568", w.stamp - 1);
  BOOST_TEST((w.notes.back().outcome == code::key_wrong_role));
  BOOST_TEST(!w.suspended(1));
}

BOOST_AUTO_TEST_CASE(a_repeat_is_answered_and_not_noted_again_and_neither_is_a_replay) {
  world w;
  auto good = w.of(suspend(1)), bad = w.of(suspend(2));
  w.directive(good, ward, role::operator_);
  w.directive(bad, ward, role::supervisor);
  BOOST_TEST(w.notes.size() == 2u);
  w.directive(good, ward, role::operator_);
  w.directive(bad, ward, role::operator_); // the first answer, whoever says it now
  BOOST_TEST(w.notes.size() == 2u);
  BOOST_TEST((w.up().back().code == code::key_wrong_role));
  BOOST_TEST(!w.suspended(2));
  BOOST_REQUIRE(w.restart() == code::ok);
  w.directive(good, ward, role::operator_);
  BOOST_TEST(w.notes.size() == 2u);
}

BOOST_AUTO_TEST_CASE(what_is_said_at_the_ward_is_noted_and_a_dry_run_or_a_question_is_not) {
  world w;
  scan_round r;
  auto say = [&](command_body body, bool dry) {
    auto c = w.of(std::move(body));
    c.dry_run = dry;
    r.clear();
    r.commands.push_back({peer_id{1}, "minh", c});
    r.commands.back().unit = ward;
    r.commands.back().role = role::operator_;
    w.run(r);
    return r.audit;
  };
  BOOST_TEST(say(query{}, false).empty());
  BOOST_TEST(say(suspend(1), true).empty());
  auto notes = say(suspend(1), false);
  BOOST_TEST_REQUIRE(notes.size() == 1u);
  BOOST_TEST((notes[0].way == audit_way::socket));
  BOOST_TEST(notes[0].by == "minh");
  BOOST_TEST((notes[0].unit == ward));
  notes = say(suspend(1), false); // a new command: refused for what it says
  BOOST_TEST_REQUIRE(notes.size() == 1u);
  BOOST_TEST((notes[0].outcome == code::venue_already_suspended));
  query audit;
  audit.what = query_kind::audit_list;
  BOOST_TEST(say(audit, false).empty());
  BOOST_TEST(r.audit_asked.size() == 1u); // AUDITOR answers
  BOOST_TEST(r.replies.empty());
}

BOOST_AUTO_TEST_CASE(a_node_that_says_hello_at_a_ward_is_refused_and_noted) {
  world w;
  scan_round r;
  r.links.push_back({peer_id{1}, "node 22351", *unit_code::parse("22351"), role::node,
                     frame_kind::link_hello, frame_body{}});
  w.run(r);
  BOOST_TEST_REQUIRE(r.audit.size() == 1u);
  BOOST_TEST((r.audit[0].deed == audit_deed::hello));
  BOOST_TEST((r.audit[0].outcome == code::key_wrong_role));
  BOOST_TEST((r.audit[0].way == audit_way::below));
}
