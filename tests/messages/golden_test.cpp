// SPDX-License-Identifier: Apache-2.0
// Proves: frames of the first release, `golden-1`, are read for ever, and so is what came after:
//         `golden-2` holds the frames that are written otherwise since messages know the tree,
//         `golden-3` those since a question can be about the audit log, entries say when they
//         were said, and units publish contacts,
//         `golden-4` those since a snapshot goes on at a later session.
// Method: the bytes kept in tests/data against the samples; WRITE_GOLDEN=1 makes missing files.
#define BOOST_TEST_MODULE golden
#include "messages/codec.hpp"

#include "tests/messages/link_samples.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>

#ifndef WARDFLOW_SOURCE_DIR
#define WARDFLOW_SOURCE_DIR "."
#endif

using namespace wardflow;
using namespace wardflow::samples;

namespace {

const std::array<std::filesystem::path, 4> folders{
  WARDFLOW_SOURCE_DIR "/tests/data/golden-1", WARDFLOW_SOURCE_DIR "/tests/data/golden-2",
  WARDFLOW_SOURCE_DIR "/tests/data/golden-3", WARDFLOW_SOURCE_DIR "/tests/data/golden-4"};

using reading = std::function<bool(bytes)>;

struct golden {
  std::string name;
  frame_kind kind;
  frame_body written;                         // by this release
  std::array<reading, folders.size()> same{}; // reads as the sample, as each release knew it
};

template <class Value>
reading reads_as(code (*read)(bytes, Value&), const Value& expected) {
  return [=](bytes message) {
    Value got;
    return read(message, got) == code::ok && got == expected;
  };
}

reading reads_as_code(bool sealed) {
  return [=](bytes message) {
    auto expected = sealed ? sealed_code() : plain_code();
    code_scan got;
    return read_code_scan(message, got) == code::ok && got.epoch == expected.epoch &&
           got.sequence == expected.sequence && got.venue == expected.venue &&
           got.at == expected.at && got.way == expected.way && got.flow == expected.flow &&
           got.sealed == sealed && !got.malformed &&
           std::ranges::equal(got.code_bytes, expected.code_bytes);
  };
}

bool reads_as_batch(bytes message) {
  scan_batch_head head;
  std::vector<scan> got;
  return read_batch(message, head, got) == code::ok && head.epoch == 1'634'300'000 &&
         head.first_sequence == 7 && got == scans();
}

/// `says_when`, and as what.
reading reads_as_link_batch(bool says_when) {
  return [=](bytes message) {
    std::vector<frame_body> bodies;
    auto expected = some_entries(bodies);
    if (!says_when)
      for (auto& e : expected.entries) {
        e.said = 0;
        e.role = role::none;
      }
    link_batch got;
    return read_link_batch(message, got) == code::ok && same_batch(got, expected);
  };
}

reading reads_as_piece(link_batch (*sample)(std::vector<frame_body>&)) {
  return [=](bytes message) {
    std::vector<frame_body> bodies;
    link_batch got;
    return read_link_batch(message, got) == code::ok && same_batch(got, sample(bodies));
  };
}

/// ... and its entries as the rows that they were made of.
bool reads_as_rows(bytes message) {
  std::vector<frame_body> bodies;
  link_batch got;
  register_row group, venue, device;
  watermark mark;
  return read_link_batch(message, got) == code::ok && same_batch(got, some_rows(bodies)) &&
         read_register_row(got.entries[0].body, group) == code::ok && group == a_group_row() &&
         read_register_row(got.entries[1].body, venue) == code::ok && venue == a_venue_row() &&
         read_register_row(got.entries[2].body, device) == code::ok && device == a_device_row() &&
         read_watermark(got.entries[3].body, mark) == code::ok && mark == a_watermark();
}

bool reads_as_contacts(bytes message) {
  std::vector<frame_body> bodies;
  link_batch got;
  register_row row;
  return read_link_batch(message, got) == code::ok && same_batch(got, some_contacts(bodies)) &&
         read_register_row(got.entries[0].body, row) == code::ok && row == a_contacts_row();
}

std::vector<golden> all() {
  std::vector<golden> result;
  auto add = [&](std::string name, frame_kind kind, frame_body written, reading same) {
    auto& g = result.emplace_back(golden{std::move(name), kind, std::move(written)});
    g.same.fill(same);
  };
  add("hello", frame_kind::hello, encode_hello(greeting()), reads_as(&read_hello, greeting()));
  add("welcome", frame_kind::welcome, encode_welcome(welcomed()),
      reads_as(&read_welcome, welcomed()));
  add("scan_batch", frame_kind::scan_batch, encode_batch(1'634'300'000, 7, scans()),
      &reads_as_batch);
  add("code_scan_plain", frame_kind::code_scan, encode_code_scan(plain_code()),
      reads_as_code(false));
  add("code_scan_sealed", frame_kind::code_scan, encode_code_scan(sealed_code()),
      reads_as_code(true));
  add("scan_reply", frame_kind::scan_reply, encode_scan_reply(reply()),
      reads_as(&read_scan_reply, reply()));
  add("refusal", frame_kind::refusal, encode_refusal(gap()), reads_as(&read_refusal, gap()));
  for (const auto& [name, body] : command_bodies()) {
    auto before = of(body, true); // a command was for the node that was asked
    before.unit = {};
    before.ttl = 0;
    add("command_" + name, frame_kind::command, encode_command(of(body, true)),
        reads_as(&read_command, of(body, true)));
    result.back().same[0] = reads_as(&read_command, before);
  }
  add("command_piece", frame_kind::command, encode_command(a_piece()),
      reads_as(&read_command, a_piece()));
  add("answer", frame_kind::answer, encode_answer(listed()), reads_as(&read_answer, listed()));
  add("link_hello", frame_kind::link_hello, encode_link_hello(child_hello()),
      reads_as(&read_link_hello, child_hello()));
  add("link_welcome", frame_kind::link_welcome, encode_link_welcome(parent_welcome()),
      reads_as(&read_link_welcome, parent_welcome()));
  std::vector<frame_body> bodies; // alert, hour, day, command
  add("link_batch", frame_kind::link_batch, encode_link_batch(some_entries(bodies)),
      reads_as_link_batch(true));
  result.back().same[1] = reads_as_link_batch(false);
  add("link_batch_rows", frame_kind::link_batch, encode_link_batch(some_rows(bodies)),
      &reads_as_rows);
  add("link_batch_contacts", frame_kind::link_batch, encode_link_batch(some_contacts(bodies)),
      &reads_as_contacts);
  add("link_last_piece", frame_kind::link_batch, encode_link_batch(a_last_piece(bodies)),
      reads_as_piece(&a_last_piece));
  add("link_middle_piece", frame_kind::link_batch, encode_link_batch(a_middle_piece(bodies)),
      reads_as_piece(&a_middle_piece));
  add("link_hello_resuming", frame_kind::link_hello, encode_link_hello(resuming_hello()),
      reads_as(&read_link_hello, resuming_hello()));
  add("link_ack", frame_kind::link_ack, encode_link_ack(an_ack()),
      reads_as(&read_link_ack, an_ack()));
  add("link_gap", frame_kind::link_gap, encode_link_gap(a_gap()),
      reads_as(&read_link_gap, a_gap()));
  add("link_heartbeat", frame_kind::link_heartbeat, encode_link_heartbeat(a_heartbeat()),
      reads_as(&read_link_heartbeat, a_heartbeat()));
  add("link_bye", frame_kind::link_bye, encode_link_bye(a_bye()),
      reads_as(&read_link_bye, a_bye()));
  add("subscribe", frame_kind::subscribe, encode_subscribe(a_subscription()),
      reads_as(&read_subscribe, a_subscription()));
  return result;
}

std::filesystem::path file_of(const golden& g, const std::filesystem::path& folder) {
  return folder / (g.name + ".bin");
}

/// As it is written today: the newest there is.
std::filesystem::path file_of(const golden& g) {
  auto file = file_of(g, folders.back());
  for (auto folder = folders.rbegin(); folder != folders.rend() && !std::filesystem::exists(file);
       ++folder)
    file = file_of(g, *folder);
  return file;
}

std::string text_of(bytes data) {
  return {reinterpret_cast<const char*>(data.data()), data.size()};
}

std::string content(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

std::string frame_of(const golden& g) {
  auto header = encode_header({1, g.kind});
  return text_of(header) + text_of(g.written.view());
}

} // namespace

BOOST_AUTO_TEST_CASE(golden_files_are_never_rewritten_and_written_only_on_demand) {
  if (std::getenv("WRITE_GOLDEN") == nullptr)
    return;
  std::filesystem::create_directories(folders.back());
  for (const auto& g : all())
    if (auto file = file_of(g, folders.back());
        !std::filesystem::exists(file) && content(file_of(g)) != frame_of(g))
      std::ofstream{file, std::ios::binary} << frame_of(g);
}

BOOST_AUTO_TEST_CASE(the_golden_bytes_read_as_the_values_they_were_made_of) {
  std::size_t files = 0;
  const auto expected = all();
  for (std::size_t release = 0; release != folders.size(); ++release)
    for (const auto& g : expected) {
      const auto file = file_of(g, folders[release]);
      if (!std::filesystem::exists(file))
        continue;
      ++files;
      auto frame = content(file);
      BOOST_REQUIRE_MESSAGE(frame.size() > frame_header_bytes, file);
      auto data = std::as_bytes(std::span{frame});
      frame_header header;
      BOOST_TEST((decode_header(data.first(frame_header_bytes), header) == code::ok), g.name);
      BOOST_TEST((header.kind == g.kind), g.name);
      auto body = frame_body::copy_of(data.subspan(frame_header_bytes));
      BOOST_TEST(g.same[release](body.view()), file);
    }
  BOOST_TEST(files >= expected.size());
}

BOOST_AUTO_TEST_CASE(this_release_writes_the_golden_bytes) {
  for (const auto& g : all())
    BOOST_TEST((frame_of(g) == content(file_of(g))), g.name);
}

BOOST_AUTO_TEST_CASE(there_is_one_file_for_each_kind_and_none_besides) {
  auto expected = all();
  for (const auto& folder : folders)
    for (const auto& file : std::filesystem::directory_iterator{folder})
      BOOST_TEST(std::ranges::any_of(expected, [&](auto& g) { return file_of(g, folder) == file; }),
                 file.path());
  for (const auto& g : expected)
    BOOST_TEST(std::filesystem::exists(file_of(g)), g.name);
  for (unsigned kind = 1; kind <= static_cast<unsigned>(frame_kind::subscribe); ++kind)
    BOOST_TEST(
      std::ranges::any_of(expected, [&](auto& g) { return static_cast<unsigned>(g.kind) == kind; }),
      kind);
}
