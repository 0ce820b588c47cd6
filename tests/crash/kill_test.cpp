// SPDX-License-Identifier: Apache-2.0
// Proves: kill -9 at any moment under load loses no scan that was answered, and counts none twice.
// Method: a real node in its own process, batches over CURVE, SIGKILL at random moments, restart;
//         what was answered is compared with what the node counts, then `verify` judges the
//         journal again. `-- --cycles N` for more; the seed is printed.
#define BOOST_TEST_MODULE kill
#include "actors/io/clock.hpp"
#include "tests/support/ward_rig.hpp"

#include <boost/test/unit_test.hpp>

#include <deque>
#include <random>
#include <string_view>

using namespace wardflow;
using namespace wardflow::test;

namespace {

int option(std::string_view name, int fallback) {
  const auto& suite = boost::unit_test::framework::master_test_suite();
  for (int n = 1; n + 1 < suite.argc; ++n)
    if (suite.argv[n] == name)
      return std::atoi(suite.argv[n + 1]);
  return fallback;
}

std::string fact(const answer& a, std::string_view name) {
  for (auto& [key, value] : a.facts)
    if (key == name)
      return value;
  return {};
}

/// A gateway with eight batches on their way; remembers what was answered.
class gateway {
public:
  explicit gateway(std::uint64_t seed) : random_(seed) {
    // nop
  }

  /// Sends and receives for a while, or until the link is gone.
  void run(io::client& link, time_ms until) {
    // After a break everything unanswered is sent again, in order: the gate sorts out repeats.
    std::size_t sent = 0;
    auto ups = link.times_up();
    while (io::monotonic_ms() < until) {
      if (link.times_up() != ups) {
        ups = link.times_up();
        sent = 0;
      }
      while (open_.size() < 8)
        open_.push_back(make());
      while (
        sent < open_.size() &&
        link.send(frame_kind::scan_batch, encode_batch(1, open_[sent].first, open_[sent].scans)))
        ++sent;
      auto got = link.receive(5);
      if (!got)
        continue;
      scan_reply reply;
      refusal no;
      if (got->header.kind == frame_kind::refusal &&
          read_refusal(got->body.view(), no) == code::ok) {
        BOOST_REQUIRE_MESSAGE(no.reason == code::sequence_gap,
                              "refused " << static_cast<int>(no.reason));
        sent = 0;
        continue;
      }
      if (read_scan_reply(got->body.view(), reply) != code::ok)
        continue;
      while (!open_.empty() && open_.front().first <= reply.through_sequence) {
        answered_ += open_.front().scans.size();
        open_.pop_front();
        sent -= sent > 0;
      }
    }
  }

  [[nodiscard]] std::uint64_t answered() const { return answered_; }
  [[nodiscard]] std::uint64_t sent() const { return next_ - 1; }
  [[nodiscard]] bool is_idle() const { return open_.empty(); }

private:
  struct batch {
    std::uint64_t first = 0;
    std::vector<scan> scans;
  };

  batch make() {
    batch b;
    b.first = next_;
    b.scans.resize(1 + random_() % 40);
    for (auto& s : b.scans) {
      s.venue = make_venue_id(ward_rig::ward, 1 + static_cast<std::uint32_t>(random_() % 50));
      s.card = card_id{1 + random_() % 2000};
      s.at = io::wall_ms();
      s.way = random_() % 2 == 0 ? direction::in : direction::out;
    }
    next_ += b.scans.size();
    return b;
  }

  std::mt19937_64 random_;
  std::deque<batch> open_;
  std::uint64_t next_ = 1;
  std::uint64_t answered_ = 0;
};

} // namespace

BOOST_AUTO_TEST_CASE(what_was_answered_survives_every_kill) {
  auto cycles = option("--cycles", 200);
  auto seed = static_cast<std::uint64_t>(option("--seed", 7164));
  BOOST_TEST_MESSAGE("seed " << seed << ", " << cycles << " cycles");
  std::mt19937_64 random{seed};
  ward_rig rig;
  BOOST_REQUIRE_MESSAGE(rig.start(), rig.output);
  BOOST_REQUIRE(rig.furnish(50));
  gateway g{seed};
  for (auto i = 0; i != cycles; ++i) {
    auto link = rig.scanner(rig.gateway_key);
    g.run(*link, io::monotonic_ms() + 40 + static_cast<time_ms>(random() % 250));
    rig.kill();
    BOOST_REQUIRE_MESSAGE(rig.start(), "cycle " << i << ": " << rig.output);
    if (i % 20 != 0)
      continue;
    auto status = rig.say(query{});
    BOOST_REQUIRE(status.has_value());
    auto taken = std::stoull(fact(*status, "scans_taken"));
    BOOST_REQUIRE_MESSAGE(taken >= g.answered() && taken <= g.sent(),
                          "cycle " << i << ": answered " << g.answered() << ", taken " << taken);
  }
  // What was on its way is taken now; then everything sent was taken, each once.
  auto status = rig.say(query{});
  BOOST_REQUIRE(status.has_value());
  query identities;
  identities.what = query_kind::identities;
  auto checked = rig.say(identities);
  BOOST_REQUIRE(checked.has_value());
  BOOST_TEST((checked->code == code::done));
  query verify;
  verify.what = query_kind::verify;
  auto verified = rig.say(verify, false, 60'000);
  BOOST_REQUIRE(verified.has_value());
  BOOST_TEST((verified->code == code::verify_clean), verified->detail);
  BOOST_TEST(std::stoull(fact(*verified, "scans")) >= g.answered());
  BOOST_TEST_MESSAGE(g.answered() << " answered, " << fact(*status, "scans_taken") << " taken");
  // A clean stop and a start change nothing.
  auto state = fact(*verified, "state");
  BOOST_TEST(rig.stop() == 0);
  BOOST_REQUIRE_MESSAGE(rig.start(), rig.output);
  auto again = rig.say(verify, false, 60'000);
  BOOST_REQUIRE(again.has_value());
  BOOST_TEST((again->code == code::verify_clean), again->detail);
  BOOST_TEST(fact(*again, "state") == state);
}
