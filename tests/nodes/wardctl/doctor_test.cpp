// SPDX-License-Identifier: Apache-2.0
// Proves: each finding turns at its limit and says what to mend in both languages; the exit code is
//         that of the worst; a node that runs goes on, and what stands in its way is found.
// Method: the judges with values at both sides of each limit; the command beside a real node.
#define BOOST_TEST_MODULE doctor
#include "nodes/wardctl/doctor.hpp"

#include "tests/actors/io/scratch_folder.hpp"
#include "tests/support/wardctl_rig.hpp"

#include <nlohmann/json.hpp>

#include <unistd.h>

using namespace wardflow;
using namespace wardflow::wardctl;
using namespace wardflow::test;
using nlohmann::json;

namespace {

constexpr auto en = language::en;
constexpr std::uint64_t mib = 1u << 20, gib = 1u << 30;
const auto built = start_of(*parse_day("2026-01-01"));

/// The grade; whatever is not ok has something to mend.
grade graded(const finding& f) {
  BOOST_TEST((f.is == grade::ok) == f.mend.empty(), f.check << ": " << f.what);
  BOOST_TEST(!f.what.empty());
  return f.is;
}

json check_of(const json& told, const std::string& name) {
  for (auto& one : told["checks"])
    if (one["check"] == name)
      return one;
  BOOST_FAIL("no check " << name);
  return {};
}

} // namespace

BOOST_AUTO_TEST_CASE(a_clock_before_the_program_or_not_the_nodes_is_found) {
  auto at = [](time_ms wall, std::optional<node_clock_facts> node, bool replays = false) {
    return graded(judge_clock(wall, built, replays, node, en));
  };
  auto now = built + 30 * day_ms;
  BOOST_TEST((at(built - 1, {}) == grade::bad));
  BOOST_TEST((at(built, {}) == grade::ok));
  BOOST_TEST((at(built - 1, {}, true) == grade::ok)); // a replay lives in its own time
  BOOST_TEST((at(now, node_clock_facts{now - minute_ms, false}) == grade::ok));
  BOOST_TEST((at(now, node_clock_facts{now - minute_ms - 1, false}) == grade::warning));
  BOOST_TEST((at(now, node_clock_facts{now + minute_ms + 1, false}) == grade::warning));
  BOOST_TEST((at(now, node_clock_facts{now, true}) == grade::bad));
}

BOOST_AUTO_TEST_CASE(a_disk_is_judged_by_its_syncs_and_its_file_system) {
  auto sync = [](std::int64_t us) { return graded(judge_sync(us, en)); };
  BOOST_TEST((sync(0) == grade::warning)); // no disk at all
  BOOST_TEST((sync(5) == grade::ok));
  BOOST_TEST((sync(24'999) == grade::ok));
  BOOST_TEST((sync(25'000) == grade::warning));
  BOOST_TEST((sync(100'000) == grade::bad));
  auto system = [](io::fitness is) { return graded(judge_file_system({"some", 1, is}, en)); };
  BOOST_TEST((system(io::fitness::tried) == grade::ok));
  BOOST_TEST((system(io::fitness::unknown) == grade::warning));
  BOOST_TEST((system(io::fitness::unfit) == grade::bad));
  BOOST_TEST(judge_file_system({{}, 0x9fa0, io::fitness::unknown}, en).what.starts_with("0x9fa0"));
}

BOOST_AUTO_TEST_CASE(room_is_judged_against_ballast_and_map) {
  auto room = [](std::uint64_t free, std::uint64_t store, std::uint64_t there, std::uint64_t map,
                 std::uint64_t ballast) {
    return graded(judge_room({free, store, there}, map, ballast, en));
  };
  BOOST_TEST((room(70 * gib, 0, 0, 64 * gib, 64 * mib) == grade::ok));
  BOOST_TEST((room(30 * gib, 0, 0, 64 * gib, 64 * mib) == grade::warning)); // the disk is first
  BOOST_TEST((room(30 * gib, 40 * gib, 64 * mib, 64 * gib, 64 * mib) == grade::ok));
  BOOST_TEST((room(3 * gib, 0, 64 * mib, gib, 64 * mib) == grade::ok));
  BOOST_TEST((room(2 * gib - 1, 0, 64 * mib, gib, 64 * mib) == grade::warning));
  BOOST_TEST((room(100 * mib, 0, 64 * mib, gib, 64 * mib) == grade::warning)); // it is there
  BOOST_TEST((room(100 * mib, 0, 0, gib, 64 * mib) == grade::bad));            // it was given away
  BOOST_TEST((room(0, gib, 0, gib, 0) == grade::warning));
  auto mend = judge_room({30 * gib, 0, 64 * mib}, 64 * gib, 64 * mib, en).mend;
  BOOST_TEST(mend.starts_with("Set in node.toml: map_gib = 30"), mend);
}

BOOST_AUTO_TEST_CASE(ports_limits_memory_and_modes_have_their_grades) {
  auto port = [](port_state is, bool runs) {
    return graded(judge_port("scan_port", "tcp://0.0.0.0:7164", is, runs, en));
  };
  BOOST_TEST((port(port_state::free, false) == grade::ok));
  BOOST_TEST((port(port_state::free, true) == grade::bad)); // it does not listen where it should
  BOOST_TEST((port(port_state::held, true) == grade::ok));
  BOOST_TEST((port(port_state::held, false) == grade::bad));
  for (auto runs : {false, true}) {
    BOOST_TEST((port(port_state::any, runs) == grade::ok));
    BOOST_TEST((port(port_state::elsewhere, runs) == grade::bad));
    BOOST_TEST((port(port_state::forbidden, runs) == grade::bad));
    BOOST_TEST((port(port_state::unclear, runs) == grade::warning));
  }
  BOOST_TEST((graded(judge_files(8191, en)) == grade::bad));
  BOOST_TEST((graded(judge_files(8192, en)) == grade::ok));
  BOOST_TEST((graded(judge_memory({4 << 20, 512 << 10}, en)) == grade::ok));
  BOOST_TEST((graded(judge_memory({4 << 20, (512 << 10) - 1}, en)) == grade::warning));
  BOOST_TEST((graded(judge_memory({4 << 20, (128 << 10) - 1}, en)) == grade::bad));
  BOOST_TEST((graded(judge_folder("/d", 040700, en)) == grade::ok));
  BOOST_TEST((graded(judge_folder("/d", 040750, en)) == grade::warning));
  BOOST_TEST((graded(judge_secret("node_key", "/k", code::ok, {}, en)) == grade::ok));
  auto other = judge_secret("node_key", "/k", code::ok, "/data", en);
  BOOST_TEST((graded(other) == grade::bad));
  BOOST_TEST(other.mend == "chown --reference=/data /k");
  BOOST_TEST(
    (graded(judge_secret("node_key", "/k", code::key_file_open_to_others, {}, en)) == grade::bad));
}

BOOST_AUTO_TEST_CASE(what_is_found_is_told_in_the_users_language) {
  for (auto& pair :
       {std::pair{judge_sync(50'000, language::vi), judge_sync(50'000, en)},
        {judge_clock(0, built, false, {}, language::vi), judge_clock(0, built, false, {}, en)},
        {judge_room({0, 0, 0}, gib, mib, language::vi), judge_room({0, 0, 0}, gib, mib, en)},
        {judge_files(1, language::vi), judge_files(1, en)}}) {
    BOOST_TEST(pair.first.mend != pair.second.mend);
    BOOST_TEST(pair.first.check == pair.second.check);
  }
  BOOST_TEST(bytes_text(1536u << 10) == "1.5 MiB");
  BOOST_TEST(bytes_text(75 * gib) == "75.0 GiB");
}

BOOST_AUTO_TEST_CASE(a_running_node_is_looked_at_and_goes_on) {
  wardctl_rig rig;
  auto folder = rig.node.folder.string();
  auto before = rig.text_of("/proc/" + std::to_string(rig.node.process()) + "/limits");
  auto got = call({"--json", "doctor", folder});
  BOOST_TEST_REQUIRE(json::accept(got.out), got.out << got.err);
  auto told = json::parse(got.out);
  auto worst = 0; // this machine's disk and memory are what they are
  for (auto& one : told["checks"])
    worst = std::max(worst, one["state"] == "bad" ? 2 : one["state"] == "warning" ? 1 : 0);
  BOOST_TEST(got.code == worst, got.out);
  BOOST_TEST((check_of(told, "node")["finding"] ==
              "runs, process " + std::to_string(rig.node.process()) + ", and answers"));
  for (auto* name : {"config", "node", "clock", "folder", "file_system", "scan_port",
                     "control_port", "files", "node_key", "province_key", "allow_list"})
    BOOST_TEST((check_of(told, name)["state"] == "ok"), name << ": " << check_of(told, name));
  BOOST_TEST(check_of(told, "sync").contains("finding"));
  BOOST_TEST(rig({"status"}).code == 0);
  auto people = call({"--lang", "vi", "doctor", folder + "/node.toml"});
  BOOST_TEST(people.code == got.code);
  BOOST_TEST(people.out.find("Hệ thống tệp") != people.out.npos, people.out);
}

BOOST_AUTO_TEST_CASE(what_is_wrong_in_a_stopped_wards_folder_is_bad) {
  wardctl_rig rig;
  auto folder = rig.node.folder.string();
  BOOST_REQUIRE(rig.node.stop() == 0);
  auto told = json::parse(call({"--json", "doctor", folder}).out);
  BOOST_TEST((check_of(told, "node")["finding"] == "stopped"));
  std::filesystem::permissions(rig.path("keys/node"), std::filesystem::perms{0640});
  std::filesystem::remove(rig.path("keys/province"));
  auto got = call({"--json", "doctor", folder});
  BOOST_TEST(got.code == 2);
  told = json::parse(got.out);
  BOOST_TEST((told["result"] == "bad"));
  BOOST_TEST((check_of(told, "node_key")["state"] == "bad"));
  BOOST_TEST((check_of(told, "province_key")["state"] == "bad"));
  BOOST_TEST((check_of(told, "allow_list")["state"] == "ok"));
  auto people = call({"doctor", folder});
  BOOST_TEST(people.out.find("BAD ") != people.out.npos);
  BOOST_TEST(people.out.find("→ Run `chmod 600` on it") != people.out.npos, people.out);
  if (::geteuid() == 0) { // what root makes, the node's user cannot read
    std::filesystem::permissions(rig.path("keys/node"), std::filesystem::perms{0600});
    BOOST_REQUIRE(::chown(folder.c_str(), 65534, 65534) == 0);
    told = json::parse(call({"--json", "doctor", folder}).out);
    BOOST_TEST((check_of(told, "node_key")["mend"] ==
                "chown --reference=" + folder + " " + rig.path("keys/node")));
    BOOST_REQUIRE(::chown(folder.c_str(), 0, 0) == 0);
  }
}

BOOST_AUTO_TEST_CASE(a_wrong_file_or_a_port_of_another_program_is_bad) {
  wardctl_rig rig; // its node holds the ports that the other ward wants
  io::scratch_folder other;
  other.write("node.toml", "unit = \"22366\"\nfolder = \"data\"\nscan_endpoint = \"" +
                             rig.node.scan_endpoint + "\"\n");
  auto got = call({"--json", "doctor", other.path.string()});
  BOOST_TEST(got.code == 2);
  auto told = json::parse(got.out);
  BOOST_TEST((check_of(told, "scan_port")["state"] == "bad"));
  BOOST_TEST((check_of(told, "folder")["state"] == "bad")); // there is no data/
  BOOST_TEST((check_of(told, "node_key")["state"] == "bad"));
  other.write("node.toml", "unit = \"22366\"\nmap = 1\n");
  got = call({"--json", "doctor", other.path.string()});
  BOOST_TEST(got.code == 2);
  told = json::parse(got.out);
  BOOST_TEST(told["checks"].size() == 1u);
  BOOST_TEST((check_of(told, "config")["finding"].get<std::string>().find("node.toml:2: map") !=
              std::string::npos));
  BOOST_TEST(call({"doctor", "/nowhere"}).code == 2);
}
