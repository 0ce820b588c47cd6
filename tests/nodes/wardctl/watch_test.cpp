// SPDX-License-Identifier: Apache-2.0
// Proves: `wardctl watch` prints alerts for people, as JSON lines and as CSV; ends when it is told
//         to; hands each alert to a program and stops at the first that fails, which comes again;
//         counts what waited; says why it does not go on.
// Method: a real ward whose suspended venues let people in, and calls of wardctl one by one.
#define BOOST_TEST_MODULE watch
#include "nodes/wardctl/run_program.hpp"
#include "tests/support/contains.hpp"
#include "tests/support/wardctl_rig.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <csignal>
#include <fstream>
#include <sstream>

using namespace wardflow;
using namespace wardflow::test;
using nlohmann::json;

namespace {

const std::string kind = "venue.suspended_but_scanning";

struct suspended_venues : wardctl_rig {
  suspended_venues() { BOOST_REQUIRE(node.furnish(9)); }

  /// Alerts of these venues, in this order.
  void alarm(std::initializer_list<std::uint32_t> venues) {
    for (auto venue : venues) {
      auto id = make_venue_id(ward_rig::ward, venue);
      BOOST_REQUIRE((node.say(venue_order{id, true, "1/QD"})->code == code::done));
      scan s;
      s.venue = id;
      s.card = card_id{venue};
      s.at = *parse_time("2021-10-20T08:00");
      send_scans({s});
    }
  }

  called watch(std::vector<std::string> more) {
    more.insert(more.begin(), {"watch", "--kind", kind, "--no-snapshot", "--until-idle", "1"});
    return (*this)(std::move(more));
  }
};

/// The venues of JSON lines: `1 2 3 `.
std::string venues(const std::string& lines) {
  std::istringstream in{lines};
  std::string out;
  for (std::string line; std::getline(in, line);) {
    auto one = json::parse(line);
    BOOST_TEST(one["what"] == "alert");
    BOOST_TEST(one["kind"] == kind);
    out += std::to_string(serial_of(*parse_venue_id(one["subject"].get<std::string>()))) + " ";
  }
  return out;
}

} // namespace

BOOST_AUTO_TEST_CASE(people_read_a_line_and_programs_an_object_or_a_row) {
  suspended_venues rig;
  rig.alarm({1, 2});
  auto got = rig.watch({"--since", "earliest"});
  BOOST_TEST(got.code == 0, got.err);
  BOOST_TEST(got.out.starts_with("2021-10-20 08:00:00  CRITICAL  open          22366 phường Phước "
                                 "Tiến: suspended venue lets people scan (1×"),
             got.out);
  BOOST_TEST(contains(got.out, "  22366/" + kind + "/22366-00001\n"));
  BOOST_TEST(contains(got.err, "Watching 22366 phường Phước Tiến; "), got.err);
  got = rig.watch({"--since", "earliest", "--lang", "vi"});
  BOOST_TEST(contains(got.out, "NGHIÊM TRỌNG  đang mở"), got.out);
  BOOST_TEST(contains(got.err, "Theo dõi "), got.err);

  got = rig.watch({"--since", "earliest", "--json"});
  BOOST_TEST(venues(got.out) == "1 2 ");
  BOOST_TEST(got.err.empty(), got.err);
  auto one = json::parse(got.out.substr(0, got.out.find('\n')));
  BOOST_TEST((one["unit"] == "22366" && one["severity"] == "critical" && one["state"] == "open"));
  BOOST_TEST((one["count"] == 1 && one["by"].is_null() && one["offset"].is_number()));
  BOOST_TEST(one["first"] == "2021-10-20T08:00:00.000+07:00");
  got = rig.watch({"--since", one["offset"].dump(), "--max", "1", "--json"});
  BOOST_TEST(venues(got.out) == "1 ");
  auto next = std::to_string(one["offset"].get<int>() + 1);
  BOOST_TEST(venues(rig.watch({"--since", next, "--json"}).out) == "2 ");

  got = rig.watch({"--since", "1h", "--csv"});
  BOOST_TEST(got.out.starts_with("\xef\xbb\xbfwhat,offset,at,name,unit,kind,subject,"), got.out);
  BOOST_TEST(std::count(got.out.begin(), got.out.end(), '\n') == 3, got.out);
  BOOST_TEST(rig.watch({"--since", "2021-10-20T09:00", "--csv"}).out.empty());
  BOOST_TEST(rig.watch({"--severity", "warning", "--since", "2021-10-20", "--json"}).out != "");
  BOOST_TEST(rig({"watch", "--kind", "node.silent", "--since", "earliest", "--until-idle", "1",
                  "--no-snapshot"})
               .out.empty());
}

BOOST_AUTO_TEST_CASE(a_name_goes_on_where_it_left_off) {
  suspended_venues rig;
  BOOST_TEST(rig.watch({"--name", "duty", "--json"}).out.empty()); // at the head
  rig.alarm({1, 2, 3});
  BOOST_TEST(venues(rig.watch({"--name", "duty", "--json", "--max", "2"}).out) == "1 2 ");
  BOOST_TEST(venues(rig.watch({"--name", "duty", "--json"}).out) == "3 ");
  BOOST_TEST(rig.watch({"--name", "duty", "--json"}).out.empty());
  BOOST_TEST(venues(rig.watch({"--name", "duty", "--since", "earliest", "--json"}).out) ==
             "1 2 3 ");
  rig.node.kill();
  BOOST_REQUIRE(rig.start_again());
  rig.alarm({4});
  BOOST_TEST(venues(rig.watch({"--name", "duty", "--json"}).out) == "4 ");
}

BOOST_AUTO_TEST_CASE(a_program_gets_each_alert_and_its_failure_keeps_it) {
  suspended_venues rig;
  BOOST_TEST(rig.watch({"--name", "mail"}).code == 0);
  rig.alarm({1, 2, 3});
  auto file = rig.path("got");
  // Takes what it gets, but for venue 2 as long as there is no file `mended`.
  auto program = "cat > " + file + ".now; if grep -q 22366-00002 " + file + ".now && ! test -e " +
                 file + ".mended; then echo broken; exit 3; fi; cat " + file + ".now >> " + file;
  auto got = rig.watch({"--name", "mail", "--exec", program, "--json"});
  BOOST_TEST(got.code == 1);
  BOOST_TEST(contains(got.err, "exit code 3: 22366/" + kind + "/22366-00002"), got.err);
  BOOST_TEST(venues(got.out) == "1 ");
  BOOST_TEST(venues(rig.text_of(file)) == "1 ");
  std::ofstream{file + ".mended"} << "yes";
  got = rig.watch({"--name", "mail", "--exec", program, "--json"});
  BOOST_TEST(got.code == 0, got.err);
  BOOST_TEST(venues(got.out) == "2 3 ");
  BOOST_TEST(venues(rig.text_of(file)) == "1 2 3 ");
  BOOST_TEST(rig.watch({"--name", "mail", "--exec", "false"}).code == 0); // nothing is left
}

BOOST_AUTO_TEST_CASE(what_waited_is_counted_first_and_not_said_again) {
  suspended_venues rig;
  BOOST_TEST(rig.watch({"--name", "duty"}).code == 0);
  rig.alarm({1, 2, 3, 4});
  BOOST_REQUIRE((rig.node.say(venue_order{make_venue_id(22366, 4), false, "2/QD"})->code ==
                 code::done)); // resolved
  auto got = rig.watch({"--name", "duty", "--digest", "--json"});
  BOOST_TEST(got.code == 0, got.err);
  auto sum = json::parse(got.out);
  BOOST_TEST((sum["what"] == "waiting" && sum["unit"] == "22366" && sum["kind"] == kind));
  BOOST_TEST(sum["count"] == 4);
  BOOST_TEST(sum["evidence"] == "open=3 entries=5");
  BOOST_TEST(rig.watch({"--name", "duty", "--json"}).out.empty());
  got = rig.watch({"--name", "duty", "--digest"});
  BOOST_TEST(got.out == "Nothing was waiting.\n");
  got = rig.watch({"--since", "earliest", "--digest"});
  BOOST_TEST(contains(got.out, "22366 phường Phước Tiến  suspended venue lets people scan"),
             got.out);
  BOOST_TEST(rig.watch({"--digest", "--exec", "true"}).code == 2);
}

BOOST_AUTO_TEST_CASE(why_it_does_not_go_on_is_said) {
  suspended_venues rig;
  auto got = rig.watch({"--unit", "22351"});
  BOOST_TEST(got.code == 1);
  BOOST_TEST(contains(got.err, "22351"), got.err);
  BOOST_TEST(rig.watch({"--kind", "node.asleep"}).code == 2);
  BOOST_TEST(rig.watch({"--since", "soon"}).code == 2);
  BOOST_TEST(rig.watch({"--severity", "loud"}).code == 2);
  BOOST_REQUIRE(io::write_key_pair(rig.path("keys/stranger"), *io::generate_key_pair()));
  auto text = rig.text_of(rig.path("target.toml"));
  text.replace(text.find("keys/operator"), 13, "keys/stranger");
  auto stranger = rig.write("stranger.toml", text);
  BOOST_TEST(call({"--target", stranger, "watch"}).code == 3);
  rig.node.stop();
  got = rig.watch({"--since", "earliest"});
  BOOST_TEST(got.code == 3);
  BOOST_TEST(contains(got.err, "cannot be reached"), got.err);
}

BOOST_AUTO_TEST_CASE(a_program_is_run_to_its_end) {
  wardctl::stop_signals stops;
  BOOST_TEST(wardctl::run_program("exit 7", {}, stops).code == 7);
  BOOST_TEST(wardctl::run_program("/nowhere/at/all", {}, stops).code == 127);
  BOOST_TEST(wardctl::run_program("kill -9 $$", {}, stops).signal == SIGKILL);
  BOOST_TEST(
    wardctl::run_program("test $(wc -c) = 100000", std::string(100'000, 'x'), stops).good());
  BOOST_TEST(wardctl::run_program("exit 0", std::string(100'000, 'x'), stops).good()); // reads none
  ::raise(SIGTERM); // it is for us: the program ends first
  auto done = wardctl::run_program("exit 0", {}, stops);
  BOOST_TEST(done.good());
  BOOST_TEST(done.stops + stops.take() == 1);
}
