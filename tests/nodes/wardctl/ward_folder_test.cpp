// SPDX-License-Identifier: Apache-2.0
// Proves: a ward's folder is made whole or not at all, with private keys, a node.toml that a node
//         takes with every setting in it, and nothing of what was there before is touched.
// Method: real folders; the shipped file compared with what a node's configuration knows.
#define BOOST_TEST_MODULE ward_folder
#include "nodes/wardctl/ward_folder.hpp"

#include "actors/io/allow_file.hpp"
#include "actors/io/key_files.hpp"
#include "actors/io/pseudonym.hpp"
#include "nodes/config/config.hpp"
#include "nodes/wardctl/target.hpp"
#include "tests/actors/io/scratch_folder.hpp"

#include <algorithm>
#include <regex>

using namespace wardflow;
using namespace wardflow::wardctl;

namespace {

namespace fs = std::filesystem;

ward_plan plan_in(const io::scratch_folder& folder) {
  ward_plan plan;
  plan.unit = *unit_code::parse("22366");
  plan.folder = folder.path / "ward";
  plan.province_key = folder.path / "province";
  BOOST_REQUIRE((province_key::generate().key->write(plan.province_key) == code::ok));
  return plan;
}

std::size_t entries(const fs::path& folder) {
  return static_cast<std::size_t>(
    std::distance(fs::directory_iterator{folder}, fs::directory_iterator{}));
}

} // namespace

BOOST_AUTO_TEST_CASE(a_folder_has_all_that_a_node_and_its_operator_need) {
  io::scratch_folder folder;
  auto plan = plan_in(folder);
  plan.operator_name = "Lan \"văn phòng\"";
  auto made = make_ward(plan);
  BOOST_TEST_REQUIRE(static_cast<bool>(made));
  auto ward = plan.folder;
  for (auto* secret : {"keys/node", "keys/operator", "keys/province", "allow.toml", "node.toml"})
    BOOST_TEST((folder.mode_of(ward / secret) & 0777) == 0600u, secret);
  BOOST_TEST((folder.mode_of(ward) & 0777) == 0700u);
  BOOST_TEST((folder.mode_of(ward / "keys") & 0777) == 0700u);
  auto config = read_config(ward / "node.toml");
  BOOST_TEST_REQUIRE(static_cast<bool>(config));
  BOOST_TEST(config->unit.text() == "22366");
  BOOST_TEST((io::load_key_pair(config->node_key)->open == made->node_key));
  BOOST_TEST(
    (*province_key::load(config->province_key).key == *province_key::load(plan.province_key).key));
  auto allowed = io::read_allow_file(config->allow_list);
  BOOST_TEST_REQUIRE(static_cast<bool>(allowed));
  BOOST_TEST_REQUIRE(allowed->size() == 1u);
  BOOST_TEST(allowed->front().name == plan.operator_name);
  BOOST_TEST((allowed->front().role == role::operator_));
  BOOST_TEST(allowed->front().unit.text() == "22366");
  auto to = read_target(ward / "target.toml");
  BOOST_TEST_REQUIRE(static_cast<bool>(to));
  BOOST_TEST(to->control == config->control_endpoint);
  BOOST_TEST(to->scans == config->scan_endpoint);
  BOOST_TEST((to->node_key == made->node_key));
  BOOST_TEST((io::load_key_pair(to->key)->open == allowed->front().key));
  BOOST_TEST(entries(folder.path) == 2u); // nothing is left beside it
}

BOOST_AUTO_TEST_CASE(the_plan_stands_in_the_nodes_file) {
  io::scratch_folder folder;
  auto plan = plan_in(folder);
  plan.scans = "tcp://0.0.0.0:9164";
  plan.control = "tcp://127.0.0.1:9165";
  plan.address = "10.0.0.5";
  plan.clock = "input";
  plan.clock_start = *parse_day("2021-10-20");
  BOOST_REQUIRE(make_ward(plan));
  auto config = read_config(plan.folder / "node.toml");
  BOOST_TEST_REQUIRE(static_cast<bool>(config));
  BOOST_TEST(config->scan_endpoint == plan.scans);
  BOOST_TEST(config->control_endpoint == plan.control);
  BOOST_TEST((config->clock == node_clock::source::input));
  BOOST_TEST(config->clock_start == start_of(plan.clock_start));
  auto to = read_target(plan.folder / "target.toml");
  BOOST_TEST(to->scans == "tcp://10.0.0.5:9164");
  BOOST_TEST(to->control == "tcp://127.0.0.1:9165");
}

BOOST_AUTO_TEST_CASE(what_is_there_is_never_touched) {
  io::scratch_folder folder;
  auto plan = plan_in(folder);
  BOOST_REQUIRE(make_ward(plan));
  auto before = folder.text_of(plan.folder / "keys/node");
  BOOST_TEST((make_ward(plan).reason() == code::folder_exists));
  BOOST_TEST(folder.text_of(plan.folder / "keys/node") == before);
  plan.folder = folder.write("file", "x");
  BOOST_TEST((make_ward(plan).reason() == code::folder_exists));
  BOOST_TEST(folder.text_of(plan.folder) == "x");
  fs::create_symlink("nowhere", folder.path / "link");
  plan.folder = folder.path / "link";
  BOOST_TEST((make_ward(plan).reason() == code::folder_exists));
  plan.folder = folder.path / "empty";
  fs::create_directory(plan.folder);
  BOOST_TEST(static_cast<bool>(make_ward(plan)));
  plan.folder = folder.path / "deep" / "er" / "ward" / "";
  BOOST_TEST(static_cast<bool>(make_ward(plan)));
}

BOOST_AUTO_TEST_CASE(a_bad_province_key_leaves_nothing_behind) {
  io::scratch_folder folder;
  auto plan = plan_in(folder);
  fs::permissions(plan.province_key, fs::perms{0644});
  BOOST_TEST((make_ward(plan).reason() == code::key_file_open_to_others));
  plan.province_key = folder.path / "none";
  BOOST_TEST((make_ward(plan).reason() == code::key_file_missing));
  plan.province_key = folder.write("bad", "x\n");
  BOOST_TEST((make_ward(plan).reason() == code::key_file_malformed));
  BOOST_TEST(!fs::exists(plan.folder));
  BOOST_TEST(entries(folder.path) == 2u);
}

BOOST_AUTO_TEST_CASE(the_shipped_file_shows_every_setting_with_its_default) {
  io::scratch_folder folder;
  auto shipped = folder.text_of(WARDFLOW_SOURCE_DIR "/config/node.toml");
  ward_plan plan;
  plan.unit = *unit_code::parse("22366");
  BOOST_TEST(node_file(plan) == shipped); // defaults alone change nothing
  auto file = folder.write("node.toml", shipped);
  auto config = read_config(file);
  BOOST_TEST_REQUIRE(static_cast<bool>(config));
  auto bare = read_config(folder.write("bare.toml", "unit = \"22366\"\n"));
  BOOST_TEST_REQUIRE(static_cast<bool>(bare));
  BOOST_TEST((config->folder == bare->folder || config->folder == bare->folder / "."));
  BOOST_TEST((config->node_key == bare->node_key));
  BOOST_TEST((config->province_key == bare->province_key));
  BOOST_TEST((config->allow_list == bare->allow_list));
  BOOST_TEST(config->scan_endpoint == bare->scan_endpoint);
  BOOST_TEST(config->control_endpoint == bare->control_endpoint);
  BOOST_TEST((config->clock == bare->clock));
  BOOST_TEST(config->map_gib == bare->map_gib);
  BOOST_TEST(config->ballast_mib == bare->ballast_mib);
  BOOST_TEST(config->save_after_s == bare->save_after_s);
  BOOST_TEST(config->workers == bare->workers);
  // Every key that the configuration knows stands in the file, with a line before it that says what
  // it is.
  auto source = folder.text_of(WARDFLOW_SOURCE_DIR "/nodes/config/config.cpp");
  auto list = source.substr(source.find("text_keys{"),
                            source.find("io::failure bad") - source.find("text_keys{"));
  std::regex quoted{"\"([a-z_]+)\""};
  std::size_t keys = 0;
  for (std::sregex_iterator at{list.begin(), list.end(), quoted}, end; at != end; ++at, ++keys) {
    std::regex line{"\n# [^\n]+\n(# )?" + (*at)[1].str() + " = "};
    BOOST_TEST(std::regex_search(shipped, line), (*at)[1].str());
  }
  BOOST_TEST(keys == 16u);
}
