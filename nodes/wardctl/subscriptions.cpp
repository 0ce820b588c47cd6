// SPDX-License-Identifier: Apache-2.0
// wardctl subscriptions list|remove: who reads a node's alerts by name, and how far.
#include "nodes/wardctl/app.hpp"
#include "nodes/wardctl/help.hpp"
#include "nodes/wardctl/view.hpp"

namespace wardflow::wardctl {

namespace {

constexpr view_column columns[]{
  {"name", "name", phrase::reader},
  {"by", "by", phrase::key_name, meaning::maybe},
  {"unit", "unit", phrase::unit, meaning::maybe},
  {"connected", "connected", phrase::connected_, meaning::truth},
  {"behind", "behind", phrase::not_read, meaning::number},
  {"heard", "heard", phrase::last_heard, meaning::moment},
};

void list(shell& s) {
  query q;
  q.what = query_kind::subscription_list;
  auto a = s.ask(q);
  if (!a)
    return;
  if (a->code != code::done)
    return s.fail(a->code, a->detail);
  s.print(view(s, *a, columns));
}

void remove(shell& s, const std::string& name) {
  record r;
  r.text("name", s.heading(phrase::reader), name);
  if (auto a = s.ask(subscription_remove{name}))
    s.conclude(a->code, r, name);
}

} // namespace

void add_subscriptions(CLI::App& app, shell& s) {
  auto* family = add_family(app, s, "subscriptions",
                            {"những người nhận cảnh báo có tên (`watch --name`)",
                             "named readers of the alerts (`watch --name`)"},
                            "wardctl subscriptions list");
  auto* l = add_command(*family, s, "list",
                        {"ai nhận, và còn bao nhiêu mục chưa đọc", "who reads, and how far behind"},
                        "wardctl subscriptions list");
  l->callback([&s] { list(s); });
  auto* c = add_command(*family, s, "remove",
                        {"quên một người nhận: những gì chờ người ấy không còn được giữ riêng; nếu "
                         "đang nối thì bị ngắt",
                         "forget a reader: what waits for it is no longer kept for it; it is sent "
                         "away if it reads now"},
                        "wardctl subscriptions remove mail");
  auto name = std::make_shared<std::string>();
  add_text(*c, s, "NAME", *name, {"tên", "the name"}, word::name)->required();
  add_reach_options(*c, s);
  c->callback([&s, name] { remove(s, *name); });
}

} // namespace wardflow::wardctl
