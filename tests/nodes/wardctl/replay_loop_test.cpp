// SPDX-License-Identifier: Apache-2.0
// Proves: a replay sends each frame until it is answered, in order, within a gateway's bounds, and
//   its figures are those of the verdicts; over a lossy network each scan is counted once.
// Method: the real loop against a sequence gate, frame by frame, by hand and by seed.
#define BOOST_TEST_MODULE replay_loop
#include "nodes/wardctl/replay_loop.hpp"

#include "actors/logic/sequence_gate.hpp"
#include "messages/codec.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <random>

using namespace wardflow;
using namespace wardflow::wardctl;

namespace {

struct sent_frame {
  frame_kind kind = frame_kind::none;
  scan_batch_head head;
  std::vector<scan> scans;
  std::string code_text;
};

io::received frame(frame_kind kind, frame_body body) {
  io::received r;
  r.header.kind = kind;
  r.body = std::move(body);
  return r;
}

struct answered_line {
  std::uint64_t line, epoch, sequence;
  bool word;
};

struct world {
  explicit world(time_ms span = 0) : loop(gateway_policy, 1'000, span, hands()) {}

  replay_loop::hands hands() {
    return {[this](frame_kind k, frame_body&& body) {
              sent_frame f;
              f.kind = k;
              if (k == frame_kind::scan_batch)
                BOOST_REQUIRE((read_batch(body.view(), f.head, f.scans) == code::ok));
              code_scan c;
              if (k == frame_kind::code_scan) {
                BOOST_REQUIRE((read_code_scan(body.view(), c) == code::ok));
                BOOST_TEST(!c.sealed);
                f.head = {c.epoch, c.sequence, 1};
                f.scans.resize(1);
                f.code_text.assign(reinterpret_cast<const char*>(c.code_bytes.data()),
                                   c.code_bytes.size());
              }
              sent.push_back(std::move(f));
              return true;
            },
            [this] { ++redials; },
            [this](std::uint64_t line, std::uint64_t epoch, std::uint64_t sequence,
                   const std::uint32_t* word) {
              answered.push_back({line, epoch, sequence, word != nullptr});
            }};
  }
  /// `count` scans, whose lines follow each other; their card is the line.
  void add(std::uint32_t count, const std::string& code_text = {}) {
    loop.add(make(count, code_text), now);
  }
  [[nodiscard]] static replay_frame of_times(time_ms oldest, time_ms newest) {
    replay_frame f;
    f.scans.resize(1);
    f.lines.resize(1);
    f.oldest = oldest;
    f.newest = newest;
    return f;
  }
  [[nodiscard]] bool has_room(std::uint32_t count) {
    replay_frame f;
    f.scans.resize(count);
    return loop.has_room(f);
  }
  replay_frame make(std::uint32_t count, const std::string& code_text) {
    replay_frame f;
    f.code = code_text;
    for (std::uint32_t i = 0; i < count; ++i) {
      scan s;
      s.card = card_id{code_text.empty() ? next_line : 0};
      f.scans.push_back(s);
      f.lines.push_back(next_line++);
    }
    return f;
  }
  void up() {
    sent.clear();
    loop.link_up(now);
    work();
  }
  void work() { (void)loop.work(now, now * 1'000'000); }
  [[nodiscard]] io::received answer(const sent_frame& f) {
    if (f.kind == frame_kind::hello) {
      welcome w;
      w.epoch = gate.epoch();
      w.expected_sequence = gate.next();
      return frame(frame_kind::welcome, encode_welcome(w));
    }
    const auto count = static_cast<std::uint32_t>(f.scans.size());
    const auto d = gate.look(f.head.epoch, f.head.first_sequence, count);
    if (d.what == sequence_gate::outcome::refuse) {
      refusal r;
      r.reason = d.reason;
      r.epoch = gate.epoch();
      r.expected_sequence = d.expected;
      return frame(frame_kind::refusal, encode_refusal(r));
    }
    std::vector<std::uint32_t> words;
    for (auto i = d.repeats; i < count && d.what != sequence_gate::outcome::repeat; ++i) {
      ++counted[static_cast<std::uint64_t>(f.scans[i].card)];
      words.push_back(to_word(says));
    }
    if (!words.empty()) {
      gate.admit(f.head.epoch, f.head.first_sequence + d.repeats, count - d.repeats);
      gate.taken(f.head.epoch, f.head.first_sequence + d.repeats, words, {});
    }
    scan_reply r;
    r.epoch = f.head.epoch;
    r.first_sequence = f.head.first_sequence;
    r.through_sequence = gate.next() - 1;
    for (std::uint32_t i = 0; i < count; ++i)
      r.verdicts.push_back(gate.remembered(f.head.epoch, f.head.first_sequence + i)->first);
    return frame(frame_kind::scan_reply, encode_scan_reply(r));
  }
  void hear(const io::received& r) { loop.heard(r, now, now * 1'000'000); }
  void exchange() {
    while (!sent.empty()) {
      const auto f = std::move(sent.front());
      sent.pop_front();
      hear(answer(f));
      work();
    }
  }

  time_ms now = 1'000;
  std::uint64_t next_line = 2;
  int redials = 0;
  std::deque<sent_frame> sent;
  std::vector<answered_line> answered;
  std::map<std::uint64_t, int> counted;
  verdict says{decision::admit};
  sequence_gate gate{true};
  replay_loop loop;
};

} // namespace

BOOST_AUTO_TEST_CASE(every_scan_is_answered_under_its_number) {
  world w;
  w.add(3);
  w.add(1, "CODE");
  w.add(2);
  w.up();
  w.exchange();
  BOOST_TEST(w.loop.all_answered());
  BOOST_REQUIRE(w.answered.size() == 6u);
  for (std::size_t i = 0; i < 6; ++i) {
    BOOST_TEST(w.answered[i].line == i + 2);
    BOOST_TEST(w.answered[i].sequence == i + 1);
    BOOST_TEST(w.answered[i].epoch == 1'000u);
    BOOST_TEST(w.answered[i].word);
  }
  BOOST_TEST(w.loop.figures().sent == 6u);
  BOOST_TEST(w.loop.figures().answered == 6u);
}

BOOST_AUTO_TEST_CASE(figures_are_those_of_the_verdicts) {
  world w;
  w.up();
  w.exchange();
  const auto one = [&](decision d, code why, bool late) {
    w.says = {};
    w.says.decision = d;
    w.says.reason = why;
    w.says.late = late;
    w.add(2);
    w.work();
    w.now += 5;
    w.exchange();
  };
  one(decision::admit, code::ok, false);
  one(decision::condition, code::wear_mask, true);
  one(decision::refuse, code::colour_red, false);
  one(decision::refuse, code::code_payment, false);
  const auto& f = w.loop.figures();
  BOOST_TEST(f.decisions[0] == 2u);
  BOOST_TEST(f.decisions[1] == 2u);
  BOOST_TEST(f.decisions[2] == 4u);
  BOOST_TEST(f.late == 2u);
  BOOST_TEST(f.not_counted() == 2u);
  BOOST_TEST(f.reasons[static_cast<std::size_t>(code::colour_red)] == 2u);
  BOOST_TEST(f.latency.count() == 8u);
  BOOST_TEST(f.latency.quantile(0.5) >= 5'000'000u);
  BOOST_TEST(f.latency.quantile(0.5) < 5'400'000u);
  BOOST_TEST(f.seconds() >= 0.015);
}

BOOST_AUTO_TEST_CASE(the_window_of_a_gateway_is_kept) {
  world w;
  w.up();
  w.exchange();
  while (w.has_room(1))
    w.add(1);
  BOOST_TEST(w.loop.unanswered() == 64u);
  w.work();
  BOOST_TEST(w.sent.size() == 64u);
  w.exchange();
  for (int i = 0; i < 10; ++i)
    w.add(10'000);
  BOOST_TEST(!w.has_room(1));
}

BOOST_AUTO_TEST_CASE(no_more_event_time_is_on_its_way_than_the_span) {
  world w{1'000};
  w.loop.add(world::of_times(5'000, 5'400), w.now);
  BOOST_TEST(w.loop.has_room(world::of_times(5'500, 6'000)));
  BOOST_TEST(!w.loop.has_room(world::of_times(5'500, 6'001)));
  w.up();
  w.exchange();
  BOOST_TEST(w.loop.has_room(world::of_times(9'000, 9'900)));
}

BOOST_AUTO_TEST_CASE(a_node_that_lost_state_gets_the_rest_in_a_new_epoch_and_none_twice) {
  world w;
  w.add(5);
  w.up();
  w.exchange();
  w.add(5);
  w.loop.link_down();
  w.gate = sequence_gate{true}; // put back from before all of it
  w.counted.clear();
  w.up();
  w.exchange();
  BOOST_TEST(w.loop.all_answered());
  BOOST_TEST(w.counted.size() == 5u);
  BOOST_TEST(w.answered.back().epoch > 1'000u);
}

BOOST_AUTO_TEST_CASE(of_a_frame_that_a_lost_node_had_in_part_the_rest_goes_on) {
  world w;
  w.add(5);
  w.up();
  w.exchange(); // the node takes them, and then:
  w.add(5);
  w.work();
  BOOST_REQUIRE(w.sent.size() == 1u);
  scan_reply half;
  half.epoch = 1'000;
  half.first_sequence = 1;
  half.through_sequence = 7; // two of the second frame are on its disk
  w.hear(frame(frame_kind::scan_reply, encode_scan_reply(half)));
  w.loop.link_down();
  w.gate = sequence_gate{true};
  w.counted.clear();
  w.up();
  w.exchange();
  BOOST_TEST(w.loop.all_answered());
  BOOST_TEST(w.loop.figures().stored == 2u);
  BOOST_TEST(w.loop.figures().answered == 8u);
  BOOST_TEST(w.counted.size() == 3u);
  for (std::uint64_t line : {9u, 10u, 11u})
    BOOST_TEST(w.counted[line] == 1, "line " << line);
  BOOST_REQUIRE(w.answered.size() == 10u);
  for (std::size_t i = 0; i < 10; ++i) {
    BOOST_TEST(w.answered[i].line == i + 2);
    BOOST_TEST(w.answered[i].word == (i < 5 || i > 6));
  }
}

BOOST_AUTO_TEST_CASE(a_refused_key_stops_it_with_the_reason) {
  world w;
  w.add(1);
  w.up();
  refusal no;
  no.reason = code::needs_gateway_key;
  no.detail = "a door";
  w.hear(frame(frame_kind::refusal, encode_refusal(no)));
  w.work();
  BOOST_TEST((w.loop.stopped() == code::needs_gateway_key));
  BOOST_TEST(w.loop.stop_detail() == "a door");
}

BOOST_AUTO_TEST_CASE(over_a_lossy_network_each_scan_is_counted_once) {
  for (std::uint64_t seed = 7164; seed < 7464; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      std::mt19937_64 random{seed};
      world w;
      w.up();
      for (int step = 0; step < 100'000 && (w.next_line < 500 || !w.loop.all_answered()); ++step) {
        if (w.next_line < 500 && w.has_room(20))
          w.add(1 + static_cast<std::uint32_t>(random() % 20));
        if (random() % 200 == 0)
          w.up();
        w.now += static_cast<time_ms>(random() % 300);
        w.work();
        if (w.sent.empty())
          continue;
        const auto f = std::move(w.sent.front());
        w.sent.pop_front();
        if (random() % 5 == 0)
          continue;
        const auto answer = w.answer(f);
        if (random() % 5 != 0)
          w.hear(answer);
      }
      BOOST_TEST(w.loop.all_answered());
      BOOST_TEST(w.counted.size() == w.next_line - 2);
      for (const auto& [card, times] : w.counted)
        BOOST_TEST(times == 1, "card " << card);
      BOOST_TEST(w.answered.size() == w.next_line - 2);
    }
  }
}
