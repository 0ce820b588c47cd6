// SPDX-License-Identifier: Apache-2.0
#include "nodes/wardctl/contexts.hpp"

#include "nodes/wardctl/new_file.hpp"
#include "nodes/wardctl/target_table.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <sstream>

namespace wardflow::wardctl {

namespace {

namespace fs = std::filesystem;

fs::path folder_in(const char* variable) {
  const auto* set = std::getenv(variable);
  fs::path folder{set != nullptr ? set : ""};
  return folder.is_absolute() ? folder : fs::path{}; // a relative one does not count
}

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// Reads `[context.NAME]` after `[context.NAME]` into the book.
io::outcome<context_book> read_all(const toml::table& named, const fs::path& file) {
  context_book book;
  for (auto&& [name, node] : named) {
    if (!is_context_name(name.str()) || !node.is_table())
      return bad_toml(code::config_malformed, file, &node, "context: wants [context.NAME]");
    auto one = target_of(*node.as_table(), file);
    if (!one)
      return one.why();
    one->context = std::string{name.str()};
    book.all.emplace(one->context, *one);
  }
  return book;
}

} // namespace

fs::path contexts_file() {
  auto folder = folder_in("XDG_CONFIG_HOME");
  if (folder.empty()) {
    folder = folder_in("HOME");
    if (folder.empty())
      return {};
    folder /= ".config";
  }
  return folder / "wardflow" / "contexts.toml";
}

bool is_context_name(std::string_view text) {
  if (text.empty() || text.size() > 64 || !is_letter_or_digit(text[0]))
    return false;
  for (auto c : text)
    if (!is_letter_or_digit(c) && c != '.' && c != '_' && c != '-')
      return false;
  return true;
}

io::outcome<context_book> read_contexts(const fs::path& file) {
  struct stat facts {};
  if (file.empty() || ::stat(file.c_str(), &facts) != 0)
    return context_book{};
  if ((facts.st_mode & 022) != 0) // whoever writes it sends commands to a node of his
    return io::failure{code::key_file_open_to_others,
                       file.string() + ": others may write it: needs mode 0600"};
  auto read = read_toml(file);
  if (!read)
    return read.why();
  auto& t = *read;
  for (auto&& [key, node] : t)
    if (key.str() != "current" && key.str() != "context")
      return bad_toml(code::config_key_unknown, file, &node, std::string{key.str()});
  context_book book;
  if (auto* named = t.get("context")) {
    if (!named->is_table())
      return bad_toml(code::config_malformed, file, named, "context: wants [context.NAME]");
    auto all = read_all(*named->as_table(), file);
    if (!all)
      return all;
    book = std::move(*all);
  }
  if (auto* current = t.get("current")) {
    book.current = current->value_or(std::string{});
    if (!book.all.contains(book.current))
      return bad_toml(code::config_malformed, file, current,
                      "current: wants the name of a context");
  }
  return book;
}

code write_contexts(const fs::path& file, const context_book& book) {
  std::ostringstream text;
  text << "# Nodes that wardctl speaks to by a name: `wardctl context`.\n";
  if (!book.current.empty())
    text << "current = " << toml::value{book.current} << '\n';
  for (auto& [name, one] : book.all) {
    text << "\n[context.\"" << name << "\"]\n"; // quoted: a name may have dots
    write_lines(text, one);
  }
  if (file.empty())
    return code::file_write_failed;
  std::error_code problem;
  if (!fs::exists(file.parent_path(), problem)) {
    fs::create_directories(file.parent_path(), problem);
    fs::permissions(file.parent_path(), fs::perms::owner_all, problem);
  }
  auto beside = file;
  beside += ".new-" + std::to_string(::getpid());
  if (write_new_file(beside, text.str()) != code::done)
    return code::file_write_failed;
  if (::rename(beside.c_str(), file.c_str()) == 0)
    return code::done;
  ::unlink(beside.c_str());
  return code::file_write_failed;
}

io::outcome<target> choose_target(const std::string& target_option,
                                  const std::string& context_option) {
  auto place = find_target(target_option, context_option);
  // The list is read when it is needed alone: a mistake in it stops nobody who names a file.
  std::error_code ignored;
  if (place.context.empty() && (!target_option.empty() || fs::exists(place.file, ignored)))
    return read_target(place.file);
  auto book = read_contexts(contexts_file());
  if (!book)
    return book.why();
  place = find_target(target_option, context_option, book->current);
  if (place.context.empty())
    return read_target(place.file);
  auto found = book->all.find(place.context);
  if (found == book->all.end())
    return io::failure{code::usage, "there is no context " + place.context};
  return found->second;
}

} // namespace wardflow::wardctl
