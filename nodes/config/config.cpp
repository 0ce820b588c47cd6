// SPDX-License-Identifier: Apache-2.0
#include "nodes/config/config.hpp"

#include "actors/io/key_text.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace wardflow {

namespace {

constexpr std::array<std::string_view, 12> text_keys{
  "role",         "unit",        "folder",        "node_key",
  "province_key", "allow_list",  "scan_endpoint", "control_endpoint",
  "clock",        "clock_start", "parent",        "parent_key"};
constexpr std::array<std::string_view, 4> number_keys{"map_gib", "ballast_mib", "save_after_s",
                                                      "workers"};

io::failure bad(code why, const std::filesystem::path& file, const toml::node* at,
                const std::string& what) {
  auto line = at == nullptr ? 1u : at->source().begin.line;
  return {why, file.string() + ":" + std::to_string(line) + ": " + what};
}

/// A whole number in a range, where it is there at all; false where it is not one.
bool take_number(const toml::table& t, std::string_view key, unsigned least, unsigned most,
                 unsigned& value) {
  auto* node = t.get(key);
  if (node == nullptr)
    return true;
  auto number = node->value_exact<std::int64_t>();
  if (!number || *number < least || *number > most)
    return false;
  value = static_cast<unsigned>(*number);
  return true;
}

/// Both of a parent's settings, or none.
std::optional<io::failure> take_parent(const toml::table& t, const std::filesystem::path& file,
                                       node_config& c) {
  c.parent_endpoint = t["parent"].value_or(std::string{});
  auto text = t["parent_key"].value_or(std::string{});
  if (c.parent_endpoint.empty() && text.empty())
    return std::nullopt;
  auto key = io::parse_key(text);
  if (c.parent_endpoint.empty() || !key)
    return bad(code::config_malformed, file,
               t.get(c.parent_endpoint.empty() ? "parent_key" : "parent"),
               "a parent wants both: parent = \"tcp://HOST:PORT\" and parent_key = its public key");
  c.parent_key = *key;
  return std::nullopt;
}

} // namespace

io::outcome<node_config> read_config(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file))
    return io::failure{code::config_missing, file.string()};
  toml::table t;
  try {
    t = toml::parse_file(file.string());
  } catch (const toml::parse_error& e) {
    return io::failure{code::config_malformed, file.string() + ":" +
                                                 std::to_string(e.source().begin.line) + ": " +
                                                 std::string{e.description()}};
  }
  for (auto&& [key, node] : t) {
    auto is_text = std::find(text_keys.begin(), text_keys.end(), key.str()) != text_keys.end();
    auto is_number =
      std::find(number_keys.begin(), number_keys.end(), key.str()) != number_keys.end();
    if (!is_text && !is_number)
      return bad(code::config_key_unknown, file, &node, std::string{key.str()});
    if (is_text && !node.is_string())
      return bad(code::config_malformed, file, &node, std::string{key.str()} + ": wants a text");
  }
  node_config c;
  auto beside = [&](std::string_view key, std::string_view fallback) {
    std::filesystem::path path{t[key].value_or(std::string{fallback})};
    return path.is_absolute() ? path : file.parent_path() / path;
  };
  auto unit = unit_code::parse(t["unit"].value_or(std::string{}));
  if (!unit)
    return bad(code::config_malformed, file, t.get("unit"), "unit: a GSO code as text, \"22366\"");
  auto role = t["role"].value_or(std::string{"ward"});
  if (role != "ward" && role != "area")
    return bad(code::config_malformed, file, t.get("role"), "role: \"ward\" or \"area\"");
  c.role = role == "ward" ? node_role::ward : node_role::area;
  if (unit->is_ward() != (c.role == node_role::ward))
    return bad(code::unit_not_a_ward, file, t.get("unit"),
               "role \"ward\" wants five digits, role \"area\" two or three");
  c.unit = *unit;
  c.folder = beside("folder", ".");
  c.node_key = beside("node_key", "keys/node");
  c.province_key = beside("province_key", "keys/province");
  c.allow_list = beside("allow_list", "allow.toml");
  c.scan_endpoint = t["scan_endpoint"].value_or(c.scan_endpoint);
  c.control_endpoint = t["control_endpoint"].value_or(c.control_endpoint);
  if (auto failed = take_parent(t, file, c))
    return *failed;
  auto clock = t["clock"].value_or(std::string{"wall"});
  if (clock != "wall" && clock != "input")
    return bad(code::config_malformed, file, t.get("clock"), "clock: \"wall\" or \"input\"");
  c.clock = clock == "wall" ? node_clock::source::wall : node_clock::source::input;
  if (auto start = t["clock_start"].value_or(std::string{}); !start.empty()) {
    auto at = parse_time(start);
    if (auto day = parse_day(start))
      at = start_of(*day);
    if (!at || *at <= 0 || c.clock != node_clock::source::input)
      return bad(code::config_malformed, file, t.get("clock_start"),
                 "clock_start: a day such as 2021-10-20, with clock = \"input\" only");
    c.clock_start = *at;
  }
  if (!take_number(t, "map_gib", 1, 4096, c.map_gib))
    return bad(code::config_malformed, file, t.get("map_gib"), "map_gib: 1 to 4096");
  if (!take_number(t, "ballast_mib", 0, 4096, c.ballast_mib))
    return bad(code::config_malformed, file, t.get("ballast_mib"), "ballast_mib: 0 to 4096");
  if (!take_number(t, "save_after_s", 1, 3600, c.save_after_s))
    return bad(code::config_malformed, file, t.get("save_after_s"), "save_after_s: 1 to 3600");
  if (!take_number(t, "workers", 1, 64, c.workers))
    return bad(code::config_malformed, file, t.get("workers"), "workers: 1 to 64");
  return c;
}

} // namespace wardflow
