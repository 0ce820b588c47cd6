// SPDX-License-Identifier: Apache-2.0
#include "nodes/wardctl/print.hpp"

#include "actors/logic/csv.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cassert>
#include <charconv>
#include <cmath>

namespace wardflow::wardctl {

namespace {

struct character {
  std::uint32_t value = 0xfffd;
  std::size_t bytes = 1;
  bool valid = false;
};

/// The character at `at`, or one bad byte.
character character_at(std::string_view text, std::size_t at) {
  auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  auto first = byte(at);
  if (first < 0x80)
    return {first, 1, true};
  std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || at + length > text.size())
    return {};
  std::uint32_t value = first & (0x7fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(at + i) & 0xc0) != 0x80)
      return {};
    value = value << 6 | (byte(at + i) & 0x3fu);
  }
  constexpr std::uint32_t least[]{0, 0, 0x80, 0x800, 0x10000};
  if (value < least[length] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
    return {};
  return {value, length, true};
}

struct range {
  std::uint32_t first;
  std::uint32_t last;
};

constexpr range no_width[]{
  {0x0300, 0x036f}, {0x0483, 0x0489}, {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff}, {0x200b, 0x200f},
  {0x2060, 0x2064}, {0x20d0, 0x20ff}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}, {0xfeff, 0xfeff},
};
constexpr range double_width[]{
  {0x1100, 0x115f},   {0x2e80, 0x303e},   {0x3041, 0xa4cf},   {0xac00, 0xd7a3},
  {0xf900, 0xfaff},   {0xfe30, 0xfe6f},   {0xff00, 0xff60},   {0xffe0, 0xffe6},
  {0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff}, {0x1f900, 0x1faff}, {0x20000, 0x3fffd},
};
constexpr range unsafe[]{
  {0x0000, 0x001f}, {0x007f, 0x009f}, {0x200e, 0x200f}, {0x2028, 0x202e}, {0x2066, 0x2069},
};

bool in(std::uint32_t value, const auto& ranges) {
  return std::any_of(std::begin(ranges), std::end(ranges),
                     [value](range r) { return r.first <= value && value <= r.last; });
}

std::string_view cell_of(const std::vector<std::string>& row, std::size_t column) {
  return column < row.size() ? std::string_view{row[column]} : std::string_view{};
}

void pad(std::string& out, std::string_view text, std::size_t width, bool right, bool last) {
  if (right)
    out.append(width - std::min(width, display_width(text)), ' ');
  out += right || last ? std::string{text} : padded(std::string{text}, width);
}

std::string for_people(const table& what) {
  std::vector<std::vector<std::string>> lines(1);
  for (auto& column : what.columns)
    lines[0].push_back(for_terminal(column.heading));
  for (auto& row : what.rows) {
    auto& line = lines.emplace_back();
    for (std::size_t i = 0; i < what.columns.size(); ++i)
      line.push_back(for_terminal(cell_of(row, i)));
  }
  std::vector<std::size_t> widths(what.columns.size());
  for (auto& line : lines)
    for (std::size_t i = 0; i < widths.size(); ++i)
      widths[i] = std::max(widths[i], display_width(line[i]));
  std::string out;
  for (std::size_t l = 0; l < lines.size(); ++l) {
    for (std::size_t i = 0; i < widths.size(); ++i) {
      auto last = i + 1 == widths.size();
      pad(out, lines[l][i], widths[i], what.columns[i].kind == cell_kind::number, last);
      out += last ? "" : "  ";
    }
    out.erase(out.find_last_not_of(' ') + 1);
    out += '\n';
    for (std::size_t i = 0; l == 0 && i < widths.size(); ++i) {
      for (std::size_t n = widths[i]; n > 0; --n)
        out += "─";
      out += i + 1 == widths.size() ? "\n" : "  ";
    }
  }
  return out;
}

nlohmann::ordered_json json_object(const table& what, const std::vector<std::string>& row) {
  auto object = nlohmann::ordered_json::object();
  for (std::size_t i = 0; i < what.columns.size(); ++i)
    object[what.columns[i].key] = json_value(cell_of(row, i), what.columns[i].kind);
  return object;
}

std::string for_programs(const table& what) {
  std::string out = "[";
  for (auto& row : what.rows) {
    auto object = json_object(what, row);
    out += &row == what.rows.data() ? "\n" : ",\n";
    out += object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }
  return out + (what.rows.empty() ? "]\n" : "\n]\n");
}

std::string for_spreadsheets(const table& what) {
  csv_writer out{true};
  std::vector<std::string> cells;
  for (auto& column : what.columns)
    cells.push_back(column.key);
  out.row(cells);
  for (auto& row : what.rows) {
    for (std::size_t i = 0; i < cells.size(); ++i)
      cells[i] = cell_of(row, i);
    out.row(cells);
  }
  return out.take();
}

} // namespace

std::string render(const table& what, output how) {
  assert(!what.columns.empty());
  switch (how) {
  case output::json:
    return for_programs(what);
  case output::csv:
    return for_spreadsheets(what);
  case output::people:
    break;
  }
  return for_people(what);
}

nlohmann::ordered_json json_value(std::string_view cell, cell_kind kind) {
  if (kind == cell_kind::text)
    return cell;
  if (cell.empty())
    return nullptr;
  if (kind == cell_kind::maybe)
    return cell;
  if (kind == cell_kind::truth && (cell == "true" || cell == "false"))
    return cell == "true";
  if (kind == cell_kind::truth)
    return cell;
  const auto* end = cell.data() + cell.size();
  std::int64_t whole = 0;
  if (auto [at, error] = std::from_chars(cell.data(), end, whole);
      error == std::errc{} && at == end)
    return whole;
  std::uint64_t large = 0;
  if (auto [at, error] = std::from_chars(cell.data(), end, large);
      error == std::errc{} && at == end)
    return large;
  double real = 0;
  if (auto [at, error] = std::from_chars(cell.data(), end, real);
      error == std::errc{} && at == end && std::isfinite(real))
    return real;
  return cell;
}

nlohmann::ordered_json json_rows(const table& what) {
  auto rows = nlohmann::ordered_json::array();
  for (auto& row : what.rows)
    rows.push_back(json_object(what, row));
  return rows;
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t at = 0; at < text.size();) {
    auto c = character_at(text, at);
    at += c.bytes;
    width += in(c.value, no_width) ? 0 : in(c.value, double_width) ? 2 : 1;
  }
  return width;
}

std::string padded(std::string text, std::size_t width) {
  text.append(width - std::min(width, display_width(text)), ' ');
  return text;
}

std::string for_terminal(std::string_view text) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    auto c = character_at(text, at);
    if (!c.valid || in(c.value, unsafe))
      result += '?';
    else
      result += text.substr(at, c.bytes);
    at += c.bytes;
  }
  return result;
}

std::string shell_word(std::string_view text) {
  constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                     "0123456789_-./:=@%+,";
  if (!text.empty() && text.find_first_not_of(plain) == std::string_view::npos)
    return std::string{text};
  std::string out = "'";
  for (auto c : text)
    out += c == '\'' ? std::string{"'\\''"} : std::string{c};
  return out + "'";
}

} // namespace wardflow::wardctl
