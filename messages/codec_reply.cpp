// SPDX-License-Identifier: Apache-2.0
// What a node says to a scanner: ScanReply, Refusal, Welcome.
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
constexpr std::size_t reply_words = 1 + 6 + 1; // with the tag of the basis list
constexpr std::size_t basis_words = 4;
constexpr std::size_t refusal_words = 1 + 5 + 1;
constexpr std::size_t welcome_words = 1 + 5 + 1 + 4;

} // namespace

code read_scan_reply(bytes message, scan_reply& out) {
  return open_message(message, code::frame_malformed, [&](capnp::MessageReader& opened) {
    auto from = opened.getRoot<wire::ScanReply>();
    auto words = from.getVerdicts();
    auto bases = from.getBasis();
    if (words.size() > limits::scans_per_batch_max || bases.size() > limits::bases_per_reply_max)
      return code::frame_malformed;
    scan_reply found;
    found.epoch = from.getEpoch();
    found.first_sequence = from.getFirstSequence();
    found.through_sequence = from.getThroughSequence();
    found.node_time = bounded_time(from.getNodeTimeMs());
    found.verdicts.resize(words.size());
    for (unsigned i = 0; i < words.size(); ++i)
      found.verdicts[i] = words[i];
    found.bases.reserve(bases.size());
    for (auto b : bases)
      found.bases.push_back({b.getRulebook(), bounded_time(b.getRulebookAsOfMs()),
                             bounded_time(b.getLevelsAsOfMs()), bounded_time(b.getCardsAsOfMs())});
    out = std::move(found);
    return code::ok;
  });
}

frame_body encode_scan_reply(const scan_reply& reply) {
  auto size = reply_words + (reply.verdicts.size() + 1) / 2 + reply.bases.size() * basis_words;
  return lay_out(size, [&](capnp::MessageBuilder& message) {
    auto to = message.initRoot<wire::ScanReply>();
    to.setEpoch(reply.epoch);
    to.setFirstSequence(reply.first_sequence);
    to.setThroughSequence(reply.through_sequence);
    to.setNodeTimeMs(reply.node_time);
    auto words = to.initVerdicts(static_cast<unsigned>(reply.verdicts.size()));
    for (unsigned i = 0; i < words.size(); ++i)
      words.set(i, reply.verdicts[i]);
    auto bases = to.initBasis(static_cast<unsigned>(reply.bases.size()));
    for (unsigned i = 0; i < bases.size(); ++i) {
      const auto& from = reply.bases[i];
      auto b = bases[i];
      b.setRulebook(from.rulebook);
      b.setRulebookAsOfMs(from.rulebook_as_of);
      b.setLevelsAsOfMs(from.levels_as_of);
      b.setCardsAsOfMs(from.cards_as_of);
    }
  });
}

code read_refusal(bytes message, refusal& out) {
  return open_message(message, code::frame_malformed, [&](capnp::MessageReader& opened) {
    auto from = opened.getRoot<wire::Refusal>();
    auto detail = from.getDetail();
    std::string_view text{detail.begin(), detail.size()};
    if (!is_text(text, limits::text_bytes_max, text_form::line))
      return code::frame_malformed;
    refusal found;
    found.reason = static_cast<code>(from.getReason());
    found.epoch = from.getEpoch();
    found.expected_sequence = from.getExpectedSequence();
    found.refused_sequence = from.getRefusedSequence();
    found.node_time = bounded_time(from.getNodeTimeMs());
    found.detail = text;
    found.protocol_min = from.getProtocolMin();
    found.protocol_max = from.getProtocolMax();
    out = std::move(found);
    return code::ok;
  });
}

frame_body encode_refusal(const refusal& r) {
  auto detail = clean_line(r.detail);
  return lay_out(refusal_words + text_words(detail.size()), [&](capnp::MessageBuilder& message) {
    auto to = message.initRoot<wire::Refusal>();
    to.setReason(static_cast<std::uint16_t>(r.reason));
    to.setEpoch(r.epoch);
    to.setExpectedSequence(r.expected_sequence);
    to.setRefusedSequence(r.refused_sequence);
    to.setNodeTimeMs(r.node_time);
    if (!detail.empty())
      to.setDetail({detail.data(), detail.size()});
    to.setProtocolMin(r.protocol_min);
    to.setProtocolMax(r.protocol_max);
  });
}

code read_welcome(bytes message, welcome& out) {
  return open_message(message, code::frame_malformed, [&](capnp::MessageReader& opened) {
    auto from = opened.getRoot<wire::Welcome>();
    auto key = from.getNodeKey();
    welcome found;
    if (key.size() != found.node_key.size())
      return code::frame_malformed;
    found.epoch = from.getEpoch();
    found.expected_sequence = from.getExpectedSequence();
    found.node_time = bounded_time(from.getNodeTimeMs());
    found.venue = venue_id{from.getVenue()};
    std::copy(key.begin(), key.end(), found.node_key.begin());
    found.protocol = from.getProtocol();
    out = found;
    return code::ok;
  });
}

frame_body encode_welcome(const welcome& w) {
  return lay_out(welcome_words, [&](capnp::MessageBuilder& message) {
    auto to = message.initRoot<wire::Welcome>();
    to.setEpoch(w.epoch);
    to.setExpectedSequence(w.expected_sequence);
    to.setNodeTimeMs(w.node_time);
    to.setVenue(static_cast<std::uint64_t>(w.venue));
    to.setNodeKey({w.node_key.data(), w.node_key.size()});
    to.setProtocol(w.protocol);
  });
}

} // namespace wardflow
