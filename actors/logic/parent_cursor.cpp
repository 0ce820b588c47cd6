// SPDX-License-Identifier: Apache-2.0
#include "actors/logic/parent_cursor.hpp"

#include "messages/packed.hpp"

namespace wardflow {

void parent_cursor::hold(offset_log& up) const {
  for (std::size_t i = 0; i != lanes_max; ++i)
    up.hold(std::string{key}, static_cast<lane>(i), acked_[i] + 1);
}

void parent_cursor::take(const scan_round& r, const taker& take) {
  for (auto& message : r.directives) {
    link_batch b;
    if (read_link_batch(message.view(), b) != code::ok || b.log != log_name::down)
      continue;
    auto& next = next_[static_cast<std::size_t>(b.lane)];
    if (b.through < next)
      continue; // all of it was taken before
    for (auto& e : b.entries)
      if (e.offset >= next)
        take(b.lane, e);
    next = b.through + 1;
    changed_ = true;
  }
}

void parent_cursor::acknowledged(const scan_round& r, offset_log& up) {
  for (std::size_t i = 0; i != lanes_max; ++i)
    if (r.parent_acked[i] > acked_[i]) {
      acked_[i] = r.parent_acked[i];
      up.hold(std::string{key}, static_cast<lane>(i), acked_[i] + 1);
      changed_ = true;
    }
}

void parent_cursor::save(std::vector<saved_row>& rows) {
  if (!changed_)
    return;
  changed_ = false;
  packed_writer out;
  out.number(1); // schema version of this value
  for (auto n : next_)
    out.number(n);
  for (auto n : acked_)
    out.number(n);
  rows.push_back({state_table::links, std::string{key}, out.take(), false});
}

bool parent_cursor::load(std::span<const std::byte> value) {
  packed_reader in{value};
  std::uint64_t version = 0;
  auto sound = in.number(version) && version == 1;
  for (auto& n : next_)
    sound = sound && in.number(n);
  for (auto& n : acked_)
    sound = sound && in.number(n);
  return sound;
}

} // namespace wardflow
