// SPDX-License-Identifier: Apache-2.0
// wardctl contact set|remove|list: whom to ring up in each unit.
#include "nodes/wardctl/app.hpp"
#include "nodes/wardctl/help.hpp"
#include "nodes/wardctl/pages.hpp"
#include "nodes/wardctl/view.hpp"

namespace wardflow::wardctl {

namespace {

constexpr view_column columns[]{
  {"unit", "unit", phrase::unit, meaning::unit},
  {"name", "name", phrase::venue_name},
  {"phone", "phone", phrase::phone},
  {"note", "note", phrase::note, meaning::maybe},
};

void order(shell& s, const contact_order& what) {
  record r;
  r.text("name", s.heading(phrase::venue_name), what.row.name);
  if (!what.remove)
    r.text("phone", s.heading(phrase::phone), what.row.phone);
  if (!what.row.note.empty())
    r.text("note", s.heading(phrase::note), what.row.note);
  if (auto a = s.ask(what))
    s.conclude(a->code, r, what.row.name);
}

void list(shell& s, unit_code of) {
  query q;
  q.what = query_kind::contact_list;
  auto a = ask_all(s, q, contact_of_row, 0, of);
  if (!a)
    return;
  if (a->code != code::done)
    return s.fail(a->code, a->detail);
  s.print(view(s, *a, columns));
}

void add_name(CLI::App& to, const shell& s, std::string& into) {
  add_text(to, s, "NAME", into,
           {"tên đầu mối, mỗi tên một lần trong đơn vị", "its name, once in its unit"}, word::name)
    ->required();
}

} // namespace

void add_contact(CLI::App& app, shell& s) {
  auto* family = add_family(app, s, "contact",
                            {"số điện thoại hỗ trợ của các đơn vị", "the units' support numbers"},
                            "wardctl contact list");
  auto* set = add_command(
    *family, s, "set",
    {"ghi số điện thoại của một đầu mối, hoặc thay số đã có\n\n"
     "Của đơn vị mà nút này phục vụ. Số của phường được báo lên các cấp trên; số của cấp trên được "
     "gửi xuống mọi phường bên dưới. Ai hỏi được máy chủ đều đọc được.",
     "set the number of a contact, or a new one\n\n"
     "Of the unit that this node serves. A ward's go up to all levels above it; an area's go down "
     "to all wards below it. Whoever may ask a node may read them."},
    "wardctl contact set 'Trực ban' --phone '0258 3822 120' --note 'cả ngày lẫn đêm'");
  auto o = std::make_shared<contact_order>();
  add_name(*set, s, o->row.name);
  add_text(
    *set, s, "--phone", o->row.phone,
    {"số điện thoại: chữ số, dấu cách, + - . ( ) /", "the number: digits, blanks, + - . ( ) /"},
    word::number)
    ->required();
  add_text(*set, s, "--note", o->row.note, {"ghi chú, ví dụ giờ trực", "a note, such as its hours"},
           word::text);
  add_reach_options(*set, s);
  set->callback([&s, o] { order(s, *o); });

  auto* remove = add_command(*family, s, "remove",
                             {"bỏ một đầu mối của đơn vị", "take away a contact of the unit"},
                             "wardctl contact remove 'Trực ban'");
  auto gone = std::make_shared<contact_order>();
  gone->remove = true;
  add_name(*remove, s, gone->row.name);
  add_reach_options(*remove, s);
  remove->callback([&s, gone] { order(s, *gone); });

  auto* l = add_command(
    *family, s, "list",
    {"mọi đầu mối mà nút này biết: của cấp trên, của chính nó, rồi của các đơn vị bên dưới",
     "all that this node knows: of those above, its own, then of those below"},
    "wardctl contact list\nwardctl contact list --unit 22366 --json");
  auto of = std::make_shared<unit_code>();
  add_parsed(*l, s, "--unit", *of, unit_code::parse, {"của riêng đơn vị này", "of this unit alone"},
             word::unit, {"cần mã đơn vị như 22366", "wants a unit's code such as 22366"});
  l->callback([&s, of] { list(s, *of); });
}

} // namespace wardflow::wardctl
