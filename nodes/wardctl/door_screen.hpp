// SPDX-License-Identifier: Apache-2.0
// DOOR SCREEN: what the person at the door sees; or a line, or a JSON object, for each scan.
//
//   news, state, the passing of time ──▶ one big word · reason · what to do · age of the data
//
// Owns     what was last shown.
// Borrows  the stream, as long as it lives; time as an argument, in ms of any clock.
// Promise  the big word is always of the newest code: while its answer is awaited no older word
//          stands there, and after show_ms the screen is ready for the next person. A verdict that
//          comes late is small and called late. No code ever comes here.
// Bound    log_lines small lines; a terminal's screen is never scrolled.
#pragma once

#include "messages/texts.hpp"
#include "nodes/wardctl/door_news.hpp"

#include <deque>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace wardflow::wardctl {

class door_screen {
public:
  static constexpr time_ms show_ms = 10'000;
  static constexpr std::size_t log_lines = 4;

  struct size {
    std::size_t columns = 80;
    std::size_t rows = 24;
  };
  struct options {
    enum class form : std::uint8_t { terminal, lines, json } how = form::lines;
    language tongue = language::vi;
    venue_id venue{};
    bool coloured = true;  // a terminal only
    bool recorded = false; // lines and JSON: also news of `recorded`
    std::function<size()> measure;
  };

  door_screen(std::ostream& out, options how);

  void show(const door_news& n, time_ms now);
  void state(const door_state& s, time_ms now);
  /// Returns when it wants to be called again at the latest.
  time_ms tick(time_ms now);
  /// Leaves the terminal with an empty line.
  void finish();

private:
  enum class tint : std::uint8_t { none, green, yellow, red, violet };
  struct shown {
    std::string word;
    tint colour = tint::none;
    std::vector<std::pair<std::string, std::string>> rows; // label, text
  };

  void draw();
  void print_line(const door_news& n);
  void print_json(const door_news& n);
  void show_large(const door_news& n, time_ms now);
  void log(std::string line);
  [[nodiscard]] shown ready() const;
  [[nodiscard]] shown asking() const;
  [[nodiscard]] shown of(const door_news& n) const;
  [[nodiscard]] std::string small_line(const door_news& n) const;
  [[nodiscard]] std::string status_line() const;
  [[nodiscard]] std::string painted(tint colour, const std::string& text) const;

  std::ostream& out_;
  options how_;
  door_state state_;
  bool state_known_ = false;
  shown now_shown_;
  std::uint64_t newest_line_ = 0;
  std::optional<time_ms> ready_at_;
  std::deque<std::string> log_;
};

/// `45 s`, `12 min`, `3 h`, `2 d`; `chưa bao giờ` for a time of 0.
[[nodiscard]] std::string age_text(time_ms since, time_ms now, language tongue);

/// What stands in big letters for this news.
[[nodiscard]] std::string word_of(const door_news& n, language tongue);

} // namespace wardflow::wardctl
