// SPDX-License-Identifier: Apache-2.0
// RECORD: one thing with its fields, and perhaps a table that belongs to it.
//
//   fields · rows ──▶ render(people | json | csv)
//     people  titles, then `Heading   value` lines, then the table
//     json    ONE object; the rows under `list` as an array of objects
//     csv     the rows where there is a list, else the fields as one row
//
// Owns     its texts.
// Promise  as print.hpp: lines line up, JSON is valid, no cell takes over a terminal.
// Bound    the text is as large as what is in it.
#pragma once

#include "nodes/wardctl/print.hpp"

#include <string>
#include <vector>

namespace wardflow::wardctl {

struct record_field {
  std::string key;     // of JSON and CSV; empty: a title, for people only
  std::string heading; // for people
  std::string value;   // for programs, as `kind` says
  cell_kind kind = cell_kind::text;
  std::string shown; // for people, where it is not the value itself
};

struct record {
  std::vector<record_field> fields;
  std::string list; // key of `rows` in JSON; empty: the record has no table
  table rows;
  bool tells = false; // worth a look beside a refusal, too

  void title(std::string heading) { fields.push_back({{}, std::move(heading), {}, {}, {}}); }
  void text(std::string key, std::string heading, std::string value) {
    fields.push_back({std::move(key), std::move(heading), std::move(value), cell_kind::text, {}});
  }
  void number(std::string key, std::string heading, std::uint64_t value) {
    fields.push_back(
      {std::move(key), std::move(heading), std::to_string(value), cell_kind::number, {}});
  }
  void add(record_field field) { fields.push_back(std::move(field)); }
};

[[nodiscard]] std::string render(const record& what, output how);

} // namespace wardflow::wardctl
