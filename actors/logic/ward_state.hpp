// SPDX-License-Identifier: Apache-2.0
// Everything a ward knows, as one value: the fold's result.
//
//   rows of the store ─load─▶ ward_state ─prepare, judge, finish─▶ ward_state ─save─▶ rows
//
// Owns     register, contacts, devices, cards, levels, rules, tally, ledgers, answers; alerts,
//          logs, readers.
// Promise  equal inputs from equal states give equal states: see state_hash.
// Bound    by its parts.
#pragma once

#include "actors/logic/alert_book.hpp"
#include "actors/logic/card_book.hpp"
#include "actors/logic/contact_book.hpp"
#include "actors/logic/device_book.hpp"
#include "actors/logic/feed_book.hpp"
#include "actors/logic/level_book.hpp"
#include "actors/logic/level_watch.hpp"
#include "actors/logic/offset_log.hpp"
#include "actors/logic/parent_cursor.hpp"
#include "actors/logic/register_news.hpp"
#include "actors/logic/rulebook.hpp"
#include "actors/logic/venue_slots.hpp"
#include "actors/logic/ward_register.hpp"
#include "actors/logic/ward_rollups.hpp"
#include "actors/logic/ward_tally.hpp"
#include "messages/record.hpp"

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wardflow {

/// Answers of the newest commands by id: a repeat is answered from here.
class answer_book {
public:
  static constexpr std::size_t kept = 4096;

  [[nodiscard]] const std::vector<std::byte>* find(const command_id& id) const;
  /// The unit below to which the command went, whose answer this is or will be; none: our own.
  [[nodiscard]] unit_code unit_of(const command_id& id) const;
  /// Remembers and says what to save; forgets the oldest.
  void put(const command_id& id, std::uint64_t round, bytes answer, std::vector<saved_row>& rows,
           unit_code unit = {});
  [[nodiscard]] bool load(std::string_view key, std::span<const std::byte> value);
  void each_row(const row_sink& sink) const;

private:
  [[nodiscard]] static saved_row row_of(const command_id& id, std::uint64_t round, bytes answer,
                                        unit_code unit);
  void remember(const command_id& id, std::uint64_t round, std::vector<std::byte> answer,
                unit_code unit);

  std::map<command_id, std::vector<std::byte>> answers_;
  std::map<command_id, unit_code> units_; // of those that went down
  std::multimap<std::uint64_t, command_id> order_;
};

struct ward_state {
  explicit ward_state(unit_code ward) : unit(ward), places(ward.number()), alerts(ward) {
    // nop
  }

  unit_code unit;
  ward_register places;
  contact_book contacts;
  device_book devices;
  card_book cards;
  level_book levels;
  rulebook_shelf shelf;
  ward_tally tally;
  venue_slots slots;
  answer_book answers;

  // No part of the fold: written with the round that changes them, never replayed nor hashed.
  alert_book alerts;
  offset_log up{log_name::up, {}};
  parent_cursor parent;
  feed_book feeds;
  ward_rollups rollups;
  register_news news;
  level_watch owed; // made anew at a start

  time_ms levels_as_of = 0;
  time_ms cards_as_of = 0;
  time_ms last_stamp = 0; // of the newest round folded in
  std::uint64_t last_round = 0;
  std::uint64_t scans = 0; // taken, ever

  // Rounds that the saved parts stand for, and whether they wait to be saved.
  std::array<std::uint64_t, card_book::shard_count> shard_stamps{};
  std::array<bool, card_book::shard_count> shard_queued{};
  std::uint64_t tally_stamp = 0;
  bool tally_queued = false;

  /// The next moment at which something is due without a scan; 0: none.
  [[nodiscard]] time_ms next_due() const;

  /// One row of the store back; false where it is damaged. After the last one: `loaded`, which
  /// is false where they do not go together.
  [[nodiscard]] bool load(state_table table, std::string_view key,
                          std::span<const std::byte> value);
  [[nodiscard]] bool loaded();
  /// The saved row of an owner that rolls: a venue at rest, a shard, a gate, the tally.
  [[nodiscard]] saved_row save(state_table table, std::uint32_t number, std::uint64_t stamp);
  /// Where a start goes on: round, stamp, scans, and the round that a replay begins with.
  [[nodiscard]] saved_row save_position(std::uint64_t replay_from) const;
  std::uint64_t replay_from = 1;       // as loaded
  std::uint16_t logic = logic_version; // ... of the program that saved last
  /// The whole state as rows, as `load` takes them back, `replay_from` the next round. No VENUE
  /// may be awake.
  void each_row(const row_sink& sink);
  /// `as_of` times as a row.
  [[nodiscard]] saved_row save_as_of() const;
  /// A level as a row; the row of a level that was trimmed erases it.
  [[nodiscard]] static saved_row save_level(const level_entry& entry, bool erase);
  [[nodiscard]] saved_row save_level_totals() const;
  [[nodiscard]] static saved_row save_book(const rulebook& book);

  /// Of everything but ledgers that VENUEs hold: the caller adds those.
  [[nodiscard]] hash128_value state_hash() const;
  [[nodiscard]] std::size_t memory_bytes() const;

private:
  std::vector<level_entry> loading_levels_;
  level_totals loading_totals_;
};

/// Keys sort as numbers do.
std::string number_key(std::uint64_t number);

/// A ledger's part of the state's hash.
hash128_value ledger_hash(std::uint32_t serial, const hash128_value& ledger);

} // namespace wardflow
