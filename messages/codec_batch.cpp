// SPDX-License-Identifier: Apache-2.0
// Batches of log entries, and pieces of snapshots, which are the same message.
#include "messages/codec_check.hpp"
#include "messages/codec_parts.hpp"
#include "messages/link.capnp.h"
#include "messages/link.hpp"

#include <capnp/message.h>

#include <algorithm>
#include <utility>

namespace wardflow {

using namespace codec_part;

namespace {

// What a message takes, in words: the pointer to its root, the root, and what hangs below.
constexpr std::size_t batch_words = 1 + 3 + 2 + 1; // with the tag of the list
constexpr std::size_t place_words = 2;
constexpr std::size_t entry_words = 5 + 2;
static_assert(batch_head_bytes >= 8 * (1 + batch_words)); // with the table of segments

} // namespace

code read_link_batch(bytes message, link_batch& out) {
  return open_message(message, code::frame_malformed, [&](capnp::MessageReader& opened) {
    auto from = opened.getRoot<wire::LinkBatch>();
    auto entries = from.getEntries();
    auto place = from.getPlace();
    link_batch b;
    if (from.getLog() > 1 || from.getLane() >= lanes_max || from.getThrough() < from.getFirst() ||
        from.getThrough() > offset_max || entries.size() > limits::entries_per_batch_max ||
        (from.getPiece() == 0 ? from.getFirst() == 0 && from.getThrough() != 0
                              : from.getFirst() != 0) ||
        !take_mark(place.getGoesOn(), b.goes_on) || !take_mark(place.getMark(), b.mark))
      return code::frame_malformed;
    b.log = static_cast<log_name>(from.getLog());
    b.lane = static_cast<lane>(from.getLane());
    b.first = from.getFirst();
    b.through = from.getThrough();
    b.piece = from.getPiece();
    b.entries.reserve(entries.size());
    auto next = b.first;
    std::uint32_t number = 0; // most entries of a batch are of one unit
    auto unit = unit_of_number(number);
    const auto last = b.is_snapshot() ? 0 : b.through;
    for (auto e : entries) {
      if (e.getUnit() != number)
        unit = unit_of_number(number = e.getUnit());
      auto by = e.getBy();
      auto body = e.getBody();
      if (!unit || e.getOffset() < next || e.getOffset() > last ||
          !is_text({by.begin(), by.size()}, limits::text_bytes_max, text_form::line))
        return code::frame_malformed;
      next = b.is_snapshot() ? 0 : e.getOffset() + 1;
      b.entries.push_back({e.getOffset(),
                           bounded_time(e.getAtMs()),
                           static_cast<entry_kind>(e.getKind()),
                           *unit,
                           {by.begin(), by.size()},
                           bounded_time(e.getExpiresMs()),
                           {reinterpret_cast<const std::byte*>(body.begin()), body.size()},
                           static_cast<role>(e.getRole()),
                           bounded_time(e.getSaidMs())});
    }
    out = std::move(b);
    return code::ok;
  });
}

bool read_log_chunk(bytes row, log_chunk& out) {
  out.message = frame_body::copy_of(row); // aligned
  return read_link_batch(out.message.view(), out.batch) == code::ok;
}

time_ms newest_entry(bytes message) {
  link_batch b;
  time_ms newest = 0;
  if (read_link_batch(message, b) == code::ok)
    for (auto& e : b.entries)
      newest = std::max(newest, e.at);
  return newest;
}

frame_body encode_link_batch(const link_batch& b) {
  const auto has_place = !b.goes_on.empty() || !b.mark.empty();
  auto size = batch_words;
  if (has_place)
    size += place_words + data_words(b.goes_on.size()) + data_words(b.mark.size());
  for (auto& e : b.entries)
    size += entry_words + text_words(e.by.size()) + data_words(e.body.size());
  return lay_out(size, [&](capnp::MessageBuilder& message) {
    auto to = message.initRoot<wire::LinkBatch>();
    to.setLog(static_cast<std::uint8_t>(b.log));
    to.setLane(static_cast<std::uint8_t>(b.lane));
    to.setFirst(b.first);
    to.setThrough(b.through);
    to.setPiece(b.piece);
    if (has_place) {
      auto place = to.initPlace();
      place.setGoesOn(data_of(b.goes_on));
      place.setMark(data_of(b.mark));
    }
    auto entries = to.initEntries(static_cast<unsigned>(b.entries.size()));
    std::string by;
    for (unsigned i = 0; i < entries.size(); ++i) {
      auto& from = b.entries[i];
      auto e = entries[i];
      e.setOffset(from.offset);
      e.setAtMs(from.at);
      e.setKind(static_cast<std::uint8_t>(from.kind));
      e.setUnit(unit_number(from.unit));
      by = clean_line(std::string{from.by});
      if (!by.empty())
        e.setBy(by.c_str());
      e.setExpiresMs(from.expires);
      if (!from.body.empty())
        e.setBody(data_of(from.body));
      e.setRole(static_cast<std::uint8_t>(from.role));
      e.setSaidMs(from.said);
    }
  });
}

} // namespace wardflow
