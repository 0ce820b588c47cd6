// SPDX-License-Identifier: Apache-2.0
// wardctl clock accept: tells a node that doubts its clock to believe it.
#include "nodes/wardctl/app.hpp"
#include "nodes/wardctl/help.hpp"
#include "nodes/wardctl/view.hpp"

namespace wardflow::wardctl {

namespace {

void accept(shell& s) {
  auto a = s.ask(clock_accept{});
  if (!a)
    return;
  record r;
  auto at = time_text(a->node_time);
  r.add({"node_time", s.heading(phrase::node_time), at, cell_kind::text,
         in_words(meaning::moment, at, s.tongue)});
  s.conclude(a->code, r, a->detail);
}

} // namespace

void add_clock(CLI::App& app, shell& s) {
  auto* family = add_family(app, s, "clock", {"đồng hồ của máy chủ", "the node's clock"},
                            "wardctl clock accept");
  auto* c = add_command(*family, s, "accept",
                        {"xác nhận đồng hồ máy chủ đã đúng; chỉ làm sau khi đã chỉnh giờ hệ thống",
                         "says that the node's clock is right; set the system clock first"},
                        "wardctl clock accept");
  add_reach_options(*c, s);
  c->callback([&s] { accept(s); });
}

} // namespace wardflow::wardctl
