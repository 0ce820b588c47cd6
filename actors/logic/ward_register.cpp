// SPDX-License-Identifier: Apache-2.0
#include "actors/logic/ward_register.hpp"

#include "actors/logic/hash.hpp"
#include "messages/limits.hpp"
#include "messages/packed.hpp"

#include <algorithm>
#include <charconv>

namespace wardflow {

namespace {

constexpr std::string_view venue_prefix = "venue/";
constexpr std::string_view group_prefix = "group/";

std::string key_of(std::string_view prefix, std::uint32_t number) {
  auto digits = std::to_string(number);
  return std::string{prefix} + std::string(10 - digits.size(), '0') + digits;
}

/// Text `which` of a list of zero-ended texts.
std::string_view text_at(std::string_view texts, int which) {
  for (; which > 0; --which)
    texts.remove_prefix(texts.find('\0') + 1);
  return texts.substr(0, texts.find('\0'));
}

std::string joined(std::string_view name, std::string_view address, std::string_view phone,
                   std::string_view document) {
  std::string texts;
  texts.reserve(name.size() + address.size() + phone.size() + document.size() + 4);
  for (auto text : {name, address, phone, document}) {
    texts.append(text);
    texts.push_back('\0');
  }
  return texts;
}

code check(const venue_record& row) {
  auto too_long = [](const std::string& s) { return s.size() > limits::text_bytes_max; };
  auto has_zero = [](const std::string& s) { return s.find('\0') != std::string::npos; };
  if (row.name.empty() || too_long(row.name) || too_long(row.address) || too_long(row.phone) ||
      has_zero(row.name) || has_zero(row.address) || has_zero(row.phone))
    return code::venue_malformed;
  if (row.facts.opens > 24 * 60 || row.facts.closes > 24 * 60)
    return code::venue_malformed;
  if (row.facts.kind >= category::count_)
    return code::category_unknown;
  return code::done;
}

} // namespace

code ward_register::add(venue_record row, bool dry_run, venue_id& given,
                        std::vector<saved_row>& rows) {
  if (auto problem = check(row); problem != code::done)
    return problem;
  if (row.facts.id == venue_id{}) {
    if (last_serial_ + 1 >= venues_per_ward)
      return code::too_many_rows;
    row.facts.id = make_venue_id(ward_, last_serial_ + 1);
  }
  if (ward_of(row.facts.id) != ward_)
    return code::venue_other_ward;
  if (serial_of(row.facts.id) == 0)
    return code::venue_malformed;
  if (row.facts.group != group_id{} && !groups_.contains(row.facts.group))
    return code::group_unknown;
  given = row.facts.id;
  row.facts.suspended = false;
  auto texts = joined(row.name, row.address, row.phone, {});
  if (auto* known = find(serial_of(row.facts.id))) {
    auto before = record(*known);
    before.facts.suspended = false;
    return before == row ? code::already_so : code::venue_exists;
  }
  if (!dry_run)
    rows.push_back(saved(put(row.facts, std::move(texts))));
  return code::done;
}

code ward_register::add(const group_record& row, bool dry_run, std::vector<saved_row>& rows) {
  if (ward_of(row.id) != ward_ || static_cast<std::uint32_t>(row.id) % 1000 == 0 ||
      row.name.empty() || row.name.size() > limits::text_bytes_max)
    return code::group_malformed;
  auto known = groups_.find(row.id);
  if (known != groups_.end() && known->second == row.name)
    return code::already_so;
  if (dry_run)
    return code::done;
  groups_[row.id] = row.name;
  rows.push_back(saved(row));
  return code::done;
}

code ward_register::order(const venue_order& order, bool dry_run, std::vector<saved_row>& rows) {
  if (ward_of(order.venue) != ward_)
    return code::venue_other_ward;
  auto* entry = find(serial_of(order.venue));
  if (entry == nullptr)
    return code::not_found;
  if (order.document.empty())
    return code::document_needed;
  if (order.document.size() > limits::text_bytes_max ||
      order.document.find('\0') != std::string::npos)
    return code::document_malformed;
  if (entry->facts.suspended == order.suspend)
    return order.suspend ? code::venue_already_suspended : code::venue_not_suspended;
  if (dry_run)
    return code::done;
  auto r = record(*entry);
  entry->facts.suspended = order.suspend;
  entry->texts = joined(r.name, r.address, r.phone, order.document);
  rows.push_back(saved(*entry));
  return code::done;
}

const venue_entry* ward_register::next_after(std::uint32_t serial) const {
  for (std::size_t i = std::size_t{serial} + 1; i < by_serial_.size(); ++i)
    if (by_serial_[i] != nullptr)
      return by_serial_[i];
  return nullptr;
}

venue_record ward_register::record(const venue_entry& entry) const {
  return {entry.facts, std::string{text_at(entry.texts, 0)}, std::string{text_at(entry.texts, 1)},
          std::string{text_at(entry.texts, 2)}};
}

std::string_view ward_register::name(const venue_entry& entry) const {
  return text_at(entry.texts, 0);
}

std::string ward_register::document(const venue_entry& entry) const {
  return std::string{text_at(entry.texts, 3)};
}

venue_entry& ward_register::put(const venue_facts& facts, std::string texts) {
  auto serial = serial_of(facts.id);
  if (serial >= by_serial_.size())
    by_serial_.resize(serial + 1 + serial / 4);
  if (by_serial_[serial] == nullptr) {
    by_serial_[serial] = &venues_.emplace_back();
    venues_.back().number = static_cast<std::uint32_t>(venues_.size() - 1);
  }
  auto& entry = *by_serial_[serial];
  entry.facts = facts;
  entry.texts = std::move(texts);
  entry.texts.shrink_to_fit();
  last_serial_ = std::max(last_serial_, serial);
  return entry;
}

saved_row ward_register::saved(const group_record& group) {
  packed_writer out;
  out.number(1); // schema version of this value
  out.text(group.name);
  return {state_table::ward, key_of(group_prefix, static_cast<std::uint32_t>(group.id)), out.take(),
          false};
}

void ward_register::each_row(const row_sink& sink) const {
  for (auto& [id, name] : groups_)
    sink(saved(group_record{id, name}));
  for (auto& entry : venues_)
    sink(saved(entry));
}

saved_row ward_register::saved(const venue_entry& entry) const {
  auto& f = entry.facts;
  packed_writer out;
  out.number(1); // schema version of this value
  out.number(static_cast<std::uint64_t>(f.id));
  out.number(static_cast<std::uint64_t>(f.group) | std::uint64_t{f.capacity} << 32);
  out.number(f.opens | std::uint64_t{f.closes} << 16 | std::uint64_t{f.suspended} << 32 |
             static_cast<std::uint64_t>(f.kind) << 40);
  out.text(entry.texts);
  return {state_table::ward, key_of(venue_prefix, serial_of(f.id)), out.take(), false};
}

bool ward_register::load(std::string_view key, std::span<const std::byte> value) {
  packed_reader in{value};
  std::uint64_t version = 0;
  std::string texts;
  if (!in.number(version) || version != 1)
    return false;
  if (key.starts_with(group_prefix)) {
    std::uint32_t id = 0;
    auto digits = key.substr(group_prefix.size());
    std::from_chars(digits.data(), digits.data() + digits.size(), id);
    if (!in.text(texts))
      return false;
    groups_[group_id{id}] = texts;
    return true;
  }
  std::uint64_t id = 0, place = 0, rest = 0;
  if (!key.starts_with(venue_prefix) || !in.number(id) || !in.number(place) || !in.number(rest) ||
      !in.text(texts) || ward_of(venue_id{id}) != ward_)
    return false;
  venue_facts f;
  f.id = venue_id{id};
  f.group = group_id{static_cast<std::uint32_t>(place)};
  f.capacity = static_cast<std::uint32_t>(place >> 32);
  f.opens = static_cast<std::uint16_t>(rest);
  f.closes = static_cast<std::uint16_t>(rest >> 16);
  f.suspended = (rest >> 32 & 1) != 0;
  f.kind = static_cast<category>(rest >> 40 & 0xff);
  if (f.kind >= category::count_ || std::count(texts.begin(), texts.end(), '\0') != 4)
    return false;
  put(f, std::move(texts));
  return true;
}

hash128_value ward_register::state_hash() const {
  hash128_value sum{};
  for (auto& entry : venues_)
    add_to(sum, hash128(saved(entry).value));
  for (auto& [id, name] : groups_) {
    packed_writer out;
    out.number(static_cast<std::uint64_t>(id));
    out.text(name);
    add_to(sum, hash128(out.take()));
  }
  return sum;
}

} // namespace wardflow
