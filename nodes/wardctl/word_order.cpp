// SPDX-License-Identifier: Apache-2.0
#include "nodes/wardctl/word_order.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>

namespace wardflow::wardctl {

namespace {

constexpr std::array<std::string_view, 3> of_commands{"--unit", "--expires", "--wait"};
constexpr std::array<std::string_view, 3> of_the_program{"--lang", "--target", "--context"};
constexpr std::string_view node = "--node";

template <class Names>
bool has(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

} // namespace

std::vector<std::string> in_order(std::vector<std::string> words) {
  std::vector<std::string> moved;
  auto at = words.begin();
  while (at != words.end() && at->starts_with("--") && *at != "--") {
    auto name = std::string_view{*at}.substr(0, at->find('='));
    if (name == node) {
      at->replace(0, node.size(), "--context");
      name = of_the_program.back();
    }
    auto of_command = has(of_commands, name);
    auto two = (of_command || has(of_the_program, name)) && at->find('=') == std::string::npos &&
               std::next(at) != words.end();
    auto end = std::next(at, two ? 2 : 1);
    if (of_command) {
      moved.insert(moved.end(), std::make_move_iterator(at), std::make_move_iterator(end));
      at = words.erase(at, end);
    } else {
      at = end;
    }
  }
  auto behind = std::find(at, words.end(), "--");
  words.insert(behind, std::make_move_iterator(moved.begin()),
               std::make_move_iterator(moved.end()));
  return words;
}

} // namespace wardflow::wardctl
