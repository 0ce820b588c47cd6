// SPDX-License-Identifier: Apache-2.0
// The words of a door's screen: the big one, reason, what to do, ages; and the same as JSON.
#include "messages/phrases.hpp"
#include "nodes/wardctl/door_screen.hpp"
#include "nodes/wardctl/print.hpp"
#include "nodes/wardctl/shell.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <ostream>

namespace wardflow::wardctl {

namespace {

constexpr both not_recorded{"CHƯA GHI ĐƯỢC", "NOT RECORDED"};
constexpr both stored{"đã có ở máy chủ; kết quả không hỏi lại được",
                      "on the node's disk; its verdict cannot be learned any more"};
constexpr both doubtful{"không rõ đã được tính hay chưa; không gửi lại",
                        "may have been counted or not; it is not sent again"};
constexpr both rulebook_age{"quy tắc", "rulebook"};
constexpr both levels_age{"cấp độ", "levels"};
constexpr both cards_age{"thẻ", "cards"};

std::string_view pick(both text, language tongue) {
  return tongue == language::vi ? text.vi : text.en;
}

std::string_view decision_name(decision d) {
  return d == decision::admit ? "admit" : d == decision::condition ? "condition" : "refuse";
}

std::string_view stale_name(stale_rule s) {
  static constexpr std::string_view names[]{"none", "admits", "condition", "refuses"};
  return names[static_cast<std::size_t>(s)];
}

/// A newer node's reason is shown by its number.
std::string reason_text(code why, language tongue) {
  if (name(why) == "unknown")
    return std::to_string(static_cast<unsigned>(why));
  return std::string{text(why, tongue)};
}

nlohmann::ordered_json time_or_null(time_ms at) {
  if (at == 0)
    return nullptr;
  return time_text(at);
}

} // namespace

std::string age_text(time_ms since, time_ms now, language tongue) {
  if (since == 0)
    return std::string{say(phrase::never, tongue)};
  const auto age = std::max<time_ms>(now - since, 0);
  const auto in = [&](time_ms unit, phrase name) {
    return std::to_string(age / unit) + " " + std::string{say(name, tongue)};
  };
  return age < minute_ms    ? in(second_ms, phrase::seconds_short)
         : age < hour_ms    ? in(minute_ms, phrase::minutes_short)
         : age < 2 * day_ms ? in(hour_ms, phrase::hours_short)
                            : in(day_ms, phrase::days_short);
}

std::string word_of(const door_news& n, language tongue) {
  switch (n.what) {
  case door_news::kind::judged:
  case door_news::kind::judged_late: {
    const auto leaves = n.says.reason == code::left && n.says.decision == decision::admit;
    return std::string{leaves ? say(phrase::goodbye, tongue) : big_word(n.says.decision, tongue)};
  }
  case door_news::kind::not_recorded:
    return std::string{pick(not_recorded, tongue)};
  default:
    return std::string{say(phrase::recorded_only, tongue)};
  }
}

door_screen::shown door_screen::of(const door_news& n) const {
  const auto tongue = how_.tongue;
  const auto label = [&](phrase p) { return std::string{say(p, tongue)}; };
  shown out;
  out.word = word_of(n, tongue);
  if (n.what == door_news::kind::not_judged || n.what == door_news::kind::not_recorded) {
    const auto why = n.what == door_news::kind::not_judged ? code::recorded_not_judged : n.why;
    out.colour = n.what == door_news::kind::not_judged ? tint::violet : tint::red;
    out.rows = {{label(phrase::reason), reason_text(why, tongue)},
                {label(phrase::what_to_do), std::string{next_step(why, tongue)}}};
    return out;
  }
  const auto& v = n.says;
  out.colour = v.decision == decision::admit       ? tint::green
               : v.decision == decision::condition ? tint::yellow
                                                   : tint::red;
  out.rows = {{label(phrase::reason), reason_text(v.reason, tongue)},
              {label(phrase::what_to_do), std::string{next_step(v.reason, tongue)}}};
  if (v.colour != colour::none)
    out.rows.emplace_back(label(phrase::card_colour), colour_name(v.colour, tongue));
  if (v.counts() && v.reason != code::left) {
    const auto age = [&](both what, time_ms since) {
      return std::string{pick(what, tongue)} + " " + age_text(since, n.node_time, tongue);
    };
    auto ages =
      age(levels_age, n.rests_on.levels_as_of) + ", " + age(cards_age, n.rests_on.cards_as_of);
    if (n.rests_on.rulebook != 0)
      ages += ", " + std::string{pick(rulebook_age, tongue)} + " " +
              std::to_string(n.rests_on.rulebook) + " (" +
              age_text(n.rests_on.rulebook_as_of, n.node_time, tongue) + ")";
    if (v.stale != stale_rule::none)
      ages += " — " + label(phrase::stale_data);
    out.rows.emplace_back(label(phrase::data_age), ages);
  }
  if (v.clock_unsure)
    out.rows.emplace_back(label(phrase::node_time), label(phrase::clock_unsure));
  return out;
}

std::string door_screen::small_line(const door_news& n) const {
  const auto tongue = how_.tongue;
  std::string line = time_text(n.at).substr(11, 8);
  if (n.line != 0)
    line += " #" + std::to_string(n.line);
  line += "  ";
  if (n.what == door_news::kind::stored)
    return line + std::string{pick(stored, tongue)};
  if (n.what == door_news::kind::doubtful)
    return line + std::string{pick(doubtful, tongue)};
  if (n.what == door_news::kind::judged_late)
    line += std::string{say(phrase::late, tongue)} + ": ";
  const auto all = of(n);
  return line + all.word + " — " + all.rows.front().second;
}

void door_screen::print_json(const door_news& n) {
  static constexpr std::string_view events[]{"recorded", "judged",   "not_judged",  "judged_late",
                                             "stored",   "doubtful", "not_recorded"};
  nlohmann::ordered_json o;
  o["scan"] = n.line == 0 ? nlohmann::ordered_json{} : nlohmann::ordered_json(n.line);
  o["event"] = events[static_cast<std::size_t>(n.what)];
  o["epoch"] = n.epoch;
  o["sequence"] = n.sequence;
  o["scanned_at"] = time_text(n.at);
  o["direction"] = n.way == direction::out ? "out" : "in";
  o["flow"] = n.flow == flow::person_scans_poster ? "poster" : "staff";
  if (n.what == door_news::kind::not_recorded)
    o["reason"] = name(n.why);
  if (n.what == door_news::kind::judged || n.what == door_news::kind::judged_late) {
    static constexpr std::string_view colours[]{"none", "green", "yellow", "red"};
    const auto& v = n.says;
    o["decision"] = decision_name(v.decision);
    o["reason"] = name(v.reason);
    o["reason_number"] = static_cast<unsigned>(v.reason);
    o["colour"] = colours[static_cast<std::size_t>(v.colour)];
    o["late"] = v.late;
    o["clock_unsure"] = v.clock_unsure;
    o["stale"] = stale_name(v.stale);
    o["rule"] = v.rule;
    o["rulebook"] = n.rests_on.rulebook;
    o["rulebook_as_of"] = time_or_null(n.rests_on.rulebook_as_of);
    o["levels_as_of"] = time_or_null(n.rests_on.levels_as_of);
    o["cards_as_of"] = time_or_null(n.rests_on.cards_as_of);
    o["node_time"] = time_or_null(n.node_time);
  }
  out_ << o.dump() << '\n' << std::flush;
}

} // namespace wardflow::wardctl
