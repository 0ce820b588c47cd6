// SPDX-License-Identifier: Apache-2.0
// Random numbers that are the same on every machine: the standard's engine, our own distributions.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <random>
#include <utility>
#include <vector>

namespace wardflow::wardctl {

class random_source {
public:
  /// One seed gives many independent streams, so that more venues do not change the people.
  random_source(std::uint64_t seed, std::uint64_t stream) :
    engine_(seed * 0x9e37'79b9'7f4a'7c15u + stream * 0xd1b5'4a32'd192'ed03u + 1) {}

  std::uint64_t next() { return engine_(); }
  /// 0 to `end` - 1. The bias of the remainder is below 2^-40 for every `end` used here.
  std::uint64_t below(std::uint64_t end) {
    assert(end > 0);
    return engine_() % end;
  }
  /// `least` to `most`, both included.
  std::uint32_t between(std::uint32_t least, std::uint32_t most) {
    return least + static_cast<std::uint32_t>(below(most - least + 1ull));
  }
  /// 0 up to, not including, 1.
  double unit() { return static_cast<double>(engine_() >> 11) * 0x1p-53; }
  bool chance(double share) { return unit() < share; }
  /// An index, by weight.
  template <class Weights>
  std::size_t weighted(const Weights& weights) {
    double total = 0;
    for (double w : weights)
      total += w;
    auto left = unit() * total;
    std::size_t at = 0;
    for (double w : weights) {
      if (left < w)
        return at;
      left -= w;
      ++at;
    }
    return at - 1;
  }
  template <class T>
  void shuffle(std::vector<T>& items) {
    for (auto i = items.size(); i > 1; --i)
      std::swap(items[i - 1], items[below(i)]);
  }

private:
  std::mt19937_64 engine_;
};

} // namespace wardflow::wardctl
