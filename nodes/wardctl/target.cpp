// SPDX-License-Identifier: Apache-2.0
#include "nodes/wardctl/target.hpp"

#include "actors/io/key_text.hpp"

#include <toml++/toml.h>

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

io::failure bad(code why, const std::filesystem::path& file, const toml::node* at,
                const std::string& what) {
  auto line = at == nullptr ? 1u : at->source().begin.line;
  return {why, file.string() + ":" + std::to_string(line) + ": " + what};
}

std::filesystem::path with_name(const std::filesystem::path& given) {
  std::error_code ignored;
  return std::filesystem::is_directory(given, ignored) ? given / "target.toml" : given;
}

} // namespace

std::filesystem::path find_target(const std::string& option) {
  if (!option.empty())
    return with_name(option);
  if (const auto* set = std::getenv("WARDCTL_TARGET"); set != nullptr && *set != '\0')
    return with_name(set);
  std::error_code ignored;
  std::filesystem::path here{"target.toml"};
  return std::filesystem::exists(here, ignored) ? here : std::filesystem::path{"ward"} / here;
}

io::outcome<target> read_target(const std::filesystem::path& file) {
  std::error_code unreadable;
  auto size = std::filesystem::file_size(file, unreadable);
  if (unreadable)
    return io::failure{code::config_missing, file.string() + ": " + unreadable.message()};
  if (size > file_bytes_max)
    return bad(code::config_malformed, file, nullptr, "larger than a target's file");
  toml::table t;
  try {
    t = toml::parse_file(file.string());
  } catch (const toml::parse_error& e) {
    return io::failure{code::config_malformed, file.string() + ":" +
                                                 std::to_string(e.source().begin.line) + ": " +
                                                 std::string{e.description()}};
  }
  for (auto&& [key, node] : t) {
    if (std::find(known_keys.begin(), known_keys.end(), key.str()) == known_keys.end())
      return bad(code::config_key_unknown, file, &node, std::string{key.str()});
    if (!node.is_string())
      return bad(code::config_malformed, file, &node, std::string{key.str()} + ": wants a text");
  }
  auto text = [&](std::string_view key) { return t[key].value_or(std::string{}); };
  target out;
  out.file = file;
  out.scans = text("scans");
  out.control = text("control");
  auto node_key = io::parse_key(text("node_key"));
  if (!node_key)
    return bad(code::config_malformed, file, t.get("node_key"),
               "node_key: 64 hexadecimal digits, the node's public key");
  out.node_key = *node_key;
  out.key = text("key");
  if (out.key.empty())
    return bad(code::config_malformed, file, t.get("key"), "key: the file of your own key");
  if (out.key.is_relative())
    out.key = file.parent_path() / out.key;
  if (auto venue = text("venue"); !venue.empty()) {
    auto id = parse_venue_id(venue);
    if (!id)
      return bad(code::config_malformed, file, t.get("venue"), "venue: such as 22366-00017");
    out.venue = *id;
  }
  return out;
}

code write_target(const std::filesystem::path& file, const target& t) {
  std::error_code ignored;
  if (std::filesystem::exists(file, ignored))
    return code::folder_exists;
  std::ofstream out{file};
  out << "# Where the node is, and the key to speak to it with. Paths are relative to this file.\n";
  auto line = [&](const char* key, const std::string& value) {
    if (!value.empty())
      out << key << " = " << toml::value{value} << '\n';
  };
  line("scans", t.scans);
  line("control", t.control);
  line("node_key", io::to_hex(t.node_key));
  line("key", t.key.string());
  line("venue", t.venue == venue_id{} ? std::string{} : to_text(t.venue));
  out.close();
  return out ? code::ok : code::file_write_failed;
}

} // namespace wardflow::wardctl
