// SPDX-License-Identifier: Apache-2.0
// wardctl card import|show|revoke: facts of persons' cards. Identities go to the node, which makes
// pseudonyms of them; this program neither keeps nor prints one.
#include "nodes/wardctl/app.hpp"
#include "nodes/wardctl/imports.hpp"
#include "nodes/wardctl/view.hpp"

#include <istream>

namespace wardflow::wardctl {

namespace {

struct shown_fact {
  std::string_view name;
  phrase heading;
  meaning means;
};

constexpr shown_fact facts[]{
  {"known", phrase::facts_known, meaning::truth},
  {"revoked", phrase::revoked, meaning::truth},
  {"colour", phrase::card_colour, meaning::colour},
  {"group", phrase::group, meaning::maybe},
  {"first_dose", phrase::first_dose, meaning::maybe},
  {"full_dose", phrase::full_dose, meaning::maybe},
  {"recovered", phrase::recovered, meaning::maybe},
  {"pcr_negative_at", phrase::pcr_negative_at, meaning::moment},
  {"linked", phrase::linked, meaning::truth},
  {"scans", phrase::scans, meaning::number},
};

/// The identity as typed, or one line of standard input for `-`: it stays out of the shell's
/// history and the list of processes.
std::string identity_of(shell& s, const std::string& given) {
  if (given != "-")
    return given;
  std::string line;
  std::getline(s.in, line);
  while (!line.empty() && (line.back() == '\r' || line.back() == ' '))
    line.pop_back();
  return line;
}

std::string detail_of(const shell& s, const answer& a) {
  return a.code == code::card_malformed
           ? s.help({"IDENTITY: cần 12 hoặc 9 chữ số, QID 18 chữ số, hoặc số thẻ bảo hiểm y tế.",
                     "IDENTITY: wants 12 or 9 digits, a QID of 18, or a health-insurance number."})
           : a.detail;
}

void show(shell& s, const std::string& given) {
  query q;
  q.what = query_kind::card_show;
  q.identity = identity_of(s, given);
  auto a = s.ask(q);
  if (!a)
    return;
  if (a->code != code::done) {
    s.fail(a->code, detail_of(s, *a));
    return;
  }
  record r;
  for (auto& f : facts) {
    auto value = fact(*a, f.name);
    r.add({std::string{f.name}, s.heading(f.heading), for_program(f.means, value), kind_of(f.means),
           in_words(f.means, value, s.tongue)});
  }
  s.print(r);
}

void revoke(shell& s, const std::string& given, card_order order) {
  if (order.document.empty()) {
    s.fail(code::document_needed);
    return;
  }
  order.identity = identity_of(s, given);
  record r;
  r.text("document", s.heading(phrase::document), order.document);
  if (auto a = s.ask(order))
    s.conclude(a->code, r, detail_of(s, *a));
}

constexpr both identity_is{
  "số giấy tờ hoặc QID; `-`: đọc một dòng từ đầu vào, để số không nằm lại trong lịch sử lệnh",
  "ID number or QID; `-`: one line of standard input, so that it stays out of the history"};

} // namespace

void add_card(CLI::App& app, shell& s) {
  auto* family = add_family(app, s, "card", {"dữ liệu Thẻ Covid", "facts of Covid cards"},
                            "wardctl card show -");
  add_import(*family, s,
             {"nhập dữ liệu thẻ từ tệp CSV\n\nTệp dòng lỗi có cả số giấy tờ: xử lý xong thì xóa.",
              "import card facts from a CSV file\n\nThe file of bad lines holds ID numbers too: "
              "delete it when it is done."},
             "wardctl card import day/cards.csv", [&s](const import_options& o) {
               import_file<card_row>(
                 s, o, [](auto& rows) -> std::optional<std::vector<piece>> { return cut(rows); });
             });
  auto* c = add_command(*family, s, "show",
                        {"dữ liệu và màu thẻ của một người", "one person's facts and colour"},
                        "wardctl card show -");
  auto shown = std::make_shared<std::string>();
  add_text(*c, s, "IDENTITY", *shown, identity_is, word::id)->required();
  c->callback([&s, shown] { show(s, *shown); });
  auto* v = add_command(
    *family, s, "revoke",
    {"thu hồi thẻ của một người, hoặc trả lại thẻ", "revoke a person's card, or give it back"},
    "wardctl card revoke - --document 31/QĐ-TYT\n"
    "wardctl card revoke - --give-back --document 32/QĐ-TYT");
  struct options {
    std::string identity;
    card_order order;
    bool give_back = false;
  };
  auto o = std::make_shared<options>();
  add_text(*v, s, "IDENTITY", o->identity, identity_is, word::id)->required();
  add_document_option(*v, s, o->order.document);
  add_flag(*v, s, "--give-back", o->give_back, {"trả lại thẻ đã thu hồi", "give it back"});
  add_reach_options(*v, s);
  v->callback([&s, o] {
    o->order.revoke = !o->give_back;
    revoke(s, o->identity, o->order);
  });
}

} // namespace wardflow::wardctl
