// SPDX-License-Identifier: Apache-2.0
#include "actors/logic/level_watch.hpp"

#include <algorithm>
#include <cassert>

namespace wardflow {

namespace {

constexpr int days_late_max = 7; // of a stop that are made up for

/// `22366.07 2021-10-16`: sorts as its parts do within a ward and a day.
std::string name_of(group_id group, day_number day) {
  return to_text(group) + ' ' + day_text(day);
}

} // namespace

void level_watch::await(group_id group, day_number day, const level_book& levels) {
  level_entry there;
  if (!levels.find(group, day, there))
    owed_.await(name_of(group, day), deadline_of(day));
}

void level_watch::begin(const group_names& groups, const level_book& levels, time_ms stamp) {
  owed_ = {};
  through_ = 0;
  if (stamp == 0)
    return;
  auto today = local_day(stamp);
  through_ = deadline_of(today) > stamp ? static_cast<day_number>(today - 1) : today;
  go_on(groups, levels, stamp);
}

bool level_watch::go_on(const group_names& groups, const level_book& levels, time_ms stamp) {
  auto today = local_day(stamp);
  auto until = today + 1;
  if (through_ >= until)
    return false;
  auto first = through_ == 0 ? today : std::max(through_ + 1, today - days_late_max);
  for (auto day = first; day <= until; ++day)
    for (auto& [group, name] : groups)
      await(group, static_cast<day_number>(day), levels);
  through_ = static_cast<day_number>(until);
  return true;
}

void level_watch::joined(group_id group, const level_book& levels, time_ms stamp) {
  for (auto day = local_day(stamp); day <= through_; ++day)
    if (deadline_of(day) > stamp)
      await(group, day, levels);
}

void level_watch::arrived(group_id group, day_number day) {
  owed_.arrived(name_of(group, day));
}

std::vector<level_watch::owed_level> level_watch::missing(time_ms stamp) {
  std::vector<owed_level> late;
  for (auto& what : owed_.overdue(stamp)) {
    auto space = what.find(' ');
    auto group = parse_group_id(std::string_view{what}.substr(0, space));
    auto day = parse_day(std::string_view{what}.substr(space + 1));
    assert(group && day);
    late.push_back({*group, *day});
  }
  return late;
}

} // namespace wardflow
