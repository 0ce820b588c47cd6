// SPDX-License-Identifier: Apache-2.0
// Proves: answers are kept for the newest commands and no more; every row of the state comes back
//         as it was saved, and damaged or unknown rows are refused.
// Method: the bound passed by hand; a furnished and used ward saved, and each of its rows cut.
#define BOOST_TEST_MODULE ward_state
#include "tests/support/fold_traffic.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

using namespace wardflow;
using namespace wardflow::test;

namespace {

command_id id_of(std::uint64_t n) {
  command_id id{};
  std::memcpy(id.data(), &n, sizeof n);
  return id;
}

std::vector<std::byte> answer_of(std::uint64_t n) {
  std::vector<std::byte> bytes(24);
  std::memcpy(bytes.data() + 8, &n, sizeof n);
  return bytes;
}

} // namespace

BOOST_AUTO_TEST_CASE(the_newest_answers_are_kept_and_the_oldest_leave_the_disk_too) {
  answer_book book;
  std::set<std::string> on_disk;
  std::vector<saved_row> rows;
  const auto kept = answer_book::kept;
  for (std::uint64_t n = 1; n <= kept + 500; ++n) {
    rows.clear();
    book.put(id_of(n), n / 3, answer_of(n), rows); // three in a round
    for (auto& row : rows)
      row.erase ? (void)on_disk.erase(row.key) : (void)on_disk.insert(row.key);
    BOOST_REQUIRE(on_disk.size() == std::min<std::size_t>(n, kept));
  }
  for (std::uint64_t n = 1; n <= kept + 500; ++n) {
    auto* found = book.find(id_of(n));
    BOOST_REQUIRE((found != nullptr) == (n > 500));
    if (found != nullptr)
      BOOST_REQUIRE(*found == answer_of(n));
  }
}

BOOST_AUTO_TEST_CASE(answers_that_were_loaded_leave_in_the_order_of_their_rounds) {
  answer_book before, after;
  std::vector<saved_row> rows;
  for (std::uint64_t n = 1; n <= answer_book::kept; ++n)
    before.put(id_of(n * 0x9e37'79b9'7f4a'7c15), n, answer_of(n), rows);
  std::sort(rows.begin(), rows.end(), [](auto& a, auto& b) { return a.key < b.key; });
  for (auto& row : rows)
    BOOST_REQUIRE(after.load(row.key, row.value));
  rows.clear();
  after.put(id_of(7), answer_book::kept + 1, answer_of(7), rows);
  BOOST_REQUIRE(rows.size() == 2u);
  BOOST_TEST(rows[1].erase);
  BOOST_TEST((after.find(id_of(0x9e37'79b9'7f4a'7c15)) == nullptr)); // of the oldest round
  BOOST_TEST((after.find(id_of(2 * 0x9e37'79b9'7f4a'7c15)) != nullptr));
}

BOOST_AUTO_TEST_CASE(number_keys_sort_as_numbers_do) {
  std::mt19937_64 random{7164};
  for (auto i = 0; i != 1000; ++i) {
    auto a = random() >> (30 + random() % 34), b = random() >> (30 + random() % 34);
    a %= 10'000'000'000, b %= 10'000'000'000;
    BOOST_TEST((number_key(a) < number_key(b)) == (a < b));
  }
}

BOOST_AUTO_TEST_CASE(every_row_of_a_used_ward_comes_back_and_none_that_is_cut) {
  fold_world w;
  furnish(w);
  traffic t{7164};
  for (auto i = 0; i != 60; ++i) {
    w.stamp += minute_ms;
    if (i % 3 == 0)
      w.say(t.any_command(w));
    scan_round r;
    t.frames(w, r);
    w.run(r);
  }
  w.fold->sleep_all();
  scan_round last;
  w.run(last);
  auto live = w.state();
  BOOST_REQUIRE(w.restart() == code::ok);
  BOOST_TEST((w.state() == live));
  BOOST_TEST(w.fold->state.scans == t.next - 1);
  BOOST_TEST(w.fold->state.last_stamp == w.stamp);
  BOOST_TEST(w.fold->state.last_round == w.number);
  std::set<std::string> kinds;
  for (auto& [key, value] : w.rows) {
    auto& [table, name] = key;
    kinds.insert(std::to_string(static_cast<int>(table)) + name.substr(0, name.find('/')));
    for (std::size_t n = 0; n < value.size(); n += 1 + value.size() / 40) {
      ward_state scratch{*unit_code::parse("22366")};
      for (auto& [other, whole] : w.rows) // what the row refers to
        if (other.first == state_table::ward && other.second < name)
          (void)scratch.load(other.first, other.second, whole);
      BOOST_REQUIRE_MESSAGE(!scratch.load(table, name, std::span{value}.first(n)),
                            "row " << name << " cut to " << n);
    }
  }
  for (auto kind : {"4venue", "4group", "4device", "4book", "4level", "4levels", "4as_of", "4tally",
                    "0position"})
    BOOST_TEST(kinds.contains(kind), kind);
}

BOOST_AUTO_TEST_CASE(rows_of_unknown_owners_and_names_are_refused) {
  ward_state s{*unit_code::parse("22366")};
  venue_ledger ledger;
  BOOST_TEST(!s.load(state_table::venues, number_key(5), ledger.save(1))); // no such venue
  BOOST_TEST(!s.load(state_table::cards, number_key(256), card_book{}.save(0, 1)));
  BOOST_TEST(
    !s.load(state_table::devices, number_key(1), device_book::save_gate(device_entry{true}, 1)));
  auto as_of = s.save_as_of();
  BOOST_TEST(s.load(as_of.table, as_of.key, as_of.value));
  BOOST_TEST(!s.load(state_table::ward, "as_off", as_of.value));
  BOOST_TEST(!s.load(static_cast<state_table>(9), as_of.key, as_of.value));
}

BOOST_AUTO_TEST_CASE(the_hash_sees_every_part_of_the_state) {
  fold_world w;
  furnish(w);
  auto& s = w.fold->state;
  std::vector<hash128_value> seen{w.state()};
  auto changed = [&](const char* what) {
    auto now = w.state();
    BOOST_TEST((std::find(seen.begin(), seen.end(), now) == seen.end()), what);
    seen.push_back(now);
  };
  std::vector<saved_row> rows;
  (void)s.places.order({make_venue_id(w.ward, 3), true, "1"}, false, rows);
  changed("register");
  (void)s.places.add(group_record{make_group_id(w.ward, 9), "Tổ 9"}, false, rows);
  changed("groups");
  (void)s.devices.revoke({device_id{2}, "1"}, 5, false, rows);
  changed("devices");
  s.devices.find(device_id{1})->gate.admit(9, 1, 1);
  s.devices.find(device_id{1})->gate.taken(9, 1, std::vector<std::uint32_t>{1}, {});
  changed("gates");
  s.cards.apply_revoked(card_id{5}, true);
  changed("cards");
  (void)s.levels.set({make_group_id(w.ward, 1), 18'900, risk_scale::resolution_128, 2, "x", "", 5});
  changed("levels");
  s.cards_as_of = 5;
  changed("as of");
  ward_tally::count(s.tally.of(18'900), {});
  changed("tally");
  scan_item item;
  item.person = card_id{1};
  item.at = w.stamp;
  s.slots.rest(4)->apply(item, verdict{decision::admit}, w.stamp);
  changed("ledgers");
}
