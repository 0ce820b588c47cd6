// SPDX-License-Identifier: Apache-2.0
// Proves: kill -9 at any moment under load loses no scan that was answered, and counts none twice.
// Method: a real node in its own process, batches over CURVE, SIGKILL at random moments, restart;
//         what was answered is compared with what the node counts, then `verify` judges the
//         journal again. `-- --cycles N` for more; the seed is printed.
#define BOOST_TEST_MODULE kill
#include "actors/io/clock.hpp"
#include "messages/texts.hpp"
#include "tests/support/scan_load.hpp"
#include "tests/support/ward_rig.hpp"

#include <boost/test/unit_test.hpp>

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

} // namespace

BOOST_AUTO_TEST_CASE(what_was_answered_survives_every_kill) {
  auto cycles = option("--cycles", 200);
  auto seed = static_cast<std::uint64_t>(option("--seed", 7164));
  BOOST_TEST_MESSAGE("seed " << seed << ", " << cycles << " cycles");
  std::mt19937_64 random{seed};
  ward_rig rig;
  BOOST_REQUIRE_MESSAGE(rig.start(), rig.output);
  BOOST_REQUIRE(rig.furnish(50));
  scan_load g{{.seed = seed}};
  for (auto i = 0; i != cycles; ++i) {
    auto link = rig.scanner(rig.gateway_key);
    g.new_link();
    g.run(*link, io::monotonic_ms() + 40 + static_cast<time_ms>(random() % 250));
    BOOST_REQUIRE_MESSAGE(g.refused() == code::ok, "refused: " << name(g.refused()));
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
