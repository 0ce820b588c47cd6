// SPDX-License-Identifier: Apache-2.0
// Proves: `wardctl replay` sends a whole file, counts what came of it, names bad lines, keeps the
//   file's order and lateness, and loses and doubles nothing when the node is killed in between.
// Method: real wardctl processes against a real node; the node's own counts beside the figures.
#define BOOST_TEST_MODULE replay
#include "tests/support/tool_run.hpp"
#include "tests/support/ward_rig.hpp"

#include "actors/io/clock.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <csignal>
#include <fstream>
#include <iterator>
#include <random>
#include <set>
#include <sstream>

using namespace wardflow;
using namespace wardflow::test;

namespace {

constexpr int soon_ms = 60'000;
constexpr const char* heading = "event_time,venue,direction,flow,code,card\n";

std::string card_row(time_ms at, std::uint64_t card, unsigned venue = 17, bool out = false) {
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(card));
  return time_text(at) + "," + to_text(make_venue_id(ward_rig::ward, venue)) +
         (out ? ",out,," : ",in,,") + "," + text + "\n";
}
std::string code_row(time_ms at, const std::string& code_text) {
  return time_text(at) + ",22366-00017,in,staff," + code_text + ",\n";
}
std::string person(int number) {
  const auto digits = std::to_string(1'000'000 + number).substr(1);
  return "056890" + digits + "|NGUYEN MAU AN|1990-02-03|0|900000560000" + digits + "|<1<<";
}

struct desk {
  explicit desk(const std::string& config = {}) : rig({}, config) {
    BOOST_REQUIRE_MESSAGE(rig.start(), rig.output);
    BOOST_REQUIRE(rig.furnish(50));
    rig.keep_endpoints();
    BOOST_REQUIRE(rig.add_gateway_target(rig.folder / "gateway"));
  }
  std::string write(const std::string& rows, const std::string& first = heading) {
    const auto file = rig.folder / "replay.csv";
    std::ofstream{file} << first << rows;
    return file.string();
  }
  [[nodiscard]] std::vector<std::string> words(std::vector<std::string> more,
                                               const std::string& as = "gateway") const {
    std::vector<std::string> all{"replay", "--target", (rig.folder / as).string(),
                                 (rig.folder / "replay.csv").string()};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
  /// Runs it to its end. The figures; its exit code in `result`, what it said in `said`.
  nlohmann::json run(std::vector<std::string> more = {}) {
    more.emplace_back("--json");
    tool_run tool{words(more)};
    result = tool.wait(soon_ms);
    said = tool.errors;
    return tool.output.empty() ? nlohmann::json{} : nlohmann::json::parse(tool.output);
  }
  [[nodiscard]] answer ask(query_kind what) {
    query q;
    q.what = what;
    auto a = rig.say(q, false, soon_ms);
    BOOST_REQUIRE(a.has_value());
    return *a;
  }
  [[nodiscard]] std::uint64_t fact(const std::string& name) {
    for (const auto& [key, value] : ask(query_kind::status).facts)
      if (key == name)
        return std::stoull(value);
    return 0;
  }

  ward_rig rig;
  int result = -1;
  std::string said;
};

std::vector<std::string> lines_of(const std::filesystem::path& file) {
  std::ifstream in{file};
  std::vector<std::string> all;
  for (std::string line; std::getline(in, line);)
    all.push_back(line);
  return all;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_file_of_pseudonyms_and_codes_is_sent_whole_and_counted) {
  desk d;
  const auto now = io::wall_ms();
  std::string rows;
  for (std::uint64_t i = 1; i <= 2'500; ++i)
    rows += card_row(now - 1'000, i);
  for (int i = 1; i <= 100; ++i)
    rows += code_row(now, person(i));
  rows +=
    code_row(now, "00020101021138570010A00000072701270006970403011300110123456780208QRIBFTTA");
  rows += card_row(now - hour_ms, 9);
  rows += card_row(now, 9, 17, true);
  d.write(rows);
  const auto answers = d.rig.folder / "answers.csv";
  const auto f = d.run({"--answers", answers.string()});
  BOOST_REQUIRE_MESSAGE(d.result == 0, d.said);
  BOOST_TEST(f["rows"] == 2'603);
  BOOST_TEST(f["sent"] == 2'603);
  BOOST_TEST(f["answered"] == 2'603);
  BOOST_TEST(f["admitted"] == 1); // the one who left; the others have no card facts
  BOOST_TEST(f["condition"] == 2'601);
  BOOST_TEST(f["refused"] == 1);
  BOOST_TEST(f["late"] == 1);
  BOOST_TEST(f["not_counted"] == 1);
  BOOST_TEST(f["reasons"]["left"] == 1);
  BOOST_TEST(f["breaks"] == 0);
  BOOST_TEST(d.fact("scans_taken") == 2'603u);
  const auto lines = lines_of(answers);
  BOOST_REQUIRE(lines.size() == 2'604u);
  BOOST_TEST(lines[0] == "line,epoch,sequence,verdict");
  BOOST_TEST(lines[1].starts_with("2,"));
  BOOST_TEST(lines[1].find(",1,") != std::string::npos);
  BOOST_TEST(lines[2'603].starts_with("2604,"));
  const auto again = d.run(); // another epoch, counted again
  BOOST_TEST(again["answered"] == 2'603);
  BOOST_TEST(d.fact("scans_taken") == 2 * 2'603u);
}

BOOST_AUTO_TEST_CASE(bad_lines_are_named_kept_apart_and_the_rest_is_sent) {
  desk d;
  const auto now = io::wall_ms();
  d.write(card_row(now, 1) + "nonsense\n" + card_row(now, 2) +
          "2021-10-20T08:00,22366-00017,up,,," + "00abcdef01234567\n" + card_row(now, 3));
  const auto f = d.run();
  BOOST_TEST(d.result == 1);
  BOOST_TEST(f["answered"] == 3);
  BOOST_TEST(f["bad_lines"] == 2);
  BOOST_TEST(d.said.find("Line 3: ") != std::string::npos, d.said);
  BOOST_TEST(d.said.find("Line 5, direction: ") != std::string::npos, d.said);
  const auto kept = lines_of(d.rig.folder / "replay.csv.bad.csv");
  BOOST_REQUIRE(kept.size() == 3u);
  BOOST_TEST(kept[0] + "\n" == heading);
  BOOST_TEST(kept[1] == "nonsense");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_sent_is_said_with_its_exit_code) {
  desk d;
  BOOST_TEST((d.run(), d.result) == 4); // no file
  d.write("", "a,b\n");
  BOOST_TEST((d.run(), d.result) == 4);
  d.write(card_row(io::wall_ms(), 1));
  BOOST_TEST((d.run({"--from", "yesterday"}), d.result) == 2);
  BOOST_TEST(d.said.find("--from yesterday: wants a day or a time") != std::string::npos, d.said);
  BOOST_TEST((d.run({"--batch", "0"}), d.result) == 2);
  BOOST_TEST((d.run({"--rate", "5", "--speed", "5"}), d.result) == 2);
  BOOST_TEST((d.run({"--answers", (d.rig.folder / "no" / "file").string()}), d.result) == 4);
  BOOST_REQUIRE(d.rig.add_door(d.rig.folder / "door", make_venue_id(ward_rig::ward, 17)));
  tool_run door{d.words({}, "door")};
  BOOST_TEST(door.wait(soon_ms) == 1);
  BOOST_TEST(door.errors.find("gateway's key may send batches") != std::string::npos, door.errors);
  d.rig.kill();
  BOOST_TEST((d.run({"--wait", "1"}), d.result) == 3);
  BOOST_TEST(d.said.find("cannot be reached") != std::string::npos, d.said);
}

BOOST_AUTO_TEST_CASE(an_unregistered_key_is_told_at_once) {
  desk d;
  d.write(card_row(io::wall_ms(), 1));
  const auto other = d.rig.folder / "other";
  std::filesystem::create_directories(other);
  BOOST_REQUIRE(static_cast<bool>(io::write_key_pair(other / "key", *io::generate_key_pair())));
  std::filesystem::copy(d.rig.folder / "gateway" / "target.toml", other / "target.toml");
  tool_run run{d.words({}, "other")};
  BOOST_TEST(run.wait(soon_ms) == 3);
  BOOST_TEST(run.errors.find("refused this key") != std::string::npos, run.errors);
}

BOOST_AUTO_TEST_CASE(an_interrupted_replay_says_how_far_it_came) {
  desk d;
  std::string rows;
  for (std::uint64_t i = 1; i <= 1'000; ++i)
    rows += card_row(io::wall_ms(), i);
  d.write(rows);
  const auto answers = d.rig.folder / "answers.csv";
  tool_run run{d.words({"--json", "--rate", "50", "--answers", answers.string()})};
  for (const auto until = io::monotonic_ms() + soon_ms; d.fact("scans_taken") == 0;)
    BOOST_REQUIRE(io::monotonic_ms() < until);
  run.signal(SIGINT);
  BOOST_TEST(run.wait(soon_ms) == 8);
  const auto f = nlohmann::json::parse(run.output);
  BOOST_TEST(f["answered"] < 1'000);
  BOOST_TEST(run.errors.find("all is counted again") != std::string::npos, run.errors);
  BOOST_TEST(lines_of(answers).size() == f["answered"].get<std::size_t>() + 1);
}

BOOST_AUTO_TEST_CASE(late_scans_are_late_as_in_the_file_when_the_nodes_clock_is_its_input) {
  desk d{"clock = \"input\"\n"};
  std::mt19937 random{7164};
  const auto begun = io::wall_ms() + hour_ms; // after what furnished the ward
  std::string rows;
  std::uint64_t late = 0;
  for (std::uint64_t i = 0; i < 6'000; ++i) { // fifteen hours
    auto at = begun + static_cast<time_ms>(i) * 9 * second_ms;
    if (random() % 50 == 0) {
      ++late;
      at -= 12 * minute_ms + static_cast<time_ms>(random() % 60) * minute_ms;
    }
    rows += card_row(at, 1 + random() % 3'000, 1 + static_cast<unsigned>(random() % 50));
  }
  d.write(rows);
  const auto f = d.run();
  BOOST_REQUIRE_MESSAGE(d.result == 0, d.said);
  BOOST_TEST(f["answered"] == 6'000);
  BOOST_TEST(f["late"] == late);
}

BOOST_AUTO_TEST_CASE(a_node_killed_in_between_loses_and_doubles_nothing) {
  desk d{"clock = \"input\"\n"};
  constexpr std::uint64_t total = 200'000;
  const auto now = start_of(static_cast<day_number>(local_day(io::wall_ms()) + 2)) + 12 * hour_ms;
  std::string rows;
  for (std::uint64_t i = 1; i <= total; ++i)
    rows += i % 50 == 0 ? code_row(now, person(static_cast<int>(i)))
                        : card_row(now, i, 1 + static_cast<unsigned>(i % 50));
  d.write(rows);
  const auto answers = d.rig.folder / "answers.csv";
  tool_run run{d.words({"--json", "--batch", "100", "--answers", answers.string()})};
  std::mt19937_64 random{7164};
  std::uint64_t answered_before = 0;
  for (int i = 0; i < 5; ++i) {
    const auto wanted = answered_before + 1'000 + random() % 10'000;
    for (const auto until = io::monotonic_ms() + soon_ms; lines_of(answers).size() < wanted + 1;)
      BOOST_REQUIRE(io::monotonic_ms() < until);
    d.rig.kill();
    answered_before = lines_of(answers).size() - 1;
    BOOST_REQUIRE(d.rig.start());
    BOOST_TEST(d.fact("scans_taken") >= answered_before);
  }
  BOOST_REQUIRE_MESSAGE(run.wait(soon_ms) == 0, run.errors);
  const auto f = nlohmann::json::parse(run.output);
  BOOST_TEST(f["answered"] == total);
  BOOST_TEST(f["breaks"] >= 5);
  BOOST_TEST(f["repeated"] == 0);
  BOOST_TEST(d.fact("scans_taken") == total);
  BOOST_TEST(d.fact("persons_today") == total); // each row is somebody else
  std::set<std::string> seen;
  for (const auto& line : lines_of(answers))
    BOOST_TEST(seen.insert(line.substr(0, line.find(','))).second, line);
  BOOST_TEST(seen.size() == total + 1);
  BOOST_TEST((d.ask(query_kind::identities).code == code::done));
  BOOST_TEST((d.ask(query_kind::verify).code == code::verify_clean));
}
