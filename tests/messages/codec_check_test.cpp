// SPDX-License-Identifier: Apache-2.0
// Proves: no reader looks into bytes that are not one whole aligned segment, and texts are texts.
// Method: every reader on every malformed envelope; UTF-8 against the set of all its encodings.
#define BOOST_TEST_MODULE codec_check
#include "messages/codec_check.hpp"

#include "messages/limits.hpp"
#include "messages/link.hpp"
#include "tests/messages/samples.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <random>

using namespace wardflow;
using namespace wardflow::samples;
using namespace wardflow::codec_part;

namespace {

constexpr std::uint32_t seed = 7'164;

template <class... Value>
void expect_each(bytes message, code reason, code (*... read)(bytes, Value&)) {
  const auto expect_one = [&]<class One>(code (*read_one)(bytes, One&)) {
    One got;
    BOOST_TEST((read_one(message, got) == reason));
  };
  (expect_one(read), ...);
}

/// What each reader says to a message that none can read.
void expect_all(bytes message, code reason) {
  scan_batch_head head;
  std::vector<scan> scans;
  code_scan coded;
  scan_reply reply;
  refusal refused;
  hello greeted;
  welcome answered;
  command asked;
  answer given;
  BOOST_TEST((check_message(message) == reason));
  BOOST_TEST((read_batch_head(message, head) == reason));
  BOOST_TEST((read_batch(message, head, scans) == reason));
  BOOST_TEST((read_code_scan(message, coded) == reason));
  BOOST_TEST((read_scan_reply(message, reply) == reason));
  BOOST_TEST((read_refusal(message, refused) == reason));
  BOOST_TEST((read_hello(message, greeted) == reason));
  BOOST_TEST((read_welcome(message, answered) == reason));
  BOOST_TEST((read_command(message, asked) == reason));
  BOOST_TEST((read_answer(message, given) == reason));
  expect_each(message, reason, &read_link_hello, &read_link_welcome, &read_link_batch,
              &read_link_ack, &read_link_gap, &read_link_heartbeat, &read_link_bye, &read_subscribe,
              &read_alert, &read_hour_rollup, &read_day_rollup);
  BOOST_TEST(newest_scan(message) == 0);
  BOOST_TEST(scans.empty());
}

/// The obvious encoder.
std::string encoded(char32_t c) {
  auto byte = [](char32_t value) { return static_cast<char>(static_cast<unsigned char>(value)); };
  if (c < 0x80)
    return {byte(c)};
  if (c < 0x800)
    return {byte(0xC0 | c >> 6), byte(0x80 | (c & 0x3F))};
  if (c < 0x10000)
    return {byte(0xE0 | c >> 12), byte(0x80 | (c >> 6 & 0x3F)), byte(0x80 | (c & 0x3F))};
  return {byte(0xF0 | c >> 18), byte(0x80 | (c >> 12 & 0x3F)), byte(0x80 | (c >> 6 & 0x3F)),
          byte(0x80 | (c & 0x3F))};
}

bool may_be_printed(char32_t c) {
  return c >= 0x20 && !(c >= 0x7F && c <= 0x9F) && !(c >= 0xD800 && c <= 0xDFFF);
}

/// Every printable character, sorted by its bytes.
const std::vector<std::string>& all_characters() {
  static const auto result = [] {
    std::vector<std::string> all;
    for (char32_t c = 0; c <= 0x10FFFF; ++c)
      if (may_be_printed(c))
        all.push_back(encoded(c));
    std::sort(all.begin(), all.end());
    return all;
  }();
  return result;
}

/// Whether `text` is a row of printable characters: tries each length at each place.
bool slow_is_text(std::string_view text) {
  const auto& all = all_characters();
  for (std::size_t length = 1; length <= 4 && length <= text.size(); ++length)
    if (std::binary_search(all.begin(), all.end(), text.substr(0, length), std::less<>{}))
      return slow_is_text(text.substr(length));
  return text.empty();
}

} // namespace

BOOST_AUTO_TEST_CASE(every_reader_refuses_what_is_not_one_whole_segment) {
  auto good = words_of(encode_hello(greeting()).view());
  BOOST_TEST((check_message(view_of(good)) == code::ok));
  expect_all({}, code::frame_malformed);
  expect_all(view_of(good).first(8), code::frame_malformed);
  for (std::size_t cut = 1; cut < 8; ++cut)
    expect_all(view_of(good).first(view_of(good).size() - cut), code::frame_malformed);
  auto with_table = [&](std::uint32_t more, std::uint32_t size) {
    auto message = good;
    message[0] = more | std::uint64_t{size} << 32;
    return message;
  };
  auto size = static_cast<std::uint32_t>(good.size() - 1);
  BOOST_TEST((check_message(view_of(with_table(0, size))) == code::ok));
  expect_all(view_of(with_table(0, size - 1)), code::frame_malformed);
  expect_all(view_of(with_table(0, size + 1)), code::frame_malformed);
  expect_all(view_of(with_table(0, 0)), code::frame_malformed);
  expect_all(view_of(with_table(0, 0xffff'ffff)), code::frame_malformed);
  expect_all(view_of(with_table(1, size)), code::frame_several_segments);
  expect_all(view_of(with_table(511, 0)), code::frame_several_segments);
  expect_all(view_of(with_table(0xffff'ffff, size)), code::frame_several_segments);
  expect_all(view_of(framed({})), code::frame_malformed);
}

BOOST_AUTO_TEST_CASE(every_reader_refuses_unaligned_bytes) {
  auto good = words_of(encode_hello(greeting()).view());
  words shifted(good.size() + 1);
  for (std::size_t by = 1; by < 8; ++by) {
    auto* start = reinterpret_cast<std::byte*>(shifted.data()) + by;
    std::memcpy(start, good.data(), good.size() * 8);
    expect_all({start, good.size() * 8}, code::frame_malformed);
  }
}

BOOST_AUTO_TEST_CASE(a_message_past_four_mebibytes_is_too_large) {
  words segment(limits::frame_bytes_max / 8 - 1);
  BOOST_TEST((check_message(view_of(framed(segment))) == code::ok));
  segment.push_back(0);
  expect_all(view_of(framed(segment)), code::frame_too_large);
}

BOOST_AUTO_TEST_CASE(random_bytes_are_answered_by_a_code) {
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937_64 random{seed};
  for (auto round = 0; round < 3'000; ++round) {
    words segment(1 + random() % 24);
    for (auto& word : segment)
      word = random() % 3 == 0 ? random() : random() % 4 << 2 | (random() % 4) << 32;
    auto message = framed(segment);
    command asked;
    answer given;
    welcome answered;
    for (auto result :
         {read_command(view_of(message), asked), read_answer(view_of(message), given)})
      BOOST_TEST((result == code::ok || result == code::command_malformed ||
                  result == code::command_unknown || result == code::too_many_rows));
    BOOST_TEST((read_welcome(view_of(message), answered) == code::frame_malformed));
  }
}

BOOST_AUTO_TEST_CASE(exactly_the_printable_characters_of_utf8_are_text) {
  for (char32_t c = 0; c <= 0x10FFFF; ++c)
    if (is_text(encoded(c), 4, text_form::line) != may_be_printed(c))
      BOOST_FAIL("character " << static_cast<unsigned>(c));
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937_64 random{seed};
  auto good = 0;
  for (auto round = 0; round < 300'000; ++round) {
    std::string text(random() % 6, ' ');
    for (auto& c : text) { // bytes at which something changes, more often than others
      constexpr unsigned char edges[] = {0x00, 0x1F, 0x20, 0x41, 0x7E, 0x7F, 0x80, 0x8F,
                                         0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF,
                                         0xE0, 0xED, 0xEF, 0xF0, 0xF4, 0xF5, 0xFF};
      c = static_cast<char>(random() % 4 == 0 ? random() : edges[random() % sizeof edges]);
    }
    auto expected = slow_is_text(text);
    good += expected;
    if (is_text(text, 100, text_form::line) != expected)
      BOOST_FAIL("round " << round);
    auto within = std::string(random() % 20, '~') + text + std::string(random() % 20, ' ');
    if (is_text(within, 100, text_form::line) != expected) // eight plain bytes are one step
      BOOST_FAIL("within others, round " << round);
  }
  BOOST_TEST(good > 1'000);
}

BOOST_AUTO_TEST_CASE(a_page_has_line_ends_and_tabs_and_a_line_has_none) {
  for (auto* text : {"a\nb", "a\tb", "a\r\nb"}) {
    BOOST_TEST(is_text(text, 10, text_form::page));
    BOOST_TEST(!is_text(text, 10, text_form::line));
  }
  BOOST_TEST(!is_text("a\x1b", 10, text_form::page));
  BOOST_TEST(!is_text({"a\0b", 3}, 10, text_form::page));
  BOOST_TEST(is_text("12345", 5, text_form::line));
  BOOST_TEST(!is_text("12345", 4, text_form::line));
  BOOST_TEST(is_text("", 0, text_form::line));
}

BOOST_AUTO_TEST_CASE(a_cleaned_line_is_text_and_a_clean_one_is_left_alone) {
  BOOST_TEST(clean_line("Chợ Đầm") == "Chợ Đầm");
  BOOST_TEST(clean_line("a\nb\xff") == "a?b?");
  BOOST_TEST(clean_line(std::string(299, 'a') + "ợ") == std::string(299, 'a'));
  BOOST_TEST(clean_line(std::string(400, '\n')) == std::string(300, '?'));
  std::mt19937_64 random{seed};
  for (auto round = 0; round < 20'000; ++round) {
    std::string text(random() % 400, ' ');
    for (auto& c : text)
      c = static_cast<char>(random() % 3 == 0 ? random() : 'a');
    BOOST_REQUIRE(is_text(clean_line(text), limits::text_bytes_max, text_form::line));
  }
}
