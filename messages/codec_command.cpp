// SPDX-License-Identifier: Apache-2.0
// What an operator's tool says: Command, and the Directive in it.
#include "messages/codec.hpp"

#include "messages/codec_check.hpp"
#include "messages/control.capnp.h"
#include "messages/directive.capnp.h"
#include "messages/limits.hpp"

#include <capnp/message.h>

#include <algorithm>
#include <cassert>
#include <utility>

namespace wardflow {

using namespace codec_part;

namespace {

using do_reader = wire::Command::Do::Reader;
using do_builder = wire::Command::Do::Builder;

// -- reading ------------------------------------------------------------------------------------

code take(const wire::Query::Reader& from, text_taker& texts, command_body& out) {
  auto what = from.getWhat();
  if (what < static_cast<std::uint16_t>(query_kind::status) ||
      what > static_cast<std::uint16_t>(query_kind::identities))
    return code::command_unknown;
  query q;
  q.what = static_cast<query_kind>(what);
  q.venue = venue_id{from.getVenue()};
  q.card = card_id{from.getCard()};
  q.identity = texts.line(from.getIdentity());
  q.problem = static_cast<code>(from.getProblem());
  q.day = from.getDay();
  q.limit = from.getLimit();
  q.after = from.getAfter();
  out = std::move(q);
  return code::ok;
}

code take(const wire::LevelUpdate::Reader& from, text_taker& texts, level_update& out) {
  if (from.getScale() > static_cast<std::uint8_t>(risk_scale::resolution_128))
    return code::command_malformed;
  out.group = group_id{from.getGroup()};
  out.scale = static_cast<risk_scale>(from.getScale());
  out.level = from.getLevel();
  out.effective_from = from.getEffectiveFrom();
  out.published_at = bounded_time(from.getPublishedAtMs());
  out.issuer = texts.line(from.getIssuer());
  out.document = texts.line(from.getDocument());
  return code::ok;
}

code take(const wire::CardUpdate::Reader& from, text_taker& texts, card_update& out) {
  out.card = card_id{from.getCard()};
  out.identity = texts.line(from.getIdentity());
  out.problem = static_cast<code>(from.getProblem());
  out.facts.group = group_id{from.getGroup()};
  out.facts.first_dose = from.getFirstDose();
  out.facts.full_dose = from.getFullDose();
  out.facts.recovered = from.getRecovered();
  out.facts.pcr_negative_min = from.getPcrNegativeMin();
  out.facts.known = true;
  return code::ok;
}

code take(const wire::VenueRow::Reader& from, text_taker& texts, venue_record& out) {
  if (from.getCategory() >= static_cast<std::uint8_t>(category::count_))
    return code::command_malformed;
  out.facts.id = venue_id{from.getId()};
  out.facts.group = group_id{from.getGroup()};
  out.facts.capacity = from.getCapacity();
  out.facts.opens = from.getOpens();
  out.facts.closes = from.getCloses();
  out.facts.kind = static_cast<category>(from.getCategory());
  out.name = texts.line(from.getName());
  out.address = texts.line(from.getAddress());
  out.phone = texts.line(from.getPhone());
  return code::ok;
}

code take(const wire::GroupRow::Reader& from, text_taker& texts, group_record& out) {
  out.id = group_id{from.getId()};
  out.name = texts.line(from.getName());
  return code::ok;
}

/// A list whose length is checked before a row is read.
template <class Row, class List>
code take_rows(const List& from, text_taker& texts, command_body& out) {
  if (from.size() > limits::rows_per_command_max)
    return code::too_many_rows;
  std::vector<Row> rows(from.size());
  for (std::uint32_t i = 0; i < from.size(); ++i)
    if (auto taken = take(from[i], texts, rows[i]); taken != code::ok)
      return taken;
  out = std::move(rows);
  return code::ok;
}

code take(const wire::DeviceRow::Reader& from, text_taker& texts, command_body& out) {
  auto key = from.getKey();
  device_add device;
  if (key.size() != device.key.size())
    return code::command_malformed;
  std::copy(key.begin(), key.end(), device.key.begin());
  device.name = texts.line(from.getName());
  device.gateway = from.getGateway();
  device.venue = venue_id{from.getVenue()};
  out = std::move(device);
  return code::ok;
}

code take(const wire::CardOrder::Reader& from, text_taker& texts, command_body& out) {
  card_order order;
  order.card = card_id{from.getCard()};
  order.identity = texts.line(from.getIdentity());
  order.problem = static_cast<code>(from.getProblem());
  order.revoke = from.getRevoke();
  order.document = texts.line(from.getDocument());
  out = std::move(order);
  return code::ok;
}

code take(const wire::Directive::Reader& from, text_taker& texts, command_body& out) {
  switch (from.which()) {
  case wire::Directive::LEVELS:
    return take_rows<level_update>(from.getLevels(), texts, out);
  case wire::Directive::CARDS:
    return take_rows<card_update>(from.getCards(), texts, out);
  case wire::Directive::RULEBOOK: {
    auto text = from.getRulebook().getText();
    out = rulebook_text{
      texts.take({text.begin(), text.size()}, limits::rulebook_bytes_max, text_form::page)};
    return code::ok;
  }
  case wire::Directive::VENUE_ORDER: {
    auto order = from.getVenueOrder();
    out =
      venue_order{venue_id{order.getVenue()}, order.getSuspend(), texts.line(order.getDocument())};
    return code::ok;
  }
  case wire::Directive::CARD_ORDER:
    return take(from.getCardOrder(), texts, out);
  }
  return code::command_unknown;
}

code take(const do_reader& from, text_taker& texts, command_body& out) {
  switch (from.which()) {
  case wire::Command::Do::QUERY:
    return take(from.getQuery(), texts, out);
  case wire::Command::Do::DIRECTIVE:
    return take(from.getDirective(), texts, out);
  case wire::Command::Do::VENUES:
    return take_rows<venue_record>(from.getVenues(), texts, out);
  case wire::Command::Do::GROUPS:
    return take_rows<group_record>(from.getGroups(), texts, out);
  case wire::Command::Do::DEVICE_ADD:
    return take(from.getDeviceAdd(), texts, out);
  case wire::Command::Do::DEVICE_REVOKE: {
    auto order = from.getDeviceRevoke();
    out = device_revoke{device_id{order.getDevice()}, texts.line(order.getDocument())};
    return code::ok;
  }
  case wire::Command::Do::CLOCK_ACCEPT:
    out = clock_accept{};
    return code::ok;
  }
  return code::command_unknown;
}

// -- writing ------------------------------------------------------------------------------------

// What a message takes, in words: the pointer to its root, the root, and its id.
constexpr std::size_t command_words = 1 + 3 + 2;
constexpr std::size_t directive_words = 2;

constexpr std::size_t words_of(const query& q) {
  return 6 + text_words(q.identity.size());
}
constexpr std::size_t words_of(const level_update& l) {
  return 4 + text_words(l.issuer.size()) + text_words(l.document.size());
}
constexpr std::size_t words_of(const card_update& c) {
  return 4 + text_words(c.identity.size());
}
constexpr std::size_t words_of(const rulebook_text& r) {
  return 1 + text_words(r.text.size());
}
constexpr std::size_t words_of(const venue_order& o) {
  return 3 + text_words(o.document.size());
}
constexpr std::size_t words_of(const card_order& o) {
  return 4 + text_words(o.identity.size()) + text_words(o.document.size());
}
constexpr std::size_t words_of(const venue_record& v) {
  return 6 + text_words(v.name.size()) + text_words(v.address.size()) + text_words(v.phone.size());
}
constexpr std::size_t words_of(const group_record& g) {
  return 2 + text_words(g.name.size());
}
constexpr std::size_t words_of(const device_add& d) {
  return 4 + text_words(d.name.size()) + data_words(d.key.size());
}
constexpr std::size_t words_of(const device_revoke& d) {
  return 2 + text_words(d.document.size());
}
constexpr std::size_t words_of(const clock_accept&) {
  return 0;
}
template <class Row>
constexpr std::size_t words_of(const std::vector<Row>& rows) {
  std::size_t sum = 1; // the list's tag
  for (const auto& row : rows)
    sum += words_of(row);
  return sum;
}

/// Absent where it is empty: a reader sees the same.
template <class To, class Set>
void put_text(To& to, Set set, const std::string& text) {
  if (!text.empty())
    (to.*set)(capnp::Text::Reader{text.data(), text.size()});
}

void put(wire::LevelUpdate::Builder to, const level_update& from) {
  to.setGroup(static_cast<std::uint32_t>(from.group));
  to.setScale(static_cast<std::uint8_t>(from.scale));
  to.setLevel(from.level);
  to.setEffectiveFrom(from.effective_from);
  to.setPublishedAtMs(from.published_at);
  put_text(to, &wire::LevelUpdate::Builder::setIssuer, from.issuer);
  put_text(to, &wire::LevelUpdate::Builder::setDocument, from.document);
}

void put(wire::CardUpdate::Builder to, const card_update& from) {
  to.setCard(static_cast<std::uint64_t>(from.card));
  put_text(to, &wire::CardUpdate::Builder::setIdentity, from.identity);
  to.setGroup(static_cast<std::uint32_t>(from.facts.group));
  to.setFirstDose(from.facts.first_dose);
  to.setFullDose(from.facts.full_dose);
  to.setRecovered(from.facts.recovered);
  to.setPcrNegativeMin(from.facts.pcr_negative_min);
  to.setProblem(static_cast<std::uint16_t>(from.problem));
}

void put(wire::VenueRow::Builder to, const venue_record& from) {
  to.setId(static_cast<std::uint64_t>(from.facts.id));
  put_text(to, &wire::VenueRow::Builder::setName, from.name);
  to.setCategory(static_cast<std::uint8_t>(from.facts.kind));
  put_text(to, &wire::VenueRow::Builder::setAddress, from.address);
  to.setGroup(static_cast<std::uint32_t>(from.facts.group));
  to.setCapacity(from.facts.capacity);
  to.setOpens(from.facts.opens);
  to.setCloses(from.facts.closes);
  put_text(to, &wire::VenueRow::Builder::setPhone, from.phone);
}

void put(wire::GroupRow::Builder to, const group_record& from) {
  to.setId(static_cast<std::uint32_t>(from.id));
  put_text(to, &wire::GroupRow::Builder::setName, from.name);
}

template <class List, class Row>
void put_rows(List to, const std::vector<Row>& from) {
  for (unsigned i = 0; i < to.size(); ++i)
    put(to[i], from[i]);
}

void put(do_builder to, const query& from) {
  auto q = to.initQuery();
  q.setWhat(static_cast<std::uint16_t>(from.what));
  q.setVenue(static_cast<std::uint64_t>(from.venue));
  q.setCard(static_cast<std::uint64_t>(from.card));
  put_text(q, &wire::Query::Builder::setIdentity, from.identity);
  q.setDay(from.day);
  q.setLimit(from.limit);
  q.setAfter(from.after);
  q.setProblem(static_cast<std::uint16_t>(from.problem));
}

void put(do_builder to, const std::vector<level_update>& from) {
  put_rows(to.initDirective().initLevels(static_cast<unsigned>(from.size())), from);
}

void put(do_builder to, const std::vector<card_update>& from) {
  put_rows(to.initDirective().initCards(static_cast<unsigned>(from.size())), from);
}

void put(do_builder to, const rulebook_text& from) {
  auto book = to.initDirective().initRulebook();
  put_text(book, &wire::Rulebook::Builder::setText, from.text);
}

void put(do_builder to, const venue_order& from) {
  auto order = to.initDirective().initVenueOrder();
  order.setVenue(static_cast<std::uint64_t>(from.venue));
  order.setSuspend(from.suspend);
  put_text(order, &wire::VenueOrder::Builder::setDocument, from.document);
}

void put(do_builder to, const card_order& from) {
  auto order = to.initDirective().initCardOrder();
  order.setCard(static_cast<std::uint64_t>(from.card));
  put_text(order, &wire::CardOrder::Builder::setIdentity, from.identity);
  order.setRevoke(from.revoke);
  put_text(order, &wire::CardOrder::Builder::setDocument, from.document);
  order.setProblem(static_cast<std::uint16_t>(from.problem));
}

void put(do_builder to, const std::vector<venue_record>& from) {
  put_rows(to.initVenues(static_cast<unsigned>(from.size())), from);
}

void put(do_builder to, const std::vector<group_record>& from) {
  put_rows(to.initGroups(static_cast<unsigned>(from.size())), from);
}

void put(do_builder to, const device_add& from) {
  auto device = to.initDeviceAdd();
  put_text(device, &wire::DeviceRow::Builder::setName, from.name);
  device.setKey({from.key.data(), from.key.size()});
  device.setGateway(from.gateway);
  device.setVenue(static_cast<std::uint64_t>(from.venue));
}

void put(do_builder to, const device_revoke& from) {
  auto order = to.initDeviceRevoke();
  order.setDevice(static_cast<std::uint32_t>(from.device));
  put_text(order, &wire::DeviceRevoke::Builder::setDocument, from.document);
}

void put(do_builder to, const clock_accept&) {
  to.setClockAccept();
}

} // namespace

code read_command(bytes message, command& out) {
  return open_message(message, code::command_malformed, [&](capnp::MessageReader& opened) {
    auto from = opened.getRoot<wire::Command>();
    auto id = from.getId();
    command found;
    if (id.size() != found.id.size())
      return code::command_malformed;
    std::copy(id.begin(), id.end(), found.id.begin());
    found.dry_run = from.getDryRun();
    text_taker texts;
    if (auto taken = take(from.getDo(), texts, found.body); taken != code::ok)
      return taken;
    if (!texts.good)
      return code::command_malformed;
    out = std::move(found);
    return code::ok;
  });
}

frame_body encode_command(const command& c) {
  auto below = std::visit([](const auto& body) { return words_of(body); }, c.body);
  return lay_out(command_words + directive_words + below, [&](capnp::MessageBuilder& message) {
    auto to = message.initRoot<wire::Command>();
    to.setId({c.id.data(), c.id.size()});
    to.setDryRun(c.dry_run);
    std::visit([&](const auto& body) { put(to.getDo(), body); }, c.body);
  });
}

} // namespace wardflow
