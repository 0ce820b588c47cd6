// SPDX-License-Identifier: Apache-2.0
// Proves: children's entries at line speed fill no memory: past a bound GATE reads no more control
//         until a round goes, and drops nothing; while the disk is full large commands are refused
//         by name, bulk of the parent waits, small words go on; who is gone is told to FEED and to
//         the next round, and a heartbeat that finds no place is told to nobody.
// Method: the thread with real sockets on loopback; the test is WARD and JOURNAL.
#define BOOST_TEST_MODULE gate_room
#include "tests/support/gate_desk.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

using namespace wardflow;
using namespace wardflow::test;

namespace {

frame_body entries(log_name log, lane l, std::uint64_t first, std::size_t bytes) {
  std::vector<std::byte> filling(bytes);
  link_batch b{log, l, first, first, {}};
  log_entry_view e;
  e.offset = first;
  e.kind = entry_kind::alert;
  e.body = filling;
  b.entries.push_back(e);
  return encode_link_batch(b);
}

frame_body word(std::uint8_t id, std::size_t rulebook_bytes) {
  command c;
  c.id[0] = id;
  c.body = rulebook_text{std::string(rulebook_bytes, 'x')};
  return encode_command(c);
}

std::size_t control_bytes(const scan_round& r) {
  std::size_t size = 0;
  for (auto& in : r.links)
    size += in.body.size();
  return size;
}

/// The parent's next directives in this round: offsets of both lanes.
std::vector<std::uint64_t> directives(const scan_round& r) {
  std::vector<std::uint64_t> offsets;
  for (auto& d : r.parent.directives) {
    link_batch b;
    BOOST_REQUIRE((read_link_batch(d.body.view(), b) == code::ok));
    offsets.push_back(b.first);
  }
  return offsets;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_flood_of_entries_is_held_back_at_a_bound_and_nothing_is_lost) {
  constexpr std::size_t limit = 256u << 10;
  constexpr std::size_t entry_bytes = 100'000;
  gate_desk d{limit};
  auto child = d.join(d.child, d.control_at, 4);
  auto person = d.join(d.operator_key, d.control_at);
  const auto frame_bytes = entries(log_name::up, lane::bulk, 1, entry_bytes).size();
  std::uint64_t sent = 0;
  auto send_while_it_goes = [&] {
    for (auto quiet = io::monotonic_ms() + 1'000; io::monotonic_ms() < quiet && sent < 2'000;) {
      if (!child.send(frame_kind::link_batch,
                      entries(log_name::up, lane::bulk, sent + 1, entry_bytes))) {
        (void)child.wait(10);
        continue;
      }
      ++sent;
      quiet = io::monotonic_ms() + 1'000;
    }
  };
  for (auto end = io::monotonic_ms() + 60'000; d.waiting() < 2 && io::monotonic_ms() < end;)
    send_while_it_goes();
  BOOST_TEST(sent < 2'000u); // held back, and not because the test had enough
  BOOST_TEST(d.waiting() == 2u);
  BOOST_TEST(person.send(frame_kind::command, word(1, 100)));
  std::uint64_t seen = 0, commands = 0;
  std::size_t largest = 0;
  for (auto r = d.next_round(); r != nullptr; r = d.next_round(seen < sent ? 10'000 : 500)) {
    for (auto& in : r->links) {
      link_batch b;
      BOOST_REQUIRE((read_link_batch(in.body.view(), b) == code::ok));
      BOOST_REQUIRE(b.first == ++seen);
      BOOST_TEST(r->fills);
    }
    commands += r->commands.size();
    largest = std::max(largest, control_bytes(*r));
    d.commit(std::move(r));
  }
  BOOST_TEST(seen == sent);
  BOOST_TEST(commands == 1u);
  BOOST_TEST(largest >= 2 * limit); // the bound was reached ...
  BOOST_TEST(largest < 2 * limit + frame_bytes);
}

BOOST_AUTO_TEST_CASE(while_the_disk_is_full_small_words_go_on_and_large_ones_do_not) {
  gate_desk d;
  d.scans_fit = false;
  auto person = d.join(d.operator_key, d.control_at);
  BOOST_TEST(person.send(frame_kind::command, word(1, 100'000)));
  auto got = person.receive(10'000);
  answer a;
  BOOST_REQUIRE((got && read_answer(got->body.view(), a) == code::ok));
  BOOST_TEST((a.code == code::store_full));
  BOOST_TEST(a.id[0] == 1);
  BOOST_TEST(person.send(frame_kind::command, word(2, 1'000)));
  auto r = d.next_round();
  BOOST_REQUIRE(r != nullptr);
  BOOST_REQUIRE(r->commands.size() == 1u);
  BOOST_TEST(r->commands[0].what.id[0] == 2);
  BOOST_TEST(r->store_full); // children's entries are AREA's to hold back
  BOOST_TEST(!r->fills);
  d.commit(std::move(r));
  d.scans_fit = true;
  BOOST_TEST(person.send(frame_kind::command, word(3, 100'000)));
  r = d.next_round();
  BOOST_REQUIRE(r != nullptr);
  BOOST_TEST(r->commands.size() == 1u);
  BOOST_TEST(!r->store_full);
  BOOST_TEST(r->fills);
  d.commit(std::move(r));
}

BOOST_AUTO_TEST_CASE(while_the_disk_is_full_the_parents_bulk_waits_and_its_control_goes_on) {
  gate_desk d;
  d.scans_fit = false;
  node_ref parent{{1}, 1};
  auto say = [&](lane l, std::uint64_t first) {
    return d.door->take_directive(parent, frame_kind::link_batch,
                                  entries(log_name::down, l, first, 300'000));
  };
  BOOST_TEST(say(lane::bulk, 101));
  BOOST_TEST(d.next_round(300) == nullptr);
  BOOST_TEST(say(lane::control, 1));
  auto r = d.next_round();
  BOOST_REQUIRE(r != nullptr);
  BOOST_TEST((directives(*r) == std::vector<std::uint64_t>{1}));
  BOOST_TEST(!r->fills);
  d.commit(std::move(r));
  auto taken = 0;
  for (; say(lane::bulk, 102 + static_cast<std::uint64_t>(taken)); ++taken) {
  }
  BOOST_TEST(taken == 5); // two MiB, the rest is its sender's
  BOOST_TEST(d.next_round(300) == nullptr);
  d.scans_fit = true;
  d.door->parent_has(parent, {}, false, true); // wakes it
  for (std::uint64_t n = 101; n != 107; ++n) {
    r = d.next_round();
    BOOST_REQUIRE(r != nullptr);
    if (r->parent.directives.empty()) { // that which woke it
      d.commit(std::move(r));
      r = d.next_round();
      BOOST_REQUIRE(r != nullptr);
    }
    BOOST_TEST((directives(*r) == std::vector<std::uint64_t>{n}));
    BOOST_TEST(r->fills);
    d.commit(std::move(r));
  }
}

BOOST_AUTO_TEST_CASE(who_is_gone_is_told_and_a_heartbeat_without_a_place_is_not) {
  gate_desk d;
  auto supervisor = std::make_unique<io::client>(d.join(d.supervisor, d.control_at, 10, 4));
  auto other = d.join(d.operator_key, d.control_at);
  /// GATE has had a turn: the round that it sent off.
  auto next = [&](std::uint8_t id) {
    BOOST_REQUIRE(other.send(frame_kind::command, word(id, 10)));
    auto r = d.next_round();
    BOOST_REQUIRE(r != nullptr);
    return r;
  };
  BOOST_TEST(supervisor->send(frame_kind::subscribe, encode_subscribe({})));
  auto r = d.next_round();
  BOOST_REQUIRE(r != nullptr);
  BOOST_REQUIRE(r->links.size() == 1u);
  auto peer = r->links[0].peer;
  d.commit(std::move(r));
  std::vector<std::pair<peer_id, bool>> lost;
  for (auto end = io::monotonic_ms() + 20'000; lost.empty() && io::monotonic_ms() < end;) {
    d.door->answer_later(peer, frame_kind::link_batch,
                         entries(log_name::up, lane::control, 1, 200'000));
    ::poll(nullptr, 0, 1);
    lost = d.take_lost();
  }
  BOOST_REQUIRE(!lost.empty()); // it does not read
  BOOST_TEST((lost[0] == std::pair{peer, false}));
  d.commit(next(1));
  d.take_lost();
  for (int i = 0; i != 300; ++i) // more than its queue takes
    d.door->answer_later(peer, frame_kind::link_heartbeat, encode_link_heartbeat({}));
  r = next(2);
  BOOST_TEST(r->gone.empty());
  d.commit(std::move(r));
  BOOST_TEST(d.take_lost().empty());
  supervisor.reset();
  lost.clear();
  for (auto end = io::monotonic_ms() + 20'000; lost.empty() && io::monotonic_ms() < end;) {
    d.door->answer_later(peer, frame_kind::link_heartbeat, encode_link_heartbeat({}));
    ::poll(nullptr, 0, 1);
    lost = d.take_lost();
  }
  BOOST_REQUIRE(!lost.empty());
  BOOST_TEST((lost[0] == std::pair{peer, true}));
  r = next(3);
  BOOST_REQUIRE(!r->gone.empty());
  BOOST_TEST((r->gone[0] == peer));
  d.commit(std::move(r));
}
