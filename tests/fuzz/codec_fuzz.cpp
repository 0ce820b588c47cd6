// SPDX-License-Identifier: Apache-2.0
// Proves: no bytes make a reader crash or throw; what is read is written and read the same again.
// Method: the input as a message, as it is and with a right segment table; every reader on it.
#include "messages/codec.hpp"

#include "messages/limits.hpp"
#include "messages/link.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>

using namespace wardflow;

namespace {

void require(bool condition) {
  if (!condition)
    std::abort();
}

template <class Value>
void there_and_back(bytes message, code (*read)(bytes, Value&), frame_body (*write)(const Value&)) {
  Value first;
  if (read(message, first) != code::ok) {
    require(first == Value{}); // nothing half read
    return;
  }
  Value second;
  require(read(write(first).view(), second) == code::ok);
  require(first == second);
}

void batches(bytes message) {
  std::vector<scan> first(1), second;
  scan_batch_head head, head_alone, again;
  auto result = read_batch(message, head, first);
  require(read_batch_head(message, head_alone) == result);
  auto newest = newest_scan(message);
  if (result != code::ok) {
    require(first.size() == 1 && head.count == 0);
    return;
  }
  require(head.count >= 1 && head.count <= limits::scans_per_batch_max);
  require(first.size() == 1 + std::size_t{head.count} && head_alone.count == head.count);
  auto scans = std::span{std::as_const(first)}.subspan(1);
  time_ms expected = 0;
  for (const auto& s : scans) {
    expected = std::max(expected, s.at);
    require((s.problem == code::ok) == (s.card != card_id{}));
  }
  require(newest == expected);
  auto written = encode_batch(head.epoch, head.first_sequence, scans);
  require(read_batch(written.view(), again, second) == code::ok);
  require(again.epoch == head.epoch && again.first_sequence == head.first_sequence);
  require(std::ranges::equal(scans, second));
}

void codes(bytes message) {
  code_scan first, second;
  if (read_code_scan(message, first) != code::ok) {
    require(first.code_bytes.empty());
    return;
  }
  require(first.code_bytes.size() <= limits::sealed_bytes_max + 1);
  auto written = encode_code_scan(first);
  require(read_code_scan(written.view(), second) == code::ok);
  require(first.epoch == second.epoch && first.sequence == second.sequence);
  require(first.venue == second.venue && first.at == second.at && first.way == second.way);
  require(first.flow == second.flow && first.sealed == second.sealed);
  require(first.malformed == second.malformed);
  require(std::ranges::equal(first.code_bytes, second.code_bytes));
}

bool same_entry(const log_entry_view& a, const log_entry_view& b) {
  return a.offset == b.offset && a.at == b.at && a.kind == b.kind && a.unit == b.unit &&
         a.by == b.by && a.expires == b.expires && a.role == b.role && a.said == b.said &&
         std::ranges::equal(a.body, b.body);
}

void log_entries(bytes message) {
  link_batch first, second;
  if (read_link_batch(message, first) != code::ok) {
    require(first.entries.empty() && first.first == 0);
    return;
  }
  require(!first.is_snapshot() || first.through == 0 || first.piece != 0);
  require(first.is_snapshot() || first.piece == 0);
  auto next = first.first;
  for (const auto& e : first.entries) {
    require(e.offset >= next && e.offset <= (first.is_snapshot() ? 0 : first.through));
    next = first.is_snapshot() ? 0 : e.offset + 1;
  }
  auto written = encode_link_batch(first);
  require(read_link_batch(written.view(), second) == code::ok);
  require(first.log == second.log && first.lane == second.lane);
  require(first.first == second.first && first.through == second.through);
  require(first.piece == second.piece);
  require(std::ranges::equal(first.entries, second.entries, &same_entry));
}

void links(bytes message) {
  log_entries(message);
  there_and_back<link_hello>(message, &read_link_hello, &encode_link_hello);
  there_and_back<link_welcome>(message, &read_link_welcome, &encode_link_welcome);
  there_and_back<link_ack>(message, &read_link_ack, &encode_link_ack);
  there_and_back<link_gap>(message, &read_link_gap, &encode_link_gap);
  there_and_back<link_heartbeat>(message, &read_link_heartbeat, &encode_link_heartbeat);
  there_and_back<link_bye>(message, &read_link_bye, &encode_link_bye);
  there_and_back<subscribe>(message, &read_subscribe, &encode_subscribe);
  there_and_back<alert>(message, &read_alert, &encode_alert);
  there_and_back<hour_rollup>(message, &read_hour_rollup, &encode_hour_rollup);
  there_and_back<day_rollup>(message, &read_day_rollup, &encode_day_rollup);
}

void every_reader(bytes message) {
  batches(message);
  codes(message);
  there_and_back<scan_reply>(message, &read_scan_reply, &encode_scan_reply);
  there_and_back<refusal>(message, &read_refusal, &encode_refusal);
  there_and_back<hello>(message, &read_hello, &encode_hello);
  there_and_back<welcome>(message, &read_welcome, &encode_welcome);
  there_and_back<command>(message, &read_command, &encode_command);
  there_and_back<answer>(message, &read_answer, &encode_answer);
  links(message);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto input = std::as_bytes(std::span{data, size});
  frame_header header;
  (void)decode_header(input.first(std::min(size, frame_header_bytes)), header);
  every_reader(frame_body::copy_of(input).view());
  every_reader(input); // at whatever address it lies

  auto segment = (size + 7) / 8;
  auto framed = frame_body::allocate(8 * (1 + segment));
  auto memory = framed.writable();
  std::fill(memory.begin(), memory.end(), std::byte{});
  auto words = static_cast<std::uint32_t>(segment);
  std::memcpy(memory.data() + 4, &words, sizeof words);
  std::copy(input.begin(), input.end(), memory.begin() + 8);
  every_reader(framed.view());
  return 0;
}
