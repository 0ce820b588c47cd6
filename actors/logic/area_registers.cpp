// SPDX-License-Identifier: Apache-2.0
#include "actors/logic/area_registers.hpp"

#include "messages/packed.hpp"

#include <utility>

namespace wardflow {

namespace {

// A row's number: its register, then its id there. In this order a new machine can take them.
constexpr unsigned register_bit = 56;
constexpr std::uint64_t contacts_at = 1; // one row of all
constexpr std::uint64_t groups_at = std::uint64_t{1} << register_bit;
constexpr std::uint64_t venues_at = std::uint64_t{2} << register_bit;
constexpr std::uint64_t devices_at = std::uint64_t{3} << register_bit;
constexpr std::uint64_t mark_at = std::uint64_t{4} << register_bit;

/// 0: no such row can be of that unit.
std::uint64_t number_of(const register_row& row) {
  if (std::holds_alternative<std::vector<contact>>(row.what))
    return contacts_at;
  if (!row.unit.is_ward())
    return 0;
  auto ward = row.unit.number();
  if (auto* g = std::get_if<group_record>(&row.what))
    return ward_of(g->id) == ward ? groups_at | static_cast<std::uint32_t>(g->id) : 0;
  if (auto* v = std::get_if<venue_record>(&row.what))
    return ward_of(v->facts.id) == ward && serial_of(v->facts.id) != 0
             ? venues_at | serial_of(v->facts.id)
             : 0;
  auto& d = std::get<device_record>(row.what);
  return devices_at | static_cast<std::uint32_t>(d.id);
}

entry_kind kind_of(std::uint64_t number) {
  return number < groups_at    ? entry_kind::contacts
         : number < venues_at  ? entry_kind::group
         : number < devices_at ? entry_kind::venue
         : number < mark_at    ? entry_kind::device
                               : entry_kind::watermark;
}

/// Twenty digits: keys sort as numbers do.
std::string tail_of(std::uint64_t number) {
  auto digits = std::to_string(number);
  return '/' + std::string(20 - digits.size(), '0') + digits;
}

std::string key_of(unit_code unit, std::uint64_t number) {
  return std::string{area_registers::key_prefix} + std::string{unit.text()} + tail_of(number);
}

std::string_view text_of(bytes body) {
  return {reinterpret_cast<const char*>(body.data()), body.size()};
}

saved_row message_row(std::string key, bytes body) {
  packed_writer out;
  out.number(1); // schema version of this value
  out.text(text_of(body));
  return {state_table::rollups, std::move(key), out.take(), false};
}

/// What of `news` differs goes into what is held.
void merge(watermark& held, watermark news) {
  auto positions = news.whole ? std::vector<device_position>{} : std::move(held.positions);
  std::map<std::uint32_t, device_position> by_device;
  for (auto* of : {&positions, &news.positions})
    for (auto& p : *of)
      by_device[p.device] = p;
  held = std::move(news);
  held.positions.clear();
  for (auto& [device, p] : by_device)
    held.positions.push_back(p);
  held.whole = true;
}

} // namespace

bool area_registers::takes(entry_kind kind) {
  return kind == entry_kind::venue || kind == entry_kind::group || kind == entry_kind::device ||
         kind == entry_kind::watermark || kind == entry_kind::contacts;
}

area_registers::outcome area_registers::apply(const log_entry_view& e,
                                              std::vector<saved_row>& rows) {
  return e.kind == entry_kind::watermark ? take_mark(e, rows) : take_row(e, rows);
}

area_registers::outcome area_registers::take_row(const log_entry_view& e,
                                                 std::vector<saved_row>& rows) {
  register_row row;
  if (read_register_row(e.body, row) != code::ok || row.unit != e.unit)
    return outcome::malformed;
  auto number = number_of(row);
  if (number == 0 || kind_of(number) != e.kind)
    return outcome::malformed;
  if (!wards_.contains(row.unit) && wards_.size() >= units_max)
    return outcome::too_many;
  auto& of_ward = wards_[row.unit].rows;
  auto held = of_ward.find(number);
  if (held != of_ward.end() && held->second.revision >= row.revision)
    return outcome::known;
  if (held == of_ward.end() && of_ward.size() >= rows_max)
    return outcome::too_many;
  of_ward[number] = {row.revision, std::string{text_of(e.body)}};
  rows.push_back(message_row(key_of(row.unit, number), e.body));
  return outcome::changed;
}

area_registers::outcome area_registers::take_mark(const log_entry_view& e,
                                                  std::vector<saved_row>& rows) {
  watermark w;
  if (read_watermark(e.body, w) != code::ok || w.unit != e.unit || !w.unit.is_ward())
    return outcome::malformed;
  if (!wards_.contains(w.unit) && wards_.size() >= units_max)
    return outcome::too_many;
  auto& mark = wards_[w.unit].mark;
  if (mark && mark->revision >= w.revision)
    return outcome::known;
  if (!mark)
    mark.emplace();
  merge(*mark, std::move(w));
  auto body = encode_watermark(*mark);
  rows.push_back(message_row(key_of(mark->unit, mark_at), body.view()));
  return outcome::changed;
}

bool area_registers::knows(unit_code unit) const {
  auto at = wards_.find(unit);
  if (at == wards_.end())
    return false;
  auto& [rows, mark] = at->second;
  return mark || rows.upper_bound(contacts_at) != rows.end() || !contacts(unit).empty();
}

std::vector<contact> area_registers::contacts(unit_code unit) const {
  register_row row;
  auto at = wards_.find(unit);
  if (at == wards_.end())
    return {};
  auto held = at->second.rows.find(contacts_at);
  if (held == at->second.rows.end())
    return {};
  auto body = frame_body::copy_of(std::as_bytes(std::span{held->second.body})); // aligned
  if (read_register_row(body.view(), row) != code::ok)
    return {};
  return std::get<std::vector<contact>>(std::move(row.what));
}

std::vector<unit_code> area_registers::publishers() const {
  std::vector<unit_code> units;
  for (auto& [unit, held] : wards_)
    if (held.rows.contains(contacts_at))
      units.push_back(unit);
  return units;
}

void area_registers::drop_contacts(unit_code unit, std::vector<saved_row>& rows) {
  auto at = wards_.find(unit);
  if (at == wards_.end() || at->second.rows.erase(contacts_at) == 0)
    return;
  if (at->second.rows.empty() && !at->second.mark)
    wards_.erase(at);
  rows.push_back({state_table::rollups, key_of(unit, contacts_at), {}, true});
}

area_registers::sizes area_registers::held(unit_code unit) const {
  sizes s;
  auto at = wards_.find(unit);
  if (at == wards_.end())
    return s;
  for (auto row = at->second.rows.lower_bound(groups_at); row != at->second.rows.end(); ++row)
    ++(row->first < venues_at ? s.groups : row->first < devices_at ? s.venues : s.devices);
  return s;
}

const watermark* area_registers::mark(unit_code unit) const {
  auto at = wards_.find(unit);
  return at == wards_.end() || !at->second.mark ? nullptr : &*at->second.mark;
}

void area_registers::each_after(const place& after, const sink& take) const {
  for (auto at = wards_.lower_bound(after.unit); at != wards_.end(); ++at) {
    auto& [unit, held] = *at;
    auto from = unit == after.unit ? after.row : 0;
    for (auto row = held.rows.upper_bound(from); row != held.rows.end(); ++row) {
      auto body = frame_body::copy_of(std::as_bytes(std::span{row->second.body})); // aligned
      if (!take({unit, row->first}, kind_of(row->first), body.view()))
        return;
    }
    if (held.mark && from < mark_at) {
      auto body = encode_watermark(*held.mark);
      if (!take({unit, mark_at}, entry_kind::watermark, body.view()))
        return;
    }
  }
}

bool area_registers::load(std::string_view key, std::span<const std::byte> value) {
  packed_reader in{value};
  std::uint64_t version = 0;
  std::string text;
  if (!in.number(version) || version != 1 || !in.text(text) || !in.at_end())
    return false;
  auto body = frame_body::copy_of(std::as_bytes(std::span{text})); // aligned
  if (key.ends_with(tail_of(mark_at))) {
    watermark w;
    if (read_watermark(body.view(), w) != code::ok || key != key_of(w.unit, mark_at))
      return false;
    wards_[w.unit].mark = std::move(w);
    return true;
  }
  register_row row;
  if (read_register_row(body.view(), row) != code::ok)
    return false;
  auto number = number_of(row);
  if (number == 0 || key != key_of(row.unit, number))
    return false;
  wards_[row.unit].rows[number] = {row.revision, std::move(text)};
  return true;
}

} // namespace wardflow
