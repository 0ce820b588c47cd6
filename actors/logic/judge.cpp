// SPDX-License-Identifier: Apache-2.0
#include "actors/logic/judge.hpp"

#include <algorithm>
#include <cassert>

namespace wardflow {

namespace {

// Colours and dates of a crowd are as good as random to a branch predictor, and each wrong guess
// costs more than all of this together: so no `if`, and red (3) less what a fact takes off it.
static_assert(colour::green < colour::yellow && colour::yellow < colour::red);
constexpr auto red = static_cast<unsigned>(colour::red);

unsigned take_off(bool counts, colour gives) {
  return (red - static_cast<unsigned>(gives)) & (0u - static_cast<unsigned>(counts));
}

unsigned take_off(const evidence_rule& rule, day_number date, day_number today) {
  auto age = static_cast<int>(today) - static_cast<int>(date);
  auto counts =
    (date != 0) & (age >= rule.waiting_days) & ((rule.valid_days == 0) | (age <= rule.valid_days));
  return take_off(counts, rule.gives);
}

/// Raises a decision to what the stale rule asks at least.
void raise(verdict& v, stale_rule rule, std::uint8_t number, code why) {
  v.stale = std::max(v.stale, rule);
  auto least = rule == stale_rule::refuses     ? decision::refuse
               : rule == stale_rule::condition ? decision::condition
                                               : decision::admit;
  if (v.decision >= least)
    return;
  v.decision = least;
  v.reason = why;
  v.rule = number;
}

void apply_stale(verdict& v, const judge_input& in, const category_rules& rules) {
  // The level of a group that no answer looks at is no data of this verdict.
  auto holder_stale = in.holder_level.stale && rules.reads_holder_level && in.card.known;
  if (in.venue_level.stale || holder_stale)
    raise(v, rules.stale_levels, rules.stale_number, code::levels_stale);
  if (in.cards_stale)
    raise(v, rules.stale_cards, rules.stale_number, code::cards_stale);
}

void apply_capacity(verdict& v, const judge_input& in, const category_rules& rules) {
  auto limit = persons_limit(rules, in.venue.capacity);
  // One branch for all three, seldom taken.
  auto full = (limit != 0) & (in.inside >= limit) & (v.decision != decision::refuse);
  if (!full)
    return;
  v.decision = std::max(v.decision, rules.when_full);
  v.reason = code::capacity_full;
  v.rule = rules.capacity_number;
}

} // namespace

colour colour_of(const rulebook& book, const card_facts& card, std::uint8_t holder_level,
                 time_ms at) {
  assert(holder_level < level_values);
  const auto& rules = book.colours;
  auto today = local_day(at);
  auto age = at - card.pcr_negative_min * minute_ms;
  auto tested = (card.pcr_negative_min != 0) & (age >= 0) & (age < rules.negative_test_ms);
  auto most = take_off(tested, rules.negative_test_gives);
  most = std::max(most, take_off(rules.full_dose, card.full_dose, today));
  most = std::max(most, take_off(rules.first_dose, card.first_dose, today));
  most = std::max(most, take_off(rules.recovered, card.recovered, today));
  auto allowed = red - static_cast<unsigned>(rules.best_at_level[holder_level]);
  allowed &= 0u - static_cast<unsigned>(card.known & !card.revoked);
  return static_cast<colour>(red - std::min(most, allowed));
}

std::uint32_t persons_limit(const category_rules& rules, std::uint32_t capacity) {
  auto share = static_cast<std::uint32_t>(std::uint64_t{capacity} * rules.capacity_percent / 100);
  share = std::max(share, 1u); // half of one place is one place
  share &= 0u - static_cast<std::uint32_t>(capacity != 0);
  // 0 is no limit: less one it is the greatest of all.
  return std::min(share - 1, rules.persons_max - 1) + 1;
}

verdict judge(const judge_input& in) {
  verdict v;
  const auto* book = in.book;
  if (book != nullptr)
    v.colour = colour_of(*book, in.card, in.holder_level.level, in.at);
  if (in.way == direction::out) {
    v.decision = decision::admit;
    v.reason = code::left;
    return v;
  }
  if (in.venue.suspended) {
    v.decision = decision::refuse;
    v.reason = code::venue_suspended;
    return v;
  }
  if (book == nullptr) {
    v.decision = decision::condition;
    v.reason = code::no_rulebook;
    return v;
  }
  const auto& cell =
    book->cell(in.venue.kind, v.colour, in.venue_level.level, in.holder_level.level);
  v.decision = cell.decision;
  v.rule = cell.rule;
  v.reason = in.card.revoked  ? code::card_revoked
             : !in.card.known ? code::card_unknown
                              : cell.reason;
  const auto& rules = book->categories[static_cast<std::size_t>(in.venue.kind)];
  apply_stale(v, in, rules);
  apply_capacity(v, in, rules);
  return v;
}

} // namespace wardflow
