// SPDX-License-Identifier: Apache-2.0
#include "actors/io/key_text.hpp"

#include <array>
#include <cstdint>

namespace wardflow::io {

namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr std::string_view z85_digits =
  "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";
static_assert(z85_digits.size() == 85);

int hex_value(char c) {
  if (c >= 'A' && c <= 'F')
    c = static_cast<char>(c - 'A' + 'a');
  auto at = hex_digits.find(c);
  return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

bool parse_hex(std::string_view text, public_key& key) {
  for (std::size_t i = 0; i < key.size(); ++i) {
    auto high = hex_value(text[2 * i]);
    auto low = hex_value(text[2 * i + 1]);
    if (high < 0 || low < 0)
      return false;
    key[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return true;
}

bool parse_z85(std::string_view text, public_key& key) {
  for (std::size_t word = 0; word < key.size() / 4; ++word) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < 5; ++i) {
      auto at = z85_digits.find(text[word * 5 + i]);
      if (at == std::string_view::npos)
        return false;
      value = value * 85 + at;
    }
    if (value > 0xffff'ffffu)
      return false;
    for (std::size_t i = 0; i < 4; ++i)
      key[word * 4 + i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
  }
  return true;
}

} // namespace

std::string to_hex(const public_key& key) {
  std::string text;
  text.reserve(2 * key.size());
  for (auto byte : key) {
    text += hex_digits[byte >> 4];
    text += hex_digits[byte & 15];
  }
  return text;
}

std::string to_z85(const public_key& key) {
  std::string text(40, ' ');
  for (std::size_t word = 0; word < key.size() / 4; ++word) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i)
      value = value << 8 | key[word * 4 + i];
    for (std::size_t i = 5; i-- > 0; value /= 85)
      text[word * 5 + i] = z85_digits[value % 85];
  }
  return text;
}

std::optional<public_key> parse_key(std::string_view text) {
  public_key key{};
  auto read = text.size() == 64 ? parse_hex(text, key) : text.size() == 40 && parse_z85(text, key);
  if (!read || key == public_key{})
    return std::nullopt;
  return key;
}

} // namespace wardflow::io
