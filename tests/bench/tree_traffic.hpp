// SPDX-License-Identifier: Apache-2.0
// What people do in the tree's benches: most visit bars; some have no card and try to get into an
// event until the third refusal, which is an alert: `card.refused_repeatedly`, each of a person
// of its own, for a repeat would only be counted.
//
// Owns     the alerts that are under way: when the scan left that raises each of them.
#pragma once

#include "actors/logic/ward_alerts.hpp"
#include "tests/bench/figures.hpp"
#include "tests/bench/steady_load.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace wardflow::test {

class tree_traffic {
public:
  static constexpr std::uint32_t bars = 200, events = 20, cards = 2000;

  /// One scan in `red_every` is of somebody without a card.
  tree_traffic(std::vector<std::uint32_t> wards, std::uint64_t red_every) :
    wards_(std::move(wards)), red_every_(red_every) {
    // nop
  }

  scan make(std::size_t ward, std::uint64_t n, std::int64_t now) {
    constexpr std::uint64_t crowd = 50; // so many try in turn, so that one's tries are apart
    scan s;
    if (n % red_every_ == 0) {
      auto nth = n / red_every_;
      auto person = nth / (crowd * ward_alerts::refusals) * crowd + nth % crowd;
      auto last_try = nth / crowd % ward_alerts::refusals + 1 == ward_alerts::refusals;
      s.card = card_of((ward + 1) * 100'000'000 + person);
      s.venue = make_venue_id(wards_[ward], bars + 1 + static_cast<std::uint32_t>(person % events));
      if (last_try)
        under_way_[short_card(s.card)] = now;
      return s;
    }
    auto person = n * 7919 % cards; // always at the same place: nobody is in two
    s.card = card_of(person);
    s.venue = make_venue_id(wards_[ward], 1 + static_cast<std::uint32_t>(person % bars));
    s.way = (n / cards + person) % 2 == 0 ? direction::in : direction::out;
    return s;
  }

  /// When the scan left that raised the alert on this subject, once.
  std::optional<std::int64_t> heard(const std::string& subject) {
    auto at = under_way_.find(subject);
    if (at == under_way_.end())
      return std::nullopt;
    auto sent = at->second;
    under_way_.erase(at);
    return sent;
  }
  [[nodiscard]] std::size_t under_way() const { return under_way_.size(); }

private:
  std::vector<std::uint32_t> wards_;
  std::uint64_t red_every_;
  std::unordered_map<std::string, std::int64_t> under_way_;
};

} // namespace wardflow::test
