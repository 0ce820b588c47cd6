// SPDX-License-Identifier: Apache-2.0
#include "tests/support/page_examples.hpp"

#include <fstream>

namespace wardflow::test {

namespace {

constexpr std::string_view any = "…";

bool fit_from(const std::vector<std::string>& lines, std::size_t at,
              const std::vector<std::string>& patterns, std::size_t next) {
  if (next == patterns.size())
    return at == lines.size();
  if (patterns[next] == any) {
    for (auto i = at; i <= lines.size(); ++i)
      if (fit_from(lines, i, patterns, next + 1))
        return true;
    return false;
  }
  return at < lines.size() && fits(lines[at], patterns[next]) &&
         fit_from(lines, at + 1, patterns, next + 1);
}

} // namespace

std::vector<page_example> page_examples(const std::string& file) {
  constexpr std::string_view note_begins = " # exit code ";
  std::vector<page_example> all;
  std::ifstream page{file};
  auto inside = false;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("```")) {
      inside = line == "```console";
    } else if (inside && line.starts_with("$ ")) {
      auto& e = all.emplace_back();
      auto note = line.find(note_begins);
      e.command = line.substr(2, note == line.npos ? note : note - 2);
      if (note != line.npos)
        e.codes = line.substr(note + note_begins.size());
    } else if (inside) {
      all.back().output.push_back(line);
    }
  }
  return all;
}

bool fits(std::string_view line, std::string_view pattern) {
  auto at = pattern.find(any);
  if (at == pattern.npos)
    return line == pattern;
  if (!line.starts_with(pattern.substr(0, at)))
    return false;
  auto rest = pattern.substr(at + any.size());
  for (auto i = at; i <= line.size(); ++i)
    if (fits(line.substr(i), rest))
      return true;
  return false;
}

bool fit(const std::vector<std::string>& lines, const std::vector<std::string>& patterns) {
  return fit_from(lines, 0, patterns, 0);
}

} // namespace wardflow::test
