// SPDX-License-Identifier: Apache-2.0
// Proves: a newcomer gets from a unit code to a running ward with the commands that wardctl tells;
//         a city and its ward find each other; a code that is no unit is refused with the codes
//         that may have been meant.
// Method: the real programs, wardctl and wardflowd, in a folder of their own.
#define BOOST_TEST_MODULE init
#include "tests/support/contains.hpp"
#include "tests/support/wardctl_rig.hpp"

#include "tests/actors/io/scratch_folder.hpp"

#include <nlohmann/json.hpp>

using namespace wardflow;
using namespace wardflow::test;

namespace {

struct newcomer {
  newcomer() { BOOST_REQUIRE(run({"keys", "province", "province.key"}).code == 0); }

  called run(const std::vector<std::string>& words, const std::string& lang = "LANG=vi_VN.UTF-8") {
    return call_program(words, folder.path, {lang});
  }
  called init(std::vector<std::string> more, const std::string& lang = "LANG=vi_VN.UTF-8") {
    more.insert(more.begin(), "init");
    more.insert(more.end(), {"--province-key", "province.key"});
    return run(more, lang);
  }
  [[nodiscard]] bool has(const std::string& name) const {
    return std::filesystem::exists(folder.path / name);
  }

  io::scratch_folder folder;
};

} // namespace

BOOST_AUTO_TEST_CASE(from_a_code_to_a_running_ward_as_told) {
  newcomer who;
  auto made = who.init({"22366", "--scans", "ipc://" + (who.folder.path / "s").string(),
                        "--control", "ipc://" + (who.folder.path / "c").string()});
  BOOST_TEST_REQUIRE(made.code == 0, made.err);
  BOOST_TEST(contains(made.out, "phường Phước Tiến, thành phố Nha Trang, tỉnh Khánh Hòa"));
  BOOST_TEST(contains(made.out, "2021"));
  BOOST_TEST(contains(made.out, "Tiếp theo: wardflowd --config ward/node.toml\n"));
  BOOST_TEST(contains(made.out, "Tiếp theo: wardctl --target ward status\n"));
  auto away = who.run({"--target", "ward", "status"});
  BOOST_TEST(away.code == 3, away.err);
  ward_rig node{who.folder.path / "ward", ward_rig::as_it_is{}};
  BOOST_REQUIRE_MESSAGE(node.start(), node.output);
  auto status = who.run({"--target", "ward", "status"});
  BOOST_TEST(status.code == 0, status.err);
  BOOST_TEST(contains(status.out, "22366 phường Phước Tiến"));
  BOOST_TEST(who.run({"status", "--json"}).code == 0); // ./ward is found by itself
}

BOOST_AUTO_TEST_CASE(both_languages_and_programs_are_told) {
  newcomer who;
  auto en = who.init({"22345", "--folder", "my ward"}, "LANG=en_US.UTF-8");
  BOOST_TEST_REQUIRE(en.code == 0, en.err);
  BOOST_TEST(contains(en.out, "Next: wardflowd --config 'my ward/node.toml'\n"));
  auto json = who.init({"22516", "--folder", "xa", "--json"});
  BOOST_TEST_REQUIRE(json.code == 0, json.err);
  auto parsed = nlohmann::json::parse(json.out);
  BOOST_TEST((parsed["code"] == "ward_made"));
  BOOST_TEST((parsed["unit"] == "22516"));
  BOOST_TEST((parsed["name"] == "Vạn Thắng"));
  BOOST_TEST((parsed["kind"] == "Xã"));
  BOOST_TEST((parsed["catalogue"] == 2021));
}

BOOST_AUTO_TEST_CASE(what_is_no_unit_is_refused_with_what_may_have_been_meant) {
  newcomer who;
  auto name = who.init({"Vạn Thắng"});
  BOOST_TEST(name.code == 2);
  BOOST_TEST(contains(name.err, "22345  phường Vạn Thắng, thành phố Nha Trang"));
  BOOST_TEST(contains(name.err, "22516  xã Vạn Thắng, huyện Vạn Ninh"));
  for (auto* unknown : {"99999", "2236", "223660", "", "22366x"})
    BOOST_TEST(who.init({unknown}).code == 2, unknown);
  BOOST_TEST(!who.has("ward"));
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_together_is_refused) {
  newcomer who;
  BOOST_TEST(who.init({"22366", "--scans", "tcp://1.2.3.4"}).code == 2);
  BOOST_TEST(who.init({"22366", "--scans", "ipc://a", "--control", "ipc://a"}).code == 4);
  for (auto [words, lang, wanted] :
       {std::tuple{std::vector<std::string>{"22366", "--clock-start", "2021-10-20"}, "LANG=vi",
                   "--clock-start chỉ đi với --clock input"},
        {{"22366", "--clock-start", "2021-10-20"}, "LANG=en", "goes with --clock input only"},
        {{"22366", "--parent", "tcp://10.0.0.1:7165"}, "LANG=vi", "--parent-key (khóa công khai"},
        {{"22366", "--parent", "tcp://10.0.0.1:7165"}, "LANG=en", "One is missing."},
        {{"22366", "--parent-key", std::string(64, 'a')}, "LANG=en", "needs both --parent"}}) {
    auto got = who.init(words, lang);
    BOOST_TEST(got.code == 2, got.err);
    BOOST_TEST(contains(got.err, wanted), got.err);
    BOOST_TEST(contains(got.err, "`wardctl init --help`"), got.err);
  }
  BOOST_TEST(who.init({"22366", "--clock", "sun"}).code == 2);
  BOOST_TEST(!who.has("ward"));
  BOOST_TEST(who.init({"22366", "--clock", "input", "--clock-start", "2021-10-20"}).code == 0);
  auto again = who.init({"22366"});
  BOOST_TEST(again.code == 4);
  BOOST_TEST(contains(again.err, "không ghi đè"));
}

BOOST_AUTO_TEST_CASE(a_city_is_made_like_a_ward_and_its_ward_finds_it) {
  newcomer who;
  auto city = who.init({"568", "--control", "ipc://" + (who.folder.path / "city.c").string()});
  BOOST_TEST_REQUIRE(city.code == 0, city.err);
  BOOST_TEST(contains(city.out, "thành phố Nha Trang, tỉnh Khánh Hòa"));
  auto key = nlohmann::json::parse(who.run({"--json", "keys", "show", "area/keys/node"}).out);
  auto ward =
    who.init({"22366", "--scans", "ipc://" + (who.folder.path / "s").string(), "--control",
              "ipc://" + (who.folder.path / "c").string(), "--parent",
              "ipc://" + (who.folder.path / "city.c").string(), "--parent-key", key["public_key"]});
  BOOST_TEST_REQUIRE(ward.code == 0, ward.err);
  auto own = nlohmann::json::parse(who.run({"--json", "keys", "show", "ward/keys/node"}).out);
  BOOST_TEST(contains(ward.out, "wardctl keys allow --name 22366 --role node --unit 22366 --key " +
                                  std::string{own["public_key"]}));
  BOOST_TEST(who
               .run({"keys", "allow", "--file", "area/allow.toml", "--name", "22366", "--role",
                     "node", "--unit", "22366", "--key", own["public_key"]})
               .code == 0);
  ward_rig above{who.folder.path / "area", ward_rig::as_it_is{}};
  BOOST_REQUIRE_MESSAGE(above.start(), above.output);
  ward_rig below{who.folder.path / "ward", ward_rig::as_it_is{}};
  BOOST_REQUIRE_MESSAGE(below.start(), below.output);
  std::string state;
  for (auto tries = 0; tries < 200 && state != "in session with 568"; ++tries) {
    auto status = who.run({"--target", "ward", "status", "--json"});
    BOOST_TEST_REQUIRE(status.code == 0, status.err);
    state = nlohmann::json::parse(status.out)["parent"];
  }
  BOOST_TEST(state == "in session with 568");
  auto seen = nlohmann::json::parse(who.run({"--target", "area", "status", "--json"}).out);
  BOOST_TEST(seen["children_speaking"] == 1);
}
