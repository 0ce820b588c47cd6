// SPDX-License-Identifier: Apache-2.0
// Inside the queries: how figures are written, how long answers are paged, and each list.
#pragma once

#include "actors/logic/contact_book.hpp"
#include "actors/logic/level_book.hpp"
#include "actors/logic/rulebook.hpp"
#include "messages/command.hpp"
#include "messages/limits.hpp"
#include "messages/round.hpp"

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace wardflow {

class ward_fold;
struct venue_entry;

namespace query_part {

inline std::string text(std::uint64_t n) {
  return std::to_string(n);
}

inline std::string when(time_ms at) {
  return at == 0 ? std::string{} : time_text(at);
}

inline std::string clock_text(std::uint16_t minute) {
  auto two = [](unsigned n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  return two(minute / 60u) + ":" + two(minute % 60u);
}

inline day_number day_of(const query& q, const scan_round& r) {
  return q.day == 0 ? local_day(r.stamp) : q.day;
}

/// The answer that is a code and no more.
inline answer plain(code what, std::string detail = {}) {
  answer a;
  a.code = what;
  a.detail = std::move(detail);
  return a;
}

/// A day's question about a day that nobody can say anything of: purged after `kept` days, or not
/// there yet. `done` for all others.
code is_out_of_reach(const query& q, const scan_round& r, unsigned kept);

/// Columns and cells of alert_list. `number`: what a page goes on after.
std::vector<std::string> alert_columns();
std::vector<std::string> alert_row(std::uint64_t number, const alert& a);

/// Room for one more row? Where there is none, says `more`: the client asks again after the last
/// row's id, so rows of a long list stand in the order of their ids.
inline bool has_room(answer& a, const query& q) {
  auto most =
    q.limit == 0 ? limits::rows_per_command_max : std::min(q.limit, limits::rows_per_command_max);
  a.more = a.rows.size() >= most;
  return !a.more;
}

/// Calls f(entry, counts) for every venue that was ever scanned, in the register's own order.
void each_venue(ward_fold& fold, scan_round& r, day_number day,
                const std::function<void(const venue_entry&, const venue_counts&)>& f);

answer counts_by_venue(ward_fold& fold, scan_round& r, const query& q);
answer counts_by_hour(ward_fold& fold, scan_round& r, const query& q);
answer counts_by_reason(const ward_fold& fold, const scan_round& r, const query& q);
answer identities(ward_fold& fold, scan_round& r, const query& q);

answer venue_list(ward_fold& fold, const query& q);
answer device_list(const ward_fold& fold, const query& q);
answer card_show(const ward_fold& fold, const scan_round& r, const query& q);
/// Open and acknowledged ones, in order of their numbers.
answer alert_list(const ward_fold& fold, const query& q);
/// Those of the command's unit, or of all, unit by unit.
answer list_contacts(contact_book::by_unit all, const command& c);
answer group_list(ward_fold& fold, const query& q);
/// Of the day, and where none is named of those to come.
answer list_levels(const level_book& levels, const scan_round& r, const query& q);
answer list_rulebooks(const rulebook_shelf& shelf);

} // namespace query_part

} // namespace wardflow
