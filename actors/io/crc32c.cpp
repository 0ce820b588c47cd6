// SPDX-License-Identifier: Apache-2.0
#include "actors/io/crc32c.hpp"

#include <array>
#include <cstddef>
#include <cstring>

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace wardflow::io {

namespace {

constexpr std::uint32_t polynomial = 0x82f63b78; // bits reversed

using crc_tables = std::array<std::array<std::uint32_t, 256>, 8>;

// Table k holds what one byte becomes after k more zero bytes: eight bytes a step.
constexpr crc_tables make_tables() {
  crc_tables tables{};
  for (std::uint32_t n = 0; n < 256; ++n) {
    std::uint32_t crc = n;
    for (int bit = 0; bit < 8; ++bit)
      crc = (crc >> 1) ^ ((crc & 1u) != 0 ? polynomial : 0u);
    tables[0][n] = crc;
  }
  for (std::size_t k = 1; k < 8; ++k)
    for (std::size_t n = 0; n < 256; ++n)
      tables[k][n] = (tables[k - 1][n] >> 8) ^ tables[0][tables[k - 1][n] & 0xffu];
  return tables;
}

constexpr crc_tables tables = make_tables();

std::uint32_t step(std::uint32_t crc, std::byte b) {
  return (crc >> 8) ^ tables[0][(crc ^ std::to_integer<std::uint32_t>(b)) & 0xffu];
}

std::uint64_t load(const std::byte* at) {
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  return word;
}

#if defined(__x86_64__)

__attribute__((target("sse4.2"))) std::uint32_t by_instruction(bytes data, std::uint32_t before) {
  std::uint64_t crc = ~before;
  for (; data.size() >= 8; data = data.subspan(8))
    crc = _mm_crc32_u64(crc, load(data.data()));
  auto tail = static_cast<std::uint32_t>(crc);
  for (std::byte b : data)
    tail = _mm_crc32_u8(tail, std::to_integer<std::uint8_t>(b));
  return ~tail;
}

#else

std::uint32_t by_instruction(bytes data, std::uint32_t before) {
  return crc32c_by_tables(data, before);
}

#endif

} // namespace

std::uint32_t crc32c_by_tables(bytes data, std::uint32_t before) {
  std::uint32_t crc = ~before;
  for (; data.size() >= 8; data = data.subspan(8)) {
    const std::uint64_t word = load(data.data()) ^ crc;
    crc = 0;
    for (std::size_t k = 0; k < 8; ++k)
      crc ^= tables[7 - k][(word >> (8 * k)) & 0xffu];
  }
  for (std::byte b : data)
    crc = step(crc, b);
  return ~crc;
}

bool crc32c_in_hardware() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("sse4.2") != 0;
#else
  return false;
#endif
}

std::uint32_t crc32c(bytes data, std::uint32_t before) {
  static const bool hardware = crc32c_in_hardware();
  return hardware ? by_instruction(data, before) : crc32c_by_tables(data, before);
}

} // namespace wardflow::io
