// SPDX-License-Identifier: Apache-2.0
// Proves: a node whose computer believes in 1970 or in 2037 starts, judges, refuses nothing for
//         skew, never stamps backwards, says that it doubts its clock, and believes it again only
//         when it is right or an operator says so.
// Method: the real program with another wall clock loaded into it.
#define BOOST_TEST_MODULE wall_clock
#include "actors/io/clock.hpp"
#include "messages/verdict.hpp"
#include "tests/support/ward_rig.hpp"

#include <boost/test/unit_test.hpp>

using namespace wardflow;
using namespace wardflow::test;

namespace {

std::string fact(const answer& a, std::string_view name) {
  for (auto& [key, value] : a.facts)
    if (key == name)
      return value;
  return {};
}

struct node_in_another_year : ward_rig {
  /// Starts with a wall clock that shows `day` now; empty: the right time.
  void start_on(const std::string& day) {
    auto shift = day.empty() ? 0 : (start_of(*parse_day(day)) - io::wall_ms()) / 1000 + 1;
    environment = {std::string{"LD_PRELOAD="} + CLOCK_SHIFT_LIBRARY,
                   "CLOCK_SHIFT_S=" + std::to_string(shift),
                   "ASAN_OPTIONS=verify_asan_link_order=0"};
    BOOST_REQUIRE_MESSAGE(start(), output);
    gateway_.reset();
  }

  answer status() {
    auto got = say(query{});
    BOOST_REQUIRE(got.has_value());
    return *got;
  }
  bool doubts() { return fact(status(), "clock") == "unsure"; }

  /// The verdict on one scan at this time.
  verdict judge(time_ms at) {
    if (gateway_ == nullptr)
      gateway_ = scanner(gateway_key);
    scan s;
    s.venue = make_venue_id(ward, 1);
    s.card = card_id{next_};
    s.at = at;
    auto sent = false;
    for (auto until = io::monotonic_ms() + 20'000; io::monotonic_ms() < until;) {
      if (!sent)
        sent = gateway_->send(frame_kind::scan_batch, encode_batch(1, next_, {&s, 1}));
      auto got = gateway_->receive(100);
      scan_reply reply;
      if (got && read_scan_reply(got->body.view(), reply) == code::ok &&
          reply.through_sequence == next_) {
        ++next_;
        BOOST_REQUIRE(reply.verdicts.size() == 1u);
        return to_verdict(reply.verdicts[0]);
      }
    }
    BOOST_FAIL("no answer to a scan");
    return {};
  }

private:
  std::unique_ptr<io::client> gateway_;
  std::uint64_t next_ = 1;
};

} // namespace

BOOST_AUTO_TEST_CASE(in_1970_a_new_node_does_not_believe_its_clock_and_judges) {
  node_in_another_year node;
  node.start_on("1970-01-02");
  BOOST_TEST(node.doubts());
  BOOST_TEST(node.status().node_time > start_of(*parse_day("2021-01-01"))); // since it was built
  BOOST_REQUIRE(node.furnish(1));
  auto v = node.judge(io::wall_ms());
  BOOST_TEST(v.clock_unsure);
  BOOST_TEST(v.counts());
  // Even a scan of long ago: nobody knows how long.
  BOOST_TEST((node.judge(io::wall_ms() - 60 * day_ms).reason != code::too_late));
  BOOST_TEST(node.stop() == 0);
  node.start_on("");
  BOOST_TEST(!node.doubts());
  BOOST_TEST(!node.judge(io::wall_ms()).clock_unsure);
}

BOOST_AUTO_TEST_CASE(in_1970_again_stamps_go_on_from_the_last_one) {
  node_in_another_year node;
  node.start_on("");
  BOOST_REQUIRE(node.furnish(1));
  BOOST_TEST(!node.judge(io::wall_ms()).clock_unsure);
  auto before = node.status().node_time;
  BOOST_TEST(node.stop() == 0);
  node.start_on("1970-01-02");
  auto status = node.status();
  BOOST_TEST(fact(status, "clock") == "unsure");
  BOOST_TEST(status.node_time >= before);
  BOOST_TEST(status.node_time < before + 10 * minute_ms);
  auto v = node.judge(io::wall_ms());
  BOOST_TEST(v.clock_unsure);
  BOOST_TEST(v.counts());
  BOOST_TEST((node.judge(io::wall_ms() + hour_ms).reason != code::clock_skew));
  // Accepted, it takes nothing back.
  BOOST_TEST((node.say(clock_accept{})->code == code::done));
  BOOST_TEST(!node.doubts());
  BOOST_TEST(node.status().node_time >= before);
  BOOST_TEST((node.judge(io::wall_ms() + hour_ms).reason == code::clock_skew));
}

BOOST_AUTO_TEST_CASE(in_2037_stamps_go_on_from_the_last_one_until_an_operator_accepts) {
  node_in_another_year node;
  node.start_on("");
  BOOST_REQUIRE(node.furnish(1));
  auto before = node.status().node_time;
  BOOST_TEST(node.stop() == 0);
  node.start_on("2037-12-31");
  auto status = node.status();
  BOOST_TEST(fact(status, "clock") == "unsure");
  BOOST_TEST(status.node_time >= before);
  BOOST_TEST(status.node_time < before + 10 * minute_ms);
  auto v = node.judge(io::wall_ms());
  BOOST_TEST(v.clock_unsure);
  BOOST_TEST(v.counts());
  BOOST_TEST((node.say(clock_accept{})->code == code::done));
  BOOST_TEST(!node.doubts());
  BOOST_TEST(node.status().node_time >= start_of(*parse_day("2037-12-31")));
  BOOST_TEST((node.judge(io::wall_ms()).reason == code::too_late));
}
