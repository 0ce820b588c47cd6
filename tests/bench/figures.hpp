// SPDX-License-Identifier: Apache-2.0
// What the programs of scripts/bench share: samples and their quantiles, facts of an answer.
#pragma once

#include "messages/command.hpp"
#include "messages/ids.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace wardflow::test {

/// The same persons in every program, spread over all 64 bits.
inline card_id card_of(std::uint64_t n) {
  return card_id{(n + 1) * 0x9e37'79b9'7f4a'7c15};
}

/// A number among the facts of an answer; 0 where it is not there.
inline std::uint64_t fact(const answer& a, std::string_view name) {
  for (auto& [key, value] : a.facts)
    if (key == name)
      return std::stoull(value);
  return 0;
}

/// Samples of one quantity, all kept.
class samples {
public:
  void add(double value) {
    values_.push_back(value);
    sorted_ = false;
  }
  /// The sample below which the share `q` of them lies; 0 where there is none.
  [[nodiscard]] double at(double q) {
    if (values_.empty())
      return 0;
    if (!sorted_)
      std::sort(values_.begin(), values_.end());
    sorted_ = true;
    return values_[static_cast<std::size_t>(static_cast<double>(values_.size() - 1) * q)];
  }
  [[nodiscard]] std::size_t size() const { return values_.size(); }

private:
  std::vector<double> values_;
  bool sorted_ = false;
};

} // namespace wardflow::test
