// SPDX-License-Identifier: Apache-2.0
// What an operator's tool says: Command, and the Directive in it. Reading: codec_command.cpp.
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

using do_builder = wire::Command::Do::Builder;

// What a message takes, in words: the pointer to its root, the root, and its id.
constexpr std::size_t command_words = 1 + 4 + 2;
constexpr std::size_t directive_words = 2;

constexpr std::size_t words_of(const query& q) {
  return 9 + text_words(q.identity.size()) + text_words(q.by.size());
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
constexpr std::size_t words_of(const device_revoke& d) {
  return 2 + text_words(d.document.size());
}
constexpr std::size_t words_of(const alert_order& a) {
  return 4 + text_words(a.name.size()) + text_words(a.note.size());
}
constexpr std::size_t words_of(const subscription_remove& s) {
  return 1 + text_words(s.name.size());
}
constexpr std::size_t words_of(const node_forget& o) {
  return 2 + text_words(o.document.size());
}
constexpr std::size_t words_of(const clock_accept&) {
  return 0;
}
constexpr std::size_t words_of(const unit_replace&) {
  return 1;
}
using codec_part::words_of;
constexpr std::size_t words_of(const contact_order& o) {
  return 2 + words_of(o.row);
}
constexpr std::size_t words_of(const contact_list& l) {
  return 2 + words_of(l.rows);
}
template <class Row>
constexpr std::size_t words_of(const std::vector<Row>& rows) {
  std::size_t sum = 1; // the list's tag
  for (const auto& row : rows)
    sum += words_of(row);
  return sum;
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
  put_venue(to, from);
}
void put(wire::GroupRow::Builder to, const group_record& from) {
  put_group(to, from);
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
  q.setSinceMs(from.since);
  q.setUntilMs(from.until);
  put_text(q, &wire::Query::Builder::setBy, from.by);
  q.setCheck(from.check);
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
  put_device(to.initDeviceAdd(), from);
}

void put(do_builder to, const device_revoke& from) {
  auto order = to.initDeviceRevoke();
  order.setDevice(static_cast<std::uint32_t>(from.device));
  put_text(order, &wire::DeviceRevoke::Builder::setDocument, from.document);
}

void put(do_builder to, const alert_order& from) {
  auto order = to.initAlertOrder();
  put_text(order, &wire::AlertOrder::Builder::setName, from.name);
  order.setAcknowledge(from.acknowledge);
  put_text(order, &wire::AlertOrder::Builder::setNote, from.note);
}

void put(do_builder to, const subscription_remove& from) {
  auto order = to.initSubscriptionRemove();
  put_text(order, &wire::SubscriptionRemove::Builder::setName, from.name);
}

void put(do_builder to, const node_forget& from) {
  auto order = to.initNodeForget();
  order.setUnit(unit_number(from.unit));
  put_text(order, &wire::NodeForget::Builder::setDocument, from.document);
}

void put(do_builder to, const contact_order& from) {
  auto order = to.initContact();
  put_contact(order.initContact(), from.row);
  order.setRemove(from.remove);
}

void put(do_builder to, const contact_list& from) {
  auto all = to.initContacts();
  all.setUnit(unit_number(from.unit));
  put_contacts(all.initRows(static_cast<unsigned>(from.rows.size())), from.rows);
}

void put(do_builder to, const clock_accept&) {
  to.setClockAccept();
}

void put(do_builder to, const unit_replace& from) {
  to.initUnitReplace().setUnit(unit_number(from.unit));
}

} // namespace

frame_body encode_command(const command& c) {
  auto below = std::visit([](const auto& body) { return words_of(body); }, c.body);
  return lay_out(command_words + directive_words + below, [&](capnp::MessageBuilder& message) {
    auto to = message.initRoot<wire::Command>();
    to.setId({c.id.data(), c.id.size()});
    to.setDryRun(c.dry_run);
    to.setUnit(unit_number(c.unit));
    to.setTtlMs(c.ttl);
    to.setMore(c.more);
    std::visit([&](const auto& body) { put(to.getDo(), body); }, c.body);
  });
}

} // namespace wardflow
