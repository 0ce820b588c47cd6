// SPDX-License-Identifier: Apache-2.0
#include "tests/support/line_tree.hpp"

#include "actors/io/clock.hpp"
#include "actors/io/key_text.hpp"
#include "nodes/wardctl/view.hpp"
#include "tests/support/tree_rig.hpp"

#include <boost/test/unit_test.hpp>

#include <poll.h>

#include <charconv>

namespace wardflow::test {

namespace {

std::uint64_t number(std::string_view text) {
  std::uint64_t n = 0;
  std::from_chars(text.data(), text.data() + text.size(), n);
  return n;
}

std::optional<answer> ask(ward_rig& node, query_kind what, day_number day = {}) {
  query q;
  q.what = what;
  q.day = day;
  auto a = node.say(q);
  return a && a->code == code::done ? a : std::nullopt;
}

std::string described(const day_counts& c) {
  return std::to_string(c.scans) + " scans, " + std::to_string(c.counted) + " counted, " +
         std::to_string(c.late) + " late";
}

std::string node_lines(bool is_area, bool input_clock) {
  std::string lines = "ballast_mib = 0\n";
  if (is_area)
    lines += "role = \"area\"\n";
  if (input_clock)
    lines += "clock = \"input\"\nclock_start = \"" + std::string{line_tree::first_day} + "\"\n";
  return lines;
}

} // namespace

day_counts& day_counts::operator+=(const day_counts& other) {
  scans += other.scans;
  counted += other.counted;
  late += other.late;
  for (std::size_t h = 0; h != hours.size(); ++h)
    for (std::size_t i = 0; i != hours[h].size(); ++i)
      hours[h][i] += other.hours[h][i];
  return *this;
}

std::string line_tree::ward::alarm_name(std::uint32_t venue) const {
  return std::string{node.unit.text()} + "/venue.suspended_but_scanning/" +
         to_text(make_venue_id(node.unit.number(), venue));
}

line_tree::line_tree(options o) :
  province({}, node_lines(true, o.input_clock), "56"),
  city({}, node_lines(true, o.input_clock), "568"),
  city_line({}, o.seed),
  options_(std::move(o)) {
  for (auto* unit : options_.wards)
    wards.push_back(std::make_unique<ward>(unit, options_.seed + wards.size() + 1));
  tree_rig::allow(province, city);
  BOOST_REQUIRE_MESSAGE(province.start(), province.output);
  province.keep_endpoints();
  for (auto& w : wards)
    tree_rig::allow(city, w->node);
  start(city, province, city_line);
  for (auto& w : wards) {
    w->node.add_config(node_lines(false, options_.input_clock));
    start(w->node, city, w->line);
    furnish(*w);
  }
}

void line_tree::start(ward_rig& node, ward_rig& parent, tcp_proxy& line) {
  line.lead_to(parent.control_endpoint);
  node.add_config("parent = \"" + line.endpoint() + "\"\nparent_key = \"" +
                  io::to_hex(parent.node_key.open) + "\"\n");
  BOOST_REQUIRE_MESSAGE(node.start(), node.output);
  node.keep_endpoints();
}

void line_tree::furnish(ward& w) {
  BOOST_REQUIRE(w.node.furnish(options_.venues));
  for (auto venue = options_.open + 1; venue <= options_.venues; ++venue) {
    auto said = w.node.say(venue_order{make_venue_id(w.node.unit.number(), venue), true, "1/QD"});
    BOOST_REQUIRE((said && said->code == code::done));
  }
}

std::string line_tree::fact(ward_rig& node, std::string_view name) {
  auto a = ask(node, query_kind::status);
  return a ? std::string{wardctl::fact(*a, name)} : std::string{};
}

day_counts line_tree::counts(ward_rig& node, day_number day) {
  day_counts c;
  auto is_ward = node.unit.is_ward();
  auto sums = ask(node, is_ward ? query_kind::counts_by_reason : query_kind::counts_by_unit, day);
  auto hours = ask(node, query_kind::counts_by_hour, day);
  if (!sums || !hours)
    return c;
  c.scans = number(wardctl::fact(*sums, "scans"));
  c.counted = number(wardctl::fact(*sums, "counted"));
  c.late = number(wardctl::fact(*sums, "late"));
  for (auto& row : hours->rows)
    for (std::size_t i = 0; i != c.hours[0].size(); ++i)
      c.hours[number(row.at(0)) % 24][i] = number(row.at(i + 1));
  return c;
}

day_counts line_tree::sum_of_wards(day_number day) {
  day_counts sum;
  for (auto& w : wards)
    sum += counts(w->node, day);
  return sum;
}

bool line_tree::agrees(const std::vector<day_number>& days) {
  for (auto* node : {&city, &province}) {
    auto a = ask(*node, query_kind::status);
    auto name = std::string{node->unit.text()};
    why_ = name + " is behind: " + (a ? std::string{wardctl::fact(*a, "lag")} : "no answer");
    if (!a || wardctl::fact(*a, "lag") != "0")
      return false;
    for (auto day : days) {
      auto here = counts(*node, day), below = sum_of_wards(day);
      why_ = day_text(day) + ": wards " + described(below) + "; " + name + " " + described(here);
      if (options_.input_clock ? here != below : here.hours != below.hours)
        return false;
    }
  }
  why_.clear();
  return true;
}

time_ms line_tree::catch_up(const std::vector<day_number>& days, time_ms patience) {
  auto begun = io::monotonic_ms();
  for (; io::monotonic_ms() < begun + patience; ::poll(nullptr, 0, 20))
    if (agrees(days))
      return io::monotonic_ms() - begun;
  return -1;
}

} // namespace wardflow::test
