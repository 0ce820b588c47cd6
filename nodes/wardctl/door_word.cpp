// SPDX-License-Identifier: Apache-2.0
#include "nodes/wardctl/door_word.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

namespace wardflow::wardctl {

namespace {

constexpr std::size_t rows_above = 3; // two of marks and a gap
constexpr std::size_t letter_rows = 7;
constexpr std::size_t rows_max = rows_above + letter_rows + 2;

/// Points of one letter; in a row, the highest bit of `width` is the left one.
struct glyph {
  unsigned width = 5;
  std::array<std::uint8_t, rows_max> rows{};
};

struct letter {
  char name;
  std::array<std::uint8_t, letter_rows> rows;
};
constexpr letter letters[]{
  {'A', {0x0e, 0x11, 0x11, 0x1f, 0x11, 0x11, 0x11}},
  {'B', {0x1e, 0x11, 0x11, 0x1e, 0x11, 0x11, 0x1e}},
  {'C', {0x0e, 0x11, 0x10, 0x10, 0x10, 0x11, 0x0e}},
  {'D', {0x1e, 0x11, 0x11, 0x11, 0x11, 0x11, 0x1e}},
  {'E', {0x1f, 0x10, 0x10, 0x1e, 0x10, 0x10, 0x1f}},
  {'F', {0x1f, 0x10, 0x10, 0x1e, 0x10, 0x10, 0x10}},
  {'G', {0x0e, 0x11, 0x10, 0x17, 0x11, 0x11, 0x0f}},
  {'H', {0x11, 0x11, 0x11, 0x1f, 0x11, 0x11, 0x11}},
  {'I', {0x0e, 0x04, 0x04, 0x04, 0x04, 0x04, 0x0e}},
  {'J', {0x07, 0x02, 0x02, 0x02, 0x02, 0x12, 0x0c}},
  {'K', {0x11, 0x12, 0x14, 0x18, 0x14, 0x12, 0x11}},
  {'L', {0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x1f}},
  {'M', {0x11, 0x1b, 0x15, 0x15, 0x11, 0x11, 0x11}},
  {'N', {0x11, 0x19, 0x19, 0x15, 0x13, 0x13, 0x11}},
  {'O', {0x0e, 0x11, 0x11, 0x11, 0x11, 0x11, 0x0e}},
  {'P', {0x1e, 0x11, 0x11, 0x1e, 0x10, 0x10, 0x10}},
  {'Q', {0x0e, 0x11, 0x11, 0x11, 0x15, 0x12, 0x0d}},
  {'R', {0x1e, 0x11, 0x11, 0x1e, 0x14, 0x12, 0x11}},
  {'S', {0x0f, 0x10, 0x10, 0x0e, 0x01, 0x01, 0x1e}},
  {'T', {0x1f, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04}},
  {'U', {0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x0e}},
  {'V', {0x11, 0x11, 0x11, 0x11, 0x11, 0x0a, 0x04}},
  {'W', {0x11, 0x11, 0x11, 0x15, 0x15, 0x1b, 0x11}},
  {'X', {0x11, 0x11, 0x0a, 0x04, 0x0a, 0x11, 0x11}},
  {'Y', {0x11, 0x11, 0x0a, 0x04, 0x04, 0x04, 0x04}},
  {'Z', {0x1f, 0x01, 0x02, 0x04, 0x08, 0x10, 0x1f}},
  {' ', {0, 0, 0, 0, 0, 0, 0}},
  {',', {0, 0, 0, 0, 0x0c, 0x04, 0x08}},
  {'.', {0, 0, 0, 0, 0, 0x0c, 0x0c}},
  {'-', {0, 0, 0, 0x0e, 0, 0, 0}},
};

enum class shape : std::uint8_t { plain, breve, circumflex, horn };
enum class tone : std::uint8_t { none, grave, acute, hook, tilde, dot };

struct vowel {
  char base;
  shape form;
  std::array<std::string_view, 6> by_tone;
};
constexpr vowel vowels[]{
  {'A', shape::plain, {"A", "À", "Á", "Ả", "Ã", "Ạ"}},
  {'A', shape::breve, {"Ă", "Ằ", "Ắ", "Ẳ", "Ẵ", "Ặ"}},
  {'A', shape::circumflex, {"Â", "Ầ", "Ấ", "Ẩ", "Ẫ", "Ậ"}},
  {'E', shape::plain, {"E", "È", "É", "Ẻ", "Ẽ", "Ẹ"}},
  {'E', shape::circumflex, {"Ê", "Ề", "Ế", "Ể", "Ễ", "Ệ"}},
  {'I', shape::plain, {"I", "Ì", "Í", "Ỉ", "Ĩ", "Ị"}},
  {'O', shape::plain, {"O", "Ò", "Ó", "Ỏ", "Õ", "Ọ"}},
  {'O', shape::circumflex, {"Ô", "Ồ", "Ố", "Ổ", "Ỗ", "Ộ"}},
  {'O', shape::horn, {"Ơ", "Ờ", "Ớ", "Ở", "Ỡ", "Ợ"}},
  {'U', shape::plain, {"U", "Ù", "Ú", "Ủ", "Ũ", "Ụ"}},
  {'U', shape::horn, {"Ư", "Ừ", "Ứ", "Ử", "Ữ", "Ự"}},
  {'Y', shape::plain, {"Y", "Ỳ", "Ý", "Ỷ", "Ỹ", "Ỵ"}},
};

using mark = std::array<std::uint8_t, 2>;
constexpr mark alone[]{{0, 0}, {0x08, 0x04}, {0x02, 0x04}, {0x0c, 0x04}, {0x0d, 0x16}, {0, 0}};
constexpr mark beside[]{{0, 0}, {0x02, 0x01}, {0x01, 0x02}, {0x03, 0x01}, {0x03, 0x02}, {0, 0}};

void add(glyph& g, const mark& m) {
  g.rows[0] |= m[0];
  g.rows[1] |= m[1];
}

std::optional<glyph> plain_glyph(char name) {
  const auto* at = std::find_if(std::begin(letters), std::end(letters),
                                [name](const letter& l) { return l.name == name; });
  if (at == std::end(letters))
    return std::nullopt;
  glyph g;
  g.width = name == ' ' ? 3 : 5;
  std::copy(at->rows.begin(), at->rows.end(), g.rows.begin() + rows_above);
  return g;
}

glyph vowel_glyph(const vowel& v, tone t) {
  auto g = *plain_glyph(v.base);
  const auto both = v.form == shape::breve || v.form == shape::circumflex;
  const auto upper = t != tone::none && t != tone::dot;
  if (v.form == shape::circumflex)
    add(g, upper ? mark{0x08, 0x14} : mark{0x04, 0x0a});
  if (v.form == shape::breve)
    add(g, upper ? mark{0x14, 0x08} : mark{0x11, 0x0e});
  add(g, (both ? beside : alone)[static_cast<std::size_t>(t)]);
  if (t == tone::dot)
    g.rows.back() = 0x04;
  if (v.form == shape::horn) {
    g.width = 6;
    for (auto& row : g.rows)
      row = static_cast<std::uint8_t>(row << 1);
    g.rows[rows_above - 1] |= 0x01;
    g.rows[rows_above] |= v.base == 'O' ? 0x02 : 0x01;
  }
  return g;
}

glyph barred_d() {
  glyph g;
  g.width = 6;
  constexpr std::array<std::uint8_t, letter_rows> rows{0x1e, 0x11, 0x11, 0x39, 0x11, 0x11, 0x1e};
  std::copy(rows.begin(), rows.end(), g.rows.begin() + rows_above);
  return g;
}

/// The glyph at the front of `text`, which moves on.
std::optional<glyph> take_glyph(std::string_view& text) {
  constexpr std::string_view stroke = "Đ";
  for (const auto& v : vowels)
    for (std::size_t t = 0; t < v.by_tone.size(); ++t)
      if (text.starts_with(v.by_tone[t])) {
        text.remove_prefix(v.by_tone[t].size());
        return vowel_glyph(v, static_cast<tone>(t));
      }
  if (text.starts_with(stroke)) {
    text.remove_prefix(stroke.size());
    return barred_d();
  }
  auto g = plain_glyph(text.front());
  text.remove_prefix(1);
  return g;
}

// -- a word as points -----------------------------------------------------------------------------

using points = std::vector<std::vector<bool>>;

std::optional<points> draw(std::string_view text) {
  points all(rows_max);
  while (!text.empty()) {
    const auto g = take_glyph(text);
    if (!g)
      return std::nullopt;
    for (std::size_t row = 0; row < rows_max; ++row) {
      if (!all[row].empty())
        all[row].push_back(false);
      for (unsigned bit = g->width; bit-- > 0;)
        all[row].push_back((g->rows[row] >> bit & 1) != 0);
    }
  }
  const auto empty = [](const std::vector<bool>& row) {
    return std::find(row.begin(), row.end(), true) == row.end();
  };
  while (!all.empty() && empty(all.back()))
    all.pop_back();
  while (!all.empty() && empty(all.front()))
    all.erase(all.begin());
  return all;
}

/// How a point is drawn: columns of a block, and points on top of each other in one line.
struct scale {
  std::size_t columns;
  std::size_t points_per_line;
};
constexpr scale scales[]{{2, 1}, {1, 1}, {1, 2}};

std::size_t width_of(const points& p, scale s) {
  return p.empty() ? 0 : p.front().size() * s.columns;
}
std::size_t height_of(const points& p, scale s) {
  return (p.size() + s.points_per_line - 1) / s.points_per_line;
}

void print(const points& p, scale s, std::vector<std::string>& out) {
  static constexpr std::string_view halves[]{" ", "▀", "▄", "█"};
  for (std::size_t row = 0; row < p.size(); row += s.points_per_line) {
    std::string line;
    for (std::size_t x = 0; x < p[row].size(); ++x) {
      const bool upper = p[row][x];
      const bool lower = s.points_per_line == 1 ? upper : row + 1 < p.size() && p[row + 1][x];
      for (std::size_t i = 0; i < s.columns; ++i)
        line += halves[(upper ? 1 : 0) + (lower ? 2 : 0)];
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out.push_back(std::move(line));
  }
}

/// The word on one line, and broken at the blank that makes the halves most alike.
std::vector<std::vector<std::string_view>> layouts(std::string_view text) {
  std::vector<std::vector<std::string_view>> all{{text}};
  auto best = std::string_view::npos;
  for (std::size_t at = text.find(' '); at != text.npos; at = text.find(' ', at + 1))
    if (best == text.npos || std::max(at, text.size() - at) < std::max(best, text.size() - best))
      best = at;
  if (best != text.npos)
    all.push_back({text.substr(0, best), text.substr(best + 1)});
  return all;
}

} // namespace

std::vector<std::string> block_word(std::string_view text, std::size_t columns, std::size_t rows) {
  for (auto s : scales) {
    for (const auto& layout : layouts(text)) {
      std::vector<std::string> out;
      bool fits = true;
      for (auto part : layout) {
        const auto p = draw(part);
        if (!p)
          return {};
        if (!out.empty())
          out.emplace_back();
        fits = fits && width_of(*p, s) <= columns && out.size() + height_of(*p, s) <= rows;
        print(*p, s, out);
      }
      if (fits)
        return out;
    }
  }
  return {};
}

} // namespace wardflow::wardctl
