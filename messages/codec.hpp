// SPDX-License-Identifier: Apache-2.0
// The one place where bytes from outside become values, and values become messages.
//
//   bytes ─check_message─▶ (size, alignment, one segment) ─decode─▶ (lists bounded) ─▶ values
//
// Owns     nothing. Every function is pure and may be called from any thread.
// Promise  no byte is interpreted before size, alignment and segment table were checked; what is
//          malformed comes back as a code, never as an exception or a partial value.
// Bound    limits.hpp; the traversal limit is the message's own size, nesting 16.
#pragma once

#include "messages/command.hpp"
#include "messages/frame.hpp"
#include "messages/limits.hpp"
#include "messages/scan.hpp"
#include "messages/verdict.hpp"

#include <span>
#include <string>
#include <vector>

namespace wardflow {

/// ok, frame_malformed (empty, not whole words, unaligned, segment table wrong), frame_too_large,
/// frame_several_segments.
[[nodiscard]] code check_message(bytes message);

// -- scans --------------------------------------------------------------------------------------

struct scan_batch_head {
  std::uint64_t epoch = 0;
  std::uint64_t first_sequence = 0;
  std::uint32_t count = 0; // 1 to scans_per_batch_max
};

/// Reads the head alone. Also batch_empty, batch_too_large.
[[nodiscard]] code read_batch_head(bytes message, scan_batch_head& head);

/// Appends the batch's scans to `out`; what a scan cannot mean (unknown direction, card 0 without
/// a problem) becomes its `problem`, and its card 0. On an error nothing is appended.
/// Event times beyond 2^52 ms either way are cut to that: sums with them cannot overflow.
[[nodiscard]] code read_batch(bytes message, scan_batch_head& head, std::vector<scan>& out);

/// Event time of the newest scan of a batch, for the input clock; 0 where it cannot be read.
time_ms newest_scan(bytes message);

frame_body encode_batch(std::uint64_t epoch, std::uint64_t first_sequence,
                        std::span<const scan> scans);

struct code_scan {
  std::uint64_t epoch = 0;
  std::uint64_t sequence = 0;
  venue_id venue{};
  time_ms at = 0;
  direction way = direction::in;
  wardflow::flow flow = flow::staff_scans_person;
  bool sealed = false;
  bool malformed = false; // an enumeration out of range: the scan is refused, not the frame
  bytes code_bytes;       // decoded: points into the message; one byte over the limit if longer
};

[[nodiscard]] code read_code_scan(bytes message, code_scan& out);
frame_body encode_code_scan(const code_scan& scan);

struct scan_reply {
  std::uint64_t epoch = 0;
  std::uint64_t first_sequence = 0;
  std::uint64_t through_sequence = 0;
  std::vector<std::uint32_t> verdicts; // words of verdict.hpp
  std::vector<basis> bases;
  time_ms node_time = 0;
  bool operator==(const scan_reply&) const = default;
};

[[nodiscard]] code read_scan_reply(bytes message, scan_reply& out);
frame_body encode_scan_reply(const scan_reply& reply);

struct refusal {
  code reason = code::frame_malformed;
  std::uint64_t epoch = 0;
  std::uint64_t expected_sequence = 0;
  std::uint64_t refused_sequence = 0;
  time_ms node_time = 0;
  std::string detail;
  std::uint8_t protocol_min = limits::protocol_version_min; // what the node speaks
  std::uint8_t protocol_max = limits::protocol_version;
  bool operator==(const refusal&) const = default;
};

[[nodiscard]] code read_refusal(bytes message, refusal& out);
frame_body encode_refusal(const refusal& r);

struct hello {
  std::uint64_t epoch = 0;
  std::string software;
  bool operator==(const hello&) const = default;
};

[[nodiscard]] code read_hello(bytes message, hello& out);
frame_body encode_hello(const hello& h);

struct welcome {
  std::uint64_t epoch = 0;
  std::uint64_t expected_sequence = 0;
  time_ms node_time = 0;
  venue_id venue{};
  public_key node_key{};
  std::uint8_t protocol = limits::protocol_version;
  bool operator==(const welcome&) const = default;
};

[[nodiscard]] code read_welcome(bytes message, welcome& out);
frame_body encode_welcome(const welcome& w);

// -- commands -----------------------------------------------------------------------------------

/// Also command_malformed, too_many_rows, command_unknown (a newer client's). Card facts come
/// back as `known`. Texts: text_bytes_max, no control characters; a rulebook: rulebook_bytes_max.
[[nodiscard]] code read_command(bytes message, command& out);
frame_body encode_command(const command& c);

/// Bounds of an answer's lists; its rows are bounded by rows_per_command_max.
inline constexpr std::uint32_t answer_columns_max = 64;
inline constexpr std::uint32_t answer_facts_max = 1000;

/// Also command_malformed.
[[nodiscard]] code read_answer(bytes message, answer& out);
/// What the reader would refuse is made to fit: bad bytes of a text become `?`, a text is cut to
/// text_bytes_max; rows past rows_per_command_max or frame_bytes_max are left out and `more` is
/// set, so that the client asks on after the last row.
frame_body encode_answer(const answer& a);

} // namespace wardflow
