// SPDX-License-Identifier: Apache-2.0
// The ward's register: which venues and groups there are.
//
// Owns     names, addresses and facts of every venue and group of one ward.
// Borrows  nothing.
// Promise  changes come from commands alone and are saved in the command's own commit.
//          Facts do not move or change while a round is worked on: slices point at them.
// Bound    a venue costs its facts (32 bytes), one block for its texts, and one pointer.
#pragma once

#include "messages/code.hpp"
#include "messages/command.hpp"
#include "messages/counts.hpp"
#include "messages/round.hpp"

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wardflow {

/// One venue of the register; `number` is its place in the register and never changes.
struct venue_entry {
  venue_facts facts;
  std::string texts; // name, address, phone and the suspension's document, each ended by a zero
  std::uint32_t number = 0;
  std::uint32_t slice = 0;       // scratch of the round in work: index + 1 of its slice
  std::uint64_t slice_round = 0; // ... and that round
};

class ward_register {
public:
  explicit ward_register(std::uint32_t ward) : ward_(ward) {
    // nop
  }

  [[nodiscard]] std::uint32_t ward() const { return ward_; }
  [[nodiscard]] venue_entry* find(std::uint32_t serial) {
    return serial < by_serial_.size() ? by_serial_[serial] : nullptr;
  }
  [[nodiscard]] const venue_entry* find(std::uint32_t serial) const {
    return serial < by_serial_.size() ? by_serial_[serial] : nullptr;
  }
  /// The venue with the next higher serial; nullptr after the last. 0 asks for the first.
  [[nodiscard]] const venue_entry* next_after(std::uint32_t serial) const;
  [[nodiscard]] std::size_t size() const { return venues_.size(); }
  [[nodiscard]] std::deque<venue_entry>& venues() { return venues_; }
  [[nodiscard]] const std::deque<venue_entry>& venues() const { return venues_; }
  [[nodiscard]] const std::map<group_id, std::string>& groups() const { return groups_; }

  /// done, already_so (the same row again), venue_exists (another row under this id),
  /// venue_malformed, venue_other_ward, category_unknown, group_unknown. An id of 0 takes the next
  /// serial. `rows`: what to save. With `dry_run` nothing changes.
  [[nodiscard]] code add(venue_record row, bool dry_run, venue_id& given,
                         std::vector<saved_row>& rows);
  /// done, already_so, group_malformed.
  [[nodiscard]] code add(const group_record& row, bool dry_run, std::vector<saved_row>& rows);
  /// done, not_found, document_needed, venue_already_suspended, venue_not_suspended.
  [[nodiscard]] code order(const venue_order& order, bool dry_run, std::vector<saved_row>& rows);

  [[nodiscard]] venue_record record(const venue_entry& entry) const;
  [[nodiscard]] std::string_view name(const venue_entry& entry) const;
  [[nodiscard]] std::string document(const venue_entry& entry) const;

  void each_row(const row_sink& sink) const;
  /// One saved row back; false where it is damaged or no row of the register.
  [[nodiscard]] bool load(std::string_view key, std::span<const std::byte> value);
  [[nodiscard]] std::array<std::uint64_t, 2> state_hash() const;

private:
  [[nodiscard]] static saved_row saved(const group_record& group);
  [[nodiscard]] saved_row saved(const venue_entry& entry) const;
  venue_entry& put(const venue_facts& facts, std::string texts);

  std::uint32_t ward_;
  std::uint32_t last_serial_ = 0;
  std::deque<venue_entry> venues_; // never moves an entry
  std::vector<venue_entry*> by_serial_;
  std::map<group_id, std::string> groups_;
};

} // namespace wardflow
