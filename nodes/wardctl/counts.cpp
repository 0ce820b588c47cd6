// SPDX-License-Identifier: Apache-2.0
// wardctl counts: a day's figures by venue, hour or reason, and the identities among them.
#include "nodes/wardctl/app.hpp"
#include "nodes/wardctl/help.hpp"
#include "nodes/wardctl/pages.hpp"
#include "nodes/wardctl/view.hpp"

#include <algorithm>
#include <cstdio>
#include <ostream>

namespace wardflow::wardctl {

namespace {

constexpr view_column venue_columns[]{
  {"venue", "venue", phrase::venue},
  {"name", "name", phrase::venue_name},
  {"in", "in", phrase::entries, meaning::number},
  {"out", "out", phrase::exits, meaning::number},
  {"refused", "refused", phrase::refused, meaning::number},
  {"persons", "persons", phrase::persons, meaning::number},
  {"inside", "inside", phrase::inside, meaning::number},
  {"visits", "visits", phrase::visits, meaning::number},
  {"inferred", "inferred", phrase::visits_inferred, meaning::number},
  {"unmatched", "unmatched", phrase::unmatched_out, meaning::number},
  {"late", "late", phrase::late_scans, meaning::number},
};

constexpr view_column hour_columns[]{
  {"hour", "hour", phrase::hour},
  {"in", "in", phrase::entries, meaning::number},
  {"out", "out", phrase::exits, meaning::number},
  {"refused", "refused", phrase::refused, meaning::number},
  {"late", "late", phrase::late_scans, meaning::number},
  {"poster", "poster", phrase::of_poster, meaning::number},
  {"revision", "revision", phrase::revision, meaning::number},
};

constexpr view_column unit_columns[]{
  {"unit", "unit", phrase::unit, meaning::unit},
  {"via", "via", phrase::via},
  {"scans", "scans", phrase::scans, meaning::number},
  {"counted", "counted", phrase::counted, meaning::number},
  {"late", "late", phrase::late_scans, meaning::number},
  {"persons", "persons", phrase::persons, meaning::number},
  {"venues", "venues", phrase::venues, meaning::number},
  {"inside", "inside", phrase::inside, meaning::number},
  {"open_alerts", "open_alerts", phrase::open_alerts, meaning::number},
  {"heard", "heard", phrase::last_heard, meaning::moment},
  {"persons_estimated", "persons_estimated", phrase::persons_estimated, meaning::truth}, // programs
};

struct shown_figure {
  std::string_view name;
  phrase heading;
};

constexpr shown_figure reason_figures[]{
  {"scans", phrase::scans},       {"counted", phrase::counted},
  {"admitted", phrase::admitted}, {"conditions", phrase::conditioned},
  {"refused", phrase::refused},   {"late", phrase::late_scans},
  {"green", phrase::green_cards}, {"yellow", phrase::yellow_cards},
  {"red", phrase::red_cards},
};

constexpr shown_figure unit_figures[]{
  {"wards", phrase::wards_below},
  {"wards_without_a_scan", phrase::wards_without_scan},
  {"scans", phrase::scans},
  {"counted", phrase::counted},
  {"late", phrase::late_scans},
  {"person_wards", phrase::person_wards},
  {"persons_estimate", phrase::persons_estimated},
  {"inside", phrase::inside},
};

constexpr shown_figure identity_figures[]{
  {"persons_ward", phrase::persons},
  {"persons_estimate", phrase::persons_estimated},
  {"persons_linked", phrase::persons_linked},
  {"scans", phrase::scans},
  {"inside", phrase::inside},
};

struct identity_name {
  std::string_view key;
  phrase words;
};

constexpr identity_name identity_names[]{
  {"presence_balances", phrase::presence_balances},
  {"active_within_registered", phrase::active_within_registered},
  {"persons_within_scans", phrase::persons_within_scans},
  {"venues_with_more_persons_than_scans", phrase::venues_with_more_persons_than_scans},
  {"ward_persons_within_sum_of_venues", phrase::ward_persons_within_sum_of_venues},
  {"busiest_venue_within_ward", phrase::busiest_venue_within_ward},
  {"reasons_sum_to_scans_taken", phrase::reasons_sum_to_scans_taken},
  {"scans_taken_within_scans_of_devices", phrase::scans_taken_within_scans_of_devices},
  {"devices_sum_to_all_scans", phrase::devices_sum_to_all_scans},
  {"day_scans_within_counted", phrase::day_scans_within_counted},
  {"hours_sum_to_venues", phrase::hours_sum_to_venues},
};

struct counts_options {
  bool hours = false, reasons = false, identities = false;
  day_number day = 0;
  venue_id venue{};
  unit_code unit{};
  std::uint32_t limit = 0;
};

std::uint64_t number_in(const std::vector<std::string>& row, std::size_t column) {
  return number_of(cell_at(row, column));
}

/// Adds a line of sums of the columns that may be summed (persons of venues may not: one person
/// goes to several), for people.
void add_total(const shell& s, table& t, std::initializer_list<std::string_view> summed) {
  if (s.how != output::people || t.rows.size() < 2)
    return;
  std::vector<std::string> total(t.columns.size());
  total.front() = s.heading(phrase::total);
  for (std::size_t c = 0; c != t.columns.size(); ++c) {
    if (std::find(summed.begin(), summed.end(), t.columns[c].key) == summed.end())
      continue;
    std::uint64_t sum = 0;
    for (auto& row : t.rows)
      sum += number_in(row, c);
    total[c] = std::to_string(sum);
  }
  t.add(std::move(total));
}

/// False after `fail`.
bool answered(shell& s, const answer& a) {
  if (a.code == code::done)
    return true;
  s.fail(a.code, a.detail);
  return false;
}

template <std::size_t N>
void add_figures(const shell& s, record& r, const answer& a, const shown_figure (&figures)[N]) {
  for (auto& f : figures)
    if (a.facts.empty() || !fact(a, f.name).empty()) // an area knows less than a ward
      r.number(std::string{f.name}, s.heading(f.heading), number_fact(a, f.name));
}

/// An area's wards: it has no venues.
void by_unit(shell& s, const counts_options& o, query q) {
  q.what = query_kind::counts_by_unit;
  auto a = s.ask(q);
  if (!a || !answered(s, *a))
    return;
  auto scans = column_at(*a, "scans");
  std::stable_sort(a->rows.begin(), a->rows.end(),
                   [&](auto& x, auto& y) { return number_in(x, scans) > number_in(y, scans); });
  if (o.limit != 0 && o.limit < a->rows.size())
    a->rows.resize(o.limit);
  record r;
  r.text("day", s.heading(phrase::day), std::string{fact(*a, "day")});
  add_figures(s, r, *a, unit_figures);
  r.list = "units";
  auto columns = std::span<const view_column>{unit_columns};
  r.rows = view(s, *a, s.how == output::people ? columns.first(columns.size() - 1) : columns);
  s.print(r);
  if (auto wards = fact(*a, "wards_estimated");
      s.how == output::people && number_fact(*a, "wards_estimated") != 0)
    s.err << s.pick({"Số người là ước lượng ở số phường: ",
                     "Persons are an estimate in so many wards: "})
          << wards
          << s.pick(
               {" (máy chủ được thay trong ngày)\n", " (their machine was replaced that day)\n"});
}

void by_venue(shell& s, const counts_options& o, query q) {
  q.what = query_kind::counts_by_venue;
  auto a = ask_all(s, q, venue_of_row);
  if (a && a->code == code::query_elsewhere)
    return by_unit(s, o, q);
  if (!a || !answered(s, *a))
    return;
  auto in = column_at(*a, "in"), out = column_at(*a, "out");
  std::stable_sort(a->rows.begin(), a->rows.end(), [&](auto& x, auto& y) {
    return number_in(x, in) + number_in(x, out) > number_in(y, in) + number_in(y, out);
  });
  auto t = view(s, *a, venue_columns);
  add_total(s, t, {"in", "out", "refused", "inside", "visits", "inferred", "unmatched", "late"});
  if (o.limit != 0 && o.limit < a->rows.size())
    t.rows.erase(t.rows.begin() + o.limit,
                 t.rows.begin() + static_cast<std::ptrdiff_t>(a->rows.size()));
  s.print(t);
}

void by_hour(shell& s, query q, unit_code unit) {
  q.what = query_kind::counts_by_hour;
  auto a = s.ask(q, {.unit = unit});
  if (!a || !answered(s, *a))
    return;
  auto known = std::span<const view_column>{hour_columns};
  if (column_at(*a, "revision") == a->columns.size()) // an area: its sums have none
    known = known.first(known.size() - 1);
  auto t = view(s, *a, known);
  add_total(s, t, {"in", "out", "refused", "late", "poster"});
  s.print(t);
}

void by_reason(shell& s, query q) {
  q.what = query_kind::counts_by_reason;
  auto a = s.ask(q);
  if (!a || !answered(s, *a))
    return;
  record r;
  add_figures(s, r, *a, reason_figures);
  r.list = "reasons";
  r.rows.columns = {{"code", s.heading(phrase::code_), cell_kind::text},
                    {"scans", s.heading(phrase::scans), cell_kind::number},
                    {"share_percent", s.heading(phrase::share_percent), cell_kind::number},
                    {"text", s.heading(phrase::reason), cell_kind::text}};
  auto code_at = column_at(*a, "code"), scans_at = column_at(*a, "scans");
  auto all = number_fact(*a, "scans");
  for (auto& row : a->rows) {
    auto why = static_cast<code>(number_in(row, code_at));
    auto scans = number_in(row, scans_at);
    char share[32];
    std::snprintf(share, sizeof share, "%.1f",
                  all == 0 ? 0.0 : 100.0 * static_cast<double>(scans) / static_cast<double>(all));
    r.rows.add(
      {std::string{name(why)}, std::to_string(scans), share, std::string{text(why, s.tongue)}});
  }
  std::stable_sort(r.rows.rows.begin(), r.rows.rows.end(),
                   [](auto& x, auto& y) { return number_in(x, 1) > number_in(y, 1); });
  s.print(r);
}

std::string identity_in_words(std::string_view key, const shell& s) {
  if (s.how == output::people)
    for (auto& known : identity_names)
      if (known.key == key)
        return s.heading(known.words);
  return std::string{key};
}

void identities(shell& s, query q) {
  q.what = query_kind::identities;
  auto a = s.ask(q);
  if (!a)
    return;
  if (a->code != code::done && a->code != code::state_differs) {
    s.fail(a->code, a->detail);
    return;
  }
  record r;
  r.tells = true;
  r.text("day", s.heading(phrase::day), std::string{fact(*a, "day")});
  add_figures(s, r, *a, identity_figures);
  r.list = "identities";
  r.rows.columns = {{"identity", s.heading(phrase::identity), cell_kind::text},
                    {"left", s.heading(phrase::left_side), cell_kind::number},
                    {"relation", "", cell_kind::text},
                    {"right", s.heading(phrase::right_side), cell_kind::number},
                    {"holds", s.heading(phrase::verdict_), cell_kind::truth}};
  auto at = [&](const auto& row, const char* name) {
    return std::string{cell_at(row, column_at(*a, name))};
  };
  for (auto& row : a->rows) {
    auto holds = at(row, "holds") == "yes";
    auto truth = s.how != output::people ? std::string{holds ? "true" : "false"}
                                         : s.heading(holds ? phrase::holds : phrase::broken);
    r.rows.add({identity_in_words(at(row, "identity"), s), at(row, "left"), at(row, "relation"),
                at(row, "right"), truth});
  }
  s.conclude(a->code == code::done ? code::identities_hold : code::state_differs, r);
}

void show(shell& s, const counts_options& o) {
  query q;
  q.day = o.day;
  q.venue = o.venue;
  if (o.hours)
    by_hour(s, q, o.unit);
  else if (o.reasons)
    by_reason(s, q);
  else if (o.identities)
    identities(s, q);
  else
    by_venue(s, o, q);
}

} // namespace

void add_counts(CLI::App& app, shell& s) {
  auto* c = add_command(
    app, s, "counts",
    {"số liệu của một ngày: theo địa điểm (mặc định; ở cấp trên: theo phường), giờ hoặc lý do\n\n"
     "Theo địa điểm và giờ: tính vào lúc quét, lượt gửi muộn được cộng vào đúng giờ của nó. Theo "
     "lý "
     "do: tính vào ngày máy chủ nhận.",
     "a day's figures: by venue (default; of an area: by ward), hour or reason\n\n"
     "By venue and hour they are of the time of the scan: a late one counts where it belongs. By "
     "reason they are of the day of arrival."},
    "wardctl counts --limit 10\nwardctl counts --hours --venue 22366-00001\n"
    "wardctl counts --reasons --day 2021-10-20 --json\nwardctl counts --identities");
  auto o = std::make_shared<counts_options>();
  auto* hours = add_flag(*c, s, "--hours", o->hours, {"theo giờ", "by hour"});
  auto* reasons =
    add_flag(*c, s, "--reasons", o->reasons, {"theo lý do của kết quả", "by the verdict's reason"});
  auto* identities = add_flag(*c, s, "--identities", o->identities,
                              {"kiểm tra các đẳng thức giữa các số; mã thoát 5 nếu sai",
                               "check the identities among the figures; exit code 5 if one fails"});
  hours->excludes(reasons)->excludes(identities);
  reasons->excludes(identities);
  add_day_option(*c, s, "--day", o->day,
                 {"ngày (mặc định: hôm nay theo máy chủ)", "the day (default: the node's today)"});
  add_venue_option(*c, s, "--venue", o->venue, {"chỉ địa điểm này", "this venue alone"})
    ->excludes(reasons)
    ->excludes(identities);
  add_parsed(*c, s, "--unit", o->unit, unit_code::parse,
             {"của một cấp trên: chỉ đơn vị này và các phường của nó (với --hours)",
              "of an area: this unit and its wards alone (with --hours)"},
             word::unit, {"cần mã đơn vị như 22366", "wants a unit's code such as 22366"})
    ->needs(hours);
  add_number(*c, s, "--limit", o->limit, 1, 10'000'000,
             {"chỉ bấy nhiêu địa điểm đông nhất", "the busiest venues only, so many"})
    ->excludes(hours)
    ->excludes(reasons)
    ->excludes(identities);
  c->callback([&s, o] { show(s, *o); });
}

} // namespace wardflow::wardctl
