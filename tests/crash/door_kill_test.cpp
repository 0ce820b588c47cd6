// SPDX-License-Identifier: Apache-2.0
// Proves: kill -9 of the door and of the node at any moment loses no code that the door said it had
//   recorded, and counts none twice.
// Method: a real node and a real `wardctl door` on pipes, killed at random by seed under load; at
//   the end the node is asked for each person by name, and `verify` judges the journal again.
//   `-- --seconds N` for longer than 15, `--seed N` for another life.
#define BOOST_TEST_MODULE door_kill
#include "tests/support/tool_run.hpp"
#include "tests/support/ward_rig.hpp"

#include "actors/io/clock.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <memory>
#include <random>
#include <string_view>

using namespace wardflow;
using namespace wardflow::test;

namespace {

constexpr int soon_ms = 60'000;
constexpr std::size_t ahead_max = 100; // lines handed in and not recorded yet: a flood
constexpr std::size_t queue_max = 4;   // lines handed in and not answered yet: people

int option(std::string_view name, int fallback) {
  const auto& suite = boost::unit_test::framework::master_test_suite();
  for (int n = 1; n + 1 < suite.argc; ++n)
    if (suite.argv[n] == name)
      return std::atoi(suite.argv[n + 1]);
  return fallback;
}

std::string qid(std::size_t number) {
  return "900000560000" + std::to_string(1'000'000 + number).substr(1);
}
std::string person(std::size_t number) {
  return "056890" + std::to_string(1'000'000 + number).substr(1) + "|NGUYEN MAU AN|1990-02-03|0|" +
         qid(number) + "|<1<<";
}

/// A door at work: persons 0, 1, 2 ... are handed in, each once; remembers who was recorded.
class feeder {
public:
  explicit feeder(std::string folder) : folder_(std::move(folder)) {}

  void start(bool flood) {
    flood_ = flood;
    door_ = std::make_unique<tool_run>(
      std::vector<std::string>{"door", "--target", folder_, "--json", "--recorded"});
    run_begins_ = recorded_.size();
    run_recorded_ = run_ended_ = 0;
    rest_.clear();
  }
  /// Who was handed in and not said to be recorded may be in the spool or not.
  void kill() {
    hear(0);
    door_->kill();
    while (auto line = door_->line(0))
      take(*line); // what it had said before
  }
  void run(time_ms until) {
    while (io::monotonic_ms() < until) {
      while (wants_more() && hand_in()) {
      }
      hear(5);
    }
  }
  /// No more persons; the door ends by itself. Its exit code.
  int finish() {
    door_->close_input();
    while (auto line = door_->line(soon_ms))
      take(*line);
    said = door_->errors;
    return door_->wait(soon_ms);
  }

  [[nodiscard]] std::size_t handed_in() const { return recorded_.size(); }
  [[nodiscard]] bool recorded(std::size_t number) const { return recorded_[number]; }
  std::string said;
  std::uint64_t judged = 0, late = 0, not_judged = 0;

private:
  [[nodiscard]] bool wants_more() const {
    const auto handed = recorded_.size() - run_begins_;
    return flood_ ? handed - run_recorded_ < ahead_max : handed - run_ended_ < queue_max;
  }
  /// One line, or what the pipe takes of it. False: no more for now.
  bool hand_in() {
    const auto next = rest_.empty();
    if (next)
      rest_ = person(recorded_.size()) + "\n";
    const auto done = std::max(door_->write(rest_), 0l);
    rest_.erase(0, static_cast<std::size_t>(done));
    if (next && done == 0)
      rest_.clear();
    else if (next)
      recorded_.push_back(false);
    return rest_.empty() && done > 0;
  }
  void hear(int timeout_ms) {
    while (auto line = door_->line(timeout_ms)) {
      take(*line);
      timeout_ms = 0;
    }
  }
  void take(const std::string& line) {
    const auto o = nlohmann::json::parse(line);
    judged += o["event"] == "judged";
    late += o["event"] == "judged_late";
    not_judged += o["event"] == "not_judged";
    BOOST_REQUIRE(o["event"] != "doubtful");
    BOOST_REQUIRE(o["event"] != "not_recorded");
    run_ended_ += o["event"] != "recorded" && o["event"] != "not_judged" && !o["scan"].is_null();
    if (o["event"] != "recorded")
      return;
    ++run_recorded_;
    recorded_[run_begins_ + o["scan"].get<std::size_t>() - 1] = true;
  }

  std::string folder_;
  std::unique_ptr<tool_run> door_;
  std::vector<bool> recorded_; // by person: the door said so
  std::size_t run_begins_ = 0;
  std::size_t run_recorded_ = 0;
  std::size_t run_ended_ = 0;
  bool flood_ = true;
  std::string rest_; // of a line that the pipe did not take whole
};

/// How often the node counted this person.
std::uint64_t scans_of(ward_rig& rig, std::size_t number) {
  query q;
  q.what = query_kind::card_show;
  q.identity = qid(number);
  const auto a = rig.say(q);
  BOOST_REQUIRE(a.has_value());
  for (const auto& [name, value] : a->facts)
    if (name == "scans")
      return std::stoull(value);
  BOOST_REQUIRE((a->code == code::not_found));
  return 0;
}

} // namespace

BOOST_AUTO_TEST_CASE(every_code_that_was_recorded_is_counted_once) {
  const auto seconds = option("--seconds", 15);
  const auto seed = static_cast<std::uint64_t>(option("--seed", 7164));
  std::mt19937_64 random{seed};
  ward_rig rig;
  BOOST_REQUIRE_MESSAGE(rig.start(), rig.output);
  BOOST_REQUIRE(rig.furnish(20));
  rig.keep_endpoints();
  BOOST_REQUIRE(rig.add_door(rig.folder / "door", make_venue_id(ward_rig::ward, 17)));
  feeder f{(rig.folder / "door").string()};
  f.start(true);
  int doors = 0, nodes = 0;
  for (const auto until = io::monotonic_ms() + seconds * second_ms; io::monotonic_ms() < until;) {
    f.run(io::monotonic_ms() + 20 + static_cast<time_ms>(random() % 700));
    const auto what = random() % 4;
    if (what != 0) {
      f.kill();
      f.start(random() % 3 == 0);
      ++doors;
    }
    if (what >= 2)
      continue;
    rig.kill();
    if (random() % 2 == 0)
      f.run(io::monotonic_ms() + static_cast<time_ms>(random() % 400)); // while nobody answers
    BOOST_REQUIRE_MESSAGE(rig.start(), rig.output);
    ++nodes;
  }
  BOOST_TEST(f.finish() == 0, f.said);
  std::uint64_t counted = 0, unsaid = 0;
  for (std::size_t n = 0; n < f.handed_in(); ++n) {
    const auto scans = scans_of(rig, n);
    counted += scans;
    unsaid += !f.recorded(n);
    if (f.recorded(n))
      BOOST_TEST(scans == 1, "seed " << seed << ": person " << n << " was counted " << scans);
    else
      BOOST_TEST(scans <= 1, "seed " << seed << ": person " << n << " was counted " << scans);
  }
  for (auto what : {query_kind::identities, query_kind::verify}) {
    query q;
    q.what = what;
    const auto a = rig.say(q, false, soon_ms);
    BOOST_REQUIRE(a.has_value());
    BOOST_TEST((a->code == code::done || a->code == code::verify_clean), a->detail);
  }
  BOOST_TEST_MESSAGE("seed " << seed << ": " << doors << " doors and " << nodes << " nodes killed, "
                             << f.handed_in() << " persons, " << counted << " counted, " << unsaid
                             << " not said to be recorded; " << f.judged << " judged, " << f.late
                             << " late, " << f.not_judged << " not judged in time");
  BOOST_TEST(doors > seconds / 4); // else nothing was tried
  BOOST_TEST(nodes > seconds / 8);
  BOOST_TEST(f.judged > 100u);
  BOOST_TEST(f.late > 0u);
  BOOST_TEST(f.handed_in() > 100u);
}
