// SPDX-License-Identifier: Apache-2.0
// Proves: keys are made once and never written over; a person's key gets into the node's list by
//         one command, and the person gets in after the reload that it asks for.
// Method: the program on real files, and a real node that is told by SIGHUP.
#define BOOST_TEST_MODULE keys
#include "tests/support/contains.hpp"
#include "tests/support/wardctl_rig.hpp"

#include "actors/io/allow_file.hpp"
#include "actors/io/key_text.hpp"
#include "actors/io/pseudonym.hpp"
#include "tests/actors/io/scratch_folder.hpp"

#include <nlohmann/json.hpp>

using namespace wardflow;
using namespace wardflow::test;

BOOST_AUTO_TEST_CASE(a_provinces_key_is_made_once) {
  io::scratch_folder folder;
  auto file = (folder.path / "province.key").string();
  BOOST_TEST(call({"keys", "province", file}).code == 0);
  BOOST_TEST((folder.mode_of(file) & 0777) == 0600u);
  BOOST_TEST(province_key::load(file).key.has_value());
  auto before = folder.text_of(file);
  auto again = call({"--lang", "vi", "keys", "province", file});
  BOOST_TEST(again.code == 4);
  BOOST_TEST(again.out == "");
  BOOST_TEST(contains(again.err, "không bao giờ bị ghi đè"));
  BOOST_TEST(folder.text_of(file) == before);
  BOOST_TEST(call({"keys", "province", "/nowhere/x"}).code == 4);
}

BOOST_AUTO_TEST_CASE(a_key_pair_is_made_and_shown) {
  io::scratch_folder folder;
  auto file = (folder.path / "lan").string();
  auto made = call({"--json", "keys", "new", file});
  BOOST_TEST_REQUIRE(made.code == 0, made.err);
  auto pair = io::load_key_pair(file);
  BOOST_TEST_REQUIRE(static_cast<bool>(pair));
  auto parsed = nlohmann::json::parse(made.out);
  BOOST_TEST((parsed["public_key"] == io::to_hex(pair->open)));
  BOOST_TEST((parsed["public_key_z85"] == io::to_z85(pair->open)));
  BOOST_TEST(!contains(made.out, io::to_hex(pair->secret)));
  for (auto& shown : {file, file + ".pub"})
    BOOST_TEST((nlohmann::json::parse(call({"--json", "keys", "show", shown}).out)["public_key"] ==
                io::to_hex(pair->open)));
  std::filesystem::remove(file + ".pub"); // the public half is computed from the secret one
  BOOST_TEST(contains(call({"keys", "show", file}).out, io::to_hex(pair->open)));
  BOOST_TEST(call({"keys", "new", file}).code == 4);
  BOOST_TEST(call({"keys", "show", "nothing"}).code == 4);
}

BOOST_AUTO_TEST_CASE(a_person_gets_in_by_one_command_and_a_reload) {
  wardctl_rig rig;
  BOOST_REQUIRE(call({"keys", "new", rig.path("tram")}).code == 0);
  auto allowed = rig({"keys", "allow", "--name", "Trạm y tế", "--role", "health", "--unit", "22366",
                      "--key", rig.path("tram"), "--not-after", "2031-12-31"});
  BOOST_TEST_REQUIRE(allowed.code == 0, allowed.err);
  BOOST_TEST(contains(allowed.out, "kill -HUP"));
  auto list = io::read_allow_file(rig.path("allow.toml"));
  BOOST_TEST_REQUIRE(static_cast<bool>(list));
  BOOST_TEST_REQUIRE(list->size() == 2u);
  BOOST_TEST(list->back().name == "Trạm y tế");
  BOOST_TEST((list->back().role == role::health));
  BOOST_TEST(list->back().not_after == start_of(*parse_day("2032-01-01"))); // the whole last day
  auto text = rig.text_of(rig.path("target.toml"));
  text.replace(text.find("keys/operator"), 13, "tram");
  auto target = rig.write("tram.toml", text);
  BOOST_TEST(call({"--target", target, "status"}).code == 3); // not read yet
  rig.node.reload();
  BOOST_TEST(call({"--target", target, "status"}).code == 0);
}

BOOST_AUTO_TEST_CASE(the_same_key_again_changes_nothing_and_mistakes_are_named) {
  wardctl_rig rig;
  BOOST_REQUIRE(call({"keys", "new", rig.path("lan")}).code == 0);
  auto allow = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {"keys", "allow", "--name", "Lan", "--unit", "22366"});
    return rig(words);
  };
  BOOST_TEST(allow({"--role", "operator", "--key", rig.path("lan.pub")}).code == 0);
  auto before = rig.text_of(rig.path("allow.toml"));
  auto again = allow({"--role", "operator", "--key", rig.path("lan.pub")});
  BOOST_TEST(again.code == 0);
  BOOST_TEST(contains(again.out, "It is so already"));
  auto other = allow({"--role", "supervisor", "--key", rig.path("lan.pub")});
  BOOST_TEST(other.code == 2); // it is not so
  BOOST_TEST(contains(other.err, "This key is in the list with something else"), other.err);
  BOOST_TEST(contains(other.err, "allow.toml, Lan: operator 22366\n"), other.err);
  other = allow({"--role", "operator", "--key", rig.path("lan.pub"), "--not-after", "2022-12-31"});
  BOOST_TEST(other.code == 2);
  BOOST_TEST(rig.text_of(rig.path("allow.toml")) == before);
  BOOST_TEST(allow({"--role", "door", "--key", rig.path("lan.pub")}).code == 2);
  BOOST_TEST(allow({"--role", "operator", "--key", "nothing"}).code == 4);
  std::filesystem::permissions(rig.path("allow.toml"), std::filesystem::perms{0666});
  auto open = allow({"--role", "operator", "--key", std::string(64, 'b')});
  BOOST_TEST(open.code == 4);
  BOOST_TEST(contains(open.err, "chmod 600"));
  BOOST_TEST(call({"--target", "/nowhere", "keys", "allow", "--name", "L", "--role", "operator",
                   "--unit", "22366", "--key", std::string(64, 'b')})
               .code == 4);
}
