// SPDX-License-Identifier: Apache-2.0
// wardctl venue add|import|list|show|suspend|reopen: the register of venues.
#include "nodes/wardctl/app.hpp"
#include "nodes/wardctl/imports.hpp"
#include "nodes/wardctl/pages.hpp"
#include "nodes/wardctl/venue_match.hpp"
#include "nodes/wardctl/view.hpp"

namespace wardflow::wardctl {

namespace {

constexpr view_column columns[]{
  {"venue", "id", phrase::venue_id_},
  {"name", "name", phrase::venue_name},
  {"category", "category", phrase::venue_category, meaning::category},
  {"address", "address", phrase::address, meaning::maybe},
  {"group", "group", phrase::group, meaning::maybe},
  {"capacity", "capacity", phrase::capacity, meaning::limit},
  {"opens", "opens", phrase::opens, meaning::maybe},
  {"closes", "closes", phrase::closes, meaning::maybe},
  {"phone", "phone", phrase::phone, meaning::maybe},
  {"suspended", "suspended", phrase::suspended, meaning::truth},
  {"document", "document", phrase::document, meaning::maybe},
};

/// A venue that never closes has no times; programs get none, people are told.
void prepare(const shell& s, answer& a) {
  split_state(a, "suspended");
  auto opens = column_at(a, "opens"), closes = column_at(a, "closes");
  for (auto& row : a.rows)
    if (opens < row.size() && closes < row.size() && row[opens] == row[closes]) {
      row[opens] = s.how == output::people ? s.heading(phrase::always_open) : "";
      row[closes].clear();
    }
}

/// What is not found in a register of venues is an unknown venue.
code unknown_here(code what) {
  return what == code::not_found ? code::venue_unknown : what;
}

void list(shell& s, std::uint32_t most) {
  auto a = ask_list(s, query_kind::venue_list, venue_of_row, most);
  if (!a)
    return;
  prepare(s, *a);
  s.print(view(s, *a, columns));
}

void show(shell& s, venue_id venue) {
  query q;
  q.what = query_kind::venue_show;
  q.venue = venue;
  auto a = s.ask(q);
  if (!a)
    return;
  if (a->code != code::done) {
    s.fail(unknown_here(a->code), to_text(venue));
    return;
  }
  prepare(s, *a);
  s.print(view_of_one(s, *a, columns));
}

void order(shell& s, const venue_order& what) {
  record r;
  r.text("venue", s.heading(phrase::venue), to_text(what.venue));
  r.text("document", s.heading(phrase::document), what.document);
  if (what.document.empty()) {
    s.fail(code::document_needed);
    return;
  }
  if (auto a = s.ask(what))
    s.conclude(unknown_here(a->code), r, to_text(what.venue));
}

void add_order(CLI::App& family, shell& s, bool suspend) {
  auto* c = suspend ? add_command(family, s, "suspend",
                                  {"đình chỉ một địa điểm: mọi lượt vào bị từ chối",
                                   "suspend a venue: every entry is refused"},
                                  "wardctl venue suspend 22366-00001 --document 12/QĐ-UBND\n"
                                  "wardctl venue suspend 22366-00002 --document 18/QĐ-UBND --unit "
                                  "22366")
                    : add_command(family, s, "reopen",
                                  {"cho một địa điểm bị đình chỉ hoạt động lại",
                                   "let a suspended venue open again"},
                                  "wardctl venue reopen 22366-00001 --document 15/QĐ-UBND");
  auto o = std::make_shared<venue_order>();
  o->suspend = suspend;
  add_venue_option(*c, s, "VENUE", o->venue, {"mã địa điểm", "the venue's id"})->required();
  add_document_option(*c, s, o->document);
  add_reach_options(*c, s);
  c->callback([&s, o] { order(s, *o); });
}

/// The cells of one row, as the options give them.
struct venue_cells {
  std::string id, name, category, address, group, capacity, opens, closes, phone;
  bool dry_run = false;
};

void add_one(shell& s, const venue_cells& o) {
  auto row = row_of<venue_row>(s, {{"id", o.id},
                                   {"name", o.name},
                                   {"category", o.category},
                                   {"address", o.address},
                                   {"group", o.group},
                                   {"capacity", o.capacity},
                                   {"opens", o.opens},
                                   {"closes", o.closes},
                                   {"phone", o.phone}});
  if (!row)
    return;
  auto a = s.ask(std::vector{record_of(*row)}, {.dry_run = o.dry_run});
  if (!a)
    return;
  record r;
  if (a->code == code::rows_refused && !a->rows.empty()) { // one row: its own reason
    auto number = std::string{cell_at(a->rows.front(), column_at(*a, "code"))};
    s.fail(static_cast<code>(std::stoul("0" + number)), o.name);
    return;
  }
  auto outcome = a->code == code::nothing_to_do ? code::already_so : a->code;
  r.text("id", s.heading(phrase::venue_id_), a->detail);
  r.text("name", s.heading(phrase::venue_name), row->name);
  s.conclude(outcome, r, a->detail);
}

void add_add(CLI::App& family, shell& s) {
  auto* c = add_command(
    family, s, "add", {"đăng ký một địa điểm", "register one venue"},
    "wardctl venue add --name 'Chợ Xóm Mới' --category market --group 22366.07 --capacity 400 "
    "--opens 05:00 --closes 18:30");
  auto o = std::make_shared<venue_cells>();
  add_text(*c, s, "--name", o->name, {"tên địa điểm", "the venue's name"}, word::name)->required();
  add_text(*c, s, "--category", o->category,
           {"loại, như market hoặc 'chợ'; danh sách ở docs/files.md",
            "category, such as market; docs/files.md lists them"},
           word::text)
    ->required();
  add_text(*c, s, "--group", o->group,
           {"tổ dân phố nơi đặt địa điểm, như 22366.07",
            "residential group where it stands, such as 22366.07"},
           word::id)
    ->required();
  add_text(*c, s, "--address", o->address, {"địa chỉ", "address"}, word::text);
  add_text(*c, s, "--capacity", o->capacity,
           {"sức chứa, số người; bỏ trống: không giới hạn riêng",
            "persons it holds; none: no limit of its own"},
           word::number);
  add_text(*c, s, "--opens", o->opens,
           {"giờ mở cửa; bỏ cả hai: mở cả ngày", "opening time; neither of both: always open"},
           word::hour);
  add_text(
    *c, s, "--closes", o->closes,
    {"giờ đóng cửa; nhỏ hơn giờ mở: qua nửa đêm", "closing time; before opens: past midnight"},
    word::hour);
  add_text(*c, s, "--phone", o->phone, {"điện thoại", "phone"}, word::text);
  add_text(*c, s, "--id", o->id,
           {"mã định trước; bỏ trống: máy chủ cấp số kế tiếp",
            "an id of your own; none: the node gives the next"},
           word::id);
  add_flag(*c, s, "--dry-run", o->dry_run,
           {"chỉ kiểm tra, không thay đổi gì", "check only, change nothing"});
  add_reach_options(*c, s);
  c->callback([&s, o] { add_one(s, *o); });
}

} // namespace

void add_venue(CLI::App& app, shell& s) {
  auto* family = add_family(app, s, "venue", {"danh bạ địa điểm", "the register of venues"},
                            "wardctl venue list");
  add_add(*family, s);
  add_import(*family, s,
             {"nhập địa điểm từ tệp CSV\n\nDòng không có mã mà trùng hẳn một địa điểm đã có thì "
              "được coi là địa điểm đó: nhập lại một tệp không thêm gì.",
              "import venues from a CSV file\n\nA row without an id that equals a venue of the "
              "register is that venue: importing a file twice adds nothing."},
             "wardctl venue import day/venues.csv --dry-run\nwardctl venue import day/venues.csv",
             [&s](const import_options& o) {
               import_file<venue_row>(s, o, [&s](auto& rows) -> std::optional<std::vector<piece>> {
                 if (!match_venues(s, rows.rows))
                   return std::nullopt;
                 return cut(rows);
               });
             });
  auto* l = add_command(*family, s, "list", {"danh sách địa điểm", "list the venues"},
                        "wardctl venue list --limit 20\nwardctl venue list --csv");
  auto most = std::make_shared<std::uint32_t>(0);
  add_number(*l, s, "--limit", *most, 1, 10'000'000,
             {"nhiều nhất bấy nhiêu địa điểm", "at most so many"});
  l->callback([&s, most] { list(s, *most); });
  auto* c = add_command(*family, s, "show", {"một địa điểm", "one venue"},
                        "wardctl venue show 22366-00001");
  auto venue = std::make_shared<venue_id>();
  add_venue_option(*c, s, "VENUE", *venue, {"mã địa điểm", "the venue's id"})->required();
  c->callback([&s, venue] { show(s, *venue); });
  add_order(*family, s, true);
  add_order(*family, s, false);
}

} // namespace wardflow::wardctl
