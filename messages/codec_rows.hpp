// SPDX-License-Identifier: Apache-2.0
// Inside the codec: rows of a register, which travel in commands down and in entries up.
//
// Owns     nothing.
// Promise  what `put` writes, `take` reads back. (Templates: generated types stand in codec_*.cpp
//          alone.)
// Bound    `words_of`: what a row takes in a message, without the pointer to it.
#pragma once

#include "messages/codec_check.hpp"
#include "messages/command.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace wardflow::codec_part {

// -- reading ------------------------------------------------------------------------------------

template <class Reader>
code take_venue(const Reader& from, text_taker& texts, venue_record& out) {
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

template <class Reader>
code take_group(const Reader& from, text_taker& texts, group_record& out) {
  out.id = group_id{from.getId()};
  out.name = texts.line(from.getName());
  return code::ok;
}

template <class Reader>
contact contact_in(const Reader& from, text_taker& texts) {
  return {texts.line(from.getName()), texts.line(from.getPhone()), texts.line(from.getNote())};
}

/// All of a unit's.
template <class List>
code take_contacts(const List& from, text_taker& texts, std::vector<contact>& out) {
  if (from.size() > limits::contacts_per_unit_max)
    return code::too_many_contacts;
  out.clear();
  for (auto row : from)
    out.push_back(contact_in(row, texts));
  return code::ok;
}

template <class Reader>
code take_device(const Reader& from, text_taker& texts, device_add& out) {
  auto key = from.getKey();
  if (key.size() != out.key.size())
    return code::command_malformed;
  std::copy(key.begin(), key.end(), out.key.begin());
  out.name = texts.line(from.getName());
  out.gateway = from.getGateway();
  out.venue = venue_id{from.getVenue()};
  return code::ok;
}

// -- writing ------------------------------------------------------------------------------------

constexpr std::size_t words_of(const venue_record& v) {
  return 6 + text_words(v.name.size()) + text_words(v.address.size()) + text_words(v.phone.size());
}
constexpr std::size_t words_of(const group_record& g) {
  return 2 + text_words(g.name.size());
}
constexpr std::size_t words_of(const contact& c) {
  return 3 + text_words(c.name.size()) + text_words(c.phone.size()) + text_words(c.note.size());
}
constexpr std::size_t words_of(const std::vector<contact>& rows) {
  std::size_t sum = 1; // the list's tag
  for (const auto& row : rows)
    sum += words_of(row);
  return sum;
}
constexpr std::size_t words_of(const device_add& d) {
  return 4 + text_words(d.name.size()) + data_words(d.key.size());
}

/// Absent where it is empty: a reader sees the same.
template <class To, class Set>
void put_text(To& to, Set set, const std::string& text) {
  if (!text.empty())
    (to.*set)({text.data(), text.size()});
}

template <class Builder>
void put_venue(Builder to, const venue_record& from) {
  to.setId(static_cast<std::uint64_t>(from.facts.id));
  put_text(to, &Builder::setName, from.name);
  to.setCategory(static_cast<std::uint8_t>(from.facts.kind));
  put_text(to, &Builder::setAddress, from.address);
  to.setGroup(static_cast<std::uint32_t>(from.facts.group));
  to.setCapacity(from.facts.capacity);
  to.setOpens(from.facts.opens);
  to.setCloses(from.facts.closes);
  put_text(to, &Builder::setPhone, from.phone);
}

template <class Builder>
void put_group(Builder to, const group_record& from) {
  to.setId(static_cast<std::uint32_t>(from.id));
  put_text(to, &Builder::setName, from.name);
}

template <class Builder>
void put_contact(Builder to, const contact& from) {
  put_text(to, &Builder::setName, from.name);
  put_text(to, &Builder::setPhone, from.phone);
  put_text(to, &Builder::setNote, from.note);
}

template <class List>
void put_contacts(List to, const std::vector<contact>& from) {
  for (unsigned i = 0; i < to.size(); ++i)
    put_contact(to[i], from[i]);
}

template <class Builder>
void put_device(Builder to, const device_add& from) {
  put_text(to, &Builder::setName, from.name);
  to.setKey({from.key.data(), from.key.size()});
  to.setGateway(from.gateway);
  to.setVenue(static_cast<std::uint64_t>(from.venue));
}

} // namespace wardflow::codec_part
