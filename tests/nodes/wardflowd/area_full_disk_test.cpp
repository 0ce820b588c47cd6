// SPDX-License-Identifier: Apache-2.0
// Proves: a city whose disk fills up takes no more of its wards' entries, keeps what it has
//         acknowledged, keeps the wards in their sessions, goes on answering its operator, also
//         after kill -9 and a start on the full disk, and takes entries again by itself; a full
//         ward is not ended by its province's card import, and gets it when there is room.
// Method: real nodes on a small ext4 on a loop mount; the city's ward is played, the ward's
//         province is real; root only, else skipped.
#define BOOST_TEST_MODULE area_full_disk
#include "actors/io/allow_file.hpp"
#include "actors/io/key_text.hpp"
#include "tests/support/small_disk.hpp"

#include <boost/test/unit_test.hpp>

#include <poll.h>

#include <algorithm>

using namespace wardflow;
using namespace wardflow::test;

namespace {

constexpr std::size_t entries_a_batch = 250; // of about 1 KiB

/// A ward's side of its link, by hand: one batch, its acknowledgement, the next.
class played_child {
public:
  played_child(ward_rig& parent, const io::key_pair& key, unit_code unit) :
    parent_(parent), unit_(unit), link_(parent.controller(key)) {
    // nop
  }

  /// Its session, and where it goes on.
  void hello() {
    link_hello h;
    h.unit = unit_;
    h.id[0] = 7;
    h.epoch = 1;
    h.boot = 9;
    h.up = {{lane::control, 1, appended + 1}, {lane::bulk, 1, 1}};
    h.down = {{lane::control, 0, 1}, {lane::bulk, 0, 1}};
    acked = 0;
    began = 0;
    for (auto until = io::monotonic_ms() + 20'000; io::monotonic_ms() < until && began == 0;) {
      link_->send(frame_kind::link_hello, encode_link_hello(h));
      hear(1'000);
    }
    BOOST_REQUIRE(began != 0);
    acked = sent = began - 1;
    bye = code::ok;
  }
  /// The next batch; true: it is on the parent's disk.
  bool send() {
    std::vector<frame_body> bodies;
    link_batch b{log_name::up, lane::control, sent + 1, sent + entries_a_batch, {}};
    for (auto n = b.first; n <= b.through; ++n) {
      alert a;
      a.unit = unit_;
      a.kind = alert_kind::card_cloned;
      a.subject = std::to_string(n % 100) + std::string(200, 's');
      a.evidence.assign(300, 'e');
      a.by.assign(300, 'b');
      a.revision = static_cast<std::uint32_t>(n);
      a.first = a.last = io::wall_ms();
      bodies.push_back(encode_alert(a));
      log_entry_view e;
      e.offset = n;
      e.kind = entry_kind::alert;
      e.unit = unit_;
      e.body = bodies.back().view();
      b.entries.push_back(e);
    }
    auto message = encode_link_batch(b);
    auto until = io::monotonic_ms() + 20'000;
    while (!link_->send(frame_kind::link_batch, std::move(message)) && io::monotonic_ms() < until)
      (void)link_->wait(10);
    sent = b.through;
    appended = std::max(appended, sent);
    acks = 0;
    while (acks == 0 && bye == code::ok && io::monotonic_ms() < until)
      hear(100);
    BOOST_REQUIRE((acks != 0 || bye != code::ok));
    return acked == sent;
  }
  /// A heartbeat, and whatever is said to it.
  void beat() {
    acks = 0;
    link_->send(frame_kind::link_heartbeat,
                encode_link_heartbeat({io::wall_ms(), {{lane::control, 1, appended + 1}}}));
    for (auto until = io::monotonic_ms() + 200; acks == 0 && io::monotonic_ms() < until;)
      hear(20);
  }

  std::uint64_t appended = 0, sent = 0, acked = 0, began = 0;
  unsigned acks = 0;
  code bye = code::ok;

private:
  void hear(int ms) {
    auto got = link_->receive(ms);
    link_ack a;
    link_welcome w;
    link_bye b;
    if (!got)
      return;
    if (got->header.kind == frame_kind::link_ack &&
        read_link_ack(got->body.view(), a) == code::ok && a.lane == lane::control) {
      ++acks;
      BOOST_TEST(a.through >= acked); // what was acknowledged is there
      acked = std::max(acked, a.through);
    } else if (got->header.kind == frame_kind::link_welcome &&
               read_link_welcome(got->body.view(), w) == code::ok) {
      began = w.up.at(0).next;
    } else if (got->header.kind == frame_kind::link_bye &&
               read_link_bye(got->body.view(), b) == code::ok) {
      bye = b.reason;
    }
  }

  ward_rig& parent_;
  unit_code unit_;
  std::unique_ptr<io::client> link_;
};

void allow(ward_rig& area, const io::key_pair& key, unit_code unit) {
  principal p;
  p.key = key.open;
  p.role = role::node;
  p.name = "node";
  p.unit = unit;
  BOOST_REQUIRE(io::append_to_allow_file(area.folder / "allow.toml", p));
}

std::string store_of(ward_rig& node) {
  auto status = node.say(query{});
  return status ? fact(*status, "store") : "no answer";
}

code said(ward_rig& node, command_body body) {
  auto a = node.say(std::move(body));
  return a ? a->code : code::answer_timeout;
}

std::vector<card_update> cards(std::size_t count, std::uint64_t first) {
  std::vector<card_update> rows(count);
  for (auto& row : rows) {
    row.card = card_id{first++};
    row.facts.full_dose = 18'800;
  }
  return rows;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_city_whose_disk_fills_up_leaves_the_rest_with_its_wards) {
  power_rig::skip_unless_possible();
  power_rig disk{std::size_t{64} << 20};
  const auto unit = *unit_code::parse("22366");
  const auto key = *io::generate_key_pair();
  std::filesystem::create_directory(disk.folder() / "city");
  auto old = disk.folder() / "old"; // somebody's, who will make room
  std::ofstream{old} << std::string(std::size_t{24} << 20, 'x');
  std::uint64_t appended = 0; // by the ward, whichever process
  ward_rig city{disk.folder() / "city", "role = \"area\"\nballast_mib = 8\nmap_gib = 1\n", "568"};
  allow(city, key, unit);
  BOOST_REQUIRE_MESSAGE(city.start(), city.output);
  {
    played_child ward{city, key, unit};
    ward.hello();
    auto batches = 0;
    while (ward.send() && batches != 500)
      ++batches;
    BOOST_TEST(batches > 10);
    BOOST_TEST(batches < 500);
    BOOST_TEST((ward.bye == code::ok)); // it is told, and kept
    BOOST_TEST(store_of(city) == "full");
    auto before = ward.acked;
    for (int i = 0; i != 10; ++i) {
      ward.beat();
      BOOST_TEST(ward.acks != 0u);
    }
    BOOST_TEST(!ward.send());
    BOOST_TEST(ward.acked == before);
    BOOST_TEST((ward.bye == code::ok));
    // An operator's word goes on, unless it is large.
    alert a;
    a.unit = unit;
    a.kind = alert_kind::card_cloned;
    a.subject = "7" + std::string(200, 's');
    BOOST_TEST((said(city, alert_order{alert_name(a), true, {}}) == code::forwarded));
    BOOST_TEST((said(city, cards(5'000, 1)) == code::store_full));
    appended = ward.appended;
    city.kill();
  }
  BOOST_REQUIRE_MESSAGE(city.start(), city.output);
  played_child ward{city, key, unit};
  ward.appended = appended;
  ward.hello();
  BOOST_TEST(!ward.send());
  BOOST_TEST(store_of(city) == "full");
  take_the_rest(disk.folder() / "other"); // the last of it
  for (int i = 0; i != 5; ++i)
    BOOST_TEST(!ward.send());
  BOOST_TEST(store_of(city) == "full");
  std::filesystem::remove(disk.folder() / "other");
  std::filesystem::remove(old);
  // Rounds come all the while, and write nothing: it notices all the same.
  for (auto until = io::monotonic_ms() + 20'000;
       ward.bye == code::ok && io::monotonic_ms() < until;)
    ward.beat();
  BOOST_TEST((ward.bye == code::link_no_session));
  ward.hello();
  BOOST_TEST(ward.send());
  BOOST_TEST(store_of(city) == "open");
  auto through = ward.acked;
  BOOST_TEST(city.stop() == 0);
  BOOST_REQUIRE_MESSAGE(city.start(), city.output);
  played_child again{city, key, unit};
  again.appended = ward.appended;
  again.hello();
  BOOST_TEST(again.acked == through);
}

BOOST_AUTO_TEST_CASE(a_full_ward_is_not_ended_by_its_provinces_card_import) {
  power_rig::skip_unless_possible();
  ward_rig province{{}, "role = \"area\"\nballast_mib = 0\n", "56"};
  BOOST_REQUIRE_MESSAGE(province.start(), province.output);
  province.keep_endpoints();
  small_disk ward{"parent = \"" + province.control_endpoint + "\"\nparent_key = \"" +
                  io::to_hex(province.node_key.open) + "\"\n"};
  allow(province, ward.node.node_key, ward.node.unit);
  province.reload();
  auto fact_is = [](ward_rig& node, const char* name, const std::string& value) {
    for (auto until = io::monotonic_ms() + 60'000; io::monotonic_ms() < until;) {
      auto status = node.say(query{});
      if (status && fact(*status, name) == value)
        return true;
      ::poll(nullptr, 0, 50);
    }
    return false;
  };
  BOOST_REQUIRE(fact_is(ward.node, "parent", "in session with 56"));
  auto old = ward.disk.folder() / "old";
  std::ofstream{old} << std::string(std::size_t{40} << 20, 'x');
  BOOST_TEST((ward.fill(5'000) == code::store_full));
  auto before = fact(*ward.node.say(query{}), "cards");
  take_the_rest(ward.disk.folder() / "other");
  constexpr std::size_t pieces = 100, rows = 5'000; // twice what the ballast holds
  for (std::size_t n = 0; n != pieces; ++n)
    BOOST_REQUIRE((said(province, cards(rows, 1'000'000 + n * rows)) == code::forwarded));
  // Control goes on beside the bulk that waits.
  auto order = venue_order{make_venue_id(ward_rig::ward, 5), true, "9/QD"};
  BOOST_TEST((said(province, order) == code::forwarded));
  auto suspended = [&] {
    query q;
    q.what = query_kind::venue_show;
    q.venue = make_venue_id(ward_rig::ward, 5);
    auto a = ward.node.say(q);
    auto is_so = [](auto& cell) { return cell.starts_with("suspended"); };
    return a && !a->rows.empty() && std::ranges::any_of(a->rows[0], is_so);
  };
  auto done = false;
  for (auto until = io::monotonic_ms() + 20'000; !done && io::monotonic_ms() < until;)
    done = suspended();
  BOOST_TEST(done);
  ward.is_full();
  BOOST_TEST(fact(*ward.node.say(query{}), "cards") == before);
  ward.node.kill();
  ward.again();
  BOOST_TEST(fact_is(ward.node, "parent", "in session with 56"));
  ward.is_full();
  BOOST_TEST(fact(*ward.node.say(query{}), "cards") == before);
  std::filesystem::remove(ward.disk.folder() / "other");
  std::filesystem::remove(old);
  BOOST_TEST(fact_is(ward.node, "cards", std::to_string(std::stoul(before) + pieces * rows)));
  ward.check();
}
