// SPDX-License-Identifier: Apache-2.0
#include "actors/io/journal_chunks.hpp"

#include "actors/io/crc32c.hpp"

#include <sodium.h>

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstring>

namespace wardflow::io {

namespace {

static_assert(std::endian::native == std::endian::little, "the disk's byte order is little");

constexpr std::uint32_t magic = 0x4a464657; // "WFFJ"
constexpr std::uint16_t version = 1;
constexpr std::uint16_t flag_last = 1;

// Offsets in the header.
constexpr std::size_t at_magic = 0;
constexpr std::size_t at_version = 4;
constexpr std::size_t at_flags = 6;
constexpr std::size_t at_crc = 8;
constexpr std::size_t at_length = 12;
constexpr std::size_t at_round = 16;
constexpr std::size_t at_index = 24;
constexpr std::size_t at_record_bytes = 28;
constexpr std::size_t at_previous = 32;

template <class T>
void store_at(std::span<std::byte> chunk, std::size_t offset, T value) {
  std::memcpy(chunk.data() + offset, &value, sizeof value);
}

template <class T>
T load_at(bytes chunk, std::size_t offset) {
  T value{};
  std::memcpy(&value, chunk.data() + offset, sizeof value);
  return value;
}

// Everything but the checksum itself.
std::uint32_t checksum(bytes chunk) {
  return crc32c(chunk.subspan(at_length), crc32c(chunk.first(at_crc)));
}

} // namespace

void seal_chunk(const chunk_header& header, std::span<std::byte> chunk) {
  assert(chunk.size() >= chunk_header_bytes && chunk.size() <= chunk_bytes_max);
  store_at(chunk, at_magic, magic);
  store_at(chunk, at_version, version);
  store_at(chunk, at_flags, header.last ? flag_last : std::uint16_t{0});
  store_at(chunk, at_length, static_cast<std::uint32_t>(chunk.size() - chunk_header_bytes));
  store_at(chunk, at_round, header.round);
  store_at(chunk, at_index, header.index);
  store_at(chunk, at_record_bytes, header.record_bytes);
  store_at(chunk, at_previous, header.previous);
  store_at(chunk, at_crc, checksum(chunk));
}

chain_value chain_of(bytes chunk) {
  chain_value out{};
  const int rc = crypto_generichash(reinterpret_cast<unsigned char*>(out.data()), out.size(),
                                    reinterpret_cast<const unsigned char*>(chunk.data()),
                                    chunk.size(), nullptr, 0);
  assert(rc == 0);
  static_cast<void>(rc);
  return out;
}

code peek_chunk(bytes chunk, chunk_header& header) {
  if (chunk.size() < chunk_header_bytes || chunk.size() > chunk_bytes_max)
    return code::store_damaged;
  header.round = load_at<std::uint64_t>(chunk, at_round);
  header.index = load_at<std::uint32_t>(chunk, at_index);
  header.record_bytes = load_at<std::uint32_t>(chunk, at_record_bytes);
  header.last = (load_at<std::uint16_t>(chunk, at_flags) & flag_last) != 0;
  header.previous = load_at<chain_value>(chunk, at_previous);
  return code::ok;
}

code read_chunk(bytes chunk, chunk_header& header) {
  if (const code c = peek_chunk(chunk, header); c != code::ok)
    return c;
  if (load_at<std::uint32_t>(chunk, at_magic) != magic ||
      load_at<std::uint32_t>(chunk, at_crc) != checksum(chunk))
    return code::store_damaged;
  if (load_at<std::uint16_t>(chunk, at_version) > version)
    return code::store_too_new;
  if (load_at<std::uint32_t>(chunk, at_length) != chunk.size() - chunk_header_bytes ||
      header.record_bytes > record_bytes_max)
    return code::store_damaged;
  return code::ok;
}

std::size_t part_reader::total() const {
  std::size_t sum = 0;
  for (const bytes part : parts_)
    sum += part.size();
  return sum - offset_;
}

void part_reader::take(std::span<std::byte> out) {
  while (!out.empty()) {
    assert(!parts_.empty());
    const bytes part = parts_.front().subspan(offset_);
    const std::size_t n = std::min(part.size(), out.size());
    if (n > 0)
      std::memcpy(out.data(), part.data(), n);
    out = out.subspan(n);
    offset_ += n;
    if (n == part.size()) {
      parts_ = parts_.subspan(1);
      offset_ = 0;
    }
  }
}

bool record_reader::follows(const chunk_header& h, std::size_t payload) const {
  if (!open_)
    return h.index == 0 && h.round > round_ && payload <= h.record_bytes &&
           h.last == (payload == h.record_bytes);
  const std::size_t size = spans_.back().size;
  return h.index == next_index_ && h.round == round_ && h.record_bytes == size &&
         payload <= size - filled_ && h.last == (filled_ + payload == size);
}

code record_reader::add(bytes chunk) {
  chunk_header h;
  if (const code c = read_chunk(chunk, h); c != code::ok)
    return c;
  const bytes payload = chunk.subspan(chunk_header_bytes);
  if (h.previous != chain_ || !follows(h, payload.size()))
    return code::journal_chain_broken;
  if (!open_) {
    spans_.push_back({h.round, words_.size(), h.record_bytes});
    words_.resize(words_.size() + (h.record_bytes + 7) / 8);
    round_ = h.round;
    filled_ = 0;
  }
  auto room = std::as_writable_bytes(std::span{words_}).subspan(spans_.back().first_word * 8);
  if (!payload.empty())
    std::memcpy(room.data() + filled_, payload.data(), payload.size());
  filled_ += payload.size();
  open_ = !h.last;
  next_index_ = h.index + 1;
  chain_ = chain_of(chunk);
  return code::ok;
}

record_reader::record record_reader::at(std::size_t n) const {
  const span_of& s = spans_[n];
  return {s.round, std::as_bytes(std::span{words_}).subspan(s.first_word * 8, s.size)};
}

void record_reader::clear() {
  assert(!open_);
  words_.clear();
  spans_.clear();
}

} // namespace wardflow::io
