// SPDX-License-Identifier: Apache-2.0
// wardctl status: how the node is; what needs somebody's hand first and loud.
#include "nodes/wardctl/ages.hpp"
#include "nodes/wardctl/app.hpp"
#include "nodes/wardctl/help.hpp"
#include "nodes/wardctl/parent_state.hpp"
#include "nodes/wardctl/units.hpp"
#include "nodes/wardctl/view.hpp"

#include <algorithm>
#include <cstdio>
#include <ostream>

namespace wardflow::wardctl {

namespace {

/// How a figure of the node reads.
enum class figure : std::uint8_t {
  text,
  number,
  moment,
  age,
  unit,
  kib,
  mib,
  percent,
  micros,
  parent
};

/// Which nodes have it.
enum class whose : std::uint8_t { each, ward, area };
constexpr auto each = whose::each, ward = whose::ward, area = whose::area;

struct shown_fact {
  std::string_view name; // the node's, and ours for programs; empty: a title
  phrase heading;
  whose is_of = each;
  figure is = figure::number;
};

constexpr shown_fact facts[]{
  {"", phrase::section_node},
  {"unit", phrase::unit, each, figure::unit},
  {"time", phrase::node_time, each, figure::moment},
  {"version", phrase::version, each, figure::text},
  {"parent", phrase::parent_node, each, figure::parent},
  {"parent_lag", phrase::parent_lag},
  {"", phrase::section_below, area},
  {"children", phrase::nodes_below, area},
  {"children_speaking", phrase::nodes_up, area},
  {"lag", phrase::lag, area},
  {"wards", phrase::wards_below, area},
  {"open_alerts", phrase::open_alerts, area},
  {"", phrase::section_today},
  {"today", phrase::day, each, figure::text},
  {"scans_today", phrase::scans},
  {"counted_today", phrase::counted},
  {"persons_today", phrase::persons, ward},
  {"person_wards_today", phrase::person_wards, area},
  {"persons_estimate_today", phrase::persons_estimated, area},
  {"inside_now", phrase::inside},
  {"venues", phrase::venues, area},
  {"venues_active", phrase::venues_active, ward},
  {"open_alerts", phrase::open_alerts, ward},
  {"", phrase::section_register, ward},
  {"venues", phrase::venues, ward},
  {"groups", phrase::groups, ward},
  {"cards", phrase::cards, ward},
  {"devices", phrase::devices, ward},
  {"devices_revoked", phrase::devices_revoked, ward},
  {"", phrase::section_data, ward},
  {"rulebook", phrase::rulebook, ward, figure::text},
  {"levels_as_of", phrase::levels_as_of, ward, figure::age},
  {"cards_as_of", phrase::cards_as_of, ward, figure::age},
  {"", phrase::section_traffic},
  {"connections", phrase::connections, ward},
  {"answered", phrase::frames_answered, ward},
  {"latency_p50_us", phrase::latency_median, ward, figure::micros},
  {"latency_p99_us", phrase::latency_p99, ward, figure::micros},
  {"repeats_answered", phrase::repeats_answered, ward},
  {"sealed_waiting", phrase::sealed_waiting, ward},
  {"frames_refused", phrase::frames_refused, ward},
  {"directives", phrase::directives_sent, area},
  {"subscriptions", phrase::named_readers, area},
  {"readers", phrase::readers_now, area},
  {"refused_at_gate", phrase::refused_at_gate},
  {"keys_refused", phrase::keys_refused},
  {"", phrase::section_store},
  {"scans_taken", phrase::scans_ever, ward},
  {"round", phrase::rounds},
  {"commits", phrase::commits},
  {"record_bytes", phrase::record_bytes},
  {"disk_live_kib", phrase::live_data, each, figure::kib},
  {"disk_free_mib", phrase::disk_free, each, figure::mib},
  {"map_percent", phrase::map_used, each, figure::percent},
  {"memory_kib", phrase::memory, each, figure::kib},
  {"base_round", phrase::base_round, ward},
  {"base_at", phrase::base_at, ward, figure::age},
  {"base_check", phrase::base_check, ward, figure::text},
};

bool is_area(const answer& a) {
  return fact(a, "role") == "area";
}

/// Whether such a node has this row.
bool has(const answer& a, const shown_fact& f) {
  return f.is_of != (is_area(a) ? ward : area);
}

std::string with_unit(double value, const char* unit) {
  char out[64];
  std::snprintf(out, sizeof out, "%.1f %s", value, unit);
  return out;
}

/// The figure for people; empty where the value itself will do.
std::string in_words(const shell& s, figure is, std::string_view value, std::uint64_t number,
                     time_ms now) {
  switch (is) {
  case figure::moment:
    return moment_text(value, s.tongue);
  case figure::age:
    return moment_with_age(value, now, s.tongue);
  case figure::unit:
    return short_name(value);
  case figure::kib:
    return with_unit(static_cast<double>(number) / 1024, "MiB");
  case figure::mib:
    return with_unit(static_cast<double>(number) / 1024, "GiB");
  case figure::percent:
    return std::string{value} + " %";
  case figure::parent:
    return value.empty() ? s.heading(phrase::none) : parent_in_words(value, s.tongue);
  case figure::micros:
    return number == 0 ? s.heading(phrase::none)
                       : with_unit(static_cast<double>(number) / 1000, "ms");
  default:
    return value.empty() ? s.heading(phrase::none) : std::string{};
  }
}

cell_kind kind_of(figure is) {
  switch (is) {
  case figure::text:
  case figure::moment:
  case figure::age:
  case figure::parent:
    return cell_kind::maybe;
  case figure::unit:
    return cell_kind::text;
  default:
    return cell_kind::number;
  }
}

void add_truth(record& r, const char* key, bool value) {
  r.add({key, {}, value ? "true" : "false", cell_kind::truth, {}});
}

/// `20211016 name` as two fields.
void add_rulebook(record& r, std::string_view text) {
  auto blank = text.find(' ');
  r.add({"rulebook_version", {}, std::string{text.substr(0, blank)}, cell_kind::number, {}});
  r.add({"rulebook_name",
         {},
         std::string{blank == std::string_view::npos ? "" : text.substr(blank + 1)},
         cell_kind::maybe,
         {}});
}

bool is_shown(const answer& a, std::string_view name) {
  return name == "clock" || name == "store" || name == "role" || name == "log_unreadable" ||
         std::ranges::any_of(facts, [&](auto& f) { return f.name == name && has(a, f); });
}

record for_programs(const answer& a) {
  record r;
  if (auto role = fact(a, "role"); !role.empty())
    r.text("role", {}, std::string{role});
  add_truth(r, "clock_unsure", fact(a, "clock") == "unsure");
  add_truth(r, "store_full", fact(a, "store") == "full");
  for (auto& f : facts)
    if (has(a, f) && f.name == "rulebook")
      add_rulebook(r, fact(a, f.name));
    else if (has(a, f) && !f.name.empty())
      r.add({std::string{f.name}, {}, std::string{fact(a, f.name)}, kind_of(f.is), {}});
  if (auto place = fact(a, "log_unreadable"); !place.empty())
    r.text("log_unreadable", {}, std::string{place});
  for (auto& [name, value] : a.facts) // finer figures, and those of a newer node
    if (!is_shown(a, name))
      r.add({name, {}, value, cell_kind::number, {}});
  return r;
}

record for_people(const shell& s, const answer& a) {
  record r;
  auto now = parse_time(fact(a, "time")).value_or(0);
  auto has_parent = !fact(a, "parent").empty();
  for (auto& f : facts) {
    if (!has(a, f) || (f.name == "parent_lag" && !has_parent))
      continue;
    if (f.name.empty()) {
      r.title(s.heading(f.heading));
      continue;
    }
    auto value = fact(a, f.name);
    r.add({std::string{f.name}, s.heading(f.heading), std::string{value}, kind_of(f.is),
           in_words(s, f.is, value, number_fact(a, f.name), now)});
  }
  return r;
}

void warn(shell& s, code what, std::string_view detail = {}) {
  s.out << s.heading(phrase::attention) << ": " << text(what, s.tongue);
  if (!detail.empty())
    s.out << ' ' << for_terminal(detail);
  s.out << '\n' << next_step(what, s.tongue) << "\n\n";
}

/// An area whose children do not all speak.
void warn_of_silence(shell& s, const answer& a) {
  auto all = number_fact(a, "children"), up = number_fact(a, "children_speaking");
  if (up >= all)
    return;
  s.out << s.heading(phrase::attention) << ": " << all - up
        << s.pick({" nút dưới đang mất liên lạc.\nXem nút nào: `wardctl nodes`.\n\n",
                   " nodes below are silent.\nSee which: `wardctl nodes`.\n\n"});
}

/// The parent refuses this node, or was not there when it dialled.
void warn_of_parent(shell& s, const answer& a) {
  auto state = fact(a, "parent");
  if (auto next = parent_next_step(state, s.tongue))
    s.out << s.heading(phrase::attention) << ": " << s.heading(phrase::parent_node) << ": "
          << for_terminal(parent_in_words(state, s.tongue)) << '\n'
          << *next << "\n\n";
}

void show(shell& s) {
  auto a = s.ask(query{});
  if (!a)
    return;
  if (a->code != code::done) {
    s.fail(a->code, a->detail);
    return;
  }
  if (s.how != output::people) {
    s.print(for_programs(*a));
    return;
  }
  if (fact(*a, "clock") == "unsure")
    warn(s, code::clock_not_believed, moment_text(fact(*a, "time"), s.tongue));
  if (fact(*a, "store") == "full")
    warn(s, code::store_full);
  if (auto place = fact(*a, "log_unreadable"); !place.empty())
    warn(s, code::store_damaged, place);
  if (auto base = fact(*a, "base_check"); !base.empty() && base != "ok") {
    auto blank = base.find(' ');
    warn(s, code_of(base.substr(0, blank)).value_or(code::verify_failed),
         blank == std::string_view::npos ? std::string_view{} : base.substr(blank + 1));
  }
  warn_of_silence(s, *a);
  warn_of_parent(s, *a);
  if (!is_area(*a) && fact(*a, "rulebook").empty())
    warn(s, code::no_rulebook);
  s.print(for_people(s, *a));
}

} // namespace

void add_status(CLI::App& app, shell& s) {
  auto* c = add_command(app, s, "status",
                        {"tình trạng máy chủ; việc cần xử lý nêu trước tiên",
                         "how the node is; what needs a hand comes first"},
                        "wardctl status\nwardctl status --json");
  c->callback([&s] { show(s); });
}

} // namespace wardflow::wardctl
