// SPDX-License-Identifier: Apache-2.0
// What a ward tells those above of its registers: one row an entry; an area of its contacts.
#include "messages/codec_check.hpp"
#include "messages/codec_rows.hpp"
#include "messages/control.capnp.h"
#include "messages/link.capnp.h"
#include "messages/link.hpp"

#include <capnp/message.h>

#include <utility>

namespace wardflow {

using namespace codec_part;

namespace {

constexpr std::size_t row_words = 1 + 5 + 2; // the pointer to its root, the root

using row_reader = wire::RegisterRow::Reader;

code take_what(const row_reader& from, text_taker& texts, register_row& out) {
  auto row = from.getRow();
  switch (row.which()) {
  case wire::RegisterRow::Row::VENUE: {
    venue_record v;
    auto taken = take_venue(row.getVenue(), texts, v);
    v.facts.suspended = from.getSuspended();
    out.what = std::move(v);
    return taken;
  }
  case wire::RegisterRow::Row::GROUP: {
    group_record g;
    auto taken = take_group(row.getGroup(), texts, g);
    out.what = std::move(g);
    return taken;
  }
  case wire::RegisterRow::Row::DEVICE: {
    device_record d;
    auto taken = take_device(row.getDevice(), texts, d.as);
    d.id = device_id{from.getId()};
    d.added_at = bounded_time(from.getAddedMs());
    d.revoked_at = bounded_time(from.getRevokedMs());
    out.what = std::move(d);
    return from.getId() == 0 ? code::frame_malformed : taken;
  }
  case wire::RegisterRow::Row::CONTACTS: {
    std::vector<contact> all;
    auto taken = take_contacts(row.getContacts(), texts, all);
    out.what = std::move(all);
    return taken;
  }
  }
  return code::frame_malformed;
}

using row_builder = wire::RegisterRow::Builder;

void put_what(row_builder to, const venue_record& v) {
  to.setSuspended(v.facts.suspended);
  put_venue(to.getRow().initVenue(), v);
}

void put_what(row_builder to, const group_record& g) {
  put_group(to.getRow().initGroup(), g);
}

void put_what(row_builder to, const std::vector<contact>& rows) {
  put_contacts(to.getRow().initContacts(static_cast<unsigned>(rows.size())), rows);
}

void put_what(row_builder to, const device_record& d) {
  to.setId(static_cast<std::uint32_t>(d.id));
  to.setAddedMs(d.added_at);
  to.setRevokedMs(d.revoked_at);
  put_device(to.getRow().initDevice(), d.as);
}

std::size_t size_of(const device_record& d) {
  return words_of(d.as);
}
template <class Row>
std::size_t size_of(const Row& row) {
  return words_of(row);
}

} // namespace

code read_register_row(bytes message, register_row& out) {
  return open_message(message, code::frame_malformed, [&](capnp::MessageReader& opened) {
    auto from = opened.getRoot<wire::RegisterRow>();
    auto unit = unit_of_number(from.getUnit());
    if (!unit || unit->empty())
      return code::frame_malformed;
    register_row r;
    text_taker texts;
    r.unit = *unit;
    r.revision = from.getRevision();
    r.document = texts.line(from.getDocument());
    if (take_what(from, texts, r) != code::ok || !texts.good)
      return code::frame_malformed;
    out = std::move(r);
    return code::ok;
  });
}

frame_body encode_register_row(const register_row& r) {
  auto below = std::visit([](const auto& row) { return size_of(row); }, r.what);
  return lay_out(row_words + text_words(r.document.size()) + below,
                 [&](capnp::MessageBuilder& message) {
                   auto to = message.initRoot<wire::RegisterRow>();
                   to.setUnit(unit_number(r.unit));
                   to.setRevision(r.revision);
                   put_text(to, &row_builder::setDocument, r.document);
                   std::visit([&](const auto& row) { put_what(to, row); }, r.what);
                 });
}

} // namespace wardflow
