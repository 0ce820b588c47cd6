// SPDX-License-Identifier: Apache-2.0
// Texts of rulebooks for tests: the shipped files, and a small one to change and to break.
#pragma once

#include "actors/logic/rulebook_file.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

namespace wardflow::test {

inline constexpr std::string_view small_book = R"(version = 7
name = "small"
effective_from = 2021-10-16

[[document]]
number = "1/KH"
title = "a plan"

[[admission.rule]]
name = "no_red"
categories = ["market", "bar"]
colours = ["red"]
decision = "refuse"
reason = "colour_red"
text_vi = "vi"
text_en = "en"
source = "1/KH"

[admission.default]
decision = "admit"
text_vi = "vi"
text_en = "en"
source = "default"

[capacity.default]
text_vi = "vi"
text_en = "en"
source = "default"

[stale.default]
levels = "admits"
cards = "admits"
text_vi = "vi"
text_en = "en"
source = "default"

[stale.cards_age]
hours = 72
text_vi = "vi"
text_en = "en"
source = "default"

[colour.full_dose]
gives = "green"
waiting_days = 14
text_vi = "vi"
text_en = "en"
source = "default"

[colour.first_dose]
gives = "yellow"
waiting_days = 14
text_vi = "vi"
text_en = "en"
source = "default"

[colour.recovered]
gives = "green"
valid_days = 180
text_vi = "vi"
text_en = "en"
source = "default"

[colour.negative_test]
gives = "yellow"
valid_hours = 72
text_vi = "vi"
text_en = "en"
source = "default"

[colour.holder_level]
yellow_from = 3
red_from = 4
text_vi = "vi"
text_en = "en"
source = "default"
)";

/// The text with the first `from` replaced; the test fails when there is none.
inline std::string with(std::string_view text, std::string_view from, std::string_view to) {
  std::string changed{text};
  auto at = changed.find(from);
  BOOST_REQUIRE(at != std::string::npos);
  changed.replace(at, from.size(), to);
  return changed;
}

inline std::uint32_t line_of(std::string_view text, std::string_view what) {
  auto at = text.find(what);
  BOOST_REQUIRE(at != std::string_view::npos);
  auto line = 1u;
  for (std::size_t i = 0; i != at; ++i)
    line += text[i] == '\n' ? 1u : 0u;
  return line;
}

inline rulebook parsed(std::string_view text) {
  auto parse = parse_rulebook(text, "test.toml");
  for (const auto& error : parse.errors)
    BOOST_ERROR(to_text(error));
  BOOST_REQUIRE(parse.book.has_value());
  return std::move(*parse.book);
}

inline rulebook shipped(const std::string& stem) {
  std::ifstream file{std::string{WARDFLOW_SOURCE_DIR} + "/config/rulebooks/" + stem + ".toml"};
  BOOST_REQUIRE(file.good());
  std::stringstream text;
  text << file.rdbuf();
  return parsed(text.str());
}

} // namespace wardflow::test
