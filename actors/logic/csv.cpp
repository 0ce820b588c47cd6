// SPDX-License-Identifier: Apache-2.0
#include "actors/logic/csv.hpp"

#include <algorithm>
#include <array>
#include <cassert>

namespace wardflow {

namespace {

constexpr std::string_view utf8_bom = "\xef\xbb\xbf";
constexpr auto npos = std::string_view::npos;

std::string_view trimmed(std::string_view text) {
  auto first = text.find_first_not_of(" \t");
  if (first == npos)
    return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string folded(std::string_view text) {
  std::string result{trimmed(text)};
  for (auto& c : result)
    if (c >= 'A' && c <= 'Z')
      c = static_cast<char>(c + ('a' - 'A'));
  return result;
}

/// A heading that is quoted in an error: printable ASCII and short, whatever the file holds.
std::string quotable(std::string_view name) {
  std::string result;
  for (auto c : name.substr(0, 40))
    result += c > 0x1f && c < 0x7f ? c : '?';
  return result;
}

std::string_view line_at(std::string_view text, std::size_t at) {
  auto end = std::min(text.find('\n', at), text.size());
  if (end > at && text[end - 1] == '\r')
    --end;
  return text.substr(at, end - at);
}

/// Whichever of , ; and tab the line has most of, outside quotes.
char delimiter_of(std::string_view line) {
  constexpr std::array<char, 3> known{',', ';', '\t'};
  std::array<std::size_t, 3> seen{};
  auto quoted = false;
  for (auto c : line) {
    quoted ^= c == '"';
    for (std::size_t i = 0; i < known.size() && !quoted; ++i)
      seen[i] += c == known[i] ? 1u : 0u;
  }
  auto most = std::max_element(seen.begin(), seen.end());
  return known[static_cast<std::size_t>(most - seen.begin())];
}

bool starts_formula(std::string_view cell) {
  return !cell.empty() && std::string_view{"=+-@\t\r"}.find(cell.front()) != npos;
}

void add_name(std::string& list, std::string_view what, std::string_view name) {
  if (list.size() > 400)
    return;
  list += list.empty() ? "" : "; ";
  list += what;
  list += ": ";
  list += quotable(name);
}

} // namespace

csv_reader::csv_reader(std::string_view text, std::span<const csv_column> columns) :
  text_(text), columns_(columns), places_(columns.size(), npos) {
  assert(columns.size() <= csv_limits::cells_max);
  read_header();
}

void csv_reader::read_header() {
  auto fail = [this](std::string detail) {
    header_problem_ = csv_problem{code::file_columns_wrong, line_, {}, std::move(detail)};
    at_ = text_.size();
  };
  if (text_.starts_with("\xff\xfe") || text_.starts_with("\xfe\xff"))
    return fail("the file is UTF-16, not UTF-8");
  if (text_.starts_with(utf8_bom))
    at_ = utf8_bom.size();
  auto first = line_at(text_, at_);
  auto told = first.size() == 5 && folded(first.substr(0, 4)) == "sep=";
  if (told) {
    delimiter_ = first.back();
    skip_line();
  }
  if (delimiter_ != ',' && delimiter_ != ';' && delimiter_ != '\t')
    return fail("the sep= line names none of comma, semicolon, tab");
  while (at_ < text_.size() && blank_line_here())
    skip_line();
  if (at_ == text_.size())
    return fail("the file is empty");
  if (!told)
    delimiter_ = delimiter_of(line_at(text_, at_).substr(0, csv_limits::heading_bytes_max));
  line_ = lines_passed_ + 1;
  auto start = at_;
  if (const auto* wrong = take_row())
    return fail(wrong);
  header_raw_ = raw_ = line_at(text_.substr(0, at_), start);
  map_header();
}

void csv_reader::map_header() {
  header_width_ = width_;
  while (header_width_ > 0 && trimmed(cells_[header_width_ - 1]).empty())
    --header_width_; // a spreadsheet's empty columns at the end
  std::string wrong;
  for (std::size_t i = 0; i < header_width_; ++i) {
    auto name = folded(cells_[i]);
    auto at = std::find_if(columns_.begin(), columns_.end(),
                           [&](const csv_column& c) { return c.name == name; });
    if (at == columns_.end())
      add_name(wrong, "unknown", name);
    else if (auto& place = places_[static_cast<std::size_t>(at - columns_.begin())]; place != npos)
      add_name(wrong, "repeated", name);
    else
      place = i;
  }
  for (std::size_t i = 0; i < columns_.size(); ++i)
    if (columns_[i].required && places_[i] == npos)
      add_name(wrong, "missing", columns_[i].name);
  if (wrong.empty())
    return;
  header_problem_ = csv_problem{code::file_columns_wrong, line_, {}, std::move(wrong)};
  at_ = text_.size();
}

csv_step csv_reader::next() {
  while (at_ < text_.size() && blank_line_here())
    skip_line();
  if (at_ >= text_.size()) {
    width_ = 0;
    raw_ = {};
    return csv_step::end;
  }
  auto start = at_;
  auto lines_before = lines_passed_;
  line_ = lines_before + 1;
  const auto* wrong = take_row();
  std::string detail = wrong != nullptr ? wrong : "";
  while (wrong == nullptr && width_ > header_width_ && cells_[width_ - 1].empty())
    --width_;
  if (wrong == nullptr && width_ != header_width_)
    detail = std::to_string(width_) + " cells, the heading has " + std::to_string(header_width_);
  if (!detail.empty()) {
    lines_passed_ = lines_before;
    return give_up(start, std::move(detail));
  }
  raw_ = text_.substr(start, at_ - start);
  if (raw_.ends_with('\n'))
    raw_.remove_suffix(1);
  if (raw_.ends_with('\r'))
    raw_.remove_suffix(1);
  for (std::size_t i = 0; i < width_; ++i)
    if (without_neutralising(cells_[i]).size() != cells_[i].size())
      cells_[i].erase(0, 1);
  return csv_step::row;
}

csv_step csv_reader::give_up(std::size_t start, std::string detail) {
  at_ = start;
  raw_ = line_at(text_, start);
  skip_line();
  width_ = 0;
  problem_ = csv_problem{code::file_line_bad, line_, {}, std::move(detail)};
  return csv_step::bad;
}

std::string_view csv_reader::cell(std::size_t column) const {
  assert(column < places_.size());
  auto place = places_[column];
  return place < width_ ? std::string_view{cells_[place]} : std::string_view{};
}

bool csv_reader::has(std::size_t column) const {
  assert(column < places_.size());
  return places_[column] != npos;
}

void csv_reader::skip_line() {
  auto end = text_.find('\n', at_);
  at_ = end == npos ? text_.size() : end + 1;
  ++lines_passed_;
}

/// Nothing but delimiters and blanks, as spreadsheets leave below a table.
bool csv_reader::blank_line_here() const {
  for (auto i = at_; i < text_.size(); ++i) {
    if (text_[i] == '\n')
      return true;
    if (text_[i] != delimiter_ && text_[i] != ' ' && text_[i] != '\r' && text_[i] != '\t')
      return false;
  }
  return true;
}

const char* csv_reader::take_row() {
  auto last_line = lines_passed_ + csv_limits::lines_per_row_max;
  for (width_ = 0; width_ < csv_limits::cells_max;) {
    if (cells_.size() == width_)
      cells_.emplace_back();
    auto& cell = cells_[width_++];
    cell.clear();
    auto quoted = at_ < text_.size() && text_[at_] == '"';
    if (const auto* wrong = quoted ? take_quoted(cell, last_line) : take_plain(cell))
      return wrong;
    if (at_ < text_.size() && text_[at_] == delimiter_) {
      ++at_;
      continue;
    }
    skip_line(); // at the line end, or at the end of the text
    return nullptr;
  }
  return "too many cells";
}

const char* csv_reader::take_quoted(std::string& cell, std::size_t last_line) {
  for (++at_; at_ < text_.size(); ++at_) {
    auto c = text_[at_];
    if (c == '"') {
      if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
        ++at_;
      } else {
        ++at_;
        if (at_ < text_.size() && text_[at_] == '\r' &&
            (at_ + 1 == text_.size() || text_[at_ + 1] == '\n'))
          ++at_;
        auto ended = at_ == text_.size() || text_[at_] == delimiter_ || text_[at_] == '\n';
        return ended ? nullptr : "text after a closing quote";
      }
    } else if (c == '\n') {
      if (++lines_passed_ == last_line)
        return "a quote is not closed";
    } else if (c == '\0') {
      return "a zero byte";
    }
    if (cell.size() == csv_limits::cell_bytes_max)
      return "a cell is too long";
    cell += c;
  }
  return "a quote is not closed";
}

const char* csv_reader::take_plain(std::string& cell) {
  auto start = at_;
  while (at_ < text_.size() && text_[at_] != delimiter_ && text_[at_] != '\n') {
    if (text_[at_] == '\0')
      return "a zero byte";
    if (++at_ - start > csv_limits::cell_bytes_max + 1)
      return "a cell is too long";
  }
  cell.assign(text_.substr(start, at_ - start));
  if ((at_ == text_.size() || text_[at_] == '\n') && cell.ends_with('\r'))
    cell.pop_back();
  return cell.size() > csv_limits::cell_bytes_max ? "a cell is too long" : nullptr;
}

std::string neutralised(std::string_view cell) {
  auto rest = cell.find_first_not_of('\'');
  auto formula = rest != npos && starts_formula(cell.substr(rest));
  return (formula ? "'" : "") + std::string{cell};
}

std::string_view without_neutralising(std::string_view cell) {
  auto rest = cell.find_first_not_of('\'');
  auto marked = rest != npos && rest > 0 && starts_formula(cell.substr(rest));
  return marked ? cell.substr(1) : cell;
}

csv_writer::csv_writer(bool bom, char delimiter) : delimiter_(delimiter) {
  assert(delimiter == ',' || delimiter == ';' || delimiter == '\t');
  if (bom)
    text_ = utf8_bom;
}

void csv_writer::row(std::span<const std::string> cells) {
  add_row(cells);
}

void csv_writer::row(std::initializer_list<std::string_view> cells) {
  add_row(std::span{cells.begin(), cells.size()});
}

template <class Cells>
void csv_writer::add_row(const Cells& cells) {
  assert(!cells.empty() && cells.size() <= csv_limits::cells_max);
  lines_left_ = csv_limits::lines_per_row_max - 1;
  // A row of blanks alone would read as no row at all, so its first cell is quoted.
  auto quoted = std::all_of(cells.begin(), cells.end(), [](std::string_view cell) {
    return cell.find_first_not_of(" \0", 0, 2) == npos;
  });
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0)
      text_ += delimiter_;
    add_cell(cells[i], quoted && i == 0);
  }
  text_ += '\n';
}

void csv_writer::add_cell(std::string_view value, bool quoted) {
  auto safe = neutralised(value);
  for (auto& c : safe)
    if (c == '\0' || (c == '\n' && lines_left_ == 0))
      c = ' ';
    else if (c == '\n')
      --lines_left_;
  if (safe.size() > csv_limits::cell_bytes_max) {
    auto end = csv_limits::cell_bytes_max;
    while (end > 0 && (static_cast<unsigned char>(safe[end]) & 0xc0) == 0x80)
      --end;
    safe.resize(end);
  }
  auto outer_blank = !safe.empty() && (safe.front() == ' ' || safe.back() == ' ');
  if (!quoted && !outer_blank && safe.find_first_of("\",;\t\r\n") == npos) {
    text_ += safe;
    return;
  }
  text_ += '"';
  for (auto c : safe) {
    if (c == '"')
      text_ += '"';
    text_ += c;
  }
  text_ += '"';
}

} // namespace wardflow
