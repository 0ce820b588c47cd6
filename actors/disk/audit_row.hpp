// SPDX-License-Identifier: Apache-2.0
// How the audit log lies in the store: a row's bytes, and the head's.
//
//   [crc32c of what follows][version][hash of the row before][number, stamp, who, what, outcome]
//
// Owns     nothing: bytes in, bytes out.
// Promise  a changed bit of a row does not read. Rows of a newer release that are longer do.
#pragma once

#include "actors/disk/audit_log.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace wardflow {

inline constexpr std::string_view audit_head_key = "audit"; // of table `meta`

struct audit_row {
  audit_entry entry;
  io::chain_value previous{};
};

[[nodiscard]] std::vector<std::byte> encode_audit_row(const audit_entry& e,
                                                      const io::chain_value& previous);
/// ok, store_damaged.
[[nodiscard]] code read_audit_row(bytes value, audit_row& out);

/// 0: it is no key of a row.
[[nodiscard]] std::uint64_t number_of_audit_key(std::string_view key);

[[nodiscard]] std::vector<std::byte> encode_audit_head(const audit_head& head);
/// ok, also where there is none yet; store_damaged.
[[nodiscard]] code read_audit_head(const io::store& disk, audit_head& out);

[[nodiscard]] std::string chain_text(const io::chain_value& chain);

} // namespace wardflow
