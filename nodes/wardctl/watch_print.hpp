// SPDX-License-Identifier: Apache-2.0
// WATCH PRINT: alerts one by one, and counts of many: for people, as JSON lines, as CSV.
//
//   event ─▶ line: severity (coloured too) · state · unit: kind, count, evidence · name
//                  {"what":"alert","offset":17,"name":...}        CSV: the same columns
//   add(alert) ... ─▶ digest: by unit and kind
//
// Owns     the digest's counts.
// Borrows  the shell, as long as it lives.
// Promise  one line for each event, with the same columns for all of them; what is coloured is
//          said in words too; no cell takes over a terminal.
// Bound    the digest: one count for each unit and kind, one state for each alert.
#pragma once

#include "nodes/wardctl/shell.hpp"
#include "nodes/wardctl/watch_stream.hpp"

#include <map>
#include <string>
#include <utility>

namespace wardflow::wardctl {

class watch_print {
public:
  explicit watch_print(shell& s) : shell_(s) {
    // nop
  }

  /// alert, open, gap, restored, unreadable; nothing for others. Does not flush.
  void show(const watch_event& e);
  /// The event as one JSON object and a line end: what a program gets.
  [[nodiscard]] static std::string json(const watch_event& e);

  void add(const alert& a);
  /// The counts so far, and forgets them.
  void digest();

private:
  struct sum {
    severity worst = severity::notice;
    std::uint64_t said = 0;                    // entries of the log
    std::map<std::string, alert_state> newest; // by subject
  };

  void show_row(std::vector<std::string> row);
  [[nodiscard]] std::string line(const watch_event& e) const;
  [[nodiscard]] std::string painted(severity how, alert_state state, std::string text) const;

  shell& shell_;
  bool headed_ = false;
  std::map<std::pair<unit_code, alert_kind>, sum> sums_;
};

} // namespace wardflow::wardctl
