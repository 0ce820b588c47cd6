// SPDX-License-Identifier: Apache-2.0
#include "actors/logic/contact_book.hpp"

#include "actors/logic/hash.hpp"
#include "messages/limits.hpp"
#include "messages/packed.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace wardflow {

namespace {

constexpr std::ptrdiff_t phone_digits_min = 3; // 113, 115
constexpr std::string_view digits = "0123456789";
constexpr std::string_view between_digits = " +-.()/";

bool is_phone(std::string_view text) {
  if (text.size() > limits::phone_bytes_max)
    return false;
  auto count = std::ranges::count_if(text, [](char c) { return digits.find(c) != digits.npos; });
  return count >= phone_digits_min && std::ranges::all_of(text, [](char c) {
           return digits.find(c) != digits.npos || between_digits.find(c) != digits.npos;
         });
}

bool is_line(std::string_view text, std::size_t size_max) {
  return text.size() <= size_max &&
         std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

bool before(const contact& c, std::string_view name) {
  return c.name < name;
}

/// Good rows, each name once, in order.
code check(const std::vector<contact>& rows) {
  if (rows.size() > limits::contacts_per_unit_max)
    return code::too_many_contacts;
  auto falls = [](const contact& a, const contact& b) { return a.name >= b.name; };
  return std::ranges::all_of(rows, is_contact) &&
             std::ranges::adjacent_find(rows, falls) == rows.end()
           ? code::done
           : code::contact_malformed;
}

} // namespace

bool is_contact(const contact& c) {
  return !c.name.empty() && c.name.front() != ' ' && c.name.back() != ' ' &&
         is_line(c.name, limits::contact_name_bytes_max) && is_phone(c.phone) &&
         is_line(c.note, limits::text_bytes_max);
}

bool is_contact_list(const std::vector<contact>& rows) {
  return check(rows) == code::done;
}

code contact_book::order(unit_code of, const contact_order& order, bool dry_run) {
  contact_list next{of, this->of(of)};
  auto at = std::lower_bound(next.rows.begin(), next.rows.end(), order.row.name, before);
  auto known = at != next.rows.end() && at->name == order.row.name;
  if (order.remove) {
    if (!known)
      return code::not_found;
    next.rows.erase(at);
  } else if (known) {
    *at = order.row;
  } else {
    next.rows.insert(at, order.row);
  }
  return put(next, dry_run);
}

code contact_book::put(const contact_list& all, bool dry_run) {
  if (auto bad = check(all.rows); bad != code::done)
    return bad;
  if (all.rows == of(all.unit))
    return code::already_so;
  if (!units_.contains(all.unit) && units_.size() >= units_max)
    return code::too_many_contacts;
  if (dry_run)
    return code::done;
  if (all.rows.empty())
    units_.erase(all.unit);
  else
    units_[all.unit] = all.rows;
  return code::done;
}

const std::vector<contact>& contact_book::of(unit_code unit) const {
  static const std::vector<contact> none;
  auto at = units_.find(unit);
  return at == units_.end() ? none : at->second;
}

// -- rows -----------------------------------------------------------------------------------------

saved_row contact_book::save(state_table table, unit_code unit) const {
  auto key = std::string{key_prefix} + std::string{unit.text()};
  auto& rows = of(unit);
  if (rows.empty())
    return {table, std::move(key), {}, true};
  packed_writer out;
  out.number(1); // schema version of this value
  out.number(rows.size());
  for (auto& row : rows)
    for (auto* text : {&row.name, &row.phone, &row.note})
      out.text(*text);
  return {table, std::move(key), out.take(), false};
}

void contact_book::each_row(state_table table, const row_sink& sink) const {
  for (auto& [unit, rows] : units_)
    sink(save(table, unit));
}

bool contact_book::load(std::string_view key, std::span<const std::byte> value) {
  if (!key.starts_with(key_prefix))
    return false;
  auto unit = unit_code::parse(key.substr(key_prefix.size()));
  packed_reader in{value};
  std::uint64_t version = 0, count = 0;
  if (!unit || !in.number(version) || version != 1 || !in.number(count) || count == 0 ||
      count > limits::contacts_per_unit_max)
    return false;
  contact_list all{*unit, std::vector<contact>(count)};
  for (auto& row : all.rows)
    for (auto* text : {&row.name, &row.phone, &row.note})
      if (!in.text(*text))
        return false;
  return in.at_end() && put(all, false) == code::done;
}

hash128_value contact_book::state_hash() const {
  hash128_value sum{};
  for (auto& [unit, rows] : units_) {
    auto row = save(state_table::ward, unit);
    packed_writer out;
    out.text(row.key);
    out.text({reinterpret_cast<const char*>(row.value.data()), row.value.size()});
    add_to(sum, hash128(out.take()));
  }
  return sum;
}

} // namespace wardflow
