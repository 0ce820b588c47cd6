// SPDX-License-Identifier: Apache-2.0
// wardctl status: how the node is, the doubtful clock first.
#include "nodes/wardctl/app.hpp"

#include <CLI/CLI.hpp>

namespace wardflow::wardctl {

namespace {

void show(shell& s) {
  auto a = s.ask(query{});
  if (!a)
    return;
  table t;
  t.columns = {{"name", "", cell_kind::text}, {"value", "", cell_kind::text}};
  for (auto& [name, value] : a->facts)
    t.add({name, value});
  s.print(t);
}

} // namespace

void add_status(CLI::App& app, shell& s) {
  auto* c = app.add_subcommand("status", s.help({"tình trạng máy chủ", "how the node is"}));
  c->footer("wardctl status --json");
  c->callback([&s] { show(s); });
}

} // namespace wardflow::wardctl
