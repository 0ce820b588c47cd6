// SPDX-License-Identifier: Apache-2.0
// Proves: a ward that joins after the area's directive log has been trimmed judges by what was said
//         before: rulebooks, levels, cards, a revocation; its card facts are as of when they were
//         imported; it has the contacts. Neither end is harmed by a kill -9 in the middle: it is
//         not fresh before all has come, and then it is. Its doors go on meanwhile. A child that
//         missed many small directives gets them all.
// Method: an area and wards as real processes on the time of their scans, three weeks later at
//         once. WARDFLOW_CARDS=1200000 measures bytes and seconds.
#define BOOST_TEST_MODULE late_ward
#include "actors/disk/fact_reader.hpp"
#include "actors/io/clock.hpp"
#include "actors/logic/lane_snapshot.hpp"
#include "actors/logic/offset_log.hpp"
#include "tests/support/tree_rig.hpp"

#include <boost/test/unit_test.hpp>

#include <poll.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>

using namespace wardflow;
using namespace wardflow::test;

namespace {

const auto first_day = *parse_day("2021-10-20");
const auto morning = start_of(first_day) + 8 * hour_ms;
const auto much_later = morning + 23 * day_ms;
constexpr std::uint32_t late_ward = 22351;
constexpr std::uint64_t revoked = 7;

std::string fact(const answer& a, std::string_view name) {
  for (auto& [key, value] : a.facts)
    if (key == name)
      return value;
  return {};
}

std::string clock_from(day_number day) {
  return "clock = \"input\"\nclock_start = \"" + day_text(day) + "\"\n";
}

struct late_rig : tree_rig {
  late_rig() : tree_rig{{"22366"}, 1, clock_from(first_day)} {
    area.keep_endpoints();
    scan_at_first(morning);
  }

  /// A person goes in at the ward that was always there: its time, and the area's, are now that.
  void scan_at_first(time_ms at) {
    auto reply = scan_at(*wards[0], ++first_scans_, 1, at);
    BOOST_REQUIRE(reply.through_sequence == first_scans_);
    BOOST_REQUIRE(until(area, [&](const answer& a) { return fact(a, "time") >= time_text(at); }));
  }

  scan_reply scan_at(ward& w, std::uint64_t number, std::uint64_t card, time_ms at) {
    scan s;
    s.venue = make_venue_id(w.node.unit.number(), 1);
    s.card = card_id{card};
    s.at = at;
    auto gateway = w.node.scanner(w.node.gateway_key);
    scan_reply reply;
    auto sent = false;
    for (auto end = io::monotonic_ms() + 30'000; io::monotonic_ms() < end;) {
      if (!sent)
        sent = gateway->send(frame_kind::scan_batch, encode_batch(1, number, {&s, 1}));
      auto got = gateway->receive(100);
      if (got && got->header.kind == frame_kind::scan_reply &&
          read_scan_reply(got->body.view(), reply) == code::ok && reply.through_sequence >= number)
        return reply;
    }
    BOOST_FAIL("no answer to a scan");
    return reply;
  }

  /// Asks for its status until it is so.
  template <class Good>
  static bool until(ward_rig& node, Good good, int pause_ms = 20) {
    for (auto end = io::monotonic_ms() + 120'000; io::monotonic_ms() < end;) {
      if (auto a = node.say(query{}); a && good(*a))
        return true;
      ::poll(nullptr, 0, pause_ms);
    }
    return false;
  }

  void forwarded(command_body body, bool more = false) {
    auto a = area.say(std::move(body), false, 60'000, more);
    BOOST_REQUIRE((a && a->code == code::forwarded));
    said = a->node_time;
  }

  /// Everybody has two doses and lives in a group of the late ward.
  void import_cards(std::uint64_t count) {
    for (std::uint64_t from = 1; from <= count; from += 2'000) {
      std::vector<card_update> rows;
      for (auto id = from; id <= count && id < from + 2'000; ++id) {
        card_update row;
        row.card = card_id{id};
        row.facts.group = make_group_id(late_ward, 1);
        row.facts.first_dose = static_cast<day_number>(first_day - 90);
        row.facts.full_dose = static_cast<day_number>(first_day - 60);
        rows.push_back(row);
      }
      forwarded(std::move(rows), from + 2'000 <= count);
    }
  }

  /// A ward that the area knows of; it is not started.
  ward& add_late_ward() {
    auto& w = add_ward("22351", clock_from(local_day(much_later)));
    area.reload();
    return w;
  }
  void start(ward& w) {
    BOOST_REQUIRE_MESSAGE(w.node.start(), w.node.output);
    w.node.keep_endpoints();
  }
  void furnish(ward& w) {
    auto done = [](const std::optional<answer>& a) { return a && a->code == code::done; };
    auto group = make_group_id(late_ward, 1);
    BOOST_REQUIRE(done(w.node.say(std::vector<group_record>{{group, "Tổ 1"}})));
    venue_record v;
    v.name = "Quán 1";
    v.facts.kind = category::shop;
    v.facts.group = group;
    BOOST_REQUIRE(done(w.node.say(std::vector<venue_record>{v})));
    device_add d;
    d.name = "gateway";
    d.key = w.node.gateway_key.open;
    d.gateway = true;
    BOOST_REQUIRE(done(w.node.say(d)));
  }

  /// Lets the area run for a moment at a time, until the ward has more of so many cards than
  /// `held`. False: it had all of them at once.
  bool in_the_middle(ward& w, std::uint64_t cards, std::uint64_t& held) {
    const auto before = held;
    for (auto end = io::monotonic_ms() + 60'000; io::monotonic_ms() < end && held == before;) {
      area.go_on();
      ::poll(nullptr, 0, 3);
      area.pause();
      auto a = w.node.say(query{});
      BOOST_REQUIRE(a);
      held = std::strtoull(fact(*a, "cards").c_str(), nullptr, 10);
      BOOST_TEST((held == cards || fact(*a, "cards_as_of").empty()), "fresh with " << held);
    }
    return held != before && held != cards;
  }

  time_ms said = 0; // of the newest directive
  std::uint64_t first_scans_ = 0;
};

/// One scan after the other until it is enough: how long each waited for its verdict.
template <class Enough>
std::vector<std::int64_t> latencies_us(io::client& gateway, std::uint64_t& number, Enough enough) {
  std::vector<std::int64_t> all;
  for (auto end = io::monotonic_ms() + 120'000; io::monotonic_ms() < end && !enough();) {
    scan s;
    s.venue = make_venue_id(late_ward, 1);
    s.card = card_id{1 + number % 1'000};
    s.at = much_later + static_cast<time_ms>(number);
    const auto sent_at = io::monotonic_ns();
    if (!gateway.send(frame_kind::scan_batch, encode_batch(1, number + 1, {&s, 1}))) {
      (void)gateway.wait(10);
      continue;
    }
    ++number;
    auto got = gateway.receive(30'000);
    scan_reply reply;
    BOOST_REQUIRE((got && read_scan_reply(got->body.view(), reply) == code::ok));
    all.push_back((io::monotonic_ns() - sent_at) / 1'000);
  }
  std::sort(all.begin(), all.end());
  return all;
}

std::int64_t quantile(const std::vector<std::int64_t>& sorted, std::size_t percent) {
  return sorted.empty() ? 0 : sorted[(sorted.size() - 1) * percent / 100];
}

std::string rulebook_file(const std::string& name) {
  std::ifstream in{std::string{WARDFLOW_SOURCE_DIR} + "/config/rulebooks/" + name};
  return {std::istreambuf_iterator<char>{in}, {}};
}

level_update level_of(day_number day) {
  level_update l;
  l.group = make_group_id(late_ward, 1);
  l.level = 1;
  l.effective_from = day;
  l.published_at = morning;
  l.issuer = "Sở Y tế";
  return l;
}

/// Nothing of what was said is in the log any more; what a snapshot takes: pieces, bytes.
std::pair<std::uint64_t, std::uint64_t> look_at_folder(const std::filesystem::path& folder) {
  io::store_options options;
  options.folder = folder;
  options.read_only = true;
  auto opened = io::store::open(options);
  auto* disk = std::get_if<io::store>(&opened);
  BOOST_REQUIRE(disk != nullptr);
  std::size_t chunks = 0;
  auto count = [&](std::string_view key, bytes) {
    chunks += offset_log::is_chunk_key(lane::bulk, key);
    return true;
  };
  BOOST_REQUIRE((disk->read_table(io::table::down, count) == code::ok));
  BOOST_TEST(chunks == 0u);
  fact_reader reader{*disk};
  std::uint64_t pieces = 0, size = 0;
  for (auto l : {lane::control, lane::bulk}) {
    lane_snapshot all{l, *unit_code::parse("568"), *unit_code::parse("22351"), 2, {}};
    for (lane_snapshot::piece piece; piece.through == 0; ++pieces) {
      auto read = [&](std::string_view from, std::string_view end, std::size_t most,
                      std::vector<fact_row>& rows) { return reader.read(from, end, most, rows); };
      BOOST_REQUIRE((all.next(read, 2, piece) == code::ok));
      size += piece.message.size();
    }
  }
  return {pieces, size};
}

std::uint64_t cards_wanted(std::uint64_t otherwise) {
  auto* text = std::getenv("WARDFLOW_CARDS");
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

} // namespace

BOOST_AUTO_TEST_CASE(a_ward_that_joins_after_three_weeks_judges_by_what_was_said_before) {
  late_rig rig;
  const auto cards = cards_wanted(20'000);
  for (auto file : {"khanh-hoa-2021-10-16.toml", "khanh-hoa-2021-11-16.toml"})
    rig.forwarded(rulebook_text{rulebook_file(file)});
  rig.forwarded(std::vector<level_update>{level_of(first_day), level_of(local_day(much_later))});
  const auto levels_said = rig.said;
  const auto begun = io::monotonic_ms();
  rig.import_cards(cards);
  const auto cards_said = rig.said;
  std::cout << cards << " cards imported at the area in " << io::monotonic_ms() - begun << " ms\n";
  rig.forwarded(card_order{card_id{revoked}, {}, code::ok, true, "31/QĐ"});
  BOOST_REQUIRE((rig.area.say(contact_order{{"Y tế", "115", ""}, false})->code == code::done));
  rig.scan_at_first(much_later);
  BOOST_REQUIRE(rig.settled());

  auto& late = rig.add_late_ward();
  rig.join(late);
  const auto joined = io::monotonic_ms();
  rig.start(late);
  BOOST_REQUIRE(late_rig::until(
    late.node, [&](const answer& a) { return fact(a, "cards_as_of") == time_text(cards_said); }));
  std::cout << "and at the late ward " << io::monotonic_ms() - joined
            << " ms after its start was begun\n";
  auto status = late.node.say(query{});
  BOOST_REQUIRE(status);
  BOOST_TEST(fact(*status, "cards") == std::to_string(cards));
  BOOST_TEST(fact(*status, "levels_as_of") == time_text(levels_said));
  BOOST_TEST(fact(*status, "rulebook").starts_with("20211016 "));
  rig.furnish(late);
  auto good = rig.scan_at(late, 1, revoked + 1, much_later);
  auto bad = rig.scan_at(late, 2, revoked, much_later + 1);
  auto nobody = rig.scan_at(late, 3, cards + 1, much_later + 2);
  BOOST_TEST((to_verdict(good.verdicts[0]).decision == decision::admit));
  BOOST_TEST((to_verdict(bad.verdicts[0]).decision == decision::refuse));
  BOOST_TEST((to_verdict(bad.verdicts[0]).reason == code::card_revoked));
  BOOST_TEST((to_verdict(nobody.verdicts[0]).reason == code::card_unknown));
  BOOST_REQUIRE(!good.bases.empty());
  BOOST_TEST(good.bases[0].rulebook == 20211016u);
  BOOST_TEST(good.bases[0].cards_as_of == cards_said);
  BOOST_TEST(good.bases[0].levels_as_of == levels_said);
  query contacts;
  contacts.what = query_kind::contact_list;
  auto published = late.node.say(contacts);
  BOOST_REQUIRE((published && published->rows.size() == 1u));
  BOOST_TEST(published->rows[0][1] == "Y tế");
  query verify;
  verify.what = query_kind::verify;
  auto verified = late.node.say(verify, false, 120'000);
  BOOST_TEST((verified && verified->code == code::verify_clean));
  BOOST_TEST(rig.area.stop() == 0);
  auto [pieces, size] = look_at_folder(rig.area.folder);
  std::cout << "snapshot: " << pieces << " pieces, " << size << " bytes\n";
}

BOOST_AUTO_TEST_CASE(a_door_goes_on_while_cards_come) {
  late_rig rig;
  const auto cards = cards_wanted(200'000);
  rig.import_cards(cards);
  const auto cards_said = rig.said;
  rig.scan_at_first(much_later);
  auto& late = rig.add_late_ward();
  rig.start(late);
  rig.furnish(late);
  auto gateway = late.node.scanner(late.node.gateway_key);
  std::uint64_t number = 0;
  const auto end = io::monotonic_ms() + 2'000;
  auto alone = latencies_us(*gateway, number, [&] { return io::monotonic_ms() >= end; });
  BOOST_TEST(late.node.stop() == 0);
  rig.join(late);
  rig.start(late);
  gateway = late.node.scanner(late.node.gateway_key);
  auto next_look = io::monotonic_ms();
  auto beside = latencies_us(*gateway, number, [&] {
    if (io::monotonic_ms() < next_look)
      return false;
    next_look = io::monotonic_ms() + 50;
    auto a = late.node.say(query{});
    return a && fact(*a, "cards_as_of") == time_text(cards_said);
  });
  std::cout << "a scan, one at a time: p50 " << quantile(alone, 50) << " us, p99 "
            << quantile(alone, 99) << " us alone; p50 " << quantile(beside, 50) << " us, p99 "
            << quantile(beside, 99) << " us, longest " << quantile(beside, 100) << " us of "
            << beside.size() << " while cards came\n";
  BOOST_TEST(beside.size() > 5u);
  BOOST_TEST(quantile(beside, 99) < 1'000'000);
}

BOOST_AUTO_TEST_CASE(a_kill_in_the_middle_of_a_snapshot_harms_neither_end) {
  late_rig rig;
  constexpr std::uint64_t cards = 120'000;
  rig.import_cards(cards);
  const auto cards_said = rig.said;
  rig.scan_at_first(much_later);
  auto& late = rig.add_late_ward();
  rig.join(late);
  rig.start(late);
  std::uint64_t held = 0;
  for (auto victim : {&late.node, &rig.area, &late.node, &rig.area}) {
    BOOST_REQUIRE(rig.in_the_middle(late, cards, held));
    victim->kill();
    if (victim != &rig.area)
      rig.area.go_on();
    BOOST_REQUIRE_MESSAGE(victim->start(), victim->output);
  }
  BOOST_REQUIRE(late_rig::until(
    late.node, [&](const answer& a) { return fact(a, "cards_as_of") == time_text(cards_said); }));
  auto status = late.node.say(query{});
  BOOST_TEST(fact(*status, "cards") == std::to_string(cards));
  rig.forwarded(card_order{card_id{revoked}, {}, code::ok, true, "31/QĐ"}); // and the log goes on
  rig.forwarded(rulebook_text{rulebook_file("khanh-hoa-2021-10-16.toml")});
  rig.furnish(late);
  BOOST_REQUIRE(
    late_rig::until(late.node, [&](const answer& a) { return !fact(a, "rulebook").empty(); }));
  auto bad = rig.scan_at(late, 1, revoked, much_later);
  BOOST_TEST((to_verdict(bad.verdicts[0]).reason == code::card_revoked));
}

BOOST_AUTO_TEST_CASE(a_child_that_missed_many_small_directives_gets_them_all) {
  late_rig rig;
  constexpr auto orders = 1'000;
  for (auto n = 1; n <= orders; ++n) // each a round, and a chunk of the log
    rig.forwarded(card_order{card_id{static_cast<std::uint64_t>(n)}, {}, code::ok, true, "1/QĐ"});
  auto& late = rig.add_late_ward();
  rig.join(late);
  rig.start(late);
  BOOST_TEST(late_rig::until(
    late.node, [&](const answer& a) { return fact(a, "cards") == std::to_string(orders); }));
}
