// SPDX-License-Identifier: Apache-2.0
// Proves: who is not who he says is refused with the reason and leaves an alert, and the counts of
//         who is right go on: a copied data folder that runs beside the first one, a copy of an
//         older epoch, a node whose key is another unit's, an entry that speaks for another unit, a
//         supervisor who asks outside of his unit.
// Method: a province, a city and a ward as real processes; copies of the ward's folder as processes
//         too; the false entry by a client with a node's key.
#define BOOST_TEST_MODULE twins
#include "actors/disk/identity.hpp"
#include "actors/io/allow_file.hpp"
#include "actors/io/clock.hpp"
#include "actors/io/key_text.hpp"
#include "messages/link.hpp"
#include "messages/texts.hpp"
#include "tests/support/line_tree.hpp"
#include "tests/support/patience.hpp"
#include "tests/support/scan_load.hpp"
#include "tests/support/tree_rig.hpp"
#include "tests/support/wardctl_rig.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <filesystem>

using namespace wardflow;
using namespace wardflow::test;
using nlohmann::json;

namespace {

constexpr time_ms patience_ms = 20 * second_ms;

struct world : line_tree {
  world() : line_tree{{.input_clock = false}}, target(tree_rig::target_of(city)) { rise(); }

  /// What was scanned is known at every level.
  void rise() {
    auto today = local_day(io::wall_ms());
    BOOST_TEST_REQUIRE(catch_up({static_cast<day_number>(today - 1), today}, minute_ms) >= 0,
                       why());
  }
  std::uint64_t scans_at(ward_rig& node) {
    std::uint64_t all = 0;
    auto today = local_day(io::wall_ms());
    for (auto d : {today - 1, today + 0})
      for (auto& h : counts(node, static_cast<day_number>(d)).hours)
        all += h[0] + h[1];
    return all;
  }

  line_tree::ward& ward() { return *wards[0]; }
  /// So many scans, as the gateway's next epoch.
  void scan(std::uint64_t scans) {
    scan_load load{{.epoch = ++epochs, .window = 1, .scans_most = scans}};
    auto link = ward().node.scanner(ward().node.gateway_key);
    load.run(*link, io::monotonic_ms() + 20 * second_ms);
    BOOST_TEST_REQUIRE(load.answered() == scans);
  }
  /// The evidence of the city's open alert of this kind; empty: there is none.
  std::string alert(const std::string& kind) {
    auto got = call({"--target", target, "alerts", "list", "--json"});
    BOOST_TEST_REQUIRE(got.code == 0, got.err);
    for (auto& one : json::parse(got.out))
      if (one["kind"] == kind)
        return one["evidence"];
    return {};
  }
  bool alerts(const std::string& kind) {
    return until(patience_ms, [&] { return !alert(kind).empty(); });
  }
  /// A copy of the ward's data folder, with endpoints of its own; the ward is not running.
  std::unique_ptr<ward_rig> copy(const std::string& name) {
    auto& of = ward().node;
    auto place = city.folder / name;
    std::filesystem::copy(of.folder, place, std::filesystem::copy_options::recursive);
    auto made = std::make_unique<ward_rig>(place, ward_rig::as_it_is{});
    made->operator_key = of.operator_key;
    made->node_key = of.node_key;
    made->gateway_key = of.gateway_key;
    made->add_config("ballast_mib = 0\nparent = \"" + city.control_endpoint +
                     "\"\nparent_key = \"" + io::to_hex(city.node_key.open) + "\"\n");
    return made;
  }
  static bool parent_says(ward_rig& node, const std::string& beginning) {
    return until(patience_ms, [&] { return fact(node, "parent").starts_with(beginning); });
  }

  std::string target;
  std::uint64_t epochs = 0;
};

} // namespace

BOOST_AUTO_TEST_CASE(of_two_copies_of_one_folder_one_is_refused_as_a_twin) {
  world w;
  w.scan(100);
  w.rise();
  BOOST_REQUIRE(w.ward().node.stop() == 0);
  auto twin = w.copy("twin");
  BOOST_REQUIRE_MESSAGE(w.ward().node.start(), w.ward().node.output);
  BOOST_TEST(world::parent_says(w.ward().node, "in session"));
  BOOST_REQUIRE_MESSAGE(twin->start(), twin->output);
  BOOST_TEST(w.alerts("node.twin"));
  auto refused = until(patience_ms, [&] {
    return world::fact(*twin, "parent").starts_with("refused: link_twin") ||
           world::fact(w.ward().node, "parent").starts_with("refused: link_twin");
  });
  BOOST_TEST(refused, world::fact(*twin, "parent")
                        << " / " << world::fact(w.ward().node, "parent"));
  twin->kill();
  BOOST_TEST(world::parent_says(w.ward().node, "in session"),
             world::fact(w.ward().node, "parent") + w.ward().node.said());
  w.scan(100);
  w.rise();
  BOOST_TEST(w.scans_at(w.province) == 200u);
}

BOOST_AUTO_TEST_CASE(a_copy_that_has_fallen_behind_is_refused) {
  world w;
  BOOST_REQUIRE(w.ward().node.stop() == 0);
  auto old = w.copy("old");
  BOOST_REQUIRE_MESSAGE(w.ward().node.start(), w.ward().node.output);
  w.scan(100);
  w.rise();
  w.ward().node.kill();
  BOOST_REQUIRE_MESSAGE(old->start(), old->output);
  BOOST_TEST(world::parent_says(*old, "refused: link_fenced"), world::fact(*old, "parent"));
  BOOST_TEST(w.alert("node.fenced").find("log_until=") != std::string::npos);
  old->kill();
  BOOST_REQUIRE_MESSAGE(w.ward().node.start(), w.ward().node.output);
  w.scan(50);
  w.rise();
  BOOST_TEST(w.scans_at(w.province) == 150u);
}

BOOST_AUTO_TEST_CASE(a_node_of_an_older_epoch_is_refused) {
  world w;
  w.scan(100);
  w.rise();
  BOOST_REQUIRE(w.ward().node.stop() == 0);
  auto old = w.copy("old");
  {
    io::store_options options;
    options.folder = w.ward().node.folder;
    options.ballast_bytes = 0;
    auto opened = io::store::open(options);
    auto* disk = std::get_if<io::store>(&opened);
    BOOST_REQUIRE(disk != nullptr);
    node_identity who;
    BOOST_REQUIRE((raise_epoch(*disk, 0, who) == code::ok));
    BOOST_TEST(who.epoch == 2u);
  }
  BOOST_REQUIRE_MESSAGE(w.ward().node.start(), w.ward().node.output);
  BOOST_TEST(world::parent_says(w.ward().node, "in session"));
  BOOST_REQUIRE_MESSAGE(old->start(), old->output);
  BOOST_TEST(world::parent_says(*old, "refused: link_fenced epoch=1"), world::fact(*old, "parent"));
  BOOST_TEST(w.alerts("node.fenced"));
  BOOST_TEST(w.alert("node.fenced").find("epoch=1") != std::string::npos);
  w.scan(100);
  w.rise();
  BOOST_TEST(w.scans_at(w.province) == 200u);
  old->kill();
}

BOOST_AUTO_TEST_CASE(a_node_that_says_a_unit_that_is_not_its_keys_is_refused) {
  world w;
  // Its key is in the city's list as ward 22351's; its folder says 22363.
  ward_rig liar{{}, "ballast_mib = 0\n", "22363"};
  liar.unit = *unit_code::parse("22351");
  tree_rig::allow(w.city, liar);
  w.city.reload();
  liar.add_config("parent = \"" + w.city.control_endpoint + "\"\nparent_key = \"" +
                  io::to_hex(w.city.node_key.open) + "\"\n");
  std::filesystem::remove(liar.folder / "node.toml");
  liar.unit = *unit_code::parse("22363");
  liar.keep_endpoints();
  BOOST_REQUIRE_MESSAGE(liar.start(), liar.output);
  BOOST_TEST(world::parent_says(liar, "refused: key_other_unit"), world::fact(liar, "parent"));
  BOOST_TEST(w.alert("node.fenced").find("says=22363") != std::string::npos,
             w.alert("node.fenced"));
  BOOST_TEST(w.alert("node.fenced").find("key=node 22351") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_entry_that_speaks_for_another_unit_is_not_taken) {
  world w;
  auto key = *io::generate_key_pair();
  principal p;
  p.key = key.open;
  p.role = role::node;
  p.name = "node 22351";
  p.unit = *unit_code::parse("22351");
  BOOST_REQUIRE(io::append_to_allow_file(w.city.folder / "allow.toml", p));
  w.city.reload();
  auto link = w.city.controller(key);
  link_hello h;
  h.unit = p.unit;
  h.id = {1};
  h.epoch = h.boot = 1;
  h.up = {{lane::control, 1, 2}, {lane::bulk, 1, 1}};
  alert a;
  a.unit = w.ward().node.unit;
  a.kind = alert_kind::card_cloned;
  a.subject = "x";
  a.revision = 1;
  auto said = encode_alert(a);
  link_batch b{log_name::up, lane::control, 1, 1, {}};
  b.entries.push_back({1, 1, entry_kind::alert, a.unit, {}, 0, said.view()});
  auto greeted = false, acked = false;
  for (auto end = io::monotonic_ms() + 20'000; io::monotonic_ms() < end && !acked;) {
    if (!greeted)
      greeted = link->send(frame_kind::link_hello, encode_link_hello(h));
    auto got = link->receive(100);
    if (got && got->header.kind == frame_kind::link_welcome)
      (void)link->send(frame_kind::link_batch, encode_link_batch(b));
    acked = got && got->header.kind == frame_kind::link_ack;
  }
  BOOST_TEST(acked);
  BOOST_TEST(w.alert("node.fenced").find("speaks_for=22366") != std::string::npos,
             w.alert("node.fenced"));
  BOOST_TEST(w.alert("card.cloned").empty());
}

BOOST_AUTO_TEST_CASE(a_supervisor_who_asks_outside_of_his_unit_is_refused) {
  world w;
  auto got = call({"--target", w.target, "watch", "--unit", "22363", "--until-idle", "5"});
  BOOST_TEST(got.code == 1);
  BOOST_TEST(got.err.find("22363") != std::string::npos, got.err);
  BOOST_TEST(w.alert("device.refused").find("asks_for=22363") != std::string::npos,
             w.alert("device.refused"));
  // A key of another unit does not get in at all.
  ward_rig stranger{{}, {}, "22351"};
  principal p;
  p.key = stranger.operator_key.open;
  p.role = role::supervisor;
  p.name = "of another ward";
  p.unit = stranger.unit;
  BOOST_REQUIRE(io::append_to_allow_file(w.city.folder / "allow.toml", p));
  w.city.reload();
  auto link = w.city.controller(stranger.operator_key);
  BOOST_TEST(until(patience_ms, [&] {
    (void)link->receive(20);
    return link->problem() == code::node_refused_key;
  }));
}
