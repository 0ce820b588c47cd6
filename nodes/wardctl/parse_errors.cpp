// SPDX-License-Identifier: Apache-2.0
#include "nodes/wardctl/parse_errors.hpp"

#include "nodes/wardctl/print.hpp"
#include "nodes/wardctl/shell.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <string_view>
#include <vector>

namespace wardflow::wardctl {

namespace {

std::string pick(both text, language tongue) {
  return std::string{tongue == language::vi ? text.vi : text.en};
}

std::string in_ticks(std::string_view what) {
  return "`" + for_terminal(what) + "`";
}

const CLI::App& deepest(const CLI::App& root) {
  const auto* app = &root;
  while (!app->get_subcommands().empty())
    app = app->get_subcommands().front();
  return *app;
}

/// How many letters have to be put in, taken out or changed.
std::size_t distance(std::string_view from, std::string_view to) {
  std::vector<std::size_t> row(to.size() + 1);
  for (std::size_t i = 0; i < row.size(); ++i)
    row[i] = i;
  for (std::size_t i = 0; i < from.size(); ++i) {
    auto corner = row[0]++;
    for (std::size_t j = 0; j < to.size(); ++j) {
      auto change = corner + (from[i] == to[j] ? 0u : 1u);
      corner = row[j + 1];
      row[j + 1] = std::min({change, corner + 1, row[j] + 1});
    }
  }
  return row.back();
}

/// The known word that `word` most likely was meant to be; empty where none is near.
std::string nearest(const std::string& word, const std::vector<std::string>& known) {
  std::string best;
  std::size_t least = word.size() / 3 + 1;
  for (auto& candidate : known) {
    auto d = distance(word, candidate);
    auto begun = word.size() >= 4 && candidate.starts_with(word); // --doc for --document
    if (begun || d <= least) {
      best = candidate;
      least = begun ? 0 : d;
    }
  }
  return best;
}

std::vector<std::string> options_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const auto* at = &app; at != nullptr; at = at->get_parent())
    for (const auto* option : at->get_options({}))
      for (const auto& name : option->get_lnames())
        names.push_back("--" + name);
  return names;
}

std::vector<std::string> commands_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const auto* sub : app.get_subcommands({}))
    names.push_back(sub->get_name());
  return names;
}

/// Words of the command line that belong nowhere; empty where there are none.
std::string unknown_words(const CLI::App& root, language tongue) {
  std::string out;
  auto& at = deepest(root);
  auto words = root.remaining(true);
  auto looks_like_option = [](const std::string& word) {
    return word.size() > 1 && word.front() == '-';
  };
  // What stands behind an unknown option is most likely its value.
  if (std::any_of(words.begin(), words.end(), looks_like_option))
    std::erase_if(words, [&](const std::string& word) { return !looks_like_option(word); });
  for (auto& word : words) {
    auto is_option = looks_like_option(word);
    auto is_command = !is_option && !at.get_subcommands({}).empty();
    auto name = word.substr(0, word.find('='));
    auto text = is_option    ? pick({"Không có tùy chọn ", "There is no option "}, tongue)
                : is_command ? pick({"Không có lệnh ", "There is no command "}, tongue)
                             : pick({"Thừa tham số ", "Too many arguments: "}, tongue);
    out += (out.empty() ? "" : " ") + text + in_ticks(name) + ".";
    auto near = is_option    ? nearest(name, options_of(at))
                : is_command ? nearest(name, commands_of(at))
                             : std::string{};
    if (!near.empty())
      out += pick({" Ý bạn là ", " Did you mean "}, tongue) + in_ticks(near) + "?";
    if (is_command)
      break; // what follows it cannot be judged
  }
  return out;
}

std::string list(const std::vector<std::string>& words) {
  std::string out;
  for (auto& word : words)
    out += (out.empty() ? "" : ", ") + word;
  return out;
}

/// By type: an ExtrasError's name is the program's.
template <class Kind>
bool is(const CLI::ParseError& error) {
  return dynamic_cast<const Kind*>(&error) != nullptr;
}

/// The part of CLI11's sentence that names the option: up to `end`.
std::string_view subject(std::string_view what, std::string_view end) {
  auto at = what.find(end);
  return at == std::string_view::npos ? std::string_view{} : what.substr(0, at);
}

/// `wanted` as a sentence about an option: a text of ours comes in the user's language already.
std::string sentence(both lead, std::string_view name, std::string_view rest, language tongue) {
  auto out = pick(lead, tongue) + in_ticks(name);
  return rest.empty() ? out + "." : out + ": " + for_terminal(rest) + ".";
}

std::string of_two(std::string_view what, std::string_view between, both join, language tongue) {
  auto at = what.find(between);
  if (at == std::string_view::npos)
    return for_terminal(what);
  return in_ticks(what.substr(0, at)) + pick(join, tongue) +
         in_ticks(what.substr(at + between.size())) + ".";
}

std::string missing(std::string_view what, const CLI::App& root, language tongue) {
  if (what.starts_with("A subcommand"))
    return pick({"Cần một lệnh: ", "A command is needed: "}, tongue) +
           list(commands_of(deepest(root))) + ".";
  auto name = subject(what, " is required");
  return name.empty() ? for_terminal(what)
                      : sentence({"Thiếu ", "This is missing: "}, name, {}, tongue);
}

std::string bad_value(std::string_view what, language tongue) {
  constexpr both lead{"Giá trị không đúng cho ", "Not a value for "};
  constexpr std::string_view convert = "Could not convert: ";
  if (what.starts_with(convert))
    return sentence(lead, subject(what.substr(convert.size()), " = "), {}, tongue);
  auto name = subject(what, ": ");
  return name.empty() ? for_terminal(what)
                      : sentence(lead, name, what.substr(name.size() + 2), tongue);
}

std::string lacks_value(std::string_view what, language tongue) {
  auto name = subject(what, ": ");
  return name.empty()
           ? for_terminal(what)
           : sentence({"Thiếu giá trị sau ", "A value is missing after "}, name, {}, tongue);
}

} // namespace

std::string explain(const CLI::ParseError& error, const CLI::App& root, language tongue) {
  std::string_view what = error.what();
  if (is<CLI::RequiredError>(error) || is<CLI::ExtrasError>(error))
    if (auto words = unknown_words(root, tongue); !words.empty())
      return words;
  if (is<CLI::RequiredError>(error))
    return missing(what, root, tongue);
  if (is<CLI::ValidationError>(error) || is<CLI::ConversionError>(error))
    return bad_value(what, tongue);
  if (is<CLI::ArgumentMismatch>(error))
    return lacks_value(what, tongue);
  if (is<CLI::ExcludesError>(error))
    return of_two(what, " excludes ", {" không đi cùng ", " does not go with "}, tongue);
  if (is<CLI::RequiresError>(error))
    return of_two(what, " requires ", {" cần có ", " needs "}, tongue);
  return for_terminal(what);
}

std::string help_call(const CLI::App& root) {
  std::string call;
  for (const auto* at = &deepest(root); at != nullptr; at = at->get_parent())
    call = at->get_name() + " " + call;
  return call + "--help";
}

} // namespace wardflow::wardctl
