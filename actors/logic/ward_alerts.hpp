// SPDX-License-Identifier: Apache-2.0
// WARD ALERTS  what a round of a ward raises, and what it ends.
//
//   frames, scans, verdicts ─note─▶ [this round's conditions] ─end_of_round─▶ alert_book ─▶ up-log
//   levels, orders ──────────────────────────────────────────▶ alert_book
//
// Owns     the conditions of the round in work; the newest `in` of many persons.
// Borrows  the ward's state for each call: alerts, up-log, level watch are there.
// Promise  no part of the fold: rounds that are judged again or replayed raise nothing (`on` is
//          false, or it is never called). What is raised does not depend on the order in which
//          slices were judged. A card is named by a part of its pseudonym, never by a code, and
//          not for longer than the journal names it.
// Bound    64 cards a kind and round, the others are counted in `*`; 1.5 MiB of newest `in`s.
#pragma once

#include "actors/logic/ward_state.hpp"
#include "messages/round.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace wardflow {

class ward_alerts {
public:
  /// A card that was refused so often is looked at.
  static constexpr std::uint32_t refusals = 3;
  /// Nobody enters two venues within less, by event time.
  static constexpr time_ms clone_ms = minute_ms;
  /// A condition that comes and goes has ended when it was not seen for so long.
  static constexpr time_ms quiet_ms = 10 * minute_ms;
  /// After so long a card's alert ends by itself, for its name has to go.
  static constexpr time_ms card_ms = 13 * day_ms;
  static constexpr std::size_t cards_per_round = 64;

  explicit ward_alerts(bool on) : on_(on) {
    // nop
  }

  // -- while a round is worked on --

  /// Before its commands: what a new day brings.
  void begin_round(ward_state& s, time_ms stamp);
  /// A frame was refused: what came before it is missing.
  void gap(device_id device, std::uint64_t expected, std::uint64_t came);
  /// A frame of the device was taken.
  void took(device_id device) {
    if (!gaps_.empty() && gaps_.back().device == device)
      gaps_.back().over = true;
  }
  /// A counted `in`, and where the person's newest scan was before it.
  void entered(card_id person, std::uint32_t serial, time_ms at,
               const card_book::last_seen& before) {
    if (!on_)
      return;
    if (recent_.empty())
      recent_.resize(recent_count);
    auto& slot = recent_[card_slot(person)];
    if (before.venue != 0 && before.venue != serial && at - before.at < clone_ms &&
        before.at - at < clone_ms && slot.person == person && slot.at == before.at &&
        slot.serial == before.venue)
      cloned(person, serial, at, before);
    if (at >= before.at)
      slot = {person, at, serial};
  }
  /// A counted refusal; `times`: of the person, up to now.
  void refused(const scan_item& item, std::uint32_t slice, std::uint32_t times);
  /// So many scans of the round were refused for their time.
  void skewed(std::uint32_t scans) { skewed_ = scans; }

  // -- commands --

  void level_set(ward_state& s, const level_entry& level, level_outcome what, time_ms stamp);
  void group_joined(ward_state& s, group_id group, time_ms stamp);
  void venue_ordered(ward_state& s, const venue_order& order, time_ms stamp);
  void device_revoked(ward_state& s, const device_entry& device, time_ms stamp);

  /// All is judged: alerts are raised and ended, their rows and up-log entries made.
  void end_of_round(ward_state& s, scan_round& r);

private:
  static constexpr std::size_t recent_count = 1 << 16;
  struct newest_in {
    card_id person{};
    time_ms at = 0;
    std::uint32_t serial = 0;
  };
  struct gap_seen {
    device_id device{};
    std::uint64_t expected = 0, came = 0;
    std::uint32_t times = 0;
    bool over = false; // a later frame was taken
  };
  struct clone_seen {
    card_id person{};
    std::uint32_t serial = 0, before = 0;
    time_ms apart = 0;
  };
  struct refused_card {
    card_id person{};
    std::uint32_t slice = 0, times = 0;
    code reason = code::ok;
  };
  struct refused_there {
    std::uint32_t slice = 0, times = 0;
    code reason = code::ok;
  };

  static std::size_t card_slot(card_id person) { return mixed(person) >> 8 & (recent_count - 1); }
  void cloned(card_id person, std::uint32_t serial, time_ms at, const card_book::last_seen& before);
  void raise_devices(ward_state& s, const scan_round& r);
  void raise_skew(ward_state& s, const scan_round& r);
  void raise_cards(ward_state& s, const scan_round& r);
  void raise_venues(ward_state& s, const scan_round& r);
  static void raise_full(ward_state& s, const scan_round& r, const slice_work& work,
                         std::uint32_t refusals);
  static void raise_levels(ward_state& s, const scan_round& r);

  bool on_;
  std::vector<gap_seen> gaps_;
  std::vector<clone_seen> clones_;
  std::uint64_t more_clones_ = 0;
  std::vector<refused_card> cards_;
  std::uint64_t more_cards_ = 0;
  std::vector<refused_there> venues_; // in order of slices
  std::uint32_t skewed_ = 0;
  std::vector<newest_in> recent_; // by a part of the person's hash; the newer one takes the place
};

/// A card's short form: ten hexadecimal digits of its pseudonym.
std::string short_card(card_id card);

} // namespace wardflow
