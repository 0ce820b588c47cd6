// SPDX-License-Identifier: Apache-2.0
// wardctl alerts list|show|ack|resolve: what wants attention at the node, and who has seen to it.
#include "nodes/wardctl/app.hpp"
#include "nodes/wardctl/help.hpp"
#include "nodes/wardctl/pages.hpp"
#include "nodes/wardctl/view.hpp"

#include <algorithm>

namespace wardflow::wardctl {

namespace {

constexpr view_column columns[]{
  {"name", "name", phrase::alert_name_},
  {"kind", "kind", phrase::alert_kind_, meaning::alert_kind},
  {"subject", "subject", phrase::alert_subject},
  {"severity", "severity", phrase::severity_, meaning::severity},
  {"state", "state", phrase::state_, meaning::alert_state},
  {"first", "first", phrase::first_seen, meaning::moment},
  {"last", "last", phrase::last_seen_, meaning::moment},
  {"count", "count", phrase::count, meaning::number},
  {"evidence", "evidence", phrase::evidence, meaning::evidence},
  {"by", "by", phrase::seen_to_by, meaning::by},
};

/// What fits on a screen; `show` has the rest.
constexpr view_column columns_for_people[]{
  {"severity", "severity", phrase::severity_, meaning::severity},
  {"state", "state", phrase::state_, meaning::alert_state},
  {"last", "last", phrase::last_seen_, meaning::moment},
  {"count", "count", phrase::count, meaning::number},
  {"name", "name", phrase::alert_name_},
};

std::uint64_t id_of_row(const answer& page, const std::vector<std::string>& row) {
  return number_of(cell_at(row, column_at(page, "id")));
}

std::optional<answer> ask_open(shell& s, std::uint32_t most = 0) {
  return ask_list(s, query_kind::alert_list, id_of_row, most);
}

void list(shell& s, std::uint32_t most) {
  auto a = ask_open(s, most);
  if (!a)
    return;
  if (s.how == output::people)
    s.print(view(s, *a, columns_for_people));
  else
    s.print(view(s, *a, columns));
}

void show(shell& s, const std::string& name) {
  auto a = ask_open(s);
  if (!a)
    return;
  auto at = column_at(*a, "name");
  std::erase_if(a->rows, [&](auto& row) { return cell_at(row, at) != name; });
  if (a->rows.empty())
    s.fail(code::not_found, name);
  else
    s.print(view_of_one(s, *a, columns));
}

void order(shell& s, const alert_order& what) {
  record r;
  r.text("name", s.heading(phrase::alert_name_), what.name);
  if (!what.note.empty())
    r.text("note", s.heading(phrase::note), what.note);
  if (auto a = s.ask(what))
    s.conclude(a->code, r, what.name);
}

/// `unit/kind/subject`; whether there is such a kind the node knows.
std::optional<std::string> parse_name(std::string_view text) {
  auto parts = std::count(text.begin(), text.end(), '/') >= 2 && text.front() != '/';
  return parts ? std::optional{std::string{text}} : std::nullopt;
}

void add_name(CLI::App& to, const shell& s, std::string& into) {
  add_parsed(to, s, "NAME", into, parse_name,
             {"tên cảnh báo, như `alerts list` ghi", "the alert's name, as `alerts list` has it"},
             word::name,
             {"cần tên cảnh báo như 22366/venue.over_capacity/22366-00017",
              "wants an alert's name such as 22366/venue.over_capacity/22366-00017"})
    ->required();
}

void add_order(CLI::App& family, shell& s, bool acknowledge) {
  auto* c =
    acknowledge
      ? add_command(family, s, "ack",
                    {"ghi nhận: đã có người lo việc này", "take note: somebody sees to it"},
                    "wardctl alerts ack 22366/risk.raised/22366.07")
      : add_command(family, s, "resolve",
                    {"khép lại một cảnh báo; gặp lại tình trạng ấy thì nó mở lại như mới",
                     "close an alert; if its condition is met again, it opens as a new one"},
                    "wardctl alerts resolve 22366/risk.raised/22366.07 --note 'đã gọi trạm y tế'");
  auto o = std::make_shared<alert_order>();
  o->acknowledge = acknowledge;
  add_name(*c, s, o->name);
  add_text(*c, s, "--note", o->note,
           {"ghi chú, đứng cạnh tên người làm", "a note, beside the name of who did it"},
           word::text);
  add_reach_options(*c, s);
  c->callback([&s, o] { order(s, *o); });
}

} // namespace

void add_alerts(CLI::App& app, shell& s) {
  auto* family =
    add_family(app, s, "alerts", {"cảnh báo đang mở của máy chủ", "the node's open alerts"},
               "wardctl alerts list");
  auto* l = add_command(
    *family, s, "list",
    {"cảnh báo chưa khép; của một phường: cũ trước, mới sau; của cấp trên: của chính nó trước, "
     "rồi theo đơn vị",
     "the alerts that are not resolved: of a ward the oldest first; of an area its own, then unit "
     "by unit"},
    "wardctl alerts list\nwardctl alerts list --limit 20 --json");
  auto most = std::make_shared<std::uint32_t>(0);
  add_number(*l, s, "--limit", *most, 1, 10'000'000,
             {"nhiều nhất bấy nhiêu cảnh báo", "at most so many"});
  l->callback([&s, most] { list(s, *most); });
  auto* c = add_command(*family, s, "show", {"một cảnh báo, đủ mọi mục", "one alert, all of it"},
                        "wardctl alerts show 22366/risk.raised/22366.07");
  auto name = std::make_shared<std::string>();
  add_name(*c, s, *name);
  c->callback([&s, name] { show(s, *name); });
  add_order(*family, s, true);
  add_order(*family, s, false);
}

} // namespace wardflow::wardctl
