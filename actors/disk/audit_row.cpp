// SPDX-License-Identifier: Apache-2.0
#include "actors/disk/audit_row.hpp"

#include "actors/io/crc32c.hpp"
#include "messages/packed.hpp"

#include <algorithm>
#include <cstring>

namespace wardflow {

namespace {

constexpr std::uint64_t version = 1;
constexpr std::size_t crc_bytes = 8;
constexpr std::size_t key_bytes = 8;

std::string_view text_of(const io::chain_value& chain) {
  return {reinterpret_cast<const char*>(chain.data()), chain.size()};
}

bool take_chain(packed_reader& in, io::chain_value& chain) {
  std::string text;
  if (!in.text(text) || text.size() != chain.size())
    return false;
  std::memcpy(chain.data(), text.data(), chain.size());
  return true;
}

bool take_unit(packed_reader& in, unit_code& unit) {
  std::uint64_t number = 0;
  if (!in.number(number))
    return false;
  auto of = unit_of_number(static_cast<std::uint32_t>(number));
  unit = of.value_or(unit_code{});
  return of.has_value();
}

/// Role, way, deed and outcome in one number.
std::uint64_t small_ones(const audit_entry& e) {
  return static_cast<std::uint64_t>(e.role) | static_cast<std::uint64_t>(e.way) << 8 |
         static_cast<std::uint64_t>(e.deed) << 16 | static_cast<std::uint64_t>(e.outcome) << 32;
}

void take_small_ones(std::uint64_t from, audit_entry& e) {
  e.role = static_cast<role>(from & 0xFF);
  e.way = static_cast<audit_way>(from >> 8 & 0xFF);
  e.deed = static_cast<audit_deed>(from >> 16 & 0xFF);
  e.outcome = static_cast<code>(from >> 32 & 0xFFFF);
}

bool take_entry(packed_reader& in, audit_entry& e) {
  std::uint64_t at = 0, small = 0;
  std::string id;
  if (!in.number(e.number) || !in.number(at) || !in.number(e.round) || !in.text(e.by) ||
      !take_unit(in, e.unit) || !in.number(small) || !in.text(id) || id.size() != e.id.size() ||
      !take_unit(in, e.to) || !in.text(e.subject) || !in.text(e.document) || !in.number(e.times))
    return false;
  e.at = static_cast<time_ms>(at);
  take_small_ones(small, e);
  std::copy(id.begin(), id.end(), e.id.begin());
  return true;
}

} // namespace

std::vector<std::byte> encode_audit_row(const audit_entry& e, const io::chain_value& previous) {
  packed_writer out;
  out.number(0); // the checksum
  out.number(version);
  out.text(text_of(previous));
  out.number(e.number);
  out.number(static_cast<std::uint64_t>(e.at));
  out.number(e.round);
  out.text(e.by);
  out.number(unit_number(e.unit));
  out.number(small_ones(e));
  out.text({reinterpret_cast<const char*>(e.id.data()), e.id.size()});
  out.number(unit_number(e.to));
  out.text(e.subject);
  out.text(e.document);
  out.number(e.times);
  auto value = out.take();
  std::uint64_t crc = io::crc32c(bytes{value}.subspan(crc_bytes));
  std::memcpy(value.data(), &crc, crc_bytes);
  return value;
}

code read_audit_row(bytes value, audit_row& out) {
  packed_reader in{value};
  std::uint64_t crc = 0, found = 0;
  if (!in.number(crc) || crc != io::crc32c(value.subspan(crc_bytes)) || !in.number(found))
    return code::store_damaged;
  if (found < version) // a newer release's row is ours, and more
    return code::store_damaged;
  audit_row row;
  if (!take_chain(in, row.previous) || !take_entry(in, row.entry) ||
      (found == version && !in.at_end()))
    return code::store_damaged;
  out = std::move(row);
  return code::ok;
}

std::string audit_key(std::uint64_t number) {
  std::string key;
  for (auto shift = 56; shift >= 0; shift -= 8)
    key += static_cast<char>(number >> shift & 0xFF);
  return key;
}

std::uint64_t number_of_audit_key(std::string_view key) {
  std::uint64_t number = 0;
  if (key.size() != key_bytes)
    return 0;
  for (auto c : key)
    number = number << 8 | static_cast<unsigned char>(c);
  return number;
}

std::vector<std::byte> encode_audit_head(const audit_head& head) {
  packed_writer out;
  out.number(version);
  out.number(head.first);
  out.number(head.next);
  out.number(head.bytes);
  out.text(text_of(head.begin));
  out.text(text_of(head.end));
  return out.take();
}

code read_audit_head(const io::store& disk, audit_head& out) {
  std::vector<std::byte> value;
  auto found = disk.get(io::table::meta, audit_head_key, value);
  if (found == code::not_found) {
    out = {};
    return code::ok;
  }
  if (found != code::ok)
    return found;
  packed_reader in{value};
  std::uint64_t of = 0;
  audit_head head;
  if (!in.number(of) || of != version || !in.number(head.first) || !in.number(head.next) ||
      !in.number(head.bytes) || !take_chain(in, head.begin) || !take_chain(in, head.end) ||
      !in.at_end() || head.first == 0 || head.next < head.first)
    return code::store_damaged;
  out = head;
  return code::ok;
}

std::string chain_text(const io::chain_value& chain) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string out;
  for (auto b : chain) {
    out += digits[std::to_integer<unsigned>(b) >> 4];
    out += digits[std::to_integer<unsigned>(b) & 15];
  }
  return out;
}

} // namespace wardflow
