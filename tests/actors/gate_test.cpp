// SPDX-License-Identifier: Apache-2.0
// Proves: at its byte limit GATE reads no more scans, holds their senders back and drops nothing,
//         while control is answered; at most two rounds are on their way; nothing is sent before
//         its commit; a full disk and a stop are told to who sends; sealed codes stay in turn;
//         the parent's bulk goes beside scans where no round is without them, and seldom.
// Method: the thread with real sockets on loopback; the test is WARD and JOURNAL, and keeps rounds
//         as long as it wants.
#define BOOST_TEST_MODULE gate
#include "actors/io/seal.hpp"
#include "tests/support/gate_desk.hpp"

#include <boost/test/unit_test.hpp>

#include <string_view>
#include <thread>

using namespace wardflow;
using namespace wardflow::test;

namespace {

frame_body batch(std::uint64_t first, std::size_t count) {
  std::vector<scan> scans(count);
  for (auto& s : scans) {
    s.venue = make_venue_id(22366, 1);
    s.card = card_id{7};
    s.at = io::wall_ms();
  }
  return encode_batch(1, first, scans);
}

/// One directive of the parent, of so many bytes.
frame_body directive(lane l, std::uint64_t offset, std::size_t size) {
  auto body = frame_body::allocate(size);
  link_batch b{log_name::down, l, offset, offset, {}};
  b.entries.push_back({offset, 1, entry_kind::command, {}, {}, 0, body.view()});
  return encode_link_batch(b);
}

/// Which lanes of the parent's a round takes along.
std::string lanes_of(const scan_round& r) {
  std::string all;
  for (auto& d : r.parent.directives) {
    link_batch b;
    BOOST_REQUIRE((read_link_batch(d.body.view(), b) == code::ok));
    all += b.lane == lane::bulk ? "b" : "c";
  }
  return all;
}

frame_body order(std::uint8_t id) { // a supervisor may not
  command c;
  c.id[0] = id;
  c.body = clock_accept{};
  return encode_command(c);
}

std::optional<code> refused(const std::optional<io::received>& got) {
  refusal r;
  if (got && got->header.kind == frame_kind::refusal &&
      read_refusal(got->body.view(), r) == code::ok)
    return r.reason;
  return std::nullopt;
}

/// GATE has read all that was said on this connection before: it answers this at once, by itself.
bool is_answered(io::client& control, std::uint8_t id) {
  if (!control.send(frame_kind::command, order(id)))
    return false;
  auto got = control.receive(10'000);
  answer a;
  return got && read_answer(got->body.view(), a) == code::ok && a.id[0] == id &&
         a.code == code::key_wrong_role;
}

/// So many pieces of bulk of this size, and a control one, while somebody scans: the lanes of each
/// round with scans, then those of the rounds without.
void bulk_beside_scans(std::uint64_t pieces, std::size_t size, const std::string& beside_scans,
                       const std::vector<std::string>& alone) {
  gate_desk d;
  auto link = d.join(d.gateway, d.scans_at);
  std::uint64_t sent = 0;
  auto scan = [&] { // GATE has it when it has refused the broken one behind it
    BOOST_REQUIRE(link.send(frame_kind::scan_batch, batch(++sent, 1)));
    BOOST_REQUIRE(link.send(frame_kind::scan_batch, frame_body::allocate(8)));
    BOOST_REQUIRE(refused(link.receive(10'000)).has_value());
  };
  const node_ref parent{{1}, 1};
  scan();
  auto first = d.next_round();
  BOOST_REQUIRE(first != nullptr);
  scan();
  for (std::uint64_t n = 1; n <= pieces; ++n)
    BOOST_TEST(
      d.door->take_directive(parent, frame_kind::link_batch, directive(lane::bulk, n, size)));
  BOOST_TEST(
    d.door->take_directive(parent, frame_kind::link_batch, directive(lane::control, 1, 80)));
  d.commit(std::move(first));
  std::string beside; // of each round with scans
  for (auto n = 0; n != 11; ++n) {
    auto r = d.next_round();
    BOOST_REQUIRE(r != nullptr);
    BOOST_TEST(r->scans.size() == 1u);
    beside += lanes_of(*r) + ".";
    scan();
    d.commit(std::move(r));
  }
  BOOST_TEST(beside == beside_scans);
  for (auto& lanes : alone) {
    auto r = d.next_round();
    BOOST_REQUIRE(r != nullptr);
    BOOST_TEST((r->scans.empty() || &lanes == &alone.front()));
    BOOST_TEST(lanes_of(*r) == lanes);
    d.commit(std::move(r));
  }
  BOOST_TEST(d.next_round(50) == nullptr);
}

} // namespace

BOOST_AUTO_TEST_CASE(the_parents_bulk_keeps_scans_waiting_in_few_rounds_and_control_goes_at_once) {
  bulk_beside_scans(12, 60'000, "c...b....b....", std::vector<std::string>(10, "b"));
}

BOOST_AUTO_TEST_CASE(of_small_pieces_16_kib_go_beside_scans_and_64_without) {
  const std::string most(12, 'b');
  bulk_beside_scans(30, 5'000, "c...bbb....bbb....", {"bbb", most, "bbbbbbbbb"});
}

BOOST_AUTO_TEST_CASE(at_the_byte_limit_scans_are_held_back_control_is_read_and_nothing_is_lost) {
  constexpr std::size_t limit = 256u << 10;
  gate_desk d{limit};
  auto link = d.join(d.gateway, d.scans_at, 4);
  auto control = d.join(d.supervisor, d.control_at);
  constexpr std::size_t scans = 1'000;
  const auto frame_bytes = batch(1, scans).size();
  std::uint64_t sent = 0;
  auto send_while_it_goes = [&] {
    for (auto quiet = io::monotonic_ms() + 500; io::monotonic_ms() < quiet && sent < 3'000;) {
      if (!link.send(frame_kind::scan_batch, batch(1 + sent * scans, scans))) {
        (void)link.wait(10);
        continue;
      }
      ++sent;
      quiet = io::monotonic_ms() + 500;
    }
  };
  // Held back is who cannot send although GATE has read what came by the other socket meanwhile.
  std::uint64_t before = 0;
  auto held_back = false;
  for (auto end = io::monotonic_ms() + 60'000; !held_back && io::monotonic_ms() < end;) {
    send_while_it_goes();
    BOOST_TEST(is_answered(control, 1));
    BOOST_TEST(is_answered(control, 1));
    held_back = d.waiting() == 2 && sent == std::exchange(before, sent);
  }
  BOOST_TEST(held_back);
  BOOST_TEST(sent < 3'000u); // and not because the test had enough
  query q;
  command c;
  c.body = q;
  BOOST_TEST(control.send(frame_kind::command, encode_command(c)));
  BOOST_TEST(is_answered(control, 2));
  BOOST_TEST(link.times_up() == 1u);
  // One round back, and the next comes: with the question, however many scans wait.
  std::uint64_t seen = 0, questions = 0;
  std::size_t largest = 0;
  auto look = [&](const round_ptr& r) {
    std::size_t size = 0;
    for (auto& frame : r->scans) {
      scan_batch_head head;
      BOOST_REQUIRE(read_batch_head(frame.batch.view(), head) == code::ok);
      BOOST_REQUIRE(head.first_sequence == 1 + seen * scans);
      ++seen;
      size += frame.batch.size();
    }
    largest = std::max(largest, size);
    questions += r->commands.size();
  };
  for (auto r = d.next_round(); r != nullptr && seen != sent; r = d.next_round()) {
    look(r);
    d.commit(std::move(r));
    if (seen < 20)
      send_while_it_goes(); // it is taken on with
    if (seen == sent)
      break;
  }
  BOOST_TEST(seen == sent);
  BOOST_TEST(questions == 1u);
  BOOST_TEST(largest >= limit); // that was why
  BOOST_TEST(largest < limit + frame_bytes);
}

BOOST_AUTO_TEST_CASE(two_rounds_are_on_their_way_at_most_and_a_small_one_waits_for_the_commit) {
  gate_desk d;
  auto link = d.join(d.gateway, d.scans_at);
  BOOST_TEST(link.send(frame_kind::scan_batch, batch(1, 1)));
  auto first = d.next_round();
  BOOST_REQUIRE(first != nullptr);
  BOOST_TEST(link.send(frame_kind::scan_batch, batch(2, 1)));
  BOOST_TEST(d.next_round(300) == nullptr); // small: it gathers others meanwhile
  BOOST_TEST(link.send(frame_kind::scan_batch, batch(3, 10'000)));
  auto second = d.next_round();
  BOOST_REQUIRE(second != nullptr);
  BOOST_TEST(second->scans.size() == 2u);
  BOOST_TEST(link.send(frame_kind::scan_batch, batch(10'003, 10'000)));
  BOOST_TEST(d.next_round(300) == nullptr);
  BOOST_TEST(second->number == first->number + 1);
  BOOST_TEST(second->stamp >= first->stamp);
  d.commit(std::move(first));
  auto third = d.next_round();
  BOOST_REQUIRE(third != nullptr);
  BOOST_TEST(third->stamp >= second->stamp);
  d.commit(std::move(second));
  d.commit(std::move(third));
}

BOOST_AUTO_TEST_CASE(a_verdict_leaves_after_its_commit_and_not_before) {
  gate_desk d;
  auto link = d.join(d.gateway, d.scans_at);
  BOOST_TEST(link.send(frame_kind::scan_batch, batch(1, 1)));
  auto r = d.next_round();
  BOOST_REQUIRE(r != nullptr);
  scan_reply reply;
  reply.epoch = reply.first_sequence = reply.through_sequence = 1;
  reply.verdicts = {0};
  r->replies.push_back({r->scans[0].peer, frame_kind::scan_reply, encode_scan_reply(reply), 0});
  BOOST_TEST(!link.receive(300).has_value());
  d.commit(std::move(r));
  auto got = link.receive(10'000);
  BOOST_REQUIRE(got.has_value());
  BOOST_TEST((got->header.kind == frame_kind::scan_reply));
}

BOOST_AUTO_TEST_CASE(without_room_on_the_disk_scans_are_refused_and_commands_are_not) {
  gate_desk d;
  d.scans_fit = false;
  auto link = d.join(d.gateway, d.scans_at);
  auto control = d.join(d.supervisor, d.control_at);
  BOOST_TEST(link.send(frame_kind::scan_batch, batch(1, 1)));
  BOOST_TEST((refused(link.receive(10'000)) == code::store_full));
  command c;
  c.body = query{};
  BOOST_TEST(control.send(frame_kind::command, encode_command(c)));
  auto r = d.next_round();
  BOOST_REQUIRE(r != nullptr);
  BOOST_TEST(r->commands.size() == 1u);
  BOOST_TEST(r->scans.empty());
  d.scans_fit = true;
  BOOST_TEST(link.send(frame_kind::scan_batch, batch(1, 2'000)));
  auto next = d.next_round();
  BOOST_REQUIRE(next != nullptr);
  BOOST_TEST(next->scans.size() == 1u);
  d.commit(std::move(r));
  d.commit(std::move(next));
}

BOOST_AUTO_TEST_CASE(a_command_without_an_id_is_refused) {
  gate_desk d;
  auto control = d.join(d.operator_key, d.control_at);
  command c;
  c.body = clock_accept{};
  BOOST_TEST(control.send(frame_kind::command, encode_command(c)));
  auto got = control.receive(10'000);
  answer a;
  BOOST_REQUIRE((got && read_answer(got->body.view(), a) == code::ok));
  BOOST_TEST((a.code == code::command_malformed));
  BOOST_TEST(d.waiting() == 0u);
}

BOOST_AUTO_TEST_CASE(a_stop_waits_for_what_is_on_its_way_and_tells_who_comes_later) {
  gate_desk d;
  auto link = d.join(d.gateway, d.scans_at);
  auto control = d.join(d.supervisor, d.control_at);
  BOOST_TEST(link.send(frame_kind::scan_batch, batch(1, 1)));
  auto r = d.next_round();
  BOOST_REQUIRE(r != nullptr);
  auto number = r->number;
  round_ptr last;
  std::atomic<bool> stopped{false};
  std::thread stopping{[&] {
    last = d.door->stop();
    stopped = true;
  }};
  // Scans stay with their senders; a command is refused once the stop has begun.
  auto told = false;
  for (auto i = 0; i != 200 && !told; ++i) {
    BOOST_TEST(control.send(frame_kind::command, order(1)));
    told = refused(control.receive(10'000)) == code::node_stopping;
  }
  BOOST_TEST(told);
  BOOST_TEST(!stopped);
  d.commit(std::move(r));
  stopping.join();
  BOOST_REQUIRE(last != nullptr);
  BOOST_TEST(last->number == number + 1);
}

BOOST_AUTO_TEST_CASE(a_live_code_waits_behind_the_sealed_ones_of_its_device_and_loses_its_text) {
  gate_desk d;
  auto link = d.join(d.gateway, d.scans_at);
  constexpr std::string_view person = "999093029317|KHONG CO|1987-01-18|0|992979388586171100|<1<00";
  bytes plain{reinterpret_cast<const std::byte*>(person.data()), person.size()};
  constexpr std::uint64_t count = 30;
  for (std::uint64_t n = 1; n <= count; ++n) {
    code_scan s;
    s.epoch = 1;
    s.sequence = n;
    s.venue = make_venue_id(22366, 1);
    s.at = io::wall_ms();
    auto box = io::seal(plain, d.server.open);
    s.sealed = n != count;
    s.code_bytes = s.sealed ? bytes{box} : plain;
    BOOST_TEST(link.send(frame_kind::code_scan, encode_code_scan(s)));
  }
  std::uint64_t next = 1;
  card_id card{};
  while (next <= count) {
    auto r = d.next_round();
    BOOST_REQUIRE(r != nullptr);
    for (auto& frame : r->scans) {
      scan_batch_head head;
      std::vector<scan> scans;
      BOOST_REQUIRE(read_batch(frame.batch.view(), head, scans) == code::ok);
      BOOST_TEST(head.first_sequence == next++);
      BOOST_TEST((scans.at(0).problem == code::ok));
      card = card == card_id{} ? scans[0].card : card;
      BOOST_TEST((scans[0].card == card));
      auto view = frame.batch.view();
      std::string_view text{reinterpret_cast<const char*>(view.data()), view.size()};
      BOOST_TEST(text.find("KHONG CO") == std::string_view::npos);
    }
    d.commit(std::move(r));
  }
}
