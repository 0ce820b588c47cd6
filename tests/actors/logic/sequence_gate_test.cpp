// SPDX-License-Identifier: Apache-2.0
// Proves: a number is taken once; a repeat in the window gets its first verdict; what is saved
//   comes back the same; a gateway's window costs a few bytes a scan.
// Method: hand-made cases, and random frames against a map of every number ever taken.
#define BOOST_TEST_MODULE sequence_gate
#include "actors/logic/sequence_gate.hpp"

#include <boost/test/unit_test.hpp>

#include <deque>
#include <map>
#include <random>

using namespace wardflow;
using outcome = sequence_gate::outcome;

namespace {

constexpr auto number_max = ~std::uint64_t{0};

std::uint32_t word(std::uint32_t n, std::uint32_t basis_index = 0) {
  return (n & 0xff'ffff) | basis_index << 24;
}

basis some_basis(std::uint32_t n) {
  return {n, n, n + 1, n + 2};
}

/// Takes `count` scans whose words are their numbers.
void pass(sequence_gate& gate, std::uint64_t epoch, std::uint64_t first, std::uint32_t count,
          std::uint32_t basis_number = 1) {
  BOOST_REQUIRE(gate.look(epoch, first, count).what == outcome::take);
  gate.admit(epoch, first, count);
  std::vector<std::uint32_t> words;
  for (std::uint32_t i = 0; i < count; ++i)
    words.push_back(word(static_cast<std::uint32_t>(first) + i));
  const auto b = some_basis(basis_number);
  gate.taken(epoch, first, words, {&b, 1});
}

sequence_gate at(bool gateway, std::uint64_t epoch, std::uint64_t next) {
  sequence_gate gate{gateway};
  BOOST_REQUIRE(gate.restore(epoch, next, {}));
  return gate;
}

} // namespace

BOOST_AUTO_TEST_CASE(the_first_epoch_heard_is_taken_whatever_it_is_and_begins_with_1) {
  sequence_gate gate{false};
  BOOST_TEST((gate.look(0, 1, 1).reason == code::epoch_lower));
  BOOST_TEST(gate.look(0, 1, 1).least_epoch == 1u);
  const auto late = gate.look(77, 5, 1);
  BOOST_TEST((late.what == outcome::refuse && late.reason == code::sequence_gap));
  BOOST_TEST(late.expected == 1u);
  pass(gate, 77, 1, 1);
  BOOST_TEST(gate.epoch() == 77u);
  BOOST_TEST(gate.next() == 2u);
}

BOOST_AUTO_TEST_CASE(a_lower_epoch_is_refused_and_told_where_a_sequence_may_begin) {
  auto gate = at(false, 10, 5);
  const auto d = gate.look(9, 1, 1);
  BOOST_TEST((d.what == outcome::refuse && d.reason == code::epoch_lower));
  BOOST_REQUIRE(d.least_epoch == 11u);
  BOOST_TEST((gate.look(d.least_epoch, 1, 1).what == outcome::take));
  BOOST_TEST((gate.look(d.least_epoch - 1, 1, 1).what == outcome::repeat)); // would not count
}

BOOST_AUTO_TEST_CASE(next_is_taken_old_is_a_repeat_a_frame_over_the_edge_is_mixed) {
  sequence_gate gate{true};
  pass(gate, 1, 1, 10);
  BOOST_TEST((gate.look(1, 11, 5).what == outcome::take));
  BOOST_TEST((gate.look(1, 1, 10).what == outcome::repeat));
  BOOST_TEST(gate.look(1, 1, 10).repeats == 10u);
  BOOST_TEST((gate.look(1, 10, 1).what == outcome::repeat));
  const auto d = gate.look(1, 9, 5);
  BOOST_TEST((d.what == outcome::mixed));
  BOOST_TEST(d.repeats == 2u);
  const auto gap = gate.look(1, 12, 1);
  BOOST_TEST((gap.reason == code::sequence_gap && gap.expected == 11u));
  BOOST_TEST((gate.look(1, 0, 3).reason == code::sequence_gap));
}

BOOST_AUTO_TEST_CASE(numbers_at_the_end_of_64_bits_do_not_wrap) {
  auto gate = at(true, number_max, number_max - 5);
  BOOST_TEST((gate.look(number_max, number_max - 5, 5).what == outcome::take));
  BOOST_TEST((gate.look(number_max, number_max - 5, 6).reason == code::sequence_gap));
  BOOST_TEST((gate.look(number_max, number_max - 7, 10'000).reason == code::sequence_gap));
  BOOST_TEST((gate.look(number_max, number_max, 10).reason == code::sequence_gap));
  BOOST_TEST(gate.look(5, 1, 1).least_epoch == number_max);
  pass(gate, number_max, number_max - 5, 5);
  BOOST_TEST((gate.look(number_max, number_max, 1).reason == code::sequence_gap));
  BOOST_TEST((gate.look(number_max, number_max - 1, 1).what == outcome::repeat));
}

BOOST_AUTO_TEST_CASE(frames_of_one_round_are_admitted_before_any_is_judged) {
  sequence_gate gate{false};
  const auto b = some_basis(1);
  for (std::uint64_t n = 1; n <= 64; ++n)
    gate.admit(1, n, 1);
  const auto d = gate.look(1, 65, 1);
  BOOST_TEST((d.what == outcome::refuse && d.reason == code::too_many_outstanding));
  BOOST_TEST(d.expected == 65u);
  BOOST_TEST((gate.look(1, 3, 1).what == outcome::repeat));
  BOOST_TEST(!gate.remembered(1, 3)); // not judged yet
  for (std::uint32_t n = 1; n <= 64; ++n) {
    const auto w = word(n);
    gate.taken(1, n, {&w, 1}, {&b, 1});
  }
  BOOST_TEST(gate.pending() == 0u);
  for (std::uint32_t n = 1; n <= 64; ++n)
    BOOST_TEST((gate.remembered(1, n) == std::pair{word(n), b}));
  BOOST_TEST((gate.look(1, 65, 1).what == outcome::take));
}

BOOST_AUTO_TEST_CASE(a_higher_epoch_forgets_the_window_even_of_frames_still_to_be_judged) {
  sequence_gate gate{false};
  pass(gate, 1, 1, 3);
  const auto b = some_basis(2);
  const auto w = word(9);
  gate.admit(1, 4, 1);
  gate.admit(2, 1, 1);
  BOOST_TEST((gate.look(1, 4, 1).reason == code::epoch_lower));
  gate.taken(1, 4, {&w, 1}, {&b, 1});
  gate.taken(2, 1, {&w, 1}, {&b, 1});
  BOOST_TEST(!gate.remembered(1, 4));
  BOOST_TEST((gate.remembered(2, 1) == std::pair{w, b}));
  BOOST_TEST(gate.window().size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_door_remembers_64_scans_and_no_more) {
  sequence_gate gate{false};
  for (std::uint32_t n = 1; n <= 1000; ++n)
    pass(gate, 3, n, 1, n / 10);
  BOOST_TEST(!gate.remembered(3, 936));
  for (std::uint32_t n = 937; n <= 1000; ++n)
    BOOST_TEST((gate.remembered(3, n) == std::pair{word(n), some_basis(n / 10)}));
  BOOST_TEST(!gate.remembered(3, 1001));
  BOOST_TEST(gate.window().size() == 8u); // a run each basis, not a row each scan
}

BOOST_AUTO_TEST_CASE(a_gateway_remembers_64_frames_or_100000_scans_whichever_is_less) {
  sequence_gate frames{true};
  for (std::uint32_t n = 0; n < 100; ++n)
    pass(frames, 1, 1 + n * 10, 10);
  BOOST_TEST(!frames.remembered(1, 360));
  BOOST_TEST(frames.remembered(1, 361).has_value());
  BOOST_TEST(frames.window().size() == 64u);

  sequence_gate scans{true};
  for (std::uint32_t n = 0; n < 23; ++n)
    pass(scans, 1, 1 + n * 10'000, 10'000);
  BOOST_TEST(!scans.remembered(1, 130'000));
  BOOST_TEST(scans.remembered(1, 130'001).has_value());
  BOOST_TEST(scans.memory_bytes() < 8u * 100'000 + 8'192); // 4 a scan, room to grow included
  BOOST_TEST(sequence_gate{true}.memory_bytes() == sizeof(sequence_gate));
}

BOOST_AUTO_TEST_CASE(a_gateway_may_not_have_more_scans_unjudged_than_its_limit) {
  sequence_gate gate{true};
  for (std::uint64_t n = 0; n < 10; ++n)
    gate.admit(1, 1 + n * 10'000, 10'000);
  BOOST_TEST((gate.look(1, 100'001, 1).reason == code::too_many_outstanding));
  BOOST_TEST((gate.look(1, 99'999, 10).reason == code::too_many_outstanding));
  BOOST_TEST((gate.look(1, 99'999, 2).what == outcome::repeat));
}

BOOST_AUTO_TEST_CASE(a_word_keeps_its_own_basis_among_several) {
  sequence_gate gate{true};
  const std::vector<basis> two{some_basis(4), some_basis(5)};
  const std::vector<std::uint32_t> words{word(1, 0), word(2, 1), word(3, 9)};
  gate.admit(1, 1, 3);
  gate.taken(1, 1, words, two);
  BOOST_TEST((gate.remembered(1, 1) == std::pair{words[0], two[0]}));
  BOOST_TEST((gate.remembered(1, 2) == std::pair{words[1], two[1]}));
  BOOST_TEST((gate.remembered(1, 3) == std::pair{words[2], basis{}})); // no such basis
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_together_is_not_restored) {
  sequence_gate gate{false};
  pass(gate, 4, 1, 2);
  const auto before = gate;
  using frame = sequence_gate::window_frame;
  const std::vector<std::uint32_t> two{1, 2};
  const auto refused = [&](std::uint64_t epoch, std::uint64_t next, std::vector<frame> window) {
    return !gate.restore(epoch, next, window) && gate == before;
  };
  BOOST_TEST(refused(1, 0, {}));
  BOOST_TEST(refused(0, 2, {}));
  BOOST_TEST(refused(1, 9, {{1, two, {}}}));               // ends before `next`
  BOOST_TEST(refused(1, 5, {{1, two, {}}, {4, {1}, {}}})); // a hole
  BOOST_TEST(refused(1, 3, {{3, {}, {}}}));                // an empty piece
  BOOST_TEST(refused(1, 2, {{0, two, {}}}));               // number 0
  BOOST_TEST(refused(1, 1, {{number_max, two, {}}}));      // wraps
  BOOST_TEST(refused(1, 66, {{1, std::vector<std::uint32_t>(65), {}}}));
  BOOST_TEST(refused(1, 3, {{1, two, std::vector<basis>(257)}}));
  BOOST_TEST(gate.restore(1, 3, std::vector<frame>{{1, two, {}}}));
}

namespace {

/// The slow and obvious gate: every number ever taken in a map, and the sizes of all frames.
struct obvious_gate {
  explicit obvious_gate(std::uint64_t seed) : random(seed), gateway(seed % 2 == 0), gate(gateway) {}

  struct frame {
    std::uint64_t epoch, first;
    std::uint32_t count;
  };

  void send_one() {
    const auto e = epoch + (random() % 50 == 0) - (epoch > 0 && random() % 20 == 0);
    const auto count = static_cast<std::uint32_t>(1 + random() % (gateway ? 3'000 : 12));
    const auto base = e == epoch ? next : 1;
    const auto first = base + 3 - std::min<std::uint64_t>(base + 3, random() % 12);
    const auto d = gate.look(e, first, count);
    const auto fresh = first + count - base;
    if (e == 0 || e < epoch) {
      agree &= d.reason == code::epoch_lower;
    } else if (first == 0 || first > base) {
      agree &= d.reason == code::sequence_gap && d.expected == base;
    } else if (first + count <= base) {
      agree &= d.what == outcome::repeat && d.repeats == count;
    } else if (pending + fresh > scans_kept()) {
      agree &= d.reason == code::too_many_outstanding;
    } else {
      agree &= d.what == (first == base ? outcome::take : outcome::mixed);
      agree &= d.repeats == base - first;
      if (agree)
        admit({e, base, static_cast<std::uint32_t>(fresh)});
    }
  }

  void admit(frame f) {
    gate.admit(f.epoch, f.first, f.count);
    admitted.push_back(f);
    if (f.epoch != epoch) {
      all.clear();
      kept.clear();
    }
    epoch = f.epoch;
    next = f.first + f.count;
    pending += f.count;
  }

  void judge_all() {
    for (const auto& f : admitted) {
      std::vector<std::uint32_t> words;
      const auto b = some_basis(stamp / 64);
      for (std::uint32_t i = 0; i < f.count; ++i) {
        words.push_back(word(++stamp));
        if (f.epoch == epoch)
          all[f.first + i] = {words.back(), b};
      }
      gate.taken(f.epoch, f.first, words, {&b, 1});
      if (f.epoch == epoch)
        kept.push_back(f.count);
    }
    admitted.clear();
    pending = 0;
  }

  [[nodiscard]] std::size_t scans_kept() const { return gateway ? 100'000 : 64; }

  /// Frames that fit, newest first; a door's are scans.
  [[nodiscard]] std::uint64_t oldest() const {
    std::size_t scans = 0;
    std::size_t frames = 0;
    for (auto k = kept.rbegin(); k != kept.rend(); ++k, ++frames) {
      if (gateway && (frames == 64 || scans + *k > scans_kept()))
        break;
      scans += *k;
    }
    return all.size() - std::min(scans, scans_kept()) + 1;
  }

  void compare() {
    agree &= gate.next() == next && gate.epoch() == epoch;
    for (int i = 0; i < 20 && !all.empty(); ++i) {
      const auto number = 1 + random() % (all.size() + 1);
      const auto got = gate.remembered(epoch, number);
      agree &= got.has_value() == (number >= oldest() && number <= all.size());
      agree &= !got || *got == all[number];
    }
    sequence_gate copy{gateway};
    agree &= copy.restore(gate.epoch(), gate.next(), gate.window()) && copy == gate;
    if (random() % 4 == 0)
      gate = copy;
  }

  std::mt19937_64 random;
  bool gateway;
  sequence_gate gate;
  bool agree = true;
  std::uint64_t epoch = 0;
  std::uint64_t next = 1;
  std::size_t pending = 0;
  std::uint32_t stamp = 0;
  std::vector<frame> admitted;
  std::map<std::uint64_t, std::pair<std::uint32_t, basis>> all; // of the present epoch
  std::deque<std::size_t> kept;
};

} // namespace

BOOST_AUTO_TEST_CASE(random_rounds_agree_with_a_map_of_every_number_and_survive_saving) {
  std::uint64_t taken = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      obvious_gate both{seed};
      for (int round = 0; round < 40 && both.agree; ++round) {
        for (auto n = both.random() % 8; n > 0; --n)
          both.send_one();
        both.judge_all();
        both.compare();
      }
      BOOST_TEST(both.agree);
      taken += both.stamp;
    }
  }
  BOOST_TEST(taken > 1'000'000u); // the rounds were not empty
}
