// SPDX-License-Identifier: Apache-2.0
#include "messages/record.hpp"

#include "messages/codec_check.hpp"
#include "messages/journal.capnp.h"

#include <capnp/message.h>

#include <cassert>
#include <cstring>

namespace wardflow {

namespace {

constexpr std::size_t prefix_bytes = 8;

std::uint32_t words_of(bytes blob) {
  assert(blob.size() % 8 == 0);
  return static_cast<std::uint32_t>(blob.size() / 8);
}

std::size_t header_words(const round_record& r) {
  std::size_t words = 64 + r.ticks.size() * 2;
  for (auto& c : r.commands)
    words += 5 + codec_part::text_words(c.by.size());
  for (auto& f : r.frames)
    words += 6 + f.canonical.size() * 2;
  return words;
}

/// Cuts the next `words` off `rest`; false where there are not so many.
bool cut(bytes& rest, std::uint32_t words, bytes& blob) {
  auto size = std::size_t{words} * 8;
  if (size > rest.size())
    return false;
  blob = rest.first(size);
  rest = rest.subspan(size);
  return true;
}

void fill(const round_record& r, wire::RoundHeader::Builder out) {
  out.setNumber(r.number);
  out.setStampMs(r.stamp);
  out.setLogicVersion(r.logic);
  out.setClockUnsure(r.clock_unsure);
  if (!r.ticks.empty()) {
    auto ticks = out.initTicks(static_cast<unsigned>(r.ticks.size()));
    for (unsigned i = 0; i != ticks.size(); ++i) {
      ticks[i].setVenue(r.ticks[i].serial);
      ticks[i].setAtMs(r.ticks[i].at);
    }
  }
  if (!r.commands.empty()) {
    auto commands = out.initCommands(static_cast<unsigned>(r.commands.size()));
    for (unsigned i = 0; i != commands.size(); ++i) {
      commands[i].setCommandWords(words_of(r.commands[i].command));
      commands[i].setAnswerWords(words_of(r.commands[i].answer));
      commands[i].setBy(r.commands[i].by);
      commands[i].setSaidMs(r.commands[i].said);
    }
  }
  if (!r.frames.empty()) {
    auto frames = out.initFrames(static_cast<unsigned>(r.frames.size()));
    for (unsigned i = 0; i != frames.size(); ++i) {
      auto& f = r.frames[i];
      frames[i].setDevice(static_cast<std::uint32_t>(f.device));
      frames[i].setBatchWords(words_of(f.batch));
      frames[i].setReplyWords(words_of(f.reply));
      if (f.canonical.empty())
        continue;
      auto canonical = frames[i].initCanonical(static_cast<unsigned>(f.canonical.size()));
      for (unsigned c = 0; c != canonical.size(); ++c) {
        canonical[c].setIndex(f.canonical[c].first);
        canonical[c].setCard(static_cast<std::uint64_t>(f.canonical[c].second));
      }
    }
  }
}

/// Reads the header and cuts the blobs after it.
code take(wire::RoundHeader::Reader in, bytes rest, round_record& out) {
  out.number = in.getNumber();
  out.stamp = in.getStampMs();
  out.logic = in.getLogicVersion();
  out.clock_unsure = in.getClockUnsure();
  for (auto tick : in.getTicks())
    out.ticks.push_back({static_cast<std::uint32_t>(tick.getVenue()), tick.getAtMs()});
  for (auto part : in.getCommands()) {
    auto& c = out.commands.emplace_back();
    if (!cut(rest, part.getCommandWords(), c.command) ||
        !cut(rest, part.getAnswerWords(), c.answer))
      return code::store_damaged;
    c.by = part.getBy().cStr();
    c.said = part.getSaidMs();
  }
  for (auto part : in.getFrames()) {
    auto& f = out.frames.emplace_back();
    f.device = device_id{part.getDevice()};
    if (!cut(rest, part.getBatchWords(), f.batch) || !cut(rest, part.getReplyWords(), f.reply))
      return code::store_damaged;
    for (auto c : part.getCanonical())
      f.canonical.emplace_back(c.getIndex(), card_id{c.getCard()});
  }
  return rest.empty() ? code::ok : code::store_damaged;
}

} // namespace

frame_body encode_record_head(const round_record& record) {
  auto message = codec_part::lay_out(header_words(record), [&](capnp::MessageBuilder& builder) {
    fill(record, builder.initRoot<wire::RoundHeader>());
  });
  auto head = frame_body::allocate(prefix_bytes + message.size());
  std::uint32_t prefix[2] = {words_of(message.view()), 0};
  std::memcpy(head.writable().data(), prefix, prefix_bytes);
  std::memcpy(head.writable().data() + prefix_bytes, message.view().data(), message.size());
  return head;
}

code read_record(bytes record, round_record& out) {
  out = {};
  std::uint32_t prefix[2] = {};
  if (record.size() < prefix_bytes)
    return code::store_damaged;
  std::memcpy(prefix, record.data(), prefix_bytes);
  auto size = std::size_t{prefix[0]} * 8;
  if (prefix[1] != 0 || size > record.size() - prefix_bytes)
    return code::store_damaged;
  auto rest = record.subspan(prefix_bytes + size);
  return codec_part::open_message(record.subspan(prefix_bytes, size), code::store_damaged,
                                  [&](capnp::MessageReader& message) {
                                    return take(message.getRoot<wire::RoundHeader>(), rest, out);
                                  });
}

} // namespace wardflow
