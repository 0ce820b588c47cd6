// SPDX-License-Identifier: Apache-2.0
// wardctl tree: a node, the nodes below it and their wards, as a picture; drawn again and again.
#include "actors/io/clock.hpp"
#include "nodes/wardctl/app.hpp"
#include "nodes/wardctl/door_terminal.hpp"
#include "nodes/wardctl/help.hpp"
#include "nodes/wardctl/stop_signals.hpp"
#include "nodes/wardctl/tree_picture.hpp"
#include "nodes/wardctl/view.hpp"

#include <nlohmann/json.hpp>

#include <poll.h>

#include <algorithm>
#include <ostream>

namespace wardflow::wardctl {

namespace {

using nlohmann::ordered_json;

struct tree_options {
  day_number day = 0;
  std::uint32_t again_s = 0; // 0: once
};

/// The answer, where it is one. Nothing after `fail`.
std::optional<answer> ask_for(shell& s, query_kind what, day_number day) {
  query q;
  q.what = what;
  q.day = day;
  auto a = s.ask(q);
  if (a && a->code != code::done) {
    s.fail(a->code, a->detail);
    return std::nullopt;
  }
  return a;
}

/// Nothing after `fail`.
std::optional<tree_node> ask_tree(shell& s, day_number day) {
  auto status = ask_for(s, query_kind::status, 0);
  if (!status)
    return std::nullopt;
  if (fact(*status, "role") != "area")
    return tree_of(*status, {}, {});
  auto nodes = ask_for(s, query_kind::node_list, day);
  auto counts = nodes ? ask_for(s, query_kind::counts_by_unit, day) : std::nullopt;
  if (!counts)
    return std::nullopt;
  auto root = tree_of(*status, *nodes, *counts);
  if (day != 0) // the status is of today
    root.scans = number_fact(*counts, "scans");
  return root;
}

ordered_json json_of(const tree_node& n) {
  auto linked = !n.state.empty();
  auto number = [](bool known, auto value) { return known ? ordered_json(value) : ordered_json{}; };
  ordered_json one;
  one["unit"] = n.unit;
  one["state"] = linked ? ordered_json(n.state) : ordered_json{};
  one["heard_s_ago"] = number(n.age.has_value(), n.age.value_or(0) / second_ms);
  one["scans"] = n.scans;
  one["lag"] = number(linked, n.lag);
  one["lost"] = number(linked, n.lost);
  one["open_alerts"] = n.open_alerts;
  one["below"] = ordered_json::array();
  for (auto& below : n.below)
    one["below"].push_back(json_of(below));
  return one;
}

table table_of(const tree_node& root) {
  using enum cell_kind;
  table t;
  t.columns = {{"unit", {}, text},   {"via", {}, maybe},          {"depth", {}, number},
               {"state", {}, maybe}, {"heard_s_ago", {}, number}, {"scans", {}, number},
               {"lag", {}, number},  {"lost", {}, number},        {"open_alerts", {}, number}};
  each_node(root, [&](const tree_node& n, const tree_node* via, int depth) {
    auto linked = !n.state.empty();
    t.add({n.unit, via == nullptr ? "" : via->unit, std::to_string(depth), n.state,
           n.age ? std::to_string(*n.age / second_ms) : "", std::to_string(n.scans),
           linked ? std::to_string(n.lag) : "", linked ? std::to_string(n.lost) : "",
           std::to_string(n.open_alerts)});
  });
  return t;
}

void print(shell& s, const tree_node& root, const scan_rates& rates) {
  if (s.how == output::json) {
    s.out << json_of(root).dump() << '\n' << std::flush;
  } else if (s.how == output::csv) {
    s.print(table_of(root));
  } else {
    for (auto& line : picture(root, rates, {s.tongue, s.coloured}))
      s.out << line << '\n';
    s.out << std::flush;
  }
}

/// The same in the same place of a terminal, as much as fits.
void redraw(shell& s, const tree_node& root, const scan_rates& rates) {
  auto lines = picture(root, rates, {s.tongue, s.coloured});
  auto room = std::max<std::size_t>(door_terminal::measure().rows, 3) - 1;
  if (lines.size() > room) {
    auto left_out = lines.size() - room + 1;
    lines.resize(room - 1);
    lines.push_back("… " + std::to_string(left_out));
  }
  s.out << "\x1b[H";
  for (auto& line : lines)
    s.out << line << "\x1b[K\n";
  s.out << "\x1b[J" << std::flush;
}

/// Scans a second of each unit since the picture before.
class rate_meter {
public:
  scan_rates take(const tree_node& root, time_ms now) {
    scan_rates rates;
    std::map<std::string, std::uint64_t> scans;
    each_node(root, [&](const tree_node& n, const tree_node*, int) {
      scans[n.unit] = n.scans;
      auto before = scans_.find(n.unit);
      auto grown = before != scans_.end() && n.scans >= before->second && now > at_;
      rates[n.unit] = grown ? 1000.0 * static_cast<double>(n.scans - before->second) /
                                static_cast<double>(now - at_)
                            : 0.0;
    });
    scans_ = std::move(scans);
    at_ = now;
    return rates;
  }

private:
  std::map<std::string, std::uint64_t> scans_;
  time_ms at_ = 0;
};

/// Until Ctrl-C; a node that is away for a while is asked again.
void show_again(shell& s, const tree_options& o) {
  stop_signals signals;
  rate_meter meter;
  auto drawn = s.screen && s.how == output::people;
  if (drawn)
    s.out << "\x1b[2J";
  while (signals.take() == 0) {
    if (auto root = ask_tree(s, o.day)) {
      s.result = exit_code::done;
      auto rates = meter.take(*root, io::monotonic_ms());
      drawn ? redraw(s, *root, rates) : print(s, *root, rates);
    } else if (s.result != exit_code::unreachable || s.last_failure == code::node_refused_key) {
      return;
    }
    pollfd stop{signals.fd(), POLLIN, 0};
    ::poll(&stop, 1, static_cast<int>(o.again_s * second_ms));
  }
}

void show(shell& s, const tree_options& o) {
  if (o.again_s != 0)
    show_again(s, o);
  else if (auto root = ask_tree(s, o.day))
    print(s, *root, {});
}

} // namespace

void add_tree(CLI::App& app, shell& s) {
  auto* c = add_command(app, s, "tree",
                        {"bức tranh: nút được hỏi, các nút dưới nó và các phường của chúng",
                         "a picture: the node asked, the nodes below it, and their wards"},
                        "wardctl tree\nwardctl tree --json");
  auto o = std::make_shared<tree_options>();
  add_day_option(
    *c, s, "--day", o->day,
    {"lượt quét của ngày này (mặc định: hôm nay)", "scans of this day (default: today)"});
  add_number(*c, s, "--watch", o->again_s, 1, 86'400,
             {"vẽ lại sau mỗi bấy nhiêu giây, cùng số lượt quét mỗi giây; Ctrl-C để dừng",
              "draw it again every so many seconds, with scans per second; ends with Ctrl-C"});
  c->callback([&s, o] { show(s, *o); });
}

} // namespace wardflow::wardctl
