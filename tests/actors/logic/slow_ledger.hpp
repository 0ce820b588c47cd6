// SPDX-License-Identifier: Apache-2.0
// A venue's ledger as one would do it with paper: every scan in a list, sets for who was there.
#pragma once

#include "actors/logic/venue_ledger.hpp"

#include <map>
#include <set>
#include <utility>

namespace wardflow::test {

class slow_ledger {
public:
  void apply(const scan_item& s, const verdict& v, time_ms stamp) {
    if (!v.counts())
      return;
    begin_day(stamp);
    // A scanner that is ahead over midnight counts on the node's day.
    auto at = s.at;
    if (!v.clock_unsure && local_day(at) > today_)
      at = start_of(static_cast<day_number>(today_ + 1)) - 1;
    auto day = local_day(at);
    auto entering = s.way == direction::in;
    auto refused = v.decision == decision::refuse;
    auto& h = hours_[local_hour(at)];
    h.hour = local_hour(at);
    (entering ? h.in : h.out) += 1;
    h.refused += entering && refused ? 1 : 0;
    h.late += v.late ? 1 : 0;
    h.poster += s.flow == flow::person_scans_poster ? 1 : 0;
    touched_.insert(h.hour);
    auto& d = days_[day];
    if (entering && refused)
      ++d.refused;
    else if (entering)
      ++(v.decision == decision::admit ? d.admitted : d.conditions);
    auto person_day = std::min(day, today_);
    if (today_ - person_day < 20 && seen_.insert({person_day, s.person}).second)
      ++days_[person_day].persons;
    if (refused || s.at < closed_until_)
      return; // nobody went through the door, or the day of that door is over
    auto& arrival = days_[today_];
    if (entering)
      ++(inside_.emplace(s.person, s.at).second ? arrival.entered : arrival.again);
    else
      ++(inside_.erase(s.person) != 0 ? arrival.exited : arrival.unmatched);
  }

  /// The closing, or the night in which the oldest are forgotten.
  void work_off(time_ms at, const venue_facts& place) {
    begin_day(at);
    if (due_ != 0 && due_ <= at)
      close(at, place);
  }

  void close(time_ms at, const venue_facts& place) {
    begin_day(at);
    auto never = place.opens == place.closes;
    for (auto p = inside_.begin(); p != inside_.end();) {
      auto second = [](time_ms t) { return t / second_ms; };
      auto leaves =
        never ? second(p->second) < second(at - day_ms) : second(p->second) <= second(at);
      p = leaves ? (++days_[today_].closed, inside_.erase(p)) : std::next(p);
    }
    due_ = 0;
    if (!never)
      closed_until_ = at;
  }

  void end_of_round(time_ms stamp, const venue_facts& place) {
    for (auto hour : touched_)
      ++hours_[hour].revision;
    touched_.clear();
    if (inside_.empty())
      due_ = 0;
    else if (due_ == 0)
      due_ = closing_after(stamp, place);
  }

  /// The closing minute of some day, looked for minute by minute.
  static time_ms closing_after(time_ms stamp, const venue_facts& place) {
    auto minute = place.opens == place.closes ? 0 : place.closes % 1440;
    auto at = stamp - stamp % minute_ms + minute_ms;
    while (minute_of_day(at) != minute)
      at += minute_ms;
    return at;
  }

  [[nodiscard]] day_row day(day_number day) const {
    auto found = days_.find(day);
    auto row = found == days_.end() ? day_row{} : found->second;
    row.day = day;
    return row;
  }
  [[nodiscard]] std::vector<hour_row> hours(day_number day) const {
    std::vector<hour_row> rows;
    for (auto& [hour, row] : hours_)
      if (hour / 24 == day)
        rows.push_back(row);
    return rows;
  }
  [[nodiscard]] bool was_seen(card_id card, day_number day) const {
    return day <= today_ && today_ - day < 20 && seen_.contains({day, card});
  }
  [[nodiscard]] std::size_t inside() const { return inside_.size(); }
  /// The closing; where nobody is inside, 3 o'clock (and some seconds by the venue's number) of
  /// the night after the oldest remembered day's twentieth; 0 where nobody is remembered.
  [[nodiscard]] time_ms due(const venue_facts& place) const {
    if (due_ != 0)
      return due_;
    auto oldest = seen_.lower_bound({static_cast<day_number>(today_ - 19), card_id{}});
    if (oldest == seen_.end())
      return 0;
    return start_of(static_cast<day_number>(oldest->first + 20)) + 3 * hour_ms +
           static_cast<time_ms>(serial_of(place.id) % 7200) * second_ms;
  }
  [[nodiscard]] time_ms closing() const { return due_; }
  [[nodiscard]] day_number today() const { return today_; }

private:
  void begin_day(time_ms stamp) {
    if (local_day(stamp) <= today_)
      return;
    today_ = local_day(stamp);
    std::erase_if(days_, [&](auto& d) { return today_ - d.first > 31; });
    std::erase_if(hours_, [&](auto& h) {
      return static_cast<int>(today_) - static_cast<int>(h.first / 24) > 31;
    });
    days_[today_].carried = static_cast<std::uint32_t>(inside_.size());
  }

  std::map<hour_number, hour_row> hours_;
  std::map<day_number, day_row> days_;
  std::set<std::pair<day_number, card_id>> seen_;
  std::map<card_id, time_ms> inside_; // since
  std::set<hour_number> touched_;
  time_ms closed_until_ = 0;
  time_ms due_ = 0;
  day_number today_ = 0;
};

} // namespace wardflow::test
