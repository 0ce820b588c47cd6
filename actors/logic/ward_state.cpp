// SPDX-License-Identifier: Apache-2.0
#include "actors/logic/ward_state.hpp"

#include "actors/logic/rulebook_file.hpp"
#include "messages/packed.hpp"

#include <charconv>
#include <cstdio>

namespace wardflow {

namespace {

std::uint64_t number_of(std::string_view digits) {
  std::uint64_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

bool load_level(packed_reader& in, level_entry& e) {
  std::uint64_t where = 0, what = 0, published = 0;
  if (!in.number(where) || !in.number(what) || !in.number(published) || !in.text(e.issuer) ||
      !in.text(e.document) || !in.at_end())
    return false;
  e.group = group_id{static_cast<std::uint32_t>(where)};
  e.effective_from = static_cast<day_number>(where >> 32);
  e.scale = static_cast<risk_scale>(what & 0xff);
  e.level = static_cast<std::uint8_t>(what >> 8);
  e.corrections = static_cast<std::uint16_t>(what >> 16);
  e.published_at = static_cast<time_ms>(published);
  return true;
}

std::string key_of(const command_id& id) {
  return {reinterpret_cast<const char*>(id.data()), id.size()};
}

} // namespace

std::string number_key(std::uint64_t number) {
  auto digits = std::to_string(number);
  return std::string(digits.size() < 10 ? 10 - digits.size() : 0, '0') + digits;
}

hash128_value ledger_hash(std::uint32_t serial, const hash128_value& ledger) {
  if (ledger == hash128_value{})
    return {}; // a ledger without a scan is no part of the state: it may be there or not
  std::uint64_t parts[3] = {serial, ledger[0], ledger[1]};
  return hash128(std::as_bytes(std::span{parts}));
}

// -- answers ------------------------------------------------------------------------------------

const std::vector<std::byte>* answer_book::find(const command_id& id) const {
  auto at = answers_.find(id);
  return at == answers_.end() ? nullptr : &at->second;
}

unit_code answer_book::unit_of(const command_id& id) const {
  auto at = units_.find(id);
  return at == units_.end() ? unit_code{} : at->second;
}

void answer_book::remember(const command_id& id, std::uint64_t round, std::vector<std::byte> answer,
                           unit_code unit) {
  if (answers_.insert_or_assign(id, std::move(answer)).second)
    order_.emplace(round, id);
  if (!unit.empty())
    units_[id] = unit;
}

void answer_book::put(const command_id& id, std::uint64_t round, bytes answer,
                      std::vector<saved_row>& rows, unit_code unit) {
  rows.push_back(row_of(id, round, answer, unit));
  remember(id, round, {answer.begin(), answer.end()}, unit);
  while (answers_.size() > kept) {
    auto oldest = order_.begin()->second;
    order_.erase(order_.begin());
    answers_.erase(oldest);
    units_.erase(oldest);
    rows.push_back({state_table::commands, key_of(oldest), {}, true});
  }
}

saved_row answer_book::row_of(const command_id& id, std::uint64_t round, bytes answer,
                              unit_code unit) {
  packed_writer out;
  out.number(round);
  out.text({reinterpret_cast<const char*>(answer.data()), answer.size()});
  if (!unit.empty())
    out.number(unit_number(unit));
  return {state_table::commands, key_of(id), out.take(), false};
}

void answer_book::each_row(const row_sink& sink) const {
  for (auto& [round, id] : order_)
    sink(row_of(id, round, answers_.at(id), unit_of(id)));
}

bool answer_book::load(std::string_view key, std::span<const std::byte> value) {
  packed_reader in{value};
  std::uint64_t round = 0, unit = 0;
  std::string text;
  command_id id{};
  if (key.size() != id.size() || !in.number(round) || !in.text(text) ||
      (!in.at_end() && !in.number(unit)) || !in.at_end() || unit > 0xffff'ffff)
    return false;
  auto of = unit_of_number(static_cast<std::uint32_t>(unit));
  if (!of)
    return false;
  std::copy(key.begin(), key.end(), id.begin());
  auto data = std::as_bytes(std::span{text});
  remember(id, round, {data.begin(), data.end()}, *of);
  return true;
}

time_ms ward_state::next_due() const {
  auto venue = slots.next_due();
  auto shard = cards.next_due();
  time_ms next = 0;
  for (auto due : {venue, shard == card_book::never ? 0 : shard, alerts.next_due(), owed.next_due(),
                   rollups.next_due(), news.next_due()})
    next = due == 0 ? next : next == 0 ? due : std::min(next, due);
  return next;
}

// -- rows ---------------------------------------------------------------------------------------

bool ward_state::load(state_table table, std::string_view key, std::span<const std::byte> value) {
  switch (table) {
  case state_table::venues: {
    auto* entry = places.find(static_cast<std::uint32_t>(number_of(key)));
    venue_ledger ledger;
    std::uint64_t stamp = 0;
    if (entry == nullptr || !ledger.load(value, stamp))
      return false;
    auto& slot = slots.at(entry->number);
    slot.asleep.assign(value.begin(), value.end());
    slot.stamp = stamp;
    slots.expect(entry->number, ledger.due(entry->facts));
    slots.set_inside(entry->number, ledger.inside());
    return true;
  }
  case state_table::cards: {
    auto shard = number_of(key);
    return shard < card_book::shard_count && cards.load(shard, value, shard_stamps[shard]);
  }
  case state_table::devices: {
    std::uint64_t stamp = 0;
    return devices.load_gate(device_id{static_cast<std::uint32_t>(number_of(key))}, value, stamp);
  }
  case state_table::commands:
    return answers.load(key, value);
  case state_table::alerts:
    return alerts.load(key, value);
  case state_table::up:
    return up.load(key, value);
  case state_table::links:
    if (key == parent_cursor::key)
      return parent.load(value);
    return !key.starts_with(feed_book::key_prefix) || feeds.load(key, value, up);
  case state_table::ward:
  case state_table::meta:
    break;
  default:
    return false;
  }
  packed_reader in{value};
  std::uint64_t version = 0, a = 0, b = 0;
  if (table == state_table::meta) {
    if (key != "position")
      return true;
    auto sound = in.number(version) && version == 1 && in.number(last_round) && in.number(a) &&
                 in.number(scans) && in.number(replay_from) && in.number(b) && in.at_end();
    last_stamp = static_cast<time_ms>(a);
    logic = static_cast<std::uint16_t>(b);
    return sound;
  }
  if (key == "tally")
    return tally.load(value, tally_stamp);
  if (key == register_news::key)
    return news.load(value);
  if (key.starts_with(ward_rollups::key_prefix))
    return rollups.load(key, value);
  if (key.starts_with("venue/") || key.starts_with("group/"))
    return places.load(key, value);
  if (key.starts_with(contact_book::key_prefix))
    return contacts.load(key, value);
  if (key.starts_with("device/"))
    return devices.load(key, value);
  if (!in.number(version) || version != 1)
    return false;
  if (key == "as_of") {
    if (!in.number(a) || !in.number(b) || !in.at_end())
      return false;
    levels_as_of = static_cast<time_ms>(a);
    cards_as_of = static_cast<time_ms>(b);
    return true;
  }
  if (key == "levels") {
    if (!in.number(a) || !in.number(loading_totals_.corrections) || !in.at_end())
      return false;
    loading_totals_.heard_at = static_cast<time_ms>(a);
    return true;
  }
  if (key.starts_with("level/"))
    return load_level(in, loading_levels_.emplace_back());
  if (key.starts_with("book/")) {
    std::string text, file;
    if (!in.number(a) || !in.text(file) || !in.text(text) || !in.at_end())
      return false;
    auto parsed = parse_rulebook(text, file);
    return parsed.book && shelf.add(std::move(*parsed.book), static_cast<time_ms>(a)) == code::done;
  }
  return false;
}

saved_row ward_state::save(state_table table, std::uint32_t number, std::uint64_t stamp) {
  switch (table) {
  case state_table::venues:
    slots.at(number).stamp = stamp;
    return {table, number_key(serial_of(places.venues()[number].facts.id)),
            slots.rest(number)->save(stamp), false};
  case state_table::cards:
    shard_stamps[number] = stamp;
    return {table, number_key(number), cards.save(number, stamp), false};
  case state_table::devices: {
    auto* d = devices.find(device_id{number});
    assert(d != nullptr);
    d->stamp = stamp;
    return {table, number_key(number), device_book::save_gate(*d, stamp), false};
  }
  default:
    assert(table == state_table::ward); // the tally is the one part of it that rolls
    tally_stamp = stamp;
    return {table, "tally", tally.save(stamp), false};
  }
}

saved_row ward_state::save_position(std::uint64_t from) const {
  packed_writer out;
  out.number(1); // schema version of this value
  out.number(last_round);
  out.number(static_cast<std::uint64_t>(last_stamp));
  out.number(scans);
  out.number(from);
  out.number(logic_version);
  return {state_table::meta, "position", out.take(), false};
}

saved_row ward_state::save_as_of() const {
  packed_writer out;
  out.number(1); // schema version of this value
  out.number(static_cast<std::uint64_t>(levels_as_of));
  out.number(static_cast<std::uint64_t>(cards_as_of));
  return {state_table::ward, "as_of", out.take(), false};
}

saved_row ward_state::save_level(const level_entry& e, bool erase) {
  auto key =
    "level/" + number_key(static_cast<std::uint32_t>(e.group)) + "/" + number_key(e.effective_from);
  if (erase)
    return {state_table::ward, key, {}, true};
  packed_writer out;
  out.number(1); // schema version of this value
  out.number(static_cast<std::uint32_t>(e.group) | std::uint64_t{e.effective_from} << 32);
  out.number(static_cast<std::uint64_t>(e.scale) | std::uint64_t{e.level} << 8 |
             std::uint64_t{e.corrections} << 16);
  out.number(static_cast<std::uint64_t>(e.published_at));
  out.text(e.issuer);
  out.text(e.document);
  return {state_table::ward, key, out.take(), false};
}

saved_row ward_state::save_level_totals() const {
  packed_writer out;
  out.number(1); // schema version of this value
  out.number(static_cast<std::uint64_t>(levels.totals().heard_at));
  out.number(levels.totals().corrections);
  return {state_table::ward, "levels", out.take(), false};
}

bool ward_state::loaded() {
  auto sound = levels.load(loading_levels_, loading_totals_);
  std::vector<level_entry>{}.swap(loading_levels_);
  owed.begin(places.groups(), levels, last_stamp);
  up.hold("history", lane::control, 1); // alerts stay for those who subscribe later
  return sound;
}

saved_row ward_state::save_book(const rulebook& book) {
  packed_writer out;
  out.number(1); // schema version of this value
  out.number(static_cast<std::uint64_t>(book.as_of));
  out.text(book.file_name);
  out.text(book.text);
  return {state_table::ward, "book/" + number_key(book.version), out.take(), false};
}

void ward_state::each_row(const row_sink& sink) {
  places.each_row(sink);
  contacts.each_row(state_table::ward, sink);
  devices.each_row(last_round, sink);
  for (auto& e : levels.entries())
    sink(save_level(e, false));
  sink(save_level_totals());
  shelf.for_each([&](const rulebook& book) { sink(save_book(book)); });
  sink(save_as_of());
  sink({state_table::ward, "tally", tally.save(last_round), false});
  for (std::uint32_t i = 0; i != card_book::shard_count; ++i)
    sink({state_table::cards, number_key(i), cards.save(i, last_round), false});
  for (auto& entry : places.venues()) {
    auto& slot = slots.at(entry.number);
    assert(!slot.away);
    if (slot.ledger != nullptr || !slot.asleep.empty())
      sink({state_table::venues, number_key(serial_of(entry.facts.id)),
            slot.ledger != nullptr ? slot.ledger->save(last_round) : slot.asleep, false});
  }
  answers.each_row(sink);
  sink(save_position(last_round + 1));
}

hash128_value ward_state::state_hash() const {
  hash128_value sum{};
  add_to(sum, places.state_hash());
  add_to(sum, contacts.state_hash());
  add_to(sum, devices.state_hash());
  add_to(sum, cards.state_hash());
  add_to(sum, tally.state_hash());
  for (auto& e : levels.entries())
    add_to(sum, hash128(save_level(e, false).value));
  shelf.for_each([&](const rulebook& book) { add_to(sum, hash128(save_book(book).value)); });
  add_to(sum, hash128(save_as_of().value));
  return sum;
}

std::size_t ward_state::memory_bytes() const {
  return sizeof *this + cards.memory_bytes() +
         places.size() * (sizeof(venue_entry) + sizeof(venue_slot));
}

} // namespace wardflow
