// SPDX-License-Identifier: Apache-2.0
// Proves: the protocol's page says what the code does: its bytes, its reasons, its bounds.
// Method: reads messages/README.md and compares it with the codec, code.hpp and limits.hpp.
#define BOOST_TEST_MODULE protocol_page
#include "messages/codec.hpp"

#include "messages/limits.hpp"
#include "tests/messages/samples.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>

#ifndef WARDFLOW_SOURCE_DIR
#define WARDFLOW_SOURCE_DIR "."
#endif

using namespace wardflow;
using namespace wardflow::samples;

namespace {

std::string content(const std::string& file) {
  std::ifstream in{WARDFLOW_SOURCE_DIR "/messages/" + file};
  return {std::istreambuf_iterator<char>{in}, {}};
}

const std::string& page() {
  static const auto text = content("README.md");
  return text;
}

bool says(const std::string& text) {
  return page().find(text) != std::string::npos;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream in{text};
  std::vector<std::string> result;
  for (std::string line; std::getline(in, line);)
    result.push_back(line);
  return result;
}

/// The frame in the page's `number`-th block of bytes: eight a line, then words for people.
std::vector<std::byte> example(int number) {
  std::vector<std::byte> result;
  auto block = 0;
  auto inside = false;
  for (const auto& line : lines_of(page())) {
    if (line.starts_with("```")) {
      inside = line == "```hex";
      block += inside;
    } else if (inside && block == number) {
      for (std::size_t i = 0; i < 8; ++i)
        result.push_back(static_cast<std::byte>(std::stoi(line.substr(3 * i, 2), nullptr, 16)));
    }
  }
  return result;
}

std::vector<std::byte> frame_of(frame_kind kind, const frame_body& body) {
  auto header = encode_header({1, kind});
  std::vector<std::byte> result(header.size() + body.size());
  std::ranges::copy(header, result.begin());
  std::ranges::copy(body.view(), result.begin() + frame_header_bytes);
  return result;
}

/// The beginning of a table's row for each `  name = number,` of code.hpp below 400.
std::vector<std::string> reasons_of_the_code() {
  std::vector<std::string> result;
  for (const auto& line : lines_of(content("code.hpp"))) {
    auto equals = line.find(" = ");
    auto comma = line.find(',');
    if (!line.starts_with("  ") || equals == std::string::npos || comma < equals)
      continue;
    auto number = line.substr(equals + 3, comma - equals - 3);
    if (std::stoi(number) < 400)
      result.push_back("| " + number + " | `" + line.substr(2, equals - 2) + "` |");
  }
  return result;
}

/// 10'000 as people write it.
std::string grouped(std::size_t number) {
  auto text = std::to_string(number);
  for (auto at = static_cast<int>(text.size()) - 3; at > 0; at -= 3)
    text.insert(static_cast<std::size_t>(at), ",");
  return text;
}

} // namespace

BOOST_AUTO_TEST_CASE(the_batch_on_the_page_is_what_the_codec_writes_and_reads) {
  auto one = scans();
  one.resize(1);
  auto shown = example(1);
  BOOST_TEST((shown == frame_of(frame_kind::scan_batch, encode_batch(1'634'300'000, 7, one))));
  BOOST_REQUIRE(shown.size() > frame_header_bytes);
  auto body = frame_body::copy_of(bytes{shown}.subspan(frame_header_bytes));
  scan_batch_head head;
  std::vector<scan> got;
  BOOST_REQUIRE(read_batch(body.view(), head, got) == code::ok);
  BOOST_TEST((got == one));
}

BOOST_AUTO_TEST_CASE(the_reply_on_the_page_is_what_the_codec_writes_and_reads) {
  auto one = reply();
  one.verdicts.resize(1);
  one.bases.resize(1);
  one.through_sequence = 7;
  auto shown = example(2);
  BOOST_TEST((shown == frame_of(frame_kind::scan_reply, encode_scan_reply(one))));
  BOOST_REQUIRE(shown.size() > frame_header_bytes);
  auto body = frame_body::copy_of(bytes{shown}.subspan(frame_header_bytes));
  scan_reply got;
  BOOST_REQUIRE(read_scan_reply(body.view(), got) == code::ok);
  BOOST_TEST((got == one));
}

BOOST_AUTO_TEST_CASE(every_reason_that_travels_is_on_the_page_and_no_other) {
  auto known = reasons_of_the_code();
  BOOST_TEST(known.size() > 80u);
  for (const auto& row : known)
    BOOST_TEST(says("\n" + row), row);
  std::size_t shown = 0;
  for (const auto& line : lines_of(page())) {
    auto name = line.find(" | `");
    shown += line.starts_with("| ") && name != std::string::npos &&
             line.find_first_not_of("0123456789", 2) == name;
  }
  BOOST_TEST(shown == known.size());
}

BOOST_AUTO_TEST_CASE(the_bounds_on_the_page_are_those_of_the_code) {
  using namespace limits;
  BOOST_TEST(says("4 MiB (" + grouped(frame_bytes_max) + " bytes)"));
  BOOST_TEST(says("| scans in a ScanBatch | 1 to " + grouped(scans_per_batch_max) + " |"));
  BOOST_TEST(says("| code as read; sealed code | " + grouped(code_bytes_max) + " bytes; " +
                  grouped(sealed_bytes_max) + " bytes |"));
  BOOST_TEST(says("| bases in a ScanReply | " + grouped(bases_per_reply_max) + " |"));
  auto rows = grouped(rows_per_command_max);
  BOOST_TEST(says("| rows in a Command; in an Answer | " + rows + "; " + rows + " |"));
  BOOST_TEST(says("| columns, and cells of a row; facts of an Answer | " +
                  grouped(answer_columns_max) + "; " + grouped(answer_facts_max) + " |"));
  BOOST_TEST(says("| a text | " + grouped(text_bytes_max) + " bytes"));
  BOOST_TEST(says("| entries in a LinkBatch | " + grouped(entries_per_batch_max) + " |"));
  BOOST_TEST(says("| bytes of a LinkBatch | " + grouped(batch_bytes_max) + ";"));
  BOOST_TEST(says("ward 22366 is " + grouped(unit_number(*unit_code::parse("22366"))) + "."));
  BOOST_TEST(says("| a rulebook's text | " + grouped(rulebook_bytes_max) + " bytes"));
  BOOST_TEST(says("a door may have " + grouped(door_outstanding_max) +
                  " scans unanswered, a gateway " + grouped(gateway_frames_max) + " frames and " +
                  grouped(gateway_scans_max) + " scans"));
  BOOST_TEST(says("protocol, now " + std::to_string(protocol_version) + " "));
}

BOOST_AUTO_TEST_CASE(every_kind_of_frame_has_its_row) {
  const char* names[] = {"Hello",     "Welcome",       "ScanBatch", "CodeScan",
                         "ScanReply", "Refusal",       "Command",   "Answer",
                         "LinkHello", "LinkWelcome",   "LinkBatch", "LinkAck",
                         "LinkGap",   "LinkHeartbeat", "LinkBye",   "Subscribe"};
  for (auto kind = 1u; kind <= static_cast<unsigned>(frame_kind::subscribe); ++kind)
    BOOST_TEST(says("\n| " + std::to_string(kind) + " | " + names[kind - 1] + " |"));
}
