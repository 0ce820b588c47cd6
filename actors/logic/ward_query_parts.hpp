// SPDX-License-Identifier: Apache-2.0
// Inside the queries: how figures are written, and the lists that ask no VENUE.
#pragma once

#include "messages/command.hpp"
#include "messages/round.hpp"

#include <string>

namespace wardflow {

class ward_fold;

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

answer venue_list(ward_fold& fold, const query& q);
answer device_list(const ward_fold& fold);
answer card_show(const ward_fold& fold, const scan_round& r, const query& q);
answer level_list(const ward_fold& fold, const scan_round& r, const query& q);
/// Groups, or rulebooks.
answer lists(ward_fold& fold, const query& q);

} // namespace query_part

} // namespace wardflow
