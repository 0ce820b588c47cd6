// SPDX-License-Identifier: Apache-2.0
// AREA BOOK  what a city or province knows of the wards below: hours, days, alerts.
//
//   entry of a child's up-log ─apply─▶ newest revision of (ward, hour) ─▶ row of this commit
//                                      (ward, day), (unit, kind, subject)
//   sums over wards ◀─ when somebody asks
//
// Owns     the newest revision of each; which child brought a ward's rows last.
// Borrows  nothing; an entry's bytes are copied.
// Promise  counts and alerts depend on the SET of entries alone: order, repeats, and which child
//          brought them change nothing, so a ward that moves between parents counts once. State is
//          what the rows say.
// Bound    `days_kept` days: about 0.4 MB a ward at 62. Alerts: as many of a unit as its own book
//          keeps; where there are more, those that are resolved go.
//
// The same at each height: a child may be an area, and its entries carry the wards' own units.
#pragma once

#include "actors/logic/person_sketch.hpp"
#include "actors/logic/retention.hpp"
#include "messages/counts.hpp"
#include "messages/link.hpp"
#include "messages/round.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace wardflow {

/// A day over all wards. Persons: exact only within one ward, so named (DOMAIN §9).
struct area_day {
  std::uint32_t wards = 0;      // that told of this day ...
  std::uint32_t wards_zero = 0; // ... of these, without a counted scan
  std::uint64_t taken = 0;
  std::uint64_t counted = 0;
  std::uint64_t late = 0;
  std::uint64_t person_wards = 0;     // the SUM of ward-days: who was in two wards counts twice
  std::uint32_t wards_estimated = 0;  // ... of which these wards' are from sketches
  std::uint64_t persons_estimate = 0; // distinct in the area, from the merged sketches
  std::uint64_t linked = 0;
  std::array<std::uint64_t, 4> decisions{};
  std::array<std::uint64_t, 4> colours{};
  std::map<std::uint16_t, std::uint64_t> reasons;
  std::uint64_t venues = 0;
  std::uint64_t inside = 0;
  bool operator==(const area_day&) const = default;
};

/// Alerts that are not resolved.
struct alert_counts {
  std::uint32_t open = 0;
  std::uint32_t acknowledged = 0;
  [[nodiscard]] std::uint32_t unresolved() const { return open + acknowledged; }
  bool operator==(const alert_counts&) const = default;
};

struct alert_filter {
  unit_code unit; // none: all
  alert_kind kind = alert_kind::none;
  severity severity_min = severity::notice;
  bool resolved = false; // these too
};

enum class entry_outcome : std::uint8_t {
  changed,
  known,        // this revision or a newer one is held
  malformed,    // cannot be read: broken, or of a newer release
  too_large,    // no entry of its kind is so large
  too_many,     // alerts of one unit that are open
  other_unit,   // of a unit that this child may not speak for
  out_of_range, // of an hour or day that is not kept, or far ahead
  other_kind,   // not the book's: an answer, a row of a register
};

class area_book {
public:
  static constexpr unsigned days_kept = 62;
  static constexpr unsigned card_days_kept = identity_days; // alerts that name a card
  static constexpr unsigned days_ahead = 31;                // a node's clock may be so far ahead
  static constexpr std::size_t entry_bytes_max = std::size_t{64} << 10; // of what is kept here

  struct ward {
    unit_code via;     // the child that brought its rows last
    time_ms since = 0; // ... and since when
    unit_code before;  // ... and who before that; not saved
    time_ms heard = 0; // when something of it was last new
    std::map<hour_number, hour_rollup> hours;
    std::map<day_number, day_rollup> days;
  };

  explicit area_book(unit_code own) : own_(own) {
    // nop
  }

  /// One entry of a child's up-log. A ward speaks for itself alone; an area for all but us.
  /// `any_day`: our own clock is not believed, so nothing is too old or too far ahead.
  [[nodiscard]] entry_outcome apply(unit_code child, const log_entry_view& e, time_ms stamp,
                                    std::vector<saved_row>& rows, bool any_day = false);
  /// Whether a child may say something of a unit.
  [[nodiscard]] bool may_speak(unit_code child, unit_code unit) const;
  /// This child begins a new epoch: what it still holds it says again from `revision` on. Its own
  /// alerts that are not resolved end with the node that raised them: calls `say` with each.
  void replaced(unit_code child, std::uint32_t revision, time_ms stamp,
                std::vector<saved_row>& rows, const std::function<void(const alert&)>& say);
  /// Forgets what is too old: rows past `days_kept`, alerts resolved so long ago, those of cards
  /// sooner and in any state. Once a day.
  void forget(time_ms stamp, std::vector<saved_row>& rows);
  /// Everything of a ward that belongs elsewhere now.
  void drop(unit_code unit, std::vector<saved_row>& rows);

  [[nodiscard]] const std::map<unit_code, ward>& wards() const { return wards_; }
  [[nodiscard]] const ward* find(unit_code unit) const;
  /// Wards that came, or came by another child, since the last call.
  [[nodiscard]] std::vector<unit_code> take_joined() { return std::exchange(joined_, {}); }

  [[nodiscard]] hour_counts sum(hour_number hour) const;
  [[nodiscard]] area_day sum_day(day_number day) const;
  /// Hour by hour of a day of these wards, or of all (none named).
  [[nodiscard]] std::array<hour_counts, 24> hours_of(day_number day,
                                                     std::span<const unit_code> units = {}) const;

  using kind_counts = std::array<alert_counts, static_cast<std::size_t>(alert_kind::count_)>;
  /// By kind, of one unit or of all (no unit).
  [[nodiscard]] kind_counts open_by_kind(unit_code unit = {}) const;
  /// Of one kind, not resolved: how many, and of how many units.
  struct kind_load {
    std::uint32_t alerts = 0;
    std::uint32_t units = 0;
  };
  [[nodiscard]] kind_load load_of(alert_kind kind) const;
  /// By unit; those with none are left out.
  [[nodiscard]] std::map<unit_code, alert_counts> open_by_unit() const;
  /// In order of (unit, kind, subject), after `after`; at most `limit`.
  [[nodiscard]] std::vector<const alert*> alerts(const alert_filter& filter,
                                                 const std::optional<alert_ref>& after,
                                                 std::size_t limit) const;
  [[nodiscard]] const alert* find(const alert_ref& ref) const;
  /// Calls f(alert) for those that are not resolved, in the same order.
  template <class F>
  void each_open(F&& f) const {
    for (auto& [key, a] : alerts_)
      if (a.state != alert_state::resolved)
        f(a);
  }

  /// Calls f(kind, unit, message) for the newest of all that is held, as entries say it.
  template <class F>
  void each_entry(F&& f) const {
    for (auto& [unit, w] : wards_) {
      for (auto& [hour, r] : w.hours)
        f(entry_kind::hour_rollup, unit, encode_hour_rollup(r));
      for (auto& [day, r] : w.days)
        f(entry_kind::day_rollup, unit, encode_day_rollup(r));
    }
    for (auto& [key, a] : alerts_)
      f(entry_kind::alert, a.unit, encode_alert(a));
  }

  /// One row back; false: damaged. Of state_table::rollups all; of ::alerts those with the prefix:
  /// the others are the area's own.
  static constexpr std::string_view alert_prefix = "below/";
  [[nodiscard]] bool load(state_table table, std::string_view key,
                          std::span<const std::byte> value);

private:
  using alert_key = std::tuple<unit_code, alert_kind, std::string>;
  using place = std::map<alert_key, alert>::iterator;

  [[nodiscard]] ward& brought(unit_code child, unit_code unit, time_ms stamp,
                              std::vector<saved_row>& rows);
  entry_outcome take(unit_code child, hour_rollup r, bytes body, time_ms stamp,
                     std::vector<saved_row>& rows);
  entry_outcome take(unit_code child, day_rollup r, bytes body, time_ms stamp,
                     std::vector<saved_row>& rows);
  entry_outcome take(unit_code child, alert a, bytes body, time_ms stamp,
                     std::vector<saved_row>& rows);
  [[nodiscard]] std::pair<place, bool> place_of(const alert& a);
  void put(place at, alert a);
  place erase(place at, std::vector<saved_row>& rows);
  [[nodiscard]] bool is_full(unit_code unit) const;
  [[nodiscard]] bool has_room(unit_code unit, std::vector<saved_row>& rows);
  void count(const alert& a, std::uint32_t by);

  unit_code own_;
  std::map<unit_code, ward> wards_;
  std::map<alert_key, alert> alerts_;
  std::map<unit_code, kind_counts> open_; // of alerts_
  std::map<unit_code, std::size_t> held_; // ... resolved ones too
  std::vector<unit_code> joined_;
  day_number forgotten_on_ = 0;
};

} // namespace wardflow
