// SPDX-License-Identifier: Apache-2.0
// Proves: headers are read exactly as they are written, and a body frees its memory once.
// Method: every value of every header byte; a counted release function.
#define BOOST_TEST_MODULE frame
#include "messages/frame.hpp"

#include "messages/limits.hpp"

#include <boost/test/unit_test.hpp>

#include <cstring>
#include <vector>

using namespace wardflow;

BOOST_AUTO_TEST_CASE(a_header_is_wf_protocol_kind_and_four_zeros) {
  auto part = encode_header({1, frame_kind::scan_batch});
  const unsigned char expected[] = {'W', 'F', 1, 3, 0, 0, 0, 0};
  BOOST_TEST(std::memcmp(part.data(), expected, sizeof expected) == 0);
}

BOOST_AUTO_TEST_CASE(every_kind_of_this_protocol_survives) {
  for (unsigned kind = 0; kind < 256; ++kind) {
    frame_header h;
    auto part = encode_header({1, static_cast<frame_kind>(kind)});
    BOOST_TEST((decode_header(part, h) == code::ok));
    BOOST_TEST(static_cast<unsigned>(h.kind) == kind); // an unknown kind is GATE's to refuse
    BOOST_TEST(h.protocol == 1);
  }
}

BOOST_AUTO_TEST_CASE(a_newer_protocol_is_named_and_still_shows_its_number) {
  for (unsigned protocol = 0; protocol < 256; ++protocol) {
    frame_header h;
    auto part = encode_header({static_cast<std::uint8_t>(protocol), frame_kind::hello});
    auto expected = protocol == limits::protocol_version ? code::ok : code::protocol_newer;
    BOOST_TEST((decode_header(part, h) == expected));
    BOOST_TEST(h.protocol == protocol);
  }
}

BOOST_AUTO_TEST_CASE(another_size_or_another_beginning_is_malformed) {
  auto good = encode_header({1, frame_kind::hello});
  frame_header h;
  std::vector<std::byte> part(good.begin(), good.end());
  for (std::size_t size = 0; size < 8; ++size)
    BOOST_TEST((decode_header(bytes{part}.first(size), h) == code::frame_malformed));
  part.push_back({});
  BOOST_TEST((decode_header(part, h) == code::frame_malformed));
  part.pop_back();
  for (std::size_t at : {0u, 1u}) {
    part[at] ^= std::byte{1};
    BOOST_TEST((decode_header(part, h) == code::frame_malformed));
    part[at] ^= std::byte{1};
  }
  for (std::size_t at = 4; at < 8; ++at)
    part[at] = std::byte{0xff}; // a reader ignores these
  BOOST_TEST((decode_header(part, h) == code::ok));
}

BOOST_AUTO_TEST_CASE(a_body_copies_shrinks_and_is_aligned) {
  BOOST_TEST(frame_body{}.empty());
  BOOST_TEST(frame_body::copy_of({}).empty());
  BOOST_TEST(frame_body::allocate(0).empty());
  std::vector<std::byte> data(24, std::byte{7});
  auto body = frame_body::copy_of(data);
  data[0] = std::byte{8};
  BOOST_TEST((body.view()[0] == std::byte{7}));
  BOOST_TEST(reinterpret_cast<std::uintptr_t>(body.view().data()) % 8 == 0u);
  body.writable()[1] = std::byte{9};
  body.shrink(2);
  BOOST_TEST(body.size() == 2u);
  BOOST_TEST((body.view()[1] == std::byte{9}));
}

BOOST_AUTO_TEST_CASE(a_taken_over_buffer_is_given_back_once_by_its_last_holder) {
  auto released = 0;
  alignas(8) std::byte memory[16]{};
  {
    frame_body first{bytes{memory}, &released, [](void* count) { ++*static_cast<int*>(count); }};
    auto second = std::move(first);
    BOOST_TEST(second.view().data() == memory);
    frame_body third;
    third = std::move(second);
    BOOST_TEST(third.size() == 16u);
    BOOST_TEST(released == 0);
  }
  BOOST_TEST(released == 1);
}
