// SPDX-License-Identifier: Apache-2.0
// Inside the codec: what several messages have.
//
// Owns     nothing.
// Promise  a mark of more than limits::mark_bytes_max is refused, not cut.
#pragma once

#include "messages/codec.hpp"
#include "messages/limits.hpp"

#include <kj/common.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace wardflow::codec_part {

/// The one after it is a number too.
inline constexpr std::uint64_t offset_max = std::uint64_t{1} << 62;

inline kj::ArrayPtr<const kj::byte> data_of(bytes from) {
  return {reinterpret_cast<const kj::byte*>(from.data()), from.size()};
}
inline kj::ArrayPtr<const kj::byte> data_of(std::string_view from) {
  return {reinterpret_cast<const kj::byte*>(from.data()), from.size()};
}

template <class Data>
bool take_mark(const Data& from, std::string& to) {
  if (from.size() > limits::mark_bytes_max)
    return false;
  to.assign(reinterpret_cast<const char*>(from.begin()), from.size());
  return true;
}

} // namespace wardflow::codec_part
