// SPDX-License-Identifier: Apache-2.0
// Proves: WARD and its VENUEs give the state and the replies of the fold that they are made of,
//         whatever the order in which messages are delivered; rounds leave in order, each once.
// Method: real actors under a scheduler that shuffles by seed, beside the same rounds in one
//         thread.
#define BOOST_TEST_MODULE ward
#include "actors/ward.hpp"
#include "tests/support/deterministic_system.hpp"
#include "tests/support/fold_world.hpp"

#include <boost/test/unit_test.hpp>

using namespace wardflow;
using namespace wardflow::test;

namespace {

constexpr std::uint32_t venue_count = 12;

command furnishing(std::uint8_t number) {
  command c;
  c.id[0] = number;
  if (number == 1) {
    std::vector<venue_record> rows(venue_count);
    for (auto& v : rows) {
      v.name = "Quán";
      v.facts.kind = category::shop;
    }
    c.body = rows;
  } else if (number == 2) {
    c.body = rulebook_text{rulebook_file("khanh-hoa-2021-10-16.toml")};
  } else {
    device_add d;
    d.name = "gateway";
    d.key[0] = 1;
    d.gateway = true;
    c.body = d;
  }
  return c;
}

/// Round `n` of a fixed story: the first three furnish, the rest scan.
void fill(scan_round& r, std::uint64_t n, std::uint64_t seed, std::uint64_t& next) {
  r.number = n;
  r.stamp = start_of(*parse_day("2021-10-20")) + 9 * hour_ms + static_cast<time_ms>(n) * 1000;
  if (n <= 3) {
    r.commands.push_back({peer_id{1}, "test", furnishing(static_cast<std::uint8_t>(n))});
    return;
  }
  std::mt19937_64 random{seed * 1000 + n};
  std::vector<scan> scans(1 + random() % 60);
  for (auto& s : scans) {
    s.venue =
      make_venue_id(fold_world::ward, 1 + static_cast<std::uint32_t>(random() % venue_count));
    s.card = card_id{1 + random() % 40};
    s.at = r.stamp;
    s.way = random() % 2 == 0 ? direction::in : direction::out;
  }
  r.scans.push_back({peer_id{1}, device_id{1}, encode_batch(1, next, scans), 0});
  next += scans.size();
}

std::vector<std::byte> replies_of(const scan_round& r) {
  std::vector<std::byte> all;
  for (auto& reply : r.replies)
    all.insert(all.end(), reply.body.view().begin(), reply.body.view().end());
  return all;
}

} // namespace

BOOST_AUTO_TEST_CASE(actors_in_any_order_are_the_fold) {
  for (std::uint64_t seed = 1; seed <= 25; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      fold_world reference;
      deterministic_system world;
      auto fold = std::make_unique<ward_fold>(*unit_code::parse("22366"), ward_fold::options{});
      BOOST_REQUIRE(fold->state.loaded());
      auto* watched = fold.get(); // WARD owns it; read while no message is delivered
      std::vector<round_ptr> left;
      auto actor = world.system.spawn(ward, fold.release(),
                                      round_port{[&](round_ptr r) { left.push_back(r); }});
      std::uint64_t next = 1, same_next = 1, sent = 0;
      for (std::uint64_t n = 1; n <= 20; n += 2) {
        for (auto k = n; k != n + 2; ++k) { // two on their way
          auto r = std::make_shared<scan_round>();
          fill(*r, k, seed, next);
          world.self->send(actor, atom::work_v, r);
          ++sent;
        }
        world.run_shuffled(seed * 31 + n);
        BOOST_REQUIRE(left.size() == sent);
      }
      auto last = std::make_shared<scan_round>();
      last->number = sent + 1;
      last->stamp = left.back()->stamp;
      world.self->send(actor, atom::rest_v, last);
      world.run_shuffled(seed);
      BOOST_REQUIRE(left.size() == sent + 1);
      for (std::uint64_t n = 1; n <= sent; ++n) {
        scan_round r;
        fill(r, n, seed, same_next);
        reference.stamp = r.stamp;
        reference.run(r);
        BOOST_TEST(left[n - 1]->number == n);
        BOOST_REQUIRE((replies_of(r) == replies_of(*left[n - 1])));
      }
      scan_round none;
      BOOST_TEST((watched->state_hash(none) == reference.state()));
      caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
      left.clear();
    }
  }
}

BOOST_AUTO_TEST_CASE(two_days_asked_about_in_one_round_get_their_own_counts) {
  deterministic_system world;
  auto fold = std::make_unique<ward_fold>(*unit_code::parse("22366"), ward_fold::options{});
  BOOST_REQUIRE(fold->state.loaded());
  std::vector<round_ptr> left;
  auto actor =
    world.system.spawn(ward, fold.release(), round_port{[&](round_ptr r) { left.push_back(r); }});
  std::uint64_t next = 1, number = 0;
  auto run = [&](const std::function<void(scan_round&)>& fill_in) {
    auto r = std::make_shared<scan_round>();
    r->number = ++number;
    r->stamp = start_of(*parse_day("2021-10-20")) + 9 * hour_ms;
    fill_in(*r);
    world.self->send(actor, atom::work_v, r);
    world.run_shuffled(number);
    BOOST_REQUIRE(left.size() == number);
  };
  for (std::uint8_t n = 1; n <= 3; ++n)
    run([&](scan_round& r) { r.commands.push_back({peer_id{1}, "test", furnishing(n)}); });
  run([&](scan_round& r) { // three scans yesterday, two today, at a venue that stays awake
    std::vector<scan> scans(5);
    for (std::size_t i = 0; i != scans.size(); ++i) {
      scans[i].venue = make_venue_id(fold_world::ward, 1);
      scans[i].card = card_id{i + 1};
      scans[i].at = r.stamp - (i < 3 ? day_ms : 0);
    }
    r.scans.push_back({peer_id{1}, device_id{1}, encode_batch(1, next, scans), 0});
  });
  run([](scan_round& r) {
    for (std::uint8_t i = 0; i != 3; ++i) {
      query q;
      q.what = i == 1 ? query_kind::status : query_kind::counts_by_venue;
      q.day = i == 0 ? static_cast<day_number>(local_day(r.stamp) - 1) : day_number{};
      command c;
      c.id[0] = static_cast<std::uint8_t>(100 + i);
      c.body = q;
      r.commands.push_back({peer_id{1}, "test", c});
    }
  });
  BOOST_REQUIRE(left.back()->replies.size() == 3u);
  auto scans_in = [&](std::size_t which) {
    answer a;
    BOOST_REQUIRE(read_answer(left.back()->replies[which].body.view(), a) == code::ok);
    BOOST_REQUIRE(a.rows.size() == 1u);
    return a.rows[0][2];
  };
  BOOST_TEST(scans_in(0) == "3");
  BOOST_TEST(scans_in(2) == "2");
  caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
}

BOOST_AUTO_TEST_CASE(venues_that_fall_asleep_and_wake_are_the_fold) {
  for (std::uint64_t seed = 1; seed <= 15; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      fold_world reference;
      deterministic_system world;
      ward_fold::options tired;
      tired.sleep_after_ms = static_cast<time_ms>(seed % 3) * 1000; // 0: after every round
      auto fold = std::make_unique<ward_fold>(*unit_code::parse("22366"), tired);
      BOOST_REQUIRE(fold->state.loaded());
      auto* watched = fold.get();
      std::vector<round_ptr> left;
      auto actor = world.system.spawn(ward, fold.release(),
                                      round_port{[&](round_ptr r) { left.push_back(r); }});
      std::mt19937_64 random{seed};
      std::uint64_t next = 1, same_next = 1, slept = 0;
      for (std::uint64_t n = 1; n <= 60; ++n) {
        auto r = std::make_shared<scan_round>();
        scan_round s;
        if (random() % 3 == 0 && n > 3) { // nobody scans: venues grow tired
          r->number = n;
          r->stamp = s.stamp = left.back()->stamp + 1000;
          r->commands.push_back({peer_id{1}, "test", {}}); // somebody asks for the status
        } else {
          fill(*r, n, seed, next);
          fill(s, n, seed, same_next);
        }
        world.self->send(actor, atom::work_v, r);
        world.run_shuffled(seed * 31 + n);
        BOOST_REQUIRE(left.size() == n);
        reference.stamp = s.stamp;
        reference.run(s);
        if (n > 3 && !r->scans.empty())
          BOOST_REQUIRE((replies_of(s) == replies_of(*r)));
        for (auto& work : r->slices)
          slept += work.sleep;
      }
      BOOST_TEST(slept > 0u);
      std::size_t woken = 0;
      for (std::uint64_t n = 61; n <= 90; ++n) { // asked while venues wake to be saved
        auto r = std::make_shared<scan_round>();
        r->number = n;
        r->stamp = left.back()->stamp + 20 * second_ms;
        query q;
        q.what = query_kind::verify;
        command c;
        c.id[0] = static_cast<std::uint8_t>(n);
        c.body = q;
        r->commands.push_back({peer_id{1}, "test", c});
        world.self->send(actor, atom::work_v, r);
        world.run_shuffled(n);
        scan_round same;
        reference.stamp = r->stamp;
        reference.run(same);
        BOOST_TEST((r->state_hash == reference.state()));
        woken += r->slices.size();
      }
      BOOST_TEST(woken > 0u);
      auto last = std::make_shared<scan_round>();
      last->number = 91;
      last->stamp = left.back()->stamp;
      world.self->send(actor, atom::rest_v, last);
      world.run_shuffled(seed);
      scan_round none;
      BOOST_TEST((watched->state_hash(none) == reference.state()));
      caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
      left.clear();
    }
  }
}

BOOST_AUTO_TEST_CASE(thirty_thousand_registered_venues_cost_no_actor) {
  deterministic_system world;
  auto fold = std::make_unique<ward_fold>(*unit_code::parse("22366"), ward_fold::options{});
  BOOST_REQUIRE(fold->state.loaded());
  std::vector<round_ptr> left;
  auto before = world.system.registry().running();
  auto actor =
    world.system.spawn(ward, fold.release(), round_port{[&](round_ptr r) { left.push_back(r); }});
  for (std::uint8_t piece = 0; piece != 15; ++piece) {
    command c;
    c.id[0] = piece;
    std::vector<venue_record> rows(2000);
    for (auto& v : rows)
      v.name = "Quán";
    c.body = rows;
    auto r = std::make_shared<scan_round>();
    r->number = piece + 1u;
    r->stamp = start_of(*parse_day("2021-10-20"));
    r->commands.push_back({peer_id{1}, "test", c});
    world.self->send(actor, atom::work_v, r);
    world.run_shuffled(1);
  }
  BOOST_TEST(left.size() == 15u);
  BOOST_TEST(world.system.registry().running() <= before + 1);
  caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
}
