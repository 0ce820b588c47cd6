// SPDX-License-Identifier: Apache-2.0
#include "actors/disk/log_reader.hpp"

#include "actors/logic/offset_log.hpp"

#include <cassert>
#include <utility>

namespace wardflow {

namespace {

io::table table_of(log_name log) {
  return log == log_name::up ? io::table::up : io::table::down;
}

/// The row as a chunk; false: it is not what its key says.
bool take_chunk(log_name log, lane l, std::string_view key, bytes value, log_chunk& out) {
  return read_log_chunk(value, out) && out.batch.log == log && out.batch.lane == l &&
         key == offset_log::chunk_key(l, out.batch.through);
}

} // namespace

std::string log_reader::place(log_name log, lane l, std::uint64_t offset) {
  return std::string{log == log_name::up ? "up/" : "down/"} +
         std::to_string(static_cast<unsigned>(l)) + "/" + std::to_string(offset);
}

code log_reader::read(log_name log, lane l, std::uint64_t from, std::size_t bytes_max,
                      std::vector<log_chunk>& chunks, std::uint64_t& first_kept) const {
  assert(from != 0);
  chunks.clear();
  first_kept = 0;
  auto what = code::ok;
  std::size_t size = 0;
  const auto row = [&](std::string_view key, bytes value) {
    if (!offset_log::is_chunk_key(l, key))
      return false; // the next lane
    log_chunk c;
    const auto next = chunks.empty() ? 0 : chunks.back().batch.through + 1;
    if (!take_chunk(log, l, key, value, c) || (next != 0 && c.batch.first != next))
      what = code::store_damaged;
    else if (next == 0 && c.batch.first > from)
      what = code::range_past_retention;
    if (what == code::range_past_retention)
      first_kept = c.batch.first;
    if (what != code::ok)
      return false;
    size += c.message.size();
    chunks.push_back(std::move(c));
    return size < bytes_max;
  };
  const auto read = disk_->read_table(table_of(log), row, offset_log::chunk_key(l, from));
  return read == code::ok ? what : read;
}

} // namespace wardflow
