// SPDX-License-Identifier: Apache-2.0
#include "actors/io/seal.hpp"

#include "messages/limits.hpp"

#include <sodium.h>

namespace wardflow::io {

static_assert(seal_bytes == crypto_box_SEALBYTES);
static_assert(limits::sealed_bytes_max == limits::code_bytes_max + seal_bytes);

namespace {

const unsigned char* raw(const std::byte* data) {
  return reinterpret_cast<const unsigned char*>(data);
}
unsigned char* raw(std::byte* data) {
  return reinterpret_cast<unsigned char*>(data);
}

} // namespace

std::vector<std::byte> seal(bytes plain, const public_key& to) {
  std::vector<std::byte> sealed(plain.size() + seal_bytes);
  if (sodium_init() < 0 ||
      crypto_box_seal(raw(sealed.data()), raw(plain.data()), plain.size(), to.data()) != 0)
    sealed.clear();
  return sealed;
}

code open_seal(bytes sealed, const key_pair& own, std::vector<std::byte>& plain) {
  plain.clear();
  if (sealed.size() < seal_bytes || sealed.size() > limits::sealed_bytes_max || sodium_init() < 0)
    return code::seal_broken;
  plain.resize(sealed.size() - seal_bytes);
  if (crypto_box_seal_open(raw(plain.data()), raw(sealed.data()), sealed.size(), own.open.data(),
                           own.secret.data()) == 0)
    return code::ok;
  plain.clear();
  return code::seal_broken;
}

} // namespace wardflow::io
