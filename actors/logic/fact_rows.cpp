// SPDX-License-Identifier: Apache-2.0
#include "actors/logic/fact_rows.hpp"

#include "messages/limits.hpp"
#include "messages/packed.hpp"

#include <cstring>

namespace wardflow {

namespace {

/// As it lies on the disk: 16 bytes, for there may be millions.
struct card_value {
  std::uint32_t group = 0;
  std::uint32_t pcr_negative_min = 0;
  day_number first_dose = 0;
  day_number full_dose = 0;
  day_number recovered = 0;
  day_number came = 0; // on this local day it came in; 0: not known
};
static_assert(sizeof(card_value) == 16);

std::string key_of(std::string_view prefix, std::uint64_t number, int size) {
  std::string key{prefix};
  for (auto shift = 8 * (size - 1); shift >= 0; shift -= 8)
    key += static_cast<char>(number >> shift & 0xFF);
  return key;
}

/// The number behind a prefix; nothing where the key has another form.
std::optional<std::uint64_t> number_in(std::string_view key, std::string_view prefix,
                                       std::size_t size) {
  if (!key.starts_with(prefix) || key.size() != prefix.size() + size)
    return std::nullopt;
  std::uint64_t number = 0;
  for (auto c : key.substr(prefix.size()))
    number = number << 8 | static_cast<unsigned char>(c);
  return number;
}

saved_row row_with(std::string key, packed_writer& out) {
  return {state_table::facts, std::move(key), out.take(), false};
}

packed_writer begun(const fact_source& source) {
  packed_writer out;
  out.number(1); // schema version of this value
  out.number(static_cast<std::uint64_t>(source.said));
  out.number(static_cast<std::uint64_t>(source.at));
  out.text(source.by);
  out.number(static_cast<std::uint64_t>(source.role));
  return out;
}

} // namespace

// -- values to rows -----------------------------------------------------------------------------

saved_row row_of(const card_update& card, day_number came) {
  auto& f = card.facts;
  const card_value v{static_cast<std::uint32_t>(f.group),
                     f.pcr_negative_min,
                     f.first_dose,
                     f.full_dose,
                     f.recovered,
                     came};
  std::vector<std::byte> value(sizeof v);
  std::memcpy(value.data(), &v, sizeof v);
  return {state_table::facts, key_of(fact_prefix::card, static_cast<std::uint64_t>(card.card), 8),
          std::move(value), false};
}

std::string level_key(group_id group, day_number day) {
  return key_of(fact_prefix::level, std::uint64_t{static_cast<std::uint32_t>(group)} << 16 | day,
                6);
}

saved_row row_of(const level_update& level) {
  packed_writer out;
  out.number(1); // schema version of this value
  out.number(static_cast<std::uint64_t>(level.scale) | std::uint64_t{level.level} << 8);
  out.number(static_cast<std::uint64_t>(level.published_at));
  out.text(level.issuer);
  out.text(level.document);
  return row_with(level_key(level.group, level.effective_from), out);
}

saved_row row_of(const rulebook_text& book, std::uint32_t version, const fact_source& source) {
  auto out = begun(source);
  out.text(book.text);
  return row_with(key_of(fact_prefix::rulebook, version, 4), out);
}

saved_row row_of(const card_order& order, const fact_source& source) {
  auto out = begun(source);
  out.number(order.revoke);
  out.text(order.document);
  return row_with(key_of(fact_prefix::card_order, static_cast<std::uint64_t>(order.card), 8), out);
}

std::string venue_order_key(venue_id venue) {
  return key_of(fact_prefix::venue_order, static_cast<std::uint64_t>(venue), 8);
}

saved_row row_of(const venue_order& order, const fact_source& source) {
  auto out = begun(source);
  out.number(order.suspend);
  out.text(order.document);
  return row_with(venue_order_key(order.venue), out);
}

saved_row row_of(const contact_list& all, const fact_source& source) {
  auto out = begun(source);
  out.number(all.rows.size());
  for (auto& row : all.rows)
    for (auto* text : {&row.name, &row.phone, &row.note})
      out.text(*text);
  return row_with(key_of(fact_prefix::contacts, unit_number(all.unit), 4), out);
}

saved_row row_of(const facts_said& said) {
  packed_writer out;
  out.number(1); // schema version of this value
  out.number(static_cast<std::uint64_t>(said.cards));
  out.number(static_cast<std::uint64_t>(said.levels));
  out.number(static_cast<std::uint64_t>(said.cards_at));
  return row_with(std::string{fact_prefix::said}, out);
}

saved_row row_of_cards_next(std::uint64_t next) {
  packed_writer out;
  out.number(1); // schema version of this value
  out.number(next);
  return row_with(std::string{fact_prefix::cards_next}, out);
}

// -- rows to values -----------------------------------------------------------------------------

std::optional<std::uint64_t> cards_next_of_row(std::string_view key, row_value value) {
  packed_reader in{value};
  std::uint64_t version = 0, next = 0;
  if (key != fact_prefix::cards_next || !in.number(version) || version != 1 || !in.number(next) ||
      !in.at_end())
    return std::nullopt;
  return next;
}

day_number came_of_card_row(row_value value) {
  card_value v;
  if (value.size() != sizeof v)
    return 0;
  std::memcpy(&v, value.data(), sizeof v);
  return v.came;
}

std::optional<card_update> card_of_row(std::string_view key, row_value value) {
  auto card = number_in(key, fact_prefix::card, 8);
  card_value v;
  if (!card || value.size() != sizeof v)
    return std::nullopt;
  std::memcpy(&v, value.data(), sizeof v);
  card_update c;
  c.card = card_id{*card};
  c.facts.group = group_id{v.group};
  c.facts.pcr_negative_min = v.pcr_negative_min;
  c.facts.first_dose = v.first_dose;
  c.facts.full_dose = v.full_dose;
  c.facts.recovered = v.recovered;
  c.facts.known = true;
  return c;
}

std::optional<level_update> level_of_row(std::string_view key, row_value value) {
  auto of = number_in(key, fact_prefix::level, 6);
  packed_reader in{value};
  std::uint64_t version = 0, what = 0, published = 0;
  level_update l;
  if (!of || !in.number(version) || version != 1 || !in.number(what) || !in.number(published) ||
      !in.text(l.issuer) || !in.text(l.document) || !in.at_end() ||
      (what & 0xFF) > static_cast<std::uint8_t>(risk_scale::resolution_128))
    return std::nullopt;
  l.group = group_id{static_cast<std::uint32_t>(*of >> 16)};
  l.effective_from = static_cast<day_number>(*of & 0xFFFF);
  l.scale = static_cast<risk_scale>(what & 0xFF);
  l.level = static_cast<std::uint8_t>(what >> 8);
  l.published_at = static_cast<time_ms>(published);
  return l;
}

namespace {

/// What `begun` wrote.
bool take_source(packed_reader& in, single_fact& f) {
  std::uint64_t version = 0, said = 0, at = 0, as = 0;
  if (!in.number(version) || version != 1 || !in.number(said) || !in.number(at) || !in.text(f.by) ||
      !in.number(as) || as > 0xFF)
    return false;
  f.said = static_cast<time_ms>(said);
  f.at = static_cast<time_ms>(at);
  f.role = static_cast<role>(as);
  return true;
}

std::optional<contact_list> contacts_of_row(std::string_view key, packed_reader& in) {
  auto number = number_in(key, fact_prefix::contacts, 4);
  auto unit = number ? unit_of_number(static_cast<std::uint32_t>(*number)) : std::nullopt;
  std::uint64_t count = 0;
  if (!unit || unit->empty() || !in.number(count) || count > limits::contacts_per_unit_max)
    return std::nullopt;
  contact_list all{*unit, std::vector<contact>(count)};
  for (auto& row : all.rows)
    for (auto* text : {&row.name, &row.phone, &row.note})
      if (!in.text(*text))
        return std::nullopt;
  return in.at_end() ? std::optional{std::move(all)} : std::nullopt;
}

} // namespace

std::optional<single_fact> single_of_row(std::string_view key, row_value value) {
  packed_reader in{value};
  single_fact f;
  std::uint64_t flag = 0;
  std::string text;
  if (!take_source(in, f))
    return std::nullopt;
  if (key.starts_with(fact_prefix::contacts)) {
    auto all = contacts_of_row(key, in);
    if (!all)
      return std::nullopt;
    f.body = std::move(*all);
    return f;
  }
  auto is_book = key.starts_with(fact_prefix::rulebook);
  if ((!is_book && (!in.number(flag) || flag > 1)) || !in.text(text) || !in.at_end())
    return std::nullopt;
  if (is_book) {
    f.body = rulebook_text{std::move(text)};
    return number_in(key, fact_prefix::rulebook, 4) ? std::optional{std::move(f)} : std::nullopt;
  }
  if (auto card = number_in(key, fact_prefix::card_order, 8)) {
    f.body = card_order{card_id{*card}, {}, code::ok, flag != 0, std::move(text)};
    return f;
  }
  if (auto venue = number_in(key, fact_prefix::venue_order, 8)) {
    f.body = venue_order{venue_id{*venue}, flag != 0, std::move(text)};
    return f;
  }
  return std::nullopt;
}

std::optional<facts_said> said_of_row(std::string_view key, row_value value) {
  packed_reader in{value};
  std::uint64_t version = 0, cards = 0, levels = 0, at = 0;
  if (key != fact_prefix::said || !in.number(version) || version != 1 || !in.number(cards) ||
      !in.number(levels) || !in.number(at) || !in.at_end())
    return std::nullopt;
  return facts_said{static_cast<time_ms>(cards), static_cast<time_ms>(levels),
                    static_cast<time_ms>(at)};
}

} // namespace wardflow
