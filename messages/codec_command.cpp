// SPDX-License-Identifier: Apache-2.0
// What an operator's tool says: Command, and the Directive in it.
#include "messages/codec.hpp"

#include "messages/codec_check.hpp"
#include "messages/codec_rows.hpp"
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

// -- reading ------------------------------------------------------------------------------------

constexpr bool is_known(query_kind what) {
  return what >= query_kind::status && what <= query_kind::contact_list;
}

code take(const wire::Query::Reader& from, text_taker& texts, command_body& out) {
  auto what = from.getWhat();
  if (!is_known(static_cast<query_kind>(what)))
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
  q.since = bounded_time(from.getSinceMs());
  q.until = bounded_time(from.getUntilMs());
  q.by = texts.line(from.getBy());
  q.check = from.getCheck();
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
  return take_venue(from, texts, out);
}
code take(const wire::GroupRow::Reader& from, text_taker& texts, group_record& out) {
  return take_group(from, texts, out);
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
  device_add device;
  if (auto taken = take_device(from, texts, device); taken != code::ok)
    return taken;
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

code take(const wire::Contacts::Reader& from, text_taker& texts, command_body& out) {
  auto unit = unit_of_number(from.getUnit());
  if (!unit || unit->empty())
    return code::command_malformed;
  contact_list all{*unit, {}};
  if (auto taken = take_contacts(from.getRows(), texts, all.rows); taken != code::ok)
    return taken;
  out = std::move(all);
  return code::ok;
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
  case wire::Command::Do::ALERT_ORDER: {
    auto order = from.getAlertOrder();
    auto name = order.getName(); // once: each reading counts against the message's own words
    out = alert_order{
      texts.take({name.begin(), name.size()}, 2 * limits::text_bytes_max, text_form::line),
      order.getAcknowledge(), texts.line(order.getNote())};
    return code::ok;
  }
  case wire::Command::Do::SUBSCRIPTION_REMOVE:
    out = subscription_remove{texts.line(from.getSubscriptionRemove().getName())};
    return code::ok;
  case wire::Command::Do::NODE_FORGET: {
    auto order = from.getNodeForget();
    auto unit = unit_of_number(order.getUnit());
    if (!unit || unit->empty())
      return code::command_malformed;
    out = node_forget{*unit, texts.line(order.getDocument())};
    return code::ok;
  }
  case wire::Command::Do::CLOCK_ACCEPT:
    out = clock_accept{};
    return code::ok;
  case wire::Command::Do::CONTACT: {
    auto order = from.getContact();
    out = contact_order{contact_in(order.getContact(), texts), order.getRemove()};
    return code::ok;
  }
  case wire::Command::Do::CONTACTS:
    return take(from.getContacts(), texts, out);
  case wire::Command::Do::UNIT_REPLACE: {
    auto unit = unit_of_number(from.getUnitReplace().getUnit());
    if (!unit || unit->empty())
      return code::command_malformed;
    out = unit_replace{*unit};
    return code::ok;
  }
  }
  return code::command_unknown;
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
    auto unit = unit_of_number(from.getUnit());
    if (!unit || from.getTtlMs() < 0)
      return code::command_malformed;
    found.unit = *unit;
    found.ttl = bounded_time(from.getTtlMs());
    found.more = from.getMore();
    text_taker texts;
    if (auto taken = take(from.getDo(), texts, found.body); taken != code::ok)
      return taken;
    if (!texts.good)
      return code::command_malformed;
    out = std::move(found);
    return code::ok;
  });
}

} // namespace wardflow
