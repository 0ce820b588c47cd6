// SPDX-License-Identifier: Apache-2.0
// Proves: `wardctl door` at work: what it shows and its exit codes for every outcome; what a reader
//   may send; a node that is away, refuses the key or takes it back; nothing of a code is left.
// Method: real wardctl processes on pipes against a real node.
#define BOOST_TEST_MODULE door
#include "tests/support/tool_run.hpp"
#include "tests/support/ward_rig.hpp"

#include "actors/io/clock.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <csignal>
#include <fstream>
#include <iterator>

using namespace wardflow;
using namespace wardflow::test;

namespace {

constexpr int soon_ms = 20'000;
const auto venue = make_venue_id(ward_rig::ward, 17);

std::string person(int number) {
  const auto digits = std::to_string(1'000'000 + number).substr(1);
  return "056890" + digits + "|NGUYEN MAU AN|1990-02-03|0|900000560000" + digits + "|<1<<";
}
const std::string payment =
  "00020101021138570010A00000072701270006970403011300110123456780208QRIBFTTA53037045802VN6304AF2E";

struct desk {
  desk() {
    BOOST_REQUIRE_MESSAGE(rig.start(), rig.output);
    BOOST_REQUIRE(rig.furnish(50));
    rig.keep_endpoints();
    BOOST_REQUIRE(rig.add_door(folder, venue));
    card_update green;
    green.identity = "900000560000000001";
    green.facts.full_dose = static_cast<day_number>(local_day(io::wall_ms()) - 30);
    green.facts.group = make_group_id(ward_rig::ward, 1);
    BOOST_REQUIRE(rig.say(std::vector<card_update>{green}).has_value());
  }

  [[nodiscard]] std::vector<std::string> words(std::vector<std::string> more) const {
    std::vector<std::string> all{"door", "--target", folder.string()};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
  /// `door --once`; its exit code. What it printed is in `printed`.
  int once(const std::string& code_text, std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"--once", "-"});
    tool_run run{words(more)};
    BOOST_REQUIRE(run.write_all(code_text + "\n"));
    run.close_input();
    const auto result = run.wait(soon_ms);
    printed = run.output + run.errors;
    return result;
  }
  [[nodiscard]] std::uint64_t fact(const std::string& name) {
    const auto a = rig.say(query{});
    BOOST_REQUIRE(a.has_value());
    for (const auto& [key, value] : a->facts)
      if (key == name)
        return std::stoull(value);
    return 0;
  }

  ward_rig rig;
  std::filesystem::path folder = rig.folder / "door";
  std::string printed;
};

/// All objects until the output ends.
std::vector<nlohmann::json> objects(tool_run& run) {
  std::vector<nlohmann::json> all;
  while (auto line = run.line(soon_ms))
    all.push_back(nlohmann::json::parse(*line));
  return all;
}

/// The next object of this event.
nlohmann::json await(tool_run& run, const std::string& event) {
  while (auto line = run.line(soon_ms)) {
    auto o = nlohmann::json::parse(*line);
    if (o["event"] == event)
      return o;
  }
  BOOST_FAIL("no " << event << "; " << run.errors);
  return {};
}

} // namespace

BOOST_AUTO_TEST_CASE(once_says_the_outcome_by_its_exit_code) {
  desk d;
  BOOST_TEST(d.once(person(1)) == 0);
  BOOST_TEST(d.printed.find("ENTER") != std::string::npos, d.printed);
  BOOST_TEST(d.once(person(2)) == 6); // nobody has sent card facts
  BOOST_TEST(d.printed.find("CONDITION") != std::string::npos, d.printed);
  BOOST_TEST(d.once(payment) == 1);
  BOOST_TEST(d.printed.find("NO ENTRY  This is a payment code") != std::string::npos, d.printed);
  BOOST_TEST(d.once(person(1), {"--out"}) == 0);
  BOOST_TEST(d.printed.find("GOODBYE") != std::string::npos, d.printed);
  BOOST_TEST(d.once(person(1), {"--venue", "22366-00018"}) == 1);
  BOOST_TEST(d.printed.find("its own venue only") != std::string::npos, d.printed);
  BOOST_TEST(d.once(person(1), {"--venue", "none"}) == 2);
  BOOST_TEST(d.once(person(1), {"--spool", (d.folder / "no" / "spool").string()}) == 4);
  BOOST_TEST(d.once(person(1), {"--csv"}) == 2);
  BOOST_TEST(d.once(person(1), {"--status"}) == 2);
  d.rig.kill();
  BOOST_TEST(d.once(person(3)) == 7);
  BOOST_TEST(d.printed.find("RECORDED, NOT JUDGED") != std::string::npos, d.printed);
  tool_run status{d.words({"--status", "--json"})};
  BOOST_TEST(status.wait(soon_ms) == 0);
  BOOST_TEST(nlohmann::json::parse(status.output)["waiting"] == 1);
}

BOOST_AUTO_TEST_CASE(whatever_a_reader_sends_each_line_is_one_scan) {
  desk d;
  tool_run run{d.words({"--json"})};
  std::string input = "\xef\xbb\xbf" + person(1) + "\r\n\r\n" + person(2) + "\r" + payment + "\n";
  input += std::string("056890000009|TRAN\0THI", 21) + "\n"; // a zero byte
  input += std::string(100'000, 'a') + "\n" + std::string(1'024, 'b') + "\n" + person(3);
  BOOST_REQUIRE(run.write_all(input));
  run.close_input();
  const auto all = objects(run);
  BOOST_TEST(run.wait(soon_ms) == 0);
  std::vector<std::string> reasons;
  for (const auto& o : all)
    reasons.push_back(o["reason"]);
  BOOST_REQUIRE(reasons.size() == 7u);
  BOOST_TEST(reasons[1] == "card_unknown");
  BOOST_TEST(reasons[2] == "code_payment");
  BOOST_TEST(reasons[3] == "code_broken");
  BOOST_TEST(reasons[4] == "code_too_long");
  BOOST_TEST(reasons[5] == "code_unknown_form");
  BOOST_TEST(reasons[6] == "card_unknown");
  BOOST_TEST(all[6]["sequence"] == 7);
  BOOST_TEST(d.fact("scans_taken") == 7u);
}

BOOST_AUTO_TEST_CASE(what_waits_in_the_spool_is_sealed_and_says_the_same_when_it_comes) {
  desk d;
  d.rig.kill();
  tool_run first{d.words({"--json"})};
  BOOST_REQUIRE(first.write_all(person(1) + "\n" + std::string(5'000, 'a') + "\n" + payment));
  first.close_input();
  BOOST_TEST(await(first, "not_judged")["scan"] == 1);
  BOOST_TEST(first.wait(soon_ms) == 7);
  BOOST_TEST(first.errors.find("3 scans wait in the spool") != std::string::npos, first.errors);
  BOOST_TEST(first.errors.find("cannot be reached") != std::string::npos, first.errors);
  std::ifstream in{d.folder / "door.spool", std::ios::binary};
  const std::string spooled{std::istreambuf_iterator<char>{in}, {}};
  BOOST_TEST(spooled.find("NGUYEN") == std::string::npos);
  BOOST_TEST(spooled.find("aaaa") == std::string::npos);
  BOOST_REQUIRE(d.rig.start());
  tool_run second{d.words({"--json"})};
  for (const auto* reason : {"ok", "code_too_long", "code_payment"}) {
    const auto o = await(second, "judged_late");
    BOOST_TEST(o["scan"].is_null());
    BOOST_TEST((o["reason"] == reason || o["decision"] == "admit"), o.dump());
  }
  second.close_input();
  BOOST_TEST(second.wait(soon_ms) == 0);
  BOOST_TEST(d.fact("scans_taken") == 3u);
}

BOOST_AUTO_TEST_CASE(two_doors_on_one_spool_are_refused_and_status_is_not) {
  desk d;
  tool_run one{d.words({"--json"})};
  BOOST_REQUIRE(one.write_all(person(1) + "\n"));
  (void)await(one, "judged");
  tool_run two{d.words({})};
  BOOST_TEST(two.wait(soon_ms) == 4);
  BOOST_TEST(two.errors.find("Another door uses this spool") != std::string::npos, two.errors);
  tool_run status{d.words({"--status"})};
  BOOST_TEST(status.wait(soon_ms) == 0);
  BOOST_TEST(status.output.find("door.spool") != std::string::npos);
  one.close_input();
  BOOST_TEST(one.wait(soon_ms) == 0);
}

BOOST_AUTO_TEST_CASE(a_node_that_goes_and_comes_back_is_found_again) {
  desk d;
  tool_run run{d.words({"--json"})};
  BOOST_REQUIRE(run.write_all(person(1) + "\n"));
  (void)await(run, "judged");
  d.rig.kill();
  BOOST_REQUIRE(run.write_all(person(2) + "\n"));
  BOOST_TEST(await(run, "not_judged")["scan"] == 2);
  BOOST_TEST(run.says("The node cannot be reached.", soon_ms));
  BOOST_REQUIRE(d.rig.start());
  BOOST_TEST(await(run, "judged_late")["scan"] == 2);
  BOOST_REQUIRE(run.write_all(person(3) + "\n"));
  BOOST_TEST(await(run, "judged")["scan"] == 3);
  run.signal(SIGINT);
  BOOST_TEST(run.wait(soon_ms) == 0);
  BOOST_TEST(d.fact("scans_taken") == 3u);
}

BOOST_AUTO_TEST_CASE(a_key_that_is_not_registered_is_said_and_let_in_once_it_is) {
  desk d;
  const auto other = d.rig.folder / "other";
  const auto key = *io::generate_key_pair();
  std::filesystem::create_directories(other);
  BOOST_REQUIRE(static_cast<bool>(io::write_key_pair(other / "key", key)));
  std::filesystem::copy(d.folder / "target.toml", other / "target.toml");
  tool_run run{{"door", "--target", other.string(), "--json"}};
  BOOST_REQUIRE(run.write_all(person(1) + "\n"));
  BOOST_TEST(await(run, "not_judged")["scan"] == 1);
  BOOST_TEST(run.says("refused this key", soon_ms), run.errors);
  BOOST_TEST(run.says("Check that the key is registered", soon_ms), run.errors);
  device_add add;
  add.name = "late door";
  add.key = key.open;
  add.venue = venue;
  BOOST_REQUIRE(d.rig.say(add).has_value());
  BOOST_TEST(await(run, "judged_late")["scan"] == 1);
  run.close_input();
  BOOST_TEST(run.wait(soon_ms) == 0);
}

BOOST_AUTO_TEST_CASE(a_key_taken_back_is_said_and_the_spool_is_kept) {
  desk d;
  tool_run run{d.words({"--json"})};
  BOOST_REQUIRE(run.write_all(person(1) + "\n"));
  (void)await(run, "judged");
  device_revoke r;
  r.device = device_id{2}; // the gateway is the first
  r.document = "12/QD";
  const auto done = d.rig.say(r);
  BOOST_REQUIRE((done && done->code == code::done));
  BOOST_REQUIRE(run.write_all(person(2) + "\n" + person(3) + "\n"));
  BOOST_TEST(run.says("This key was revoked.", soon_ms), run.errors);
  BOOST_TEST(await(run, "not_judged")["scan"] == 2);
  run.signal(SIGINT);
  run.signal(SIGTERM);
  BOOST_TEST(run.wait(soon_ms) == 7);
  BOOST_TEST(run.errors.find("2 scans wait in the spool") != std::string::npos, run.errors);
}

BOOST_AUTO_TEST_CASE(a_secret_word_switches_the_door_and_no_other_line_does) {
  desk d;
  tool_run run{d.words({"--json", "--switch-word", "cua-so-9"})};
  BOOST_REQUIRE(run.write_all(person(1) + "\ncua-so-9 out\ncua-so-9 poster\n" + person(1) +
                              "\n:out\ncua-so-9 in\n" + person(2) + "\n"));
  run.close_input();
  const auto all = objects(run);
  BOOST_TEST(run.wait(soon_ms) == 0);
  BOOST_REQUIRE(all.size() == 4u);
  BOOST_TEST(all[1]["reason"] == "left");
  BOOST_TEST(all[1]["flow"] == "poster");
  BOOST_TEST(all[2]["reason"] == "code_unknown_form");
  BOOST_TEST(all[3]["direction"] == "in");
  tool_run weak{d.words({"--switch-word", "out"})};
  BOOST_TEST(weak.wait(soon_ms) == 2);
}

BOOST_AUTO_TEST_CASE(no_code_stands_in_anything_that_a_door_says) {
  desk d;
  tool_run run{d.words({"--recorded"})};
  BOOST_REQUIRE(run.write_all(person(1) + "\n" + person(2) + "\n" + payment + "\n"));
  run.close_input();
  BOOST_TEST(run.wait(soon_ms) == 0);
  BOOST_TEST(run.output.find("3  recorded") != std::string::npos, run.output);
  for (const auto* part : {"NGUYEN", "056890", "900000560", "QRIBFTTA"})
    BOOST_TEST((run.output + run.errors).find(part) == std::string::npos);
}
