// SPDX-License-Identifier: Apache-2.0
#include "actors/io/key_copy.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <span>
#include <utility>
#include <vector>

namespace wardflow::io {

namespace {

constexpr std::string_view title = "wardflow-key 1";
constexpr std::string_view title_of_any = "wardflow-key ";
constexpr std::size_t copy_bytes_max = 4096;
constexpr std::size_t line_bytes = 16;
constexpr std::size_t sum_bytes = 2;
constexpr std::uint32_t memory_kib_max = 1u << 20;
constexpr std::uint32_t passes_max = 16;

// What the lines hold: what is in it, the work, salt, nonce, the box.
constexpr std::size_t head_bytes = 1 + 1 + 4 + 4;
constexpr std::size_t salt_at = head_bytes;
constexpr std::size_t nonce_at = salt_at + crypto_pwhash_SALTBYTES;
constexpr std::size_t box_at = nonce_at + crypto_secretbox_NONCEBYTES;
constexpr std::uint8_t argon2id13 = 1;
constexpr std::uint8_t holds_node = 1;
constexpr std::uint8_t holds_province = 2;
constexpr std::size_t node_bytes = 32;

using byte_list = std::vector<std::uint8_t>;

/// Bytes that are wiped.
struct secret_bytes {
  byte_list bytes;
  explicit secret_bytes(std::size_t size) : bytes(size) {
    // nop
  }
  secret_bytes(const secret_bytes&) = delete;
  secret_bytes& operator=(const secret_bytes&) = delete;
  ~secret_bytes() { sodium_memzero(bytes.data(), bytes.size()); }
};

std::size_t plain_bytes(std::uint8_t holds) {
  return node_bytes + ((holds & holds_province) != 0 ? province_key::bytes : 0);
}

void put_number(std::uint32_t n, std::uint8_t* to) {
  for (int i = 0; i != 4; ++i)
    to[i] = static_cast<std::uint8_t>(n >> (24 - 8 * i));
}

std::uint32_t take_number(const std::uint8_t* from) {
  std::uint32_t n = 0;
  for (int i = 0; i != 4; ++i)
    n = n << 8 | from[i];
  return n;
}

bool derive(std::string_view passphrase, const std::uint8_t* salt, const copy_work& work,
            secret_bytes& key) {
  return crypto_pwhash(key.bytes.data(), key.bytes.size(), passphrase.data(), passphrase.size(),
                       salt, work.passes, std::size_t{work.memory_kib} << 10,
                       crypto_pwhash_ALG_ARGON2ID13) == 0;
}

// -- lines --------------------------------------------------------------------------------------

std::array<std::uint8_t, sum_bytes> sum_of(std::size_t number,
                                           std::span<const std::uint8_t> bytes) {
  std::array<std::uint8_t, crypto_generichash_BYTES> hash{};
  byte_list text{static_cast<std::uint8_t>(number)};
  text.insert(text.end(), bytes.begin(), bytes.end());
  crypto_generichash(hash.data(), hash.size(), text.data(), text.size(), nullptr, 0);
  return {hash[0], hash[1]};
}

void write_hex(std::span<const std::uint8_t> bytes, std::string& to) {
  constexpr std::string_view digits = "0123456789abcdef";
  for (std::size_t i = 0; i != bytes.size(); ++i) {
    if (i % 2 == 0)
      to += ' ';
    to += digits[bytes[i] >> 4];
    to += digits[bytes[i] & 15];
  }
}

std::string write_lines(std::span<const std::uint8_t> all) {
  std::string text{title};
  text += '\n';
  for (std::size_t number = 1; !all.empty(); ++number) {
    auto line = all.first(std::min(line_bytes, all.size()));
    all = all.subspan(line.size());
    text += static_cast<char>('0' + number / 10);
    text += static_cast<char>('0' + number % 10);
    write_hex(line, text);
    text += ' ';
    write_hex(sum_of(number, line), text);
    text += '\n';
  }
  return text;
}

/// The digits of a line, whatever spaces it was typed with; empty: something else is in it.
std::string digits_of(std::string_view line) {
  std::string digits;
  for (auto c : line) {
    if (c == ' ' || c == '\t' || c == '\r')
      continue;
    if (std::isxdigit(static_cast<unsigned char>(c)) == 0)
      return {};
    digits += c;
  }
  return digits;
}

/// A line's bytes, where its number and its checksum are right.
std::optional<byte_list> read_line(std::string_view line, std::size_t number) {
  auto digits = digits_of(line);
  if (digits.size() < 2 + 2 + 2 * sum_bytes || digits.size() > 2 + 2 * (line_bytes + sum_bytes) ||
      digits.size() % 2 != 0 ||
      digits.substr(0, 2) !=
        std::string{static_cast<char>('0' + number / 10), static_cast<char>('0' + number % 10)})
    return std::nullopt;
  byte_list bytes(digits.size() / 2 - 1);
  if (sodium_hex2bin(bytes.data(), bytes.size(), digits.data() + 2, digits.size() - 2, nullptr,
                     nullptr, nullptr) != 0)
    return std::nullopt;
  auto size = bytes.size() - sum_bytes;
  auto sum = sum_of(number, std::span{bytes}.first(size));
  if (!std::equal(sum.begin(), sum.end(), bytes.begin() + static_cast<std::ptrdiff_t>(size)))
    return std::nullopt;
  bytes.resize(size);
  return bytes;
}

std::string line_name(std::size_t number) {
  return (number < 10 ? "0" : "") + std::to_string(number);
}

/// All bytes of the lines behind the title.
outcome<byte_list> read_lines(std::string_view text) {
  byte_list all;
  std::size_t number = 0; // of the last line; the title's is 0
  auto begun = false;
  while (!text.empty()) {
    auto end = text.find('\n');
    auto line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    while (!line.empty() && (line.back() == '\r' || line.back() == ' '))
      line.remove_suffix(1);
    if (line.empty() || line.front() == '#')
      continue;
    if (!begun) {
      begun = line == title;
      if (!begun)
        return failure{code::key_copy_malformed,
                       line.starts_with(title_of_any) ? std::string{line} : std::string{}};
      continue;
    }
    auto bytes = read_line(line, ++number);
    if (!bytes || (all.size() % line_bytes) != 0) // a line behind the last one
      return failure{code::key_line_wrong, line_name(number)};
    all.insert(all.end(), bytes->begin(), bytes->end());
  }
  if (!begun)
    return failure{code::key_copy_malformed, {}};
  if (all.size() < box_at || all[0] > (holds_node | holds_province) || (all[0] & holds_node) == 0 ||
      all[1] != argon2id13)
    return all.size() < box_at ? failure{code::key_line_wrong, line_name(number + 1)}
                               : failure{code::key_copy_malformed, {}};
  auto wanted = box_at + crypto_secretbox_MACBYTES + plain_bytes(all[0]);
  if (all.size() != wanted)
    return failure{code::key_line_wrong, line_name(number + (all.size() < wanted ? 1 : 0))};
  return all;
}

} // namespace

outcome<std::string> write_key_copy(const key_copy& keys, std::string_view passphrase,
                                    const copy_work& work) {
  if (sodium_init() < 0)
    return failure{code::internal, "libsodium does not start"};
  auto holds =
    static_cast<std::uint8_t>(holds_node | (keys.province.has_value() ? holds_province : 0));
  secret_bytes plain{plain_bytes(holds)};
  std::copy_n(keys.node.secret.data(), node_bytes, plain.bytes.data());
  if (keys.province)
    keys.province->copy_to(std::span<std::uint8_t, province_key::bytes>{
      plain.bytes.data() + node_bytes, province_key::bytes});
  byte_list all(box_at + crypto_secretbox_MACBYTES + plain.bytes.size());
  all[0] = holds;
  all[1] = argon2id13;
  put_number(work.passes, all.data() + 2);
  put_number(work.memory_kib, all.data() + 6);
  randombytes_buf(all.data() + salt_at, box_at - salt_at);
  secret_bytes key{crypto_secretbox_KEYBYTES};
  if (!derive(passphrase, all.data() + salt_at, work, key))
    return failure{code::internal, "no memory for the passphrase's work"};
  crypto_secretbox_easy(all.data() + box_at, plain.bytes.data(), plain.bytes.size(),
                        all.data() + nonce_at, key.bytes.data());
  return write_lines(all);
}

outcome<key_copy> read_key_copy(std::string_view text, std::string_view passphrase) {
  if (sodium_init() < 0)
    return failure{code::internal, "libsodium does not start"};
  if (text.size() > copy_bytes_max)
    return failure{code::key_copy_malformed, {}};
  auto read = read_lines(text);
  if (!read)
    return read.why();
  auto& all = *read;
  copy_work work{take_number(all.data() + 2), take_number(all.data() + 6)};
  if (work.passes == 0 || work.passes > passes_max || work.memory_kib < 8 ||
      work.memory_kib > memory_kib_max)
    return failure{code::key_copy_malformed, {}};
  secret_bytes key{crypto_secretbox_KEYBYTES};
  if (!derive(passphrase, all.data() + salt_at, work, key))
    return failure{code::internal, "no memory for the passphrase's work"};
  secret_bytes plain{plain_bytes(all[0])};
  if (crypto_secretbox_open_easy(plain.bytes.data(), all.data() + box_at, all.size() - box_at,
                                 all.data() + nonce_at, key.bytes.data()) != 0)
    return failure{code::passphrase_wrong, {}};
  key_copy out;
  std::copy_n(plain.bytes.data(), node_bytes, out.node.secret.data());
  if (crypto_scalarmult_base(out.node.open.data(), out.node.secret.data()) != 0)
    return failure{code::key_copy_malformed, {}};
  if ((all[0] & holds_province) != 0) {
    auto province = province_key::copy_of(std::span<const std::uint8_t, province_key::bytes>{
      plain.bytes.data() + node_bytes, province_key::bytes});
    if (!province.key)
      return failure{province.problem, {}};
    out.province = std::move(province.key);
  }
  return out;
}

} // namespace wardflow::io
