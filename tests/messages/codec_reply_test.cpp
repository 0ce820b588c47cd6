// SPDX-License-Identifier: Apache-2.0
// Proves: what a node says to a scanner arrives as it was said, or is refused and changes nothing.
// Method: random values there and back; hand-made messages over each bound.
#define BOOST_TEST_MODULE codec_reply
#include "messages/codec.hpp"

#include "messages/limits.hpp"
#include "tests/messages/samples.hpp"

#include <boost/test/unit_test.hpp>

#include <random>

using namespace wardflow;
using namespace wardflow::samples;

namespace {

constexpr std::uint32_t seed = 1'610;

time_ms random_time(std::mt19937_64& random) {
  return static_cast<time_ms>(random() >> 12) - (time_ms{1} << 51);
}

scan_reply random_reply(std::mt19937_64& random, std::size_t words, std::size_t bases) {
  scan_reply result;
  result.epoch = random();
  result.first_sequence = random();
  result.through_sequence = random();
  result.node_time = random_time(random);
  for (std::size_t i = 0; i < words; ++i)
    result.verdicts.push_back(static_cast<std::uint32_t>(random()));
  for (std::size_t i = 0; i < bases; ++i)
    result.bases.push_back({static_cast<std::uint32_t>(random()), random_time(random),
                            random_time(random), random_time(random)});
  return result;
}

} // namespace

BOOST_AUTO_TEST_CASE(random_replies_survive_at_every_size) {
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937_64 random{seed};
  for (auto words : {0u, 1u, 2u, 3u, 64u, 9'999u, limits::scans_per_batch_max})
    for (auto bases : {0u, 1u, 2u, limits::bases_per_reply_max}) {
      auto sent = random_reply(random, words, bases);
      auto message = encode_scan_reply(sent);
      BOOST_TEST(message.size() == 8 * (9 + (words + 1) / 2 + 4 * bases));
      scan_reply got;
      BOOST_REQUIRE(read_scan_reply(message.view(), got) == code::ok);
      BOOST_TEST((got == sent));
    }
}

BOOST_AUTO_TEST_CASE(replies_over_a_bound_are_refused_and_change_nothing) {
  std::mt19937_64 random{seed};
  auto got = reply();
  for (auto [words, bases] : {std::pair{limits::scans_per_batch_max + 1, 1u},
                              std::pair{1u, limits::bases_per_reply_max + 1}}) {
    auto message = encode_scan_reply(random_reply(random, words, bases));
    BOOST_TEST((read_scan_reply(message.view(), got) == code::frame_malformed));
    BOOST_TEST((got == reply()));
  }
  auto whole = words_of(encode_scan_reply(reply()).view());
  for (std::size_t kept = 1; kept + 1 < whole.size(); ++kept) {
    auto cut = framed({whole.begin() + 1, whole.begin() + 1 + static_cast<long>(kept)});
    BOOST_TEST((read_scan_reply(view_of(cut), got) == code::frame_malformed));
  }
  BOOST_TEST((got == reply()));
}

BOOST_AUTO_TEST_CASE(a_reply_of_one_scan_is_small) {
  auto one = reply();
  one.verdicts.resize(1);
  one.bases.resize(1);
  BOOST_TEST(encode_scan_reply(one).size() <= 120u);
}

BOOST_AUTO_TEST_CASE(refusals_survive_with_reasons_that_this_release_does_not_know) {
  for (auto reason : {code::frame_malformed, code::epoch_lower, static_cast<code>(60'000)}) {
    auto sent = gap();
    sent.reason = reason;
    sent.protocol_min = 3;
    sent.protocol_max = 9;
    refusal got;
    BOOST_REQUIRE(read_refusal(encode_refusal(sent).view(), got) == code::ok);
    BOOST_TEST((got == sent));
  }
}

BOOST_AUTO_TEST_CASE(a_refusal_without_detail_survives_and_a_bad_detail_is_cleaned_or_refused) {
  auto sent = gap();
  sent.detail.clear();
  refusal got;
  BOOST_REQUIRE(read_refusal(encode_refusal(sent).view(), got) == code::ok);
  BOOST_TEST((got == sent));
  sent.detail = "two\nlines";
  BOOST_REQUIRE(read_refusal(encode_refusal(sent).view(), got) == code::ok);
  BOOST_TEST(got.detail == "two?lines");
  auto damaged = words_of(encode_refusal(sent).view());
  damaged[8] = 0x0707'0707'0707'0707; // table, root pointer, six words, then the text: bells
  BOOST_TEST((read_refusal(view_of(damaged), got) == code::frame_malformed));
  damaged[8] = 0x4141'4141'4141'4141;
  BOOST_TEST((read_refusal(view_of(damaged), got) == code::ok));
}

BOOST_AUTO_TEST_CASE(a_welcome_survives_and_needs_a_whole_key) {
  auto message = encode_welcome(welcomed());
  welcome got;
  BOOST_REQUIRE(read_welcome(message.view(), got) == code::ok);
  BOOST_TEST((got == welcomed()));
  auto damaged = words_of(message.view());
  BOOST_TEST(damaged[7] == list_pointer(0, 2, 32));
  damaged[7] = list_pointer(0, 2, 31);
  got = {};
  BOOST_TEST((read_welcome(view_of(damaged), got) == code::frame_malformed));
  BOOST_TEST((got == welcome{}));
  damaged[7] = 0; // no key at all
  BOOST_TEST((read_welcome(view_of(damaged), got) == code::frame_malformed));
}
