// SPDX-License-Identifier: Apache-2.0
#include "actors/logic/allow_list.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <utility>

namespace wardflow {

allow_list::allow_list(unit_code own, std::vector<unit_code> above) :
  own_(own), above_(std::move(above)) {
  // nop
}

std::size_t allow_list::key_hash::operator()(const public_key& key) const {
  std::size_t value = 0;
  std::memcpy(&value, key.data(), sizeof value);
  return value;
}

void allow_list::replace_file_keys(std::vector<principal> keys) {
  from_file_.clear();
  for (auto& who : keys)
    from_file_.emplace(who.key, std::move(who)); // the key is copied before `who` is moved from
}

void allow_list::put_device(const principal& device) {
  assert(is_device(device.role));
  if (auto known = key_of_.find(device.device); known != key_of_.end()) {
    if (known->second != device.key)
      devices_.erase(known->second);
    known->second = device.key;
  } else {
    key_of_.emplace(device.device, device.key);
  }
  devices_.insert_or_assign(device.key, device);
}

standing allow_list::judge(const public_key& key, time_ms now) const {
  auto found = from_file_.find(key);
  if (found == from_file_.end()) {
    found = devices_.find(key);
    if (found == devices_.end())
      return {};
  }
  const auto& who = found->second;
  if (who.revoked || (who.not_after != 0 && now >= who.not_after))
    return {code::key_revoked, &who};
  if (!unit_counts(who))
    return {code::key_other_unit, &who};
  if (who.not_before != 0 && now < who.not_before)
    return {code::key_not_yet_valid, &who};
  return {code::ok, &who};
}

bool allow_list::unit_counts(const principal& who) const {
  if (who.role == role::node) // a child names its own unit, below this one
    return who.unit != own_ && std::ranges::find(above_, who.unit) == above_.end();
  if (who.unit == own_)
    return true;
  return !is_device(who.role) && std::ranges::find(above_, who.unit) != above_.end();
}

bool is_device(role r) {
  return r == role::door || r == role::gateway;
}

code may_say(role r, frame_kind kind) {
  switch (kind) {
  case frame_kind::hello:
  case frame_kind::code_scan:
    return is_device(r) ? code::ok : code::key_wrong_role;
  case frame_kind::scan_batch:
    if (r == role::door)
      return code::needs_gateway_key;
    return r == role::gateway ? code::ok : code::key_wrong_role;
  case frame_kind::command: // of a node: what its own new machine asks
    return is_device(r) ? code::key_wrong_role : code::ok;
  case frame_kind::link_hello:
  case frame_kind::link_batch:
  case frame_kind::link_gap:
  case frame_kind::link_heartbeat:
    return r == role::node ? code::ok : code::key_wrong_role;
  case frame_kind::link_ack:
  case frame_kind::link_bye:
    return is_device(r) ? code::key_wrong_role : code::ok;
  case frame_kind::subscribe:
    return r == role::supervisor || r == role::operator_ || r == role::health
             ? code::ok
             : code::key_wrong_role;
  case frame_kind::link_welcome:
  case frame_kind::none:
  case frame_kind::welcome:
  case frame_kind::scan_reply:
  case frame_kind::refusal:
  case frame_kind::answer:
    break;
  }
  return code::frame_kind_unknown;
}

} // namespace wardflow
