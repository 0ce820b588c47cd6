// SPDX-License-Identifier: Apache-2.0
#include "actors/logic/directive_book.hpp"

#include "actors/logic/contact_book.hpp"
#include "actors/logic/offset_log.hpp"
#include "actors/logic/rulebook_file.hpp"
#include "messages/codec.hpp"

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
    if (take_cards(*cards, source.at)) {
      said.cards_at = source.at;
      whole_waits_ = whole_waits_ || !c.more;
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
  const auto is_new = said.levels != said_.levels;
  said_ = said;
  if (is_new) // of cards it says what is in rows, with them
    rows.push_back(row_of(in_rows(0)));
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

/// Whether one of them could be read.
bool directive_book::take_cards(const std::vector<card_update>& cards, time_ms at) {
  auto heard = false;
  for (auto& card : cards) {
    if (card.card == card_id{} || card.problem != code::ok)
      continue;
    if (waiting_.empty())
      waits_since_ = at;
    auto row = row_of(card, local_day(at));
    waiting_[row.key] = std::move(row);
    heard = true;
  }
  return heard;
}

bool directive_book::cards_due(time_ms stamp, std::uint64_t log_first, bool store_full) const {
  const auto is_time = waiting_.size() >= cards_waiting_max || stamp >= cards_due_at();
  return !waiting_.empty() && (log_first > cards_next_ || (is_time && !store_full));
}

time_ms directive_book::cards_due_at() const {
  return waiting_.empty() ? 0 : waits_since_ + (whole_waits_ ? whole_wait_ms : cards_wait_ms);
}

void directive_book::write_cards(std::uint64_t next, std::vector<saved_row>& rows) {
  for (auto& [key, row] : waiting_)
    rows.push_back(std::move(row));
  waiting_.clear();
  whole_waits_ = false;
  cards_next_ = next;
  written_ = said_;
  rows.push_back(row_of(said_));
  rows.push_back(row_of_cards_next(next));
}

facts_said directive_book::in_rows(std::uint64_t log_next) const {
  auto all = said_;
  all.cards_next = waiting_.empty() ? log_next : cards_next_;
  if (!waiting_.empty()) {
    all.cards = written_.cards;
    all.cards_at = written_.cards_at;
  }
  return all;
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
    written_ = *said;
    said_ = {std::max(said_.cards, said->cards), said->levels,
             std::max(said_.cards_at, said->cards_at), 0}; // the log may have been taken before
    return true;
  }
  if (auto next = cards_next_of_row(key, value)) {
    cards_next_ = *next;
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

bool directive_book::load_log(std::string_view key, std::span<const std::byte> value) {
  if (!offset_log::is_chunk_key(lane::bulk, key) ||
      key < offset_log::chunk_key(lane::bulk, cards_next_))
    return true;
  log_chunk chunk;
  if (!read_log_chunk(value, chunk))
    return false;
  std::vector<saved_row> told; // of cards there is nothing: it goes with their rows
  for (auto& e : chunk.batch.entries) {
    command c;
    if (e.kind == entry_kind::command && read_command(e.body, c) == code::ok)
      take(c, e.unit, {e.by, e.said_at(), e.at, e.role, e.expires != 0}, told);
  }
  waits_since_ = 0; // to their rows with the first round that has room
  return true;
}

} // namespace wardflow
