// SPDX-License-Identifier: Apache-2.0
// LEVEL BOOK  the risk level of every residential group, day by day.
//
//   set(group, day) ──▶ history of each group ──▶ at(group, day): of that day, or older and stale
//
// Owns     each group's levels and the issuers' and documents' texts behind them.
// Borrows  nothing.
// Promise  a day without its own level is stale: never silently the same as the day before. The
//          same calls in the same order give the same entries; `entries` and `totals` restore it.
// Bound    one entry a group and day; `trim` keeps 31 days and each group's last level before.
#pragma once

#include "messages/facts.hpp"
#include "messages/ids.hpp"
#include "messages/time.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wardflow {

inline constexpr day_number level_days_kept = 31;

/// One level as an authority published it.
struct level_entry {
  group_id group{};
  day_number effective_from = 0; // the local day that it is for
  risk_scale scale = risk_scale::resolution_128;
  std::uint8_t level = 0; // 1 to 4
  std::string issuer;
  std::string document; // may be empty: not every daily list has a number
  time_ms published_at = 0;
  std::uint16_t corrections = 0; // how often this day's level was replaced; kept by the book

  bool operator==(const level_entry&) const = default;
};

/// What outlives the entries.
struct level_totals {
  time_ms heard_at = 0; // newest `published_at` ever given, 0: none
  std::uint64_t corrections = 0;

  bool operator==(const level_totals&) const = default;
};

enum class level_outcome : std::uint8_t {
  set,       // the day had none
  corrected, // replaced what was published before it
  repeated,  // says what is known
  older,     // a later one is known for this day: not taken
  refused,   // no group, no day, a level or scale out of range, or a text too long
};

class level_book {
public:
  /// `entry.corrections` is ignored. With the same `published_at`, the later call replaces.
  [[nodiscard]] level_outcome set(const level_entry& entry);

  /// The level of a group on a local day.
  [[nodiscard]] level_view at(group_id group, day_number day) const;

  /// Whether a level was given for exactly this day, with all that is known of it.
  [[nodiscard]] bool find(group_id group, day_number day, level_entry& found) const;

  /// Drops what no question about `today` or the 31 days before it can reach; says what it was.
  std::vector<std::pair<group_id, day_number>> trim(day_number today);

  /// Ascending by group, then day.
  [[nodiscard]] std::vector<level_entry> entries() const;
  [[nodiscard]] const level_totals& totals() const { return totals_; }
  /// Replaces everything. False, and then empty, when the entries are not such as `entries`
  /// gives.
  [[nodiscard]] bool load(std::span<const level_entry> entries, const level_totals& totals);

  [[nodiscard]] std::size_t groups() const { return histories_.size(); }
  [[nodiscard]] std::size_t size() const { return size_; }

private:
  struct record {
    day_number day = 0;
    risk_scale scale = risk_scale::resolution_128;
    std::uint8_t level = 0;
    std::uint16_t corrections = 0;
    std::uint32_t issuer = 0;   // place in texts_
    std::uint32_t document = 0; // place in texts_
    time_ms published_at = 0;
  };
  struct history {
    group_id group{};
    std::vector<record> records; // ascending by day, never empty
  };
  /// The newest level lies in the hash table itself: nearly every question ends there.
  struct slot {
    group_id group{}; // 0: free
    std::uint32_t history = 0;
    day_number day = 0;
    risk_scale scale = risk_scale::resolution_128;
    std::uint8_t level = 0;
  };

  [[nodiscard]] std::size_t place_of(group_id group) const;
  [[nodiscard]] const record* find_record(group_id group, day_number day) const;
  void grow();
  void refresh(slot& newest) const;
  [[nodiscard]] std::uint32_t intern(std::string_view text);
  [[nodiscard]] record record_of(const level_entry& entry, std::uint16_t corrections);
  void drop_idle_texts();
  [[nodiscard]] level_entry entry_of(group_id group, const record& from) const;

  std::vector<slot> slots_; // a power of two, at most half full
  std::vector<history> histories_;
  std::map<std::string, std::uint32_t, std::less<>> text_places_;
  std::vector<std::string> texts_;
  level_totals totals_;
  std::size_t size_ = 0;
};

} // namespace wardflow
