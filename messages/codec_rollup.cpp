// SPDX-License-Identifier: Apache-2.0
// What an up-log's entries say: an alert, an hour, a day.
#include "messages/codec_check.hpp"
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

template <class List>
bool take_four(const List& from, std::array<std::uint32_t, 4>& to) {
  if (from.size() > to.size())
    return false;
  for (unsigned i = 0; i < from.size(); ++i)
    to[i] = from[i];
  return true;
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
    for (auto reason : reasons)
      r.reasons.emplace_back(reason.getCode(), reason.getCount());
    r.venues = from.getVenues();
    r.inside = from.getInside();
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
      to.setSketch({reinterpret_cast<const kj::byte*>(r.sketch.data()), r.sketch.size()});
    auto decisions = to.initDecisions(4);
    auto colours = to.initColours(4);
    for (unsigned i = 0; i != 4; ++i) {
      decisions.set(i, r.decisions[i]);
      colours.set(i, r.colours[i]);
    }
    auto reasons = to.initReasons(static_cast<unsigned>(r.reasons.size()));
    for (unsigned i = 0; i < reasons.size(); ++i) {
      reasons[i].setCode(r.reasons[i].first);
      reasons[i].setCount(r.reasons[i].second);
    }
    to.setVenues(r.venues);
    to.setInside(r.inside);
  });
}

} // namespace wardflow
