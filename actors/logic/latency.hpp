// SPDX-License-Identifier: Apache-2.0
// Latencies as counts in buckets of at most 6 % width: quantiles without keeping samples.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

namespace wardflow {

class latency_histogram {
public:
  void add(std::int64_t nanoseconds) {
    auto n = static_cast<std::uint64_t>(nanoseconds < 16 ? 16 : nanoseconds);
    auto octave = static_cast<std::size_t>(std::bit_width(n)) - 5;
    auto part = static_cast<std::size_t>(n >> octave & 15);
    ++buckets_[octave * 16 + part];
    ++count_;
  }
  /// Upper edge of the bucket that holds quantile `q` (0 to 1), in nanoseconds; 0 for none.
  [[nodiscard]] std::uint64_t quantile(double q) const {
    auto wanted = static_cast<std::uint64_t>(static_cast<double>(count_) * q);
    wanted -= count_ != 0 && wanted >= count_; // the last sample is the quantile 1
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i != buckets_.size(); ++i)
      if ((seen += buckets_[i]) > wanted)
        return (16 + i % 16 + 1) << (i / 16);
    return 0;
  }
  [[nodiscard]] std::uint64_t count() const { return count_; }

private:
  std::array<std::uint64_t, 60 * 16> buckets_{};
  std::uint64_t count_ = 0;
};

} // namespace wardflow
