// SPDX-License-Identifier: Apache-2.0
#include "nodes/wardctl/door_screen.hpp"

#include "messages/phrases.hpp"
#include "nodes/wardctl/door_word.hpp"
#include "nodes/wardctl/print.hpp"
#include "nodes/wardctl/shell.hpp"

#include <algorithm>
#include <limits>
#include <ostream>
#include <utility>

namespace wardflow::wardctl {

namespace {

constexpr both connected{"đã nối máy chủ", "connected"};
constexpr both asking_node{"ĐANG HỎI", "ASKING"};
constexpr both recorded{"đã ghi", "recorded"};
constexpr both in_spool{"trong hàng chờ", "in the spool"};

constexpr time_ms never = std::numeric_limits<time_ms>::max();

/// Words that fill lines of `columns`; a word that is longer stands alone.
std::vector<std::string> wrapped(std::string_view text, std::size_t columns) {
  std::vector<std::string> lines(1);
  while (!text.empty()) {
    const auto word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    auto& line = lines.back();
    if (line.empty())
      line = word;
    else if (display_width(line) + 1 + display_width(word) <= columns)
      line += " " + std::string{word};
    else
      lines.emplace_back(word);
  }
  return lines;
}

/// The front of a line, as wide as the terminal.
std::string cut(std::string line, std::size_t columns) {
  while (display_width(line) > columns) {
    while ((static_cast<unsigned char>(line.back()) & 0xc0) == 0x80)
      line.pop_back();
    line.pop_back();
  }
  return line;
}

} // namespace

door_screen::door_screen(std::ostream& out, options how) : out_(out), how_(std::move(how)) {
  now_shown_ = ready();
  if (how_.how == options::form::terminal)
    out_ << "\x1b[2J\x1b[?25l";
}

door_screen::shown door_screen::ready() const {
  return {{}, tint::none, {{std::string{}, std::string{say(phrase::scan_now, how_.tongue)}}}};
}

door_screen::shown door_screen::asking() const {
  const auto word = how_.tongue == language::vi ? asking_node.vi : asking_node.en;
  return {std::string{word}, tint::none, {}};
}

void door_screen::show(const door_news& n, time_ms now) {
  if (how_.how == options::form::terminal)
    return show_large(n, now);
  if (n.what == door_news::kind::recorded && !how_.recorded)
    return;
  if (how_.how == options::form::json)
    print_json(n);
  else
    print_line(n);
}

void door_screen::print_line(const door_news& n) {
  out_ << (n.line == 0 ? "-" : std::to_string(n.line)) << "  ";
  switch (n.what) {
  case door_news::kind::recorded:
    out_ << (how_.tongue == language::vi ? recorded.vi : recorded.en);
    break;
  case door_news::kind::judged_late:
  case door_news::kind::stored:
  case door_news::kind::doubtful:
    out_ << small_line(n);
    break;
  default: {
    const auto all = of(n);
    out_ << all.word;
    for (std::size_t i = 0; i < all.rows.size(); ++i) // reason and what to do need no label
      out_ << (i == 0 ? "  " : "  |  ") << (i < 2 ? "" : all.rows[i].first + ": ")
           << all.rows[i].second;
  }
  }
  out_ << '\n' << std::flush;
}

void door_screen::show_large(const door_news& n, time_ms now) {
  const auto newest = n.line != 0 && n.line >= newest_line_;
  switch (n.what) {
  case door_news::kind::recorded:
    newest_line_ = n.line;
    now_shown_ = asking();
    ready_at_.reset();
    break;
  case door_news::kind::judged:
  case door_news::kind::not_judged:
  case door_news::kind::not_recorded:
    if (newest) {
      newest_line_ = n.line;
      now_shown_ = of(n);
      ready_at_ = now + show_ms;
    } else if (n.what != door_news::kind::not_judged) {
      log(small_line(n));
    }
    break;
  default:
    log(small_line(n));
  }
  draw();
}

void door_screen::log(std::string line) {
  log_.push_back(std::move(line));
  if (log_.size() > log_lines)
    log_.pop_front();
}

void door_screen::state(const door_state& s, time_ms) {
  if (state_known_ && s == state_)
    return;
  state_known_ = true;
  state_ = s;
  if (how_.how == options::form::terminal)
    draw();
}

time_ms door_screen::tick(time_ms now) {
  if (!ready_at_)
    return never;
  if (now < *ready_at_)
    return *ready_at_;
  ready_at_.reset();
  now_shown_ = ready();
  draw();
  return never;
}

void door_screen::finish() {
  if (how_.how == options::form::terminal)
    out_ << "\x1b[?25h\x1b[2J\x1b[H" << std::flush;
}

// -- drawing --------------------------------------------------------------------------------------

std::string door_screen::painted(tint colour, const std::string& text) const {
  static constexpr std::string_view codes[]{"", "\x1b[1;92m", "\x1b[1;93m", "\x1b[1;91m",
                                            "\x1b[1;95m"};
  if (!how_.coloured || colour == tint::none)
    return text;
  return std::string{codes[static_cast<std::size_t>(colour)]} + text + "\x1b[0m";
}

std::string door_screen::status_line() const {
  const auto tongue = how_.tongue;
  std::string line = to_text(how_.venue) + "  " + std::string{direction_name(state_.way, tongue)} +
                     "  " + std::string{flow_name(state_.flow, tongue)};
  if (state_.waiting > 0)
    line += "  " + std::to_string(state_.waiting) + " " +
            std::string{tongue == language::vi ? in_spool.vi : in_spool.en};
  if (state_.up && state_.trouble == code::ok)
    line += "  ● " + std::string{tongue == language::vi ? connected.vi : connected.en};
  return line;
}

void door_screen::draw() {
  const auto room = how_.measure ? how_.measure() : size{};
  const auto rows = std::max<std::size_t>(room.rows, 6) - 1;
  const auto columns = std::max<std::size_t>(room.columns, 20);
  std::vector<std::string> below;
  for (const auto& [label, text] : now_shown_.rows)
    for (auto& line : wrapped((label.empty() ? "" : label + ": ") + text, columns))
      below.push_back(std::move(line));
  if (state_.trouble != code::ok) {
    below.emplace_back();
    for (auto part : {text(state_.trouble, how_.tongue), next_step(state_.trouble, how_.tongue)})
      for (auto& line : wrapped(part, columns))
        below.push_back(painted(tint::violet, line));
  }
  std::vector<std::string> lines{cut(status_line(), columns), {}};
  const auto small = below.size() + (log_.empty() ? 0 : log_.size() + 1);
  const auto rest = rows - std::min(rows, lines.size() + small + 1);
  auto big = block_word(now_shown_.word, columns, rest);
  if (big.empty() && !now_shown_.word.empty())
    big = wrapped(now_shown_.word, columns);
  for (const auto& line : big)
    lines.push_back(painted(now_shown_.colour, line));
  lines.emplace_back();
  lines.insert(lines.end(), below.begin(), below.end());
  if (!log_.empty())
    lines.emplace_back();
  for (const auto& line : log_)
    lines.push_back(cut(line, columns));
  lines.resize(std::min(lines.size(), rows));
  out_ << "\x1b[H";
  for (const auto& line : lines)
    out_ << line << "\x1b[K\n";
  out_ << "\x1b[J" << std::flush;
}

} // namespace wardflow::wardctl
