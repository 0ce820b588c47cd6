// SPDX-License-Identifier: Apache-2.0
// Proves: records come back as they went in, and no change of a chunk or of their order passes.
// Method: random records through cut, seal and read; then every byte flipped, chunks left out,
//         moved and replaced by sealed ones of another history.
#define BOOST_TEST_MODULE journal_chunks
#include "actors/io/journal_chunks.hpp"

#include <boost/test/unit_test.hpp>

#include <random>
#include <string>

using namespace wardflow;
using namespace wardflow::io;

namespace {

using buffer = std::vector<std::byte>;

buffer random_record(std::mt19937& random, std::size_t size) {
  buffer out(size);
  for (auto& b : out)
    b = std::byte(random());
  return out;
}

// Random cuts, empty parts among them.
std::vector<bytes> scatter(const buffer& record, std::mt19937& random) {
  std::vector<bytes> parts;
  bytes rest{record};
  while (!rest.empty()) {
    const std::size_t n = random() % 3 == 0 ? 0 : random() % (rest.size() + 1);
    parts.push_back(rest.first(n));
    rest = rest.subspan(n);
  }
  return parts;
}

void append(std::vector<buffer>& chunks, chain_value& chain, std::uint64_t round,
            std::span<const bytes> parts) {
  part_reader reader{parts};
  std::size_t left = reader.total();
  const auto total = static_cast<std::uint32_t>(left);
  const std::size_t count = chunks_of(left);
  for (std::size_t n = 0; n < count; ++n) {
    const std::size_t payload = std::min(left, chunk_payload_max);
    left -= payload;
    buffer chunk(chunk_header_bytes + payload);
    reader.take(std::span{chunk}.subspan(chunk_header_bytes));
    seal_chunk({round, static_cast<std::uint32_t>(n), total, n + 1 == count, chain}, chunk);
    chain = chain_of(chunk);
    chunks.push_back(std::move(chunk));
  }
}

// Three rounds: one chunk, four chunks, one empty.
std::vector<buffer> three_rounds(std::uint32_t seed) {
  std::mt19937 random{seed};
  std::vector<buffer> chunks;
  chain_value chain{};
  const std::size_t sizes[] = {300, 3 * chunk_payload_max + 5, 0};
  for (std::uint64_t round = 1; round <= 3; ++round) {
    const buffer record = random_record(random, sizes[round - 1]);
    const bytes part{record};
    append(chunks, chain, round, {&part, 1});
  }
  return chunks;
}

code read_all(const std::vector<buffer>& chunks, std::size_t& whole) {
  record_reader reader{chain_value{}};
  for (const auto& chunk : chunks)
    if (const code c = reader.add(chunk); c != code::ok) {
      whole = reader.size() - (reader.in_record() ? 1 : 0);
      return c;
    }
  whole = reader.size() - (reader.in_record() ? 1 : 0);
  return code::ok;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_full_chunk_is_sixteen_pages_with_the_header_of_the_map) {
  BOOST_TEST(chunk_bytes_max + 16 == 16u * 4096u);
  BOOST_TEST(chunks_of(0) == 1u);
  BOOST_TEST(chunks_of(1) == 1u);
  BOOST_TEST(chunks_of(chunk_payload_max) == 1u);
  BOOST_TEST(chunks_of(chunk_payload_max + 1) == 2u);
}

BOOST_AUTO_TEST_CASE(records_of_any_size_come_back_aligned_and_equal) {
  const auto seed = std::random_device{}();
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937 random{seed};
  std::vector<buffer> records;
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{44}, chunk_payload_max,
                                 chunk_payload_max + 1, 5 * chunk_payload_max})
    records.push_back(random_record(random, size));
  for (int n = 0; n < 40; ++n)
    records.push_back(random_record(random, random() % 200'000));
  std::vector<buffer> chunks;
  chain_value chain{};
  for (std::size_t n = 0; n < records.size(); ++n)
    append(chunks, chain, 10 + 2 * n, scatter(records[n], random));

  record_reader reader{chain_value{}};
  for (const auto& chunk : chunks)
    BOOST_REQUIRE(reader.add(chunk) == code::ok);
  BOOST_TEST(!reader.in_record());
  BOOST_TEST((reader.chain() == chain));
  BOOST_REQUIRE(reader.size() == records.size());
  for (std::size_t n = 0; n < records.size(); ++n) {
    const auto r = reader.at(n);
    BOOST_TEST(r.round == 10 + 2 * n);
    BOOST_TEST(reinterpret_cast<std::uintptr_t>(r.data.data()) % 8 == 0u);
    BOOST_TEST(std::equal(r.data.begin(), r.data.end(), records[n].begin(), records[n].end()));
  }
}

BOOST_AUTO_TEST_CASE(any_flipped_byte_of_a_chunk_is_damage) {
  const auto chunks = three_rounds(7);
  for (std::size_t n = 0; n < chunks[0].size(); ++n) {
    buffer broken = chunks[0];
    broken[n] ^= std::byte{0x10};
    chunk_header h;
    BOOST_TEST((read_chunk(broken, h) == code::store_damaged), "byte " << n);
  }
  chunk_header h;
  BOOST_TEST((read_chunk(bytes{chunks[0]}.first(63), h) == code::store_damaged));
  BOOST_TEST((read_chunk(bytes{chunks[0]}.first(200), h) == code::store_damaged));
  BOOST_TEST((read_chunk(buffer(chunk_bytes_max + 1), h) == code::store_damaged));
}

BOOST_AUTO_TEST_CASE(chunks_left_out_swapped_or_repeated_break_the_chain) {
  const auto chunks = three_rounds(8);
  std::size_t whole = 0;
  BOOST_TEST((read_all(chunks, whole) == code::ok));
  BOOST_TEST(whole == 3u);
  for (std::size_t n = 0; n + 1 < chunks.size(); ++n) {
    auto missing = chunks;
    missing.erase(missing.begin() + static_cast<std::ptrdiff_t>(n));
    BOOST_TEST((read_all(missing, whole) == code::journal_chain_broken), "without " << n);
    auto swapped = chunks;
    std::swap(swapped[n], swapped[n + 1]);
    BOOST_TEST((read_all(swapped, whole) == code::journal_chain_broken), "swapped " << n);
    auto twice = chunks;
    twice.insert(twice.begin() + static_cast<std::ptrdiff_t>(n), chunks[n]);
    BOOST_TEST((read_all(twice, whole) == code::journal_chain_broken), "twice " << n);
  }
}

BOOST_AUTO_TEST_CASE(a_replaced_chunk_with_a_good_checksum_breaks_the_chain_at_the_next) {
  auto chunks = three_rounds(9);
  chunk_header h;
  BOOST_REQUIRE(read_chunk(chunks[0], h) == code::ok);
  chunks[0][chunk_header_bytes] ^= std::byte{1};
  seal_chunk(h, chunks[0]);
  BOOST_REQUIRE(read_chunk(chunks[0], h) == code::ok);
  std::size_t whole = 0;
  BOOST_TEST((read_all(chunks, whole) == code::journal_chain_broken));
  BOOST_TEST(whole == 1u);
}

BOOST_AUTO_TEST_CASE(sealed_headers_that_contradict_their_record_are_refused) {
  const buffer payload(10, std::byte{5});
  const chunk_header good{.round = 4, .index = 0, .record_bytes = 10, .last = true, .previous = {}};
  const auto outcome = [&](chunk_header h) {
    buffer chunk(chunk_header_bytes + payload.size(), std::byte{5});
    seal_chunk(h, chunk);
    record_reader reader{chain_value{}};
    return reader.add(chunk);
  };
  BOOST_TEST((outcome(good) == code::ok));
  auto h = good;
  h.index = 1;
  BOOST_TEST((outcome(h) == code::journal_chain_broken));
  h = good;
  h.record_bytes = 9;
  BOOST_TEST((outcome(h) == code::journal_chain_broken));
  h = good;
  h.last = false;
  BOOST_TEST((outcome(h) == code::journal_chain_broken));
  h = good;
  h.round = 0;
  BOOST_TEST((outcome(h) == code::journal_chain_broken));
  h = good;
  h.record_bytes = static_cast<std::uint32_t>(record_bytes_max + 1);
  BOOST_TEST((outcome(h) == code::store_damaged));
}
