// SPDX-License-Identifier: Apache-2.0
#include "actors/logic/offset_log.hpp"

#include "messages/limits.hpp"

#include <algorithm>
#include <cassert>
#include <limits>

namespace wardflow {

namespace {

constexpr std::size_t chunk_bytes_max = 65'520; // the store's pages are used again for ever
constexpr std::size_t trim_chunks_max = 64;
constexpr std::size_t offset_bytes = 8;

/// What an entry takes in a LinkBatch: whole words, a text with its final zero.
std::size_t entry_bytes(std::size_t body_bytes, std::size_t by_bytes) {
  const auto by = by_bytes == 0 ? 0 : by_bytes / 8 * 8 + 8;
  return 56 + by + (body_bytes + 7) / 8 * 8;
}
std::size_t entry_bytes(const log_entry& e) {
  return entry_bytes(e.body.size(), e.by.size());
}

void put_offset(std::uint64_t offset, std::string& to) {
  for (auto shift = 56; shift >= 0; shift -= 8)
    to += static_cast<char>(offset >> shift & 0xFF);
}

std::uint64_t take_offset(std::string_view from) {
  std::uint64_t offset = 0;
  for (auto c : from.substr(0, offset_bytes))
    offset = offset << 8 | static_cast<unsigned char>(c);
  return offset;
}

std::vector<std::byte> copy_of(bytes data) {
  return {data.begin(), data.end()};
}

} // namespace

// -- entries in ---------------------------------------------------------------------------------

bool offset_log::fits(std::size_t body_bytes, std::size_t by_bytes) {
  return entry_bytes(body_bytes, by_bytes) + batch_head_bytes <= wardflow::limits::frame_bytes_max;
}

std::uint64_t offset_log::append(lane l, log_entry e) {
  assert(fits(e.body.size(), e.by.size()));
  auto& s = state(l);
  e.offset = s.next++;
  s.open.push_back(std::move(e));
  return s.open.back().offset;
}

bool offset_log::sealed() const {
  return std::ranges::all_of(lanes_, [](const lane_state& s) { return s.open.empty(); });
}

void offset_log::seal(time_ms stamp, std::vector<saved_row>& rows) {
  for (std::size_t n = 0; n < lanes_max; ++n) {
    std::span<const log_entry> rest{lanes_[n].open};
    while (!rest.empty()) {
      std::size_t count = 1;
      auto size = batch_head_bytes + entry_bytes(rest[0]);
      while (count < rest.size() && size + entry_bytes(rest[count]) <= chunk_bytes_max)
        size += entry_bytes(rest[count++]);
      rows.push_back(write_chunk(static_cast<lane>(n), rest.first(count), stamp));
      rest = rest.subspan(count);
    }
    lanes_[n].open.clear();
  }
}

saved_row offset_log::write_chunk(lane l, std::span<const log_entry> entries, time_ms stamp) {
  link_batch batch{name_, l, entries.front().offset, entries.back().offset, {}};
  batch.entries.reserve(entries.size());
  for (auto& e : entries)
    batch.entries.push_back(
      {e.offset, stamp, e.kind, e.unit, e.by, e.expires, e.body.view(), e.role, e.said});
  const auto message = encode_link_batch(batch);
  link_batch again;
  const auto readable = read_link_batch(message.view(), again);
  assert(readable == code::ok); // a row that does not load would be the end of the log
  auto& s = state(l);
  s.sealed = batch.through + 1;
  s.bytes += message.size();
  s.chunks.push_back(
    {batch.first, batch.through, static_cast<std::uint32_t>(message.size()), stamp});
  return {table(), chunk_key(l, batch.through), copy_of(message.view()), false};
}

// -- cursors ------------------------------------------------------------------------------------

void offset_log::hold(const std::string& name, lane l, std::uint64_t next) {
  auto& at = cursors_[name][static_cast<std::size_t>(l)];
  at = std::max({at, next, std::uint64_t{1}});
}

void offset_log::release(const std::string& name) {
  cursors_.erase(name);
}

time_ms offset_log::taken_until(const std::string& name, lane l) const {
  constexpr auto all = std::numeric_limits<time_ms>::max();
  auto cursor = cursors_.find(name);
  auto next = cursor == cursors_.end() ? 0 : cursor->second[static_cast<std::size_t>(l)];
  if (next == 0)
    return all; // nobody waits for it
  if (next < first(l))
    return 0;
  auto at = std::ranges::lower_bound(state(l).chunks, next, {}, &chunk::through);
  return at == state(l).chunks.end() ? all : at->at - 1;
}

/// What the slowest cursor wants; what is next, where there is none.
std::uint64_t offset_log::wanted(lane l) const {
  auto slowest = state(l).sealed;
  for (const auto& [name, at] : cursors_)
    if (auto next = at[static_cast<std::size_t>(l)]; next != 0)
      slowest = std::min(slowest, next);
  return slowest;
}

void offset_log::trim(time_ms stamp, std::vector<saved_row>& rows) {
  auto left = trim_chunks_max;
  for (std::size_t n = 0; n < lanes_max; ++n) {
    const auto l = static_cast<lane>(n);
    auto& s = lanes_[n];
    const auto slowest = wanted(l);
    auto erased = false;
    for (; left != 0 && !s.chunks.empty(); --left) {
      const auto& oldest = s.chunks.front();
      if (oldest.through >= slowest && s.bytes <= bounds_.bytes_max &&
          stamp - oldest.at <= bounds_.age_max)
        break;
      rows.push_back({table(), chunk_key(l, oldest.through), {}, true});
      s.bytes -= oldest.bytes;
      s.chunks.pop_front();
      erased = true;
    }
    if (!erased || !s.chunks.empty())
      continue;
    std::string next;
    put_offset(s.sealed, next);
    rows.push_back({table(), std::string(1, static_cast<char>(n)),
                    copy_of(std::as_bytes(std::span{next})), false});
  }
}

// -- what is kept -------------------------------------------------------------------------------

std::uint64_t offset_log::first(lane l) const {
  return state(l).chunks.empty() ? state(l).sealed : state(l).chunks.front().first;
}

std::uint64_t offset_log::next(lane l) const {
  return state(l).sealed;
}

std::uint64_t offset_log::bytes(lane l) const {
  return state(l).bytes;
}

time_ms offset_log::oldest(lane l) const {
  return state(l).chunks.empty() ? 0 : state(l).chunks.front().at;
}

std::array<lane_range, lanes_max> offset_log::held() const {
  std::array<lane_range, lanes_max> result;
  for (std::size_t n = 0; n < lanes_max; ++n) {
    const auto l = static_cast<lane>(n);
    result[n] = {l, first(l), next(l)};
  }
  return result;
}

std::uint64_t offset_log::first_since(lane l, time_ms at) const {
  auto& of = state(l);
  auto found =
    std::find_if(of.chunks.begin(), of.chunks.end(), [at](const chunk& c) { return c.at >= at; });
  return found == of.chunks.end() ? of.sealed : found->first;
}

std::optional<std::string> offset_log::key_of(lane l, std::uint64_t offset) const {
  if (offset < first(l) || offset >= next(l))
    return std::nullopt;
  const auto at = std::ranges::lower_bound(state(l).chunks, offset, {}, &chunk::through);
  return chunk_key(l, at->through);
}

// -- rows ---------------------------------------------------------------------------------------

bool offset_log::load(std::string_view key, std::span<const std::byte> value) {
  if (key.empty() || static_cast<unsigned char>(key[0]) >= lanes_max)
    return false;
  const auto l = static_cast<lane>(key[0]);
  if (key.size() == 1)
    return load_mark(l, value);
  if (!is_chunk_key(l, key))
    return false;
  log_chunk row;
  auto& b = row.batch;
  if (!read_log_chunk(value, row) || b.log != name_ || b.lane != l ||
      b.through != take_offset(key.substr(1)) || b.entries.empty() ||
      b.entries.size() != b.through - b.first + 1)
    return false;
  auto& s = state(l);
  const auto follows = s.chunks.empty() ? b.first >= s.sealed : b.first == s.sealed;
  if (!follows || !s.open.empty())
    return false;
  s.chunks.push_back(
    {b.first, b.through, static_cast<std::uint32_t>(value.size()), b.entries.back().at});
  s.bytes += value.size();
  s.next = s.sealed = b.through + 1;
  return true;
}

bool offset_log::load_mark(lane l, std::span<const std::byte> value) {
  auto& s = state(l);
  if (value.size() != offset_bytes || !s.chunks.empty() || !s.open.empty())
    return false;
  const auto next = take_offset({reinterpret_cast<const char*>(value.data()), value.size()});
  if (next < s.sealed)
    return false;
  s.next = s.sealed = next;
  return true;
}

std::string offset_log::chunk_key(lane l, std::uint64_t through) {
  std::string key(1, static_cast<char>(l));
  put_offset(through, key);
  return key;
}

bool offset_log::is_chunk_key(lane l, std::string_view key) {
  return key.size() == 1 + offset_bytes && key[0] == static_cast<char>(l);
}

state_table offset_log::table() const {
  return name_ == log_name::up ? state_table::up : state_table::down;
}

} // namespace wardflow
