// SPDX-License-Identifier: Apache-2.0
// ALLOW-LIST: who holds which key, and whether that key counts here and now.
//
//   allow-list file ─replace_file_keys─▶ ┌────────────┐
//   device register ─put_device────────▶ │ allow_list │ ─judge(key, now)─▶ code + principal
//                                        └────────────┘
//
// Owns     the entries; a pointer into it holds until the next change.
// Promise  a key that is not here, or not yet, or no longer, or of another unit, is never `ok`.
//          Reading the file anew never forgets a device. A key in the file counts as the file
//          says, whatever the register says of it.
// Bound    what the file and the register hold.
#pragma once

#include "messages/code.hpp"
#include "messages/frame.hpp"
#include "messages/principal.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace wardflow {

struct standing {
  code reason = code::key_unknown;
  const principal* who = nullptr; // also of a key that is refused, where it is known
};

class allow_list {
public:
  /// `above`: the units that this one lies in. Their operators, supervisors and health officers
  /// have a say here; a device belongs to `own` alone, a child node to a unit below.
  explicit allow_list(unit_code own, std::vector<unit_code> above = {});

  /// All that the file says now; what it said before is forgotten. Of two entries with one key
  /// the first counts.
  void replace_file_keys(std::vector<principal> keys);

  /// A device is registered, changed, or revoked (it stays, to be told so). One with a new key
  /// leaves its old key unknown.
  void put_device(const principal& device);

  /// ok, key_unknown, key_revoked (also: past `not_after`), key_not_yet_valid, key_other_unit.
  /// `not_before` is the first instant that counts, `not_after` the first that does not.
  [[nodiscard]] standing judge(const public_key& key, time_ms now) const;

  [[nodiscard]] std::size_t file_keys() const { return from_file_.size(); }
  [[nodiscard]] std::size_t devices() const { return devices_.size(); }

private:
  /// The first bytes of a public key are as good as random: whoever chooses keys to collide must
  /// get them registered first.
  struct key_hash {
    std::size_t operator()(const public_key& key) const;
  };
  using table = std::unordered_map<public_key, principal, key_hash>;

  [[nodiscard]] bool unit_counts(const principal& who) const;

  unit_code own_;
  std::vector<unit_code> above_;
  table from_file_;
  table devices_;
  std::unordered_map<device_id, public_key> key_of_;
};

/// Doors and gateways send scans; everybody else controls.
[[nodiscard]] bool is_device(role r);

/// May this role say this at all? ok, needs_gateway_key (ScanBatch by a door), key_wrong_role,
/// frame_kind_unknown (only a node says it, or nobody).
[[nodiscard]] code may_say(role r, frame_kind kind);

} // namespace wardflow
