// SPDX-License-Identifier: Apache-2.0
#include "nodes/wardctl/target.hpp"

#include "actors/io/key_text.hpp"
#include "nodes/wardctl/target_table.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <string_view>
#include <system_error>

namespace wardflow::wardctl {

namespace {

constexpr std::array<std::string_view, 5> known_keys{"scans", "control", "node_key", "key",
                                                     "venue"};
constexpr std::uintmax_t file_bytes_max = 64u << 10;

std::filesystem::path with_name(const std::filesystem::path& given) {
  std::error_code ignored;
  return std::filesystem::is_directory(given, ignored) ? given / "target.toml" : given;
}

std::string variable(const char* name) {
  const auto* set = std::getenv(name);
  return set != nullptr ? set : "";
}

} // namespace

target_place find_target(const std::string& target_option, const std::string& context_option,
                         const std::string& current_context) {
  if (!target_option.empty())
    return {with_name(target_option), {}};
  if (!context_option.empty())
    return {{}, context_option};
  if (auto set = variable("WARDCTL_TARGET"); !set.empty())
    return {with_name(set), {}};
  if (auto set = variable("WARDCTL_CONTEXT"); !set.empty())
    return {{}, set};
  std::error_code ignored;
  std::filesystem::path here{"target.toml"};
  if (std::filesystem::exists(here, ignored))
    return {here, {}};
  auto below = std::filesystem::path{"ward"} / here;
  if (current_context.empty() || std::filesystem::exists(below, ignored))
    return {below, {}};
  return {{}, current_context};
}

io::failure bad_toml(code why, const std::filesystem::path& file, const toml::node* at,
                     const std::string& what) {
  auto line = at == nullptr ? 1u : at->source().begin.line;
  return {why, file.string() + ":" + std::to_string(line) + ": " + what};
}

io::outcome<toml::table> read_toml(const std::filesystem::path& file) {
  std::error_code unreadable;
  auto size = std::filesystem::file_size(file, unreadable);
  if (unreadable)
    return io::failure{code::config_missing, file.string() + ": " + unreadable.message()};
  if (size > file_bytes_max)
    return bad_toml(code::config_malformed, file, nullptr, "larger than a target's file");
  try {
    return toml::parse_file(file.string());
  } catch (const toml::parse_error& e) {
    return io::failure{code::config_malformed, file.string() + ":" +
                                                 std::to_string(e.source().begin.line) + ": " +
                                                 std::string{e.description()}};
  }
}

io::outcome<target> target_of(const toml::table& t, const std::filesystem::path& file) {
  for (auto&& [key, node] : t) {
    if (std::find(known_keys.begin(), known_keys.end(), key.str()) == known_keys.end())
      return bad_toml(code::config_key_unknown, file, &node, std::string{key.str()});
    if (!node.is_string())
      return bad_toml(code::config_malformed, file, &node,
                      std::string{key.str()} + ": wants a text");
  }
  auto text = [&](std::string_view key) { return t[key].value_or(std::string{}); };
  auto at = [&](std::string_view key) { return t.contains(key) ? t.get(key) : &t; };
  target out;
  out.file = file;
  out.scans = text("scans");
  out.control = text("control");
  auto node_key = io::parse_key(text("node_key"));
  if (!node_key)
    return bad_toml(code::config_malformed, file, at("node_key"),
                    "node_key: 64 hexadecimal digits, the node's public key");
  out.node_key = *node_key;
  out.key = text("key");
  if (out.key.empty())
    return bad_toml(code::config_malformed, file, at("key"), "key: the file of your own key");
  if (out.key.is_relative())
    out.key = file.parent_path() / out.key;
  if (auto venue = text("venue"); !venue.empty()) {
    auto id = parse_venue_id(venue);
    if (!id)
      return bad_toml(code::config_malformed, file, at("venue"), "venue: such as 22366-00017");
    out.venue = *id;
  }
  return out;
}

io::outcome<target> read_target(const std::filesystem::path& file) {
  auto t = read_toml(file);
  return t ? target_of(*t, file) : io::outcome<target>{t.why()};
}

void write_lines(std::ostream& out, const target& t) {
  auto line = [&](const char* key, const std::string& value) {
    if (!value.empty())
      out << key << " = " << toml::value{value} << '\n';
  };
  line("scans", t.scans);
  line("control", t.control);
  line("node_key", io::to_hex(t.node_key));
  line("key", t.key.string());
  line("venue", t.venue == venue_id{} ? std::string{} : to_text(t.venue));
}

code write_target(const std::filesystem::path& file, const target& t) {
  std::error_code ignored;
  if (std::filesystem::exists(file, ignored))
    return code::folder_exists;
  std::ofstream out{file};
  out << "# Where the node is, and the key to speak to it with. Paths are relative to this file.\n";
  write_lines(out, t);
  out.close();
  return out ? code::ok : code::file_write_failed;
}

} // namespace wardflow::wardctl
