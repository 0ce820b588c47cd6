// SPDX-License-Identifier: Apache-2.0
// Keys as people paste them: 64 hexadecimal digits, or ZeroMQ's 40 characters (Z85).
//
// Owns     nothing: pure functions.
// Promise  what a function here writes, parse_key reads back; anything else reads as nothing.
#pragma once

#include "messages/command.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace wardflow::io {

/// 64 lower-case digits.
[[nodiscard]] std::string to_hex(const public_key& key);
/// 40 characters.
[[nodiscard]] std::string to_z85(const public_key& key);
/// Either form, told apart by length. All zeros is no key.
[[nodiscard]] std::optional<public_key> parse_key(std::string_view text);

} // namespace wardflow::io
