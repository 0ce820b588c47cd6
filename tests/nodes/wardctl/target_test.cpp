// SPDX-License-Identifier: Apache-2.0
// Proves: a target's file that is written is read back; any mistake in one is named with its line.
// Method: files by hand in a folder of their own.
#define BOOST_TEST_MODULE target
#include "nodes/wardctl/target.hpp"

#include "actors/io/key_text.hpp"
#include "messages/texts.hpp"
#include "tests/actors/io/scratch_folder.hpp"

#include <cstdlib>

using namespace wardflow;
using namespace wardflow::wardctl;

namespace {

const std::string key_hex(64, 'a');

std::string problem_of(const std::string& text) {
  io::scratch_folder folder;
  auto file = folder.write("target.toml", text);
  auto read = read_target(file);
  if (read)
    return "none";
  auto detail = read.why().detail;
  BOOST_TEST(detail.starts_with(file.string() + ":"), detail);
  return std::string{name(read.reason())} + detail.substr(file.string().size());
}

} // namespace

BOOST_AUTO_TEST_CASE(what_is_written_is_read_back) {
  io::scratch_folder folder;
  target t;
  t.scans = "tcp://10.0.0.5:7164";
  t.control = "ipc:///run/ward";
  t.node_key = *io::parse_key(key_hex);
  t.key = "keys/operator";
  t.venue = make_venue_id(22366, 17);
  auto file = folder.path / "target.toml";
  BOOST_TEST((write_target(file, t) == code::ok));
  auto read = read_target(file);
  BOOST_TEST_REQUIRE(static_cast<bool>(read));
  BOOST_TEST(read->scans == t.scans);
  BOOST_TEST(read->control == t.control);
  BOOST_TEST((read->node_key == t.node_key));
  BOOST_TEST((read->key == folder.path / "keys/operator"));
  BOOST_TEST((read->venue == t.venue));
  BOOST_TEST((write_target(file, t) == code::folder_exists));
}

BOOST_AUTO_TEST_CASE(every_mistake_is_named_with_its_line) {
  auto good = "node_key = \"" + key_hex + "\"\nkey = \"k\"\n";
  BOOST_TEST(problem_of(good) == "none");
  BOOST_TEST(problem_of(good + "controll = \"x\"\n") == "config_key_unknown:3: controll");
  BOOST_TEST(problem_of(good + "control = 5\n").starts_with("config_malformed:3: control: wants"));
  BOOST_TEST(
    problem_of("key = \"k\"\nnode_key = \"short\"\n").starts_with("config_malformed:2: node_key"));
  BOOST_TEST(problem_of("key = \"k\"\n").starts_with("config_malformed:1: node_key"));
  BOOST_TEST(problem_of("node_key = \"" + key_hex + "\"\n").starts_with("config_malformed:1: key"));
  BOOST_TEST(problem_of(good + "venue = \"x\"\n").starts_with("config_malformed:3: venue"));
  BOOST_TEST(problem_of(good + "venue = \n").starts_with("config_malformed:3: "));
  BOOST_TEST(
    problem_of(good + "# " + std::string(70'000, 'x')).starts_with("config_malformed:1: larger"));
  BOOST_TEST((read_target("/nowhere/target.toml").reason() == code::config_missing));
}

BOOST_AUTO_TEST_CASE(a_target_is_looked_for_in_its_order) {
  io::scratch_folder folder;
  BOOST_TEST((find_target(folder.path.string()).file == folder.path / "target.toml"));
  BOOST_TEST((find_target("a.toml").file == "a.toml"));
  ::setenv("WARDCTL_TARGET", folder.path.c_str(), 1);
  BOOST_TEST((find_target("").file == folder.path / "target.toml"));
  BOOST_TEST((find_target("a.toml").file == "a.toml"));
  ::unsetenv("WARDCTL_TARGET");
  auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path);
  BOOST_TEST((find_target("").file == "ward/target.toml"));
  folder.write("target.toml", "");
  BOOST_TEST((find_target("").file == "target.toml"));
  std::filesystem::current_path(before);
}
