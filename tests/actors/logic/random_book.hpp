// SPDX-License-Identifier: Apache-2.0
// Random rulebooks that can be written as a file and judged by slowly, and random scenes.
#pragma once

#include "actors/logic/judge.hpp"

#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace wardflow::test {

class random_book {
public:
  explicit random_book(std::mt19937& random) {
    for (auto rules = random() % 5; rules != 0; --rules)
      admissions_.push_back(draw_admission(random));
    for (auto rules = random() % 3; rules != 0; --rules)
      capacities_.push_back(draw_capacity(random));
    for (auto rules = random() % 3; rules != 0; --rules)
      stales_.push_back({draw_kinds(random), draw_stale(random), draw_stale(random)});
    last_ = draw_admission(random);
    last_capacity_ = draw_capacity(random);
    last_stale_ = {{}, draw_stale(random), draw_stale(random)};
    yellow_from_ = static_cast<unsigned>(random() % 6);
    red_from_ = static_cast<unsigned>(random() % 6);
    yellow_from_ = yellow_from_ > 4 ? 0 : yellow_from_;
    red_from_ = red_from_ > 4 ? 0 : red_from_;
  }

  [[nodiscard]] std::string text() const {
    auto all = std::string{"version = 1\nname = \"n\"\neffective_from = 2021-10-01\n"};
    auto n = 0;
    auto named = [&] { return "name = \"r" + std::to_string(++n) + "\"\n"; };
    for (const auto& rule : admissions_) {
      all += "[[admission.rule]]\n" + named() + kinds_text(rule.kinds);
      all += "colours = " + list(rule.colours, "\"", {"", "green", "yellow", "red"});
      all += "venue_levels = " + list(rule.venue_levels, "", {"0", "1", "2", "3", "4"});
      all += "holder_levels = " + list(rule.holder_levels, "", {"0", "1", "2", "3", "4"});
      all += answer_text(rule) + tail;
    }
    all += "[admission.default]\n" + answer_text(last_) + tail;
    for (const auto& rule : capacities_)
      all += "[[capacity.rule]]\n" + named() + kinds_text(rule.kinds) + limit_text(rule);
    all += "[capacity.default]\n" + limit_text(last_capacity_);
    for (const auto& rule : stales_)
      all += "[[stale.rule]]\n" + named() + kinds_text(rule.kinds) + stale_text(rule);
    all += "[stale.default]\n" + stale_text(last_stale_);
    all += "[stale.cards_age]\nhours = 1\n" + tail;
    all += "[colour.full_dose]\ngives = \"green\"\nwaiting_days = 14\n" + tail;
    all += "[colour.first_dose]\ngives = \"yellow\"\nwaiting_days = 14\n" + tail;
    all += "[colour.recovered]\ngives = \"green\"\nvalid_days = 180\n" + tail;
    all += "[colour.negative_test]\ngives = \"yellow\"\nvalid_hours = 72\n" + tail;
    return all + "[colour.holder_level]\nyellow_from = " + std::to_string(yellow_from_) +
           "\nred_from = " + std::to_string(red_from_) + "\n" + tail;
  }

  /// The same answer by walking the rules as a person would.
  [[nodiscard]] verdict judged(const judge_input& in) const {
    verdict v;
    v.colour = coloured(in);
    if (in.way == direction::out) {
      v.decision = decision::admit;
      v.reason = code::left;
      return v;
    }
    v.reason = code::venue_suspended;
    if (in.venue.suspended)
      return v;
    auto number = std::size_t{0};
    const auto& rule = first(admissions_, last_, number, [&](const admission& each) {
      return each.kinds.contains(in.venue.kind) &&
             each.colours.contains(static_cast<unsigned>(v.colour)) &&
             each.venue_levels.contains(in.venue_level.level) &&
             each.holder_levels.contains(in.holder_level.level);
    });
    v.decision = rule.answer;
    v.reason = in.card.revoked  ? code::card_revoked
               : !in.card.known ? code::card_unknown
                                : rule.reason;
    v.rule = static_cast<std::uint8_t>(number);
    number = admissions_.size() + 1;
    auto of_kind = [&](const auto& each) { return each.kinds.contains(in.venue.kind); };
    const auto& full = first(capacities_, last_capacity_, number, of_kind);
    auto full_number = static_cast<std::uint8_t>(number);
    number = admissions_.size() + capacities_.size() + 2;
    const auto& old = first(stales_, last_stale_, number, of_kind);
    auto old_level = in.venue_level.stale ||
                     (in.holder_level.stale && in.card.known && asks_holder(in.venue.kind));
    if (old_level)
      make_stale(v, old.levels, code::levels_stale, number);
    if (in.cards_stale)
      make_stale(v, old.cards, code::cards_stale, number);
    if (v.decision != decision::refuse && is_full(full, in)) {
      v.decision = full.refuses ? decision::refuse : decision::condition;
      v.reason = code::capacity_full;
      v.rule = full_number;
    }
    return v;
  }

private:
  struct admission {
    std::set<category> kinds;
    std::set<unsigned> colours, venue_levels, holder_levels;
    decision answer = decision::admit;
    code reason = code::ok;
  };
  struct capacity {
    std::set<category> kinds;
    unsigned percent = 100, persons = 0;
    bool refuses = true;
  };
  struct stale {
    std::set<category> kinds;
    stale_rule levels = stale_rule::admits, cards = stale_rule::admits;
  };

  inline static const std::string tail = "text_vi = \"v\"\ntext_en = \"e\"\nsource = \"default\"\n";

  static std::set<category> draw_kinds(std::mt19937& random) {
    std::set<category> kinds;
    for (unsigned kind = 0; kind != category_count; ++kind)
      if (random() % 2 == 0)
        kinds.insert(static_cast<category>(kind));
    kinds.insert(category::market);
    return kinds;
  }
  static std::set<unsigned> draw_set(std::mt19937& random, unsigned least, unsigned most) {
    std::set<unsigned> drawn{least + static_cast<unsigned>(random() % (most - least + 1))};
    for (auto i = least; i <= most; ++i)
      if (random() % 2 == 0)
        drawn.insert(i);
    return drawn;
  }
  static admission draw_admission(std::mt19937& random) {
    admission rule{draw_kinds(random),
                   draw_set(random, 1, 3),
                   draw_set(random, 0, 4),
                   draw_set(random, 0, 4),
                   static_cast<decision>(random() % 3),
                   code::ok};
    if (rule.answer != decision::admit)
      rule.reason = random() % 2 == 0 ? code::wear_mask : code::level_too_high;
    return rule;
  }
  static capacity draw_capacity(std::mt19937& random) {
    return {draw_kinds(random), 1 + static_cast<unsigned>(random() % 100),
            static_cast<unsigned>(random() % 4) * 3, random() % 2 == 0};
  }
  static stale_rule draw_stale(std::mt19937& random) {
    return static_cast<stale_rule>(1 + random() % 3);
  }

  static std::string list(const std::set<unsigned>& values, const std::string& quote,
                          const std::vector<std::string>& words) {
    std::string all;
    for (auto value : values)
      all += (all.empty() ? "" : ", ") + quote + words[value] + quote;
    return "[" + all + "]\n";
  }
  static std::string kinds_text(const std::set<category>& kinds) {
    std::string all;
    for (auto kind : kinds)
      all += "\"" + std::string{category_names[static_cast<std::size_t>(kind)]} + "\",\n";
    return "categories = [" + all + "]\n";
  }
  static std::string answer_text(const admission& rule) {
    if (rule.answer == decision::admit)
      return "decision = \"admit\"\n";
    return std::string{"decision = \""} +
           (rule.answer == decision::refuse ? "refuse" : "condition") + "\"\nreason = \"" +
           (rule.reason == code::wear_mask ? "wear_mask" : "level_too_high") + "\"\n";
  }
  static std::string limit_text(const capacity& rule) {
    auto persons = rule.persons == 0 ? "" : "persons_max = " + std::to_string(rule.persons) + "\n";
    return "percent = " + std::to_string(rule.percent) + "\n" + persons + "when_full = \"" +
           (rule.refuses ? "refuse" : "condition") + "\"\n" + tail;
  }
  static std::string word(stale_rule rule) {
    return rule == stale_rule::admits      ? "\"admits\"\n"
           : rule == stale_rule::condition ? "\"condition\"\n"
                                           : "\"refuses\"\n";
  }
  static std::string stale_text(const stale& rule) {
    return "levels = " + word(rule.levels) + "cards = " + word(rule.cards) + tail;
  }

  /// The first that fits, else the last; counts `number` on to the rule's own.
  template <class Rule, class Fits>
  static const Rule& first(const std::vector<Rule>& rules, const Rule& last, std::size_t& number,
                           Fits fits) {
    for (const auto& rule : rules) {
      ++number;
      if (fits(rule))
        return rule;
    }
    ++number;
    return last;
  }

  [[nodiscard]] colour coloured(const judge_input& in) const {
    auto days = [&](day_number date) { return int{local_day(in.at)} - int{date}; };
    const auto& card = in.card;
    auto seen = colour::red;
    auto tested = time_ms{card.pcr_negative_min} * minute_ms;
    if (card.pcr_negative_min != 0 && in.at >= tested && in.at < tested + 72 * hour_ms)
      seen = colour::yellow;
    if (card.first_dose != 0 && days(card.first_dose) >= 14)
      seen = colour::yellow;
    if (card.full_dose != 0 && days(card.full_dose) >= 14)
      seen = colour::green;
    if (card.recovered != 0 && days(card.recovered) >= 0 && days(card.recovered) <= 180)
      seen = colour::green;
    auto level = in.holder_level.level;
    if (yellow_from_ != 0 && level >= yellow_from_ && seen == colour::green)
      seen = colour::yellow;
    if (red_from_ != 0 && level >= red_from_)
      seen = colour::red;
    return !card.known || card.revoked ? colour::red : seen;
  }

  /// Some colour and venue level exist at which two holder levels get different answers.
  [[nodiscard]] bool asks_holder(category kind) const {
    if (yellow_from_ != 0 || red_from_ != 0)
      return true;
    for (unsigned seen = 1; seen <= 3; ++seen)
      for (unsigned venue = 0; venue <= 4; ++venue) {
        std::set<std::size_t> answers;
        for (unsigned holder = 0; holder <= 4; ++holder) {
          auto number = std::size_t{0};
          first(admissions_, last_, number, [&](const admission& each) {
            return each.kinds.contains(kind) && each.colours.contains(seen) &&
                   each.venue_levels.contains(venue) && each.holder_levels.contains(holder);
          });
          answers.insert(number);
        }
        if (answers.size() > 1)
          return true;
      }
    return false;
  }

  static void make_stale(verdict& v, stale_rule rule, code why, std::size_t number) {
    if (static_cast<int>(rule) > static_cast<int>(v.stale))
      v.stale = rule;
    auto refuses = rule == stale_rule::refuses && v.decision != decision::refuse;
    auto conditions = rule == stale_rule::condition && v.decision == decision::admit;
    if (!refuses && !conditions)
      return;
    v.decision = refuses ? decision::refuse : decision::condition;
    v.reason = why;
    v.rule = static_cast<std::uint8_t>(number);
  }

  static bool is_full(const capacity& rule, const judge_input& in) {
    auto by_book = rule.persons != 0 && in.inside >= rule.persons;
    auto places = in.venue.capacity * rule.percent / 100;
    auto by_venue = in.venue.capacity != 0 && in.inside >= (places == 0 ? 1 : places);
    return by_book || by_venue;
  }

  std::vector<admission> admissions_;
  std::vector<capacity> capacities_;
  std::vector<stale> stales_;
  admission last_;
  capacity last_capacity_;
  stale last_stale_;
  unsigned yellow_from_ = 0;
  unsigned red_from_ = 0;
};

/// One scan with everything that judging looks at, often at an edge.
class random_scene {
public:
  explicit random_scene(std::mt19937& random) {
    auto today = day_number{18'900};
    auto one_of = [&](auto choices) { return random() % choices == 0; };
    at_ = start_of(today) + static_cast<time_ms>(random() % 1000) * 86'399;
    venue_.kind = static_cast<category>(random() % category_count);
    venue_.capacity = static_cast<std::uint32_t>(random() % 12);
    venue_.suspended = one_of(10u);
    inside_ = static_cast<std::uint32_t>(random() % 12);
    card_.known = !one_of(8u);
    card_.revoked = one_of(8u);
    auto date = [&](unsigned age) {
      auto near = age + random() % 4;
      return static_cast<day_number>(one_of(2u) ? 0 : today + 1 - near);
    };
    card_.full_dose = date(13);
    card_.first_dose = date(13);
    card_.recovered = one_of(2u) ? date(180) : date(0);
    auto tested = at_ - static_cast<time_ms>(random() % 3) * 72 * hour_ms;
    if (one_of(2u))
      card_.pcr_negative_min = static_cast<std::uint32_t>(tested / minute_ms + random() % 3 - 1);
    venue_level_ = level(random);
    holder_level_ = level(random);
    way_ = one_of(10u) ? direction::out : direction::in;
    cards_stale_ = one_of(3u);
  }

  [[nodiscard]] judge_input input(const rulebook& book) const {
    return {&book, venue_, card_, venue_level_, holder_level_, at_, way_, inside_, cards_stale_};
  }

private:
  static level_view level(std::mt19937& random) {
    return {risk_scale::resolution_128, static_cast<std::uint8_t>(random() % 5), random() % 2 == 0};
  }

  venue_facts venue_;
  card_facts card_;
  level_view venue_level_;
  level_view holder_level_;
  time_ms at_ = 0;
  direction way_ = direction::in;
  std::uint32_t inside_ = 0;
  bool cards_stale_ = false;
};

} // namespace wardflow::test
