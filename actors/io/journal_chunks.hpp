// SPDX-License-Identifier: Apache-2.0
// How a round's record lies in the journal: cut into chunks, each sealed by a checksum and chained
// to the one before it by a hash.
//
//   record ─cut─▶ [header 64 B | payload ≤ 65,456 B] [header | payload] ...   one value per chunk
//                  crc of this chunk, hash of the previous one
//
// Owns     nothing of a disk: bytes in, bytes out.
// Promise  a changed bit is `store_damaged`; a chunk that is whole but missing, moved, replaced or
//          left over from another history is `journal_chain_broken`.
// Bound    a chunk is at most 65,520 bytes: with LMDB's header exactly 16 pages, which LMDB
//          recycles at full speed for ever. A record is at most 64 MiB.
#pragma once

#include "messages/frame.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace wardflow::io {

inline constexpr std::size_t chunk_bytes_max = 65'520;
inline constexpr std::size_t chunk_header_bytes = 64;
inline constexpr std::size_t chunk_payload_max = chunk_bytes_max - chunk_header_bytes;
inline constexpr std::size_t record_bytes_max = 64u << 20;

/// BLAKE2b-256 of a whole chunk. All zeros stands before the first chunk of all.
using chain_value = std::array<std::byte, 32>;

struct chunk_header {
  std::uint64_t round = 0;
  std::uint32_t index = 0;        // 0, 1, ... within the round
  std::uint32_t record_bytes = 0; // of the whole round
  bool last = false;              // the round ends here
  chain_value previous{};
  bool operator==(const chunk_header&) const = default;
};

/// How many chunks a record takes; an empty record takes one.
constexpr std::size_t chunks_of(std::size_t record_bytes) {
  return record_bytes == 0 ? 1 : (record_bytes + chunk_payload_max - 1) / chunk_payload_max;
}

/// Writes the header in front of the payload, which is in place already. `chunk` is header and
/// payload, 64 to 65,520 bytes.
void seal_chunk(const chunk_header& header, std::span<std::byte> chunk);

/// What the next chunk must carry as `previous`.
[[nodiscard]] chain_value chain_of(bytes chunk);

/// Checks form and checksum. ok, store_damaged, store_too_new. The payload is what follows the
/// header.
[[nodiscard]] code read_chunk(bytes chunk, chunk_header& header);

/// The round a chunk belongs to, and its place in it, without checking more than the size.
[[nodiscard]] code peek_chunk(bytes chunk, chunk_header& header);

/// Copies scattered parts in a row, piece by piece.
///
/// Borrows  the parts, until the last `take`.
class part_reader {
public:
  explicit part_reader(std::span<const bytes> parts) : parts_(parts) {
    // nop
  }
  [[nodiscard]] std::size_t total() const;
  /// Fills `out`; there must be that much left.
  void take(std::span<std::byte> out);

private:
  std::span<const bytes> parts_;
  std::size_t offset_ = 0; // within the first part
};

/// Follows chunks in journal order and puts the records together in 8-byte-aligned memory.
///
/// Owns     the records until `clear`.
/// Promise  only whole records come out; the first chunk that does not fit is named by a code.
class record_reader {
public:
  /// `previous` is the chain's value before the first chunk that will be added.
  explicit record_reader(const chain_value& previous) : chain_(previous) {
    // nop
  }

  /// ok, store_damaged, store_too_new, journal_chain_broken.
  [[nodiscard]] code add(bytes chunk);

  struct record {
    std::uint64_t round = 0;
    bytes data;
  };
  [[nodiscard]] std::size_t size() const { return spans_.size(); }
  [[nodiscard]] record at(std::size_t n) const;
  /// Bytes held; between records `in_record()` is false.
  [[nodiscard]] std::size_t held_bytes() const { return words_.size() * 8; }
  [[nodiscard]] bool in_record() const { return open_; }
  [[nodiscard]] const chain_value& chain() const { return chain_; }
  /// Forgets the records; only between records.
  void clear();

private:
  struct span_of {
    std::uint64_t round = 0;
    std::size_t first_word = 0;
    std::size_t size = 0;
  };
  [[nodiscard]] bool follows(const chunk_header& h, std::size_t payload) const;

  chain_value chain_;
  std::vector<std::uint64_t> words_;
  std::vector<span_of> spans_;
  bool open_ = false; // the last span waits for more chunks
  std::uint64_t round_ = 0;
  std::uint32_t next_index_ = 0;
  std::size_t filled_ = 0;
};

} // namespace wardflow::io
