// SPDX-License-Identifier: Apache-2.0
#include "actors/logic/directive_book.hpp"

#include "actors/logic/contact_book.hpp"
#include "actors/logic/rulebook_file.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace wardflow {

namespace {

level_entry entry_of(const level_update& l) {
  return {l.group, l.effective_from, l.scale, l.level, l.issuer, l.document, l.published_at, 0};
}

level_update update_of(const level_entry& e) {
  return {e.group, e.scale, e.level, e.effective_from, e.published_at, e.issuer, e.document};
}

} // namespace

void directive_book::take(const command& c, unit_code to, const fact_source& source,
                          std::vector<saved_row>& rows) {
  const auto lapses = c.ttl != 0 || source.lapses;
  if (auto* order = std::get_if<venue_order>(&c.body)) {
    if (to.is_ward() && to.number() == ward_of(order->venue))
      take_order(*order, lapses, source, rows);
    return;
  }
  if (auto* order = std::get_if<card_order>(&c.body)) {
    if (to.empty() && order->card != card_id{} && order->problem == code::ok)
      take_order(*order, lapses, source, rows);
    return;
  }
  if (!to.empty() || lapses)
    return;
  auto said = said_;
  if (auto* cards = std::get_if<std::vector<card_update>>(&c.body)) {
    if (take_cards(*cards, source.at, rows)) {
      said.cards_at = source.at;
      said.cards = c.more ? said.cards : std::max(said.cards, source.said);
    }
  } else if (auto* levels = std::get_if<std::vector<level_update>>(&c.body)) {
    if (take_levels(*levels, rows) && !c.more)
      said.levels = std::max(said.levels, source.said);
  } else if (auto* book = std::get_if<rulebook_text>(&c.body)) {
    auto parsed = parse_rulebook(book->text, "rulebook");
    auto version = parsed.book ? parsed.book->version : 0;
    if (parsed.book && books_.add(std::move(*parsed.book), source.said) == code::done)
      rows.push_back(row_of(*book, version, source));
  } else if (auto* all = std::get_if<contact_list>(&c.body)) {
    if (is_contact_list(all->rows)) // also of none: who had some has to hear it
      rows.push_back(row_of(*all, source));
  }
  if (said == said_)
    return;
  said_ = said;
  rows.push_back(row_of(said_));
}

/// Of one that has an end nobody here knows whether it was done in time: then nothing is known.
template <class Order>
void directive_book::take_order(const Order& order, bool may_lapse, const fact_source& source,
                                std::vector<saved_row>& rows) {
  if (order.document.empty())
    return;
  rows.push_back(row_of(order, source));
  if (may_lapse) {
    rows.back().value.clear();
    rows.back().erase = true;
  }
}

/// Whether one of them could be read. In order of their keys: rows of a commit that lie side by
/// side cost less to write.
bool directive_book::take_cards(const std::vector<card_update>& cards, time_ms at,
                                std::vector<saved_row>& rows) {
  std::vector<const card_update*> order;
  order.reserve(cards.size());
  for (auto& card : cards)
    if (card.card != card_id{} && card.problem == code::ok)
      order.push_back(&card);
  std::stable_sort(order.begin(), order.end(), // of two of one card the later one counts
                   [](auto* a, auto* b) { return a->card < b->card; });
  for (auto* card : order)
    rows.push_back(row_of(*card, local_day(at)));
  return !order.empty();
}

/// Whether one of them could be read; of two of one day the one published later counts.
bool directive_book::take_levels(const std::vector<level_update>& levels,
                                 std::vector<saved_row>& rows) {
  auto heard = false;
  for (auto& level : levels) {
    auto what = levels_.set(entry_of(level));
    heard = heard || what != level_outcome::refused;
    level_entry now;
    if (what != level_outcome::refused && what != level_outcome::older &&
        levels_.find(level.group, level.effective_from, now))
      rows.push_back(row_of(update_of(now)));
  }
  return heard;
}

void directive_book::forget(day_number today, std::vector<saved_row>& rows) {
  for (auto& [group, day] : levels_.trim(today))
    rows.push_back({state_table::facts, level_key(group, day), {}, true});
}

bool directive_book::load(std::string_view key, std::span<const std::byte> value) {
  if (auto said = said_of_row(key, value)) {
    said_ = *said;
    return true;
  }
  if (auto level = level_of_row(key, value))
    return levels_.set(entry_of(*level)) == level_outcome::set;
  auto single = single_of_row(key, value);
  auto* book = single ? std::get_if<rulebook_text>(&single->body) : nullptr;
  if (book == nullptr) // cards and orders are nothing that is kept in memory
    return single || card_of_row(key, value);
  auto parsed = parse_rulebook(book->text, "rulebook");
  return parsed.book && books_.add(std::move(*parsed.book), single->said) == code::done;
}

} // namespace wardflow
