// SPDX-License-Identifier: Apache-2.0
// KEY OPTION: a public key as people give it: 64 hexadecimal digits, Z85, or a file FILE.pub.
//
// Owns     nothing.
// Promise  a secret key is never taken for a public one: FILE means FILE.pub where that is there,
//          and a file that says it is secret is refused.
// Bound    as key_files.hpp.
#pragma once

#include "actors/io/outcome.hpp"
#include "messages/command.hpp"

#include <string>

namespace wardflow::wardctl {

/// key_file_missing (no file, and no key either), key_file_malformed, key_is_secret.
[[nodiscard]] io::outcome<public_key> public_key_of(const std::string& given);

} // namespace wardflow::wardctl
