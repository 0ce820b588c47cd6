// SPDX-License-Identifier: Apache-2.0
// KEY COPIES: `wardctl keys export` and `keys import`: a node's key on paper or a stick.
//
// Owns     nothing.
// Promise  a key leaves its file encrypted or not at all; nothing is written over.
// Bound    as key_copy.hpp.
#pragma once

#include "nodes/wardctl/shell.hpp"

namespace wardflow::wardctl {

/// Both commands, into the family `keys`.
void add_key_copies(CLI::App& family, shell& s);

} // namespace wardflow::wardctl
