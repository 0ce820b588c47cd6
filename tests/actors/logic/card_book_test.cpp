// SPDX-License-Identifier: Apache-2.0
// Proves: facts, revocations, links, last places and the days on which a card was counted are kept
//         for the card that was named and no other, and forgotten when they are due; a shard comes
//         back from its saved bytes.
// Method: each rule by hand; random histories by seed beside a map with sets of days.
#define BOOST_TEST_MODULE card_book
#include "actors/logic/card_book.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <random>
#include <set>

using namespace wardflow;

namespace {

const day_number today = *parse_day("2021-10-20");
const time_ms noon = start_of(today) + 12 * hour_ms;

card_facts green() {
  card_facts f;
  f.group = make_group_id(22366, 3);
  f.first_dose = static_cast<day_number>(today - 60);
  f.full_dose = static_cast<day_number>(today - 30);
  f.recovered = static_cast<day_number>(today - 90);
  f.pcr_negative_min = static_cast<std::uint32_t>(noon / minute_ms) - 60;
  f.known = true;
  return f;
}

/// As a code that carried a, then b.
void link(card_book& book, std::uint64_t a, std::uint64_t b, time_ms stamp = noon) {
  book.apply_link(card_id{a}, card_id{b}, false, stamp);
  book.apply_link(card_id{b}, card_id{a}, true, stamp);
}

} // namespace

BOOST_AUTO_TEST_CASE(facts_come_back_and_leave_the_revocation_as_it_is) {
  card_book book;
  book.apply_facts(card_id{1}, green());
  BOOST_TEST((book.facts(card_id{1}) == green()));
  BOOST_TEST(!book.facts(card_id{2}).known);
  book.apply_revoked(card_id{1}, true);
  book.apply_facts(card_id{1}, green());
  BOOST_TEST(book.facts(card_id{1}).revoked);
  book.apply_revoked(card_id{1}, false);
  BOOST_TEST((book.facts(card_id{1}) == green()));
}

BOOST_AUTO_TEST_CASE(a_link_counts_both_keys_as_one_person_with_the_facts_of_either) {
  for (auto known_first : {true, false}) {
    card_book book;
    book.apply_facts(card_id{known_first ? 10u : 20u}, green());
    link(book, 10, 20);
    BOOST_TEST((book.canonical(card_id{10}) == card_id{10}));
    BOOST_TEST((book.canonical(card_id{20}) == card_id{10}));
    for (auto card : {card_id{10}, card_id{20}}) {
      auto seen = book.look(card);
      BOOST_TEST((seen.person == card_id{10}));
      BOOST_TEST((seen.facts == green()));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_revocation_holds_under_both_keys) {
  for (auto revoked : {10u, 20u}) {
    card_book book;
    book.apply_facts(card_id{10}, green());
    link(book, 10, 20);
    book.apply_revoked(card_id{revoked}, true);
    BOOST_TEST(book.facts(card_id{10}).revoked);
    BOOST_TEST(book.facts(card_id{20}).revoked);
  }
}

BOOST_AUTO_TEST_CASE(the_first_link_stands) {
  card_book book;
  link(book, 10, 20);
  link(book, 30, 20); // another's code that carries the same second key
  BOOST_TEST((book.canonical(card_id{20}) == card_id{10}));
  link(book, 20, 10); // the same two, in the other order
  BOOST_TEST((book.canonical(card_id{20}) == card_id{10}));
  BOOST_TEST((book.canonical(card_id{10}) == card_id{10}));
}

BOOST_AUTO_TEST_CASE(the_last_place_is_that_of_the_newest_scan_whatever_came_last) {
  std::vector<std::pair<std::uint32_t, time_ms>> scans{
    {3, noon}, {9, noon}, {5, noon}, {7, noon - 1}, {2, noon - hour_ms}};
  std::sort(scans.begin(), scans.end());
  do {
    card_book book;
    for (auto& [venue, at] : scans)
      book.apply_scan(card_id{1}, venue, at, venue == 5, noon);
    auto* r = book.find(card_id{1});
    BOOST_REQUIRE(r != nullptr);
    BOOST_TEST(r->last_at == noon);
    BOOST_TEST(r->last_venue == 9u); // of two at the same time the higher serial
    BOOST_TEST(r->scans == 5u);
    BOOST_TEST(r->refused == 1u);
  } while (std::next_permutation(scans.begin(), scans.end()));
}

BOOST_AUTO_TEST_CASE(a_card_without_facts_is_forgotten_when_it_was_not_seen_for_20_days) {
  auto known_after = [](int days, auto prepare) {
    card_book book;
    prepare(book);
    book.apply_scan(card_id{1}, 5, noon, false, noon);
    // Somebody else in the same shard begins its day.
    std::uint64_t other = 2;
    while (card_book::shard_of(card_id{other}) != card_book::shard_of(card_id{1}))
      ++other;
    book.apply_scan(card_id{other}, 5, noon + days * day_ms, false, noon + days * day_ms);
    return book.find(card_id{1}) != nullptr;
  };
  auto nothing = [](card_book&) {};
  BOOST_TEST(known_after(19, nothing));
  BOOST_TEST(!known_after(20, nothing));
  BOOST_TEST(!known_after(500, nothing));
  BOOST_TEST(known_after(500, [](card_book& b) { b.apply_facts(card_id{1}, green()); }));
  BOOST_TEST(known_after(500, [](card_book& b) { b.apply_revoked(card_id{1}, true); }));
  BOOST_TEST(known_after(500, [](card_book& b) { link(b, 1, 77); }));
}

BOOST_AUTO_TEST_CASE(a_scan_older_than_20_days_stores_no_identity) {
  card_book book;
  book.apply_scan(card_id{1}, 5, noon - 20 * day_ms, false, noon);
  BOOST_TEST((book.find(card_id{1}) == nullptr));
  book.apply_facts(card_id{2}, green());
  book.apply_scan(card_id{2}, 5, noon - 20 * day_ms, true, noon);
  auto* r = book.find(card_id{2});
  BOOST_TEST(r->days == 0u);
  BOOST_TEST(r->last_venue == 0u);
  BOOST_TEST(r->last_at == 0);
  BOOST_TEST(r->scans == 0u);
  BOOST_TEST(r->refused == 0u);
  book.apply_scan(card_id{1}, 5, noon - 19 * day_ms, false, noon);
  BOOST_TEST(book.persons_on(static_cast<day_number>(today - 19)).persons == 1u);
}

BOOST_AUTO_TEST_CASE(damaged_bytes_are_no_shard) {
  card_book book;
  book.apply_facts(card_id{1}, green());
  auto shard = card_book::shard_of(card_id{1});
  auto saved = book.save(shard, 9);
  card_book again;
  std::uint64_t stamp = 0;
  for (std::size_t n = 0; n != saved.size(); ++n)
    BOOST_REQUIRE(!again.load(shard, std::span{saved}.first(n), stamp));
  BOOST_TEST(!again.load((shard + 1) % card_book::shard_count, saved, stamp)); // another's row
  BOOST_TEST(!again.load(card_book::shard_count, saved, stamp));
  BOOST_TEST(again.load(shard, saved, stamp));
  BOOST_TEST(stamp == 9u);
}

namespace {

struct slow_card {
  card_facts facts;
  bool revoked = false, known = false, follows = false;
  std::uint64_t partner = 0, scans = 0, refused = 0;
  std::set<day_number> days;
  std::pair<time_ms, std::uint32_t> last;
};

struct slow_book {
  std::map<std::uint64_t, slow_card> cards;
  std::map<std::size_t, day_number> shard_day;

  day_number begin_day(std::uint64_t card, time_ms stamp) {
    auto& day = shard_day[card_book::shard_of(card_id{card})];
    if (local_day(stamp) > day) {
      auto began = day == 0; // the shard's first day: nothing is old yet
      day = local_day(stamp);
      for (auto at = cards.begin(); at != cards.end();) {
        auto& [id, k] = *at;
        auto mine =
          !began && card_book::shard_of(card_id{id}) == card_book::shard_of(card_id{card});
        auto old = mine && std::none_of(k.days.begin(), k.days.end(),
                                        [&](day_number d) { return day - d < 20; });
        if (old) { // also of a card that stays
          k.last = {};
          k.refused = k.scans = 0;
        }
        auto stays = !old || k.known || k.revoked || k.partner != 0;
        at = stays ? std::next(at) : cards.erase(at);
      }
    }
    return day;
  }
  void scanned(std::uint64_t card, std::uint32_t venue, time_ms at, bool refused, time_ms stamp) {
    auto day = begin_day(card, stamp);
    if (day - std::min(local_day(at), day) >= 20)
      return;
    auto& k = cards[card];
    k.days.insert(std::min(local_day(at), day));
    k.last = std::max(k.last, {at, venue});
    k.refused += refused;
    ++k.scans;
  }
  void linked(std::uint64_t card, std::uint64_t partner, bool follows, time_ms stamp) {
    if (auto known = cards.find(card); known != cards.end() && known->second.partner != 0)
      return;
    begin_day(card, stamp);
    auto& k = cards[card];
    k.partner = partner;
    k.follows = follows;
  }
};

void compare(const card_book& fast, const slow_book& slow, day_number now) {
  BOOST_REQUIRE(fast.size() == slow.cards.size());
  for (auto& [id, k] : slow.cards) {
    auto* r = fast.find(card_id{id});
    BOOST_REQUIRE(r != nullptr);
    BOOST_REQUIRE(r->facts().known == k.known);
    BOOST_REQUIRE(r->facts().revoked == k.revoked);
    BOOST_REQUIRE(static_cast<std::uint64_t>(r->partner) == k.partner);
    BOOST_REQUIRE((fast.canonical(card_id{id}) == card_id{k.follows ? k.partner : id}));
    BOOST_REQUIRE(r->scans == k.scans);
    BOOST_REQUIRE(r->refused == k.refused);
    BOOST_REQUIRE((std::pair{r->last_at, r->last_venue} == k.last));
  }
  for (auto day = now; day != now - 19; --day) {
    std::uint64_t persons = 0, linked = 0;
    for (auto& [id, k] : slow.cards)
      if (k.days.contains(day)) {
        ++persons;
        linked += k.partner != 0;
      }
    auto count = fast.persons_on(day);
    BOOST_REQUIRE(count.persons == persons);
    BOOST_REQUIRE(count.linked == linked);
    std::uint64_t visited = 0;
    fast.for_each_person_on(day, [&](card_id) { ++visited; });
    BOOST_REQUIRE(visited == persons);
  }
}

} // namespace

BOOST_AUTO_TEST_CASE(random_histories_are_those_of_a_map_through_saves_and_loads) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      std::mt19937_64 random{seed};
      card_book fast;
      slow_book slow;
      auto stamp = noon;
      for (auto i = 0; i != 1500; ++i) {
        auto card = 1 + random() % 400;
        stamp += static_cast<time_ms>(random() % hour_ms);
        if (random() % 300 == 0)
          stamp += 12 * day_ms;
        switch (random() % 12) {
        case 0:
          fast.apply_facts(card_id{card}, green());
          slow.cards[card].known = true;
          break;
        case 1: {
          auto revoke = random() % 2 == 0;
          fast.apply_revoked(card_id{card}, revoke);
          slow.cards[card].revoked = revoke;
          break;
        }
        case 2: {
          auto other = 1 + random() % 400;
          if (other == card)
            break;
          link(fast, card, other, stamp);
          slow.linked(card, other, false, stamp);
          slow.linked(other, card, true, stamp);
          break;
        }
        default: {
          auto venue = 1 + static_cast<std::uint32_t>(random() % 9);
          auto at = stamp - static_cast<time_ms>(random() % (30 * day_ms));
          if (random() % 10 == 0)
            at = stamp + static_cast<time_ms>(random() % (5 * minute_ms));
          auto refused = random() % 4 == 0;
          fast.apply_scan(card_id{card}, venue, at, refused, stamp);
          slow.scanned(card, venue, at, refused, stamp);
        }
        }
        if (i % 250 != 0)
          continue;
        compare(fast, slow, local_day(stamp));
        card_book again;
        std::uint64_t read = 0;
        for (std::size_t s = 0; s != card_book::shard_count; ++s) {
          auto saved = fast.save(s, seed + s);
          BOOST_REQUIRE(again.load(s, saved, read));
          BOOST_REQUIRE(read == seed + s);
          BOOST_REQUIRE((again.save(s, read) == saved));
        }
        BOOST_REQUIRE((again.state_hash() == fast.state_hash()));
        compare(again, slow, local_day(stamp));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_card_costs_what_is_promised) {
  card_book book;
  for (std::uint64_t n = 1; n <= 400'000; ++n)
    book.apply_facts(card_id{n * 0x9e37'79b9'7f4a'7c15}, green());
  BOOST_TEST(book.size() == 400'000u);
  BOOST_TEST(book.memory_bytes() / book.size() <= 105u);
}
