// SPDX-License-Identifier: Apache-2.0
// WORD ORDER: options that belong to a command may stand before it too, as people say them:
// `wardctl --node city --unit 22366 venue suspend ...`.
//
// Owns     nothing.
// Promise  the words are the same, in an order in which each option stands with what takes it; what
//          a command does not take is an error there, as if it had been written behind it.
#pragma once

#include <string>
#include <vector>

namespace wardflow::wardctl {

/// Of the words before the command: `--unit`, `--expires` and `--wait` go to the end, before any
/// `--`; `--node NAME` is `--context NAME`. The program's own name is not among the words.
[[nodiscard]] std::vector<std::string> in_order(std::vector<std::string> words);

} // namespace wardflow::wardctl
