// SPDX-License-Identifier: Apache-2.0
// wardctl group import|list: the register of residential groups.
#include "nodes/wardctl/app.hpp"
#include "nodes/wardctl/imports.hpp"
#include "nodes/wardctl/pages.hpp"
#include "nodes/wardctl/view.hpp"

namespace wardflow::wardctl {

namespace {

constexpr view_column columns[]{
  {"group", "group", phrase::group},
  {"name", "name", phrase::venue_name},
};

void list(shell& s) {
  if (auto a = ask_list(s, query_kind::group_list, group_of_row))
    s.print(view(s, *a, columns));
}

} // namespace

void add_group(CLI::App& app, shell& s) {
  auto* family = add_family(app, s, "group", {"danh bạ tổ dân phố", "the residential groups"},
                            "wardctl group list");
  add_import(*family, s, {"nhập tổ dân phố từ tệp CSV", "import groups from a CSV file"},
             "wardctl group import day/groups.csv", [&s](const import_options& o) {
               import_file<group_row>(
                 s, o, [](auto& rows) -> std::optional<std::vector<piece>> { return cut(rows); });
             });
  auto* l = add_command(*family, s, "list", {"danh sách tổ dân phố", "list the groups"},
                        "wardctl group list");
  l->callback([&s] { list(s); });
}

} // namespace wardflow::wardctl
