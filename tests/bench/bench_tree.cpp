// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/bench_tree.hpp"

#include "actors/io/allow_file.hpp"
#include "actors/io/clock.hpp"
#include "actors/io/key_text.hpp"
#include "tests/bench/figures.hpp"

#include <poll.h>

#include <algorithm>
#include <fstream>
#include <utility>

namespace wardflow::test {

namespace {

bool is_done(const std::optional<answer>& a) {
  return a && (a->code == code::done || a->code == code::forwarded);
}

bool allow(ward_rig& at, const public_key& key, role as, unit_code unit, const std::string& name) {
  principal p;
  p.key = key;
  p.role = as;
  p.name = name;
  p.unit = unit;
  return static_cast<bool>(io::append_to_allow_file(at.folder / "allow.toml", p));
}

} // namespace

bool asked_until(ward_rig& node, query_kind what, const std::function<bool(const answer&)>& good) {
  for (auto until = io::monotonic_ms() + 30'000; io::monotonic_ms() < until;) {
    query q;
    q.what = what;
    if (auto a = node.say(q); a && good(*a))
      return true;
    ::poll(nullptr, 0, 20);
  }
  return false;
}

std::vector<level_update> levels_of(const std::vector<group_id>& groups, std::uint8_t level) {
  std::vector<level_update> rows;
  for (auto group : groups) {
    level_update row;
    row.group = group;
    row.level = level;
    row.effective_from = static_cast<day_number>(local_day(io::wall_ms()));
    row.published_at = io::wall_ms();
    row.issuer = "UBND";
    row.document = "1/QD";
    rows.push_back(row);
  }
  return rows;
}

std::vector<card_update> green_cards(std::uint32_t from, std::uint32_t to, std::uint32_t ward,
                                     std::uint32_t groups) {
  std::vector<card_update> rows(to - from);
  for (auto n = from; n != to; ++n) {
    rows[n - from].card = card_of(n);
    rows[n - from].facts.full_dose = static_cast<day_number>(local_day(io::wall_ms()) - 30);
    rows[n - from].facts.group = make_group_id(ward, 1 + n % groups);
  }
  return rows;
}

std::vector<std::string> wards_of(const std::string& district) {
  std::vector<std::string> codes;
  std::ifstream in{std::string{WARDFLOW_SOURCE_DIR} + "/config/khanh-hoa/units.csv"};
  for (std::string line; std::getline(in, line);) { // level,code,parent_code,...
    auto code = line.find(','), parent = line.find(',', code + 1);
    if (line.substr(0, code) == "commune" && parent != std::string::npos &&
        line.compare(parent + 1, district.size() + 1, district + ",") == 0)
      codes.push_back(line.substr(code + 1, parent - code - 1));
  }
  return codes;
}

bench_tree::bench_tree(const std::vector<std::string>& above, const std::vector<std::string>& below,
                       const std::filesystem::path& areas_at) :
  supervisor(*io::generate_key_pair()) {
  for (auto& unit : above) {
    std::filesystem::path folder;
    if (!areas_at.empty())
      std::filesystem::create_directory(folder = areas_at / unit);
    areas.push_back(
      std::make_unique<ward_rig>(folder, "role = \"area\"\nballast_mib = 0\n", unit.c_str()));
    auto& node = *areas.back();
    if (!allow(node, supervisor.open, role::supervisor, node.unit, "supervisor"))
      problem = "an allow-list could not be written";
    if (areas.size() > 1)
      static_cast<void>(
        allow(*areas[areas.size() - 2], node.node_key.open, role::node, node.unit, "node " + unit));
  }
  for (auto& unit : below) {
    wards.push_back(
      std::make_unique<ward_rig>(std::filesystem::path{}, "ballast_mib = 0\n", unit.c_str()));
    auto& node = *wards.back();
    static_cast<void>(
      allow(last_area(), node.node_key.open, role::node, node.unit, "node " + unit));
  }
}

bool bench_tree::failed(const std::string& what) {
  problem = what;
  return false;
}

bool bench_tree::start(ward_rig& node, ward_rig* parent) {
  if (parent != nullptr)
    node.add_config("parent = \"" + parent->control_endpoint + "\"\nparent_key = \"" +
                    io::to_hex(parent->node_key.open) + "\"\n");
  return node.start() || failed("a node did not start: " + node.output);
}

bool bench_tree::start() {
  ward_rig* parent = nullptr;
  for (auto& area : areas)
    if (!start(*area, std::exchange(parent, area.get())))
      return false;
  for (auto& ward : wards)
    if (!start(*ward, parent))
      return false;
  auto children_of = [this](std::size_t i) { return i + 1 == areas.size() ? wards.size() : 1; };
  for (std::size_t i = 0; i != areas.size(); ++i)
    if (!asked_until(*areas[i], query_kind::node_list, [&](const answer& a) {
          auto up = [](auto& row) { return std::find(row.begin(), row.end(), "up") != row.end(); };
          return a.rows.size() == children_of(i) && std::all_of(a.rows.begin(), a.rows.end(), up);
        }))
      return failed("a child did not reach its parent");
  return true;
}

bool bench_tree::furnish(std::uint32_t bars, std::uint32_t events) {
  for (auto& ward : wards) {
    if (!ward->furnish(0))
      return failed("a ward could not be furnished");
    std::vector<venue_record> rows(bars + events);
    for (std::uint32_t i = 0; i != rows.size(); ++i) {
      rows[i].name = "Quan " + std::to_string(i + 1);
      rows[i].facts.kind = i < bars ? category::bar : category::event;
      rows[i].facts.group = make_group_id(ward->unit.number(), 1);
    }
    if (!is_done(ward->say(rows)))
      return failed("venues were refused");
  }
  return true;
}

bool bench_tree::set_levels(std::uint8_t level) {
  std::vector<group_id> groups;
  for (auto& ward : wards)
    groups.push_back(make_group_id(ward->unit.number(), 1));
  return is_done(last_area().say(levels_of(groups, level))) || failed("levels were refused");
}

bool bench_tree::import_cards(std::uint32_t count) {
  constexpr std::uint32_t piece = 2000; // as `wardctl card import` cuts them
  for (std::uint32_t from = 0; from < count; from += piece)
    if (!is_done(last_area().say(
          green_cards(from, std::min(count, from + piece), wards.front()->unit.number(), 1))))
      return failed("cards were refused");
  for (auto& ward : wards)
    if (!asked_until(*ward, query_kind::status,
                     [&](const answer& a) { return fact(a, "cards") >= count; }))
      return failed("cards did not reach a ward");
  return true;
}

} // namespace wardflow::test
