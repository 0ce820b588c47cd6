// SPDX-License-Identifier: Apache-2.0
// Proves: a ward that is sent the snapshot holds what a ward holds that took every command: facts,
//         revocations, levels, rulebooks, contacts, orders to its venues, and since when each is
//         so; over restarts of the book, weeks, and pieces of any size. Levels that nobody can ask
//         for leave the disk. No row holds what was refused, or what was said to one ward alone.
// Method: commands by seed into the book and into a real ward; the snapshot into another one, whose
//         rounds are then judged again from nothing.
#define BOOST_TEST_MODULE directive_book
#include "actors/logic/lane_snapshot.hpp"
#include "actors/logic/may_command.hpp"
#include "tests/support/directive_traffic.hpp"
#include "tests/support/fact_disk.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <map>
#include <sstream>

using namespace wardflow;
using namespace wardflow::test;

namespace {

const auto own = unit_of_ward(fold_world::ward);
const auto city = *unit_code::parse("568");

directive_book loaded_again(const fact_disk& disk) {
  directive_book book;
  for (auto& row : disk.rows)
    if (std::ranges::any_of(directive_book::loaded,
                            [&](auto prefix) { return row.first.starts_with(prefix); }))
      BOOST_REQUIRE(book.load(row.first, row.second));
  return book;
}

/// Every command of a lane's snapshot, in order.
template <class Take>
void each_command(const fact_disk& disk, lane l, const facts_said& whole, std::size_t piece_bytes,
                  Take take) {
  lane_snapshot all{l, city, own, 900, whole, piece_bytes};
  lane_snapshot::piece piece;
  std::uint32_t number = 0;
  while (piece.through == 0) {
    BOOST_REQUIRE((all.next([&](auto from, auto end, auto most,
                                auto& rows) { return disk.read(from, end, most, rows); },
                            700, piece) == code::ok));
    link_batch b;
    BOOST_REQUIRE((read_link_batch(piece.message.view(), b) == code::ok));
    BOOST_TEST((b.log == log_name::down && b.lane == l && b.is_snapshot()));
    BOOST_TEST(b.piece == ++number);
    BOOST_TEST(b.through == piece.through);
    BOOST_TEST((piece.message.size() <= piece_bytes || b.entries.size() == 1));
    for (auto& e : b.entries) {
      command c;
      BOOST_REQUIRE((read_command(e.body, c) == code::ok));
      BOOST_TEST((e.unit.empty() || e.unit == own));
      take(c, e);
    }
  }
  BOOST_TEST(piece.through == (l == lane::bulk ? 899u : 699u));
}

std::string differences(const std::string& is, const std::string& should_be) {
  std::istringstream a{is}, b{should_be};
  std::string out;
  for (std::string x, y; std::getline(a, x) && std::getline(b, y);)
    if (x != y)
      out += "\n" + x + "\ninstead of\n" + y;
  return out;
}

void send_all(const fact_disk& disk, const facts_said& whole, ward_below& to,
              std::size_t piece_bytes) {
  for (auto l : {lane::control, lane::bulk})
    each_command(disk, l, whole, piece_bytes, [&](const command& c, const log_entry_view& e) {
      BOOST_TEST((c.id == command_id{}));
      BOOST_TEST((may_come_down(from_by(e.by, e.role), own, c) == code::ok));
      to.hear(c, std::string{e.by}, e.said_at(), e.role);
    });
}

} // namespace

BOOST_AUTO_TEST_CASE(a_snapshot_ends_in_the_state_of_a_ward_that_was_always_there) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed)
    BOOST_TEST_CONTEXT("seed " << seed) {
      directive_traffic traffic{seed};
      ward_below always, late;
      directive_book book;
      fact_disk disk;
      std::vector<saved_row> rows;
      for (auto n = 40 + traffic.below(120); n != 0; --n) {
        auto before = local_day(always.stamp);
        always.stamp += static_cast<time_ms>(traffic.below(traffic.below(6) == 0 ? 4 * day_ms : 9));
        rows.clear();
        if (local_day(always.stamp) != before)
          book.forget(local_day(always.stamp), rows);
        auto s = traffic.next(always.stamp);
        book.take(s.what, s.to, {s.by, s.said, always.stamp, role::operator_}, rows);
        auto starts = traffic.below(20) == 0;
        if (book.cards_due(always.stamp) || starts || n == 1)
          book.write_cards(n, rows);
        disk.write(rows);
        if (s.to.empty() || s.to == own)
          always.hear(s.what, s.by, s.said);
        if (starts)
          book = loaded_again(disk);
      }
      late.stamp = always.stamp;
      send_all(disk, book.said(), late, traffic.below(2) == 0 ? 600 : limits::batch_bytes_max);
      BOOST_TEST(differences(late.held(), always.held()) == "");
      auto held = late.held();
      send_all(disk, book.said(), late, 2'000); // once more: harmless
      BOOST_TEST(late.held() == held);
      hash128_value again{};
      std::string detail;
      BOOST_TEST((late.verify(again, detail) == code::ok), detail);
      BOOST_TEST((again == late.state()));
      BOOST_REQUIRE(late.restart() == code::ok);
      BOOST_TEST(late.held() == held);
    }
}

BOOST_AUTO_TEST_CASE(levels_that_nobody_can_ask_for_leave_the_disk) {
  directive_book book;
  fact_disk disk;
  fold_world w;
  for (auto day = 0; day != 200; ++day, w.stamp += day_ms) {
    std::vector<saved_row> rows;
    command c;
    c.body = std::vector<level_update>{level(w, 1, 2), level(w, day == 0 ? 2 : 3, 1)};
    book.take(c, {}, {"officer", w.stamp, w.stamp}, rows);
    book.forget(local_day(w.stamp), rows);
    disk.write(rows);
  }
  BOOST_TEST(book.levels().size() <= 2 * 33 + 1);
  BOOST_TEST(disk.rows.size() == book.levels().size() + 1); // and when they were said
  BOOST_TEST(disk.rows.contains(level_key(make_group_id(w.ward, 2), local_day(w.stamp) - 200)));
  BOOST_TEST((loaded_again(disk).levels().entries() == book.levels().entries()));
}

BOOST_AUTO_TEST_CASE(what_is_said_to_one_ward_alone_is_no_fact_but_for_its_venues) {
  directive_book book;
  std::vector<saved_row> rows;
  command c;
  c.body = suspend(3);
  book.take(c, unit_of_ward(fold_world::ward + 1), {"a", 5, 6}, rows); // not its venue
  book.take(c, {}, {"a", 5, 6}, rows);
  for (command_body body : {command_body{std::vector<card_update>{card(1)}},
                            command_body{revoke(1)}, command_body{rulebook_text{later_book()}},
                            command_body{contact_list{city, {{"A", "113", ""}}}},
                            command_body{device(3)}, command_body{std::vector{venue()}}}) {
    c.body = body;
    book.take(c, own, {"a", 5, 6}, rows);
  }
  BOOST_TEST(rows.empty());
  c.body = suspend(3);
  book.take(c, own, {"officer 568", 5, 6, role::operator_}, rows);
  BOOST_REQUIRE(rows.size() == 1u);
  auto single = single_of_row(rows[0].key, rows[0].value);
  BOOST_REQUIRE(single);
  BOOST_TEST(single->by == "officer 568");
  BOOST_TEST(single->said == 5);
  BOOST_TEST(single->at == 6);
  BOOST_TEST((single->role == role::operator_));
  BOOST_TEST((std::get<venue_order>(single->body) == suspend(3)));
}

BOOST_AUTO_TEST_CASE(of_an_order_that_has_an_end_nothing_is_known) {
  directive_book book;
  fact_disk disk;
  auto say = [&](command_body body, time_ms ttl) {
    std::vector<saved_row> rows;
    command c;
    c.body = std::move(body);
    c.ttl = ttl;
    book.take(c, std::holds_alternative<venue_order>(c.body) ? own : unit_code{}, {"a", 5, 6},
              rows);
    disk.write(rows);
    return disk.rows.size();
  };
  BOOST_TEST(say(suspend(3), 0) == 1u);
  BOOST_TEST(say(revoke(3), 0) == 2u);
  BOOST_TEST(say(suspend(3), hour_ms) == 1u); // it may have been done in time
  BOOST_TEST(say(revoke(3), hour_ms) == 0u);
  BOOST_TEST(say(std::vector<card_update>{card(1)}, hour_ms) == 0u);
  BOOST_TEST(say(suspend(3), 0) == 1u);
  std::vector<saved_row> rows;
  command c;
  c.body = suspend(3);
  book.take(c, own, {"a", 5, 6, role::operator_, true}, rows); // the entry has one, not the command
  BOOST_TEST((rows.size() == 1u && rows[0].erase));
}

BOOST_AUTO_TEST_CASE(an_import_counts_as_said_when_it_is_whole_and_never_earlier_than_before) {
  directive_book book;
  std::vector<saved_row> rows;
  auto said = [&](bool more, time_ms at, std::vector<card_update> cards) {
    command c;
    c.body = std::move(cards);
    c.more = more;
    book.take(c, {}, {"a", at, at + 1}, rows);
    return book.said().cards;
  };
  BOOST_TEST(said(true, 10, {card(1)}) == 0);
  BOOST_TEST(said(false, 20, {card(2)}) == 20);
  BOOST_TEST(said(false, 15, {card(3)}) == 20); // it was longer on its way
  BOOST_TEST(said(false, 30, {}) == 20);        // nothing of it could be read
  BOOST_TEST(said(true, 40, {card(1)}) == 20);
  BOOST_TEST(book.said().levels == 0);
}

BOOST_AUTO_TEST_CASE(cards_of_an_import_wait_for_their_rows_until_it_is_whole_or_some_seconds) {
  directive_book book;
  std::vector<saved_row> rows;
  auto say = [&](bool more, time_ms at, std::uint64_t id) {
    command c;
    c.body = std::vector<card_update>{card(id)};
    c.more = more;
    book.take(c, {}, {"a", at, at}, rows);
  };
  auto cards = [&] {
    return std::ranges::count_if(rows, [](auto& row) { return row.key.starts_with("c/"); });
  };
  say(true, 1'000, 2);
  say(true, 2'000, 1);
  say(true, 3'000, 2);
  BOOST_TEST(cards() == 0);
  BOOST_TEST(book.in_rows(50).cards_next == 1u); // none is in rows
  BOOST_TEST(!book.cards_due(1'000 + directive_book::cards_wait_ms - 1));
  BOOST_TEST(book.cards_due(1'000 + directive_book::cards_wait_ms));
  BOOST_TEST(!book.cards_due(1'000, 1));
  BOOST_TEST(book.cards_due(1'000, 2)); // the log begins to lose them
  BOOST_TEST(!book.cards_due(1'000 + directive_book::cards_wait_ms, 1, true)); // no room
  BOOST_TEST(book.cards_due(1'000, 2, true));
  book.write_cards(50, rows);
  BOOST_TEST(cards() == 2); // of two of one card the later
  BOOST_TEST(book.in_rows(60).cards_next == 60u);
  BOOST_TEST(!book.cards_due(1'000'000));
  say(false, 4'000, 3);
  BOOST_TEST(!book.cards_due(4'000 + directive_book::whole_wait_ms - 1));
  BOOST_TEST(book.cards_due(4'000 + directive_book::whole_wait_ms));
  BOOST_TEST(book.in_rows(60).cards_next == 50u);
  BOOST_TEST((book.said().cards == 4'000 && book.in_rows(60).cards == 0)); // not claimed yet
  fact_disk disk;
  disk.write(rows);
  BOOST_TEST(loaded_again(disk).cards_loaded() == 50u);
  book.write_cards(61, rows);
  for (std::uint64_t id = 1; id <= directive_book::cards_waiting_max; ++id)
    say(true, 5'000, id);
  BOOST_TEST(book.cards_due(5'000));
}

/// What a ward was told of a card since must not be undone by an older row.
BOOST_AUTO_TEST_CASE(cards_go_with_the_day_on_which_they_came_and_the_newest_says_what_is_whole) {
  constexpr day_number first = 18'900;
  directive_book book;
  fact_disk disk;
  auto said = [&](day_number day, std::vector<card_update> cards) {
    std::vector<saved_row> rows;
    command c;
    c.body = std::move(cards);
    auto at = start_of(day) + 7 * hour_ms;
    book.take(c, {}, {"officer", at, at}, rows);
    BOOST_REQUIRE(book.cards_due(at + directive_book::whole_wait_ms));
    book.write_cards(1, rows);
    disk.write(rows);
    return at;
  };
  said(first, {card(1), card(2), card(5)});
  said(first + 2, {card(3)});
  auto last = said(first + 4, {card(2)});
  std::map<std::uint64_t, time_ms> came;
  std::size_t whole = 0;
  for (auto piece_bytes : {std::size_t{600}, limits::batch_bytes_max}) {
    came.clear();
    each_command(disk, lane::bulk, book.said(), piece_bytes,
                 [&](const command& c, const log_entry_view& e) {
                   for (auto& row : std::get<std::vector<card_update>>(c.body))
                     came[static_cast<std::uint64_t>(row.card)] = e.at;
                   whole += c.more ? 0u : 1u;
                   BOOST_TEST((c.more || e.at == last));
                 });
    BOOST_TEST(came.size() == 4u);
    BOOST_TEST(came[1] == start_of(first + 1) - 1);
    BOOST_TEST(came[3] == start_of(first + 3) - 1);
    BOOST_TEST(came[2] == last);
  }
  BOOST_TEST(whole == 2u);
}

BOOST_AUTO_TEST_CASE(a_row_is_read_whole_or_not_at_all) {
  level_update level{make_group_id(22366, 1), risk_scale::decision_2686, 3, 18'900, 77, "a", "b"};
  std::vector<saved_row> rows{
    row_of(card(7), 18'801),
    row_of(level),
    row_of(rulebook_text{later_book()}, 20211201, {"a", 5, 6}),
    row_of(revoke(8), {"a", 6, 7}),
    row_of(suspend(2), {"a", 7, 8}),
    row_of(facts_said{4, 5, 6}),
    row_of(contact_list{city, {{"A", "113", ""}, {"B", "114", "x"}}}, {"a", 8, 9, role::health}),
    row_of(contact_list{city, {}}, {"a", 9, 9})};
  auto reads = [](std::string_view key, row_value value) {
    return card_of_row(key, value) || level_of_row(key, value) || single_of_row(key, value) ||
           said_of_row(key, value);
  };
  for (auto& row : rows) {
    BOOST_TEST(reads(row.key, row.value), row.key);
    BOOST_TEST(!reads(row.key + "x", row.value));
    BOOST_TEST(!reads(row.key.substr(0, row.key.size() - 1), row.value));
    for (std::size_t n = 0; n != row.value.size(); ++n)
      BOOST_TEST(!reads(row.key, std::span{row.value}.first(n)));
  }
  BOOST_TEST((level_of_row(rows[1].key, rows[1].value) == level));
  BOOST_TEST(card_of_row(rows[0].key, rows[0].value)->facts.full_dose == 18'800);
  BOOST_TEST(came_of_card_row(rows[0].value) == 18'801);
  BOOST_TEST((std::get<card_order>(single_of_row(rows[3].key, rows[3].value)->body) == revoke(8)));
  auto published = single_of_row(rows[6].key, rows[6].value);
  BOOST_TEST((std::get<contact_list>(published->body) ==
              contact_list{city, {{"A", "113", ""}, {"B", "114", "x"}}}));
  BOOST_TEST((published->role == role::health && published->said == 8 && published->at == 9));
  BOOST_TEST(rows[6].key == rows[7].key); // the newest is all of it
}
