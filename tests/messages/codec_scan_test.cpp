// SPDX-License-Identifier: Apache-2.0
// Proves: scans survive the wire, and what is no batch or no scan is named and never half taken.
// Method: random batches against a reader written word by word; hand-made and damaged messages.
#define BOOST_TEST_MODULE codec_scan
#include "messages/codec.hpp"

#include "messages/limits.hpp"
#include "tests/messages/samples.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <random>

using namespace wardflow;
using namespace wardflow::samples;

namespace {

constexpr std::uint32_t seed = 20'211'011;
constexpr std::size_t first_scan = 1 + 1 + 3 + 1; // table, root pointer, root, tag
constexpr std::size_t words_a_scan = 5;

std::vector<scan> random_scans(std::mt19937_64& random, std::size_t count) {
  std::vector<scan> result(count);
  for (auto& s : result) {
    s.venue = venue_id{random()};
    s.at = static_cast<time_ms>(random() >> 12) - (time_ms{1} << 51);
    s.way = static_cast<direction>(random() % 2);
    s.flow = static_cast<flow>(random() % 2);
    if (random() % 8 == 0) {
      s.problem = static_cast<code>(40 + random() % 27);
    } else {
      s.card = card_id{random() | 1};
      s.linked = card_id{random() % 2 == 0 ? 0 : random()};
    }
  }
  return result;
}

/// The obvious reader: knows one layout, and trusts it.
std::vector<scan> by_hand(const words& message) {
  std::vector<scan> result;
  for (auto at = first_scan; at < message.size(); at += words_a_scan) {
    auto small = message[at + 3];
    scan s;
    s.venue = venue_id{message[at]};
    s.card = card_id{message[at + 1]};
    s.at = static_cast<time_ms>(message[at + 2]);
    s.way = static_cast<direction>(small & 0xffff);
    s.flow = static_cast<flow>(small >> 16 & 0xffff);
    s.problem = static_cast<code>(small >> 32 & 0xffff);
    s.linked = card_id{message[at + 4]};
    result.push_back(s);
  }
  return result;
}

words batch_words(std::span<const scan> from) {
  return words_of(encode_batch(3, 4, from).view());
}

/// A batch of one scan with these words.
scan read_one(std::uint64_t card, std::uint64_t at, std::uint16_t way, std::uint16_t by,
              std::uint16_t problem) {
  auto message = batch_words(scans());
  message[first_scan + 1] = card;
  message[first_scan + 2] = at;
  message[first_scan + 3] = way | std::uint64_t{by} << 16 | std::uint64_t{problem} << 32;
  message[first_scan + 4] = 99;
  scan_batch_head head;
  std::vector<scan> out;
  BOOST_REQUIRE(read_batch(view_of(message), head, out) == code::ok);
  BOOST_REQUIRE(out.size() == 3);
  BOOST_TEST((out[1] == scans()[1]));
  return out[0];
}

/// Expects a refusal by all three readers, and that nothing was appended.
void expect_refused(const words& message, code reason) {
  std::vector<scan> out{scans()[0]};
  scan_batch_head head{1, 2, 3};
  BOOST_TEST((read_batch(view_of(message), head, out) == reason));
  BOOST_TEST((read_batch_head(view_of(message), head) == reason));
  BOOST_TEST(out.size() == 1u);
  BOOST_TEST((head.epoch == 1 && head.first_sequence == 2 && head.count == 3));
}

} // namespace

BOOST_AUTO_TEST_CASE(random_batches_read_as_a_reader_by_hand_reads_them) {
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937_64 random{seed};
  for (auto count : {1u, 2u, 3u, 100u, 9'999u, limits::scans_per_batch_max}) {
    auto sent = random_scans(random, count);
    auto epoch = random(), first = random();
    auto message = encode_batch(epoch, first, sent);
    BOOST_TEST(message.size() == 8 * (first_scan + count * words_a_scan));
    scan_batch_head head, head_alone;
    auto out = scans();
    BOOST_REQUIRE(read_batch(message.view(), head, out) == code::ok);
    BOOST_REQUIRE(read_batch_head(message.view(), head_alone) == code::ok);
    BOOST_TEST((head.epoch == epoch && head.first_sequence == first && head.count == count));
    BOOST_TEST((head_alone.epoch == epoch && head_alone.first_sequence == first));
    BOOST_TEST(head_alone.count == count);
    BOOST_REQUIRE(out.size() == 3 + count);
    out.erase(out.begin(), out.begin() + 3); // appended behind what was there
    BOOST_TEST((out == sent));
    BOOST_TEST((by_hand(words_of(message.view())) == sent));
  }
}

BOOST_AUTO_TEST_CASE(a_scan_that_means_nothing_is_malformed_and_its_neighbours_are_not) {
  constexpr std::uint64_t card = 7;
  auto fine = read_one(card, 5, 1, 1, 0);
  BOOST_TEST((fine.problem == code::ok && fine.card == card_id{7} && fine.linked == card_id{99}));
  BOOST_TEST((fine.way == direction::out && fine.flow == flow::person_scans_poster));
  auto is_malformed = [](const scan& s) {
    return s.problem == code::scan_malformed && s.card == card_id{} && s.linked == card_id{};
  };
  BOOST_TEST(is_malformed(read_one(card, 5, 2, 0, 0)));
  BOOST_TEST(is_malformed(read_one(card, 5, 0xffff, 0, 0)));
  BOOST_TEST(is_malformed(read_one(card, 5, 0, 2, 0)));
  BOOST_TEST(is_malformed(read_one(0, 5, 0, 0, 0)));
  for (std::uint32_t problem = 1; problem <= 0xffff; problem += problem < 300 ? 1 : 997) {
    auto s = read_one(card, 5, 0, 0, static_cast<std::uint16_t>(problem));
    auto known = problem >= 40 && problem <= 66;
    BOOST_TEST(static_cast<unsigned>(s.problem) == (known ? problem : 66u));
    BOOST_TEST((s.card == card_id{} && s.linked == card_id{}));
  }
}

BOOST_AUTO_TEST_CASE(event_times_are_cut_so_that_sums_cannot_overflow) {
  constexpr auto bound = std::int64_t{1} << 52;
  BOOST_TEST(read_one(7, 0x7fff'ffff'ffff'ffff, 0, 0, 0).at == bound);
  BOOST_TEST(read_one(7, 0x8000'0000'0000'0000, 0, 0, 0).at == -bound);
  BOOST_TEST(read_one(7, bound, 0, 0, 0).at == bound);
  BOOST_TEST(read_one(7, 12, 0, 0, 0).at == 12);
}

BOOST_AUTO_TEST_CASE(the_newest_scan_is_found_wherever_it_stands) {
  std::mt19937_64 random{seed};
  for (auto round = 0; round < 50; ++round) {
    auto sent = random_scans(random, 1 + random() % 40);
    time_ms newest = 0;
    for (const auto& s : sent)
      newest = std::max(newest, s.at);
    BOOST_TEST(newest_scan(encode_batch(1, 1, sent).view()) == newest);
  }
  BOOST_TEST(newest_scan({}) == 0);
  BOOST_TEST(newest_scan(encode_batch(1, 1, {}).view()) == 0);
  BOOST_TEST(newest_scan(encode_batch(1, 1, random_scans(random, 10'001)).view()) == 0);
}

BOOST_AUTO_TEST_CASE(empty_and_oversized_batches_are_refused_by_name) {
  expect_refused(batch_words({}), code::batch_empty);
  expect_refused(batch_words(std::vector<scan>(limits::scans_per_batch_max + 1)),
                 code::batch_too_large);
  expect_refused(framed({0}), code::batch_empty); // a null root: all fields at their defaults
}

BOOST_AUTO_TEST_CASE(a_batch_cut_anywhere_is_refused_whole) {
  auto whole = batch_words(scans());
  for (std::size_t kept = 1; kept + 1 < whole.size(); ++kept)
    expect_refused(framed({whole.begin() + 1, whole.begin() + 1 + static_cast<long>(kept)}),
                   code::frame_malformed);
}

BOOST_AUTO_TEST_CASE(lists_that_lie_about_their_length_are_refused) {
  auto whole = batch_words(scans());
  auto with_list = [&](std::uint64_t pointer, std::uint64_t tag) {
    auto message = whole;
    message[4] = pointer;
    message[5] = tag;
    return message;
  };
  auto tag = [](std::uint32_t count, std::uint16_t data) { return struct_pointer(count, data, 0); };
  BOOST_TEST(whole[4] == list_pointer(0, 7, 15));
  BOOST_TEST(whole[5] == tag(3, 5));
  expect_refused(with_list(list_pointer(0, 7, 16), tag(3, 5)), code::frame_malformed);
  expect_refused(with_list(list_pointer(0, 7, 15), tag(4, 5)), code::frame_malformed);
  expect_refused(with_list(list_pointer(0, 7, 15), tag(3, 6)), code::frame_malformed);
  expect_refused(with_list(list_pointer(1000, 7, 15), tag(3, 5)), code::frame_malformed);
  // 2^29 scans without a byte each: more than the message has words.
  expect_refused(with_list(list_pointer(0, 7, 0), tag((1u << 29) - 1, 0)), code::frame_malformed);
  expect_refused(with_list(list_pointer(0, 0, (1u << 29) - 1), 0), code::frame_malformed);
  // A pointer into another segment, a capability, text where scans belong.
  expect_refused(with_list(2 | std::uint64_t{1} << 32, tag(3, 5)), code::frame_malformed);
  expect_refused(with_list(3, tag(3, 5)), code::frame_malformed);
  expect_refused(with_list(struct_pointer(0, 5, 0), tag(3, 5)), code::frame_malformed);
}

BOOST_AUTO_TEST_CASE(scans_of_an_older_and_of_a_newer_release_are_read) {
  for (auto data :
       std::initializer_list<std::uint16_t>{4, 5, 9}) { // 4: before `linked`; 9: four words more
    words segment{struct_pointer(0, 2, 1), 3, 4, list_pointer(0, 7, 2u * data),
                  struct_pointer(2, data, 0)};
    for (const auto& s : {scans()[0], scans()[1]}) {
      words row{static_cast<std::uint64_t>(s.venue), static_cast<std::uint64_t>(s.card),
                static_cast<std::uint64_t>(s.at),
                static_cast<std::uint64_t>(s.way) | static_cast<std::uint64_t>(s.flow) << 16,
                static_cast<std::uint64_t>(s.linked)};
      row.resize(data, 0xdead);
      segment.insert(segment.end(), row.begin(), row.end());
    }
    auto message = framed(segment);
    scan_batch_head head;
    std::vector<scan> out;
    BOOST_REQUIRE(read_batch(view_of(message), head, out) == code::ok);
    auto expected = scans();
    expected.pop_back();
    if (data == 4)
      expected[1].linked = card_id{};
    BOOST_TEST((out == expected));
  }
}

BOOST_AUTO_TEST_CASE(damaged_batches_are_refused_or_read_within_bounds) {
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937_64 random{seed};
  auto refused = 0, read = 0;
  for (auto round = 0; round < 20'000; ++round) {
    auto message = batch_words(scans());
    for (auto flips = 1 + random() % 4; flips != 0; --flips)
      message[1 + random() % (first_scan)] ^= std::uint64_t{1} << random() % 64;
    std::vector<scan> out(1);
    scan_batch_head head;
    if (read_batch(view_of(message), head, out) == code::ok) {
      ++read;
      BOOST_REQUIRE(out.size() == 1 + head.count);
      for (const auto& s : std::span{out}.subspan(1))
        BOOST_REQUIRE((s.card == card_id{}) == (s.problem != code::ok));
    } else {
      ++refused;
      BOOST_REQUIRE(out.size() == 1);
    }
  }
  BOOST_TEST(refused > 1'000);
  BOOST_TEST(read > 1'000);
}

BOOST_AUTO_TEST_CASE(codes_survive_plain_and_sealed) {
  for (const auto& sent : {plain_code(), sealed_code()}) {
    auto message = encode_code_scan(sent);
    code_scan got;
    BOOST_REQUIRE(read_code_scan(message.view(), got) == code::ok);
    BOOST_TEST((got.epoch == sent.epoch && got.sequence == sent.sequence));
    BOOST_TEST((got.venue == sent.venue && got.at == sent.at));
    BOOST_TEST((got.way == sent.way && got.flow == sent.flow && got.sealed == sent.sealed));
    BOOST_TEST(!got.malformed);
    BOOST_TEST((got.code_bytes.size() == code_text().size()));
    BOOST_TEST(std::memcmp(got.code_bytes.data(), code_text().data(), code_text().size()) == 0);
    BOOST_TEST((got.code_bytes.data() > message.view().data())); // not copied
  }
}

BOOST_AUTO_TEST_CASE(a_code_past_the_limit_shows_one_byte_more_than_the_limit) {
  for (auto sealed : {false, true}) {
    auto most = sealed ? limits::sealed_bytes_max : limits::code_bytes_max;
    for (auto size : {std::size_t{0}, std::size_t{1}, most, most + 1, most + 5000}) {
      std::string text(size, 'x');
      auto sent = sealed ? sealed_code() : plain_code();
      sent.code_bytes = std::as_bytes(std::span{text});
      auto message = encode_code_scan(sent);
      code_scan got;
      BOOST_REQUIRE(read_code_scan(message.view(), got) == code::ok);
      BOOST_TEST(got.code_bytes.size() == std::min(size, most + 1));
    }
  }
}

BOOST_AUTO_TEST_CASE(an_unknown_enumeration_refuses_the_scan_and_not_its_frame) {
  constexpr std::size_t small = 1 + 1 + 4; // table, root pointer, four words before it
  auto read = [](const words& message) {
    code_scan got;
    BOOST_REQUIRE(read_code_scan(view_of(message), got) == code::ok);
    BOOST_TEST((got.epoch == plain_code().epoch && got.sequence == 8));
    return got.malformed;
  };
  auto fine = words_of(encode_code_scan(plain_code()).view());
  BOOST_TEST(!read(fine));
  for (auto shift : {0, 16, 32}) { // direction, flow, the union's choice
    auto message = fine;
    message[small] &= ~(std::uint64_t{0xffff} << shift);
    message[small] |= std::uint64_t{2} << shift;
    BOOST_TEST(read(message));
  }
  auto sent = plain_code();
  sent.malformed = true;
  BOOST_TEST(read(words_of(encode_code_scan(sent).view())));
}

BOOST_AUTO_TEST_CASE(a_hello_survives_and_its_text_is_checked) {
  hello got;
  auto message = encode_hello(greeting());
  BOOST_REQUIRE(read_hello(message.view(), got) == code::ok);
  BOOST_TEST((got == greeting()));
  auto damaged = words_of(message.view());
  damaged[4] = (damaged[4] & ~std::uint64_t{0xff}) | 0x1b; // an escape for the first letter
  BOOST_TEST((read_hello(view_of(damaged), got) == code::frame_malformed));
  BOOST_TEST((got == greeting()));
  damaged[4] |= 0xff; // no UTF-8
  BOOST_TEST((read_hello(view_of(damaged), got) == code::frame_malformed));
  BOOST_REQUIRE(read_hello(encode_hello({7, ""}).view(), got) == code::ok);
  BOOST_TEST((got == hello{7, ""}));
  BOOST_REQUIRE(read_hello(encode_hello({7, std::string(500, 'a')}).view(), got) == code::ok);
  BOOST_TEST(got.software.size() == limits::text_bytes_max);
}
