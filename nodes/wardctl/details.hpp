// SPDX-License-Identifier: Apache-2.0
// DETAILS: what the lower parts say in English beside a code, in the user's language.
//
//   `venues.csv:7: a quote is not closed` ─▶ `venues.csv:7: dấu nháy không được đóng`
//
// Owns     the sentences, as constants of the program.
// Promise  each detail of the imports, key files and connections has its Vietnamese; one that is
//          not known here stays English rather than lost. Names, numbers, paths stay as they are.
// Bound    one fixed table, looked through.
#pragma once

#include "messages/texts.hpp"

#include <string>
#include <string_view>

namespace wardflow::wardctl {

[[nodiscard]] std::string detail_text(std::string_view english, language tongue);

} // namespace wardflow::wardctl
