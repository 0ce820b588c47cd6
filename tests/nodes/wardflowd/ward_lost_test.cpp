// SPDX-License-Identifier: Apache-2.0
// Proves: a ward whose machine is lost goes on at a new one, built from what its parent keeps and
//         the key that was exported: venues, suspensions and devices are there, doors go on without
//         being registered again, what waited in their spools is counted once and nothing twice;
//         what the lost machine had acknowledged and not told is all that is missing. Orders that
//         it had carried out are not carried out again. The journal verifies. A copy of the old
//         folder, started later, is refused by its epoch and alerted.
// Method: real nodes and doors; the ward is killed while its parent is stopped in the middle, and
//         its folder taken away.
#define BOOST_TEST_MODULE ward_lost
#include "actors/io/clock.hpp"
#include "actors/io/key_text.hpp"
#include "nodes/wardctl/view.hpp"
#include "tests/actors/io/scratch_folder.hpp"
#include "tests/support/tool_run.hpp"
#include "tests/support/tree_rig.hpp"
#include "tests/support/wardctl_rig.hpp"

#include <nlohmann/json.hpp>

#include <poll.h>

using namespace wardflow;
using namespace wardflow::test;

namespace {

namespace fs = std::filesystem;

constexpr int soon_ms = 30'000;

std::string person(int number) {
  auto digits = std::to_string(1'000'000 + number).substr(1);
  return "056890" + digits + "|NGUYEN MAU AN|1990-02-03|0||<1<<";
}

template <class Good>
bool until(Good good) {
  for (auto end = io::monotonic_ms() + soon_ms; io::monotonic_ms() < end;) {
    if (good())
      return true;
    ::poll(nullptr, 0, 50);
  }
  return false;
}

/// A door shows one code; its exit code.
int scan_at(const fs::path& door, int number) {
  tool_run run{{"door", "--target", door.string(), "--once", "-"}};
  BOOST_REQUIRE(run.write_all(person(number) + "\n"));
  run.close_input();
  return run.wait(soon_ms);
}

/// A door sends what is in its spool.
int send_spool(const fs::path& door) {
  tool_run run{{"door", "--target", door.string()}};
  run.close_input();
  return run.wait(soon_ms);
}

/// A fact of the answers of today and yesterday, as the area sums it.
std::uint64_t sum_above(ward_rig& area, query_kind what, const char* fact) {
  std::uint64_t sum = 0;
  for (auto back : {0, 1}) {
    query q;
    q.what = what;
    q.day = static_cast<day_number>(local_day(io::wall_ms()) - back);
    auto a = area.say(q);
    BOOST_REQUIRE(a.has_value());
    sum += wardctl::number_fact(*a, fact);
  }
  return sum;
}

std::uint64_t counted_above(ward_rig& area) {
  return sum_above(area, query_kind::counts_by_hour, "in");
}
std::uint64_t taken_above(ward_rig& area) {
  return sum_above(area, query_kind::counts_by_unit, "scans");
}

std::string state_of(ward_rig& node, std::uint32_t serial) {
  query q;
  q.what = query_kind::venue_show;
  q.venue = make_venue_id(node.unit.number(), serial);
  auto a = node.say(q);
  return a && a->rows.size() == 1 ? a->rows[0].back() : "?";
}

struct lost_ward {
  lost_ward() : tree({"22366"}, 20) {
    auto& node = ward();
    BOOST_REQUIRE(node.add_door(door("a"), make_venue_id(node.unit.number(), 1)));
    BOOST_REQUIRE(node.add_door(door("b"), make_venue_id(node.unit.number(), 2)));
    BOOST_REQUIRE(node.add_door(door("gone"), make_venue_id(node.unit.number(), 2)));
    BOOST_REQUIRE((node.say(device_revoke{device_id{4}, "7/QD"})->code == code::done));
    scratch.write("passphrase", "five random words\n");
  }
  ward_rig& ward() { return tree.wards[0]->node; }
  [[nodiscard]] fs::path door(const std::string& name) const { return scratch.path / name; }
  [[nodiscard]] std::string path(const std::string& name) const {
    return (scratch.path / name).string();
  }
  called init(std::vector<std::string> more) {
    std::vector<std::string> words{"init",           "22366",
                                   "--from-parent",  "--json",
                                   "--folder",       path("new"),
                                   "--province-key", path("province"),
                                   "--scans",        scans,
                                   "--control",      control,
                                   "--parent",       tree.area.control_endpoint,
                                   "--parent-key",   io::to_hex(tree.area.node_key.open)};
    words.insert(words.end(), more.begin(), more.end());
    return call(words);
  }

  io::scratch_folder scratch;
  tree_rig tree;
  std::string scans, control;
};

} // namespace

BOOST_AUTO_TEST_CASE(a_ward_goes_on_at_a_new_machine) {
  lost_ward w;
  auto& node = w.ward();
  auto& area = w.tree.area;
  // Suspended from above, opened again at the ward: so it must stay.
  auto five = make_venue_id(node.unit.number(), 5);
  BOOST_REQUIRE((area.say(venue_order{five, true, "1/QD"})->code == code::forwarded));
  BOOST_REQUIRE(until([&] { return state_of(node, 5) == "suspended 1/QD"; }));
  BOOST_REQUIRE((node.say(venue_order{five, false, "2/QD"})->code == code::done));
  auto three = make_venue_id(node.unit.number(), 3);
  BOOST_REQUIRE((node.say(venue_order{three, true, "3/QD"})->code == code::done));
  BOOST_REQUIRE((node.say(contact_order{{"Truc ban", "113", ""}, false})->code == code::done));
  BOOST_REQUIRE((area.say(contact_order{{"City", "1022", ""}, false})->code == code::done));
  for (auto n = 1; n <= 3; ++n)
    BOOST_TEST(scan_at(w.door("a"), n) != 7);
  BOOST_TEST(scan_at(w.door("b"), 4) != 7);
  BOOST_REQUIRE(until([&] { return counted_above(area) == 4; }));
  BOOST_REQUIRE(w.tree.settled());

  auto exported =
    call({"keys", "export", w.path("22366.key"), "--node-key",
          (node.folder / "keys" / "node").string(), "--passphrase-file", w.path("passphrase")});
  BOOST_TEST_REQUIRE(exported.code == 0, exported.err);
  fs::copy_file(node.folder / "keys" / "province", w.path("province"));
  w.scans = node.scan_endpoint;
  w.control = node.control_endpoint;

  // Acknowledged and never told: the loss that cannot be helped.
  area.pause();
  BOOST_TEST(scan_at(w.door("a"), 5) != 7);
  node.kill();
  area.go_on();
  fs::copy(node.folder, w.path("old"), fs::copy_options::recursive);
  fs::remove_all(node.folder);
  auto imported = call({"keys", "import", w.path("22366.key"), "--node-key", w.path("node"),
                        "--passphrase-file", w.path("passphrase")});
  BOOST_TEST_REQUIRE(imported.code == 0, imported.err);
  auto early = w.init({"--node-key", w.path("node")});
  BOOST_TEST(early.code == 1);
  BOOST_TEST(early.err.find("still speaks") != std::string::npos, early.err);
  BOOST_TEST(!fs::exists(w.path("new")));
  BOOST_TEST(scan_at(w.door("a"), 6) == 7); // recorded, not judged
  BOOST_TEST(scan_at(w.door("b"), 7) == 7);

  called made;
  BOOST_REQUIRE(until([&] {
    made = w.init({"--node-key", w.path("node")});
    return made.err.find("still speaks") == std::string::npos;
  }));
  BOOST_TEST_REQUIRE(made.code == 0, made.err);
  auto said = nlohmann::json::parse(made.out);
  BOOST_TEST((said["code"] == "ward_rebuilt"));
  BOOST_TEST((said["epoch"] == 2));
  BOOST_TEST((said["venues"] == 20));
  BOOST_TEST((said["devices"] == 4)); // a gateway and three doors
  BOOST_TEST((said["devices_revoked"] == 1));
  BOOST_TEST((said["devices_with_numbers"] == 2));
  BOOST_TEST((said["rows_missing"] == 0));
  BOOST_TEST((said["counted_before"] == 4));
  BOOST_TEST((said["node_key"] == io::to_hex(node.node_key.open)));

  ward_rig anew{w.path("new"), ward_rig::as_it_is{}};
  BOOST_REQUIRE_MESSAGE(anew.start(), anew.output);
  auto target = w.path("new");
  BOOST_TEST(send_spool(w.door("a")) == 0);
  BOOST_TEST(send_spool(w.door("b")) == 0);
  BOOST_TEST(scan_at(w.door("b"), 8) != 7);
  BOOST_TEST(scan_at(w.door("gone"), 9) == 7);                 // still revoked
  BOOST_TEST(until([&] { return counted_above(area) == 7; })); // 1 to 4, 6, 7, 8
  BOOST_REQUIRE(w.tree.settled());
  BOOST_TEST(counted_above(area) == 7u);
  auto status = nlohmann::json::parse(call({"--target", target, "--json", "status"}).out);
  BOOST_TEST((status["scans_taken"] == 3));
  BOOST_TEST((status["counted_before"] == 4));
  auto venue = [&](const char* serial) {
    return nlohmann::json::parse(call({"--target", target, "--json", "venue", "show", serial}).out);
  };
  BOOST_TEST((venue("22366-00003")["document"] == "3/QD"));
  BOOST_TEST((venue("22366-00003")["suspended"] == true));
  BOOST_TEST((venue("22366-00005")["suspended"] == false));
  auto contacts = call({"--target", target, "--json", "contact", "list"}).out;
  BOOST_TEST(contacts.find("Truc ban") != contacts.npos, contacts);
  BOOST_TEST(contacts.find("City") != contacts.npos, contacts);
  BOOST_TEST(call({"--target", target, "verify"}).code == 0);
  BOOST_TEST(call({"--target", target, "counts", "--identities"}).code == 0);

  // Somebody finds the old machine.
  auto text = io::scratch_folder::text_of(w.scratch.path / "old" / "node.toml");
  for (auto& endpoint : {w.scans, w.control})
    text.replace(text.find(endpoint), endpoint.size(), "tcp://127.0.0.1:*");
  w.scratch.write("old/node.toml", text);
  ward_rig old{w.path("old"), ward_rig::as_it_is{}};
  BOOST_REQUIRE_MESSAGE(old.start(), old.output);
  BOOST_TEST(old.says("link_fenced"), old.said());
  query open;
  open.what = query_kind::alert_list;
  auto alerts = area.say(open);
  BOOST_REQUIRE(alerts.has_value());
  BOOST_TEST(std::ranges::any_of(alerts->rows, [](auto& row) {
    return std::ranges::find(row, "568/node.fenced/22366") != row.end();
  }));
  old.stop();
  BOOST_TEST(counted_above(area) == 7u);

  BOOST_TEST(anew.stop() == 0);
  BOOST_TEST(call({"verify", "--folder", target}).code == 0);
  BOOST_REQUIRE_MESSAGE(anew.start(), anew.output);
  BOOST_TEST(until([&] { return taken_above(area) == 7; })); // days are told at a start
  BOOST_TEST(scan_at(w.door("a"), 10) != 7);
  BOOST_TEST(until([&] { return counted_above(area) == 8; }));
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_is_refused_and_nothing_is_made) {
  lost_ward w;
  w.scans = "ipc://" + w.path("s");
  w.control = "ipc://" + w.path("c");
  fs::copy_file(w.ward().folder / "keys" / "province", w.path("province"));
  BOOST_TEST(w.init({}).code == 2); // with whose key?
  auto stranger = io::generate_key_pair();
  BOOST_REQUIRE(io::write_key_pair(w.path("stranger"), *stranger));
  BOOST_TEST(w.init({"--key", w.path("stranger")}).code == 3);
  // An operator of the parent may, too; but the ward lives.
  BOOST_REQUIRE(io::write_key_pair(w.path("operator"), w.tree.area.operator_key));
  BOOST_TEST(w.init({"--key", w.path("operator")}).err.find("still speaks") != std::string::npos);
  BOOST_TEST(!fs::exists(w.path("new")));
  BOOST_TEST(w.ward().stop() == 0);
  called made;
  BOOST_TEST(until([&] {
    made = w.init({"--key", w.path("operator")});
    return made.err.find("still speaks") == std::string::npos;
  }));
  BOOST_TEST_REQUIRE(made.code == 0, made.err);
  auto again = w.init({"--key", w.path("operator")});
  BOOST_TEST(again.code == 4); // the folder is there
}
