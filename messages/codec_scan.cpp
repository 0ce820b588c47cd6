// SPDX-License-Identifier: Apache-2.0
// What scanners send: ScanBatch, CodeScan, Hello.
#include "messages/codec.hpp"

#include "messages/codec_check.hpp"
#include "messages/limits.hpp"
#include "messages/scan.capnp.h"

#include <capnp/message.h>

#include <algorithm>
#include <utility>

namespace wardflow {

using namespace codec_part;

namespace {

// What a message takes, in words: the pointer to its root, the root, and what hangs below.
constexpr std::size_t batch_words = 1 + 3 + 1; // with the tag of its list
constexpr std::size_t scan_words = 5;
constexpr std::size_t code_scan_words = 1 + 5 + 1;
constexpr std::size_t hello_words = 1 + 1 + 1;

constexpr std::uint16_t unknown_direction = 0xffff;

code head_of(const wire::ScanBatch::Reader& batch, std::uint32_t count, scan_batch_head& head) {
  if (count == 0)
    return code::batch_empty;
  if (count > limits::scans_per_batch_max)
    return code::batch_too_large;
  head = {batch.getEpoch(), batch.getFirstSequence(), count};
  return code::ok;
}

/// Reasons that a sender may give for a scan: the code's, the venue's and the scan's own.
constexpr bool is_problem(std::uint16_t number) {
  return number >= static_cast<std::uint16_t>(code::code_empty) &&
         number <= static_cast<std::uint16_t>(code::scan_malformed);
}

inline void read_scan(const wire::Scan::Reader& from, scan& to) {
  auto way = static_cast<std::uint16_t>(from.getDirection());
  auto by = static_cast<std::uint16_t>(from.getFlow());
  auto problem = from.getProblem();
  auto card = from.getCard();
  to.venue = venue_id{from.getVenue()};
  to.at = bounded_time(from.getScannedAtMs());
  if (way <= 1 && by <= 1 && problem == 0 && card != 0) [[likely]] {
    to.card = card_id{card};
    to.linked = card_id{from.getLinked()};
    to.way = static_cast<direction>(way);
    to.flow = static_cast<flow>(by);
    return;
  }
  auto meant = way <= 1 && by <= 1 && is_problem(problem);
  to.problem = meant ? static_cast<code>(problem) : code::scan_malformed;
  to.way = way <= 1 ? static_cast<direction>(way) : direction::in;
  to.flow = by <= 1 ? static_cast<flow>(by) : flow::staff_scans_person;
}

} // namespace

code read_batch_head(bytes message, scan_batch_head& head) {
  return open_message(message, code::frame_malformed, [&](capnp::MessageReader& opened) {
    auto batch = opened.getRoot<wire::ScanBatch>();
    return head_of(batch, batch.getScans().size(), head);
  });
}

code read_batch(bytes message, scan_batch_head& head, std::vector<scan>& out) {
  const auto before = out.size();
  auto result = open_message(message, code::frame_malformed, [&](capnp::MessageReader& opened) {
    auto batch = opened.getRoot<wire::ScanBatch>();
    auto scans = batch.getScans();
    scan_batch_head found;
    if (auto checked = head_of(batch, scans.size(), found); checked != code::ok)
      return checked;
    out.resize(before + found.count);
    auto* to = out.data() + before;
    for (std::uint32_t i = 0; i < found.count; ++i)
      read_scan(scans[i], to[i]);
    head = found;
    return code::ok;
  });
  if (result != code::ok)
    out.resize(before);
  return result;
}

time_ms newest_scan(bytes message) {
  time_ms newest = 0;
  auto read = open_message(message, code::frame_malformed, [&](capnp::MessageReader& opened) {
    auto scans = opened.getRoot<wire::ScanBatch>().getScans();
    if (scans.size() > limits::scans_per_batch_max)
      return code::batch_too_large;
    for (auto scan : scans)
      newest = std::max(newest, bounded_time(scan.getScannedAtMs()));
    return code::ok;
  });
  return read == code::ok ? newest : 0;
}

frame_body encode_batch(std::uint64_t epoch, std::uint64_t first_sequence,
                        std::span<const scan> scans) {
  return lay_out(batch_words + scans.size() * scan_words, [&](capnp::MessageBuilder& message) {
    auto batch = message.initRoot<wire::ScanBatch>();
    batch.setEpoch(epoch);
    batch.setFirstSequence(first_sequence);
    auto list = batch.initScans(static_cast<unsigned>(scans.size()));
    for (unsigned i = 0; i < list.size(); ++i) {
      const auto& from = scans[i];
      auto to = list[i];
      to.setVenue(static_cast<std::uint64_t>(from.venue));
      to.setCard(static_cast<std::uint64_t>(from.card));
      to.setScannedAtMs(from.at);
      to.setDirection(static_cast<wire::Direction>(from.way));
      to.setFlow(static_cast<wire::Flow>(from.flow));
      to.setProblem(static_cast<std::uint16_t>(from.problem));
      to.setLinked(static_cast<std::uint64_t>(from.linked));
    }
  });
}

code read_code_scan(bytes message, code_scan& out) {
  return open_message(message, code::frame_malformed, [&](capnp::MessageReader& opened) {
    auto from = opened.getRoot<wire::CodeScan>();
    auto way = static_cast<std::uint16_t>(from.getDirection());
    auto by = static_cast<std::uint16_t>(from.getFlow());
    code_scan found;
    found.epoch = from.getEpoch();
    found.sequence = from.getSequence();
    found.venue = venue_id{from.getVenue()};
    found.at = bounded_time(from.getScannedAtMs());
    found.malformed = way > 1 || by > 1;
    capnp::Data::Reader data;
    switch (auto form = from.getCode(); form.which()) {
    case wire::CodeScan::Code::PLAIN:
      data = form.getPlain();
      break;
    case wire::CodeScan::Code::SEALED:
      data = form.getSealed();
      found.sealed = true;
      break;
    default:
      found.malformed = true; // a newer door's
    }
    if (!found.malformed) {
      found.way = static_cast<direction>(way);
      found.flow = static_cast<flow>(by);
    }
    auto whole = bytes{reinterpret_cast<const std::byte*>(data.begin()), data.size()};
    auto size_max = found.sealed ? limits::sealed_bytes_max : limits::code_bytes_max;
    found.code_bytes = whole.first(std::min(whole.size(), size_max + 1));
    out = found;
    return code::ok;
  });
}

frame_body encode_code_scan(const code_scan& scan) {
  auto words = code_scan_words + data_words(scan.code_bytes.size());
  return lay_out(words, [&](capnp::MessageBuilder& message) {
    auto to = message.initRoot<wire::CodeScan>();
    to.setEpoch(scan.epoch);
    to.setSequence(scan.sequence);
    to.setVenue(static_cast<std::uint64_t>(scan.venue));
    to.setScannedAtMs(scan.at);
    to.setDirection(static_cast<wire::Direction>(
      scan.malformed ? unknown_direction : static_cast<std::uint16_t>(scan.way)));
    to.setFlow(static_cast<wire::Flow>(scan.flow));
    auto form = to.getCode();
    auto data = scan.sealed ? form.initSealed(static_cast<unsigned>(scan.code_bytes.size()))
                            : form.initPlain(static_cast<unsigned>(scan.code_bytes.size()));
    std::copy_n(reinterpret_cast<const unsigned char*>(scan.code_bytes.data()),
                scan.code_bytes.size(), data.begin());
  });
}

code read_hello(bytes message, hello& out) {
  return open_message(message, code::frame_malformed, [&](capnp::MessageReader& opened) {
    auto from = opened.getRoot<wire::Hello>();
    auto software = from.getSoftware();
    std::string_view text{software.begin(), software.size()};
    if (!is_text(text, limits::text_bytes_max, text_form::line))
      return code::frame_malformed;
    out = {from.getEpoch(), std::string{text}};
    return code::ok;
  });
}

frame_body encode_hello(const hello& h) {
  auto software = clean_line(h.software);
  return lay_out(hello_words + text_words(software.size()), [&](capnp::MessageBuilder& message) {
    auto to = message.initRoot<wire::Hello>();
    to.setEpoch(h.epoch);
    if (!software.empty())
      to.setSoftware({software.data(), software.size()});
  });
}

} // namespace wardflow
