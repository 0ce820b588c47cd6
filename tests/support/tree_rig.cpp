// SPDX-License-Identifier: Apache-2.0
#include "tests/support/tree_rig.hpp"

#include "actors/io/allow_file.hpp"
#include "actors/io/clock.hpp"
#include "actors/io/key_text.hpp"
#include "nodes/wardctl/target.hpp"
#include "nodes/wardctl/view.hpp"

#include <boost/test/unit_test.hpp>

#include <poll.h>

#include <algorithm>

namespace wardflow::test {

namespace {

constexpr int patience_ms = 30'000;

/// Asks again until `good`, with a little pause between.
template <class Good>
bool until(ward_rig& node, query_kind what, Good good) {
  for (auto end = io::monotonic_ms() + patience_ms; io::monotonic_ms() < end;) {
    query q;
    q.what = what;
    if (auto a = node.say(q); a && good(*a))
      return true;
    ::poll(nullptr, 0, 20);
  }
  return false;
}

} // namespace

std::string tree_rig::ward::alarm_name(std::uint32_t venue) const {
  return unit() + "/venue.suspended_but_scanning/" +
         to_text(make_venue_id(node.unit.number(), venue));
}

void tree_rig::ward::alarm(std::uint32_t venue) {
  auto id = make_venue_id(node.unit.number(), venue);
  auto said = node.say(venue_order{id, true, "1/QD"});
  BOOST_REQUIRE((said && said->code == code::done));
  if (gateway_ == nullptr || !gateway_->is_up())
    gateway_ = node.scanner(node.gateway_key);
  scan s;
  s.venue = id;
  s.card = card_id{1000 + next_};
  s.at = io::wall_ms();
  auto sent = false;
  for (auto end = io::monotonic_ms() + patience_ms; io::monotonic_ms() < end;) {
    if (!sent)
      sent = gateway_->send(frame_kind::scan_batch, encode_batch(1, next_, {&s, 1}));
    auto got = gateway_->receive(100);
    scan_reply reply;
    if (got && got->header.kind == frame_kind::scan_reply &&
        read_scan_reply(got->body.view(), reply) == code::ok && reply.through_sequence >= next_) {
      ++next_;
      return;
    }
  }
  BOOST_FAIL("no answer to a scan");
}

tree_rig::tree_rig(std::vector<const char*> units, std::uint32_t venues,
                   const std::string& config) :
  area({}, "role = \"area\"\nballast_mib = 0\n" + config, "568") {
  for (auto* unit : units)
    add_ward(unit, config);
  BOOST_REQUIRE_MESSAGE(area.start(), area.output);
  area.keep_endpoints();
  for (auto& w : wards) {
    join(*w);
    BOOST_REQUIRE_MESSAGE(w->node.start(), w->node.output);
    w->node.keep_endpoints();
    BOOST_REQUIRE(w->node.furnish(venues));
  }
  BOOST_REQUIRE(settled());
}

void tree_rig::join(ward& w) {
  w.node.add_config("ballast_mib = 0\nparent = \"" + area.control_endpoint + "\"\nparent_key = \"" +
                    io::to_hex(area.node_key.open) + "\"\n");
}

tree_rig::ward& tree_rig::add_ward(const char* unit, const std::string& config) {
  auto& w = *wards.emplace_back(std::make_unique<ward>(unit, config));
  allow(area, w.node);
  return w;
}

void tree_rig::allow(ward_rig& parent, const ward_rig& child) {
  principal p;
  p.key = child.node_key.open;
  p.role = role::node;
  p.name = "node " + std::string{child.unit.text()};
  p.unit = child.unit;
  BOOST_REQUIRE(io::append_to_allow_file(parent.folder / "allow.toml", p));
}

bool tree_rig::settled() {
  return until(area, query_kind::node_list, [&](const answer& a) {
    auto is_settled = [&](auto& row) {
      auto cell = [&](const char* name) {
        return wardctl::cell_at(row, wardctl::column_at(a, name));
      };
      return cell("state") == "up" && cell("lag") == "0" && cell("lag_bulk") == "0";
    };
    return a.rows.size() == wards.size() && std::all_of(a.rows.begin(), a.rows.end(), is_settled);
  });
}

bool tree_rig::has_read_all(const std::string& name) {
  return until(area, query_kind::subscription_list, [&](const answer& a) {
    return std::any_of(a.rows.begin(), a.rows.end(), [&](auto& row) {
      return wardctl::cell_at(row, wardctl::column_at(a, "name")) == name &&
             wardctl::cell_at(row, wardctl::column_at(a, "behind")) == "0";
    });
  });
}

std::string tree_rig::target_of(ward_rig& node) {
  auto file = node.folder / "target.toml";
  std::filesystem::remove(file);
  if (!std::filesystem::exists(node.folder / "keys" / "operator"))
    BOOST_REQUIRE(io::write_key_pair(node.folder / "keys" / "operator", node.operator_key));
  wardctl::target t;
  t.scans = node.scan_endpoint;
  t.control = node.control_endpoint;
  t.node_key = node.node_key.open;
  t.key = "keys/operator";
  BOOST_REQUIRE((wardctl::write_target(file, t) == code::ok));
  return file.string();
}

} // namespace wardflow::test
