// SPDX-License-Identifier: Apache-2.0
// SEAL: a code in a door's spool that only the node's secret key opens (libsodium's sealed box).
//
// Owns     nothing. A CURVE key pair and a sealing key pair are the same thing: Curve25519.
// Promise  who takes the door's disk reads nothing from it; not even the door can open a seal.
// Bound    48 bytes more than the code; a seal above limits::sealed_bytes_max is not opened.
#pragma once

#include "actors/io/key_files.hpp"
#include "messages/frame.hpp"

#include <vector>

namespace wardflow::io {

inline constexpr std::size_t seal_bytes = 48;

/// Empty where `to` is no usable key.
[[nodiscard]] std::vector<std::byte> seal(bytes plain, const public_key& to);

/// ok or seal_broken (cut, changed, too long, or sealed to another key); then `plain` is empty.
[[nodiscard]] code open_seal(bytes sealed, const key_pair& own, std::vector<std::byte>& plain);

} // namespace wardflow::io
