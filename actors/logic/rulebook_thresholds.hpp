// SPDX-License-Identifier: Apache-2.0
// RULEBOOK THRESHOLDS  a rulebook's `[[alerts.threshold]]`. docs/rulebooks.md names every key.
//
// Owns     nothing.
// Borrows  the reader and the parsed table for the call.
// Promise  as the reader's: every mistake is reported with its line; at most one for each kind.
// Bound    the number of kinds.
#pragma once

#include "actors/logic/rulebook.hpp"
#include "actors/logic/rulebook_reader.hpp"

#include <set>
#include <string>
#include <vector>

namespace wardflow {

/// `root`: of a file with a section `alerts`; `documents`: what a source may name.
[[nodiscard]] std::vector<alert_threshold> read_thresholds(rulebook_reader& reader,
                                                           const toml::table& root,
                                                           const std::set<std::string>& documents);

} // namespace wardflow
