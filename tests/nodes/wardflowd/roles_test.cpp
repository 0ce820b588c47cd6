// SPDX-License-Identifier: Apache-2.0
// Proves: each role may do what the protocol's page says and nothing else; a key that is unknown,
//         revoked, expired, of another unit, or on the wrong socket gets nowhere; a changed
//         allow-list counts from SIGHUP on, also for a connection that stands, and a wrong one
//         changes nothing.
// Method: a real node, a key for each case, every kind of command by every role.
#define BOOST_TEST_MODULE roles
#include "actors/io/allow_file.hpp"
#include "actors/io/clock.hpp"
#include "tests/support/ward_rig.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <iterator>

using namespace wardflow;
using namespace wardflow::test;

namespace {

struct role_world {
  role_world() {
    BOOST_REQUIRE_MESSAGE(node.start(), node.output);
    BOOST_REQUIRE(node.furnish(1));
  }

  /// Adds a key to allow.toml and lets the node read it.
  io::key_pair person(role is, const std::string& name, principal p = {}) {
    auto pair = *io::generate_key_pair();
    p.key = pair.open;
    p.role = is;
    p.name = name;
    if (p.unit == unit_code{})
      p.unit = *unit_code::parse("22366");
    BOOST_REQUIRE(io::append_to_allow_file(node.folder / "allow.toml", p));
    node.reload();
    return pair;
  }

  /// What the node answers to this command of this connection; nothing: it was not let in.
  std::optional<code> ask(io::client& link, const command_body& body, int timeout_ms = 10'000) {
    command c;
    c.id[0] = ++commands_;
    c.id[15] = 0x77;
    c.body = body;
    c.dry_run = !std::holds_alternative<query>(body);
    auto sent = false;
    for (auto until = io::monotonic_ms() + timeout_ms; io::monotonic_ms() < until;) {
      if (!sent)
        sent = link.send(frame_kind::command, encode_command(c));
      auto got = link.receive(20);
      answer a;
      refusal r;
      if (got && read_answer(got->body.view(), a) == code::ok && a.id == c.id)
        return a.code;
      if (got && got->header.kind == frame_kind::refusal &&
          read_refusal(got->body.view(), r) == code::ok)
        return r.reason;
      if (link.problem() == code::node_refused_key)
        return std::nullopt;
    }
    BOOST_FAIL("neither an answer nor a refusal");
    return std::nullopt;
  }
  std::optional<code> ask(const io::key_pair& key, const command_body& body) {
    auto link = node.controller(key);
    return ask(*link, body);
  }
  bool let_in(const io::key_pair& key) { return ask(key, query{}).has_value(); }

  ward_rig node;

private:
  std::uint8_t commands_ = 0;
};

struct deed {
  const char* name;
  command_body body;
  bool health; // may a health officer do it? (Operators may all.)
  bool supervisor = false;
};

std::vector<deed> all_deeds() {
  level_update level;
  level.group = make_group_id(ward_rig::ward, 1);
  level.level = 2;
  level.effective_from = local_day(io::wall_ms());
  level.published_at = io::wall_ms();
  level.issuer = "health office";
  card_update card;
  card.card = card_id{7};
  card.facts.full_dose = 18'800;
  card_order order;
  order.card = card_id{7};
  order.document = "9/QD";
  venue_record venue;
  venue.name = "Quan moi";
  venue.facts.kind = category::cafe;
  device_add device;
  device.name = "new door";
  device.key[0] = 9;
  device.venue = make_venue_id(ward_rig::ward, 1);
  query audit;
  audit.what = query_kind::audit_list;
  return {{"query", query{}, true, true},
          {"audit", audit, false, true},
          {"levels", std::vector<level_update>{level}, true},
          {"cards", std::vector<card_update>{card}, true},
          {"card order", order, true},
          {"rulebook", rulebook_text{"version = 1\n"}, false},
          {"venue order", venue_order{make_venue_id(ward_rig::ward, 1), true, "8/QD"}, false},
          {"venues", std::vector<venue_record>{venue}, false},
          {"groups", std::vector<group_record>{{make_group_id(ward_rig::ward, 2), "To 2"}}, false},
          {"device add", device, false},
          {"device revoke", device_revoke{device_id{1}, "9/QD"}, false},
          {"alert order", alert_order{"22366/card.cloned/c1", true, ""}, false},
          {"node forget", node_forget{*unit_code::parse("22351"), "9/QD"}, false},
          {"unit replace", unit_replace{*unit_code::parse("22369")}, false},
          {"subscription remove", subscription_remove{"nobody's"}, true, true}, // if it is his
          {"contact", contact_order{{"Truc ban", "0258 3822 120", ""}, false}, true},
          {"clock accept", clock_accept{}, false}};
}

std::string slurp(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

} // namespace

BOOST_AUTO_TEST_CASE(every_command_is_done_or_refused_by_the_role_that_gives_it) {
  role_world w;
  auto health = w.node.controller(w.person(role::health, "health"));
  auto supervisor = w.node.controller(w.person(role::supervisor, "supervisor"));
  auto operator_ = w.node.controller(w.node.operator_key);
  auto deeds = all_deeds();
  // None is missing here: the audit log is one more, and contacts of a unit above are nobody's.
  BOOST_TEST(deeds.size() == std::variant_size_v<command_body>);
  BOOST_TEST(
    (w.ask(*operator_, contact_list{*unit_code::parse("568"), {}}) == code::key_wrong_role));
  for (auto& d : deeds) {
    BOOST_TEST_CONTEXT(d.name) {
      BOOST_TEST((w.ask(*operator_, d.body) != code::key_wrong_role));
      BOOST_TEST(((w.ask(*health, d.body) == code::key_wrong_role) == !d.health));
      BOOST_TEST(((w.ask(*supervisor, d.body) == code::key_wrong_role) == !d.supervisor));
    }
  }
  query rows; // the keys of all devices are in it
  rows.what = query_kind::unit_rows;
  BOOST_TEST((w.ask(*supervisor, rows) == code::key_wrong_role));
  BOOST_TEST((w.ask(*health, rows) == code::key_wrong_role));
  BOOST_TEST((w.ask(*operator_, rows) == code::query_elsewhere)); // a ward has none below
}

BOOST_AUTO_TEST_CASE(a_nodes_key_commands_nothing_but_what_its_own_new_machine_asks) {
  role_world w;
  principal p;
  p.unit = *unit_code::parse("22369");
  auto node = w.node.controller(w.person(role::node, "22369", p));
  for (auto& d : all_deeds())
    BOOST_TEST(((w.ask(*node, d.body) == code::key_wrong_role) ==
                !std::holds_alternative<unit_replace>(d.body)),
               d.name);
  BOOST_TEST((w.ask(*node, unit_replace{*unit_code::parse("22372")}) == code::key_wrong_role));
}

BOOST_AUTO_TEST_CASE(a_device_controls_nothing_and_a_person_scans_nothing) {
  role_world w;
  BOOST_TEST(!w.let_in(w.node.gateway_key)); // at the control socket
  auto person = w.node.scanner(w.node.operator_key);
  for (auto until = io::monotonic_ms() + 10'000;
       person->problem() != code::node_refused_key && io::monotonic_ms() < until;)
    (void)person->receive(20);
  BOOST_TEST((person->problem() == code::node_refused_key));
  // A command in the scan socket's own words, by a key that is let in there.
  auto gateway = w.node.scanner(w.node.gateway_key);
  BOOST_TEST((w.ask(*gateway, query{}) == code::key_wrong_role));
}

BOOST_AUTO_TEST_CASE(a_key_that_does_not_count_here_and_now_is_not_let_in) {
  role_world w;
  BOOST_TEST(w.let_in(w.person(role::operator_, "of this ward")));
  BOOST_TEST(!w.let_in(*io::generate_key_pair()));
  principal other;
  other.unit = *unit_code::parse("22369");
  BOOST_TEST(!w.let_in(w.person(role::operator_, "of another ward", other)));
  principal past;
  past.not_after = io::wall_ms() - day_ms;
  BOOST_TEST(!w.let_in(w.person(role::operator_, "of yesterday", past)));
  principal ahead;
  ahead.not_before = io::wall_ms() + 2 * day_ms;
  BOOST_TEST(!w.let_in(w.person(role::operator_, "of tomorrow", ahead)));
}

BOOST_AUTO_TEST_CASE(the_allow_list_read_again_counts_at_once_also_where_a_connection_stands) {
  role_world w;
  auto file = w.node.folder / "allow.toml";
  auto before = slurp(file);
  auto key = w.person(role::health, "for a while");
  auto link = w.node.controller(key);
  BOOST_TEST((w.ask(*link, query{}) == code::done));
  // A wrong file is said, and everything stays as it was.
  auto with_key = slurp(file);
  std::ofstream{file, std::ios::binary} << with_key << "[[key]]\nrolle = \"operator\"\n";
  w.node.hang_up();
  BOOST_TEST(w.node.says("allow.toml:"), w.node.said());
  BOOST_TEST((w.ask(*link, query{}) == code::done));
  std::ofstream{file, std::ios::binary} << before;
  w.node.reload();
  BOOST_TEST((w.ask(*link, query{}) == code::key_unknown));
  BOOST_TEST(!w.let_in(key));
  BOOST_TEST((w.ask(w.node.operator_key, query{}) == code::done));
}

BOOST_AUTO_TEST_CASE(a_revoked_device_is_told_so_on_the_connection_that_it_has) {
  role_world w;
  auto link = w.node.scanner(w.node.gateway_key);
  auto send = [&] {
    for (auto until = io::monotonic_ms() + 10'000; io::monotonic_ms() < until;) {
      if (link->send(frame_kind::hello, encode_hello({})))
        break;
      (void)link->receive(20);
    }
    auto got = link->receive(10'000);
    BOOST_REQUIRE(got.has_value());
    refusal r;
    return got->header.kind == frame_kind::refusal && read_refusal(got->body.view(), r) == code::ok
             ? r.reason
             : code::ok;
  };
  BOOST_TEST((send() == code::ok));
  BOOST_REQUIRE(w.node.say(device_revoke{device_id{1}, "9/QD"})->code == code::done);
  BOOST_TEST((send() == code::key_revoked));
}
