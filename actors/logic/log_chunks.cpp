// SPDX-License-Identifier: Apache-2.0
#include "actors/logic/log_chunks.hpp"

#include <cassert>
#include <span>
#include <utility>

namespace wardflow {

namespace {

log_chunk joined(std::span<const log_chunk> parts) {
  link_batch all;
  for (auto& part : parts) {
    link_batch b;
    const auto readable = read_link_batch(part.message.view(), b);
    assert(readable == code::ok); // whoever read it from the disk has looked
    if (all.first == 0)
      std::swap(all, b);
    else
      all.entries.insert(all.entries.end(), b.entries.begin(), b.entries.end());
  }
  all.first = parts.front().first;
  all.through = parts.back().through;
  return {all.first, all.through, encode_link_batch(all)};
}

} // namespace

std::vector<log_chunk> join_chunks(std::vector<log_chunk> chunks, std::size_t bytes_max) {
  std::vector<log_chunk> out;
  for (std::size_t from = 0; from < chunks.size();) {
    auto size = chunks[from].message.size();
    auto to = from + 1;
    while (to < chunks.size() && size + chunks[to].message.size() <= bytes_max)
      size += chunks[to++].message.size();
    if (to == from + 1)
      out.push_back(std::move(chunks[from]));
    else
      out.push_back(joined(std::span{chunks}.subspan(from, to - from)));
    from = to;
  }
  return out;
}

} // namespace wardflow
