// SPDX-License-Identifier: Apache-2.0
// What a parent's directive log says, as one batch; and what a log's reader makes of rows.
#pragma once

#include "messages/codec.hpp"
#include "messages/link.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <utility>
#include <vector>

namespace wardflow::test {

/// How the parent's log names who said something.
struct spoken {
  std::string by = "officer 56";
  role as = role::operator_;
  time_ms expires = 0;
};

/// `b`: its range, or a snapshot's piece.
inline frame_body parent_says(link_batch b, unit_code to, const command& c, const spoken& how) {
  auto body = encode_command(c);
  log_entry_view e;
  e.offset = b.first;
  e.kind = entry_kind::command;
  e.unit = to;
  e.by = how.by;
  e.role = how.as;
  e.expires = how.expires;
  e.body = body.view();
  b.entries.push_back(e);
  return encode_link_batch(b);
}

/// One more row of a log that is read from `from` on, as log_reader takes it.
inline code take_chunk(bytes row, std::uint64_t from, std::vector<log_chunk>& chunks,
                       std::size_t& size) {
  log_chunk c;
  BOOST_REQUIRE(read_log_chunk(row, c));
  if (chunks.empty() && c.batch.first > from)
    return code::range_past_retention;
  size += c.message.size();
  chunks.push_back(std::move(c));
  return code::ok;
}

} // namespace wardflow::test
