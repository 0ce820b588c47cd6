// SPDX-License-Identifier: Apache-2.0
#include "nodes/wardctl/units.hpp"

#include "nodes/wardctl/shipped_files.hpp"

#include <algorithm>
#include <array>

namespace wardflow::wardctl {

namespace {

std::vector<unit> read_catalogue() {
  std::vector<unit> units;
  auto text = shipped::khanh_hoa_units;
  text.remove_prefix(text.find('\n') + 1);
  while (!text.empty()) {
    auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    std::array<std::string_view, 5> cells;
    for (auto& cell : cells) {
      cell = line.substr(0, line.find(','));
      line.remove_prefix(std::min(line.size(), cell.size() + 1));
    }
    if (auto code = unit_code::parse(cells[1]))
      units.push_back(
        {*code, unit_code::parse(cells[2]).value_or(unit_code{}), cells[3], cells[4]});
  }
  return units;
}

const std::vector<unit>& catalogue() {
  static const auto units = read_catalogue();
  return units;
}

/// Small letters, as far as names of the catalogue begin with them: A to Z, and Đ.
std::string small(std::string_view text) {
  std::string out{text};
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (out[i] >= 'A' && out[i] <= 'Z')
      out[i] = static_cast<char>(out[i] + ('a' - 'A'));
    else if (out.compare(i, 2, "Đ") == 0)
      out.replace(i, 2, "đ");
  }
  return out;
}

std::string with_kind(const unit& what) {
  return small(what.kind) + " " + std::string{what.name};
}

} // namespace

std::optional<unit> find_unit(unit_code code) {
  for (auto& u : catalogue())
    if (u.code == code)
      return u;
  return std::nullopt;
}

std::vector<unit> units_below(unit_code code) {
  std::vector<unit> below;
  for (auto& u : catalogue())
    if (u.parent == code)
      below.push_back(u);
  return below;
}

std::vector<unit> units_named(std::string_view name) {
  std::vector<unit> found;
  auto wanted = small(name);
  for (auto& u : catalogue())
    if (small(u.name) == wanted || small(with_kind(u)) == wanted)
      found.push_back(u);
  return found;
}

std::string full_name(const unit& what) {
  auto text = with_kind(what);
  for (auto above = find_unit(what.parent); above; above = find_unit(above->parent))
    text += ", " + with_kind(*above);
  return text;
}

std::string short_name(std::string_view code) {
  auto parsed = unit_code::parse(code);
  auto known = parsed ? find_unit(*parsed) : std::nullopt;
  return known ? std::string{code} + " " + with_kind(*known) : std::string{code};
}

} // namespace wardflow::wardctl
