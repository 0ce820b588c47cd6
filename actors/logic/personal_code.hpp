// SPDX-License-Identifier: Apache-2.0
// PERSONAL CODE: what a reader read at a door -> the stable keys of one person, or the reason why
// not.
//
//   raw text ── trim ──▶ which form? ──▶ its fields checked ──▶ one or two stable keys
//                            └──▶ payment · other system · own venue · broken · unknown: refused
//
// Owns:    nothing; a stable_key holds its own short text and wipes it when it dies.
// Borrows: the raw text, for the length of a call only.
// Promise: a damaged code is refused with a reason and never repaired by a guess: whatever bytes
//          come in, `ok` means a whole, well-formed key. Keys are independent of names, of their
//          diacritics, and of the blanks and BOM that readers add (DOMAIN §2).
// Bound:   limits::code_bytes_max bytes of code, 12 fields, no allocation.
#pragma once

#include "messages/code.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace wardflow {

/// What a key is a number of. The same digits of two kinds are two keys.
enum class key_kind : std::uint8_t {
  id_number,     // citizen's ID, 12 digits: `id:`
  old_id_number, // ID of the former form, 9 digits: `old:`
  qid,           // national personal code's QID, 18 digits: `qid:`
  insurance,     // health insurance, two capitals and 13 digits: `ins:`
};

/// One number that stays a person's own, in the one text that is hashed: prefix of its kind and
/// number, such as `id:001093029317`. Pseudonyms rest on this text: it never changes.
/// It is as secret as the code that it came from: neither log nor store it.
class stable_key {
public:
  stable_key(const stable_key&) = default;
  stable_key& operator=(const stable_key&) = default;
  ~stable_key(); // wipes the text

  [[nodiscard]] key_kind kind() const { return kind_; }
  /// Never empty; lives as long as this key.
  [[nodiscard]] std::string_view text() const { return {text_.data(), length_}; }

  bool operator==(const stable_key&) const = default;

  /// Nothing unless `number` has exactly the form of `kind` and is not all zeros.
  /// Insurance letters may be small; the key has capitals.
  [[nodiscard]] static std::optional<stable_key> make(key_kind kind, std::string_view number);

private:
  stable_key() = default;

  std::array<char, 24> text_{};
  std::uint8_t length_ = 0;
  key_kind kind_ = key_kind::id_number;
};

/// `problem` is ok exactly when `primary` is there.
struct parsed_code {
  code problem = code::ok;
  std::optional<stable_key> primary;
  std::optional<stable_key> linked; // second key of the same person, of another kind

  bool operator==(const parsed_code&) const = default;
};

/// Reads one code as a reader gave it. Blanks and line ends around it and a UTF-8 BOM before it
/// do not count.
///   national   `SoGiayTo|HoTen|NgaySinh|LoaiDinhDanh|QID|EXT`: the QID, linked to the whole ID;
///              without QID the whole ID; ID masked and no QID: code_no_stable_key
///   CCCD chip  7 or 11 fields: the 12-digit ID
///   insurance  first of several fields: that number
/// The insurance number inside EXT is declared by hand and never a key.
[[nodiscard]] parsed_code parse_personal_code(std::string_view raw);

/// Reads a bare identity column of an import or a query (`id_number` or `qid`; an insurance number
/// too), to the same key as a scan of that person's code. Nothing if masked, cut or anything else.
[[nodiscard]] std::optional<stable_key> parse_identity(std::string_view id_number_or_qid);

/// In the path of a venue poster's URL, before the venue id: `https://…/v/22366-00017…`.
inline constexpr std::string_view own_venue_path = "/v/";

} // namespace wardflow
