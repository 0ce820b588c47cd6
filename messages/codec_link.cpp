// SPDX-License-Identifier: Apache-2.0
// What nodes say to each other but batches: hello, welcome, acknowledgements, gaps, subscriptions.
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

constexpr unsigned ranges_max = 8;
constexpr unsigned kinds_max = 64;

// What a message takes, in words: the pointer to its root, the root, and what hangs below.
constexpr std::size_t hello_words = 1 + 4 + 5 + 1; // with the tag of the marks
constexpr std::size_t welcome_words = 1 + 5 + 3;
constexpr std::size_t mark_words = 1 + 1;
constexpr std::size_t ack_words = 1 + 4;
constexpr std::size_t gap_words = 1 + 3;
constexpr std::size_t heartbeat_words = 1 + 1 + 1;
constexpr std::size_t bye_words = 1 + 1 + 1;
constexpr std::size_t subscribe_words = 1 + 5 + 3;

constexpr std::size_t range_words(std::size_t count) {
  return 1 + count * 3;
}

template <class List>
bool take_ranges(const List& from, std::vector<lane_range>& to) {
  if (from.size() > ranges_max)
    return false;
  for (auto r : from) {
    if (r.getFirst() > offset_max || r.getNext() > offset_max)
      return false;
    if (r.getLane() < lanes_max) // a newer node's further lanes are not asked for
      to.push_back({static_cast<lane>(r.getLane()), r.getFirst(), r.getNext()});
  }
  return true;
}

template <class List>
void put_ranges(List to, const std::vector<lane_range>& from) {
  for (unsigned i = 0; i < to.size(); ++i) {
    to[i].setLane(static_cast<std::uint8_t>(from[i].lane));
    to[i].setFirst(from[i].first);
    to[i].setNext(from[i].next);
  }
}

template <class Data>
bool take_id(const Data& from, node_id& to) {
  if (from.size() != to.size())
    return false;
  std::copy(from.begin(), from.end(), to.begin());
  return true;
}

template <class List>
bool take_marks(const List& from, std::array<std::string, lanes_max>& to) {
  if (from.size() > ranges_max)
    return false;
  for (auto m : from)
    if (m.getLane() < lanes_max && !take_mark(m.getMark(), to[m.getLane()]))
      return false;
  return true;
}

} // namespace

code read_link_hello(bytes message, link_hello& out) {
  return open_message(message, code::frame_malformed, [&](capnp::MessageReader& opened) {
    auto from = opened.getRoot<wire::LinkHello>();
    link_hello h;
    text_taker texts;
    auto unit = unit_of_number(from.getUnit());
    if (!unit || unit->empty() || !take_id(from.getNodeId(), h.id) ||
        !take_ranges(from.getUp(), h.up) || !take_ranges(from.getDown(), h.down) ||
        !take_marks(from.getMarks(), h.marks))
      return code::frame_malformed;
    h.unit = *unit;
    h.epoch = from.getEpoch();
    h.boot = from.getBoot();
    h.protocol = from.getProtocol();
    h.protocol_min = from.getProtocolMin();
    h.software = texts.line(from.getSoftware());
    if (!texts.good)
      return code::frame_malformed;
    out = std::move(h);
    return code::ok;
  });
}

frame_body encode_link_hello(const link_hello& h) {
  auto software = clean_line(h.software);
  auto size = hello_words + 2 + text_words(software.size()) + range_words(h.up.size()) +
              range_words(h.down.size());
  unsigned marks = 0;
  for (auto& mark : h.marks)
    if (!mark.empty()) {
      ++marks;
      size += mark_words + data_words(mark.size());
    }
  return lay_out(size, [&](capnp::MessageBuilder& message) {
    auto to = message.initRoot<wire::LinkHello>();
    to.setUnit(unit_number(h.unit));
    to.setNodeId({h.id.data(), h.id.size()});
    to.setEpoch(h.epoch);
    to.setBoot(h.boot);
    to.setProtocol(h.protocol);
    to.setProtocolMin(h.protocol_min);
    if (!software.empty())
      to.setSoftware(software.c_str());
    put_ranges(to.initUp(static_cast<unsigned>(h.up.size())), h.up);
    put_ranges(to.initDown(static_cast<unsigned>(h.down.size())), h.down);
    if (marks == 0)
      return;
    auto list = to.initMarks(marks);
    for (unsigned i = 0, at = 0; i != lanes_max; ++i)
      if (!h.marks[i].empty()) {
        list[at].setLane(static_cast<std::uint8_t>(i));
        list[at++].setMark(data_of(h.marks[i]));
      }
  });
}

code read_link_welcome(bytes message, link_welcome& out) {
  return open_message(message, code::frame_malformed, [&](capnp::MessageReader& opened) {
    auto from = opened.getRoot<wire::LinkWelcome>();
    link_welcome w;
    auto unit = unit_of_number(from.getUnit());
    if (!unit || !take_id(from.getNodeId(), w.id) || !take_ranges(from.getUp(), w.up))
      return code::frame_malformed;
    w.unit = *unit;
    w.epoch = from.getEpoch();
    w.protocol = from.getProtocol();
    w.node_time = bounded_time(from.getNodeTimeMs());
    w.window_bytes = from.getWindowBytes();
    out = std::move(w);
    return code::ok;
  });
}

frame_body encode_link_welcome(const link_welcome& w) {
  return lay_out(welcome_words + 2 + range_words(w.up.size()), [&](capnp::MessageBuilder& message) {
    auto to = message.initRoot<wire::LinkWelcome>();
    to.setUnit(unit_number(w.unit));
    to.setNodeId({w.id.data(), w.id.size()});
    to.setEpoch(w.epoch);
    to.setProtocol(w.protocol);
    to.setNodeTimeMs(w.node_time);
    to.setWindowBytes(w.window_bytes);
    put_ranges(to.initUp(static_cast<unsigned>(w.up.size())), w.up);
  });
}

code read_link_ack(bytes message, link_ack& out) {
  return open_message(message, code::frame_malformed, [&](capnp::MessageReader& opened) {
    auto from = opened.getRoot<wire::LinkAck>();
    if (from.getLog() > 1 || from.getLane() >= lanes_max || from.getThrough() > offset_max)
      return code::frame_malformed;
    out = {static_cast<log_name>(from.getLog()), static_cast<lane>(from.getLane()),
           from.getThrough(), bounded_time(from.getNodeTimeMs()), from.getCreditBytes()};
    return code::ok;
  });
}

frame_body encode_link_ack(const link_ack& a) {
  return lay_out(ack_words, [&](capnp::MessageBuilder& message) {
    auto to = message.initRoot<wire::LinkAck>();
    to.setLog(static_cast<std::uint8_t>(a.log));
    to.setLane(static_cast<std::uint8_t>(a.lane));
    to.setThrough(a.through);
    to.setNodeTimeMs(a.node_time);
    to.setCreditBytes(a.credit_bytes);
  });
}

code read_link_gap(bytes message, link_gap& out) {
  return open_message(message, code::frame_malformed, [&](capnp::MessageReader& opened) {
    auto from = opened.getRoot<wire::LinkGap>();
    if (from.getLog() > 1 || from.getLane() >= lanes_max || from.getFirstRetained() > offset_max)
      return code::frame_malformed;
    out = {static_cast<log_name>(from.getLog()), static_cast<lane>(from.getLane()),
           from.getWanted(), from.getFirstRetained()};
    return code::ok;
  });
}

frame_body encode_link_gap(const link_gap& g) {
  return lay_out(gap_words, [&](capnp::MessageBuilder& message) {
    auto to = message.initRoot<wire::LinkGap>();
    to.setLog(static_cast<std::uint8_t>(g.log));
    to.setLane(static_cast<std::uint8_t>(g.lane));
    to.setWanted(g.wanted);
    to.setFirstRetained(g.first_retained);
  });
}

code read_link_heartbeat(bytes message, link_heartbeat& out) {
  return open_message(message, code::frame_malformed, [&](capnp::MessageReader& opened) {
    auto from = opened.getRoot<wire::LinkHeartbeat>();
    link_heartbeat h;
    h.node_time = bounded_time(from.getNodeTimeMs());
    if (!take_ranges(from.getUp(), h.up))
      return code::frame_malformed;
    out = std::move(h);
    return code::ok;
  });
}

frame_body encode_link_heartbeat(const link_heartbeat& h) {
  return lay_out(heartbeat_words + range_words(h.up.size()), [&](capnp::MessageBuilder& message) {
    auto to = message.initRoot<wire::LinkHeartbeat>();
    to.setNodeTimeMs(h.node_time);
    put_ranges(to.initUp(static_cast<unsigned>(h.up.size())), h.up);
  });
}

code read_link_bye(bytes message, link_bye& out) {
  return open_message(message, code::frame_malformed, [&](capnp::MessageReader& opened) {
    auto from = opened.getRoot<wire::LinkBye>();
    text_taker texts;
    auto detail = texts.line(from.getDetail());
    if (!texts.good)
      return code::frame_malformed;
    out = {static_cast<code>(from.getReason()), std::move(detail)};
    return code::ok;
  });
}

frame_body encode_link_bye(const link_bye& b) {
  auto detail = clean_line(b.detail);
  return lay_out(bye_words + text_words(detail.size()), [&](capnp::MessageBuilder& message) {
    auto to = message.initRoot<wire::LinkBye>();
    to.setReason(static_cast<std::uint16_t>(b.reason));
    if (!detail.empty())
      to.setDetail(detail.c_str());
  });
}

code read_subscribe(bytes message, subscribe& out) {
  return open_message(message, code::frame_malformed, [&](capnp::MessageReader& opened) {
    auto from = opened.getRoot<wire::Subscribe>();
    subscribe s;
    text_taker texts;
    auto unit = unit_of_number(from.getUnit());
    auto kinds = from.getKinds();
    s.name = texts.line(from.getName());
    if (!unit || !texts.good || kinds.size() > kinds_max || from.getSeverityMin() > 2 ||
        from.getStart() > static_cast<std::uint8_t>(subscribe_start::earliest))
      return code::frame_malformed;
    s.unit = *unit;
    for (auto k : kinds) {
      if (k == 0 || k >= static_cast<std::uint8_t>(alert_kind::count_))
        return code::frame_malformed;
      s.kinds.push_back(static_cast<alert_kind>(k));
    }
    s.severity_min = static_cast<severity>(from.getSeverityMin());
    s.start = static_cast<subscribe_start>(from.getStart());
    s.offset = from.getOffset();
    s.at = bounded_time(from.getAtMs());
    s.credit_bytes = from.getCreditBytes();
    s.snapshot = from.getSnapshot();
    out = std::move(s);
    return code::ok;
  });
}

frame_body encode_subscribe(const subscribe& s) {
  auto name = clean_line(s.name);
  auto size = subscribe_words + text_words(name.size()) + data_words(s.kinds.size());
  return lay_out(size, [&](capnp::MessageBuilder& message) {
    auto to = message.initRoot<wire::Subscribe>();
    if (!name.empty())
      to.setName(name.c_str());
    to.setUnit(unit_number(s.unit));
    auto kinds = to.initKinds(static_cast<unsigned>(s.kinds.size()));
    for (unsigned i = 0; i < kinds.size(); ++i)
      kinds.set(i, static_cast<std::uint8_t>(s.kinds[i]));
    to.setSeverityMin(static_cast<std::uint8_t>(s.severity_min));
    to.setStart(static_cast<std::uint8_t>(s.start));
    to.setOffset(s.offset);
    to.setAtMs(s.at);
    to.setCreditBytes(s.credit_bytes);
    to.setSnapshot(s.snapshot);
  });
}

} // namespace wardflow
