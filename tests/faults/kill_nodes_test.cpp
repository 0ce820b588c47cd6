// SPDX-License-Identifier: Apache-2.0
// Proves: nodes of every level killed with -9, in any order, under load, lose and double nothing:
//         in the end Σ wards = city = province, each acknowledged scan is counted once, and a named
//         supervisor of the province, himself killed and started on the way, has each alert once.
// Method: a province, a city and two wards as real processes, a gateway's scans at each ward, a
//         real `wardctl watch --name --json`; who is killed when is by seed. After kill -9 the
//         supervisor may be sent again what he had printed and not yet acknowledged: these are told
//         by their offset, and are the first lines of his next start; after SIGTERM there are none.
//         WARDFLOW_FAULT_SECONDS: how long (12), WARDFLOW_SEED: which kills.
#define BOOST_TEST_MODULE kill_nodes
#include "actors/io/clock.hpp"
#include "messages/texts.hpp"
#include "tests/support/line_tree.hpp"
#include "tests/support/patience.hpp"
#include "tests/support/scan_load.hpp"
#include "tests/support/tool_run.hpp"
#include "tests/support/tree_rig.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <csignal>
#include <map>
#include <optional>
#include <random>
#include <set>

using namespace wardflow;
using namespace wardflow::test;
using nlohmann::json;

namespace {

constexpr std::uint32_t open_venues = 50;

time_ms at_noon(std::uint64_t number) {
  return start_of(line_tree::day()) + 12 * hour_ms + static_cast<time_ms>(number) * 20;
}

/// A named supervisor: what he has written down of the alerts, by offset.
class supervisor {
public:
  explicit supervisor(std::string target) : target_(std::move(target)) {
    // nop
  }

  void start() {
    std::vector<std::string> words{"--target",      target_,  "watch",
                                   "--json",        "--name", "duty",
                                   "--no-snapshot", "--kind", "venue.suspended_but_scanning"};
    if (seen_.empty())
      words.insert(words.end(), {"--since", "earliest"});
    tool_ = std::make_unique<tool_run>(std::move(words));
  }
  /// Reads for so long, or until that many alerts are known.
  void read(time_ms patience, std::size_t until) {
    for (auto end = io::monotonic_ms() + patience; seen_.size() < until;) {
      auto left = end - io::monotonic_ms();
      auto line = left > 0 ? tool_->line(static_cast<int>(left)) : std::nullopt;
      if (!line)
        return;
      take(json::parse(*line));
    }
  }
  void kill() {
    tool_->kill();
    may_repeat_ = true;
    take_rest();
  }
  void stop() {
    tool_->signal(SIGTERM);
    BOOST_TEST(tool_->wait(30'000) == 0, tool_->errors);
    take_rest();
  }

  [[nodiscard]] const std::map<std::string, int>& seen() const { return seen_; }
  [[nodiscard]] std::uint64_t repeats() const { return repeats_; }

private:
  void take_rest() { // what it had written
    while (auto line = tool_->line(100))
      take(json::parse(*line));
  }
  void take(const json& one) {
    BOOST_TEST_REQUIRE(one["what"] == "alert", one.dump());
    auto offset = one["offset"].get<std::uint64_t>();
    if (offset <= last_) {
      BOOST_TEST(may_repeat_, "offset " << offset << " came again after " << last_);
      ++repeats_;
      return;
    }
    may_repeat_ = false;
    last_ = offset;
    ++seen_[one["name"].get<std::string>()];
  }

  std::string target_;
  std::unique_ptr<tool_run> tool_;
  std::map<std::string, int> seen_; // by the alert's name
  std::uint64_t last_ = 0;
  std::uint64_t repeats_ = 0;
  bool may_repeat_ = false; // it was killed, and has not said anything new since
};

/// A ward's gateway and its alarms: each is one scan at a suspended venue that nobody else visits.
struct station {
  station(line_tree::ward& w, std::uint64_t seed, std::uint32_t to) : ward(&w), venues(to) {
    scan_load::plan p{.seed = seed, .venues = open_venues, .pause_ms = 4, .at = at_noon};
    p.ward = w.node.unit.number();
    load = std::make_unique<load_thread>(w.node, p);
  }
  void alarm() {
    if (next < venues)
      load->visit(++next);
  }

  line_tree::ward* ward;
  std::uint32_t venues;
  std::uint32_t next = open_venues;
  std::unique_ptr<load_thread> load;
};

} // namespace

BOOST_AUTO_TEST_CASE(nodes_killed_in_any_order_lose_and_double_nothing) {
  auto seed = setting("WARDFLOW_SEED", 7164);
  auto run_ms = static_cast<time_ms>(setting("WARDFLOW_FAULT_SECONDS", 12)) * second_ms;
  auto venues = static_cast<std::uint32_t>(open_venues + 20 * (run_ms / second_ms));
  std::mt19937_64 random{seed};
  line_tree tree{
    {.wards = {"22366", "22351"}, .venues = venues, .open = open_venues, .seed = seed}};
  supervisor duty{tree_rig::target_of(tree.province)};
  duty.start();
  std::vector<station> stations;
  for (auto& w : tree.wards)
    stations.emplace_back(*w, seed + stations.size(), venues);
  std::vector<ward_rig*> nodes{&tree.province, &tree.city, &tree.wards[0]->node,
                               &tree.wards[1]->node};
  std::map<ward_rig*, int> kills;
  auto tool_kills = 0;
  for (auto end = io::monotonic_ms() + run_ms; io::monotonic_ms() < end;) {
    for (auto& s : stations)
      s.alarm();
    duty.read(50 + static_cast<time_ms>(random() % 200), static_cast<std::size_t>(-1));
    if (random() % 8 == 0) {
      ++tool_kills % 2 == 0 ? duty.stop() : duty.kill();
      duty.start();
    }
    if (random() % 3 == 0) {
      auto* one = nodes[random() % nodes.size()];
      auto* other = nodes[random() % nodes.size()]; // often two at once
      one->kill();
      ++kills[one];
      if (other != one) {
        other->kill();
        ++kills[other];
        BOOST_TEST_REQUIRE(other->start(), "seed " << seed << ": " << other->output);
      }
      BOOST_TEST_REQUIRE(one->start(), "seed " << seed << ": " << one->output);
    }
  }
  std::set<std::string> alarms;
  std::uint64_t sent = 0;
  for (auto& s : stations) {
    BOOST_TEST(s.load->finish(minute_ms));
    BOOST_TEST((s.load->refused() == code::ok), name(s.load->refused()));
    BOOST_TEST(line_tree::fact(s.ward->node, "scans_taken") == std::to_string(s.load->sent()));
    sent += s.load->sent();
    for (auto venue = open_venues + 1; venue <= s.next; ++venue)
      alarms.insert(s.ward->alarm_name(venue));
  }
  auto took = tree.catch_up({line_tree::day()}, minute_ms);
  BOOST_TEST(took >= 0, "seed " << seed << ": " << tree.why());
  BOOST_TEST(line_tree::counts(tree.province, line_tree::day()).scans == sent);
  duty.read(30'000, alarms.size());
  duty.stop();
  BOOST_TEST(duty.seen().size() == alarms.size(), "seed " << seed);
  std::string wrong;
  for (auto& name : alarms) {
    auto at = duty.seen().find(name);
    auto times = at == duty.seen().end() ? 0 : at->second;
    if (times != 1)
      wrong += " " + name + ": " + std::to_string(times);
  }
  BOOST_TEST(wrong.empty(), "seed " << seed << ": times seen:" << wrong);
  for (auto& w : tree.wards) {
    query verify;
    verify.what = query_kind::verify;
    auto said = w->node.say(verify, false, 60'000);
    BOOST_TEST((said && said->code == code::verify_clean));
  }
  BOOST_TEST(kills.size() >= 3u);
  BOOST_TEST_MESSAGE("seed " << seed << ": " << sent << " scans, " << alarms.size() << " alerts, "
                             << kills[nodes[0]] << " kills of the province, " << kills[nodes[1]]
                             << " of the city, " << kills[nodes[2]] + kills[nodes[3]]
                             << " of wards, " << tool_kills << " ends of the supervisor, "
                             << duty.repeats() << " lines twice; caught up in " << took << " ms");
}
