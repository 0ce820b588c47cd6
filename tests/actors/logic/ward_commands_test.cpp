// SPDX-License-Identifier: Apache-2.0
// Proves: each command does what it says once, says the same in a dry run and changes nothing then,
//         is answered from the table when repeated, and refuses each mistake by its own code.
// Method: every command against a furnished ward: dry, real, repeated; then one mistake at a time.
//         Levels, cards and rulebooks have their own file: ward_directives_test.
#define BOOST_TEST_MODULE ward_commands
#include "tests/support/command_samples.hpp"

#include <boost/test/unit_test.hpp>

using namespace wardflow;
using namespace wardflow::test;

namespace {

/// One of each that a furnished ward carries out.
std::vector<std::pair<const char*, command_body>> good_ones(const fold_world& w) {
  return {{"levels", std::vector<level_update>{level(w, 1, 2), level(w, 2, 3, 1)}},
          {"cards", std::vector<card_update>{card(1), card(2)}},
          {"rulebook", rulebook_text{later_book()}},
          {"venue order", suspend(1)},
          {"card order", revoke(77)},
          {"venues", std::vector<venue_record>{venue()}},
          {"groups", std::vector<group_record>{{make_group_id(w.ward, 8), "Tổ 8"}}},
          {"contact", contact_order{{"Trực ban", "0258 3822 120", "đêm"}, false}},
          {"contacts above", contact_list{*unit_code::parse("568"), {{"Trực ban", "113", ""}}}},
          {"device add", device(40)},
          {"device revoke", device_revoke{device_id{2}, "7/QĐ"}}};
}

std::vector<std::byte> answered(fold_world& w, const command& c) {
  scan_round r;
  r.commands.push_back({peer_id{1}, "test", c});
  w.run(r);
  BOOST_REQUIRE(r.replies.size() == 1u);
  auto view = r.replies[0].body.view();
  return {view.begin(), view.end()};
}

} // namespace

BOOST_AUTO_TEST_CASE(a_dry_run_says_what_would_be_and_changes_nothing) {
  fold_world w;
  furnish(w);
  for (auto& [name, body] : good_ones(w)) {
    BOOST_TEST_CONTEXT(name) {
      auto before = w.state();
      auto rows = w.rows;
      auto records = w.records.size();
      auto dry = w.say(body, true);
      BOOST_TEST((dry.code == code::dry_run_ok), static_cast<int>(dry.code));
      BOOST_TEST((w.state() == before));
      BOOST_TEST((w.rows == rows));
      BOOST_TEST(w.records.size() == records); // not even in the journal
      auto real = w.say(body);
      BOOST_TEST((real.code == code::done), static_cast<int>(real.code));
      BOOST_TEST((w.state() != before));
      BOOST_TEST(w.records.size() == records + 1);
      BOOST_TEST((real.facts == dry.facts));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_repeat_is_answered_from_the_table_also_after_a_restart) {
  fold_world w;
  furnish(w);
  auto bodies = good_ones(w);
  std::vector<command> commands;
  std::vector<std::vector<std::byte>> first;
  for (auto& [name, body] : bodies) {
    auto& c = commands.emplace_back();
    c.id[0] = static_cast<std::uint8_t>(commands.size());
    c.id[15] = 9;
    c.body = body;
    first.push_back(answered(w, c));
    answer a;
    BOOST_REQUIRE(read_answer(frame_body::copy_of(first.back()).view(), a) == code::ok);
    BOOST_TEST((a.code == code::done), name);
    BOOST_TEST((a.id == c.id));
  }
  for (auto restarts = 0; restarts != 2; ++restarts) {
    auto state = w.state();
    auto records = w.records.size();
    w.stamp += hour_ms;
    for (std::size_t i = 0; i != commands.size(); ++i)
      BOOST_TEST((answered(w, commands[i]) == first[i]), bodies[i].first);
    BOOST_TEST((w.state() == state));
    BOOST_TEST(w.records.size() == records);
    BOOST_REQUIRE(w.restart() == code::ok);
  }
}

BOOST_AUTO_TEST_CASE(two_commands_of_one_id_in_one_round_count_once) {
  fold_world w;
  furnish(w);
  command c;
  c.id[0] = 77;
  c.body = std::vector<venue_record>{venue()};
  scan_round r;
  r.commands.push_back({peer_id{1}, "test", c});
  r.commands.push_back({peer_id{2}, "test", c});
  w.run(r);
  BOOST_REQUIRE(r.replies.size() == 2u);
  auto a = r.replies[0].body.view(), b = r.replies[1].body.view();
  BOOST_TEST(std::equal(a.begin(), a.end(), b.begin(), b.end()));
  BOOST_TEST(w.fold->state.places.size() == venue_count + 1u);
}

BOOST_AUTO_TEST_CASE(commands_come_before_the_scans_of_their_round_in_their_order) {
  fold_world w;
  furnish(w);
  scan_round r;
  command on, off;
  on.id[15] = 1, off.id[15] = 2;
  on.body = suspend(3);
  off.body = venue_order{make_venue_id(w.ward, 3), false, "10/QĐ"};
  scan s;
  s.venue = make_venue_id(w.ward, 3);
  s.card = card_id{1};
  s.at = w.stamp;
  r.scans.push_back({peer_id{1}, device_id{1}, encode_batch(1, 1, {&s, 1}), 0});
  r.commands.push_back({peer_id{1}, "test", on});
  w.run(r);
  BOOST_TEST((to_verdict(r.words.at(0)).reason == code::venue_suspended));
  scan_round next;
  next.scans.push_back({peer_id{1}, device_id{1}, encode_batch(1, 2, {&s, 1}), 0});
  next.commands.push_back({peer_id{1}, "test", off});
  w.run(next);
  BOOST_TEST((to_verdict(next.words.at(0)).reason != code::venue_suspended));
}

BOOST_AUTO_TEST_CASE(orders_and_registers_say_why_not) {
  fold_world w;
  furnish(w);
  for (auto dry : {true, false}) {
    BOOST_TEST((w.say(suspend(999), dry).code == code::not_found));
    auto other = suspend(1);
    other.venue = make_venue_id(w.ward + 1, 1);
    BOOST_TEST((w.say(other, dry).code == code::venue_other_ward));
    BOOST_TEST(
      (only_row(w.say(std::vector<venue_record>{venue("")}, dry)) == code::venue_malformed));
    group_record stranger{make_group_id(w.ward + 1, 1), "Tổ 1"};
    BOOST_TEST(
      (only_row(w.say(std::vector<group_record>{stranger}, dry)) == code::group_malformed));
    auto door = device(41);
    door.gateway = false;
    door.venue = make_venue_id(w.ward, 999);
    BOOST_TEST((w.say(door, dry).code == code::venue_unknown));
    door.venue = make_venue_id(w.ward + 1, 1);
    BOOST_TEST((w.say(door, dry).code == code::venue_unknown));
    BOOST_TEST((w.say(device(1), dry).code == code::device_exists)); // another name
    BOOST_TEST((w.say(device_revoke{device_id{9}, "1"}, dry).code == code::not_found));
    BOOST_TEST((w.say(device_revoke{device_id{1}, ""}, dry).code == code::document_needed));
    BOOST_TEST((w.say(clock_accept{}, dry).code == code::clock_fine));
  }
}

BOOST_AUTO_TEST_CASE(devices_that_come_and_go_are_told_to_the_gate) {
  fold_world w;
  furnish(w);
  auto told = [&](command_body body, bool dry) {
    scan_round r;
    command c;
    c.id[0] = static_cast<std::uint8_t>(++w.commands);
    c.id[1] = 3;
    c.dry_run = dry;
    c.body = std::move(body);
    r.commands.push_back({peer_id{1}, "test", c});
    w.run(r);
    return r.devices;
  };
  BOOST_TEST(told(device(50), true).empty());
  auto added = told(device(50), false);
  BOOST_REQUIRE(added.size() == 1u);
  BOOST_TEST((added[0].who.key == device(50).key));
  BOOST_TEST(!added[0].who.revoked);
  device_revoke gone{added[0].who.device, "1/QĐ"};
  BOOST_TEST(told(gone, true).empty());
  auto revoked = told(gone, false);
  BOOST_REQUIRE(revoked.size() == 1u);
  BOOST_TEST(revoked[0].who.revoked);
  BOOST_TEST(told(gone, false).empty());
}

BOOST_AUTO_TEST_CASE(accepting_the_clock_counts_only_when_it_is_doubted_and_not_in_a_dry_run) {
  for (auto dry : {true, false}) {
    fold_world w;
    furnish(w);
    scan_round r;
    command c;
    c.id[15] = 5;
    c.dry_run = dry;
    c.body = clock_accept{};
    r.clock_unsure = true;
    r.commands.push_back({peer_id{1}, "test", c});
    w.run(r);
    BOOST_TEST(r.clock_accepted == !dry);
  }
}

BOOST_AUTO_TEST_CASE(a_reader_whose_connection_is_gone_is_not_connected) {
  fold_world w;
  subscribe s;
  s.name = "duty";
  scan_round r;
  r.links.push_back({peer_id{9}, "officer", w.fold->state.unit, role::supervisor,
                     frame_kind::subscribe, encode_subscribe(s)});
  w.run(r);
  auto& names = w.fold->state.feeds.names();
  BOOST_TEST((names.at("duty").peer == peer_id{9}));
  r.clear();
  r.gone = {peer_id{9}};
  w.run(r);
  BOOST_TEST((names.at("duty").peer == peer_id{}));
}

BOOST_AUTO_TEST_CASE(a_ward_has_no_nodes_below_to_forget) {
  fold_world w;
  auto a = w.say(node_forget{*unit_code::parse("22351"), "9/QD"});
  BOOST_TEST((a.code == code::query_elsewhere));
  BOOST_TEST((w.restart() == code::ok)); // it is in the journal, and judged again
}
