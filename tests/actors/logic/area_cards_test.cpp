// SPDX-License-Identifier: Apache-2.0
// Proves: cards of an import go to their rows together, soon after it is whole; killed before that,
//         an area takes them again from its log and writes them with its first round; a snapshot
//         never stands for what is not in rows; on a full disk they wait for room.
// Method: an area's fold on a disk made of maps; commands of cards by hand, one a round.
#define BOOST_TEST_MODULE area_cards
#include "tests/support/area_world.hpp"

#include <boost/test/unit_test.hpp>

using namespace wardflow;
using namespace wardflow::test;

namespace {

struct world : area_world {
  world() : area_world(city, settings()) { hello(1, hello_of(ward_unit(1))); }
  static area_fold::options settings() {
    area_fold::options o;
    o.epoch = 1;
    return o;
  }
  void say_cards(std::uint64_t first, std::uint64_t through, bool more) {
    command c;
    std::vector<card_update> cards;
    for (auto id = through; id >= first; --id) {
      card_update u;
      u.card = card_id{id};
      u.facts.full_dose = 18'800;
      cards.push_back(u);
    }
    c.body = std::move(cards);
    c.more = more;
    BOOST_REQUIRE((say(c).code == code::forwarded));
  }
  [[nodiscard]] std::size_t in_rows() const {
    std::size_t n = 0;
    for (auto& [key, value] : rows)
      n += key.first == state_table::facts && key.second.starts_with(fact_prefix::card) ? 1u : 0u;
    return n;
  }
  void after(time_ms ms) {
    stamp += ms;
    empty();
  }
};

} // namespace

BOOST_AUTO_TEST_CASE(they_go_to_their_rows_together_soon_after_the_import_is_whole) {
  world w;
  w.say_cards(1, 50, true);
  w.say_cards(51, 100, true);
  BOOST_TEST(w.in_rows() == 0u);
  BOOST_TEST(w.last.whole.cards_next == 1u);
  w.say_cards(101, 120, false);
  BOOST_TEST(w.in_rows() == 0u);
  BOOST_TEST(w.last.whole.cards == 0);
  BOOST_TEST(w.last.next_due == w.stamp + directive_book::whole_wait_ms); // though nobody speaks
  w.after(directive_book::whole_wait_ms);
  BOOST_TEST(w.in_rows() == 120u);
  BOOST_TEST(w.last.whole.cards == w.stamp - directive_book::whole_wait_ms);
  BOOST_TEST(w.last.whole.cards_next == 4u);
}

BOOST_AUTO_TEST_CASE(killed_before_that_it_takes_them_from_the_log_and_claims_nothing_sooner) {
  for (auto more : {true, false}) {
    world w;
    w.say_cards(1, 10, false);
    w.after(directive_book::whole_wait_ms);
    w.say_cards(5, 30, more);
    BOOST_TEST(w.in_rows() == 10u);
    w.restart();
    w.empty(); // at once
    BOOST_TEST(w.in_rows() == 30u);
    BOOST_TEST(w.last.whole.cards_next == 3u);
    BOOST_TEST(w.last.whole.cards == (more ? w.stamp - directive_book::whole_wait_ms : w.stamp));
    w.restart();
    w.empty();
    BOOST_TEST(w.in_rows() == 30u);
  }
}

BOOST_AUTO_TEST_CASE(on_a_full_disk_they_wait_for_room) {
  world w;
  w.say_cards(1, 30, false);
  w.full = true;
  w.after(directive_book::cards_wait_ms);
  BOOST_TEST(w.in_rows() == 0u);
  BOOST_TEST(w.last.whole.cards == 0);
  w.restart(); // killed meanwhile
  w.empty();
  BOOST_TEST(w.in_rows() == 0u);
  BOOST_TEST(w.last.whole.cards == 0);
  BOOST_TEST(w.last.whole.cards_next == 1u);
  w.full = false;
  w.after(1);
  BOOST_TEST(w.in_rows() == 30u);
  BOOST_TEST(w.last.whole.cards != 0);
}

BOOST_AUTO_TEST_CASE(a_folder_without_such_rows_has_them_from_its_log_for_good) {
  world w;
  w.say_cards(1, 30, false);
  auto said = w.stamp;
  w.after(directive_book::whole_wait_ms);
  std::erase_if(w.rows, [](auto& row) { return row.first.first == state_table::facts; });
  for (auto start = 0; start != 2; ++start) {
    w.restart();
    w.empty();
    BOOST_TEST(w.in_rows() == 30u);
    BOOST_TEST(w.last.whole.cards == said);
    BOOST_TEST(w.last.whole.cards_at == said);
  }
}
