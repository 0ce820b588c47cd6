// SPDX-License-Identifier: Apache-2.0
// What an up-log's entries say: an alert, an hour, a day, a watermark.
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

constexpr std::size_t alert_words = 1 + 5 + 3;
constexpr std::size_t hour_words = 1 + 7;
constexpr std::size_t day_words = 1 + 8 + 4 + 1; // with the tag of the reasons
constexpr std::size_t sketch_bytes_max = std::size_t{64} << 10;
constexpr unsigned reasons_max = 128;
// More than any ward can take in a day; sums of as many as there can be wards stay in 64 bits.
constexpr std::uint64_t count_max = std::uint64_t{1} << 40;
constexpr std::size_t watermark_words = 1 + 7 + 4 + 2 + 2 + 1 + 1; // with lists and their tags
constexpr unsigned positions_max = 100'000;

template <class List>
bool take_four(const List& from, std::array<std::uint32_t, 4>& to) {
  if (from.size() > to.size())
    return false;
  for (unsigned i = 0; i < from.size(); ++i)
    to[i] = from[i];
  return true;
}

template <class List>
void put_four(List to, const std::array<std::uint32_t, 4>& from) {
  for (unsigned i = 0; i != from.size(); ++i)
    to.set(i, from[i]);
}

using reason_list = std::vector<std::pair<std::uint16_t, std::uint32_t>>;

template <class List>
void take_reasons(const List& from, reason_list& to) {
  for (auto reason : from)
    to.emplace_back(reason.getCode(), reason.getCount());
}

template <class List>
void put_reasons(List to, const reason_list& from) {
  for (unsigned i = 0; i < to.size(); ++i) {
    to[i].setCode(from[i].first);
    to[i].setCount(from[i].second);
  }
}

} // namespace

code read_alert(bytes message, alert& out) {
  return open_message(message, code::frame_malformed, [&](capnp::MessageReader& opened) {
    auto from = opened.getRoot<wire::Alert>();
    alert a;
    text_taker texts;
    auto unit = unit_of_number(from.getUnit());
    a.subject = texts.line(from.getSubject());
    a.evidence = texts.line(from.getEvidence());
    a.by = texts.line(from.getBy());
    if (!unit || unit->empty() || !texts.good || from.getKind() == 0 ||
        from.getKind() >= static_cast<std::uint8_t>(alert_kind::count_) || from.getSeverity() > 2 ||
        from.getState() > 2)
      return code::frame_malformed;
    a.unit = *unit;
    a.kind = static_cast<alert_kind>(from.getKind());
    a.severity = static_cast<severity>(from.getSeverity());
    a.state = static_cast<alert_state>(from.getState());
    a.revision = from.getRevision();
    a.first = bounded_time(from.getFirstMs());
    a.last = bounded_time(from.getLastMs());
    a.count = from.getCount();
    out = std::move(a);
    return code::ok;
  });
}

frame_body encode_alert(const alert& a) {
  auto subject = clean_line(a.subject), evidence = clean_line(a.evidence), by = clean_line(a.by);
  auto size =
    alert_words + text_words(subject.size()) + text_words(evidence.size()) + text_words(by.size());
  return lay_out(size, [&](capnp::MessageBuilder& message) {
    auto to = message.initRoot<wire::Alert>();
    to.setUnit(unit_number(a.unit));
    to.setKind(static_cast<std::uint8_t>(a.kind));
    if (!subject.empty())
      to.setSubject(subject.c_str());
    to.setSeverity(static_cast<std::uint8_t>(a.severity));
    to.setState(static_cast<std::uint8_t>(a.state));
    to.setRevision(a.revision);
    to.setFirstMs(a.first);
    to.setLastMs(a.last);
    to.setCount(a.count);
    if (!evidence.empty())
      to.setEvidence(evidence.c_str());
    if (!by.empty())
      to.setBy(by.c_str());
  });
}

code read_hour_rollup(bytes message, hour_rollup& out) {
  return open_message(message, code::frame_malformed, [&](capnp::MessageReader& opened) {
    auto from = opened.getRoot<wire::HourRollup>();
    auto unit = unit_of_number(from.getUnit());
    if (!unit || unit->empty())
      return code::frame_malformed;
    hour_counts c{from.getScansIn(), from.getScansOut(), from.getRefused(), from.getLate(),
                  from.getPoster()};
    if (std::max({c.in, c.out, c.refused, c.late, c.poster}) > count_max)
      return code::frame_malformed;
    out = {*unit, from.getHour(), from.getRevision(), c};
    return code::ok;
  });
}

frame_body encode_hour_rollup(const hour_rollup& r) {
  return lay_out(hour_words, [&](capnp::MessageBuilder& message) {
    auto to = message.initRoot<wire::HourRollup>();
    to.setUnit(unit_number(r.unit));
    to.setHour(r.hour);
    to.setRevision(r.revision);
    to.setScansIn(r.counts.in);
    to.setScansOut(r.counts.out);
    to.setRefused(r.counts.refused);
    to.setLate(r.counts.late);
    to.setPoster(r.counts.poster);
  });
}

code read_day_rollup(bytes message, day_rollup& out) {
  return open_message(message, code::frame_malformed, [&](capnp::MessageReader& opened) {
    auto from = opened.getRoot<wire::DayRollup>();
    day_rollup r;
    auto unit = unit_of_number(from.getUnit());
    auto sketch = from.getSketch();
    auto reasons = from.getReasons();
    if (!unit || unit->empty() || sketch.size() > sketch_bytes_max ||
        reasons.size() > reasons_max || !take_four(from.getDecisions(), r.decisions) ||
        !take_four(from.getColours(), r.colours))
      return code::frame_malformed;
    r.unit = *unit;
    r.day = from.getDay();
    r.revision = from.getRevision();
    r.taken = from.getTaken();
    r.counted = from.getCounted();
    r.late = from.getLate();
    r.persons = from.getPersons();
    r.linked = from.getLinked();
    if (std::max({r.taken, r.counted, r.late, r.persons, r.linked}) > count_max)
      return code::frame_malformed;
    auto* first = reinterpret_cast<const std::byte*>(sketch.begin());
    r.sketch.assign(first, first + sketch.size());
    take_reasons(reasons, r.reasons);
    r.venues = from.getVenues();
    r.inside = from.getInside();
    r.persons_estimated = from.getPersonsEstimated();
    out = std::move(r);
    return code::ok;
  });
}

frame_body encode_day_rollup(const day_rollup& r) {
  auto size = day_words + data_words(r.sketch.size()) + 2 + 2 + r.reasons.size();
  return lay_out(size, [&](capnp::MessageBuilder& message) {
    auto to = message.initRoot<wire::DayRollup>();
    to.setUnit(unit_number(r.unit));
    to.setDay(r.day);
    to.setRevision(r.revision);
    to.setTaken(r.taken);
    to.setCounted(r.counted);
    to.setLate(r.late);
    to.setPersons(r.persons);
    to.setLinked(r.linked);
    if (!r.sketch.empty())
      to.setSketch(data_of(r.sketch));
    put_four(to.initDecisions(4), r.decisions);
    put_four(to.initColours(4), r.colours);
    put_reasons(to.initReasons(static_cast<unsigned>(r.reasons.size())), r.reasons);
    to.setVenues(r.venues);
    to.setInside(r.inside);
    to.setPersonsEstimated(r.persons_estimated);
  });
}

code read_watermark(bytes message, watermark& out) {
  return open_message(message, code::frame_malformed, [&](capnp::MessageReader& opened) {
    auto from = opened.getRoot<wire::Watermark>();
    auto unit = unit_of_number(from.getUnit());
    auto reasons = from.getReasons();
    auto positions = from.getPositions();
    watermark w;
    if (!unit || unit->empty() || reasons.size() > reasons_max ||
        positions.size() > positions_max || !take_four(from.getDecisions(), w.decisions) ||
        !take_four(from.getColours(), w.colours))
      return code::frame_malformed;
    w.unit = *unit;
    w.revision = from.getRevision();
    w.whole = from.getWhole();
    w.day = from.getDay();
    w.taken = from.getTaken();
    w.counted = from.getCounted();
    w.late = from.getLate();
    take_reasons(reasons, w.reasons);
    w.groups = from.getGroups();
    w.venues = from.getVenues();
    w.devices = from.getDevices();
    w.positions.reserve(positions.size());
    for (auto p : positions) {
      if (p.getDevice() == 0 || p.getNext() == 0 || (p.getEpoch() == 0 && p.getNext() != 1) ||
          (!w.positions.empty() && p.getDevice() <= w.positions.back().device))
        return code::frame_malformed;
      w.positions.push_back({p.getDevice(), p.getEpoch(), p.getNext()});
    }
    out = std::move(w);
    return code::ok;
  });
}

frame_body encode_watermark(const watermark& w) {
  auto size = watermark_words + w.reasons.size() + w.positions.size() * 3;
  return lay_out(size, [&](capnp::MessageBuilder& message) {
    auto to = message.initRoot<wire::Watermark>();
    to.setUnit(unit_number(w.unit));
    to.setRevision(w.revision);
    to.setWhole(w.whole);
    to.setDay(w.day);
    to.setTaken(w.taken);
    to.setCounted(w.counted);
    to.setLate(w.late);
    put_four(to.initDecisions(4), w.decisions);
    put_four(to.initColours(4), w.colours);
    put_reasons(to.initReasons(static_cast<unsigned>(w.reasons.size())), w.reasons);
    to.setGroups(w.groups);
    to.setVenues(w.venues);
    to.setDevices(w.devices);
    auto positions = to.initPositions(static_cast<unsigned>(w.positions.size()));
    for (unsigned i = 0; i < positions.size(); ++i) {
      positions[i].setDevice(w.positions[i].device);
      positions[i].setEpoch(w.positions[i].epoch);
      positions[i].setNext(w.positions[i].next);
    }
  });
}

} // namespace wardflow
