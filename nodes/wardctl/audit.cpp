// SPDX-License-Identifier: Apache-2.0
// wardctl audit show|verify: who did what at a node, or tried to, and whether that record is whole.
#include "actors/disk/audit_log.hpp"
#include "nodes/wardctl/ages.hpp"
#include "nodes/wardctl/app.hpp"
#include "nodes/wardctl/help.hpp"
#include "nodes/wardctl/pages.hpp"
#include "nodes/wardctl/stopped_node.hpp"
#include "nodes/wardctl/view.hpp"

#include <charconv>

namespace wardflow::wardctl {

namespace {

constexpr int walk_wait_ms = 120'000;

constexpr view_column columns[]{
  {"number", "number", phrase::audit_row, meaning::number},
  {"time", "time", phrase::node_time, meaning::moment},
  {"round", "round", phrase::rounds, meaning::number},
  {"by", "by", phrase::who_, meaning::maybe},
  {"unit", "unit", phrase::unit, meaning::maybe},
  {"role", "role", phrase::role, meaning::person},
  {"way", "way", phrase::how_it_came, meaning::way},
  {"deed", "deed", phrase::deed_, meaning::deed},
  {"to", "for", phrase::for_unit, meaning::maybe},
  {"subject", "subject", phrase::alert_subject, meaning::evidence},
  {"document", "document", phrase::document, meaning::maybe},
  {"outcome", "outcome", phrase::outcome_, meaning::outcome},
  {"times", "times", phrase::times_, meaning::number},
  {"command", "command", phrase::command_, meaning::maybe},
};

/// What fits on a screen.
constexpr view_column columns_for_people[]{
  {"time", "time", phrase::node_time, meaning::moment},
  {"by", "by", phrase::who_},
  {"unit", "unit", phrase::unit},
  {"role", "role", phrase::role, meaning::person},
  {"way", "way", phrase::how_it_came, meaning::way},
  {"deed", "deed", phrase::deed_, meaning::deed},
  {"subject", "subject", phrase::alert_subject, meaning::evidence},
  {"document", "document", phrase::document},
  {"times", "times", phrase::times_, meaning::number},
  {"outcome", "outcome", phrase::outcome_, meaning::outcome},
};

struct show_options {
  time_ms since = 0, until = 0; // negative: so long before the node's now
  std::string by;
  std::uint32_t most = 0;
};

std::uint64_t number_of_row(const answer& page, const std::vector<std::string>& row) {
  auto text = cell_at(row, column_at(page, "number"));
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

void list(shell& s, const show_options& o) {
  query q;
  q.what = query_kind::audit_list;
  q.since = o.since;
  q.until = o.until;
  q.by = o.by;
  auto a = ask_all(s, q, number_of_row, o.most);
  if (!a)
    return;
  if (a->code != code::done)
    return s.fail(a->code, a->detail);
  if (s.how == output::people)
    s.print(view(s, *a, columns_for_people));
  else
    s.print(view(s, *a, columns));
}

void show_report(shell& s, const audit_report& v) {
  record r;
  r.tells = true;
  r.number("first", s.heading(phrase::audit_first), v.first);
  r.number("rows", s.heading(phrase::audit_rows), v.rows);
  if (v.broken != 0 || s.how != output::people)
    r.add({"broken",
           s.heading(phrase::broken_row),
           v.broken == 0 ? std::string{} : std::to_string(v.broken),
           cell_kind::number,
           {}});
  r.text("hash", s.heading(phrase::audit_hash), v.hash);
  s.conclude(v.result, r, v.detail);
}

void verify(shell& s) {
  query q;
  q.what = query_kind::audit_list;
  q.check = true;
  auto a = s.ask(q, {.wait_ms = walk_wait_ms});
  if (!a)
    return;
  if (a->code != code::audit_whole && a->code != code::audit_broken)
    return s.fail(a->code, a->detail);
  audit_report v;
  v.result = a->code;
  v.detail = a->detail;
  v.first = number_fact(*a, "first");
  v.rows = number_fact(*a, "rows");
  v.broken = number_fact(*a, "broken");
  v.hash = fact(*a, "hash");
  show_report(s, v);
}

void verify_folder(shell& s, const std::string& folder) {
  if (auto node = open_stopped(s, folder, "wardctl audit verify"))
    show_report(s, verify_audit(node->disk));
}

/// A time, a day (its begin), or so long before the node's now.
std::optional<time_ms> parse_moment(std::string_view text) {
  if (auto span = parse_span(text))
    return -*span;
  if (auto day = parse_day(text); day && *day != 0)
    return start_of(*day);
  auto at = parse_time(text);
  return at && *at > 0 ? at : std::nullopt;
}

void add_moment(CLI::App& to, const shell& s, const char* name, time_ms& into, both what) {
  add_parsed(to, s, name, into, parse_moment, what, word::time,
             {"cần một ngày, một lúc như 2021-10-20T07:00, hoặc một khoảng như 2h",
              "wants a day, a time such as 2021-10-20T07:00, or a length such as 2h"});
}

} // namespace

void add_audit(CLI::App& app, shell& s) {
  auto* family = add_family(app, s, "audit",
                            {"sổ kiểm tra: ai đã làm gì, hoặc bị từ chối, qua đường nào",
                             "the audit log: who did what, or was refused, and how it came"},
                            "wardctl audit show");
  auto* l =
    add_command(*family, s, "show",
                {"các dòng của sổ, cũ trước, mới sau; dành cho người vận hành và giám sát",
                 "its rows, oldest first; for operators and supervisors"},
                "wardctl audit show\nwardctl audit show --since 2h --by operator\n"
                "wardctl audit show --since 2021-10-20 --until 2021-10-21 --limit 20 --csv");
  auto o = std::make_shared<show_options>();
  add_moment(*l, s, "--since", o->since,
             {"từ lúc này (2021-10-20T07:00), ngày này, hoặc 2h (30m, 3d) trước",
              "from this time (2021-10-20T07:00), this day, or 2h (30m, 3d) ago on"});
  add_moment(*l, s, "--until", o->until,
             {"trước lúc ấy; cách viết như --since", "before then; written as --since is"});
  add_text(*l, s, "--by", o->by, {"chỉ của khóa mang tên này", "of the key of this name alone"},
           word::name);
  add_number(*l, s, "--limit", o->most, 1, 10'000'000,
             {"nhiều nhất bấy nhiêu dòng", "at most so many rows"});
  l->callback([&s, o] { list(s, *o); });
  auto* v = add_command(
    *family, s, "verify",
    {"sổ còn nguyên vẹn không: mỗi dòng mang mã băm của dòng trước\n\n"
     "Mã thoát 5 khi có dòng bị sửa, mất hay thừa; dòng đầu tiên như thế được nêu.",
     "is it whole: each row carries the hash of the one before it\n\n"
     "Exit code 5 when a row was changed, is missing or was put in; the first such row is named."},
    "wardctl audit verify\nwardctl audit verify --folder ward");
  auto folder = std::make_shared<std::string>();
  add_text(*v, s, "--folder", *folder,
           {"thư mục của một máy chủ đã dừng, có node.toml",
            "a stopped node's folder, with its node.toml"},
           word::folder);
  v->callback([&s, folder] { folder->empty() ? verify(s) : verify_folder(s, *folder); });
}

} // namespace wardflow::wardctl
