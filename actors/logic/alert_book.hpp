// SPDX-License-Identifier: Apache-2.0
// ALERT BOOK  what wants attention here: opened once, counted, closed; and what is said of it.
//
//   raise, clear ─┐                      ┌─▶ rows of this commit
//   acknowledge ──┼─▶ (kind, subject) ───┤
//   resolve ──────┘     end_of_round     └─▶ publish: the up-log
//
// Owns     the alerts of one unit by kind and subject; the newest revision of those that are gone.
// Borrows  nothing.
// Promise  state is what the rows say. What a person does, a first opening and an end are said in
//          their own round; repeats, and an opening right after an end, are said 10 s after the
//          last word at the soonest, and are said in the end. A revision is never used twice, also
//          not by an alert that comes back after it was forgotten. Nothing is dropped silently:
//          when full, what has no place is counted in its kind's alert `*`.
// Bound    20,000 alerts of about 1 KiB, and one `*` a kind; resolved ones go after 7 days when
//          those above have heard of them, sooner when full. Own words on one alert: two in 10 s.
#pragma once

#include "messages/alert.hpp"
#include "messages/code.hpp"
#include "messages/round.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wardflow {

class alert_book {
public:
  static constexpr std::size_t kept = 20'000;
  static constexpr time_ms quiet_ms = 10 * second_ms;
  static constexpr time_ms resolved_kept_ms = 7 * day_ms;
  /// The subject of what found no place of its own.
  static constexpr std::string_view others = "*";

  explicit alert_book(unit_code unit, std::size_t most = kept) : unit_(unit), most_(most) {
    // nop
  }

  /// The condition is there (again): opens, or counts `times` more. `how`: other than the kind's
  /// severity; a higher one than before is said at once. Texts are cut at `text_bytes_max`.
  void raise(alert_kind kind, std::string_view subject, time_ms stamp, std::string evidence,
             std::uint64_t times = 1, std::optional<severity> how = std::nullopt);
  /// The condition has ended.
  void clear(alert_kind kind, std::string_view subject, time_ms stamp);
  /// ... of all subjects of a kind that were not seen since.
  void clear_older(alert_kind kind, time_ms last_before, time_ms stamp);
  /// By a person: done, not_found, already_so.
  [[nodiscard]] code acknowledge(alert_kind kind, std::string_view subject, std::string by,
                                 time_ms stamp);
  [[nodiscard]] code resolve(alert_kind kind, std::string_view subject, std::string by,
                             time_ms stamp);
  /// The same as a command, by the alert's name, with its note: these codes, or dry_run_ok.
  [[nodiscard]] answer run(bool dry_run, const alert_order& what, const std::string& by,
                           time_ms stamp);

  /// The node's epoch has grown: what is said from now on has this revision at least.
  void revise_from(std::uint32_t least) { least_ = least; }
  /// Those above have what was said up to then: what ended later is kept until they have, but for
  /// cards.
  void heard_until(time_ms said) { heard_ = said; }
  /// All that is held goes out with this round, also what is resolved: the newest revision again.
  void say_all();

  /// What has changed as rows, and what is to be said, in order of (kind, subject).
  void end_of_round(time_ms stamp, std::vector<saved_row>& rows,
                    const std::function<void(const alert&)>& publish);
  /// When something waits to be said; 0: nothing does.
  [[nodiscard]] time_ms next_due() const { return waiting_.empty() ? 0 : waiting_.begin()->first; }

  /// Open, acknowledged or resolved; valid until the next change.
  [[nodiscard]] const alert* find(alert_kind kind, std::string_view subject) const;
  /// Not resolved.
  [[nodiscard]] bool is_open(alert_kind kind, std::string_view subject) const;
  [[nodiscard]] std::size_t open_of(alert_kind kind) const {
    return open_[static_cast<std::size_t>(kind)];
  }
  [[nodiscard]] std::size_t size() const { return alerts_.size(); }
  /// Calls f(number, alert) for those that are not resolved, in order of (kind, subject). The
  /// number is the alert's own for as long as it is kept.
  template <class F>
  void each_open(F&& f) const {
    for (auto& [k, e] : alerts_)
      if (e.what.state != alert_state::resolved)
        f(e.number, e.what);
  }

  /// One row back; false: damaged.
  [[nodiscard]] bool load(std::string_view key, std::span<const std::byte> value);

private:
  using key = std::string; // the row's: one byte of kind, then the subject
  struct entry {
    alert what;
    std::uint64_t number = 0;
    time_ms since = 0;                        // when it came to its state
    time_ms said = 0;                         // when it was last published
    time_ms due = 0;                          // when it has to be; 0: nothing waits
    alert_state told = alert_state::resolved; // as last published
  };
  using place = std::map<key, entry, std::less<>>::iterator;

  [[nodiscard]] static key key_of(alert_kind kind, std::string_view subject);
  [[nodiscard]] place obtain(alert_kind kind, std::string_view subject);
  [[nodiscard]] code order(alert_kind kind, std::string_view subject, alert_state to,
                           std::string by, time_ms stamp);
  void set_state(place at, alert_state to, time_ms stamp);
  void say_now(place at);
  void say_later(place at);
  void forget(place at);
  void forget_old(time_ms stamp);
  [[nodiscard]] saved_row row_of(const key& k, const entry& e) const;
  [[nodiscard]] saved_row head_row() const;
  [[nodiscard]] std::size_t& open_count(const entry& e) {
    return open_[static_cast<std::size_t>(e.what.kind)];
  }

  unit_code unit_;
  std::size_t most_;
  std::map<key, entry, std::less<>> alerts_;
  std::set<std::pair<time_ms, key>> waiting_;  // by `due`
  std::set<std::pair<time_ms, key>> resolved_; // by `since`; those of which all was said
  std::set<key> changed_;                      // rows of this round
  std::set<key> now_;                          // to be said at its end
  bool all_ = false;                           // ... and all others as they are
  std::array<std::size_t, static_cast<std::size_t>(alert_kind::count_)> open_{};
  std::uint64_t last_number_ = 0;
  std::uint32_t forgotten_ = 0; // the highest revision of what is gone: new alerts go on from it
  std::uint32_t least_ = 1;     // of revisions
  hour_number looked_in_ = 0;
  time_ms heard_ = std::numeric_limits<time_ms>::max();
  bool head_changed_ = false;
};

} // namespace wardflow
