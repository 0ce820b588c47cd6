// SPDX-License-Identifier: Apache-2.0
// Proves: no raw personal code, number or name stays with the node, however it came in: not in its
//         data folder, not in its log, not in an answer; only the pseudonym under its key does.
// Method: codes plain and sealed, whole and broken, identities in imports, orders and questions;
//         then every file of the folder and everything that the node said is searched for them.
#define BOOST_TEST_MODULE no_codes
#include "actors/io/clock.hpp"
#include "actors/io/pseudonym.hpp"
#include "actors/io/seal.hpp"
#include "messages/verdict.hpp"
#include "tests/support/ward_rig.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <iterator>
#include <string_view>

using namespace wardflow;
using namespace wardflow::test;

namespace {

bytes raw(std::string_view text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

std::string slurp(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

std::string fact(const answer& a, std::string_view name) {
  for (auto& [key, value] : a.facts)
    if (key == name)
      return value;
  return {};
}

// Nobody's: numbers of a province that there is not.
const std::vector<std::string> codes{
  "999093029317|NGUYEN THI KHONG CO|1987-01-18|0|992979388586171100|<1<00<0123232422",
  "999093029318|999888777|TRAN VAN KHONG CO|18011987|Nam|12 Duong Khong Ten|01012021",
  "GD4999888777666|5068c3|18/01/1987|1|22366|56 - 029|01/01/2021|-|-|4|56|9b8a-",
  "99909302931|LE BROKEN KHONG CO|1987-13-18|0|99297938858617110|<1<00", // refused
};
const std::vector<std::string> traces{
  "999093029317",    "992979388586171100", "999093029318", "999888777",   "KHONG CO",
  "Duong Khong Ten", "GD4999888777666",    "999093029319", "99909302931", "0123232422"};

} // namespace

BOOST_AUTO_TEST_CASE(nothing_that_names_a_person_is_found_in_the_folder_or_the_log) {
  ward_rig node;
  BOOST_REQUIRE_MESSAGE(node.start(), node.output);
  BOOST_REQUIRE(node.furnish(1));
  auto door_key = *io::generate_key_pair();
  device_add add;
  add.name = "door";
  add.key = door_key.open;
  add.venue = make_venue_id(ward_rig::ward, 1);
  BOOST_REQUIRE(node.say(add)->code == code::done);

  std::string answers; // all that came back, byte by byte
  auto door = node.scanner(door_key);
  std::uint64_t number = 0;
  std::size_t persons = 0;
  for (auto sealed : {false, true}) {
    for (auto& text : codes) {
      code_scan scan;
      scan.epoch = 1;
      scan.sequence = ++number;
      scan.venue = add.venue;
      scan.at = io::wall_ms();
      auto box = io::seal(raw(text), node.node_key.open);
      scan.sealed = sealed;
      scan.code_bytes = sealed ? bytes{box} : raw(text);
      auto sent = false;
      scan_reply reply;
      for (auto until = io::monotonic_ms() + 20'000;
           reply.through_sequence != number && io::monotonic_ms() < until;) {
        if (!sent)
          sent = door->send(frame_kind::code_scan, encode_code_scan(scan));
        if (auto got = door->receive(50)) {
          auto view = got->body.view();
          answers.append(reinterpret_cast<const char*>(view.data()), view.size());
          (void)read_scan_reply(view, reply);
        }
      }
      BOOST_REQUIRE(reply.through_sequence == number);
      persons += to_verdict(reply.verdicts.at(0)).counts() ? 1u : 0u;
    }
  }
  BOOST_TEST(persons == 6u); // so the codes above are such that a node reads them

  card_update row;
  row.identity = "999093029319";
  row.facts.full_dose = 18'800;
  BOOST_TEST((node.say(std::vector<card_update>{row})->code == code::done));
  card_order order;
  order.identity = "999093029319";
  order.document = "9/QD";
  BOOST_TEST((node.say(order)->code == code::done));
  query show;
  show.what = query_kind::card_show;
  for (auto* identity : {"999093029317", "999093029319", "GD4999888777666", "99909302931"}) {
    show.identity = identity;
    auto said = node.say(show);
    BOOST_REQUIRE(said.has_value());
    for (auto& [name, value] : said->facts)
      answers += name + "=" + value + "\n";
    answers += said->detail;
  }
  BOOST_TEST(fact(*node.say(query{}), "scans_taken") == std::to_string(number));

  auto search = [&](const std::string& text, const std::string& where) {
    for (auto& trace : traces)
      BOOST_TEST(text.find(trace) == std::string::npos, trace << " in " << where);
  };
  auto search_all = [&] {
    std::size_t files = 0;
    for (auto& entry : std::filesystem::recursive_directory_iterator{node.folder}) {
      if (!entry.is_regular_file() || entry.path().filename() == "ballast")
        continue;
      search(slurp(entry.path()), entry.path().filename().string());
      ++files;
    }
    BOOST_TEST(files >= 5u);
    search(node.said(), "the log");
    search(answers, "the answers");
  };
  search_all(); // as it runs
  BOOST_TEST(node.stop() == 0);
  search_all(); // with the base of a clean stop
  // The search finds what is there: the pseudonym of the first person.
  auto secret = province_key::load(node.folder / "keys" / "province");
  BOOST_REQUIRE(secret.key.has_value());
  auto card = static_cast<std::uint64_t>(secret.key->pseudonym("qid:992979388586171100"));
  std::string little(reinterpret_cast<const char*>(&card), sizeof card);
  BOOST_TEST(slurp(node.folder / "data.mdb").find(little) != std::string::npos);
}
