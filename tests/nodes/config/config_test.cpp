// SPDX-License-Identifier: Apache-2.0
// Proves: a node's file gives what it says and the documented defaults for the rest; the shipped
//         file is one; every mistake has its reason, its line, and no half-read value. A program
//         knows the day on which it was built.
// Method: files with one mistake each, at a line that is known.
#define BOOST_TEST_MODULE config
#include "nodes/config/config.hpp"

#include "actors/io/clock.hpp"
#include "nodes/config/built_at.hpp"
#include "tests/actors/io/scratch_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <iterator>

using namespace wardflow;

namespace {

struct desk {
  io::outcome<node_config> read(const std::string& text) {
    std::ofstream{file(), std::ios::binary} << text;
    return read_config(file());
  }
  [[nodiscard]] std::filesystem::path file() const { return folder.path / "node.toml"; }

  io::scratch_folder folder;
};

} // namespace

BOOST_AUTO_TEST_CASE(a_file_that_names_its_ward_alone_has_every_default_beside_it) {
  desk d;
  auto c = d.read("unit = \"22366\"\n");
  BOOST_REQUIRE(static_cast<bool>(c));
  BOOST_TEST((c->unit == *unit_code::parse("22366")));
  BOOST_TEST(c->folder == d.folder.path / ".");
  BOOST_TEST(c->node_key == d.folder.path / "keys/node");
  BOOST_TEST(c->province_key == d.folder.path / "keys/province");
  BOOST_TEST(c->allow_list == d.folder.path / "allow.toml");
  BOOST_TEST(c->scan_endpoint == "tcp://127.0.0.1:7164");
  BOOST_TEST(c->control_endpoint == "tcp://127.0.0.1:7165");
  BOOST_TEST((c->clock == node_clock::source::wall));
  BOOST_TEST(c->clock_start == 0);
}

BOOST_AUTO_TEST_CASE(every_key_is_taken_and_a_path_may_be_absolute) {
  desk d;
  auto c = d.read("role = \"ward\"\nunit = \"22516\"\nfolder = \"data\"\n"
                  "node_key = \"/etc/wardflow/node\"\nprovince_key = \"p\"\nallow_list = \"a\"\n"
                  "scan_endpoint = \"tcp://*:1\"\ncontrol_endpoint = \"ipc://c\"\n"
                  "clock = \"input\"\nclock_start = \"2021-10-20\"\n"
                  "map_gib = 7\nballast_mib = 0\nsave_after_s = 600\nworkers = 3\n");
  BOOST_REQUIRE(static_cast<bool>(c));
  BOOST_TEST(c->folder == d.folder.path / "data");
  BOOST_TEST(c->node_key == "/etc/wardflow/node");
  BOOST_TEST(c->province_key == d.folder.path / "p");
  BOOST_TEST(c->allow_list == d.folder.path / "a");
  BOOST_TEST(c->scan_endpoint == "tcp://*:1");
  BOOST_TEST(c->control_endpoint == "ipc://c");
  BOOST_TEST((c->clock == node_clock::source::input));
  BOOST_TEST(c->clock_start == start_of(*parse_day("2021-10-20")));
  BOOST_TEST(c->map_gib == 7u);
  BOOST_TEST(c->ballast_mib == 0u);
  BOOST_TEST(c->save_after_s == 600u);
  BOOST_TEST(c->workers == 3u);
}

BOOST_AUTO_TEST_CASE(the_shipped_file_is_one_and_shows_the_defaults) {
  desk d;
  auto shipped = read_config(std::filesystem::path{WARDFLOW_SOURCE_DIR} / "config/node.toml");
  BOOST_REQUIRE(static_cast<bool>(shipped));
  auto plain = d.read("unit = \"22366\"\n");
  BOOST_TEST(shipped->scan_endpoint == plain->scan_endpoint);
  BOOST_TEST(shipped->control_endpoint == plain->control_endpoint);
  BOOST_TEST(shipped->map_gib == plain->map_gib);
  BOOST_TEST(shipped->ballast_mib == plain->ballast_mib);
  BOOST_TEST(shipped->save_after_s == plain->save_after_s);
  BOOST_TEST(shipped->workers == plain->workers);
}

BOOST_AUTO_TEST_CASE(every_mistake_has_its_reason_and_its_line) {
  desk d;
  struct mistake {
    const char* line; // the third one of the file
    code why;
  };
  for (auto& [line, why] : {mistake{"port = 1", code::config_key_unknown},
                            {"[scan]", code::config_key_unknown},
                            {"folder = 3", code::config_malformed},
                            {"folder = \"x", code::config_malformed},
                            {"folder", code::config_malformed},
                            {"clock = \"sun\"", code::config_malformed},
                            {"clock_start = \"2021-10-20\"", code::config_malformed}, // wall
                            {"clock = \"input\"\nclock_start = \"soon\"", code::config_malformed},
                            {"clock_start = 2021-10-20", code::config_malformed},
                            {"map_gib = 0", code::config_malformed},
                            {"map_gib = 4097", code::config_malformed},
                            {"map_gib = 1.5", code::config_malformed},
                            {"map_gib = \"64\"", code::config_malformed},
                            {"ballast_mib = -1", code::config_malformed},
                            {"save_after_s = 0", code::config_malformed},
                            {"save_after_s = 3601", code::config_malformed},
                            {"workers = 65", code::config_malformed},
                            {"role = \"city\"", code::config_malformed},
                            {"parent = \"tcp://127.0.0.1:1\"", code::config_malformed},
                            {"parent_key = \"00\"", code::config_malformed},
                            {"role = \"area\"", code::unit_not_a_ward}}) {
    BOOST_TEST_CONTEXT(line) {
      auto c = d.read("# a node\nunit = \"22366\"\n" + std::string{line} + "\n");
      BOOST_REQUIRE(!c);
      BOOST_TEST((c.reason() == why));
      auto at = std::string{line}.find('\n') == std::string::npos ? ":3: " : ":4: ";
      if (why == code::unit_not_a_ward)
        at = ":2: ";
      BOOST_TEST(c.why().detail.starts_with(d.file().string() + at), c.why().detail);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_unit_that_is_no_ward_or_none_at_all_is_refused) {
  desk d;
  BOOST_TEST((d.read("").reason() == code::config_malformed));
  BOOST_TEST((d.read("unit = \"2236x\"\n").reason() == code::config_malformed));
  BOOST_TEST((d.read("unit = 22366\n").reason() == code::config_malformed));
  BOOST_TEST((d.read("unit = \"568\"\n").reason() == code::unit_not_a_ward));
  BOOST_TEST((read_config(d.folder.path / "none.toml").reason() == code::config_missing));
}

BOOST_AUTO_TEST_CASE(a_program_was_built_on_a_day_before_now) {
  BOOST_TEST(built_at() % day_ms == 0);
  BOOST_TEST((built_at() > start_of(*parse_day("2021-01-01")) && built_at() < io::wall_ms()));
}
