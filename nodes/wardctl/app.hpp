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

/// The whole program. Returns its exit code.
int run(int argc, const char* const* argv, std::istream& in, std::ostream& out, std::ostream& err);

// Each adds its subcommand: one file each.
void add_status(CLI::App& app, shell& s);

} // namespace wardflow::wardctl
