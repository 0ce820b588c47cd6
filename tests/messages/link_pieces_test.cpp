// SPDX-License-Identifier: Apache-2.0
// Proves: pieces of a snapshot come back as they were, and what is half of a log and half of a
//         snapshot is refused.
// Method: a sample, one field at a time changed.
#define BOOST_TEST_MODULE link_pieces
#include "messages/link.hpp"

#include "tests/messages/link_samples.hpp"

#include <boost/test/unit_test.hpp>

using namespace wardflow;
using namespace wardflow::samples;

namespace {

constexpr auto malformed = code::frame_malformed;

bool comes_back(const link_batch& b) {
  const auto message = encode_link_batch(b);
  link_batch got;
  return read_link_batch(message.view(), got) == code::ok && same_batch(got, b);
}

code read_batch_of(const link_batch& b) {
  const auto message = encode_link_batch(b);
  link_batch got;
  return read_link_batch(message.view(), got);
}

} // namespace

BOOST_AUTO_TEST_CASE(pieces_of_a_snapshot_have_numbers_and_the_last_one_says_up_to_where) {
  std::vector<frame_body> bodies;
  const auto last = a_last_piece(bodies);
  BOOST_TEST(comes_back(last));
  auto before = a_last_piece(bodies);
  before.through = 0;
  BOOST_TEST((read_batch_of(before) == code::ok));
  auto no_number = a_last_piece(bodies);
  no_number.piece = 0;
  BOOST_TEST((read_batch_of(no_number) == malformed));
  auto of_log = a_last_piece(bodies);
  of_log.entries[0].offset = 411;
  BOOST_TEST((read_batch_of(of_log) == malformed));
  auto entries = some_entries(bodies); // of the log
  entries.piece = 1;
  BOOST_TEST((read_batch_of(entries) == malformed));
}

BOOST_AUTO_TEST_CASE(pieces_carry_where_they_go_on_and_where_the_next_one_does) {
  std::vector<frame_body> bodies;
  BOOST_TEST(comes_back(a_middle_piece(bodies)));
  for (auto field : {&link_batch::goes_on, &link_batch::mark}) {
    auto large = a_middle_piece(bodies);
    (large.*field).assign(limits::mark_bytes_max, 'm');
    BOOST_TEST((read_batch_of(large) == code::ok));
    (large.*field) += 'm';
    BOOST_TEST((read_batch_of(large) == malformed));
  }
  auto hello = resuming_hello();
  hello.marks[0].assign(limits::mark_bytes_max + 1, 'm');
  link_hello heard;
  BOOST_TEST((read_link_hello(encode_link_hello(hello).view(), heard) == malformed));
}
