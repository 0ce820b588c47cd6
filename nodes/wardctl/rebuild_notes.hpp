// SPDX-License-Identifier: Apache-2.0
// REBUILD NOTES: what a ward that was built anew has, and plainly what it has not.
//
// Owns     nothing.
// Promise  programs get fields, people sentences: all losses, whether somebody asked or not.
// Bound    none.
#pragma once

#include "nodes/wardctl/rebuild.hpp"
#include "nodes/wardctl/shell.hpp"

namespace wardflow::wardctl {

void add_figures(const shell& s, const rebuilt& what, record& r);
/// `new_key`: the node has another key than before.
void tell_losses(shell& s, const rebuilt& what, bool new_key);

} // namespace wardflow::wardctl
