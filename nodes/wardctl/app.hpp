// SPDX-License-Identifier: Apache-2.0
// wardctl: the operators' tool, and the generator, replayer and reference door.
//
//   argv ─▶ language ─▶ CLI::App with the subcommands below ─▶ one of them runs in a shell
//
// Owns     nothing beyond the call.
// Promise  every option has its help in both languages; every exit code is one of exit_code.
#pragma once

#include "nodes/wardctl/shell.hpp"

#include <iosfwd>

namespace wardflow::wardctl {

/// The whole program. Returns its exit code; no exception leaves it.
int run(int argc, const char* const* argv, std::istream& in, std::ostream& out, std::ostream& err);

/// All options and subcommands, for `run` and for tests of the help. `s` outlives `app`.
void furnish(CLI::App& app, shell& s);

// Each adds its subcommand, with all of its own: one file each.
void add_init(CLI::App& app, shell& s);
void add_keys(CLI::App& app, shell& s);
void add_restored(CLI::App& app, shell& s);
void add_venue(CLI::App& app, shell& s);
void add_group(CLI::App& app, shell& s);
void add_contact(CLI::App& app, shell& s);
void add_device(CLI::App& app, shell& s);
void add_card(CLI::App& app, shell& s);
void add_level(CLI::App& app, shell& s);
void add_rulebook(CLI::App& app, shell& s);
void add_alerts(CLI::App& app, shell& s);
void add_audit(CLI::App& app, shell& s);
void add_status(CLI::App& app, shell& s);
void add_watch(CLI::App& app, shell& s);
void add_nodes(CLI::App& app, shell& s);
void add_tree(CLI::App& app, shell& s);
void add_subscriptions(CLI::App& app, shell& s);
void add_counts(CLI::App& app, shell& s);
void add_verify(CLI::App& app, shell& s);
void add_clock(CLI::App& app, shell& s);
void add_simulate(CLI::App& app, shell& s);
void add_context(CLI::App& app, shell& s);
void add_doctor(CLI::App& app, shell& s);
void add_check(CLI::App& app, shell& s);
void add_door(CLI::App& app, shell& s);
void add_replay(CLI::App& app, shell& s);

} // namespace wardflow::wardctl
