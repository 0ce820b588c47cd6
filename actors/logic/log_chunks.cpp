// SPDX-License-Identifier: Apache-2.0
#include "actors/logic/log_chunks.hpp"

#include <span>
#include <utility>

namespace wardflow {

namespace {

log_chunk joined(std::span<log_chunk> parts) {
  auto all = std::move(parts.front().batch);
  for (auto& part : parts.subspan(1))
    all.entries.insert(all.entries.end(), part.batch.entries.begin(), part.batch.entries.end());
  all.through = parts.back().batch.through;
  auto message = encode_link_batch(all);
  all.entries.clear(); // they pointed into the parts
  return {std::move(message), std::move(all)};
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
