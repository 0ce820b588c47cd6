// SPDX-License-Identifier: Apache-2.0
// wardctl level set|import|list: the daily risk level of each residential group.
#include "actors/io/clock.hpp"
#include "actors/logic/import_cells.hpp"
#include "nodes/wardctl/app.hpp"
#include "nodes/wardctl/imports.hpp"
#include "nodes/wardctl/pages.hpp"
#include "nodes/wardctl/view.hpp"

namespace wardflow::wardctl {

namespace {

constexpr view_column columns[]{
  {"group", "group", phrase::group},
  {"scale", "scale", phrase::scale},
  {"level", "level", phrase::level, meaning::number},
  {"effective_from", "effective_from", phrase::effective_from},
  {"issuer", "issuer", phrase::issuer},
  {"document", "document", phrase::document, meaning::maybe},
  {"published_at", "published_at", phrase::published_at, meaning::moment},
};

std::string level_in_words(std::string_view scale, std::string_view level, language tongue) {
  auto known = parse_scale(scale);
  auto number = level.size() == 1 ? static_cast<unsigned>(level[0] - '0') : 0u;
  return std::string{level_name(known.value_or(risk_scale::resolution_128), number, tongue)};
}

void list(shell& s, day_number day) {
  auto a = ask_list(s, query_kind::level_list, level_of_row, 0, day);
  if (!a)
    return;
  auto t = view(s, *a, columns);
  if (s.how == output::people) {
    auto scale_at = column_at(*a, "scale"), level_at = column_at(*a, "level");
    for (std::size_t i = 0; i != t.rows.size(); ++i) {
      auto scale = cell_at(a->rows[i], scale_at);
      t.rows[i][1] = s.heading(scale == "decision_2686" ? phrase::scale_2686 : phrase::scale_128);
      t.rows[i][2] = level_in_words(scale, cell_at(a->rows[i], level_at), s.tongue);
    }
    t.columns[2].kind = cell_kind::text;
  }
  s.print(t);
}

struct level_cells {
  std::string group, scale = "resolution_128", level, from, issuer, document;
};

/// The node's own today: it may live by the time of a replay. Empty after `fail`.
std::string today_of_node(shell& s) {
  auto a = s.ask(query{});
  return a ? std::string{fact(*a, "today")} : std::string{};
}

void set(shell& s, level_cells o) {
  if (o.document.empty()) {
    s.fail(code::document_needed);
    return;
  }
  if (o.from.empty() && (o.from = today_of_node(s)).empty())
    return;
  auto row = row_of<level_row>(s, {{"group", o.group},
                                   {"scale", o.scale},
                                   {"level", o.level},
                                   {"effective_from", o.from},
                                   {"issuer", o.issuer},
                                   {"document", o.document}});
  if (!row)
    return;
  auto a = s.ask(std::vector{update_of(*row, io::wall_ms())});
  if (!a)
    return;
  record r;
  r.text("group", s.heading(phrase::group), o.group);
  r.add({"level", s.heading(phrase::level), o.level, cell_kind::number,
         level_in_words(scale_name(row->scale), o.level, s.tongue)});
  r.text("effective_from", s.heading(phrase::effective_from), o.from);
  r.text("document", s.heading(phrase::document), o.document);
  s.conclude(a->code == code::nothing_to_do ? code::already_so : a->code, r, o.group);
}

void add_set(CLI::App& family, shell& s) {
  auto* c = add_command(
    family, s, "set",
    {"đặt cấp độ dịch của một tổ dân phố cho một ngày", "set a group's risk level for a day"},
    "wardctl level set --group 22366.07 --level 2 --effective-from 2021-10-20 "
    "--issuer 'Trạm y tế phường' --document 15/TB-TYT");
  auto o = std::make_shared<level_cells>();
  add_text(*c, s, "--group", o->group, {"tổ dân phố, như 22366.07", "group, such as 22366.07"},
           word::id)
    ->required();
  add_text(*c, s, "--level", o->level, {"cấp, từ 1 đến 4", "level, 1 to 4"}, word::number)
    ->required();
  add_text(*c, s, "--scale", o->scale,
           {"thang: resolution_128 (mặc định) hoặc decision_2686",
            "scale: resolution_128 (default) or decision_2686"},
           word::text);
  add_text(*c, s, "--effective-from", o->from,
           {"ngày áp dụng (mặc định: hôm nay theo máy chủ)", "its day (default: the node's today)"},
           word::day);
  add_text(*c, s, "--issuer", o->issuer, {"cơ quan ban hành", "who set it"}, word::name)
    ->required();
  add_document_option(*c, s, o->document);
  add_reach_options(*c, s);
  c->callback([&s, o] { set(s, *o); });
}

} // namespace

void add_level(CLI::App& app, shell& s) {
  auto* family = add_family(app, s, "level", {"cấp độ dịch hằng ngày", "the daily risk levels"},
                            "wardctl level list");
  add_set(*family, s);
  add_import(*family, s, {"nhập cấp độ dịch từ tệp CSV", "import levels from a CSV file"},
             "wardctl level import day/levels.csv", [&s](const import_options& o) {
               import_file<level_row>(s, o, [](auto& rows) -> std::optional<std::vector<piece>> {
                 return cut(rows, io::wall_ms());
               });
             });
  auto* l = add_command(*family, s, "list",
                        {"cấp độ dịch của hôm nay và sắp tới, hoặc của một ngày",
                         "levels of today and to come, or of one day"},
                        "wardctl level list\nwardctl level list --day 2021-10-20 --csv");
  auto day = std::make_shared<day_number>();
  add_day_option(*l, s, "--day", *day, {"chỉ ngày này", "this day alone"});
  l->callback([&s, day] { list(s, *day); });
}

} // namespace wardflow::wardctl
