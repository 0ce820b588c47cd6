// SPDX-License-Identifier: Apache-2.0
#include "actors/logic/register_news.hpp"

#include "messages/packed.hpp"

#include <charconv>
#include <set>
#include <string>
#include <utility>

namespace wardflow {

namespace {

entry_kind kind_of(const register_row& row) {
  constexpr entry_kind kinds[]{entry_kind::venue, entry_kind::group, entry_kind::device,
                               entry_kind::contacts};
  return kinds[row.what.index()];
}

device_record record_of(const device_entry& d) {
  return {d.id, {d.name, d.key, d.gateway, d.venue}, d.added_at, d.revoked_at};
}

} // namespace

/// Which row of a register a saved one is; nothing where it is none.
std::optional<register_news::place> register_news::place_of(const saved_row& row) {
  if (row.table != state_table::ward || row.erase)
    return std::nullopt;
  for (auto [prefix, of] : {std::pair{std::string_view{"group/"}, section::groups},
                            {"venue/", section::venues},
                            {"device/", section::devices}})
    if (row.key.starts_with(prefix)) {
      std::uint32_t number = 0;
      std::from_chars(row.key.data() + prefix.size(), row.key.data() + row.key.size(), number);
      return place{of, number};
    }
  return std::nullopt;
}

register_news::place register_news::after(const sources& from, place at) {
  if (at.of == section::groups) {
    auto& groups = from.places.groups();
    auto next = groups.upper_bound(group_id{at.number});
    if (next != groups.end())
      return {section::groups, static_cast<std::uint32_t>(next->first)};
    at = {section::venues, 0};
  }
  if (at.of == section::venues) {
    if (auto* next = from.places.next_after(at.number); next != nullptr)
      return {section::venues, serial_of(next->facts.id)};
    at = {section::devices, 0};
  }
  if (at.of == section::devices && at.number < from.devices.all().size())
    return {section::devices, at.number + 1};
  return {section::end, 0};
}

void register_news::tell(const sources& from, place at, offset_log& up) {
  register_row row;
  row.unit = from.unit;
  row.revision = from.revision;
  if (at.of == section::groups) {
    auto id = group_id{at.number};
    row.what = group_record{id, from.places.groups().at(id)};
  } else if (at.of == section::venues) {
    auto* entry = from.places.find(at.number);
    row.what = from.places.record(*entry);
    row.document = from.places.document(*entry);
  } else {
    auto& d = *from.devices.all()[at.number - 1];
    row.what = record_of(d);
    row.document = d.document;
  }
  up.append(lane::bulk,
            {.kind = kind_of(row), .unit = from.unit, .body = encode_register_row(row)});
}

void register_news::tell_contacts(const sources& from, offset_log& up) {
  register_row row{from.unit, from.revision, from.contacts.of(from.unit), {}};
  up.append(lane::bulk,
            {.kind = kind_of(row), .unit = from.unit, .body = encode_register_row(row)});
}

void register_news::publish(const sources& from, offset_log& up, std::vector<saved_row>& rows) {
  std::set<place> changed; // a row may have changed twice in a round
  auto contacts = told_ == place{};
  auto contacts_key = std::string{contact_book::key_prefix} + std::string{from.unit.text()};
  for (auto& row : rows) {
    if (auto at = place_of(row); at && *at <= told_)
      changed.insert(*at);
    contacts = contacts || (row.table == state_table::ward && row.key == contacts_key);
  }
  if (contacts)
    tell_contacts(from, up);
  for (auto& at : changed)
    tell(from, at, up);
  waits_ = false;
  if (told_.of == section::end)
    return;
  auto next = after(from, told_);
  for (auto left = rows_a_round - (contacts ? 1 : 0); left != 0 && next.of != section::end;
       --left) {
    tell(from, next, up);
    told_ = next;
    next = after(from, told_);
  }
  if (next.of == section::end)
    told_ = next;
  waits_ = told_.of != section::end;
  packed_writer out;
  out.number(1); // schema version of this value
  out.number(static_cast<std::uint64_t>(told_.of));
  out.number(told_.number);
  rows.push_back({state_table::ward, std::string{key}, out.take(), false});
}

bool register_news::load(std::span<const std::byte> value) {
  packed_reader in{value};
  std::uint64_t version = 0, of = 0, number = 0;
  if (!in.number(version) || version != 1 || !in.number(of) ||
      of > static_cast<std::uint64_t>(section::end) || !in.number(number) || number > 0xffff'ffff ||
      !in.at_end())
    return false;
  told_ = {static_cast<section>(of), static_cast<std::uint32_t>(number)};
  waits_ = told_.of != section::end;
  return true;
}

} // namespace wardflow
