// SPDX-License-Identifier: Apache-2.0
#include "nodes/wardctl/spool_record.hpp"

#include "actors/io/crc32c.hpp"
#include "messages/packed.hpp"

#include <array>
#include <cstring>
#include <utility>

namespace wardflow::wardctl {

namespace {

constexpr std::uint32_t mark = 0x1d5c'f00du;

struct head {
  std::uint32_t mark;
  std::uint32_t size;
  std::uint32_t crc;
};
static_assert(sizeof(head) == spool_head_bytes);

std::uint32_t sum(std::uint32_t size, bytes body) {
  return io::crc32c(body, io::crc32c(std::as_bytes(std::span{&size, 1})));
}

bool has_state(spool_kind kind) {
  return kind == spool_kind::base || kind == spool_kind::epoch;
}

/// kind, open, way and flow in one number.
std::uint64_t flags_of(const spool_record& r) {
  return static_cast<std::uint64_t>(r.kind) | std::uint64_t{r.state.open} << 8 |
         static_cast<std::uint64_t>(r.scan.way) << 16 |
         static_cast<std::uint64_t>(r.scan.flow) << 24;
}

bool take_flags(std::uint64_t flags, spool_record& r) {
  const auto part = [&](unsigned shift) { return static_cast<std::uint8_t>(flags >> shift); };
  if (flags >> 32 != 0 || part(0) < 1 || part(0) > 4 || part(8) > 1 || part(16) > 1 || part(24) > 1)
    return false;
  r.kind = static_cast<spool_kind>(part(0));
  r.state.open = part(8) != 0;
  r.scan.way = static_cast<direction>(part(16));
  r.scan.flow = static_cast<flow>(part(24));
  return true;
}

bool decode_body(bytes body, spool_record& r) {
  packed_reader in{body};
  std::uint64_t flags = 0;
  if (!in.number(flags) || !take_flags(flags, r) || !in.number(r.state.epoch) ||
      !in.number(r.state.acknowledged))
    return false;
  if (has_state(r.kind))
    return in.number(r.from) && in.number(r.state.moved) && in.rows(r.state.left) && in.at_end() &&
           r.state.left.size() <= left_epochs_max;
  if (r.kind != spool_kind::scan)
    return in.at_end();
  std::uint64_t venue = 0;
  std::uint64_t at = 0;
  if (!in.number(r.scan.sequence) || !in.number(venue) || !in.number(at) || !in.rows(r.scan.sealed))
    return false;
  r.scan.venue = venue_id{venue};
  r.scan.at = static_cast<time_ms>(at);
  return in.at_end() && !r.scan.sealed.empty() && r.scan.sealed.size() <= spool_sealed_bytes_max;
}

} // namespace

std::vector<std::byte> encode_spool_record(const spool_record& r) {
  packed_writer out;
  out.number(flags_of(r));
  out.number(r.state.epoch);
  out.number(r.state.acknowledged);
  if (has_state(r.kind)) {
    out.number(r.from);
    out.number(r.state.moved);
    out.rows(r.state.left);
  }
  if (r.kind == spool_kind::scan) {
    out.number(r.scan.sequence);
    out.number(static_cast<std::uint64_t>(r.scan.venue));
    out.number(static_cast<std::uint64_t>(r.scan.at));
    out.rows(r.scan.sealed);
  }
  const auto body = out.take();
  const auto size = static_cast<std::uint32_t>(body.size());
  const head h{mark, size, sum(size, body)};
  std::vector<std::byte> whole(sizeof h + body.size());
  std::memcpy(whole.data(), &h, sizeof h);
  std::memcpy(whole.data() + sizeof h, body.data(), body.size());
  return whole;
}

std::optional<read_spool_record> decode_spool_record(bytes data) {
  head h{};
  if (data.size() < sizeof h)
    return std::nullopt;
  std::memcpy(&h, data.data(), sizeof h);
  if (h.mark != mark || h.size > spool_record_bytes_max || h.size > data.size() - sizeof h)
    return std::nullopt;
  const auto body = data.subspan(sizeof h, h.size);
  read_spool_record out;
  if (sum(h.size, body) != h.crc || !decode_body(body, out.record))
    return std::nullopt;
  out.size = sizeof h + h.size;
  return out;
}

// -- content ------------------------------------------------------------------------------------

void spool_content::acknowledge(std::uint64_t through) {
  state.acknowledged = through;
  while (!pending.empty() && pending.front().sequence <= through)
    pending.pop_front();
}

bool spool_content::begin(spool_record&& base) {
  if (base.state.epoch == 0 || base.state.acknowledged == ~std::uint64_t{0})
    return false;
  state = std::move(base.state);
  next = state.acknowledged + 1;
  return true;
}

bool spool_content::change_epoch(spool_record&& r) {
  auto& to = r.state;
  if (!to.open || to.epoch < state.epoch)
    return false;
  if (to.epoch == state.epoch) {
    if (to.acknowledged < state.acknowledged || to.acknowledged >= next)
      return false;
  } else {
    if (to.acknowledged != 0 || r.from <= state.acknowledged || r.from > next)
      return false;
    while (!pending.empty() && pending.front().sequence < r.from)
      pending.pop_front();
    next = 1;
    for (auto& s : pending)
      s.sequence = next++;
  }
  state = std::move(to);
  acknowledge(state.acknowledged);
  return true;
}

bool spool_content::apply(spool_record&& r) {
  if ((r.kind == spool_kind::base) != (state.epoch == 0))
    return false;
  if (r.kind == spool_kind::base)
    return begin(std::move(r));
  if (r.kind == spool_kind::epoch)
    return change_epoch(std::move(r));
  const auto through = r.state.acknowledged;
  if (r.state.epoch != state.epoch || through < state.acknowledged || through >= next)
    return false;
  if (r.kind == spool_kind::scan) {
    if (r.scan.sequence != next)
      return false;
    r.scan.id = next_id++;
    ++next;
    pending.push_back(std::move(r.scan));
  }
  acknowledge(through);
  return true;
}

code read_spool(bytes data, spool_content& content, std::size_t& good) {
  good = 0;
  while (good < data.size()) {
    auto found = decode_spool_record(data.subspan(good));
    if (!found)
      break;
    if (!content.apply(std::move(found->record)))
      return code::spool_damaged;
    good += found->size;
  }
  for (auto at = good + 1; at < data.size(); ++at)
    if (decode_spool_record(data.subspan(at)))
      return code::spool_damaged; // not the last write that was torn, but one before it
  return good == 0 ? code::spool_damaged : code::ok; // the base is made whole before its name
}

} // namespace wardflow::wardctl
