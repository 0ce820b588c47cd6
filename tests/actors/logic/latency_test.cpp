// SPDX-License-Identifier: Apache-2.0
// Proves: a quantile is never below the true one and at most one sixteenth above it.
// Method: random samples of many sizes by seed, beside the same samples sorted.
#define BOOST_TEST_MODULE latency
#include "actors/logic/latency.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <limits>
#include <random>
#include <vector>

using namespace wardflow;

BOOST_AUTO_TEST_CASE(without_samples_every_quantile_is_zero) {
  latency_histogram none;
  for (auto q : {0.0, 0.5, 0.99, 1.0})
    BOOST_TEST(none.quantile(q) == 0u);
  BOOST_TEST(none.count() == 0u);
}

BOOST_AUTO_TEST_CASE(quantiles_of_random_samples_keep_the_error_bound) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      std::mt19937_64 random{seed};
      latency_histogram histogram;
      std::vector<std::uint64_t> samples(1 + random() % 3000);
      for (auto& s : samples) {
        s = 16 + (random() >> 20) % (std::uint64_t{1} << (5 + random() % 35));
        histogram.add(static_cast<std::int64_t>(s));
      }
      std::sort(samples.begin(), samples.end());
      BOOST_TEST(histogram.count() == samples.size());
      for (auto q : {0.0, 0.01, 0.5, 0.9, 0.99, 0.999, 1.0}) {
        auto place = static_cast<std::size_t>(static_cast<double>(samples.size()) * q);
        auto exact = samples[std::min(place, samples.size() - 1)];
        auto told = histogram.quantile(q);
        BOOST_TEST(told > exact, "quantile " << q);
        BOOST_TEST(told <= exact + exact / 16 + 1, "quantile " << q);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(the_shortest_and_the_longest_sample_have_their_buckets) {
  latency_histogram h;
  h.add(-5); // a clock that was read twice
  h.add(0);
  BOOST_TEST(h.quantile(0.5) == 17u);
  h.add(std::numeric_limits<std::int64_t>::max());
  BOOST_TEST(h.count() == 3u);
  BOOST_TEST(h.quantile(0.99) >= std::uint64_t{1} << 62);
}
